from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.compose import compose
from monitor.domain.factcheck import answers, by_narrative, claimed, nearest
from monitor.domain.hit import ArchivedHit, Nearness
from support.digests import UNTIL, WINDOW, archived, quiet_material

CLAIM = archived(item_id=1, title="Otvoreni Balkan guši Crnu Goru, tvrdi opozicija")


def check(item_id: int, title: str, **given: object) -> ArchivedHit:
    values = {"outlet_id": "provera", "first_seen_at": UNTIL - timedelta(hours=item_id)} | given
    return archived(item_id=item_id, title=title, **values)  # type: ignore[arg-type]


ALIKE = check(11, "Provera: guši li Otvoreni Balkan zaista Crnu Goru")
CYRILLIC = check(12, "Провера: гуши ли Отворени Балкан Црну Гору", lang="sr-Cyrl")
ALBANIAN = check(13, "Verifikim: a e dëmton rajonin kjo nismë", lang="sq")


def near(*checks: ArchivedHit) -> list[tuple[int, Nearness]]:
    known = by_narrative(checks)[CLAIM.hit.narrative]
    return [(one.item_id, one.near) for one in nearest([claimed(CLAIM)], known)]


def test_a_debunk_is_attached_in_each_script_by_its_words_and_in_each_language_by_narrative() -> (
    None
):
    assert near(ALBANIAN, CYRILLIC, ALIKE) == [
        (12, Nearness.TEXT),
        (11, Nearness.TEXT),
        (13, Nearness.NARRATIVE),
    ]


def test_one_of_the_same_story_is_nearest() -> None:
    same = check(40, "Netačno", story_id=CLAIM.story_id or "s")
    claim = archived(item_id=1, title=CLAIM.title, story_id=same.story_id)

    (first, *_) = nearest([claimed(claim)], by_narrative([ALIKE, same])[claim.hit.narrative])

    assert (first.item_id, first.near) == (40, Nearness.STORY)


@pytest.mark.parametrize(("review", "stance"), [("dismissed", ""), ("confirmed", "asserts")])
def test_what_a_reviewer_does_not_take_for_an_answer_is_none(review: str, stance: str) -> None:
    assert answers(ALIKE)
    assert not answers(replace(ALIKE, review=review, stance=stance))


def test_a_fact_check_is_shown_with_the_claim_and_never_counted_as_its_spread() -> None:
    old = check(14, "Stara provera", first_seen_at=UNTIL - timedelta(days=90))
    shown = quiet_material()
    hits = (CLAIM, ALIKE, ALBANIAN)
    material = replace(
        shown,
        hits=hits,
        movements=(),
        fact_checks=(ALIKE, ALBANIAN, old),
    )

    digest = compose(material, WINDOW)

    (section,) = digest.sections
    assert (digest.items, digest.hits, digest.outlets, section.items) == (1, 1, 1, 1)
    assert [one.item_id for one in section.fact_checks] == [11, 13, 14]
    assert [one.item_id for one in section.entries[0].fact_checks] == [11]
    assert [lead.item_id for entry in section.entries for lead in entry.leads] == [1]


def test_a_day_with_nothing_but_a_debunk_is_quiet_and_shows_it() -> None:
    shown = quiet_material()

    digest = compose(
        replace(
            shown,
            hits=(ALIKE,),
            movements=(),
            fact_checks=(ALIKE,),
        ),
        WINDOW,
    )

    (section,) = digest.sections
    assert (digest.items, section.items, section.entries) == (0, 0, ())
    assert [one.item_id for one in section.fact_checks] == [11]
