"""What moved, and how well we could see."""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from monitor.adapters.render.view import build_view
from monitor.domain.digest import Window
from monitor.services.digest import DigestRequest
from monitor.web import figures
from monitor.web.page import ZONE, language_of, show
from monitor.web.params import countries_of, day_of, window_of
from monitor.web.site import Here, Viewer

ROUTER: Final = APIRouter()
COUNTRIES: Final = ("RS", "BA", "ME", "XK", "MK", "AL", "HR", "RU", "INT")


@ROUTER.get("/")
def today(
    request: Request, here: Here, person: Viewer, day: str = "", country: str = ""
) -> Response:
    """Show the last 24 hours, or a day of the past."""
    now = here.app.clock.now()
    wanted = day_of(day)
    window = _window(wanted, now)
    chosen = countries_of([country])
    digest = here.app.digest(DigestRequest(window, countries=chosen))
    lang, fed = language_of(request), {one.outlet.country for one in here.app.feeds}
    view = build_view(digest, lang)
    return show(
        request,
        "today.html.j2",
        person,
        view=view,
        digest=digest,
        drawn=figures.digest(
            digest, wanted.isoformat() if wanted else "now", chosen[0] if chosen else "", lang
        ),
        day=wanted,
        before=_neighbour(wanted, now, -1),
        after=_neighbour(wanted, now, +1),
        country=chosen[0] if chosen else "",
        countries=[code for code in COUNTRIES if code in fed],
    )


def _window(day: date | None, now: datetime) -> Window:
    if day is None:
        return Window(now - timedelta(days=1), now + timedelta(microseconds=1))
    return window_of(day)


def _neighbour(day: date | None, now: datetime, step: int) -> str | None:
    """Return the day before or after; the empty text is today, None the future."""
    present = now.astimezone(ZoneInfo(ZONE)).date()
    other = (day or present) + timedelta(days=step)
    if other > present or (day is None and step > 0):
        return None
    return "" if other == present else other.isoformat()
