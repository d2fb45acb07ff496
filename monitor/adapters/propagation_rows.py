"""Where stories and narratives were seen, read for `domain.propagation`."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.domain.digest import Window
from monitor.domain.feed import OutletKind
from monitor.domain.hit import Grade
from monitor.domain.identity import ERASED
from monitor.domain.propagation import Sighting
from monitor.domain.review import Verdict

_HIT: Final = tables.hit.c
_ITEM: Final = tables.item.c
_STANDING: Final = tables.standing_review.c
_SEEN: Final = (
    _ITEM.id,
    _ITEM.title,
    _ITEM.url,
    _ITEM.outlet_id,
    tables.outlet.c.name.label("outlet_name"),
    _ITEM.country,
    _ITEM.lang,
    _ITEM.first_seen_at,
)
_KEPT: Final = _ITEM.content_hash != ERASED
TELLINGS: Final = tables.hit.join(tables.item).join(
    tables.outlet, tables.outlet.c.id == _ITEM.outlet_id
)
# What counts as spread: neither what reviewers dismissed nor what answers a claim.
IS_SPREAD: Final = (
    _HIT.grade == Grade.DIGEST,
    _HIT.retired_at.is_(None),
    tables.outlet.c.kind != OutletKind.FACT_CHECKER,
    ~sa.exists().where(_STANDING.hit_id == _HIT.id, _STANDING.verdict == Verdict.DISMISSED),
)


def story_of(connection: Connection, number: int) -> int | None:
    """Return the story that a number means: that of the item, or the story itself."""
    own = sa.select(sa.func.coalesce(_ITEM.story_id, _ITEM.id)).where(_ITEM.id == number)
    found: int | None = connection.execute(own).scalar_one_or_none()
    if found is None:  # its first item may be gone while others stay
        others = sa.select(_ITEM.story_id).where(_ITEM.story_id == number).limit(1)
        found = connection.execute(others).scalar_one_or_none()
    return found


def story_sightings(connection: Connection, story: int) -> Sequence[Sighting]:
    """Return every item of a story."""
    query: sa.Select[Any] = (
        sa.select(*_SEEN, sa.literal(1).label("items"))
        .join(tables.outlet, tables.outlet.c.id == _ITEM.outlet_id)
        .where(sa.or_(_ITEM.id == story, _ITEM.story_id == story), _KEPT)
    )
    return [_sighting(row) for row in connection.execute(query)]


def narrative_sightings(
    connection: Connection, narrative: str, window: Window
) -> Sequence[Sighting]:
    """Return the first item of each outlet, country and language that counts as spread."""
    # Numbers grow with time: the least one is of the first item.
    firsts = (
        sa.select(sa.func.min(_ITEM.id).label("id"), sa.func.count().label("items"))
        .select_from(TELLINGS)
        .where(_HIT.narrative == narrative, *IS_SPREAD)
        .where(_ITEM.first_seen_at >= window.since, _ITEM.first_seen_at < window.until)
        .where(_KEPT)
        .group_by(_ITEM.outlet_id, _ITEM.country, _ITEM.lang)
        .subquery()
    )
    query: sa.Select[Any] = (
        sa.select(*_SEEN, firsts.c["items"])
        .join(firsts, firsts.c.id == _ITEM.id)
        .join(tables.outlet, tables.outlet.c.id == _ITEM.outlet_id)
    )
    return [_sighting(row) for row in connection.execute(query)]


def _sighting(row: sa.Row[Any]) -> Sighting:
    values = row._asdict()
    return Sighting(item_id=values.pop("id"), **values)
