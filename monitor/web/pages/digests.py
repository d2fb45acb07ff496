"""Digests: what readers get, in each language and form."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from monitor.domain.errors import ConfigError
from monitor.services.digest import DigestRequest
from monitor.web.page import OWN_NAMES, ZONE, language_of, show
from monitor.web.params import countries_of, day_of, window_of
from monitor.web.site import Here, Viewer
from monitor.web.tell import citing

ROUTER: Final = APIRouter()
FORMS: Final = ("html", "text", "markdown", "json", "atom")
DAYS: Final = 14
# A mail carries its styles with it: they may style this page, and nothing may run in it.
AS_MAILED: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
    " frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


@ROUTER.get("/digests")
def digests(request: Request, here: Here, person: Viewer) -> Response:
    """List the last days, each to be read in any language."""
    lang = language_of(request)
    now = here.app.clock.now()
    cites = citing(here, lang)
    days = [now - timedelta(days=back) for back in range(DAYS)]
    return show(
        request,
        "digests.html.j2",
        person,
        days=[(lang.local_date(day).isoformat(), lang.day(day)) for day in days],
        forms=FORMS,
        names=OWN_NAMES,
        cite=[cites.digest(window_of(lang.local_date(day))) for day in days],
    )


@ROUTER.get("/digests/{day}")
def preview(
    here: Here,
    person: Viewer,
    day: str,
    lang: str = "en",
    form: str = "html",
    country: Annotated[list[str], Query(max_length=20)] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """Return one day's digest as a reader would get it."""
    del person
    wanted = day_of(day)
    if wanted is None or form not in FORMS:
        raise ConfigError(f"form: choose one of {', '.join(FORMS)}")
    request = DigestRequest(window_of(wanted), (), countries_of(country))
    body = here.app.render(here.app.digest(request), form, lang, ZONE)
    kinds = {"json": "application/json", "atom": "application/atom+xml"}
    if form == "html":
        return HTMLResponse(body, headers={"content-security-policy": AS_MAILED})
    return PlainTextResponse(body, media_type=kinds.get(form, "text/plain; charset=utf-8"))
