"""What every request may ask for: the app, and who is asking."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Final
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request

from monitor.app import App
from monitor.app.pulse import Pulse
from monitor.app.trial import Trials
from monitor.domain.people import Person, Role
from monitor.web.pace import Pace
from monitor.web.present import Present

SESSION_COOKIE: Final = "session"
LOCAL: Final = Person(0, "local", Role.OPERATOR, datetime(1970, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Site:
    """The running site. `is_public` says that it listens beyond this machine."""

    present: Present
    pulse: Pulse
    is_public: bool = False
    pace: Pace = field(default_factory=Pace)
    trials: Trials = field(default_factory=Trials)

    @property
    def app(self) -> App:
        """The program as its files say now."""
        return self.present()

    @property
    def asks_who(self) -> bool:
        """Whether a reader must sign in: nobody need on this machine while there are no people."""
        return self.is_public or bool(self.app.people.everybody())

    def person(self, request: Request) -> Person | None:
        """Return who sent the request, if that is known."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self.app.people.of_token(token.strip())
        if scheme.lower() == "basic" and request.method in {"GET", "HEAD"}:
            return self.app.people.of_token(_password(token))
        cookie = request.cookies.get(SESSION_COOKIE)
        if cookie and (found := self.app.people.of_session(cookie)):
            return found
        return None if self.asks_who else LOCAL


def _password(credentials: str) -> str:
    """Return the password of Basic credentials (RFC 7617); feed readers know no bearers."""
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


class SignInError(Exception):
    """The reader must sign in first."""


class ForbiddenError(Exception):
    """The reader's role does not allow this."""


def site(request: Request) -> Site:
    """Return the running site."""
    found: Site = request.app.state.site
    return found


class TooManyError(Exception):
    """Whoever asks did so too often; `wait_s` is when to come back."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


def asking(request: Request, here: Annotated[Site, Depends(site)]) -> Person | None:
    """Return who asks, if that is known."""
    return here.person(request)


def unhurried(
    request: Request,
    here: Annotated[Site, Depends(site)],
    person: Annotated[Person | None, Depends(asking)],
) -> None:
    """Count the request: by token where a known one is sent, else by person or address.

    Raises TooManyError.
    """
    _, _, token = request.headers.get("authorization", "").partition(" ")
    if person and token:
        who = hashlib.blake2b(token.encode(), digest_size=16).hexdigest()
    elif person and person.id:
        who = f"person {person.id}"
    else:
        who = f"address {request.client.host if request.client else ''}"
    wait_s = here.pace.take(who)
    if wait_s:
        raise TooManyError(wait_s)


def viewer(person: Annotated[Person | None, Depends(asking)]) -> Person:
    """Return who asks. Raises SignInError."""
    if person is None:
        raise SignInError
    return person


def reviewer(person: Annotated[Person, Depends(viewer)]) -> Person:
    """Return who asks, if they may review. Raises SignInError, ForbiddenError."""
    return _in_role(person, Role.REVIEWER)


def operator(person: Annotated[Person, Depends(viewer)]) -> Person:
    """Return who asks, if they may operate. Raises SignInError, ForbiddenError."""
    return _in_role(person, Role.OPERATOR)


def _in_role(person: Person, needed: Role) -> Person:
    if not person.role.may(needed):
        raise ForbiddenError(needed)
    return person


Here = Annotated[Site, Depends(site)]
Viewer = Annotated[Person, Depends(viewer)]
Reviewer = Annotated[Person, Depends(reviewer)]
Operator = Annotated[Person, Depends(operator)]


def own_path(wanted: str) -> str:
    """Return the address if it leads to a page of ours, else the first page."""
    parts = urlsplit(wanted)
    is_own = (
        wanted.startswith("/")
        and not wanted.startswith(("//", "/\\"))
        and not parts.scheme
        and not parts.netloc
        and wanted.isprintable()
        and "\\" not in wanted
        and not wanted.lower().startswith(("/%2f", "/%5c"))
    )
    return wanted if is_own else "/"


def sign_in_address(request: Request) -> str:
    """Return where to sign in, and come back from to the present page."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/sign-in?next={quote(here, safe='/')}" if request.method == "GET" else "/sign-in"
