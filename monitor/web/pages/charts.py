"""Charts to take away: as Vega-Lite, as a picture, as a table."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from monitor.adapters.render.language import Language
from monitor.domain.digest import Window
from monitor.domain.errors import ConfigError, NotFoundError
from monitor.domain.quality import GROUPINGS
from monitor.services.digest import DigestRequest
from monitor.web import figures
from monitor.web.charts import Chart
from monitor.web.page import language_of
from monitor.web.params import countries_of, day_of, window_of
from monitor.web.site import Here, Site, Viewer
from monitor.web.tell import teller

ROUTER: Final = APIRouter()
MOST_DAYS: Final = 3660


@ROUTER.get("/charts/{kind}/{key}.{form}")
def chart(  # noqa: PLR0913, PLR0917 - parts of an address
    request: Request,
    here: Here,
    person: Viewer,
    kind: str,
    key: str,
    form: str,
    days: int = 90,
    country: str = "",
) -> Response:
    """Return the chart as a page shows it, in the reader's language."""
    del person
    if form not in figures.FORMS or kind not in _KINDS or not 1 <= days <= MOST_DAYS:
        raise NotFoundError("there is no such chart")
    made = figures.known(_KINDS[kind](here, language_of(request), key, days, country))
    name = f"{kind}-{key}.{form}"
    said = {"content-disposition": f'attachment; filename="{name}"'} if name.isascii() else {}
    if form == "json":
        return JSONResponse(made.spec, headers=said)
    if form == "svg":
        return Response(made.svg, media_type="image/svg+xml", headers=said)
    rows = (dict(zip(made.head, row, strict=True)) for row in made.rows)
    return StreamingResponse(
        here.app.csv_lines(rows), media_type="text/csv; charset=utf-8", headers=said
    )


def _narrative_days(here: Site, lang: Language, key: str, days: int, _country: str) -> Chart:
    window = _last(here, key, days)
    return figures.narrative_days(here.app.reading.days(key, window), key, window, days, lang)


def _narrative_places(here: Site, lang: Language, key: str, days: int, _country: str) -> Chart:
    cells = here.app.reading.spread(key, _last(here, key, days))
    return figures.narrative_places(cells, key, days, lang)


def _story(here: Site, lang: Language, key: str, _days: int, _country: str) -> Chart:
    number = int(key) if key.isdecimal() and len(key) <= 18 else 0  # noqa: PLR2004 - of 64 bits
    found = here.app.reading.story(number)
    if found is None:
        raise NotFoundError("there is no such story")
    return figures.story(found.items, found.story_id, lang)


def _feed(here: Site, lang: Language, key: str, _days: int, _country: str) -> Chart:
    for one in here.app.feed_tools.health():
        if one.feed.id == key:
            return figures.feed(one, here.app.clock.now(), lang)
    raise NotFoundError("there is no such feed")


def _quality(here: Site, lang: Language, key: str, days: int, _country: str) -> Chart:
    if key not in GROUPINGS:
        raise NotFoundError("there is no such grouping")
    now = here.app.clock.now()
    window = Window(now - timedelta(days=days), now + timedelta(microseconds=1))
    groups = figures.worst_first(here.app.quality.report(window).groups[key])
    return figures.quality(groups, key, days, teller(here, lang).group(key), lang)


def _digest(here: Site, lang: Language, key: str, _days: int, country: str) -> Chart | None:
    window = latest(here.app.clock.now())
    if key != "now":
        day = day_of(key)
        if day is None:
            raise ConfigError("day: name one as 2026-11-22")
        window = window_of(day)
    asked = DigestRequest(window, countries=countries_of([country]))
    return figures.digest(here.app.digest(asked), key, country, lang)


def latest(now: datetime) -> Window:
    """Return the 24 hours that end now."""
    return Window(now - timedelta(days=1), now + timedelta(microseconds=1))


def _last(here: Site, narrative: str, days: int) -> Window:
    here.app.known_narratives([narrative])
    now = here.app.clock.now()
    return Window(now - timedelta(days=days), now + timedelta(microseconds=1))


_KINDS: Final[dict[str, Callable[[Site, Language, str, int, str], Chart | None]]] = {
    "narrative-days": _narrative_days,
    "narrative-places": _narrative_places,
    "story": _story,
    "feed": _feed,
    "quality": _quality,
    "digest": _digest,
}
