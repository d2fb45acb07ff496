from datetime import UTC, datetime, timedelta

import pytest

from monitor.domain.backups import plan

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LAST_NIGHT, YESTERDAY = "monitor-20261123T030500Z.backup", "monitor-20261122T031000Z.backup"


@pytest.mark.parametrize(
    ("names", "now", "is_due"),
    [
        ([], NOON, True),
        ([LAST_NIGHT], NOON, False),
        ([YESTERDAY], NOON, True),
        ([YESTERDAY], NOON.replace(hour=2), False),
        ([YESTERDAY], NOON.replace(hour=3), True),
        (["monitor-20261123T110000Z.backup"], NOON, False),
        (["monitor-20271123T030500Z.backup"], NOON, True),  # by a clock that was set back since
        (["notes.txt", "monitor-20261399T030500Z.backup"], NOON, True),
    ],
)
def test_there_is_one_backup_a_night(names: list[str], now: datetime, is_due: bool) -> None:  # noqa: FBT001
    assert (plan(names, now).name is not None) is is_due


def test_after_a_fortnight_backups_go_but_the_newest_and_what_is_not_ours() -> None:
    days = [NOON - timedelta(days=n) for n in range(20, 28)]
    names = [f"monitor-{day:%Y%m%dT%H%M%S}Z.backup" for day in days]

    found = plan([*names, "family.jpg"], NOON)

    assert found.name == "monitor-20261123T120000Z.backup"
    assert found.outdated == tuple(sorted(names[1:]))
    assert plan([LAST_NIGHT, *names], NOON).outdated == ()  # nothing is deleted without a new one
