"""The digest as plain text: eighty columns, for a terminal and for the plain part of a mail."""

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from monitor.adapters.render.coverage_view import NBSP, CoverageView
from monitor.adapters.render.labels import Labels
from monitor.adapters.render.language import Language
from monitor.adapters.render.notes import NoteView
from monitor.adapters.render.view import EntryView, SectionView, View, build_view
from monitor.domain.digest import Digest, Marked

WIDTH: Final = 80
MAX_TAG: Final = 45  # longer ones may break
BLOCKS: Final = "▁▁▂▃▄▅▆▇█"  # from nothing to the most
SIGNS: Final = {"new": "●", "rising": "▲", "falling": "▼", "steady": "="}
SIGHTS: Final = {"clear": "●", "partial": "◐", "blind": "○"}
MIDDLE: Final = " · "


def render_text(digest: Digest, lang: Language, base_url: str = "", unsubscribe: str = "") -> str:
    """Return the digest as text that ends with a line break. Matched words stand in *asterisks*."""
    return text_of(build_view(digest, lang, base_url, unsubscribe))


def text_of(view: View) -> str:
    """Return a view as text that ends with a line break."""
    lines = (line.rstrip().replace(NBSP, " ") for line in _lines(view))
    return "\n".join(lines) + "\n"


def _lines(view: View) -> Iterator[str]:
    words = view.labels
    yield view.name.upper()
    yield view.day
    yield view.span
    yield "━" * WIDTH
    yield ""
    yield from _wrapped(view.headline)
    yield ""
    yield from _sight(view.coverage)
    if view.overall:
        yield from _wrapped(f"{words.together}: {view.overall}", "  ", "  ")
    yield ""
    if len(view.sections) > 1:
        yield from _heading(words.glance, words.items)
        yield from (_glance(one) for one in view.sections)
        yield from _wrapped(_key(view.sections), "  ", "  ")
        yield ""
    for section in view.sections:
        yield from _section(section, words)
    if view.retracted:
        yield from _heading(words.retracted)
        for note in view.retracted:
            yield from _note(note, "  - ")
        yield ""
    yield from _heading(words.sight)
    yield from _coverage(view.coverage, words)
    yield ""
    yield from _heading(words.method)
    for line in view.method:
        yield from _wrapped(line)
    yield ""
    yield from _wrapped(f"{view.disclaimer} {view.reviewed}".rstrip())
    if view.base_url:
        yield ""
        yield view.base_url
    if view.unsubscribe:
        yield f"{words.unsubscribe}: {view.unsubscribe}"


def _heading(words: str, column: str = "") -> Iterator[str]:
    yield f"── {words} ".ljust(WIDTH - len(column) - bool(column), "─") + f" {column}".rstrip()


def _key(sections: Iterable[SectionView]) -> str:
    """Say what the signs of the sections mean."""
    told = dict.fromkeys(f"{_sign(one)}{NBSP}{one.direction}" for one in sections)
    return "   ".join(one.replace(" ", NBSP) for one in told)


def _sight(coverage: CoverageView) -> Iterator[str]:
    first, *more = coverage.lines
    yield from _wrapped(f"{coverage.sight}: {first}", f"{SIGHTS[coverage.sight_code]} ", "  ")
    for line in more:
        yield from _wrapped(line, "  ", "  ")


def _glance(section: SectionView) -> str:
    bars = _bars(section.bars).rjust(15)
    left = f"{_sign(section)} {section.title}"
    room = WIDTH - len(bars) - 6
    short = left if len(left) <= room else f"{left[: room - 1].rstrip()}…"
    return f"{short.ljust(room)}{bars}{section.number:>6}"


def _sign(section: SectionView) -> str:
    return SIGNS.get(section.direction_code, "·")


def _bars(bars: Iterable[int]) -> str:
    return "".join(BLOCKS[bar] for bar in bars)


def _section(section: SectionView, words: Labels) -> Iterator[str]:
    yield "─" * WIDTH
    yield from _wrapped(section.title.upper(), f"{_sign(section)} ", "  ")
    yield from _wrapped(section.summary, "  ", "  ")
    yield from _wrapped(f"{section.direction}: {section.note}", "  ", "  ")
    yield from _wrapped(section.bars_note, "  ", "  ")
    yield from _wrapped(MIDDLE.join(section.counts), "  ", "  ")
    yield from _wrapped(_joined(section.places), "  ", "  ")
    yield ""
    for number, entry in enumerate(section.entries, start=1):
        yield from _entry(entry, f"{number:>3}. ", words)
        yield ""
    if section.rest:
        rest = f"{section.rest}: {section.rest_url}" if section.rest_url else section.rest
        yield from _wrapped(rest, "     ", "     ")
        yield ""
    if section.fact_checks:
        yield f"  {words.fact_checks}"
        for note in section.fact_checks:
            yield from _note(note, "  ✓ ")
        yield ""
    if section.below:
        yield f"  {words.below}"
        yield ""
        for entry in section.below:
            yield from _entry(entry, "   - ", words)
            yield ""


def _entry(entry: EntryView, head: str, words: Labels) -> Iterator[str]:
    indent = " " * len(head)
    yield from _wrapped(_marked(entry.title), head, indent)
    tags = [entry.outlet, *entry.meta, entry.stance, *([entry.review] if entry.review else [])]
    yield from _wrapped(_joined(tags), indent, indent)
    for quote in entry.quotes:
        yield from _wrapped(_marked(quote).join(words.quotation), indent, indent)
    if entry.spread:
        others = ", ".join(outlet for outlet, _ in entry.others)
        also = f"{words.also} {others} {entry.others_more}".rstrip()
        yield from _wrapped(f"{entry.spread}; {also}", indent, indent)
    if entry.url:
        yield f"{indent}{entry.url}"
    for note in entry.fact_checks:
        yield from _note(note, f"{indent}✓ {words.fact_checks}: ", f"{indent}  ")


def _note(note: NoteView, head: str, indent: str = "    ") -> Iterator[str]:
    yield from _wrapped(f"{note.title}{MIDDLE}{_joined(note.meta)}", head, indent)
    if note.url:
        yield f"{indent}{note.url}"


def _joined(tags: Iterable[str]) -> str:
    """Join so that lines break between tags and not within them."""
    return MIDDLE.join(tag.replace(" ", NBSP) if len(tag) < MAX_TAG else tag for tag in tags)


def _marked(text: Marked) -> str:
    return "".join(f"*{part}*" if is_match else part for part, is_match in text.parts)


def _coverage(coverage: CoverageView, words: Labels) -> Iterator[str]:
    head = (words.feeds, words.answered, words.silent, words.read)
    widths = [max(len(word), 6) + 2 for word in head]
    yield " " * 32 + "".join(word.rjust(width) for word, width in zip(head, widths, strict=True))
    for country, *cells, blindness in coverage.rows:
        row = "".join(str(cell).rjust(width) for cell, width in zip(cells, widths, strict=True))
        name = f"{country} ○ {blindness}" if blindness else country
        yield f"{name[:31]:<32}{row}"
    if coverage.langs:
        yield from _wrapped(f"{words.languages}: {_joined(coverage.langs)}", "", "  ")
    yield from _listed(words.failing_feeds, coverage.failing, coverage.failing_more)
    yield from _listed(words.silent_feeds, coverage.silent, coverage.silent_more)


def _listed(title: str, notes: tuple[str, ...], more: str) -> Iterator[str]:
    if notes:
        yield f"{title}:"
        for note in (*notes, *([more] if more else [])):
            yield from _wrapped(note, "  - ", "    ")


def _wrapped(words: str, head: str = "", indent: str = "") -> list[str]:
    return textwrap.wrap(
        words,
        WIDTH,
        initial_indent=head,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
