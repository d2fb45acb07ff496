from datetime import UTC, datetime, timedelta

import pytest

import make
from monitor.adapters.database import Database
from monitor.adapters.leases import SqlLeases, hosts
from monitor.adapters.store import SqlStore
from monitor.adapters.tables import host
from monitor.domain.errors import LeaseLostError
from monitor.ports.service import Lease

LATER = make.NOW + timedelta(hours=1)


def claimed(leases: SqlLeases, limit: int = 10) -> dict[str, Lease]:
    with leases.claiming(make.NOW, limit) as (_, found):
        return {lease.name: lease for lease in found}


def test_what_is_due_is_leased_once_the_longest_first(database: Database) -> None:
    leases, other = hosts(database), hosts(database)
    leases.plan({"a:80": make.NOW, "b:80": make.NOW - timedelta(hours=1), "c:80": LATER})

    first, second, third = claimed(leases, 1), claimed(other), claimed(leases)

    assert (list(first), list(second), list(third)) == (["b:80"], ["a:80"], [])


def test_a_released_host_is_due_when_its_holder_says(database: Database) -> None:
    leases = hosts(database)
    leases.plan({"a:80": make.NOW})
    leases.release(claimed(leases)["a:80"], LATER)

    assert claimed(leases) == {}
    assert leases.waiting(LATER) == 1


def test_a_lapsed_lease_is_taken_over_and_the_late_worker_is_refused(database: Database) -> None:
    leases = SqlLeases(database, host, timedelta(0))
    leases.plan({"a:80": make.NOW})
    zombie = claimed(leases)["a:80"]
    heir = claimed(leases)["a:80"]
    late = SqlStore(database, leases.guard(zombie))

    with pytest.raises(LeaseLostError, match="no longer ours"):
        late.record(make.poll(make.item()), make.feed())
    leases.release(zombie, LATER)

    assert late.states(["primer-vesti"]) == {}
    assert SqlStore(database, leases.guard(heir)).record(make.poll(make.item()), make.feed()) == 0


def test_voided_leases_let_their_holders_commit_nothing(database: Database) -> None:
    leases = hosts(database)
    leases.plan({"a:80": make.NOW})
    before = claimed(leases)["a:80"]

    assert leases.release_all() == 1

    with pytest.raises(LeaseLostError):
        SqlStore(database, leases.guard(before)).record(make.poll(), make.feed())
    assert list(claimed(leases)) == ["a:80"]


def test_a_new_plan_forgets_hosts_but_never_breaks_a_lease(database: Database) -> None:
    leases = hosts(database)
    leases.plan({"a:80": make.NOW, "b:80": LATER})
    held = claimed(leases)["a:80"]

    leases.plan({"c:80": make.NOW})

    assert list(claimed(leases)) == ["c:80"]
    leases.release(held, make.NOW)
    leases.plan({"c:80": LATER})
    assert leases.waiting(make.NOW) == 0


def test_a_clock_that_was_set_back_freezes_nothing(database: Database) -> None:
    ahead = SqlLeases(database, host, timedelta(days=400))
    ahead.plan({"a:80": make.NOW, "b:80": make.NOW + timedelta(days=365)})

    assert set(claimed(ahead)) == {"a:80", "b:80"}
    assert set(claimed(hosts(database))) == {"a:80", "b:80"}


def test_who_takes_a_host_out_of_turn_keeps_polls_off_it_and_a_pause_after(
    database: Database,
) -> None:
    leases, now = hosts(database), datetime.now(UTC)
    hour = timedelta(hours=1)
    leases.plan({"a:80": now - hour, "b:80": now - hour})
    lease, other = leases.take("a:80"), leases.take("b:80")

    assert lease
    assert other
    assert (leases.take("a:80"), leases.waiting(now)) == (None, 0)

    leases.put_back(lease, -hour)
    leases.put_back(other, hour)

    assert (leases.waiting(now), leases.waiting(now + 2 * hour)) == (1, 2)
    assert (leases.take("c:80"), leases.knows("c:80"), leases.knows("a:80")) == (None, False, True)
