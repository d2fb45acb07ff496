from monitor.domain.narrative import Catalogue, Concept, Example, Narrative, Rule, Word
from monitor.services.coverage import covered

CATALOGUE = Catalogue(
    version="c1",
    narratives=(
        Narrative(
            id="river-dam",
            title="A dam",
            summary="",
            paragraphs=(),
            rationale="",
            rules=(
                Rule("r", (("dam",), ("secret", "hidden"))),
                Rule("not", (("dam",),), weight=-9),
            ),
            phrases=(Word("sq", "digë e fshehtë"),),
            examples=(Example("bs", "Tajna brana"), Example("sq", "x", grade="none")),
        ),
    ),
    concepts=(
        Concept("dam", (Word("hbs", "brana"), Word("mk", "брана"))),
        Concept("secret", (Word("hbs", "tajna"),)),
        Concept("hidden", (Word("mk", "скриена"),)),
    ),
)


def test_rules_count_where_each_of_their_groups_has_a_word() -> None:
    rows = {row.lang: row for row in covered(CATALOGUE, {("river-dam", "sr-Cyrl"): 3})}

    assert {lang: row.rules for lang, row in rows.items()} == {
        "hbs": 1, "sq": 0, "mk": 1, "ru": 0, "en": 0,
    }  # fmt: skip
    assert (rows["sq"].phrases, rows["hbs"].examples, rows["hbs"].hits) == (1, 1, 3)


def test_a_language_without_words_or_examples_is_a_gap() -> None:
    gaps = {row.lang for row in covered(CATALOGUE, {}) if row.is_gap}

    assert gaps == {"sq", "mk", "ru", "en"}
