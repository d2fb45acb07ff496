"""What signing in needs from outside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from monitor.domain.people import AuditEntry, Person, Role, SavedSearch, Token


class Vault(Protocol):
    """Passwords and random secrets."""

    def hash(self, password: str) -> str:
        """Return what to keep of a password."""

    def fits(self, password: str, kept: str | None) -> bool:
        """Say whether the password is the one kept; None takes as long and is always wrong."""

    def secret(self) -> str:
        """Return a new secret of 256 random bits, safe in an address."""


class People(Protocol):
    """The side of the database that knows people. Secrets come in clear and are kept hashed."""

    def everybody(self) -> Sequence[Person]:
        """Return all people by name."""

    def named(self, name: str) -> tuple[Person, str] | None:
        """Return a person and the hash of their password."""

    def add(self, name: str, role: Role, password_hash: str, now: datetime) -> bool:
        """Add a person; return whether the name was free."""

    def change(self, name: str, *, role: Role | None = None, password_hash: str = "") -> bool:
        """Change a role or a password, and end the person's sessions; say if they are known."""

    def remove(self, name: str) -> bool:
        """Remove a person with sessions, tokens and searches; say if they were known."""

    def open_session(self, person_id: int, secret: str, now: datetime) -> None:
        """Remember a session."""

    def session(self, secret: str, since: datetime) -> tuple[Person, datetime] | None:
        """Return whose session this is and when it was last used, unless that was before."""

    def touch_session(self, secret: str, now: datetime) -> None:
        """Remember that a session was used."""

    def close_session(self, secret: str) -> None:
        """Forget a session."""

    def add_token(self, person_id: int, label: str, secret: str, now: datetime) -> None:
        """Remember a token."""

    def tokens(self) -> Sequence[Token]:
        """Return every token, newest first."""

    def token_bearer(self, secret: str, now: datetime) -> Person | None:
        """Return whose token this is, and remember the day of its use."""

    def revoke_token(self, token_id: int, person_id: int | None) -> bool:
        """Forget a token, of this person only if one is given; say if it was there."""

    def failures(self, who: Sequence[str], since: datetime) -> int:
        """Return the largest number of failed sign-ins that one of these has since then."""

    def failed(self, who: Sequence[str], now: datetime, since: datetime) -> None:
        """Remember a failed sign-in, and forget those before `since`."""

    def record(self, entry: AuditEntry) -> None:
        """Add to the audit log."""

    def log(self, limit: int) -> Sequence[AuditEntry]:
        """Return the newest entries of the audit log."""

    def searches(self, person: str) -> Sequence[SavedSearch]:
        """Return a person's saved searches by name."""

    def search_of_feed(self, feed_key: str) -> SavedSearch | None:
        """Return the saved search whose feed has this key."""

    def save_search(self, search: SavedSearch) -> None:
        """Keep a search in the place of one of that name; its feed keeps its address."""

    def forget_search(self, person: str, search_id: int) -> bool:
        """Forget a person's search; say if it was theirs."""
