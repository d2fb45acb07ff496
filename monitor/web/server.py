"""The site: its routes, what guards them, and what becomes of faults."""

import logging
from collections.abc import Callable
from importlib.resources import files
from typing import Final
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from monitor import __version__
from monitor.app import App
from monitor.app.pulse import Pulse
from monitor.domain.errors import ConfigError, NotFoundError, StorageError
from monitor.web import api
from monitor.web.guard import Guard
from monitor.web.pace import Pace
from monitor.web.page import show
from monitor.web.pages import ROUTERS
from monitor.web.present import Present
from monitor.web.problems import problem
from monitor.web.site import (
    ForbiddenError,
    SignInError,
    Site,
    TooManyError,
    sign_in_address,
)

log = logging.getLogger(__name__)
API: Final = "/api/"
FEEDS: Final = (".atom", ".json", ".opml")  # for programs that know no page to sign in


def create(
    app: App,
    pulse: Pulse,
    *,
    host: str = "127.0.0.1",
    is_public: bool = False,
    pace: Pace | None = None,
) -> Guard:
    """Return the site as an ASGI application. `host` is the address that it listens on."""
    made = FastAPI(
        title="Western Balkans narrative monitor",
        version=__version__,
        description=api.DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    made.state.site = Site(Present(app), pulse, is_public, pace or Pace())
    made.mount("/static", StaticFiles(directory=str(files("monitor.web") / "static")))
    made.include_router(api.ROUTER)
    for router in ROUTERS:
        made.include_router(router, include_in_schema=False)
    _catch(made)
    own = urlsplit(app.settings.base_url).hostname
    return Guard(made, [name for name in (own, host) if name])


def _catch(made: FastAPI) -> None:
    """Give each fault its answer: a page for people, a problem document for programs."""
    statuses: tuple[tuple[type[Exception], int], ...] = (
        (ForbiddenError, 403),
        (NotFoundError, 404),
        (ConfigError, 400),
        (RequestValidationError, 422),
        (StorageError, 503),
    )
    for kind, status in statuses:
        made.add_exception_handler(kind, _answering(status))
    made.add_exception_handler(HTTPException, _http)
    made.add_exception_handler(SignInError, _sign_in)
    made.add_exception_handler(TooManyError, _too_many)
    made.add_exception_handler(Exception, _unexpected)


def _answering(status: int) -> Callable[[Request, Exception], Response]:
    def answer(request: Request, error: Exception) -> Response:
        if status >= 500:  # noqa: PLR2004 - HTTP's own number
            log.error("%s %s: %s", request.method, request.url.path, error)
        says_why = isinstance(error, (ConfigError, NotFoundError))
        return _fault(request, status, str(error) if says_why else "")

    return answer


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _fault(request, status, "")


def _sign_in(request: Request, error: Exception) -> Response:
    del error
    if request.url.path.startswith(API):
        return problem(401, "sign in, or send a token", {"www-authenticate": "Bearer"})
    if request.url.path.endswith(FEEDS):
        wanted = {"www-authenticate": 'Basic realm="the password is an API token"'}
        return problem(401, "send an API token as the password", wanted)
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={"hx-redirect": "/sign-in"})
    return RedirectResponse(sign_in_address(request), 303)


def _too_many(request: Request, error: Exception) -> Response:
    del request
    wait_s = error.wait_s if isinstance(error, TooManyError) else 1
    return problem(429, "too many requests", {"retry-after": str(wait_s)})


def _unexpected(request: Request, error: Exception) -> Response:
    log.error("%s %s", request.method, request.url.path, exc_info=error)
    return _fault(request, 500, "")


def _fault(request: Request, status: int, detail: str) -> Response:
    headers = {"retry-after": "10"} if status == 503 else None  # noqa: PLR2004
    if request.url.path.startswith(API):
        return problem(status, detail, headers)
    page = show(request, "fault.html.j2", None, status, code=status, detail=detail)
    page.headers.update(headers or {})
    return page
