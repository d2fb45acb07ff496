"""Narratives, and where they surface."""

from datetime import date, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from monitor.domain.digest import Window
from monitor.domain.errors import NotFoundError
from monitor.domain.hit import Passage
from monitor.domain.narrative import Narrative
from monitor.web.api import reports, rows
from monitor.web.api.answers import Name, tagged
from monitor.web.params import day_of
from monitor.web.site import Here, Site, Viewer

ROUTER: Final = APIRouter(tags=["catalogue"])
MAX_TEXT: Final = 20_000


class Text(BaseModel):
    """A text to try; the language is guessed."""

    title: str = Field("", max_length=MAX_TEXT)
    summary: str = Field("", max_length=MAX_TEXT)


@ROUTER.get("/narratives", response_model=reports.Narratives)
def narratives(request: Request, here: Here, person: Viewer) -> Response:
    """Return the catalogue's narratives."""
    del person
    app = here.app
    listed = reports.Narratives(
        version=app.matcher.catalogue_version,
        narratives=[reports.Narrative(**_told(one)) for one in app.catalogue.narratives],
    )
    return tagged(request, listed.model_dump(mode="json"))


@ROUTER.get("/narratives/{narrative_id}", response_model=reports.WholeNarrative)
def narrative(request: Request, here: Here, person: Viewer, narrative_id: Name) -> Response:
    """Return one narrative with its rules, concepts and phrases."""
    del person
    known = _known(here, narrative_id)
    named = {name for rule in known.rules for group in rule.all_of for name in group}
    named |= {name for rule in known.rules for name in rule.none_of}
    whole = reports.WholeNarrative(
        **_told(known),
        rationale=known.rationale,
        rules=[reports.Rule.model_validate(one) for one in known.rules],
        phrases=[reports.Word.model_validate(one) for one in known.phrases],
        concepts={
            one.id: [reports.Word.model_validate(word) for word in one.words]
            for one in here.app.catalogue.concepts
            if one.id in named
        },
    )
    return tagged(request, whole.model_dump(mode="json"))


@ROUTER.get("/narratives/{narrative_id}/movement", response_model=reports.Movement)
def movement(
    request: Request,
    here: Here,
    person: Viewer,
    narrative_id: Name,
    days: Annotated[int, Query(ge=1, le=3660)] = 90,
) -> Response:
    """Return how many digest-grade items carried a narrative, by day, place and outlet."""
    del person
    _known(here, narrative_id)
    until = here.app.clock.now()
    window = Window(until - timedelta(days=days), until)
    reading = here.app.reading
    found = reports.Movement(
        narrative=narrative_id,
        since=window.since,
        until=window.until,
        days=[
            reports.Count(day=date.fromisoformat(one.key), items=one.items)
            for one in reading.days(narrative_id, window)
        ],
        places=[
            reports.Place(country=country, lang=lang, items=items)
            for country, lang, items in reading.spread(narrative_id, window)
        ],
        outlets=[
            reports.OutletCount(outlet=outlet, country=country, items=items)
            for outlet, country, items in reading.outlets(narrative_id, window)
        ],
        spread=rows.spread(reading.propagation(narrative_id, window)),
    )
    return tagged(request, found.model_dump(mode="json"))


@ROUTER.get("/trends", response_model=reports.Trends)
def trends(
    request: Request,
    here: Here,
    person: Viewer,
    day: Annotated[str, Query(max_length=10, description="UTC; yesterday if empty")] = "",
) -> Response:
    """Hold a day against the same weekday of the eight weeks before, in stories."""
    del person
    at = day_of(day) or (here.app.clock.now() - timedelta(days=1)).date()
    present = {one.id for one in here.app.catalogue.narratives}
    found = reports.Trends(
        day=at,
        trends=[
            reports.Trend(
                narrative=one.narrative,
                in_catalogue=one.narrative in present,
                day=one.day,
                stories=one.stories,
                usual=one.usual,
                items=one.items,
                outlets=one.outlets,
                direction=str(one.direction),
            )
            for one in here.app.upkeep.trends(at)
        ],
    )
    return tagged(request, found.model_dump(mode="json"))


@ROUTER.post("/explain", response_model=reports.Explained)
def explain(here: Here, person: Viewer, text: Text) -> reports.Explained:
    """Say which narratives are found in a text, and by which words; nothing is stored."""
    del person
    made = here.app.explain(Passage(title=text.title, summary=text.summary))
    return reports.Explained(
        family=made.family,
        tokens=list(made.tokens),
        found=[
            reports.Found(
                narrative=one.narrative,
                score=one.score,
                grade=one.grade,
                words=[
                    piece.quote
                    for attempt in one.attempts
                    if attempt.passed
                    for piece in attempt.evidence
                ],
            )
            for one in made.verdicts
            if one.score > 0
        ],
    )


def _known(here: Site, narrative_id: str) -> Narrative:
    for one in here.app.catalogue.narratives:
        if one.id == narrative_id:
            return one
    raise NotFoundError(f"no narrative is called {narrative_id[:60]}")


def _told(one: Narrative) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "titles": dict(one.titles),
        "summary": one.summary,
        "paragraphs": list(one.paragraphs),
        "digest_threshold": one.digest_threshold,
        "review_threshold": one.review_threshold,
    }
