"""One item: its text with the evidence marked in place, and what it said before."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from monitor.domain.errors import NotFoundError
from monitor.domain.excerpt import plain
from monitor.domain.hit import ArchivedHit
from monitor.ports.reading import StoredItem
from monitor.services.factchecks import answers_to, with_fact_checks
from monitor.web.found import link
from monitor.web.page import language_of, show
from monitor.web.site import Here, Viewer
from monitor.web.tell import citing, teller

ROUTER: Final = APIRouter()
ALIKE: Final = 20  # shown
FIELDS: Final = ("title", "summary", "text")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and the narratives whose evidence it is; their numbers on the page."""

    text: str
    marks: tuple[int, ...]


@ROUTER.get("/items/{item_id}")
def item(request: Request, here: Here, person: Viewer, item_id: int) -> Response:
    """Show the item."""
    reading = here.app.reading
    found = reading.item(item_id) if item_id < 2**63 else None
    if found is None:
        raise NotFoundError(f"there is no item {item_id}")
    hits = with_fact_checks(here.app.archive, list(reading.hits_of(item_id)))
    versions = list(reading.versions(item_id))
    lang = language_of(request)
    texts = [(one.title, one.summary, one.text) for one in versions]
    texts.append((found.title, found.summary, found.text))
    return show(
        request,
        "item.html.j2",
        person,
        item=found,
        url=link(found.url),
        fields=[(name, list(pieces(found, name, hits))) for name in FIELDS],
        cards=[teller(here, lang).hit(one) for one in hits],
        hits=hits,
        size=max((one.story_size for one in hits), default=1),
        may_like=here.app.settings.model is not None,
        cite=[citing(here, lang).hit(one) for one in hits],
        answers=answers_to(hits),
        edits=[
            (before.until, list(difference(_joined(old), _joined(new))))
            for before, old, new in zip(versions, texts, texts[1:], strict=False)
        ],
    )


@ROUTER.get("/items/{item_id}/like")
def like(request: Request, here: Here, person: Viewer, item_id: int) -> Response:
    """Show the items that read most like one, whatever their language."""
    found = here.app.reading.item(item_id) if item_id < 2**63 else None
    if found is None:
        raise NotFoundError(f"there is no item {item_id}")
    tell = teller(here, language_of(request))
    near = here.app.like(item_id, ALIKE)
    cards = [tell.item(one) for one, _ in near]
    return show(request, "like.html.j2", person, item=found, cards=cards)


def pieces(item: StoredItem, field: str, hits: Iterable[ArchivedHit]) -> Iterator[Piece]:
    """Cut a field where evidence begins or ends; each piece knows the hits that it speaks for."""
    text: str = getattr(item, field)
    spans = [
        (one.start, one.end, number)
        for number, hit in enumerate(hits, 1)
        for one in hit.hit.evidence
        if one.field == field and text[one.start : one.end] == one.quote
    ]
    cuts = sorted({0, len(text), *(at for start, end, _ in spans for at in (start, end))})
    for left, right in pairwise(cuts):
        marks = {number for start, end, number in spans if start <= left and right <= end}
        yield Piece(plain(text[left:right]), tuple(sorted(marks)))


def difference(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Yield (same, gone or new; words) of an edit, in reading order."""
    before, after = old.split(), new.split()
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    for what, a_from, a_to, b_from, b_to in matcher.get_opcodes():
        if what == "equal":
            yield "same", " ".join(before[a_from:a_to])
            continue
        if a_to > a_from:
            yield "gone", " ".join(before[a_from:a_to])
        if b_to > b_from:
            yield "new", " ".join(after[b_from:b_to])


def _joined(texts: Iterable[str]) -> str:
    return " ".join(plain(text) for text in texts if text)[:6000]
