"""One module a page."""

from typing import Final

from fastapi import APIRouter

from monitor.web.pages import (
    catalogue,
    digests,
    feeds,
    items,
    method,
    narratives,
    search,
    settings,
    sign_in,
    today,
)

ROUTERS: Final[tuple[APIRouter, ...]] = tuple(
    module.ROUTER
    for module in (
        sign_in,
        today,
        search,
        items,
        narratives,
        feeds,
        digests,
        catalogue,
        settings,
        method,
    )
)
