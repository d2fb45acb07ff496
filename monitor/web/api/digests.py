"""Digests: what readers get on a day, as data."""

import json
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from monitor.adapters.render.language import LOCALES
from monitor.domain.errors import ConfigError
from monitor.services.digest import DigestRequest
from monitor.web.api.answers import tagged
from monitor.web.page import ZONE
from monitor.web.params import MAX_CHOICES, countries_of, day_of, window_of
from monitor.web.site import Here, Viewer

ROUTER: Final = APIRouter(tags=["digests"])
_Texts = Annotated[list[Annotated[str, Query(max_length=80)]], Query(max_length=MAX_CHOICES)]


@ROUTER.get("/digests/{day}", response_model=dict[str, Any])
def digest(  # noqa: PLR0913, PLR0917 - the filters of the public contract
    request: Request,
    here: Here,
    person: Viewer,
    day: Annotated[date, Path(description="of the region's clock")],
    lang: Annotated[str, Query(max_length=10)] = "en",
    country: _Texts = [],  # noqa: B006 - FastAPI copies it
    narrative: _Texts = [],  # noqa: B006
) -> Response:
    """Return a day's digest as `monitor digest --format json` does."""
    del person
    if lang not in LOCALES:
        raise ConfigError(f"lang: {lang!r} is none of {', '.join(LOCALES)}")
    wanted = day_of(day.isoformat()) or day
    asked = DigestRequest(window_of(wanted), tuple(narrative), countries_of(country))
    body = here.app.render(here.app.digest(asked), "json", lang, ZONE)
    return tagged(request, json.loads(body))
