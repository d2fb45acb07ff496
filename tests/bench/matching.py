"""How fast matching is, against the loop that one would write without it, in the same run.

`python -m tests.bench.matching`. CPU time of one core, medians. Texts are real articles where the
checkout has them (`../shared/data/articles`), else made of the words below. "naive" is rapidfuzz's
`partial_ratio` of every phrase with every text, both folded, from 85 on.
"""

import gc
import gzip
import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz
from rich.console import Console
from rich.table import Table

from monitor.adapters.catalogue import PACKAGED, load
from monitor.adapters.compiled import load_compiled
from monitor.adapters.morphology import DictionaryMorphology
from monitor.domain.hit import Passage
from monitor.domain.matching import CompiledCatalogue, Matcher
from monitor.domain.matching.compile import compile_catalogue
from monitor.domain.matching.fold import fold, locate
from monitor.domain.matching.stream import family_of, words_of
from monitor.domain.narrative import Catalogue, Narrative, Word

ARTICLES: Final = Path(__file__).parents[3] / "shared/data/articles"
SEED: Final = 20261123
ROUNDS: Final = 5
ITEMS: Final = 3_000  # that each round matches
NAIVE_COMPARISONS: Final = 200_000  # of a phrase with a text, in each round
CUTOFF: Final = 85
COMMON: Final = 1_000  # words that make no phrase
WEIGHTY: Final = 6  # letters of a word that makes a phrase
FULL_TEXT: Final = 3_000  # code points
WORDS: Final = (
    "vlada sporazum granica vojska izbori ministar odluka parlament predsednik saopštenje grad "
    "protest novinar sednica zakon sankcija energija gasovod opština savez misija poslanik štampa "
    "владе споразума граница војске избора министру одлуке скупштина председника саопштења града "
    "qeveria marrëveshje kufiri ushtria zgjedhjet ministri vendimi parlamenti presidenti deklarata"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Microseconds of CPU an item, by the new way and the naive one."""

    what: str
    ours: float
    naive: float | None = None


def passages() -> tuple[list[Passage], list[Passage], list[Passage]]:
    """Return titles with summaries, full texts of some 3,000 code points, and other titles."""
    short, full = [], []
    for row in rows():
        lang = row.get("lang") or ""
        title, summary, text = (row.get(name) or "" for name in ("title", "summary", "text"))
        short.append(Passage(title, summary, lang=lang))
        if len(text) >= FULL_TEXT:
            full.append(Passage(title, text=text[:FULL_TEXT], lang=lang))
    chance = random.Random(SEED)  # noqa: S311 - no secret: the same items every time
    chance.shuffle(short)
    chance.shuffle(full)
    half = min(ITEMS, len(short) // 2)
    return short[:half], full[: ITEMS // 6], short[half:]


def rows() -> Iterator[dict[str, str | None]]:
    """Yield items as the program reads them: real ones, else made up."""
    files = sorted(ARTICLES.glob("*.jsonl.gz"))
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)
    if not files:
        yield from _made_up()


def _made_up() -> Iterator[dict[str, str | None]]:
    chance = random.Random(SEED)  # noqa: S311 - see above
    for _ in range(ITEMS):
        title, summary, text = (" ".join(chance.choices(WORDS.split(), k=k)) for k in (9, 50, 450))
        yield {"title": title, "summary": summary, "text": text, "lang": "sr"}


def phrases(texts: Sequence[Passage], count: int) -> list[Word]:
    """Return so many runs of two to four words of these texts.

    Two words of each are long and not among the commonest: what one would track.
    """
    chance = random.Random(SEED)  # noqa: S311 - see above
    counted = Counter(chain.from_iterable(chain.from_iterable(map(words_of, texts))))
    common = {word for word, _ in counted.most_common(COMMON)}
    found: dict[str, Word] = {}
    while len(found) < count:
        passage = chance.choice(texts)
        text = passage.title + "\n" + (passage.summary or passage.text)
        words = locate(text)
        first, length = chance.randrange(max(1, len(words))), chance.choice((2, 3, 3, 4))
        run = words[first : first + length]
        weighty = [w for w in run if len(w.text) >= WEIGHTY and w.text not in common]
        if len(run) == length and len(weighty) > 1 and family_of(passage):
            phrase = text[run[0].start : run[-1].end].lower()
            found.setdefault(fold(phrase), Word(family_of(passage), phrase))
    return list(found.values())


def catalogue_of(words: Sequence[Word]) -> Catalogue:
    """Return a catalogue of phrases, sixty a narrative."""
    narratives = tuple(
        Narrative(f"n{n:05}", "", "", (), "", (), tuple(words[n : n + 60]))
        for n in range(0, len(words), 60)
    )
    return Catalogue(f"bench{len(words)}", narratives, ())


def naive(words: Iterable[Word], texts: Sequence[Passage]) -> float:
    """Return microseconds an item of the naive loop, folding the text included."""
    keys = [fold(word.text) for word in words]
    some = texts[: max(5, NAIVE_COMPARISONS // len(keys))]

    def loop() -> None:
        for passage in some:
            text = fold(f"{passage.title}\n{passage.summary}\n{passage.text}")
            for key in keys:
                fuzz.partial_ratio(key, text, score_cutoff=CUTOFF)

    return timed(loop) / len(some)


def timed(work: Callable[[], object]) -> float:
    """Return the median microseconds of CPU of some rounds."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        rounds.append(time.process_time() - start)
    return statistics.median(rounds) * 1e6


def warm(compiled: CompiledCatalogue, texts: Sequence[Passage]) -> float:
    """Return microseconds an item by a matcher that has met every word."""
    matcher = Matcher(compiled)
    for passage in texts:
        matcher.match(passage)
    return timed(lambda: [matcher.match(passage) for passage in texts]) / len(texts)


def cold(compiled: CompiledCatalogue, texts: Sequence[Passage]) -> float:
    """Return microseconds an item by a matcher that starts with none."""

    def start_and_match() -> None:
        matcher = Matcher(compiled)
        for passage in texts:
            matcher.match(passage)

    return timed(start_and_match) / len(texts)


def measure() -> Iterator[Measured]:
    """Yield each line of the table."""
    short, full, others = passages()
    yield Measured(
        "fold, title and summary",
        timed(lambda: [fold(p.title + p.summary) for p in short]) / len(short),
    )
    yield Measured("fold, full text", timed(lambda: [fold(p.text) for p in full]) / len(full))
    for count in (250, 1_500, 15_000):
        words = phrases(others, count)
        compiled = compile_catalogue(catalogue_of(words), DictionaryMorphology())
        for name, texts in (("title and summary", short), ("full text", full)):
            slow = naive(words, texts)
            yield Measured(f"{count:,} phrases, {name}, warm", warm(compiled, texts), slow)
            yield Measured(f"{count:,} phrases, {name}, cold", cold(compiled, texts), slow)
    catalogue = load(PACKAGED)
    words = [*words_in(catalogue)]
    compiled = load_compiled(catalogue)
    for name, texts in (("title and summary", short), ("full text", full)):
        slow = naive(words, texts)
        yield Measured(f"catalogue ({len(words):,}), {name}, warm", warm(compiled, texts), slow)
        yield Measured(f"catalogue ({len(words):,}), {name}, cold", cold(compiled, texts), slow)
    for name, worst in (
        ("nothing but catalogue", _jumbled(words)),
        ("its misspelt words", _misspelt(words)),
    ):
        yield Measured(f"10,000 characters of {name}", fresh(compiled, " ".join(worst)))


def fresh(compiled: CompiledCatalogue, words: str) -> float:
    """Return microseconds an item of 10,000 characters, most of its words never met before.

    The catalogue is no garbage to look through, as `app.matching` has it.
    """
    matcher = Matcher(compiled)
    gc.freeze()
    texts = iter([words[start : start + 10_000] for start in range(0, len(words), 10_000)])
    matcher.match(Passage(text=next(texts), lang="sr"))
    return timed(lambda: matcher.match(Passage(text=next(texts), lang="sr")))


def _jumbled(words: Sequence[Word]) -> list[str]:
    chance = random.Random(SEED)  # noqa: S311 - see above
    return chance.sample([word.text for word in words], len(words))


def words_in(catalogue: Catalogue) -> Iterator[Word]:
    """Yield the phrases and concept words of a catalogue."""
    for narrative in catalogue.narratives:
        yield from narrative.phrases
    for concept in catalogue.concepts:
        yield from concept.words


def _misspelt(words: Sequence[Word]) -> list[str]:
    return [f"{text[:3]}q{text[3:]}" for phrase in _jumbled(words) for text in phrase.split()]


def main() -> None:
    """Print the table, line by line as it is measured."""
    table = Table("", "µs an item", "items/s", "naive µs", "ratio")
    for line in measure():
        ratio = f"{line.naive / line.ours:,.0f}×" if line.naive else ""
        slow = f"{line.naive:,.0f}" if line.naive else ""
        row = (line.what, f"{line.ours:,.1f}", f"{1e6 / line.ours:,.0f}", slow, ratio)
        print(*row, sep=" | ", file=sys.stderr, flush=True)  # noqa: T201 - progress
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
