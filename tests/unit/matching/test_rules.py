import pytest

from monitor.domain.hit import Grade, Passage, Stance
from monitor.domain.matching import Matcher
from monitor.domain.matching.compile import compile_catalogue
from monitor.domain.narrative import Catalogue, Rule
from support.small_catalogue import (
    SmallMorphology,
    concept,
    matcher,
    narrative,
    only,
    rule_matcher,
    sr,
)

RS = concept("rs", "republika srpska", "RS")
LEAVING = concept("leaving", "secesija", "otcjepljenje")
RUSSIA = concept("russia", "Rusija")
FOOTBALL = concept("football", "fudbal", "utakmica")
CONCEPTS = (RS, LEAVING, RUSSIA, FOOTBALL)


def met(rule: Rule, title: str, summary: str = "") -> bool:
    return bool(rule_matcher(rule, *CONCEPTS).match(sr(title, summary)))


def test_every_group_must_be_met_by_any_of_its_concepts() -> None:
    rule = Rule("leaving", (("rs",), ("leaving", "russia")))

    assert met(rule, "Secesija RS")
    assert met(rule, "Rusija i RS")
    assert not met(rule, "Secesija")


def test_evidence_names_rule_concept_and_word() -> None:
    hit = only(
        rule_matcher(Rule("leaving", (("rs",), ("leaving",))), *CONCEPTS).match(
            sr("Secesiji se Republika Srpska nada")
        )
    )

    assert [(each.quote, each.phrase) for each in hit.evidence] == [
        ("Secesiji", "leaving: leaving (secesija)"),
        ("Republika Srpska", "leaving: rs (republika srpska)"),
    ]


def test_words_side_by_side_are_one_quote() -> None:
    hit = only(
        rule_matcher(Rule("leaving", (("rs",), ("leaving",))), *CONCEPTS).match(sr("Secesija RS?"))
    )

    assert [each.quote for each in hit.evidence] == ["Secesija RS"]
    assert hit.evidence[0].phrase == "leaving: leaving (secesija) + rs (RS)"


@pytest.mark.parametrize(("between", "expected"), [(2, True), (3, False)])
def test_a_window_is_counted_from_the_first_word_to_the_last(
    between: int,
    expected: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    rule = Rule("near", (("leaving",), ("russia",)), within=4)

    assert met(rule, f"Secesija {'reč ' * between} Rusija") is expected


def test_a_window_may_span_title_and_summary() -> None:
    assert met(Rule("near", (("leaving",), ("russia",)), within=4), "Secesija", "Rusija")


def test_without_a_window_the_whole_item_counts() -> None:
    rule = Rule("far", (("leaving",), ("russia",)), within=0)

    assert met(rule, "Secesija", f"{'reč ' * 500} Rusija")


def test_the_best_place_is_found_among_many() -> None:
    rule = Rule("near", (("leaving",), ("russia",)), within=3)

    assert met(
        rule,
        "",
        f"{'secesija reč reč reč ' * 12} Rusija {'reč ' * 9} {'Rusija reč reč ' * 12} secesija Rusija",
    )


def test_order_counts_where_asked_for() -> None:
    rule = Rule("ordered", (("russia",), ("leaving",)), ordered=True)

    assert met(rule, "Rusija želi secesiju")
    assert not met(rule, "Secesija za Rusiju")


def test_what_a_rule_rules_out_counts_only_in_its_window() -> None:
    rule = Rule("political", (("russia",), ("leaving",)), none_of=("football",), within=6)

    assert not met(rule, "Fudbal: Rusija i secesija")
    assert not met(rule, "Rusija i secesija, ne fudbal")
    assert met(rule, "Rusija i secesija", f"{'reč ' * 9} fudbal")


def test_one_word_does_not_meet_two_groups() -> None:
    twice = (concept("one", "secesija"), concept("two", "secesija"))

    assert not rule_matcher(Rule("both", (("one",), ("two",))), *twice).match(sr("Secesija"))


@pytest.mark.parametrize(
    ("field", "found"),
    [("title", (True, False, False)), ("lead", (True, True, False)), ("any", (True, True, True))],
)
def test_a_rule_may_be_limited_to_a_field(field: str, found: tuple[bool, bool, bool]) -> None:
    rule_in = rule_matcher(Rule("there", (("russia",),), field=field), *CONCEPTS)
    passages = (sr("Rusija"), sr("Svet", "Rusija"), sr("Svet", "Vesti", "Rusija"))

    assert tuple(bool(rule_in.match(each)) for each in passages) == found


def test_points_add_up_and_some_are_taken_away() -> None:
    rules = [
        Rule("one", (("russia",),), weight=40),
        Rule("two", (("leaving",),), weight=40),
        Rule("less", (("football",),), weight=-50),
    ]
    found = matcher(narrative(rules=rules), concepts=CONCEPTS)

    both, one, less = (
        found.match(sr(t)) for t in ("Rusija, secesija", "Rusija", "Rusija, secesija, fudbal")
    )

    assert (only(both).score, only(both).grade) == (80.0, Grade.DIGEST)
    assert (only(one).score, only(one).grade) == (40.0, Grade.REVIEW)
    assert less == ()


def test_rules_may_be_limited_to_languages_and_countries() -> None:
    rule = Rule("there", (("russia",),), langs=("hbs",), countries=("BA",))
    found = rule_matcher(rule, *CONCEPTS)

    assert found.match(Passage("Rusija", lang="bs", country="BA"))
    assert not found.match(Passage("Rusija", lang="bs", country="RS"))
    assert not found.match(Passage("Русија", lang="mk", country="BA"))


def test_hits_come_best_first_then_by_identifier() -> None:
    strong = narrative("b", rules=[Rule("r", (("russia",),), weight=90)])
    others = [narrative(name, rules=[Rule("r", (("russia",),), weight=50)]) for name in ("c", "a")]

    hits = matcher(*others, strong, concepts=CONCEPTS).match(sr("Rusija"))

    assert [hit.narrative for hit in hits] == ["b", "a", "c"]


def test_stance_is_asked_with_the_evidence() -> None:
    asked = []

    def hint(passage: Passage, evidence: object, narrative: str) -> Stance:
        asked.append((passage, evidence, narrative))
        return Stance.REBUTS

    plan = narrative("dam", rules=[Rule("r", (("russia",),))])
    compiled = compile_catalogue(Catalogue("v1", (plan,), CONCEPTS), SmallMorphology())
    passage = sr("Rusija")

    hit = only(Matcher(compiled, hint).match(passage))

    assert hit.stance_hint is Stance.REBUTS
    assert asked == [(passage, hit.evidence, "dam")]


def test_no_hit_has_more_than_eight_quotes() -> None:
    rules = [Rule(f"r{n}", ((f"c{n}",),), weight=10) for n in range(12)]
    many = [concept(f"c{n}", f"=rec{n}") for n in range(12)]
    found = matcher(narrative(rules=rules), concepts=many)

    assert len(only(found.match(sr(" ".join(f"rec{n}" for n in range(12))))).evidence) == 8


def test_what_is_said_late_counts_less_and_never_what_takes_points_away() -> None:
    rule = Rule("leaving", (("rs",), ("leaving",)), weight=80)
    against = Rule("sport", (("football",),), weight=-30)
    passing = " ".join(["reč"] * 25)
    one = rule_matcher(rule, *CONCEPTS)

    early = only(one.match(sr("Naslov", "Secesija RS")))
    late = only(one.match(sr("Naslov", f"{passing} secesija RS")))

    assert (early.score, late.score) == (80.0, 60.0)
    both = Matcher(
        compile_catalogue(
            Catalogue("v", (narrative(rules=[rule, against]),), CONCEPTS), SmallMorphology()
        )
    )
    assert only(both.match(sr("Secesija RS", f"{passing} utakmica"))).score == 50.0


def test_what_only_the_full_text_says_far_down_is_at_most_a_case_for_review() -> None:
    rules = [Rule(f"r{n}", (("rs",), ("leaving",)), weight=80) for n in range(3)]
    one = matcher(narrative(rules=rules), concepts=CONCEPTS)
    far = Passage("Naslov", "Sažetak", f"{'reč ' * 60} secesija RS", lang="sr")
    soon = Passage("Naslov", "Sažetak", "Secesija RS", lang="sr")

    assert (only(one.match(far)).score, only(one.match(far)).grade) == (45.0, Grade.REVIEW)
    assert only(one.match(soon)).grade is Grade.DIGEST
