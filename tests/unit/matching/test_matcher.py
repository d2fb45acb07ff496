"""What holds for every text."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.domain.errors import ConfigError
from monitor.domain.hit import Passage
from monitor.domain.matching import MATCHER_VERSION, Matcher
from monitor.domain.matching.compile import compile_catalogue
from monitor.domain.matching.typos import MOST_CANDIDATES, Typos
from monitor.domain.narrative import Catalogue, Narrative, Rule
from support.small_catalogue import (
    SmallMorphology,
    concept,
    matcher,
    narrative,
    sr,
    word,
)

CONCEPTS = (concept("rs", "republika srpska", "RS"), concept("leaving", "secesija", "otcjepljenj*"))


def everything() -> Narrative:
    phrases = [word("tajna brana na rijeci", weight=60), word("sankcije Rusiji")]
    rules = [Rule("leaving", (("rs",), ("leaving",))), Rule("rs", (("rs",),), weight=40)]
    return narrative(phrases=phrases, rules=rules)


MATCHER = matcher(everything(), concepts=CONCEPTS)
PIECES = [
    "tajna",
    "brana",
    "na",
    "rijeci",
    "СЕЦЕСИЈА",
    "Републике",
    "Српске",
    "RS-a",
    "RS",
    "sankcije",
    "Rusiji",
    "sаnkcjie",
    "„",
    "“",
    "-",
    ".",
    "👇",
    "й",
    "\xad",
]
fields = st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join) | st.text(max_size=60)
passages = st.builds(
    Passage,
    title=fields,
    summary=fields,
    text=fields,
    lang=st.sampled_from(["sr", "mk", "en", "", "?"]),
)


@given(passages)
def test_every_quote_is_the_slice_it_says(passage: Passage) -> None:
    for hit in MATCHER.match(passage):
        assert hit.evidence
        for each in hit.evidence:
            field: str = getattr(passage, each.field)
            assert field[each.start : each.end] == each.quote != ""


@given(passages)
def test_scores_lie_within_bounds_and_reach_the_review_line(passage: Passage) -> None:
    for hit in MATCHER.match(passage):
        assert 40 <= hit.score <= 100
        assert round(hit.score, 1) == hit.score
        assert all(0 <= each.score <= 100 for each in hit.evidence)


@given(st.lists(passages, max_size=4), passages)
def test_what_was_read_before_changes_nothing(before: list[Passage], passage: Passage) -> None:
    fresh = matcher(everything(), concepts=CONCEPTS)

    for each in before:
        MATCHER.match(each)

    assert MATCHER.match(passage) == fresh.match(passage)


@given(passages)
def test_an_explanation_comes_to_the_same_scores(passage: Passage) -> None:
    verdicts = MATCHER.explain(passage).verdicts

    found = [(each.narrative, each.score, each.grade) for each in verdicts if each.grade != "none"]
    assert found == [(hit.narrative, hit.score, hit.grade.value) for hit in MATCHER.match(passage)]


def test_an_explanation_says_what_failed_and_why() -> None:
    explanation = MATCHER.explain(sr("Nezavisna Republika Srpska"))

    assert explanation.tokens == ("nezavisna", "republika", "srpska")
    assert [(each.concept, each.evidence.quote) for each in explanation.concepts] == [
        ("rs", "Republika Srpska")
    ]
    verdict = explanation.verdicts[0]
    attempts = {attempt.name: attempt for attempt in verdict.attempts}
    assert (verdict.score, verdict.grade, verdict.digest_threshold) == (40.0, "review", 70.0)
    assert attempts["rs"].passed
    assert attempts["leaving"].reason == "nothing of leaving"


def test_an_explanation_leaves_out_narratives_of_which_nothing_is_there() -> None:
    assert MATCHER.explain(sr("Lijep dan")).verdicts == ()


def test_an_explanation_says_that_a_narrative_is_for_others() -> None:
    found = matcher(narrative(phrases=[word("tajna brana")], langs=("sq",)))

    verdict = found.explain(sr("Tajna brana")).verdicts[0]

    assert (verdict.grade, verdict.reason) == ("none", "not for hbs")


def test_an_empty_passage_has_no_hits() -> None:
    assert MATCHER.match(Passage()) == ()


def test_a_matcher_knows_its_versions() -> None:
    assert (MATCHER.catalogue_version, MATCHER.matcher_version) == ("v1", MATCHER_VERSION)


def test_compiling_twice_gives_the_same() -> None:
    catalogue = Catalogue("v1", (everything(),), CONCEPTS)

    assert compile_catalogue(catalogue, SmallMorphology()) == compile_catalogue(
        catalogue, SmallMorphology()
    )


@pytest.mark.parametrize("texts", [(), ("brana",), ("tajna brana", "rijeka", "sankcij*", "RS")])
@pytest.mark.parametrize("lang", ["hbs", "mk"])
def test_what_was_compiled_before_changes_nothing(texts: tuple[str, ...], lang: str) -> None:
    phrases = [word(text, lang) for text in texts]
    catalogue = Catalogue("v1", (everything(),), CONCEPTS)
    earlier = Catalogue("v0", (narrative(phrases=phrases),), ())
    whole, before = (compile_catalogue(each, SmallMorphology()) for each in (catalogue, earlier))

    assert compile_catalogue(catalogue, SmallMorphology(), before) == whole
    assert compile_catalogue(earlier, SmallMorphology(), whole) == before
    assert compile_catalogue(earlier, SmallMorphology(), replace(whole, known={})) == before


def test_a_rule_with_an_unknown_concept_is_refused_with_its_place() -> None:
    plan = narrative(rules=[Rule("r", (("nothing",),), line=7)])

    with pytest.raises(ConfigError, match=r"rules\.r: no concept 'nothing'"):
        matcher(plan)


def test_a_catalogue_of_nothing_finds_nothing() -> None:
    empty = Matcher(compile_catalogue(Catalogue("v0", (), ()), SmallMorphology()))

    assert empty.match(sr("Bilo šta")) == ()


ALIKE = Typos(f"{head}cije{n:04}" for head in ("sank", "sakn", "sanc") for n in range(500))


@given(st.text("aceijknsx0", max_size=40).map("s".__add__) | st.text(max_size=40))
@example("sankcijexxxx")
def test_no_word_is_compared_with_more_forms_than_stated(word: str) -> None:
    assert len(ALIKE.shortlist(word)) <= MOST_CANDIDATES


def test_the_bound_on_candidates_is_what_ends_the_search() -> None:
    assert len(ALIKE.candidates("sankcijexxxx")) > MOST_CANDIDATES
    assert len(ALIKE.shortlist("sankcijexxxx")) == MOST_CANDIDATES
