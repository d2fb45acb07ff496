"""Secrets for links: random, and kept as a hash only."""

import hashlib
import secrets

from monitor.ports.delivery import Token


def fresh() -> Token:
    """Return a new secret of 128 bits."""
    text = secrets.token_urlsafe(16)
    return Token(text, hashed(text))


def hashed(text: str) -> str:
    """Return what is kept of a secret. It is random, so that no salt is needed."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
