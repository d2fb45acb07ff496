"""Hits, items and stories."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from monitor.domain.errors import NotFoundError
from monitor.web.api import rows
from monitor.web.api.answers import (
    MAX_LIMIT,
    STREAMED,
    Cursor,
    Form,
    Id,
    Limit,
    every,
    listed,
    streamed,
    tagged,
)
from monitor.web.params import Search
from monitor.web.site import Here, Viewer

ROUTER: Final = APIRouter(tags=["archive"])


@ROUTER.get("/hits", response_model=rows.Hits)
def hits(
    request: Request,
    here: Here,
    person: Viewer,
    asked: Search,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Response:
    """Return hits, newest first."""
    del person
    page = here.app.search_hits(asked.filters(), limit, cursor)
    return tagged(request, listed(request, "hits", [here.app.row(one) for one in page.rows], page))


@ROUTER.get("/items", response_model=rows.Items)
def items(
    request: Request,
    here: Here,
    person: Viewer,
    asked: Search,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Response:
    """Return items, hits or not, newest first."""
    del person
    page = here.app.search_items(asked.filters(), limit, cursor)
    return tagged(request, listed(request, "items", [here.app.row(one) for one in page.rows], page))


@ROUTER.get("/items/{item_id}", response_model=rows.WholeItem)
def item(request: Request, here: Here, person: Viewer, item_id: Id) -> Response:
    """Return one item with its hits and what it said before."""
    del person
    found = here.app.reading.item(item_id)
    if found is None:
        raise NotFoundError(f"there is no item {item_id}")
    whole = rows.WholeItem(
        item_id=str(found.item_id),
        title=found.title,
        summary=found.summary,
        url=found.url,
        outlet=found.outlet_id,
        outlet_name=found.outlet_name,
        country=found.country,
        lang=found.lang,
        published_at=found.published_at,
        first_seen_at=found.first_seen_at,
        edited_at=found.edited_at,
        hits=[
            rows.Hit.model_validate(here.app.row(one)) for one in here.app.reading.hits_of(item_id)
        ],
        versions=[
            rows.Version(version=one.version, title=one.title, summary=one.summary, until=one.until)
            for one in here.app.reading.versions(item_id)
        ],
    )
    return tagged(request, whole.model_dump(mode="json"))


@ROUTER.get("/stories/{story_id}", response_model=rows.Story)
def story(request: Request, here: Here, person: Viewer, story_id: Id) -> Response:
    """Return the story with that number, or of the item with it, first seen in our feeds first."""
    del person
    found = here.app.reading.story(story_id)
    if found is None:
        raise NotFoundError(f"there is no story {story_id}")
    whole = rows.Story(
        story_id=str(found.story_id),
        items=[rows.sighting(one) for one in found.items],
        spread=rows.spread(found.spread),
    )
    return tagged(request, whole.model_dump(mode="json"))


@ROUTER.get("/export/hits", response_class=StreamingResponse, responses=STREAMED)
def export(here: Here, person: Viewer, asked: Search, format: Form = "jsonl") -> Response:  # noqa: A002
    """Stream every hit of a search as JSON Lines or CSV."""
    del person
    app, filters = here.app, asked.filters()
    app.search_hits(filters, 1, "")  # a wrong question is answered before the stream begins
    found = every(lambda cursor: app.search_hits(filters, MAX_LIMIT, cursor))
    return streamed(app, "hits", app.exporting.rows(filters, found), format)


@ROUTER.get("/export/items", response_class=StreamingResponse, responses=STREAMED)
def export_items(here: Here, person: Viewer, asked: Search, format: Form = "jsonl") -> Response:  # noqa: A002
    """Stream every item of a search, hit or not, as JSON Lines or CSV."""
    del person
    app, filters = here.app, asked.filters()
    app.search_items(filters, 1, "")
    found = every(lambda cursor: app.search_items(filters, MAX_LIMIT, cursor))
    return streamed(app, "items", map(app.row, found), format)
