"""How the feeds do."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from monitor.domain.errors import NotFoundError
from monitor.domain.health import Health
from monitor.web.api import reports
from monitor.web.api.answers import Name, tagged
from monitor.web.site import Here, Viewer

ROUTER: Final = APIRouter(tags=["feeds"])
MAX_EVENTS: Final = 1000


@ROUTER.get("/feeds", response_model=reports.FeedList)
def feeds(request: Request, here: Here, person: Viewer) -> Response:
    """Return how each enabled feed does, the worst first."""
    del person
    listed = reports.FeedList(feeds=[_health(one) for one in here.app.feed_tools.health()])
    return tagged(request, listed.model_dump(mode="json"))


@ROUTER.get("/feeds/{feed_id}", response_model=reports.Feed)
def feed(
    request: Request,
    here: Here,
    person: Viewer,
    feed_id: Name,
    events: Annotated[int, Query(ge=1, le=MAX_EVENTS)] = 30,
) -> Response:
    """Return one feed and its last events, newest first."""
    del person
    known = next((one for one in here.app.feeds if one.id == feed_id), None)
    if known is None:
        raise NotFoundError(f"no feed is called {feed_id[:60]}")
    health = next((one for one in here.app.feed_tools.health() if one.feed.id == feed_id), None)
    whole = reports.Feed(
        id=known.id,
        url=known.url,
        outlet=known.outlet.id,
        outlet_name=known.outlet.name,
        country=known.outlet.country,
        enabled=known.enabled,
        health=_health(health) if health else None,
        events=[
            reports.FeedEvent.model_validate(one)
            for one in here.app.reading.feed_events(feed_id, events)
        ],
    )
    return tagged(request, whole.model_dump(mode="json"))


def _health(one: Health) -> reports.FeedHealth:
    return reports.FeedHealth(
        id=one.feed.id,
        outlet=one.feed.outlet.id,
        country=one.feed.outlet.country,
        condition=one.condition.value,
        yesterday=one.yesterday.value,
        reason=one.reason,
        failures=one.failures,
        failing_since=one.failing_since,
        last_ok_at=one.last_ok_at,
        last_new_at=one.last_new_at,
        new_per_day=list(one.new_per_day),
        next_poll_at=one.next_poll_at,
    )
