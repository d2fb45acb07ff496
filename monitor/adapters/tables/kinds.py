"""What every table shares: names of constraints, and the types that both databases keep alike."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Integer, MetaData
from sqlalchemy.engine import Dialect

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)
_is_key: Final = re.compile("[a-z]:[0-9a-f]{32}").fullmatch
_ZONE: Final = "+00:00"
_TWO: Final = tuple(f"{number:02}" for number in range(60))


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    return value.astimezone(UTC)


def _naive(value: datetime) -> datetime:
    return _aware(value).replace(tzinfo=None)


def _written(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    at = value.astimezone(UTC)  # written as isoformat does, in half its time
    day = f"{at.year:04}-{_TWO[at.month]}-{_TWO[at.day]}"
    return f"{day} {_TWO[at.hour]}:{_TWO[at.minute]}:{_TWO[at.second]}.{at.microsecond:06}"


def _given(value: datetime | None) -> datetime | None:
    return None if value is None else _aware(value)


def _read(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + _ZONE)


def _packed(value: str | None) -> bytes | None:
    if value is None:
        return None
    if _is_key(value):
        return value[:1].encode() + bytes.fromhex(value[2:])
    return b"\0" + value.encode()


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """Aware UTC in Python, whatever the database keeps. Naive times are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time to UTC. Raises ValueError for a naive one."""
        if value is None:
            return None
        return _naive(value) if dialect.name == "sqlite" else _aware(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Write times as the type of each database does, in a third of the time: each item has two."""
        return _written if dialect.name == "sqlite" else _given

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Read times of SQLite as they were written: pages read tens of thousands of them."""
        return _read if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401 - SQLAlchemy's signature
        """Give UTC back."""
        if value is None:
            return None
        known: datetime = value
        return known.replace(tzinfo=UTC) if dialect.name == "sqlite" else known.astimezone(UTC)


# SQLite gives rowids to INTEGER PRIMARY KEY only, PostgreSQL runs out of them at 2^31.
Id = sa.BigInteger().with_variant(Integer, "sqlite")

# Compared byte by byte in both, whatever the server's language: ranges mean the same.
Plain = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


class ItemKey(sa.types.TypeDecorator[str]):
    """An item's key, `g:` and 32 hexadecimal digits, in 17 bytes; any other text after a zero."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Write the digits as bytes."""
        del dialect
        return _packed(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Write keys in half the time that SQLAlchemy takes: each item has two."""
        del dialect
        return _packed

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:  # noqa: ANN401 - SQLAlchemy's signature
        """Write the bytes as digits."""
        del dialect
        if value is None:
            return None
        kind, rest = bytes(value[:1]), bytes(value[1:])
        return rest.decode() if kind == b"\0" else f"{kind.decode()}:{rest.hex()}"
