"""How fast an archive takes items: what the database does, and a whole import."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.made_items import UNTIL, Batch, Press
from monitor.adapters.compiled import matcher_of
from monitor.adapters.importing import SqlShelf
from monitor.adapters.item_rows import imprint
from monitor.app import App, build
from monitor.app.upkeep import unhurried
from monitor.domain.feed import Feed
from monitor.domain.hit import Passage
from monitor.domain.importing import Imported, Vocabulary
from monitor.domain.item import Item
from monitor.domain.rematch import Plan
from monitor.ports import Matcher
from monitor.services.importing import BATCH
from monitor.settings import load

FAMILIES: Final = ("hbs", "mk", "sq", "en", "ru")

Ready = tuple[list[Feed], list[Imported], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Measured:
    """A line of the table. `goal` is what a million items must keep."""

    what: str
    figure: str
    goal: str = ""


def application(url: str, narratives: Path | None = None) -> App:
    """Return the program on that archive."""
    flags = {"database_url": url, "narratives": str(narratives or "")}
    return build(load({}, flags))


def phrases(app: App) -> dict[str, list[str]]:
    """Return the catalogue's phrases by family."""
    found: dict[str, list[str]] = {family: [] for family in FAMILIES}
    for narrative in app.catalogue.narratives:
        for phrase in narrative.phrases:
            found[phrase.lang].append(phrase.text.strip("=*"))
    return found


def fill(app: App, count: int) -> Iterator[Measured]:
    """Put so many items in, in batches; only what the database does is timed.

    Matching and folding, which `monitor import` leaves to other processes, are done between
    batches: nothing of ours takes the machine from the database meanwhile.
    """
    shelf = SqlShelf(app.database, UNTIL)
    matcher = app.matcher
    plan = Plan(matcher.catalogue_version, matcher.matcher_version)
    app.keeping.note_use(UNTIL)
    batches_ = in_batches(Press(phrases(app)).polls(count))
    spent, used, done = 0.0, 0.0, 0
    with unhurried():
        for feeds, items, unmet in map(hired(app.narratives_directory), batches_):
            began, began_cpu = time.perf_counter(), time.process_time()
            shelf.add(feeds, items, plan, unmet)
            spent += time.perf_counter() - began
            used += time.process_time() - began_cpu
            done += len(items)
            if done % (20 * BATCH) < BATCH:
                print(f"{done:,} items, {done / spent:,.0f}/s", file=sys.stderr, flush=True)  # noqa: T201
    began, began_cpu = time.perf_counter(), time.process_time()
    shelf.settle()
    spent += time.perf_counter() - began
    used += time.process_time() - began_cpu
    goal = "≥ 10,000" if app.database.is_sqlite else "≥ 5,000"
    yield Measured("matched items inserted a second", f"{done / spent:,.0f}", goal)
    yield Measured("   microseconds of CPU an item", f"{used / done * 1e6:,.0f}")


def hired(narratives: Path) -> Callable[[list[Batch]], Ready]:
    """Return what a process of an import does: match items, and fold their words."""
    matcher, vocabulary = matcher_of(narratives), Vocabulary()

    def ready(polls: list[Batch]) -> Ready:
        feeds = {poll.feed: None for poll in polls}
        items = [_imported(matcher, poll, one) for poll in polls for one in poll.items]
        return list(feeds), items, vocabulary.unmet(one.imprint for one in items if one.imprint)

    return ready


def _imported(matcher: Matcher, poll: Batch, item: Item) -> Imported:
    place = (item.lang, item.country, poll.feed.outlet.kind)
    hits = matcher.match(Passage(item.title, item.summary, item.text, *place))
    return Imported(item, poll.at, tuple(hits), imprint(item))


def in_batches(polls: Iterator[Batch]) -> Iterator[list[Batch]]:
    """Yield polls as many at once as an import takes lines."""
    some: list[Batch] = []
    size = 0
    for poll in polls:
        some.append(poll)
        size += len(poll.items)
        if size >= BATCH:
            yield some
            some, size = [], 0
    if some:
        yield some


def imports(app: App, home: Path, count: int, jobs: int) -> Iterator[Measured]:
    """Yield what `monitor import` makes of so many lines: read, matched, stored."""
    file, into = home / "past.jsonl", home / "imported.db"
    with file.open("w", encoding="utf-8") as lines:
        for poll in Press(phrases(app)).polls(count):
            about = {"outlet": poll.feed.outlet.id, "country": poll.feed.outlet.country}
            about["first_seen_at"] = poll.at.isoformat()
            for item in poll.items:
                names = ("url", "title", "summary", "text", "lang")
                row = {name: getattr(item, name) for name in names}
                lines.write(json.dumps(row | about, ensure_ascii=False) + "\n")
    into.unlink(missing_ok=True)
    other = application(f"sqlite:///{into}")
    other.init()
    began = time.perf_counter()
    brought = other.upkeep.bring(file, "", jobs, lambda _number, _fault: None, lambda _done: None)
    rate = brought.new / (time.perf_counter() - began)
    yield Measured(f"lines imported a second, all in, {jobs} processes", f"{rate:,.0f}")
    into.unlink()
    file.unlink()
