"""Searches that are answered by a replica. Here it is another database, so that one sees which."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy.engine import URL

import make
from monitor.adapters.database import Database
from monitor.adapters.store import SqlStore
from monitor.app import App, build
from monitor.app.doctoring import examine
from monitor.domain.errors import ConfigError
from monitor.domain.polling import NewItem
from monitor.ports import Filters
from monitor.settings import load
from support.postgres import Cluster


@pytest.fixture
def replica_url(postgres: Cluster, postgres_template: URL) -> Iterator[str]:
    """The address of a database that has one item more than the other."""
    url = postgres.make(postgres_template)
    shown = url.render_as_string(hide_password=False)
    database, feed = Database(shown), make.feed()
    new = (NewItem(make.item("Samo u replici"), (make.hit(),)),)
    SqlStore(database).record(replace(make.poll(of=feed), new=new), feed)
    database.close()
    yield shown
    postgres.drop(url)


def app(url: str, replica: str) -> App:
    return build(load({"MONITOR_READ_DATABASE_URL": replica}, {"database_url": url}))


def test_searches_go_to_the_replica_and_nothing_else_does(
    postgres_url: str, replica_url: str
) -> None:
    program = app(postgres_url, replica_url)
    items = program.search_items(Filters("replici"), 9, "").rows
    hits = program.search_hits(Filters(), 9, "").rows
    itself = program.archive.items(Filters(), 9).rows
    findings = {one.check: one for one in examine(program)}
    program.database.close()
    assert program.replica
    program.replica.close()

    assert [one.title for one in items] == ["Samo u replici"]
    assert [one.title for one in hits] == ["Samo u replici"]
    assert not itself
    assert findings["replica"].status == "ok"


def test_sqlite_has_no_replica(sqlite_url: str, postgres_url: str) -> None:
    with pytest.raises(ConfigError, match="MONITOR_READ_DATABASE_URL"):
        app(postgres_url, sqlite_url)
    with pytest.raises(ConfigError, match="is for PostgreSQL"):
        app(sqlite_url, postgres_url).search_items(Filters(), 9, "")
