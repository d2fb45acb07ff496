from dataclasses import replace
from datetime import timedelta

from monitor.domain.compose import MAX_ENTRIES, MAX_PER_OUTLET, compose
from monitor.domain.digest import Day, Digest, Movement
from monitor.domain.hit import ArchivedHit, Grade, Stance
from support.digests import (
    LONG_AGO,
    UNTIL,
    WINDOW,
    archived,
    blind_material,
    quiet_material,
    sample_material,
)


def of(*hits: ArchivedHit, reviewer_edition: bool = False) -> Digest:
    material = replace(quiet_material(), hits=hits)
    return compose(material, WINDOW, reviewer_edition=reviewer_edition)


def hour(hours_ago: float) -> timedelta:
    return timedelta(hours=hours_ago)


def test_new_and_rising_narratives_come_first_then_the_larger() -> None:
    digest = compose(sample_material(), WINDOW)

    assert [one.narrative.id for one in digest.sections] == [
        "open-balkan",
        "kfor-reinforcement",
        "rs-secession",
    ]
    assert digest.leading == ("open-balkan", "kfor-reinforcement")
    assert digest.day is Day.MOVED


def test_a_quiet_day_and_a_blind_one_are_not_the_same() -> None:
    assert compose(quiet_material(), WINDOW).day is Day.QUIET
    assert compose(blind_material(), WINDOW).day is Day.BLIND


def test_a_first_day_is_compared_with_nothing() -> None:
    hit = archived(first_seen_at=UNTIL - hour(2))
    move = Movement("open-balkan", 1, (0,) * 14, UNTIL - hour(2))

    digest = compose(replace(quiet_material(), hits=(hit,), movements=(move,)), WINDOW)

    assert digest.day is Day.UNCOMPARED


def test_a_day_like_any_other_is_ordinary() -> None:
    move = Movement("open-balkan", 1, (1,) * 14, LONG_AGO)

    digest = compose(replace(quiet_material(), hits=(archived(),), movements=(move,)), WINDOW)

    assert digest.day is Day.ORDINARY
    assert digest.leading == ()


def test_dismissed_hits_never_appear() -> None:
    digest = of(archived(review="dismissed"), reviewer_edition=True)

    assert digest.sections == ()
    assert digest.hits == 0


def test_what_lies_below_the_line_is_for_the_reviewers_edition_only() -> None:
    below = archived(grade=Grade.REVIEW)

    assert of(below).sections == ()
    (section,) = of(below, reviewer_edition=True).sections
    assert (section.items, section.entries, len(section.below)) == (0, (), 1)


def test_confirmed_hits_come_first() -> None:
    digest = of(
        archived(item_id=1, outlet_id="a", title="Prvi naslov otvorenom Balkanu", score=99.0),
        archived(
            item_id=2,
            outlet_id="b",
            title="Drugi naslov otvorenom Balkanu",
            score=71.0,
            review="confirmed",
        ),
    )

    assert [entry.lead.item_id for entry in digest.sections[0].entries] == [2, 1]
    assert digest.reviewed == 1


def test_the_same_title_in_other_scripts_and_dialects_is_one_entry() -> None:
    digest = of(
        archived(item_id=1, outlet_id="vrbaske-novine", title="Sjednica vlade o otvorenom Balkanu"),
        archived(
            item_id=2,
            outlet_id="dunavske-vesti",
            title="Седница владе о отвореном Балкану",
            matched="отвореном Балкану",
            first_seen_at=UNTIL - hour(9),
        ),
        archived(item_id=3, outlet_id="savski-list", title="SEDNICA VLADE: o Otvorenom Balkanu!"),
    )

    (section,) = digest.sections
    (entry,) = section.entries
    assert (entry.outlets, entry.countries, section.items, section.rest) == (3, 2, 3, 0)
    assert entry.first.outlet == "Дунавске вести"


def test_items_of_one_story_are_one_entry_whatever_their_titles() -> None:
    digest = of(
        archived(item_id=1, outlet_id="a", title="Jedan otvorenom Balkanu", story_id="s1"),
        archived(item_id=2, outlet_id="b", title="Dva otvorenom Balkanu", story_id="s1"),
    )

    (entry,) = digest.sections[0].entries
    assert sorted(lead.item_id for lead in entry.leads) == [1, 2]


def test_items_of_different_stories_stay_apart_under_the_same_title() -> None:
    digest = of(
        archived(item_id=1, outlet_id="a", title="Vesti o otvorenom Balkanu", story_id="s1"),
        archived(item_id=2, outlet_id="b", title="Vesti o otvorenom Balkanu", story_id="s2"),
    )

    assert len(digest.sections[0].entries) == 2


def test_items_without_a_title_are_never_taken_for_each_other() -> None:
    hits = [
        archived(item_id=number, outlet_id=f"o{number}", title="", summary="o otvorenom Balkanu")
        for number in (1, 2)
    ]

    assert len(of(*hits).sections[0].entries) == 2


def test_a_narrative_shows_fifteen_entries_and_counts_the_rest() -> None:
    hits = [
        archived(item_id=n, outlet_id=f"o{n}", title=f"Vest {n} o otvorenom Balkanu")
        for n in range(40)
    ]

    (section,) = of(*hits).sections
    assert (len(section.entries), section.rest, section.items) == (MAX_ENTRIES, 25, 40)


def test_one_outlet_shows_two_entries_a_narrative() -> None:
    hits = [archived(item_id=n, title=f"Vest {n} o otvorenom Balkanu") for n in range(5)]

    (section,) = of(*hits).sections
    assert (len(section.entries), section.rest) == (MAX_PER_OUTLET, 3)


def test_an_item_with_two_narratives_is_one_item_and_two_hits() -> None:
    digest = of(archived("open-balkan"), archived("rs-secession"))

    assert (digest.items, digest.hits, len(digest.sections)) == (1, 2, 2)


def test_the_reviewers_stance_outranks_the_hint() -> None:
    hit = replace(archived(stance=Stance.ASSERTS), stance="rebuts")

    lead = of(hit).sections[0].entries[0].lead

    assert (lead.stance, lead.stance_reviewed) == ("rebuts", True)


def test_addresses_that_are_not_of_the_web_are_no_links() -> None:
    hostile = ("javascript:alert(1)", "data:text/html,x", "https://a.example/ x", "//a.example")

    digest = of(
        *(
            archived(item_id=n, outlet_id=f"o{n}", title=f"N {n} otvorenom Balkanu", url=url)
            for n, url in enumerate(hostile)
        )
    )

    assert [entry.lead.url for entry in digest.sections[0].entries] == ["", "", "", ""]


def test_a_narrative_that_left_the_catalogue_is_called_by_its_id() -> None:
    (section,) = of(archived("gone-narrative")).sections

    assert section.narrative.title == "gone-narrative"


def test_composing_twice_gives_the_same_digest_whatever_the_order_of_hits() -> None:
    material = sample_material()
    shuffled = replace(material, hits=tuple(reversed(material.hits)))

    assert compose(shuffled, WINDOW) == compose(material, WINDOW)
