import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.errors import ConfigError
from monitor.domain.feed import OutletKind
from monitor.domain.hit import Evidence, Passage, Stance
from monitor.domain.narrative import Word
from monitor.domain.stance import StanceHints

CUES = {
    "denial": {"hbs": ["demant*"], "en": ["denies"], "ru": ["опроверг*"]},
    "rejection": {"hbs": ["odbacio", "odbačen*"]},
    "allegation": {"hbs": ["glasine"]},
    "encircled": {"hbs": ["obruč*"]},
    "why": {"hbs": ["zašto"]},
    "commentator": {"hbs": ["stručnjak*"]},
    "claim": {"hbs": ["tvrdi"]},
    "debunk": {"hbs": ["lažna vijest*", "izmišljen*"], "sq": ["e pavërtetë"]},
    "negation": {"hbs": ["nema", "ne postoji"], "en": ["no plan"]},
    "opinion": {"hbs": ["kolumn*"], "en": ["columnist"]},
    "advocacy": {"hbs": ["mora"], "mk": ["мора"]},
    "attribution": {"hbs": ["izjavio"], "sq": ["tha"]},
    "event": {"hbs": ["uhapšen*"]},
}
FAR = "jedan dva tri četiri pet šest sedam osam devet deset"


@pytest.fixture
def hints() -> StanceHints:
    return StanceHints(
        (kind, [Word(family, word) for family, words in groups.items() for word in words])
        for kind, groups in CUES.items()
    )


def evidence(passage: Passage, quote: str, field: str = "title") -> tuple[Evidence, ...]:
    start = str(getattr(passage, field)).index(quote)
    return (Evidence(field, start, start + len(quote), quote, quote, 100.0),)


@pytest.mark.parametrize(
    ("title", "lang", "stance"),
    [
        ("Ministar demantovao tajni sporazum", "sr", Stance.REBUTS),
        ("Министар демантовао: tajni sporazum", "sr-Cyrl", Stance.REBUTS),
        ("МИД опроверг tajni sporazum", "ru", Stance.REBUTS),
        ("Lazne vesti: lazna vest o temi tajni sporazum", "bs", Stance.REBUTS),
        ("E pavërtetë: tajni sporazum", "sq", Stance.REBUTS),
        ("Govornik: ne postoji tajni sporazum", "hr", Stance.REBUTS),
        ("Narod mora odbaciti tajni sporazum", "cnr", Stance.ASSERTS),
        ("Kolumna: tajni sporazum", "me", Stance.ASSERTS),
        ("Uhapšeni zbog dokumenta tajni sporazum", "sr", Stance.REPORTS),
        ("Predsjednik izjavio: tajni sporazum", "bs", Stance.REPORTS),
        ("Zašto treba tajni sporazum", "sr", Stance.ASSERTS),
        ("Ministar odbacio tajni sporazum", "sr", Stance.REBUTS),
    ],
)
def test_a_cue_in_the_title_gives_the_hint(
    hints: StanceHints, title: str, lang: str, stance: Stance
) -> None:
    passage = Passage(title=title, lang=lang)

    assert hints(passage, evidence(passage, "tajni sporazum")) is stance


def test_a_headline_without_any_sign_is_left_unclear(hints: StanceHints) -> None:
    passage = Passage(title="Tajni sporazum na stolu", lang="sr")

    assert hints(passage, evidence(passage, "Tajni sporazum")) is Stance.UNCLEAR


def test_signals_that_conflict_leave_it_unclear(hints: StanceHints) -> None:
    plain = Passage(title="Kolumna: tajni sporazum", lang="sr")
    both = Passage(title="Kolumna: zašto mora pasti, demantuju tajni sporazum", lang="sr")

    assert hints(plain, evidence(plain, "tajni sporazum")) is Stance.ASSERTS
    assert hints(both, evidence(both, "tajni sporazum")) is Stance.UNCLEAR


@pytest.mark.parametrize(
    ("title", "stance"),
    [
        ("Ministar: Tajni sporazum", Stance.REPORTS),
        ("Ministar: tajni sporazum", Stance.REPORTS),
        ("Ministar: Nema riječi o dokumentu tajni sporazum", Stance.REBUTS),
        ("Ministar: Narod mora znati tajni sporazum", Stance.UNCLEAR),
        ("Narod mora znati tajni sporazum", Stance.ASSERTS),
    ],
)
def test_words_after_a_name_and_a_colon_are_not_the_outlets_own(
    hints: StanceHints, title: str, stance: Stance
) -> None:
    passage = Passage(title=title, lang="bs", summary="Izjavio je to u petak.")

    assert hints(passage, evidence(passage, title[-14:])) is stance


def test_a_text_that_quotes_nobody_and_tells_no_news_makes_the_claim(hints: StanceHints) -> None:
    argued = Passage(title="Zašto tajni sporazum", summary="Ko to ne vidi, zažaliće.", lang="sr")
    quoted = Passage(title="Zašto tajni sporazum", summary="Izjavio je ministar.", lang="sr")

    assert hints(argued, evidence(argued, "tajni sporazum")) is Stance.ASSERTS
    assert hints(quoted, evidence(quoted, "tajni sporazum")) is Stance.UNCLEAR


def test_an_expert_who_claims_it_lends_it_weight(hints: StanceHints) -> None:
    expert = Passage(title="Na djelu je tajni sporazum, tvrdi stručnjak", lang="bs")
    other = Passage(title="Na djelu je tajni sporazum, tvrdi komšija", lang="bs")

    assert hints(expert, evidence(expert, "tajni sporazum")) is Stance.ASSERTS
    assert hints(other, evidence(other, "tajni sporazum")) is Stance.UNCLEAR


def test_why_asks_only_where_a_clause_begins(hints: StanceHints) -> None:
    asks = Passage(title="Tajni sporazum dvije vlade: zašto je opasan", summary="Tekst.", lang="sr")
    tells = Passage(
        title="Tajni sporazum dvije vlade i zašto je opasan", summary="Tekst.", lang="sr"
    )

    assert hints(asks, evidence(asks, "Tajni sporazum")) is Stance.ASSERTS
    assert hints(tells, evidence(tells, "Tajni sporazum")) is Stance.UNCLEAR


def test_who_feels_encircled_answers_a_call_for_a_common_front(hints: StanceHints) -> None:
    passage = Passage(title="Steže se obruč, na redu tajni sporazum", lang="sr")
    quoted = evidence(passage, "tajni sporazum")

    assert hints(passage, quoted, "common-front") is Stance.REBUTS
    assert hints(passage, quoted, "river-dam") is Stance.UNCLEAR


def test_where_lies_are_the_subject_speaking_of_them_denies_nothing(hints: StanceHints) -> None:
    passage = Passage(title="Lažna vijest dana: tajni sporazum", lang="sr")
    quoted = evidence(passage, "tajni sporazum")

    assert hints(passage, quoted, "river-dam") is Stance.REBUTS
    assert hints(passage, quoted, "belgrade-disinfo") is Stance.UNCLEAR


def test_a_denial_outweighs_who_said_so(hints: StanceHints) -> None:
    passage = Passage(title="Ministar demantuje, izjavio: Nema dokumenta tajni sporazum", lang="sr")

    assert hints(passage, evidence(passage, "tajni sporazum")) is Stance.REBUTS


def test_a_negation_far_from_the_evidence_says_nothing(hints: StanceHints) -> None:
    near = Passage(title="Nema dokumenta tajni sporazum", lang="sr")
    far = Passage(title=f"Nema kiše {FAR} tajni sporazum", lang="sr")

    assert hints(near, evidence(near, "tajni sporazum")) is Stance.REBUTS
    assert hints(far, evidence(far, "tajni sporazum")) is Stance.UNCLEAR


def test_a_no_within_the_evidence_belongs_to_the_claim_unless_it_denies(hints: StanceHints) -> None:
    claimed = Passage(title="Odbačeni sporazum potpisan", lang="sr")
    denied = Passage(title="Demantuju sporazum", lang="sr")

    assert hints(claimed, evidence(claimed, "Odbačeni sporazum")) is Stance.UNCLEAR
    assert hints(denied, evidence(denied, "Demantuju sporazum")) is Stance.REBUTS


def test_who_denies_an_identity_rebuts_that_it_is_under_attack(hints: StanceHints) -> None:
    passage = Passage(title="Profesor: izmišljena nacija", lang="sr")
    quoted = evidence(passage, "izmišljena nacija")

    assert hints(passage, quoted, "identity-denial") is Stance.REBUTS
    assert hints(passage, quoted, "river-dam") is Stance.REPORTS


def test_who_decries_denial_of_an_identity_makes_that_claim(hints: StanceHints) -> None:
    passage = Passage(title="Opet demantuju naš jezik", lang="me")

    assert hints(passage, evidence(passage, "naš jezik"), "identity-denial") is Stance.ASSERTS


def test_a_fact_checker_rebuts_unless_something_else_speaks(hints: StanceHints) -> None:
    kind = OutletKind.FACT_CHECKER
    plain = Passage(title="Tajni sporazum", lang="sr", outlet_kind=kind)
    news = Passage(title="Uhapšen, kolumna: Tajni sporazum", lang="sr", outlet_kind=kind)

    assert hints(plain, evidence(plain, "Tajni sporazum")) is Stance.REBUTS
    assert hints(news, evidence(news, "Tajni sporazum")) is Stance.UNCLEAR


def test_words_of_another_language_are_no_cues(hints: StanceHints) -> None:
    english = Passage(title="The mora street has tajni sporazum", lang="en")
    unknown = Passage(title="The mora street has tajni sporazum")

    assert hints(english, evidence(english, "tajni sporazum")) is Stance.UNCLEAR
    assert hints(unknown, evidence(unknown, "tajni sporazum")) is Stance.ASSERTS


def test_cues_around_the_evidence_count_in_summary_and_text(hints: StanceHints) -> None:
    denied = "Demantovao glasine: tajni sporazum."
    summary = Passage(title="Vijest dana", summary=denied, lang="bs")
    text = Passage(title="Vijest dana", text=f"{FAR * 50} {denied}", lang="bs")
    away = Passage(
        title="Vijest", text=f"Demantovao glasine. {FAR * 50} tajni sporazum.", lang="bs"
    )

    assert hints(summary, evidence(summary, "tajni sporazum", "summary")) is Stance.REBUTS
    assert hints(text, evidence(text, "tajni sporazum", "text")) is Stance.REBUTS
    assert hints(away, evidence(away, "tajni sporazum", "text")) is Stance.UNCLEAR


def test_a_kind_of_cue_that_means_nothing_is_refused() -> None:
    with pytest.raises(ConfigError, match="`sarcasm` is no kind of cue"):
        StanceHints([("sarcasm", [Word("en", "sure")])])


@given(st.text(max_size=80), st.text(max_size=300), st.integers(0, 70), st.integers(1, 30))
def test_any_text_and_any_span_get_some_stance(
    title: str, summary: str, start: int, length: int
) -> None:
    hints = StanceHints([("denial", [Word("en", "denies that"), Word("hbs", "demant*")])])
    spans = (Evidence("summary", start, start + length, "", "", 1.0),)

    assert hints(Passage(title, summary), spans) in Stance
