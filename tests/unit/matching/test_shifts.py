from monitor.domain.matching.compile import compile_catalogue
from monitor.domain.matching.compiled import CompiledCatalogue
from monitor.domain.matching.shifts import shifts
from monitor.domain.narrative import Catalogue, Concept, Narrative, Rule
from support.small_catalogue import SmallMorphology, concept, narrative, word

TYPO = "kamarasten"
LISTED = narrative("old", phrases=[word("kamarastan gradi")])
TAKING = narrative("new", phrases=[word(TYPO)])


def compiled(*narratives: Narrative, concepts: tuple[Concept, ...] = ()) -> CompiledCatalogue:
    return compile_catalogue(Catalogue("v", narratives, concepts), SmallMorphology())


def test_a_typo_that_is_listed_now_is_lost_to_the_narrative_that_it_was_a_typo_of() -> None:
    found = shifts(compiled(LISTED, TAKING), None, {"new"}, {TYPO, "kamarastan"})

    assert found.less == {TYPO: {"old"}}
    assert found.more == {}


def test_it_is_a_typo_again_when_nobody_lists_it_any_more() -> None:
    found = shifts(compiled(LISTED), compiled(LISTED, TAKING), {"new"}, {TYPO})

    assert found.less == {}
    assert found.more == {TYPO: {"old"}}


def test_a_word_that_barred_a_rule_may_bar_it_no_longer() -> None:
    concepts = (concept("dam", "brana"), concept("man", "kamarastan"))
    rule = Rule("r", (("dam",),), none_of=("man",))
    present = compiled(narrative("old", rules=[rule]), TAKING, concepts=concepts)

    found = shifts(present, None, {"new"}, {TYPO})

    assert found.less == {}
    assert found.more == {TYPO: {"old"}}


def test_what_takes_points_away_may_do_so_no_longer() -> None:
    concepts = (concept("dam", "brana"), concept("man", "kamarastan"))
    rules = [Rule("r", (("dam",),)), Rule("t", (("man",),), weight=-50)]
    present = compiled(narrative("old", rules=rules), TAKING, concepts=concepts)

    found = shifts(present, None, {"new"}, {TYPO})

    assert found.less == {}
    assert found.more == {TYPO: {"old"}}


def test_a_real_word_that_only_they_list_was_nobodys_typo_where_that_is_known() -> None:
    lists, taking = (
        narrative(name, phrases=[word(text)])
        for name, text in (("old", "sankcijaz"), ("new", "sankcija"))
    )
    present = compiled(lists, taking)

    assert shifts(present, compiled(lists), {"new"}, {"sankcija"}).less == {}
    assert shifts(present, None, {"new"}, {"sankcija"}).less == {"sankcija": {"old"}}
