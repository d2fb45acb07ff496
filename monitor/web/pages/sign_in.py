"""Coming in and going out."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from monitor.services.people import ThrottledError
from monitor.web.page import show
from monitor.web.site import SESSION_COOKIE, Here, Viewer, own_path

ROUTER: Final = APIRouter()
_LONGEST: Final = 300


@ROUTER.get("/sign-in")
def ask(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    """Show the form."""
    return show(request, "sign_in.html.j2", None, next=own_path(next), refused="")


@ROUTER.post("/sign-in")
def come_in(
    request: Request,
    here: Here,
    name: Annotated[str, Form(max_length=_LONGEST)] = "",
    password: Annotated[str, Form(max_length=_LONGEST)] = "",
    next: Annotated[str, Form(max_length=2048)] = "/",  # noqa: A002
) -> Response:
    """Check name and password; open a session."""
    address = request.client.host if request.client else ""
    try:
        secret = here.app.people.sign_in(name.strip(), password, address)
    except ThrottledError:
        page = show(request, "sign_in.html.j2", None, 429, next=own_path(next), refused="throttled")
        page.headers["retry-after"] = "60"
        return page
    if secret is None:
        return show(request, "sign_in.html.j2", None, 401, next=own_path(next), refused="wrong")
    answer = RedirectResponse(own_path(next), 303)
    answer.set_cookie(
        SESSION_COOKIE,
        secret,
        max_age=31_536_000,
        httponly=True,
        samesite="lax",
        secure=here.app.settings.base_url.startswith("https://"),
    )
    return answer


@ROUTER.post("/sign-out")
def go(request: Request, here: Here, person: Viewer) -> Response:
    """End the session."""
    del person
    here.app.people.sign_out(request.cookies.get(SESSION_COOKIE, ""))
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(SESSION_COOKIE)
    return answer
