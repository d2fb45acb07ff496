"""Saved searches as Atom feeds, for programs that cannot sign in: the address is the key."""

import hashlib
import io
from typing import Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import Response

from monitor.domain.errors import NotFoundError
from monitor.web.params import asked_of
from monitor.web.site import Here

ROUTER: Final = APIRouter()
ENTRIES: Final = 500  # a reader that was away for some days must lose nothing


@ROUTER.get("/searches/{feed_key}.atom")
def search(request: Request, here: Here, feed_key: str) -> Response:
    """Return what a saved search finds, newest first."""
    saved = here.app.people.people.search_of_feed(feed_key)
    if saved is None:
        raise NotFoundError("no feed has this address")
    found = here.app.search_hits(asked_of(parse_qs(saved.query)).filters(), ENTRIES, "")
    body = io.BytesIO()
    here.app.exporting.atom(found.rows, body, saved.created_at)
    tag = f'"{hashlib.blake2b(body.getvalue(), digest_size=12).hexdigest()}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body.getvalue(), media_type="application/atom+xml", headers=headers)
