"""Search of the archive, saved searches among it."""

from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from monitor.web.page import language_of, show
from monitor.web.params import REVIEWS, Search
from monitor.web.site import Here, Viewer
from monitor.web.tell import teller

ROUTER: Final = APIRouter()
PAGE: Final = 30
MOST: Final = 1_000  # items that are counted
COUNTRIES: Final = ("RS", "BA", "ME", "XK", "MK", "AL", "INT")
LANGS: Final = ("sr-Latn", "sr-Cyrl", "bs", "hr", "cnr", "sq", "mk", "en", "ru")


@ROUTER.get("/search")
def search(
    request: Request,
    here: Here,
    person: Viewer,
    asked: Search,
    items: bool = False,  # noqa: FBT001, FBT002 - a part of the address
    cursor: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Show a page of what was found."""
    filters, tell = asked.filters(), teller(here, language_of(request))
    if items:
        found_items = here.app.search_items(filters, PAGE, cursor)
        cards, onward = [tell.item(one) for one in found_items.rows], found_items.cursor
    else:
        found = here.app.search_hits(filters, PAGE, cursor)
        cards, onward = tell.hits(found.rows), found.cursor
    count = None if cursor else here.app.reading.count(filters, MOST + 1, with_hits=not items)
    is_more = bool(request.headers.get("hx-request")) and bool(cursor)
    return show(
        request,
        "search_more.html.j2" if is_more else "search.html.j2",
        person,
        asked=asked,
        items=items,
        cards=cards,
        cursor=onward,
        count=count,
        most=MOST,
        query=asked.query_string(),
        is_filtered=replace(asked, q="").query_string() != "",
        narratives=sorted((tell.narrative(name), name) for name in tell.narratives),
        countries=COUNTRIES,
        langs=LANGS,
        reviews=REVIEWS,
        saved=here.app.people.people.searches(person.name),
    )


@ROUTER.post("/searches")
def save(
    here: Here,
    person: Viewer,
    name: Annotated[str, Form(max_length=200)],
    query: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Keep a search."""
    here.app.people.save_search(person.name, name, query)
    return RedirectResponse(f"/search?{query}", 303)


@ROUTER.post("/searches/{search_id}/forget")
def forget(here: Here, person: Viewer, search_id: int) -> Response:
    """Forget a search."""
    here.app.people.forget_search(person.name, search_id)
    return RedirectResponse("/search", 303)
