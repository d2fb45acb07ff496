"""The HTTP API, version 1: what the pages show, for programs."""

from typing import Final

from fastapi import APIRouter, Depends, Security
from fastapi.security import HTTPBearer

from monitor.web.api import archive, catalogue, digests, feeds, people, reviews
from monitor.web.problems import MEDIA_TYPE, Problem
from monitor.web.site import unhurried

DESCRIPTION: Final = """\
Archived items and hits of narratives in the news of the Western Balkans.

A hit is a lead, not a verdict. Send a token as `Authorization: Bearer TOKEN`
(`monitor users token NAME`). Lists are newest first; follow `next` to read on. Times without an
offset are of Europe/Belgrade. Answers have an ETag. Faults are problem documents (RFC 9457).
A token, or without one an address, has ten requests a second after a burst of 200.
"""
_FAULTS: Final = {
    400: "The request cannot be understood.",
    401: "Sign in, or send a token.",
    403: "Your role does not allow this.",
    404: "There is no such thing.",
    413: "The request is too large.",
    422: "A parameter has a wrong form.",
    429: "Too many requests; see Retry-After.",
    503: "The database does not answer; see Retry-After.",
}
ROUTER: Final = APIRouter(
    prefix="/api/v1",
    dependencies=[
        Security(HTTPBearer(auto_error=False, description="An API token.")),
        Depends(unhurried),
    ],
    responses={
        status: {
            "description": what,
            "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}},
        }
        for status, what in _FAULTS.items()
    },
)
for part in (archive, catalogue, digests, feeds, reviews, people):
    ROUTER.include_router(part.ROUTER)
