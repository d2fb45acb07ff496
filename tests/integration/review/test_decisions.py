from datetime import timedelta

import pytest

import make
from fakes import FakeClock
from monitor.adapters.archive import SqlArchive
from monitor.adapters.store import SqlStore
from monitor.domain.digest import Window
from monitor.domain.errors import ConfigError, NotFoundError
from monitor.domain.hit import Stance
from monitor.domain.polling import EditedItem
from monitor.domain.review import Decision, Verdict
from monitor.ports import Filters
from monitor.services.review import Desk


@pytest.fixture(autouse=True)
def hit_id(store: SqlStore, archive: SqlArchive) -> str:
    item = make.item("Otvoreni Balkan na dnevnom redu", lang="sr-Latn")
    store.record(make.poll(item, hits=(make.hit(), make.hit("rs-secession"))), make.feed())
    rows = archive.hits(Filters(narratives=("open-balkan",)), 10).rows
    return str(rows[0].hit_id)


def said(verdict: Verdict, by: str = "ana", **more: str) -> Decision:
    return Decision(verdict, by, make.NOW, **more)


def reviews(archive: SqlArchive, **asked: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(row.review, row.stance) for row in archive.hits(Filters(**asked), 10).rows]  # type: ignore[arg-type]


def test_a_dismissal_changes_search_and_counts_at_once_and_an_undo_restores_them(
    desk: Desk, archive: SqlArchive, hit_id: str
) -> None:
    window = Window(make.NOW, make.NOW + timedelta(days=1))
    before = archive.hit_counts(), archive.movements(window, 3)
    everything = archive.hits(Filters(), 10)

    desk.decide(hit_id, said(Verdict.DISMISSED, reason="homonym"))

    assert reviews(archive, reviews=("dismissed",)) == [("dismissed", "")]
    assert ("open-balkan", "sr-Latn") not in archive.hit_counts()
    assert [one.now for one in archive.movements(window, 3)] == [1]
    assert archive.items(Filters(), 10).rows[0].narratives == ("rs-secession",)

    desk.undo(hit_id, "ana")

    assert (archive.hit_counts(), archive.movements(window, 3)) == before
    assert archive.hits(Filters(), 10) == everything


def test_a_reviewer_s_stance_goes_before_the_hint(
    desk: Desk, archive: SqlArchive, hit_id: str
) -> None:
    desk.decide(hit_id, said(Verdict.CONFIRMED, stance=Stance.REBUTS))
    desk.decide(hit_id, said(Verdict.CONFIRMED, by="ben"))

    assert reviews(archive, stances=("rebuts",)) == [("confirmed", "rebuts")]
    assert reviews(archive, stances=("reports",)) == [("unreviewed", "")]


def test_nothing_said_is_ever_lost(desk: Desk, hit_id: str, clock: FakeClock) -> None:
    desk.decide(hit_id, said(Verdict.CONFIRMED))
    clock.sleep(timedelta(hours=1))
    desk.decide(hit_id, said(Verdict.DISMISSED, by="ben", reason="satire", note="a joke"))

    found, stands = desk.undo(hit_id, "cem")

    history = desk.history(hit_id)
    assert found.narrative == "open-balkan"
    assert stands is not None
    assert stands.by == "ana"
    assert [(row.by, row.decision and row.decision.verdict, row.undoes) for row in history] == [
        ("ana", "confirmed", None),
        ("ben", "dismissed", None),
        ("cem", None, history[1].id),
    ]


def test_decisions_outlive_a_hit_s_retirement_and_return(
    desk: Desk, archive: SqlArchive, store: SqlStore, hit_id: str
) -> None:
    item_id, feed = archive.hits(Filters(), 1).rows[0].item_id, make.feed()
    desk.decide(hit_id, said(Verdict.CONFIRMED))

    for version, hits in enumerate([(), (make.hit(score=90.0),)], 1):
        edit = EditedItem(item_id, version, make.item(f"Naslov {version}"), hits)
        store.record(make.poll(at=make.NOW + timedelta(hours=version), edited=(edit,)), feed)
        stays = desk.reviews.hit(int(hit_id))
        assert stays is not None
        assert len(desk.history(hit_id)) == 1

    assert reviews(archive, reviews=("confirmed",)) == [("confirmed", "")]


def test_one_who_works_alone_confirms_everything(desk: Desk, hit_id: str) -> None:
    desk.decide(hit_id, said(Verdict.CONFIRMED, by="anybody"))


def test_from_the_first_profile_on_only_readers_of_a_language_confirm_in_it(
    desk: Desk, hit_id: str
) -> None:
    desk.profile("ana", ["sr"])
    desk.profile("besa", ["sq"])

    desk.decide(hit_id, said(Verdict.CONFIRMED, by="ana"))
    desk.decide(hit_id, said(Verdict.UNSURE, by="besa"))
    desk.decide(hit_id, said(Verdict.DISMISSED, by="besa", reason="sport"))
    for stranger in ("besa", "zoe"):
        with pytest.raises(ConfigError, match="monitor review profile"):
            desk.decide(hit_id, said(Verdict.CONFIRMED, by=stranger))


def test_a_reason_belongs_to_a_dismissal(desk: Desk, hit_id: str) -> None:
    with pytest.raises(ConfigError, match="--dismiss"):
        desk.decide(hit_id, said(Verdict.CONFIRMED, reason="satire"))


@pytest.mark.parametrize("wrong", ["0", "999", "x", "-1", "١"])
def test_what_is_not_there_is_said(desk: Desk, wrong: str) -> None:
    with pytest.raises(NotFoundError):
        desk.decide(wrong, said(Verdict.CONFIRMED))
    with pytest.raises(NotFoundError):
        desk.read(wrong, "ana", [])


def test_nothing_to_undo_is_said(desk: Desk, hit_id: str) -> None:
    with pytest.raises(NotFoundError, match="nothing to undo"):
        desk.undo(hit_id, "ana")


def test_reading_a_whole_item_decides_its_open_hits(desk: Desk, archive: SqlArchive) -> None:
    item = archive.hits(Filters(), 1).rows[0].item_id

    desk.read(str(item), "ana", ["open-balkan", "russian-money"])

    found = {row.hit.narrative: row.review for row in archive.hits(Filters(), 10).rows}
    assert found == {"open-balkan": "confirmed", "rs-secession": "dismissed"}


def test_what_was_dismissed_in_a_window_is_known_while_it_stands(
    desk: Desk, archive: SqlArchive, hit_id: str, clock: FakeClock
) -> None:
    day = timedelta(days=1)
    windows = [Filters(since=make.NOW + n * day, until=make.NOW + (n + 1) * day) for n in range(3)]
    clock.sleep(1.5 * day)
    desk.decide(hit_id, said(Verdict.DISMISSED, reason="satire"))

    named = [[str(one.hit_id) for one in archive.withdrawn(window)] for window in windows]
    assert named == [[], [hit_id], []]

    desk.undo(hit_id, "ana")

    assert not archive.withdrawn(windows[1])
