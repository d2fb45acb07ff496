"""One module a page."""

from typing import Final

from fastapi import APIRouter

from monitor.web.pages import (
    candidate,
    catalogue,
    charts,
    digests,
    feeds,
    health,
    items,
    letters,
    method,
    narratives,
    quality,
    review,
    search,
    settings,
    sign_in,
    stories,
    subscribers,
    syndication,
    today,
)

ROUTERS: Final[tuple[APIRouter, ...]] = tuple(
    page.ROUTER
    for page in (
        health,
        sign_in,
        letters,
        syndication,
        charts,
        today,
        search,
        items,
        stories,
        narratives,
        review,
        quality,
        feeds,
        digests,
        candidate,
        catalogue,
        subscribers,
        settings,
        method,
    )
)
