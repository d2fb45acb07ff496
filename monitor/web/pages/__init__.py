"""One module a page."""

from typing import Final

from fastapi import APIRouter

from monitor.web.pages import (
    atom,
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
    today,
)

ROUTERS: Final[tuple[APIRouter, ...]] = tuple(
    page.ROUTER
    for page in (
        health,
        sign_in,
        letters,
        atom,
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
        catalogue,
        subscribers,
        settings,
        method,
    )
)
