"""Wiring of the tools that operators look after the feeds with."""

from typing import TYPE_CHECKING, Final

from monitor.adapters import feed_editor, feedlist, opml, packaged, site
from monitor.adapters.feed_history import SqlFeedHistory
from monitor.app.feeds import web
from monitor.ports import FeedHistory
from monitor.services.feed_tools import FeedTools

if TYPE_CHECKING:
    from monitor.app.parts import Parts

FEEDS: Final = "feeds.yaml"


def feed_tools(app: "Parts") -> FeedTools:
    """Return what operators look after the feeds with."""
    return FeedTools(
        listed=lambda: app.feeds,
        packaged=lambda: feedlist.load(packaged.packaged(FEEDS)),
        book=lambda create: feed_editor.FeedFile(app.feeds_file, create=create),
        history=lambda: _history(app),
        web=lambda: web(app),
        site=site.Sites(),
        outlines=opml.Opml(),
        clock=app.clock,
    )


def _history(app: "Parts") -> FeedHistory:
    app.database.check()
    return SqlFeedHistory(app.database, app.events)
