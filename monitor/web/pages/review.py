"""The reviewers' queue, one hit or item at a time, by mouse or by keyboard."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from monitor.domain.cases import case_of
from monitor.domain.errors import ConfigError, NotFoundError
from monitor.domain.hit import Stance
from monitor.domain.people import Person
from monitor.domain.queue import Place
from monitor.domain.review import MAX_NOTE, REASONS, Decision, Verdict
from monitor.web.found import link
from monitor.web.page import language_of, show
from monitor.web.pages.items import FIELDS, pieces
from monitor.web.site import Here, Reviewer, Site
from monitor.web.tell import teller

ROUTER: Final = APIRouter()
AHEAD: Final = 30  # places looked through for one that was not put aside
ASKED_FOR: Final = "asked for"
NONE: Final = "none"  # of the narratives
STANCE_KEYS: Final = {"asserts": "a", "reports": "r", "rebuts": "b"}
_Text = Annotated[str, Form(max_length=MAX_NOTE)]


@ROUTER.get("/review")
def review(  # noqa: PLR0913 - the parts of its address
    request: Request,
    here: Here,
    person: Reviewer,
    *,
    aside: str = "",
    said: str = "",
    hit: str = "",
    look: str = "",
) -> Response:
    """Show what to look at next; `aside` names items put aside, `said` what was just decided.

    `look` names a hit that is to be shown whether it is in the queue or not.
    """
    skipped = {part for part in aside[:2000].split(",") if part.isdecimal()}
    left = [_asked_for(here, look)] if look else _left(here, person, skipped)
    tell = teller(here, language_of(request))
    place = left[0] if left else None
    item = here.app.reading.item(int(_item_id(place))) if place else None
    hits = [
        one
        for one in (here.app.reading.hits_of(item.item_id) if item else ())
        if place and (place.case is None or one.hit_id == place.case.hit_id)
    ]
    return show(
        request,
        "review.html.j2",
        person,
        place=place,
        item=item,
        url=link(item.url) if item else "",
        hits=hits,
        fields=[(name, list(pieces(item, name, hits))) for name in FIELDS] if item else [],
        narrative=tell.narratives.get(place.case.narrative) if place and place.case else None,
        title=tell.narrative(place.case.narrative) if place and place.case else "",
        names=sorted((tell.narrative(name), name) for name in tell.narratives),
        reasons=REASONS,
        stances=STANCE_KEYS,
        may_confirm=item is not None and here.app.reviews.may_confirm(person.name, item.lang),
        aside=",".join(sorted(skipped | ({_item_id(place)} if place else set()))),
        kept=",".join(sorted(skipped)),
        said=said if said in set(Verdict) | {"undone", "read", "unmarked"} else "",
        last=hit if hit.isdecimal() else "",
        waiting=len(left),
    )


@ROUTER.post("/review/hits/{hit_id}")
def decide(  # noqa: PLR0913, PLR0917 - the fields of a form
    here: Here,
    person: Reviewer,
    hit_id: str,
    say: _Text,
    stance: _Text = "",
    note: _Text = "",
    aside: _Text = "",
) -> Response:
    """Keep a decision: confirmed, unsure, or a reason to dismiss."""
    verdict = Verdict.DISMISSED if say in REASONS else _verdict(say)
    if stance and stance not in list(Stance):
        raise ConfigError(f"{stance[:40]!r} is no stance")
    reason = say if say in REASONS else ""
    said = Decision(verdict, person.name, here.app.clock.now(), stance, reason, note)
    here.app.reviews.decide(hit_id, said)
    return _onward(here, aside, f"said={verdict}&hit={int(hit_id)}")


@ROUTER.post("/review/hits/{hit_id}/undo")
def undo(here: Here, person: Reviewer, hit_id: str) -> Response:
    """Take a decision back."""
    here.app.reviews.undo(hit_id, person.name)
    return RedirectResponse("/review?said=undone", 303)


@ROUTER.post("/review/items/{item_id}")
def read(
    here: Here,
    person: Reviewer,
    item_id: str,
    narrative: Annotated[list[str], Form(max_length=100)] = [],  # noqa: B006 - FastAPI copies it
    aside: _Text = "",
    say: _Text = "",
) -> Response:
    """Keep which narratives a whole item carries; that it carries none must be said (`none`)."""
    here.app.known_narratives(narrative)
    if say == NONE:
        narrative = []
    elif not narrative:
        return _onward(here, aside, "said=unmarked")
    here.app.reviews.read(item_id, person.name, narrative)
    return _onward(here, aside, "said=read")


def _left(here: Site, person: Person, skipped: set[str]) -> list[Place]:
    places = here.app.quality.queue(person.name, AHEAD + len(skipped))
    return [place for place in places if _item_id(place) not in skipped]


def _asked_for(here: Site, hit_id: str) -> Place:
    """Return the place of one hit. Raises NotFoundError."""
    one = here.app.reviews.found(hit_id)
    hits = {hit.hit_id: hit for hit in here.app.reading.hits_of(one.item_id)}
    if one.hit_id not in hits:
        raise NotFoundError(f"hit {hit_id} is one of an earlier catalogue")
    return Place((ASKED_FOR,), case_of(hits[one.hit_id]))


def _onward(here: Site, aside: str, said: str) -> Response:
    del here
    kept = ",".join(part for part in aside.split(",") if part.isdecimal())
    return RedirectResponse(f"/review?{said}{f'&aside={kept}' if kept else ''}", 303)


def _verdict(text: str) -> Verdict:
    try:
        return Verdict(text)
    except ValueError as error:
        raise ConfigError(f"{text[:40]!r} is no decision") from error


def _item_id(place: Place | None) -> str:
    found = (place.case or place.item) if place else None
    return str(found.item_id) if found else ""
