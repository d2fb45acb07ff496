"""Passwords and random secrets."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2:
    """Keeps the port `Vault`: argon2id with the library's defaults (RFC 9106, low memory)."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        """Return what to keep of a password."""
        return self._hasher.hash(password)

    def fits(self, password: str, kept: str | None) -> bool:
        """Say whether the password is the one kept; None takes as long and is always wrong."""
        try:
            self._hasher.verify(kept or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def secret(self) -> str:
        """Return a new secret of 256 random bits, safe in an address."""
        return secrets.token_urlsafe(32)
