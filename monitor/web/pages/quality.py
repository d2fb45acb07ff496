"""How good the hits are, as far as people looked at them, and what to change."""

from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from monitor.domain.digest import Window
from monitor.domain.quality import GROUPINGS
from monitor.web import figures
from monitor.web.page import language_of, show
from monitor.web.site import Here, Viewer
from monitor.web.tell import teller

ROUTER: Final = APIRouter()
SPANS: Final = (28, 90, 365)


@ROUTER.get("/quality")
def quality(
    request: Request, here: Here, person: Viewer, by: str = "narrative", days: int = 28
) -> Response:
    """Show the report on what was first seen of late."""
    grouping = by if by in GROUPINGS else "narrative"
    span = days if days in SPANS else SPANS[0]
    now = here.app.clock.now()
    window = Window(now - timedelta(days=span), now + timedelta(microseconds=1))
    report = here.app.quality.report(window)
    rows = figures.worst_first(report.groups[grouping])
    lang = language_of(request)
    tell = teller(here, lang)
    return show(
        request,
        "quality.html.j2",
        person,
        report=report,
        rows=rows,
        by=grouping,
        groupings=list(GROUPINGS),
        span=span,
        spans=SPANS,
        tell=tell,
        drawn=figures.quality(rows, grouping, span, tell.group(grouping), lang),
    )
