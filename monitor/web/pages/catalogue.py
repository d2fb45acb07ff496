"""The catalogue to read, and to try a text on."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from monitor.domain.errors import NotFoundError
from monitor.domain.hit import Passage
from monitor.domain.matching import Explanation
from monitor.domain.narrative import Narrative
from monitor.domain.people import Person
from monitor.web.page import language_of, show
from monitor.web.site import Here, Site, Viewer
from monitor.web.tell import teller

ROUTER: Final = APIRouter()
MAX_TEXT: Final = 20_000


@ROUTER.get("/catalogue")
def catalogue(request: Request, here: Here, person: Viewer, narrative: str = "") -> Response:
    """Show the narratives, and the rules of one of them."""
    return _shown(request, here, person, chosen=narrative)


@ROUTER.post("/catalogue")
def explain(
    request: Request,
    here: Here,
    person: Viewer,
    title: Annotated[str, Form(max_length=MAX_TEXT)] = "",
    summary: Annotated[str, Form(max_length=MAX_TEXT)] = "",
) -> Response:
    """Say what the matcher makes of a text."""
    passage = Passage(title=title, summary=summary)
    return _shown(request, here, person, passage=passage, made=here.app.explain(passage))


def _shown(
    request: Request,
    here: Site,
    person: Person,
    *,
    chosen: str = "",
    passage: Passage | None = None,
    made: Explanation | None = None,
) -> Response:
    tell = teller(here, language_of(request))
    known = tell.narratives.get(chosen)
    if chosen and known is None:
        raise NotFoundError(f"no narrative is called {chosen[:60]}")
    verdicts = [one for one in made.verdicts if one.score > 0] if made else []
    return show(
        request,
        "catalogue.html.j2",
        person,
        passage=passage or Passage(),
        made=made,
        verdicts=[(one, tell.narrative(one.narrative)) for one in verdicts],
        chosen=known,
        words=_words(here, known) if known else {},
        narratives=sorted((tell.narrative(name), name) for name in tell.narratives),
        version=here.app.matcher.catalogue_version,
    )


def _words(here: Site, narrative: Narrative) -> dict[str, list[str]]:
    """Return the words of every concept that the narrative's rules speak of."""
    wanted = {name for rule in narrative.rules for group in rule.all_of for name in group}
    wanted |= {name for rule in narrative.rules for name in rule.none_of}
    return {
        one.id: [word.text for word in one.words]
        for one in here.app.catalogue.concepts
        if one.id in wanted
    }
