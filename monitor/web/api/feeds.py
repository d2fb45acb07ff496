"""How the feeds do."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from monitor.web.api import rows
from monitor.web.api.archive import tagged
from monitor.web.site import Here, Viewer

ROUTER: Final = APIRouter(tags=["feeds"])


@ROUTER.get("/feeds", response_model=rows.FeedList)
def feeds(request: Request, here: Here, person: Viewer) -> Response:
    """Return how each enabled feed does, the worst first."""
    del person
    listed = rows.FeedList(
        feeds=[
            rows.FeedHealth(
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
            for one in here.app.feed_tools.health()
        ]
    )
    return tagged(request, listed.model_dump(mode="json"))
