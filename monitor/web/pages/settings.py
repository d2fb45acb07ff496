"""People, tokens, one's own password, and who changed what."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from monitor.domain.errors import ConfigError
from monitor.domain.people import Person, Role
from monitor.web.page import show
from monitor.web.site import Here, Operator, Site, Viewer

ROUTER: Final = APIRouter()
LOG: Final = 50
_Text = Annotated[str, Form(max_length=300)]


@ROUTER.get("/settings")
def settings(request: Request, here: Here, person: Viewer) -> Response:
    """Show what a person may change."""
    return _shown(request, here, person)


@ROUTER.post("/settings/password")
def password(
    request: Request, here: Here, person: Viewer, old: _Text = "", new: _Text = ""
) -> Response:
    """Change one's own password."""
    try:
        is_right = here.app.people.change_password(person, old, new)
    except ConfigError as error:
        return _shown(request, here, person, status=400, refused=str(error))
    if not is_right:
        return _shown(request, here, person, status=400, refused="old")
    return RedirectResponse("/sign-in", 303)


@ROUTER.post("/settings/tokens")
def token(request: Request, here: Here, person: Viewer, label: _Text = "") -> Response:
    """Make a token of one's own and show it, this once."""
    secret = here.app.people.new_token(person.name, label, person.name)
    return _shown(request, here, person, secret=secret)


@ROUTER.post("/settings/tokens/{token_id}/revoke")
def revoke(here: Here, person: Viewer, token_id: int) -> Response:
    """Forget a token."""
    here.app.people.revoke_token(token_id, person)
    return RedirectResponse("/settings", 303)


@ROUTER.post("/settings/people")
def add(
    request: Request,
    here: Here,
    person: Operator,
    name: _Text = "",
    role: _Text = "viewer",
    new: _Text = "",
) -> Response:
    """Add a person."""
    try:
        here.app.people.add(name.strip(), _role(role), new, person.name)
    except ConfigError as error:
        return _shown(request, here, person, status=400, refused=str(error))
    return RedirectResponse("/settings", 303)


@ROUTER.post("/settings/people/{name}/role")
def role(here: Here, person: Operator, name: str, role: _Text) -> Response:
    """Give a person another role."""
    here.app.people.set_role(name, _role(role), person.name)
    return RedirectResponse("/settings", 303)


@ROUTER.post("/settings/people/{name}/password")
def reset(request: Request, here: Here, person: Operator, name: str, new: _Text = "") -> Response:
    """Give a person a new password."""
    try:
        here.app.people.set_password(name, new, person.name)
    except ConfigError as error:
        return _shown(request, here, person, status=400, refused=str(error))
    return RedirectResponse("/settings", 303)


@ROUTER.post("/settings/people/{name}/remove")
def remove(here: Here, person: Operator, name: str) -> Response:
    """Remove a person."""
    here.app.people.remove(name, person.name)
    return RedirectResponse("/settings", 303)


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError as error:
        raise ConfigError(f"{text[:40]!r} is no role") from error


def _shown(
    request: Request,
    here: Site,
    person: Person,
    *,
    status: int = 200,
    secret: str = "",
    refused: str = "",
) -> Response:
    desk = here.app.people
    is_operator = person.role.may(Role.OPERATOR)
    tokens = [one for one in desk.people.tokens() if is_operator or one.person == person.name]
    return show(
        request,
        "settings.html.j2",
        person,
        status,
        everybody=desk.everybody() if is_operator else [],
        roles=[str(one) for one in Role],
        tokens=tokens,
        searches=desk.people.searches(person.name),
        log=desk.people.log(LOG) if is_operator else [],
        secret=secret,
        refused=refused,
        is_local=person.id == 0,
    )
