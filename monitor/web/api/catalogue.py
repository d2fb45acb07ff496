"""Narratives, and where they surface."""

from datetime import date, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from monitor.domain.digest import Window
from monitor.domain.errors import NotFoundError
from monitor.web.api import rows
from monitor.web.api.archive import tagged
from monitor.web.site import Here, Viewer

ROUTER: Final = APIRouter(tags=["catalogue"])


@ROUTER.get("/narratives", response_model=rows.Narratives)
def narratives(request: Request, here: Here, person: Viewer) -> Response:
    """Return the catalogue's narratives."""
    del person
    catalogue = here.app.catalogue
    listed = rows.Narratives(
        version=here.app.matcher.catalogue_version,
        narratives=[
            rows.Narrative(
                id=one.id,
                title=one.title,
                titles=dict(one.titles),
                summary=one.summary,
                paragraphs=list(one.paragraphs),
                digest_threshold=one.digest_threshold,
                review_threshold=one.review_threshold,
            )
            for one in catalogue.narratives
        ],
    )
    return tagged(request, listed.model_dump(mode="json"))


@ROUTER.get("/narratives/{narrative_id}/movement", response_model=rows.Movement)
def movement(
    request: Request,
    here: Here,
    person: Viewer,
    narrative_id: Annotated[str, Path(max_length=60)],
    days: Annotated[int, Query(ge=1, le=3660)] = 90,
) -> Response:
    """Return how many digest-grade items carried a narrative, by day and by place."""
    del person
    if narrative_id not in {one.id for one in here.app.catalogue.narratives}:
        raise NotFoundError(f"no narrative is called {narrative_id}")
    until = here.app.clock.now()
    window = Window(until - timedelta(days=days), until)
    reading = here.app.reading
    found = rows.Movement(
        narrative=narrative_id,
        since=window.since,
        until=window.until,
        days=[
            rows.Count(day=date.fromisoformat(one.key), items=one.items)
            for one in reading.days(narrative_id, window)
        ],
        places=[
            rows.Place(country=country, lang=lang, items=items)
            for country, lang, items in reading.spread(narrative_id, window)
        ],
    )
    return tagged(request, found.model_dump(mode="json"))
