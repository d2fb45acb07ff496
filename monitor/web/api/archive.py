"""Hits and items."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from monitor.domain.errors import NotFoundError
from monitor.ports import Filters, Page
from monitor.web.api import rows
from monitor.web.params import Search
from monitor.web.site import Here, Viewer

ROUTER: Final = APIRouter(tags=["archive"])
MAX_LIMIT: Final = 1000
_BIGGEST: Final = 2**63 - 1
_Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
_Cursor = Annotated[str, Query(max_length=200)]


@ROUTER.get("/hits", response_model=rows.Hits)
def hits(
    request: Request,
    here: Here,
    person: Viewer,
    asked: Search,
    limit: _Limit = 50,
    cursor: _Cursor = "",
) -> Response:
    """Return hits, newest first."""
    del person
    page = here.app.search_hits(asked.filters(), limit, cursor)
    return tagged(request, _listed(request, "hits", [here.app.row(one) for one in page.rows], page))


@ROUTER.get("/items", response_model=rows.Items)
def items(
    request: Request,
    here: Here,
    person: Viewer,
    asked: Search,
    limit: _Limit = 50,
    cursor: _Cursor = "",
) -> Response:
    """Return items, hits or not, newest first."""
    del person
    page = here.app.search_items(asked.filters(), limit, cursor)
    return tagged(
        request, _listed(request, "items", [here.app.row(one) for one in page.rows], page)
    )


@ROUTER.get("/items/{item_id}", response_model=rows.WholeItem)
def item(
    request: Request, here: Here, person: Viewer, item_id: Annotated[int, Path(ge=1, le=_BIGGEST)]
) -> Response:
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


@ROUTER.get(
    "/export/hits",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/x-ndjson": {}, "text/csv": {}}}},
)
def export(
    here: Here,
    person: Viewer,
    asked: Search,
    format: Literal["jsonl", "csv"] = "jsonl",  # noqa: A002
) -> Response:
    """Stream every hit of a search as JSON Lines or CSV."""
    del person
    filters = asked.filters()
    here.app.search_hits(filters, 1, "")  # a wrong question is answered before the stream begins
    kind = "text/csv; charset=utf-8" if format == "csv" else "application/x-ndjson"
    lines = (
        here.app.csv_lines(_all(here.app.archive, here.app.row, filters))
        if format == "csv"
        else (
            json.dumps(row, ensure_ascii=False) + "\n"
            for row in _all(here.app.archive, here.app.row, filters)
        )
    )
    name = f'attachment; filename="hits.{format}"'
    return StreamingResponse(lines, media_type=kind, headers={"content-disposition": name})


def tagged(request: Request, body: Mapping[str, Any]) -> Response:
    """Return the body with its ETag, or nothing but that it is unchanged."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
    tag = f'"{hashlib.blake2b(text, digest_size=12).hexdigest()}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return JSONResponse(body, headers=headers)


def _all(archive: Any, row: Any, filters: Filters) -> Iterator[dict[str, object]]:  # noqa: ANN401
    cursor = ""
    while True:
        page = archive.hits(filters, MAX_LIMIT, cursor)
        yield from map(row, page.rows)
        if not (cursor := page.cursor):
            return


def _listed(
    request: Request, name: str, found: list[dict[str, object]], page: Page[Any]
) -> dict[str, Any]:
    onward = None
    if page.cursor:
        onward = str(
            request.url.include_query_params(cursor=page.cursor).replace(scheme="", netloc="")
        )
    return {name: found, "next": onward}
