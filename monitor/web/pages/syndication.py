"""Our own feeds: a narrative's, a country's, a saved search's, and a list of them for readers.

The address of a saved search is its key, for programs that cannot sign in; the others take an API
token, as a bearer's or as the password of Basic.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Final
from urllib.parse import parse_qs, quote
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from monitor.domain.errors import NotFoundError
from monitor.domain.hit import Grade
from monitor.domain.sharing import feed_key
from monitor.domain.text import strip_illegal
from monitor.ports import Filters
from monitor.web.page import language_of
from monitor.web.params import asked_of
from monitor.web.site import Here, Site, Viewer
from monitor.web.tell import teller

ROUTER: Final = APIRouter()
ENTRIES: Final = 500  # a reader that was away for some days must lose nothing
FORMS: Final = {"atom": "atom", "json": "jsonfeed"}
MEDIA: Final = {"atom": "application/atom+xml", "json": "application/feed+json"}
COUNTRIES: Final = ("RS", "BA", "ME", "XK", "MK", "AL", "INT")
BOTH: Final = ["GET", "HEAD"]
Form = Annotated[str, Path(pattern="^(atom|json)$")]


@ROUTER.api_route("/searches/{feed_key}.{form}", methods=BOTH)
def search(request: Request, here: Here, feed_key: str, form: Form) -> Response:
    """Return what a saved search finds, newest first, and what was retracted of late."""
    saved = here.app.people.people.search_of_feed(feed_key)
    if saved is None:
        raise NotFoundError("no feed has this address")
    asked = asked_of(parse_qs(saved.query))
    page = f"/search?{saved.query}"
    about = (f"feed search {feed_key}", saved.name, page, saved.created_at)
    return _feed(request, here, form, asked.filters(), about)


@ROUTER.api_route("/narratives/{narrative}.{form}", methods=BOTH)
def narrative(request: Request, here: Here, person: Viewer, narrative: str, form: Form) -> Response:
    """Return what is fit for readers of a narrative."""
    del person
    here.app.known_narratives([narrative])
    title = teller(here, language_of(request)).narrative(narrative)
    about = (feed_key("narrative", narrative), title, f"/narratives/{narrative}", None)
    asked = Filters(narratives=(narrative,), grade=Grade.DIGEST)
    return _feed(request, here, form, asked, about)


@ROUTER.api_route("/countries/{country}.{form}", methods=BOTH)
def country(request: Request, here: Here, person: Viewer, country: str, form: Form) -> Response:
    """Return what is fit for readers of a country's outlets."""
    del person
    if country not in COUNTRIES:
        raise NotFoundError(f"there is no feed of {country[:20]}; see /our-feeds.opml")
    title = language_of(request).country(country)
    about = (feed_key("country", country), title, f"/search?country={country}", None)
    return _feed(request, here, form, Filters(countries=(country,), grade=Grade.DIGEST), about)


@ROUTER.api_route("/our-feeds.opml", methods=BOTH)
def ours(request: Request, here: Here, person: Viewer) -> Response:
    """List our feeds, the reader's saved searches among them, for feed readers to subscribe to."""
    lang, base = language_of(request), _base(request, here)
    tell = teller(here, lang)
    root = ET.Element("opml", {"version": "2.0"})
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "title").text = lang.text("Western Balkans narrative monitor")
    body = ET.SubElement(root, "body")
    groups = (
        ("Narratives", [(f"narratives/{one}", tell.narrative(one)) for one in tell.narratives]),
        ("Country", [(f"countries/{one}", lang.country(one)) for one in COUNTRIES]),
        ("Saved searches", list(_saved(here, person.name))),
    )
    for name, feeds in groups:
        group = ET.SubElement(body, "outline", {"text": lang.text(name)})
        for path, title in feeds:
            words = {"type": "rss", "text": strip_illegal(title), "xmlUrl": f"{base}/{path}.atom"}
            ET.SubElement(group, "outline", words)
    ET.indent(root)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'
    return _answer(request, text.encode(), "text/x-opml", {})


def _saved(here: Site, person: str) -> Iterator[tuple[str, str]]:
    for one in here.app.people.people.searches(person):
        yield f"searches/{one.feed_key}", one.name


def _feed(
    request: Request,
    here: Site,
    form: str,
    filters: Filters,
    about: tuple[str, str, str, datetime | None],
) -> Response:
    key, title, page, since = about
    exporting, base = here.app.exporting, _base(request, here)
    own, hub = base + quote(request.url.path), here.app.settings.websub_hub
    facts = replace(
        exporting.about(filters, key, title, since or datetime.fromtimestamp(0, UTC)),
        self_url=own,
        home_url=base + page,
        hub=hub,
    )
    found = here.app.search_hits(filters, ENTRIES, "")
    body = exporting.feed(filters, found.rows, FORMS[form], facts)
    links = f'<{own}>; rel="self"' + (f', <{hub}>; rel="hub"' if hub else "")
    return _answer(request, body, MEDIA[form], {"link": links})


def _answer(request: Request, body: bytes, media: str, headers: dict[str, str]) -> Response:
    """Return the body, or that it is what the reader has already."""
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    told = headers | {"etag": tag, "cache-control": "private, no-cache", "vary": "Accept-Language"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=told)
    return Response(body, media_type=media, headers=told)


def _base(request: Request, here: Site) -> str:
    return here.app.settings.base_url or str(request.base_url).rstrip("/")
