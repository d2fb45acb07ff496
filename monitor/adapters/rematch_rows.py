"""The archive as a rematch reads and writes it: ranges of items, hits brought to what is found."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import crash, tables
from monitor.adapters.database import Database, batches, insert
from monitor.adapters.hit_rows import BY_RULES
from monitor.adapters.slices import slices, within
from monitor.domain.feed import OutletKind
from monitor.domain.hit import Evidence, Grade, Hit, Passage, Source, Stance
from monitor.domain.numbering import BEFORE_ALL, first_number
from monitor.domain.rematch import Change, Compared, Plan, Run, Slice, Stored

STAMPED: Final = 20_000  # hits of a transaction that only notes a version

_HIT: Final = tables.hit.c
_ITEM: Final = tables.item.c
_RUN: Final = tables.rematch.c
_LEARNED: Final = Source.LEARNED.value  # no catalogue says so, and none can deny it


class StoredItems:
    """Keeps the port `Rows`: what one process reads. It leaves no connection open.

    Of an item's hits it knows those of `narratives` alone; of all where there are none given.
    """

    def __init__(
        self, url: str, since: datetime | None, narratives: frozenset[str] | None = None
    ) -> None:
        self._url, self._since = url, since
        self._theirs = () if narratives is None else (_HIT.narrative.in_(sorted(narratives)),)

    def stored(self, part: Slice) -> Iterator[Stored]:
        """Return the items of a slice, in order, each with its hits."""
        with closing(Database(self._url)) as database, database.reading() as connection:
            hits = _hits_of(connection, part, *self._theirs)
            for row in connection.execute(self._items(part)):
                passage = Passage(
                    row.title,
                    row.summary,
                    row.text,
                    row.lang,
                    row.country,
                    OutletKind(row.kind) if row.kind else None,
                )
                yield Stored(
                    row.id,
                    row.content_hash,
                    passage,
                    hits.get(row.id, ()),
                    row.url,
                    row.outlet_id,
                    row.first_seen_at,
                )

    def _items(self, part: Slice) -> sa.Select[Any]:
        names = ("id", "title", "summary", "text", "lang", "country", "content_hash", "url")
        columns = [_ITEM[name] for name in (*names, "outlet_id", "first_seen_at")]
        query = (
            sa.select(*columns, tables.outlet.c.kind)
            .join_from(tables.item, tables.outlet, tables.outlet.c.id == _ITEM.outlet_id)
            .where(within(_ITEM.id, part))
            .order_by(_ITEM.id)
        )
        return query.where(_ITEM.first_seen_at >= self._since) if self._since else query


class RematchBook:
    """Keeps the port `Book`: what one process writes.

    `candidates` names the items that may hit some narratives, without reading them all.
    """

    def __init__(self, database: Database, candidates: Iterable[int] | None) -> None:
        self._database = database
        self._candidates = None if candidates is None else sorted(candidates)

    def begin(self, plan: Plan, now: datetime) -> Run:
        """Return the unfinished run of the same plan, else a new one."""
        names = None if plan.narratives is None else sorted(plan.narratives)
        with self._database.writing() as connection:
            for row in connection.execute(_unfinished(plan)):
                if row.narratives == names:
                    return Run(
                        row.id, plan, row.position, row.items, row.gained, row.changed, row.lost
                    )
            made = connection.execute(
                sa.insert(tables.rematch).values(
                    catalogue_version=plan.catalogue_version,
                    matcher_version=plan.matcher_version,
                    since=plan.since,
                    narratives=names,
                    position=BEFORE_ALL,
                    started_at=now,
                )
            )
            key = made.inserted_primary_key
            assert key is not None  # noqa: S101 - an INSERT of one row always has it
            return Run(int(key[0]), plan)

    def slices(self, run: Run) -> Iterator[Slice]:
        """Yield what is left to do, in order; items that come meanwhile are included."""
        return slices(self._database, self._candidates, run.plan.since, run.position)

    def total(self, run: Run) -> int:
        """Return about how many items are left to do."""
        if self._candidates is not None:
            return sum(item > run.position for item in self._candidates)
        query = sa.select(sa.func.count()).where(_ITEM.id > run.position)
        if run.plan.since:
            begin = first_number(run.plan.since)
            query = query.where(_ITEM.first_seen_at >= run.plan.since, _ITEM.id >= begin)
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def commit(self, run: Run, done: Compared, now: datetime) -> tuple[Run, tuple[int, ...]]:
        """Write what changed and how far the run is; return the items edited meanwhile."""
        with self._database.writing() as connection:
            after, refused = written(
                connection, run, done, now, with_versions=self._candidates is None
            )
            values = counts(after)
            connection.execute(sa.update(tables.rematch).where(_RUN.id == run.id).values(**values))
            crash.point("rematch-writing")
        crash.point("rematch-written")
        return after, refused

    def finish(self, run: Run, now: datetime) -> None:
        """Say that the archive is as this catalogue would have made it; its trends are stale."""
        if self._candidates is not None and not run.plan.since:
            self._stamp_all(run.plan)
        with self._database.writing() as connection:
            values = counts(run) | {"finished_at": now}
            connection.execute(sa.update(tables.rematch).where(_RUN.id == run.id).values(**values))
            if run.gained or run.changed or run.lost:
                connection.execute(sa.delete(tables.rollup_day))

    def _stamp_all(self, plan: Plan) -> None:
        """Note that hits of unchanged narratives are those of this catalogue too."""
        with self._database.reading() as connection:
            last = connection.execute(sa.select(sa.func.max(_HIT.id))).scalar() or 0
        for first in range(0, last + 1, STAMPED):
            with self._database.writing() as connection:
                _stamp(connection, plan, _HIT.id.between(first, first + STAMPED - 1))


def written(
    connection: Connection, run: Run, done: Compared, now: datetime, *, with_versions: bool
) -> tuple[Run, tuple[int, ...]]:
    """Write what changes in a slice; return how far the run is, and the items edited meanwhile.

    `with_versions`: hits that still hold get the versions of the plan, too.
    """
    texts = _texts(connection, [change.item_id for change in done.changes])
    same = [one for one in done.changes if texts.get(one.item_id) == one.content_hash]
    _retire(connection, same, now)
    write_hits(connection, run.plan, same, now)
    if with_versions:
        _stamp(connection, run.plan, within(_HIT.item_id, done.slice))
    after = replace(
        run,
        position=max(done.slice.last, run.position),
        items=run.items + done.items,
        gained=run.gained + sum(len(one.gained) for one in same),
        changed=run.changed + sum(len(one.fresh) - len(one.gained) for one in same),
        lost=run.lost + sum(len(one.lost) for one in same),
    )
    edited = {one.item_id for one in done.changes} & texts.keys() - {s.item_id for s in same}
    return after, tuple(sorted(edited))


def counts(run: Run) -> dict[str, int]:
    """Return how far a run is, as its row has it."""
    names = ("position", "items", "gained", "changed", "lost")
    return {name: getattr(run, name) for name in names}


def _hits_of(
    connection: Connection, part: Slice, *theirs: sa.ColumnElement[bool]
) -> Mapping[int, tuple[Hit, ...]]:
    query = (
        sa.select(
            _HIT.item_id,
            _HIT.narrative,
            _HIT.score,
            _HIT.grade,
            _HIT.stance_hint,
            _HIT.evidence,
        )
        .where(within(_HIT.item_id, part), _HIT.retired_at.is_(None), _HIT.source != _LEARNED)
        .where(*theirs)
        .order_by(_HIT.item_id)
    )
    found: dict[int, tuple[Hit, ...]] = {}
    for row in connection.execute(query):
        evidence = tuple(Evidence(**piece) for piece in row.evidence)
        hit = Hit(row.narrative, row.score, Grade(row.grade), Stance(row.stance_hint), evidence)
        found[row.item_id] = (*found.get(row.item_id, ()), hit)
    return found


def _unfinished(plan: Plan) -> sa.Select[Any]:
    since = _RUN.since.is_(None) if plan.since is None else _RUN.since == plan.since
    return (
        sa.select(tables.rematch)
        .where(_RUN.finished_at.is_(None), since)
        .where(_RUN.catalogue_version == plan.catalogue_version)
        .where(_RUN.matcher_version == plan.matcher_version)
        .order_by(_RUN.id.desc())
    )


def _texts(connection: Connection, item_ids: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in batches(item_ids):
        query = sa.select(_ITEM.id, _ITEM.content_hash).where(_ITEM.id.in_(some))
        found |= {row.id: row.content_hash for row in connection.execute(query)}
    return found


def _retire(connection: Connection, changes: Iterable[Change], now: datetime) -> None:
    lost: dict[str, list[int]] = {}
    for change in changes:
        for name in change.lost:
            lost.setdefault(name, []).append(change.item_id)
    for name, item_ids in lost.items():
        for some in batches(item_ids):
            connection.execute(
                sa.update(tables.hit)
                .where(_HIT.narrative == name, _HIT.item_id.in_(some), _HIT.retired_at.is_(None))
                .values(retired_at=now)
            )


def write_hits(
    connection: Connection, plan: Plan, changes: Iterable[Change], now: datetime
) -> None:
    """Add hits or renew them; retired ones come back."""
    rows = [
        {
            "item_id": change.item_id,
            "narrative": hit.narrative,
            "score": hit.score,
            "grade": str(hit.grade),
            "stance_hint": str(hit.stance_hint),
            "evidence": [evidence.as_row() for evidence in hit.evidence],
            "catalogue_version": plan.catalogue_version,
            "matcher_version": plan.matcher_version,
            "created_at": now,
            "retired_at": None,
            **BY_RULES,
        }
        for change in changes
        for hit in change.fresh
    ]
    if not rows:
        return
    adding = insert(connection, tables.hit)
    renewed = {
        name: adding.excluded[name]
        for name in rows[0]
        if name not in {"item_id", "narrative", "created_at"}
    }
    connection.execute(
        adding.on_conflict_do_update(index_elements=["item_id", "narrative"], set_=renewed), rows
    )


def _stamp(connection: Connection, plan: Plan, which: sa.ColumnElement[bool]) -> None:
    """Note on hits that still hold that this catalogue says so too. Writes where it must."""
    version, matcher = plan.catalogue_version, plan.matcher_version
    connection.execute(
        sa.update(tables.hit)
        .where(which, _HIT.retired_at.is_(None))
        .where(sa.or_(_HIT.catalogue_version != version, _HIT.matcher_version != matcher))
        .where(*_first_seen_since(plan))
        .values(catalogue_version=version, matcher_version=matcher)
    )


def _first_seen_since(plan: Plan) -> list[sa.ColumnElement[bool]]:
    if plan.since is None:
        return []
    recent = sa.select(_ITEM.id).where(
        _ITEM.first_seen_at >= plan.since, _ITEM.id >= first_number(plan.since)
    )
    return [_HIT.item_id.in_(recent)]
