import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result

import make
from monitor.adapters.archive import SqlArchive
from monitor.adapters.store import SqlStore
from monitor.cli.movement import movement
from monitor.cli.quality import quality
from monitor.cli.review import review
from monitor.ports import Filters


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database is enough for what commands say."""
    return sqlite_url


@pytest.fixture
def hit(store: SqlStore, archive: SqlArchive) -> str:
    at = datetime.now(UTC) - timedelta(hours=1)  # the commands ask the machine for the time
    store.record(make.poll(make.item("Jedan"), at=at, hits=(make.hit(),)), make.feed())
    return str(archive.hits(Filters(), 1).rows[0].hit_id)


@pytest.fixture
def run(database_url: str) -> Any:
    def run(command: Any, *arguments: str) -> Result:
        return CliRunner().invoke(
            command, arguments, env={"MONITOR_DATABASE_URL": database_url}, obj={}
        )

    return run


@pytest.mark.parametrize(
    ("flags", "verdict"),
    [
        (["--confirm"], "confirmed"),
        (["--confirm", "--stance", "rebuts", "--by", "ana"], "confirmed"),
        (["--dismiss", "--reason", "old item"], "dismissed"),
        (["--dismiss"], "dismissed"),
        (["--unsure", "--note", "ask ben"], "unsure"),
    ],
)
def test_a_hit_is_decided_and_the_decision_taken_back(
    run: Any, hit: str, archive: SqlArchive, flags: list[str], verdict: str
) -> None:
    assert run(review, "set", hit, *flags).exit_code == 0
    assert archive.hits(Filters(), 1).rows[0].review == verdict
    told = json.loads(run(review, "history", hit, "--json").output)["history"]
    assert [row["verdict"] for row in told] == [verdict]

    assert run(review, "undo", hit).exit_code == 0
    assert archive.hits(Filters(), 1).rows[0].review == "unreviewed"


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["--confirm", "--dismiss"],
        ["--dismiss", "--reason", "taste"],
        ["--confirm", "--reason", "sport"],
        ["--confirm", "--by", " "],
    ],
)
def test_a_decision_that_says_nothing_or_two_things_is_refused(
    run: Any, hit: str, archive: SqlArchive, wrong: list[str]
) -> None:
    assert run(review, "set", hit, *wrong).exit_code != 0
    assert archive.hits(Filters(), 1).rows[0].review == "unreviewed"


def test_a_decision_changes_queue_quality_and_movement_at_once(run: Any, hit: str) -> None:
    def told() -> tuple[int, int, list[str]]:
        row = json.loads(run(quality, "--json").output)["precision"]
        found = json.loads(run(movement, "--json").output)["movement"]
        queued = json.loads(run(review, "list", "--json").output)["queue"]
        return row["dismissed"], len(found), [place["hit"] for place in queued if place["hit"]]

    before = told()

    run(review, "set", hit, "--dismiss", "--reason", "homonym")
    assert told()[:2] == (1, 0)
    assert hit not in told()[2]

    run(review, "undo", hit)
    assert told() == before
