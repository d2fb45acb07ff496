"""People who sign in: what each role may do, and what a name or password must be."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from monitor.domain.errors import ConfigError

SESSION_LENGTH: Final = timedelta(days=14)  # since it was last used
ATTEMPTS: Final = 5  # wrong passwords an account or an address may try …
ATTEMPTS_WITHIN: Final = timedelta(minutes=1)  # … in this time
MIN_PASSWORD: Final = 12
MAX_PASSWORD: Final = 256  # longer ones only cost the server time
_NAME: Final = re.compile(r"[a-z][a-z0-9._-]{1,31}")


class Role(StrEnum):
    """What a person may do; each role may do all that those before it may."""

    VIEWER = "viewer"  # read, search, export
    REVIEWER = "reviewer"  # and decide on hits
    OPERATOR = "operator"  # and look after feeds, people and subscribers

    def may(self, needed: "Role") -> bool:
        """Say whether this role suffices where `needed` is asked for."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in. Nothing else is kept about them."""

    id: int
    name: str
    role: Role
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """A way in for a program; its secret is shown once and kept only as a hash."""

    id: int
    person: str
    label: str
    created_at: datetime
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that somebody changed."""

    at: datetime
    person: str
    action: str
    detail: str


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search that a person keeps; its feed has an address that cannot be guessed."""

    id: int
    person: str
    name: str
    query: str  # as in the address of the search page
    feed_key: str
    created_at: datetime


def checked_name(name: str) -> str:
    """Return the name. Raises ConfigError for one that cannot be used."""
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{name!r} cannot be a name: write 2 to 32 small letters, digits, dots or dashes,"
            " a letter first"
        )
    return name


def checked_password(password: str) -> str:
    """Return the password. Raises ConfigError, which never shows it."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise ConfigError(f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters")
    if len(set(password)) < MIN_PASSWORD // 3:
        raise ConfigError("a password repeats fewer characters than this one")
    return password
