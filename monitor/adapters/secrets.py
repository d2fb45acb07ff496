"""Passwords and random secrets."""

import secrets
from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION


class Argon2:
    """Keeps the port `Vault`: argon2id, by default as dear as RFC 9106 has it for low memory."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = _kept_of_nobody(self._hasher)

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


def _kept_of_nobody(hasher: PasswordHasher) -> str:
    """Return what could be kept of a password, and is of none: as dear to look at as any other."""
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    salt, digest = map(secrets.token_bytes, (hasher.salt_len, hasher.hash_len))
    return f"$argon2id$v={ARGON2_VERSION}${costs}${_in_letters(salt)}${_in_letters(digest)}"


def _in_letters(data: bytes) -> str:
    return b64encode(data).decode().rstrip("=")
