import pytest

from monitor.domain.hit import Grade, Passage
from support.small_catalogue import matcher, narrative, only, phrase_matcher, sr, word

PHRASE = "tajna brana na rijeci"


def score(title: str) -> float:
    hits = phrase_matcher(PHRASE).match(sr(title))
    return only(hits).score if hits else 0.0


def test_a_phrase_as_written_scores_its_whole_weight() -> None:
    hit = only(phrase_matcher(PHRASE).match(sr("Ovo je tajna brana na rijeci, kažu.")))

    assert (hit.score, hit.grade) == (100.0, Grade.DIGEST)
    assert hit.evidence[0].quote == "tajna brana na rijeci"
    assert hit.evidence[0].phrase == PHRASE


@pytest.mark.parametrize(
    "title",
    [
        "O tajnoj brani na rijeci",
        "О тајној брани на ријеци",
        "O tajnoj brani na reci",
        "Tajna velika brana na rijeci",
        "Tajna brana rijeke",
        "Na rijeci brana tajna",
    ],
)
def test_a_phrase_is_found_however_it_is_put(title: str) -> None:
    assert 40 <= score(title) <= 100


def test_what_is_farther_from_the_phrase_scores_less() -> None:
    scores = [
        score("tajna brana na rijeci"),
        score("tajnoj brani na rijeci"),
        score("tajna velika brana na rijeci"),
        score("brana tajna na rijeci"),
    ]

    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_more_than_two_words_inserted_are_too_many() -> None:
    assert score("tajna velika stara nova brana na rijeci") == 0


def test_all_words_but_function_words_must_be_there() -> None:
    assert score("tajna brana") == 0
    assert score("brana na rijeci") == 0


def test_a_phrase_does_not_span_fields() -> None:
    assert not phrase_matcher(PHRASE).match(sr("Tajna brana", "na rijeci je"))


def test_one_word_cannot_stand_for_two() -> None:
    assert not phrase_matcher("brana brana").match(sr("Jedna brana"))


def test_a_phrase_counts_once_and_phrases_add_up() -> None:
    weak = [word("tajna brana", weight=30), word("brana na rijeci", weight=30)]
    found = matcher(narrative(phrases=weak))

    assert not found.match(sr("Tajna brana, tajna brana, tajna brana"))
    hit = only(found.match(sr("Tajna brana na rijeci")))
    assert (hit.score, hit.grade) == (60.0, Grade.REVIEW)


def test_a_summary_that_the_text_repeats_counts_once() -> None:
    passage = sr(
        "",
        "Gradi se tajna brana na rijeci, ka",
        "Gradi se tajna brana na rijeci, kažu mještani. Kraj.",
    )

    quotes = [evidence.quote for evidence in only(phrase_matcher(PHRASE).match(passage)).evidence]

    assert quotes == ["tajna brana na rijeci"]


def test_the_text_goes_on_where_the_summary_was_cut() -> None:
    passage = sr(
        "", "Mještani kažu da se ov", "Mještani kažu da se ovdje gradi tajna brana na rijeci."
    )

    evidence = only(phrase_matcher(PHRASE).match(passage)).evidence

    assert [(each.field, each.quote) for each in evidence] == [("text", "tajna brana na rijeci")]


@pytest.mark.parametrize(
    "title",
    [
        "Tajna velika stara brana na rijeci",
        "Tajna je čuvana: brana na rijeci",
        "Tajna, brana na rijeci",
        "Brana stara tajna na rijeci",
    ],
)
def test_words_far_apart_or_in_two_clauses_are_no_phrase(title: str) -> None:
    assert score(title) == 0.0


def test_a_link_may_bring_a_second_word_into_a_phrase() -> None:
    assert phrase_matcher("vojno rukovodstvo").match(sr("Vojno i političko rukovodstvo"))
    assert not phrase_matcher("vojno rukovodstvo").match(sr("Vojno ali tajno rukovodstvo"))


def test_phrases_of_every_language_are_found_in_theirs() -> None:
    found = phrase_matcher("digë e fshehtë në lumë", lang="sq")

    assert found.match(Passage("Për digën e fshehtë në lumë", lang="sq"))
    assert found.match(Passage("Diga e fshehte ne lume", lang="sq"))


def test_a_narrative_may_ask_for_a_least_length() -> None:
    found = matcher(narrative(phrases=[word("tajna brana")], min_words=4))

    assert not found.match(sr("Tajna brana"))
    assert found.match(sr("Gradi se tajna brana"))


def test_a_narrative_may_be_limited_to_languages_and_countries() -> None:
    phrases = [word("tajna brana")]

    assert not matcher(narrative(phrases=phrases, langs=("sq",))).match(sr("Tajna brana"))
    abroad = matcher(narrative(phrases=phrases, countries=("BA",)))
    assert abroad.match(Passage("Tajna brana", lang="sr", country="BA"))
    assert not abroad.match(Passage("Tajna brana", lang="sr", country="RS"))
    assert abroad.match(Passage("Tajna brana", lang="sr"))
