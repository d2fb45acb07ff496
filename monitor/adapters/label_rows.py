"""Labels out of the database and into it, as JSON Lines."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.database import Database, batches
from monitor.domain.errors import ConfigError
from monitor.domain.labels import Label, carried
from monitor.domain.review import Verdict

_HIT, _ITEM, _STANDING = tables.hit.c, tables.item.c, tables.standing_review.c
_READING: Final = tables.reading.c
_SHOWN: Final = ("title", "summary", "text", "lang", "url")


class SqlLabels:
    """Keeps the port `Labels`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def labels(self) -> Iterator[Label]:
        """Yield every item of which it is known what it carries, oldest first."""
        reviewed = sa.select(_HIT.item_id).join(tables.standing_review, _STANDING.hit_id == _HIT.id)
        query = (
            sa.select(_ITEM.id, *(tables.item.c[name] for name in _SHOWN))
            .where(_ITEM.id.in_(reviewed.union(sa.select(_READING.item_id))))
            .order_by(_ITEM.id)
        )
        with self._database.reading() as connection:
            rows: Sequence[sa.Row[Any]] = connection.execute(query).all()
            for some in batches(rows):
                yield from _known(connection, some)

    def hits_of(self, labels: Sequence[Label]) -> Mapping[str, tuple[int, Mapping[str, int]]]:
        """Return the stored item of each label, by its id, and the item's hits by narrative.

        An item is the same where its address is, or, without one, its title and summary.
        """
        found: dict[str, int] = {}
        with self._database.reading() as connection:
            for some in batches(labels):
                found |= _stored(connection, some)
            hits = _hits(connection, list(found.values()))
        return {key: (item_id, hits.get(item_id, {})) for key, item_id in found.items()}


def write_labels(labels: Iterable[Label], sink: IO[str]) -> int:
    """Write labels in the shape that `make quality` scores; return how many."""
    count = 0
    for one in labels:
        row = {
            "id": one.id,
            "title": one.title,
            "summary": one.summary,
            "text": one.text or None,
            "lang": one.lang,
            "url": one.url,
            "labels": list(one.labels),
            "judged": None if one.judged is None else list(one.judged),
            "stance": one.stance or None,
            "sampling": "read" if one.judged is None else "reviewed",
        }
        sink.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count


def read_labels(lines: Iterable[str], file: str) -> Iterator[Label]:
    """Yield the labels of a file. Raises ConfigError with file and line."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _label(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            what = "is not a label; write an object with id, title and labels"
            raise ConfigError(what, file=file, line=number) from error


def _label(row: dict[str, Any]) -> Label:
    judged = row.get("judged")
    return Label(
        id=str(row["id"]),
        title=str(row["title"] or ""),
        **{name: str(row.get(name) or "") for name in _SHOWN if name != "title"},
        labels=_names(row["labels"]),
        judged=None if judged is None else _names(judged),
        stance=str(row.get("stance") or ""),
        unseen=bool(row.get("held_out")) or row.get("sampling") in {"read", "reviewed"},
        group=str(row.get("dup_group") or ""),
    )


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("narratives are a list")
    return tuple(map(str, value))


def _known(connection: Connection, rows: Sequence[sa.Row[Any]]) -> Iterator[Label]:
    ids = [row.id for row in rows]
    verdicts: dict[int, dict[str, Verdict | None]] = defaultdict(dict)
    stances: dict[int, set[str]] = defaultdict(set)
    found = (
        sa.select(_HIT.item_id, _HIT.narrative, _STANDING.verdict, _STANDING.stance)
        .select_from(tables.hit.outerjoin(tables.standing_review))
        .where(_HIT.item_id.in_(ids), _HIT.retired_at.is_(None))
    )
    for hit in connection.execute(found):
        verdicts[hit.item_id][hit.narrative] = Verdict(hit.verdict) if hit.verdict else None
        stances[hit.item_id] |= {hit.stance} - {"", None}
    readings = sa.select(_READING.item_id, _READING.narratives).where(_READING.item_id.in_(ids))
    read = {
        row.item_id: row.narratives for row in connection.execute(readings.order_by(_READING.id))
    }
    for row in rows:
        known = carried(verdicts[row.id], read.get(row.id))
        if known:
            said = stances[row.id]
            shown = {name: getattr(row, name) for name in _SHOWN}
            stance = said.pop() if len(said) == 1 else ""
            yield Label(
                str(row.id),
                **shown,
                labels=known[0],
                judged=known[1],
                stance=stance,
                unseen=True,
            )


def _stored(connection: Connection, labels: Sequence[Label]) -> dict[str, int]:
    by_url = {one.url: one.id for one in labels if one.url}
    by_text = {(one.title, one.summary): one.id for one in labels if not one.url}
    titles = [title for title, _ in by_text]
    query = sa.select(_ITEM.id, _ITEM.url, _ITEM.title, _ITEM.summary).where(
        sa.or_(_ITEM.url.in_(list(by_url)), _ITEM.title.in_(titles))
    )
    found: dict[str, int] = {}
    for row in connection.execute(query.order_by(_ITEM.id)):
        key = by_url.get(row.url) or by_text.get((row.title, row.summary))
        if key:
            found.setdefault(key, row.id)
    return found


def _hits(connection: Connection, item_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for some in batches(item_ids):
        query = sa.select(_HIT.item_id, _HIT.narrative, _HIT.id).where(
            _HIT.item_id.in_(some), _HIT.retired_at.is_(None)
        )
        for row in connection.execute(query):
            found[row.item_id][row.narrative] = row.id
    return found
