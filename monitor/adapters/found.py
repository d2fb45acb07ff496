"""What a backtest found, as JSON in a row."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from monitor.domain.backtest import Difference
from monitor.domain.hit import Evidence, Grade, Hit, Stance


def as_json(one: Difference) -> dict[str, Any]:
    """Return a difference as plain values."""
    return asdict(one) | {"first_seen_at": one.first_seen_at.isoformat()}


def difference(row: dict[str, Any]) -> Difference:
    """Return the difference that was written so."""
    at = datetime.fromisoformat(row["first_seen_at"])
    hits = {when: _hit(row[when]) for when in ("before", "after")}
    return Difference(**(row | hits | {"first_seen_at": at}))


def _hit(row: dict[str, Any] | None) -> Hit | None:
    if row is None:
        return None
    evidence = tuple(Evidence(**piece) for piece in row["evidence"])
    grade, hint = Grade(row["grade"]), Stance(row["stance_hint"])
    return Hit(row["narrative"], row["score"], grade, hint, evidence)
