"""The wiring of exports: any search or digest as a file."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, TypeVar

from monitor.domain.digest import Digest
from monitor.domain.errors import ConfigError
from monitor.domain.hit import ArchivedHit
from monitor.domain.narrative import Narrative
from monitor.domain.sharing import DIGEST, SharedHit, digest_key, feed_key, print_of
from monitor.ports import Archive, Clock, Filters
from monitor.services.digest import DigestRequest
from monitor.services.factchecks import each_with_fact_checks
from monitor.services.sharing import Share

if TYPE_CHECKING:
    from monitor.adapters.database import Database
    from monitor.adapters.exports.sharing import DigestFacts, Issue
    from monitor.adapters.exports.syndication import FeedFacts

Told = Callable[[int], None]
Row = TypeVar("Row")
TOLD_EVERY = 500  # rows
RETRACTED_FOR: Final = timedelta(days=30)  # so long a feed says so
FEEDS: Final = ("atom", "jsonfeed")
SHARING: Final = ("stix", "misp")  # formats of objects, not of rows


@dataclass(frozen=True)
class Exporting:
    """Writes what is found, row by row as the database gives it.

    `excerpt` is how many characters of a summary go out.
    """

    archive: Archive
    database: "Database"
    clock: Clock
    excerpt: int
    narratives: Callable[[], Iterable[Narrative]]

    @cached_property
    def share(self) -> Share:
        """What notes hits as they leave."""
        from monitor.adapters.shared_rows import SqlShared

        return Share(self.archive, SqlShared(self.database), self.clock)

    def hits(self, filters: Filters, form: str, sink: BinaryIO, told: Told, *, bom: bool) -> int:
        """Write every hit that is found, newest first; return how many. Raises StorageError."""
        from monitor.adapters.exports import EXPORT_COLUMNS

        if form in FEEDS:
            counted = _Counted(told)
            self._feed(counted.over(self.share.search(filters)), form, sink, self.about(filters))
            return counted.count
        return self._write(self.rows(filters), EXPORT_COLUMNS, form, sink, told, bom=bom)

    def rows(
        self, filters: Filters, found: Iterable[ArchivedHit] | None = None
    ) -> Iterator[dict[str, object]]:
        """Yield every hit that is found, and retractions of those that left before, as rows.

        `found` are the hits of the search, where they were read already.
        """
        hits = self.archive.window_hits(filters) if found is None else found
        answered = each_with_fact_checks(self.archive, hits)
        return self._rows(self.share.search(filters, answered))

    def objects(self, filters: Filters, form: str, sink: BinaryIO, told: Told, *, tlp: str) -> int:
        """Write the same hits as STIX or MISP. Raises ConfigError without the extra."""
        counted = _Counted(told)
        self._sharing(form)(counted.over(self.share.search(filters)), sink, self._issue(tlp), None)
        return counted.count

    def digest(
        self, digest: Digest, request: DigestRequest, form: str, sink: BinaryIO, *, tlp: str
    ) -> int:
        """Write what a digest tells as STIX or MISP; return the number of hits.

        Raises ConfigError without the extra.
        """
        counted = _Counted(lambda _count: None)
        hits = counted.over(self.share.named(sorted(told_in(digest))))
        self._sharing(form)(hits, sink, self._issue(tlp), self._facts(digest, request))
        return counted.count

    def feed(
        self, filters: Filters, found: Iterable[ArchivedHit], form: str, facts: "FeedFacts"
    ) -> bytes:
        """Return the newest hits of a search as a feed, with what was retracted of late."""
        lately = self.clock.now() - RETRACTED_FOR
        asked = replace(filters, since=max(filters.since or lately, lately))
        sink = io.BytesIO()
        self._feed(self.share.search(asked, found), form, sink, facts)
        return sink.getvalue()

    def about(
        self, filters: Filters, key: str = "", title: str = "", since: datetime | None = None
    ) -> "FeedFacts":
        """Return what a feed of a search says of itself; `since` is its date without entries."""
        from monitor.adapters.exports.syndication import NAME, FeedFacts

        titles = {one.id: one.title for one in self.narratives()}
        words = [titles.get(one, one) for one in filters.narratives]
        words += [*filters.countries, *filters.langs, *filters.outlets, filters.query]
        shown = title or ", ".join(filter(None, words))
        told = key or _feed_key(filters)
        return FeedFacts(
            uri=f"urn:uuid:{self.share.names.of(told)}",
            title=f"{NAME}: {shown}" if shown else NAME,
            updated=f"{since or self.clock.now():%Y-%m-%dT%H:%M:%SZ}",
        )

    def _feed(
        self, hits: Iterable[SharedHit], form: str, sink: BinaryIO, facts: "FeedFacts"
    ) -> None:
        from monitor.adapters.exports import feed_row
        from monitor.adapters.exports.syndication import WRITERS

        WRITERS[form]((feed_row(one, self.excerpt) for one in hits), sink, facts)

    def denominators(
        self, filters: Filters, form: str, sink: BinaryIO, told: Told, *, bom: bool
    ) -> int:
        """Write what was read a day and outlet; return the number of rows.

        Raises ConfigError for filters that say something of hits or words, StorageError.
        """
        from monitor.adapters.denominators import COLUMNS, denominators

        of_all = replace(filters, countries=(), langs=(), outlets=(), since=None, until=None)
        if of_all != Filters():
            what = "count all that was read: only --country, --lang, --outlet, --since and --until"
            raise ConfigError(what, where="--denominators")
        found = denominators(self.database, filters)
        return self._write(found, COLUMNS, form, sink, told, bom=bom)

    def _rows(self, hits: Iterable[SharedHit]) -> Iterator[dict[str, object]]:
        from monitor.adapters.exports import export_row

        disarm = {one.id: one.disarm for one in self.narratives() if one.disarm}
        return (export_row(one, self.excerpt, disarm) for one in hits)

    def _sharing(
        self, form: str
    ) -> "Callable[[Iterable[SharedHit], BinaryIO, Issue, DigestFacts | None], None]":
        if form == "stix":
            from monitor.adapters.exports.stix import write_stix

            return write_stix
        from monitor.adapters.exports.misp import write_misp

        return write_misp

    def _issue(self, tlp: str) -> "Issue":
        from monitor.adapters.exports.sharing import Issue

        known = {one.id: one for one in self.narratives()}
        return Issue(self.share.names, known, self.share.thing, tlp)

    def _facts(self, digest: Digest, request: DigestRequest) -> "DigestFacts":
        from monitor.adapters.exports.sharing import DigestFacts, digest_text, digest_title

        key = digest_key(request.window, request.narratives, request.countries)
        title, text = digest_title(digest), digest_text(digest)
        told = print_of(title, text, sorted(told_in(digest)))
        record = self.share.thing(DIGEST, key, told)
        return DigestFacts(self.share.names.digest(key), title, text, digest.window.until, record)

    def _write(
        self,
        rows: Iterable[Mapping[str, object]],
        columns: tuple[str, ...],
        form: str,
        sink: BinaryIO,
        told: Told,
        *,
        bom: bool,
    ) -> int:
        from monitor.adapters.exports.files import Format, write

        counted = _Counted(told)
        write(counted.over(rows), sink, Format(form, bom), columns)
        return counted.count


def _feed_key(filters: Filters) -> str:
    """Return the key of the feed that a search is: a narrative's or a country's, if it is one."""
    asked = replace(filters, since=None, until=None, grade=None)
    if len(asked.narratives) == 1 and asked == Filters(narratives=asked.narratives):
        return feed_key("narrative", *asked.narratives)
    if len(asked.countries) == 1 and asked == Filters(countries=asked.countries):
        return feed_key("country", *asked.countries)
    return feed_key("search", print_of(asdict(asked), filters.grade).content)


def told_in(digest: Digest) -> set[int]:
    """Return the hits that a digest shows or takes back."""
    entries = (entry for section in digest.sections for entry in section.entries)
    told = {lead.hit_id for entry in entries for lead in entry.leads}
    return told | {one.lead.hit_id for one in digest.retracted}


def into(path: Path | None, standard: BinaryIO, fill: Callable[[BinaryIO], int]) -> int:
    """Fill standard output, or a file that appears only when it is whole."""
    from monitor.adapters.exports.files import replaced

    if path is None:
        return fill(standard)
    with replaced(path) as sink:
        return fill(sink)


class _Counted:
    def __init__(self, told: Told) -> None:
        self.count = 0
        self._told = told

    def over(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self.count += 1
            if self.count % TOLD_EVERY == 0:
                self._told(self.count)
            yield row
