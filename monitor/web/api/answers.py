"""How the API answers: with a tag, in pages, or as a stream."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Annotated, Any, Final, Literal, TypeVar

from fastapi import Path, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from monitor.app import App
from monitor.ports import Page

MAX_LIMIT: Final = 1000
BIGGEST: Final = 2**63 - 1
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
Cursor = Annotated[str, Query(max_length=200)]
Id = Annotated[int, Path(ge=-BIGGEST, le=BIGGEST)]  # negative: of before 1970
Name = Annotated[str, Path(max_length=80)]
Form = Literal["jsonl", "csv"]
STREAMED: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "One row a line; CSV with a head.",
        "content": {"application/x-ndjson": {}, "text/csv": {}},
    }
}
Row = TypeVar("Row")


def tagged(request: Request, body: Mapping[str, Any]) -> Response:
    """Return the body with its ETag, or nothing but that it is unchanged."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
    tag = tag_of(text)
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return JSONResponse(body, headers=headers)


def tag_of(body: bytes) -> str:
    """Return the ETag of a body."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def listed(
    request: Request, name: str, found: list[dict[str, object]], page: Page[Any]
) -> dict[str, Any]:
    """Return a page of a list, and where the next one is."""
    onward = None
    if page.cursor:
        onward = str(
            request.url.include_query_params(cursor=page.cursor).replace(scheme="", netloc="")
        )
    return {name: found, "next": onward}


def streamed(app: App, name: str, rows: Iterator[dict[str, object]], form: Form) -> Response:
    """Stream rows as JSON Lines or CSV, as a file of this name."""
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/x-ndjson"
    lines = (
        app.csv_lines(rows, name)
        if form == "csv"
        else (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    )
    said = f'attachment; filename="{name}.{form}"'
    return StreamingResponse(
        _by_the_hundred(lines), media_type=kind, headers={"content-disposition": said}
    )


def _by_the_hundred(lines: Iterator[str]) -> Iterator[str]:
    """Yield lines joined: every piece costs the server a change of threads."""
    while some := "".join(islice(lines, 100)):
        yield some


def every(read: Callable[[str], Page[Row]]) -> Iterator[Row]:
    """Yield the rows of every page; `read` returns the one at a cursor."""
    cursor = ""
    while True:
        page = read(cursor)
        yield from page.rows
        if not (cursor := page.cursor):
            return
