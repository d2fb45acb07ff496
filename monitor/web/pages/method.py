"""How all this comes about, and what it does not say."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from monitor.adapters.render import wording
from monitor.adapters.render.labels import method as method_lines
from monitor.web.page import language_of, show
from monitor.web.site import Here, Viewer

ROUTER: Final = APIRouter()


@ROUTER.get("/method")
def method(request: Request, here: Here, person: Viewer) -> Response:
    """Show the method."""
    lang = language_of(request)
    matcher = here.app.matcher
    return show(
        request,
        "method.html.j2",
        person,
        lines=method_lines(lang),
        disclaimer=wording.disclaimer(lang),
        catalogue_version=matcher.catalogue_version,
        matcher_version=matcher.matcher_version,
        narratives=len(here.app.catalogue.narratives),
        feeds=sum(feed.enabled for feed in here.app.feeds),
    )
