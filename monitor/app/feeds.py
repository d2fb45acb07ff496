"""Wiring of what meets the feeds."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from monitor.adapters.http.fetcher import HttpFetcher, user_agent
from monitor.adapters.langid import LanguageDetector
from monitor.adapters.parse import FeedParser
from monitor.adapters.store import SqlStore
from monitor.domain import schedule
from monitor.domain.feed import Feed
from monitor.ports import Fetcher, Parser, Store
from monitor.services.choose import named
from monitor.services.poll import PollFeeds

if TYPE_CHECKING:
    from monitor.app.parts import Parts


def store_of(app: "Parts") -> Store:
    """Return the side of the database that polls write to. Raises StorageError."""
    app.database.check(create=True)
    return app.keeping.noting(SqlStore(app.database))


def chosen(app: "Parts", ids: Sequence[str], *, every: bool) -> list[Feed]:
    """Return the feeds to poll now: the named ones, every enabled one, or those due.

    Raises ConfigError for a name that is not listed or is switched off.
    """
    if ids:
        return named(app.feeds, ids, str(app.feeds_file))
    if every:
        return [feed for feed in app.feeds if feed.enabled]
    states = store_of(app).states(feed.id for feed in app.feeds)
    return schedule.due(app.feeds, states, app.clock.now())


@contextmanager
def poller(app: "Parts", store: Store) -> Iterator[PollFeeds]:
    """Hold what polling needs, processes for parsing among it, for as many polls as wanted."""
    matcher = app.matcher  # before the first request: a wrong catalogue must cost nothing
    gc.freeze()  # the catalogue's tables never become garbage: do not look through them again
    with web(app) as (fetcher, parser):
        yield PollFeeds(
            fetcher=fetcher,
            parser=parser,
            matcher=matcher,
            store=store,
            clock=app.clock,
            detect=LanguageDetector(),
            listed=frozenset(feed.url for feed in app.feeds),
        )


@contextmanager
def web(app: "Parts") -> Iterator[tuple[Fetcher, Parser]]:
    """Hold the way to documents, and what reads them."""
    private = app.settings.allow_private_networks
    agent = user_agent(app.settings.contact)
    with FeedParser() as parser:
        yield HttpFetcher(agent, allow_private_networks=private), parser
