"""Feeds: which of them we can see through, which not, and why."""

from collections import Counter
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from monitor.adapters.render.labels import reason
from monitor.domain.errors import NotFoundError
from monitor.domain.feed import Feed
from monitor.web import figures
from monitor.web.found import link
from monitor.web.page import language_of, show
from monitor.web.site import Here, Operator, Viewer

ROUTER: Final = APIRouter()
EVENTS: Final = 30


@ROUTER.get("/feeds")
def feeds(
    request: Request, here: Here, person: Viewer, state: str = "", country: str = ""
) -> Response:
    """List every enabled feed, the worst first."""
    report = here.app.feed_tools.health()
    counts = Counter(str(one.condition) for one in report)
    chosen = [
        one
        for one in report
        if (not state or one.condition == state)
        and (not country or one.feed.outlet.country == country)
    ]
    lang = language_of(request)
    return show(
        request,
        "feeds.html.j2",
        person,
        report=chosen,
        counts=counts,
        total=len(report),
        state=state,
        country=country,
        countries=sorted({one.feed.outlet.country for one in report}),
        why=lambda code: reason(code, lang),
    )


@ROUTER.get("/feeds/{feed_id}")
def feed(request: Request, here: Here, person: Viewer, feed_id: str) -> Response:
    """Show one feed: its state and its last events."""
    known = _known(here.app.feeds, feed_id)
    health = next((one for one in here.app.feed_tools.health() if one.feed.id == feed_id), None)
    lang = language_of(request)
    return show(
        request,
        "feed.html.j2",
        person,
        feed=known,
        url=link(known.url),
        health=health,
        drawn=figures.feed(health, here.app.clock.now(), lang) if health else None,
        events=here.app.reading.feed_events(feed_id, EVENTS),
        probed=None,
        why=lambda code: reason(code, lang),
    )


@ROUTER.post("/feeds/{feed_id}/probe")
def probe(request: Request, here: Here, person: Operator, feed_id: str) -> Response:
    """Fetch and read a feed now; nothing is stored."""
    known = _known(here.app.feeds, feed_id)
    probed = here.app.probe([known], lambda _feed, _event: None)
    lang = language_of(request)
    return show(
        request,
        "feed.html.j2",
        person,
        feed=known,
        url=link(known.url),
        health=None,
        drawn=None,
        events=here.app.reading.feed_events(feed_id, EVENTS),
        probed=probed.events[0],
        why=lambda code: reason(code, lang),
    )


@ROUTER.post("/feeds/{feed_id}/poll")
def poll(here: Here, person: Operator, feed_id: str) -> Response:
    """Poll a feed now, and keep what it brings."""
    known = _known(here.app.feeds, feed_id)
    here.app.poll([known], lambda _feed, _event: None)
    here.app.people.audit(person.name, "feed polled", feed_id)
    return RedirectResponse(f"/feeds/{known.id}", 303)


def _known(feeds: tuple[Feed, ...], feed_id: str) -> Feed:
    for one in feeds:
        if one.id == feed_id:
            return one
    raise NotFoundError(f"no feed is called {feed_id[:60]}")
