"""Narratives: what each claims, and where it surfaces."""

from collections import Counter
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from monitor.app import App
from monitor.domain.digest import Window
from monitor.domain.errors import NotFoundError
from monitor.domain.hit import Grade
from monitor.domain.narrative import Narrative
from monitor.ports import Filters
from monitor.services.factchecks import latest_answers
from monitor.web import figures
from monitor.web.page import language_of, show
from monitor.web.site import Here, Viewer
from monitor.web.tell import citing, teller

ROUTER: Final = APIRouter()
SPANS: Final = (30, 90, 365)
LATEST: Final = 12
ANSWERS: Final = 6


@ROUTER.get("/narratives")
def narratives(request: Request, here: Here, person: Viewer) -> Response:
    """List the catalogue, the busiest of the last thirty days first."""
    tell = teller(here, language_of(request))
    window = _window(here.app, 30)
    days = here.app.reading.days_of_all(window)
    rows = [
        (one, tell.narrative(one.id), figures.daily(days.get(one.id, ()), window.until, 30))
        for one in tell.narratives.values()
    ]
    return show(
        request,
        "narratives.html.j2",
        person,
        rows=sorted(rows, key=lambda row: (-sum(row[2]), row[1])),
    )


@ROUTER.get("/narratives/{narrative_id}")
def narrative(
    request: Request, here: Here, person: Viewer, narrative_id: str, days: int = 90
) -> Response:
    """Show one narrative."""
    lang = language_of(request)
    tell = teller(here, lang)
    known = tell.narratives.get(narrative_id)
    if known is None:
        raise NotFoundError(f"no narrative is called {narrative_id[:60]}")
    span = days if days in SPANS else 90
    window = _window(here.app, span)
    reading = here.app.reading
    tallies = reading.days(narrative_id, window)
    cells = reading.spread(narrative_id, window)
    latest = here.app.search_hits(
        Filters(narratives=(narrative_id,), grade=Grade.DIGEST), LATEST, ""
    )
    return show(
        request,
        "narrative.html.j2",
        person,
        narrative=known,
        title=tell.narrative(narrative_id),
        span=span,
        spans=SPANS,
        per_day=figures.narrative_days(tallies, narrative_id, window, span, lang),
        total=sum(one.items for one in tallies),
        since=window.since,
        where=figures.narrative_places(cells, narrative_id, span, lang),
        spread=_table(cells),
        propagation=reading.propagation(narrative_id, window),
        today=lang.local_date(here.app.clock.now()),
        outlets=reading.outlets(narrative_id, window),
        cards=[tell.hit(one) for one in latest.rows],
        answers=latest_answers(here.app.archive, narrative_id, here.app.clock.now(), ANSWERS),
        families=_families(known),
        cite=[citing(here, lang).narrative(narrative_id, known.title)],
    )


def _window(app: App, days: int) -> Window:
    now = app.clock.now()
    return Window(now - timedelta(days=days), now + timedelta(microseconds=1))


def _table(
    rows: object,
) -> tuple[list[str], list[tuple[str, dict[str, int], int]]]:
    """Return the languages, and a row a country with its items by language, most items first."""
    langs: Counter[str] = Counter()
    countries: dict[str, dict[str, int]] = {}
    for country, lang, items in rows:  # type: ignore[attr-defined]
        langs[lang] += items
        countries.setdefault(country, {})[lang] = items
    lines = [(country, by_lang, sum(by_lang.values())) for country, by_lang in countries.items()]
    ordered = [lang for lang, _ in langs.most_common()]
    return ordered, sorted(lines, key=lambda line: (-line[2], line[0]))


def _families(narrative: Narrative) -> dict[str, int]:
    return dict(Counter(phrase.lang for phrase in narrative.phrases))
