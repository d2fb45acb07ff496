"""Feeds: which of them we can see through, which not, and why."""

from collections import Counter
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from monitor.adapters.render.labels import reason
from monitor.domain.errors import NotFoundError
from monitor.domain.feed import Feed
from monitor.domain.people import Person
from monitor.domain.polling import FetchEvent, Outcome
from monitor.domain.urls import without_userinfo
from monitor.services.feed_editing import checked_address
from monitor.web import figures
from monitor.web.found import link
from monitor.web.page import language_of, show
from monitor.web.site import Here, Operator, Site, Viewer

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
        countries=sorted({one.feed.outlet.country for one in report}, key=lang.country),
        why=lambda code: reason(code, lang),
    )


@ROUTER.get("/feeds/{feed_id}")
def feed(request: Request, here: Here, person: Viewer, feed_id: str) -> Response:
    """Show one feed: its state and its last events."""
    return _shown(request, here, person, _known(here.app.feeds, feed_id))


@ROUTER.post("/feeds/{feed_id}/probe")
def probe(request: Request, here: Here, person: Operator, feed_id: str) -> Response:
    """Fetch and read a feed now; nothing is stored."""
    known = _known(here.app.feeds, feed_id)
    return _shown(request, here, person, known, probed=_probed(here, known))


@ROUTER.post("/feeds/{feed_id}/address")
def address(
    request: Request,
    here: Here,
    person: Operator,
    feed_id: str,
    url: Annotated[str, Form(max_length=2048)] = "",
    keep: bool = Form(default=False),  # noqa: FBT001 - the button that was pressed
) -> Response:
    """Try another address; keep it in the operator's list if that is asked and it answers."""
    known = _known(here.app.feeds, feed_id)
    checked_address(url)
    probed = _probed(here, replace(known, url=url.strip()))
    if not keep or probed.outcome is Outcome.FAILED:
        return _shown(request, here, person, known, probed=probed, tried=url.strip())
    before = here.app.feed_tools.readdress(feed_id, url)
    here.present.read_feeds()
    old = without_userinfo(before.url)
    here.app.people.audit(person.name, "feed readdressed", f"{feed_id}: {old} -> {url}")
    return RedirectResponse(f"/feeds/{feed_id}", 303)


@ROUTER.post("/feeds/{feed_id}/poll")
def poll(here: Here, person: Operator, feed_id: str) -> Response:
    """Poll a feed now, and keep what it brings."""
    known = _known(here.app.feeds, feed_id)
    here.app.poll([known], lambda _feed, _event: None)
    here.app.people.audit(person.name, "feed polled", feed_id)
    return RedirectResponse(f"/feeds/{known.id}", 303)


def _probed(here: Site, feed: Feed) -> FetchEvent:
    return here.app.probe([feed], lambda _feed, _event: None).events[0]


def _shown(
    request: Request,
    here: Site,
    person: Person,
    feed: Feed,
    *,
    probed: FetchEvent | None = None,
    tried: str = "",
) -> Response:
    lang, app, address = language_of(request), here.app, without_userinfo(feed.url)
    health = next((one for one in app.feed_tools.health() if one.feed.id == feed.id), None)
    return show(
        request,
        "feed.html.j2",
        person,
        feed=feed,
        address=address,
        url=link(address),
        health=health,
        drawn=figures.feed(health, app.clock.now(), lang) if health else None,
        events=app.reading.feed_events(feed.id, EVENTS),
        probed=probed,
        tried=tried,
        why=lambda code: reason(code, lang),
    )


def _known(feeds: tuple[Feed, ...], feed_id: str) -> Feed:
    for one in feeds:
        if one.id == feed_id:
            return one
    raise NotFoundError(f"no feed is called {feed_id[:60]}")
