"""Digests: what readers get, in each language and form."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from monitor.domain.digest import Window
from monitor.domain.errors import ConfigError
from monitor.services.digest import DigestRequest
from monitor.web.page import OWN_NAMES, ZONE, language_of, show
from monitor.web.params import countries_of, day_of, window_of
from monitor.web.site import Here, Viewer
from monitor.web.tell import citing

ROUTER: Final = APIRouter()
FORMS: Final = ("html", "text", "markdown", "json", "atom")
DAYS: Final = 14  # listed where no month was asked for
MONTHS: Final = 240  # at most
# A mail carries its styles with it: they may style this page, and nothing may run in it.
AS_MAILED: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
    " frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


@ROUTER.get("/digests")
def digests(request: Request, here: Here, person: Viewer, month: str = "") -> Response:
    """List the days of a month, each to be read in any language; without one the last days."""
    lang, reading = language_of(request), here.app.reading
    today = lang.local_date(here.app.clock.now())
    began = reading.began_at()
    first = lang.local_date(began) if began else today
    days = _days(month, first, today)
    found = Counter(lang.local_date(at) for at in (reading.found_at(_span(days)) if days else ()))
    cites = citing(here, lang)
    return show(
        request,
        "digests.html.j2",
        person,
        days=[(day.isoformat(), lang.day(_noon(day)), found[day]) for day in days],
        most=max(found.values(), default=0),
        month=month,
        months=[(f"{one:%Y-%m}", lang.month(_noon(one))) for one in _months(first, today)],
        forms=FORMS,
        names=OWN_NAMES,
        cite=[cites.digest(window_of(day)) for day in days],
    )


def _days(month: str, first: date, today: date) -> list[date]:
    """Return the days to list, the latest first."""
    if not month:
        return [today - timedelta(days=back) for back in range(DAYS)]
    begin = day_of(f"{month}-01") or today
    every = (begin + timedelta(days=n) for n in range(31))
    return [day for day in every if day.month == begin.month and first <= day <= today][::-1]


def _months(first: date, today: date) -> Iterator[date]:
    """Yield the first day of each month, the latest first."""
    day = today.replace(day=1)
    for _ in range(MONTHS):
        yield day
        if day <= first:
            return
        day = (day - timedelta(days=1)).replace(day=1)


def _span(days: Sequence[date]) -> Window:
    return Window(window_of(days[-1]).since, window_of(days[0]).until)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


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
