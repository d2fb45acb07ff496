"""Who may come in, and what they did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from monitor.domain.errors import ConfigError, NotFoundError
from monitor.domain.people import (
    ATTEMPTS,
    ATTEMPTS_WITHIN,
    SESSION_LENGTH,
    AuditEntry,
    Person,
    Role,
    SavedSearch,
    checked_name,
    checked_password,
)
from monitor.ports import Clock
from monitor.ports.people import People, Vault

_TOUCH: Final = timedelta(minutes=10)  # a session's last use is kept this exactly
MAX_LABEL: Final = 80


class ThrottledError(Exception):
    """Too many wrong passwords of late."""


@dataclass(frozen=True, slots=True)
class PeopleDesk:
    """The use cases. Whatever changes something is written to the audit log under `by`."""

    people: People
    vault: Vault
    clock: Clock

    def add(self, name: str, role: Role, password: str, by: str) -> None:
        """Add a person. Raises ConfigError for a bad or taken name or a weak password."""
        hashed = self.vault.hash(checked_password(password))
        if not self.people.add(checked_name(name), role, hashed, self.clock.now()):
            raise ConfigError(f"{name} is there already")
        self.audit(by, "person added", f"{name}, {role}")

    def remove(self, name: str, by: str) -> None:
        """Remove a person and all their ways in. Raises NotFoundError."""
        self._known(self.people.remove(name), name)
        self.audit(by, "person removed", name)

    def set_role(self, name: str, role: Role, by: str) -> None:
        """Give a person another role, and end their sessions. Raises NotFoundError."""
        self._known(self.people.change(name, role=role), name)
        self.audit(by, "role changed", f"{name}, {role}")

    def set_password(self, name: str, password: str, by: str) -> None:
        """Give a person a new password, and end their sessions. Raises as `add` does."""
        hashed = self.vault.hash(checked_password(password))
        self._known(self.people.change(name, password_hash=hashed), name)
        self.audit(by, "password changed", name)

    def change_password(self, person: Person, old: str, new: str) -> bool:
        """Let a person change their own password; say whether the old one was right."""
        known = self.people.named(person.name)
        if not self.vault.fits(old, known[1] if known else None):
            return False
        self.set_password(person.name, new, person.name)
        return True

    def sign_in(self, name: str, password: str, address: str) -> str | None:
        """Return the secret of a new session, or None for a wrong name or password.

        Both take the same time. Raises ThrottledError after too many wrong ones.
        """
        now = self.clock.now()
        who, since = (f"account {name[:64]}", f"address {address}"), now - ATTEMPTS_WITHIN
        if self.people.failures(who, since) >= ATTEMPTS:
            raise ThrottledError
        known = self.people.named(name)
        if not self.vault.fits(password, known[1] if known else None) or known is None:
            self.people.failed(who, now, since)
            self.audit(name[:64], "sign-in refused", address)
            return None
        secret = self.vault.secret()
        self.people.open_session(known[0].id, secret, now)
        self.audit(name, "signed in", address)
        return secret

    def sign_out(self, secret: str) -> None:
        """End a session."""
        self.people.close_session(secret)

    def of_session(self, secret: str) -> Person | None:
        """Return whose session this is, if it is one that was used of late."""
        now = self.clock.now()
        found = self.people.session(secret, now - SESSION_LENGTH)
        if found is None:
            return None
        person, used_at = found
        if now - used_at > _TOUCH:
            self.people.touch_session(secret, now)
        return person

    def of_token(self, secret: str) -> Person | None:
        """Return whose token this is."""
        return self.people.token_bearer(secret, self.clock.now())

    def new_token(self, name: str, label: str, by: str) -> str:
        """Return the secret of a new token, which nobody can ever show again."""
        known = self.people.named(name)
        if known is None:
            raise NotFoundError(f"nobody is called {name}")
        secret = self.vault.secret()
        self.people.add_token(known[0].id, label[:MAX_LABEL], secret, self.clock.now())
        self.audit(by, "token made", f"{name}, {label[:MAX_LABEL]}")
        return secret

    def revoke_token(self, token_id: int, by: Person) -> None:
        """Forget a token: one's own, or anybody's for operators. Raises NotFoundError."""
        whose = None if by.role.may(Role.OPERATOR) else by.id
        if not self.people.revoke_token(token_id, whose):
            raise NotFoundError("there is no such token")
        self.audit(by.name, "token revoked", str(token_id))

    def save_search(self, person: str, name: str, query: str) -> None:
        """Keep a search under a name. Raises ConfigError for an empty name."""
        if not name.strip():
            raise ConfigError("a saved search needs a name")
        search = SavedSearch(
            0, person, name.strip()[:MAX_LABEL], query, self.vault.secret(), self.clock.now()
        )
        self.people.save_search(search)

    def forget_search(self, person: str, search_id: int) -> None:
        """Forget one's search. Raises NotFoundError."""
        if not self.people.forget_search(person, search_id):
            raise NotFoundError("there is no such search")

    def everybody(self) -> Sequence[Person]:
        """Return all people by name."""
        return self.people.everybody()

    def audit(self, person: str, action: str, detail: str) -> None:
        """Write down who did what."""
        self.people.record(AuditEntry(self.clock.now(), person, action, detail))

    @staticmethod
    def _known(is_known: bool, name: str) -> None:  # noqa: FBT001 - one caller's answer
        if not is_known:
            raise NotFoundError(f"nobody is called {name}")
