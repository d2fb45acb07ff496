"""From values to a page: the templates, and what each of them may use."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from monitor.adapters.render.language import LOCALES, Language, language
from monitor.domain.excerpt import plain
from monitor.domain.people import Person, Role
from monitor.web.words import mark

LANGUAGE_COOKIE: Final = "ui"
ZONE: Final = "Europe/Belgrade"  # one clock from Ljubljana to Skopje
_CATALOGUES: Final = ("monitor.web", "monitor.adapters.render")
OWN_NAMES: Final[Mapping[str, str]] = {
    "en": "English",
    "sr-Latn": "Srpski",
    "sr-Cyrl": "Српски",
    "bs": "Bosanski",
    "cnr": "Crnogorski",
    "mk": "Македонски",
    "sq": "Shqip",
}
# (address, its name, the role that it needs): the order in which a morning goes.
PLACES: Final = (
    ("/", mark("Today"), Role.VIEWER),
    ("/search", mark("Search"), Role.VIEWER),
    ("/narratives", mark("Narratives"), Role.VIEWER),
    ("/review", mark("Review"), Role.REVIEWER),
    ("/quality", mark("Quality"), Role.VIEWER),
    ("/feeds", mark("Feeds"), Role.VIEWER),
    ("/digests", mark("Digests"), Role.VIEWER),
    ("/catalogue", mark("Catalogue"), Role.VIEWER),
    ("/settings", mark("Settings"), Role.VIEWER),
    ("/method", mark("Method"), Role.VIEWER),
)


def language_of(request: Request) -> Language:
    """Return the reader's language: asked for, remembered, the browser's, else English."""
    wanted = request.query_params.get("ui") or request.cookies.get(LANGUAGE_COOKIE, "")
    return _language(wanted if wanted in LOCALES else _accepted(request))


def show(
    request: Request, template: str, person: Person | None, status: int = 200, **values: object
) -> HTMLResponse:
    """Return a page. A language that was asked for is remembered."""
    lang = language_of(request)
    known: dict[str, object] = {
        "request": request,
        "nonce": request.scope["state"]["nonce"],
        "lang": lang,
        "t": lang.text,
        "tn": lang.plural,
        "person": person,
        "places": [place for place in PLACES if person and person.role.may(place[2])],
        "languages": OWN_NAMES,
        "now": datetime.now(UTC),
    }
    body = environment().get_template(template).render(known | values)
    answer = HTMLResponse(body, status)
    if request.query_params.get("ui") in LOCALES:
        answer.set_cookie(
            LANGUAGE_COOKIE, lang.code, max_age=31_536_000, samesite="lax", httponly=True
        )
    return answer


@lru_cache
def environment() -> Environment:
    """Return the templates' environment: everything escaped, nothing undefined."""
    made = Environment(
        loader=PackageLoader("monitor.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"with_query": _with_query, "timedelta": timedelta}
    made.filters["plain"] = plain
    return made


@pass_context
def _with_query(context: Context, **changes: object) -> str:
    """Return the present address with parts of its query changed; None takes a part away."""
    request: Request = context["request"]
    parts = [(name, value) for name, value in request.query_params.multi_items() if name != "ui"]
    kept = [(name, value) for name, value in parts if name not in changes]
    kept += [(name, str(value)) for name, value in changes.items() if value is not None]
    return f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path


@lru_cache
def _language(code: str) -> Language:
    return language(code, ZONE, _CATALOGUES)


def _accepted(request: Request) -> str:
    """Return the first language of the browser's list that we speak."""
    kin = {"sr": "sr-Cyrl", "hr": "bs", "sh": "sr-Latn", "me": "cnr"}
    for part in request.headers.get("accept-language", "")[:200].split(","):
        tag = part.partition(";")[0].strip()
        for known in (tag, kin.get(tag.partition("-")[0], tag.partition("-")[0])):
            if known in LOCALES:
                return known
    return "en"
