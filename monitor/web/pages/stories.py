"""One story: its items, and in which order our feeds brought them."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from monitor.domain.errors import NotFoundError
from monitor.web import figures
from monitor.web.page import language_of, show
from monitor.web.site import Here, Viewer
from monitor.web.tell import citing, teller

ROUTER: Final = APIRouter()
SHOWN: Final = 200


@ROUTER.get("/stories/{story_id}")
def story(request: Request, here: Here, person: Viewer, story_id: int) -> Response:
    """Show the story with that number, or of the item with that number."""
    found = here.app.reading.story(story_id) if abs(story_id) < 2**63 else None
    if found is None:
        raise NotFoundError(f"there is no story {story_id}")
    lang = language_of(request)
    tell, first = teller(here, lang), found.items[0].item_id
    carried = dict.fromkeys(one.hit.narrative for one in here.app.reading.hits_of(first))
    title, outlets = found.items[0].title, len(found.spread.outlets)
    return show(
        request,
        "story.html.j2",
        person,
        story=found,
        narratives=[(name, tell.narrative(name)) for name in carried],
        shown=SHOWN,
        drawn=figures.story(found.items, found.story_id, lang),
        today=lang.local_date(here.app.clock.now()),
        cite=[citing(here, lang).story(found.story_id, title, outlets, len(found.items))],
    )
