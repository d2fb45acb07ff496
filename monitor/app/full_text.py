"""The wiring of full text: articles read beside the feeds, where they may decide."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from monitor.domain.errors import ConfigError
from monitor.domain.pages import Gathered, Lines
from monitor.services.full_text import ReadArticles
from monitor.services.visits import Limits, Visits

if TYPE_CHECKING:
    from monitor.app import App

EXTRA: Final = "fulltext"
BOX: Final = Limits(pages=20, time=timedelta(minutes=2))  # of one run of the service


def read_articles(app: "App", limits: Limits, told: Callable[[Gathered], None]) -> Gathered:
    """Read the articles of recent items at or near a threshold.

    Raises ConfigError where it is not switched on or the extra is not there, StorageError.
    """
    require(app)
    from monitor.adapters.compiled import matcher_of
    from monitor.adapters.host_turns import SqlHosts
    from monitor.adapters.http.fetcher import HttpFetcher, user_agent
    from monitor.adapters.pages.reader import ArticleReader
    from monitor.adapters.pages.rows import SqlPages
    from monitor.adapters.site import Sites

    app.database.check()
    agent, private = user_agent(app.settings.contact), app.settings.allow_private_networks
    visits = Visits(
        HttpFetcher(agent, allow_private_networks=private),
        Sites(),
        SqlHosts(app.database),
        app.clock,
    )
    with ArticleReader(agent, allow_private_networks=private) as reader:
        service = ReadArticles(
            visits=visits,
            reader=reader,
            book=SqlPages(app.database),
            # A matcher has one reader, and that of the app is the polls'.
            matcher=cache(lambda: matcher_of(app.narratives_directory)),
            lines=lambda: _lines(app),
            clock=app.clock,
        )
        done = service.run(limits, told)
    if done.kept:
        app.keeping.note_use(app.clock.now())
    return done


def require(app: "App") -> None:
    """Raise ConfigError where full text is not switched on, or its extra is not installed."""
    from monitor.adapters.exports.extras import needed

    if not app.settings.fulltext:
        what = "is off; `true` lets the pages of items near a threshold be fetched from publishers"
        raise ConfigError(what, where="MONITOR_FULLTEXT")
    needed("trafilatura", EXTRA)


def read_some(app: "App") -> None:
    """Do a bounded piece of the work, for the service. Raises ConfigError, StorageError."""
    read_articles(app, BOX, lambda _done: None)


def _lines(app: "App") -> Lines:
    return {
        one.id: (one.review_threshold, one.digest_threshold) for one in app.catalogue.narratives
    }
