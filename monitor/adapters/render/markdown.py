"""The digest as Markdown (CommonMark with tables), for wikis, chats and repositories."""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

from monitor.adapters.render.coverage_view import CoverageView
from monitor.adapters.render.labels import Labels
from monitor.adapters.render.language import Language
from monitor.adapters.render.notes import NoteView
from monitor.adapters.render.view import EntryView, SectionView, View, build_view
from monitor.domain.digest import Digest, Marked

_SPECIAL: Final = re.compile(r"[\\`*_{}\[\]<>#|~@$]|&(?=[#\w])")
_AT_START: Final = re.compile(r"^(\s*\d*)([-+=.:)])")
_BARE_LINK: Final = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)
_URL_SAFE: Final = "%/:?#@!$&'*+,;=~-._"  # what may stand in an address; the rest is encoded
MIDDLE: Final = " · "


def render_markdown(digest: Digest, lang: Language, base_url: str = "") -> str:
    """Return the digest as Markdown in which no feed's text can be markup, link or HTML."""
    view = build_view(digest, lang, base_url)
    return "\n".join(_lines(view)) + "\n"


def escape(text: str) -> str:
    """Return text that Markdown shows as it is, wherever in a line it stands."""
    escaped = _SPECIAL.sub(r"\\\g<0>", text)
    return _BARE_LINK.sub(r"\\\g<0>", _AT_START.sub(r"\1\\\2", escaped))


def _lines(view: View) -> Iterator[str]:
    words = view.labels
    yield f"# {escape(view.headline)}"
    yield ""
    yield f"{escape(view.name)}{MIDDLE}**{escape(view.day)}**{MIDDLE}{escape(view.span)}"
    yield ""
    yield f"> **{escape(view.coverage.sight)}:** {escape(' '.join(view.coverage.lines))}"
    yield ""
    if view.overall:
        yield f"{escape(words.together)}: {escape(view.overall)}"
        yield ""
    if len(view.sections) > 1:
        yield from _glance(view)
    for section in view.sections:
        yield from _section(section, words)
    yield from _notes(f"## {escape(words.retracted)}", view.retracted)
    yield f"## {escape(words.sight)}"
    yield ""
    yield from _coverage(view.coverage, words)
    yield f"## {escape(words.method)}"
    yield ""
    for line in view.method:
        yield f"- {escape(line)}"
    yield ""
    yield f"**{escape(f'{view.disclaimer} {view.reviewed}'.rstrip())}**"
    if view.base_url:
        yield ""
        yield f"<{_address(view.base_url)}>"


def _glance(view: View) -> Iterator[str]:
    words = view.labels
    yield f"## {escape(words.glance)}"
    yield ""
    yield _row((words.narrative, words.items, words.movement))
    yield "| --- | ---: | --- |"
    for one in view.sections:
        yield _row((one.title, one.number, f"{one.direction}: {one.note}"))
    yield ""


def _section(section: SectionView, words: Labels) -> Iterator[str]:
    yield f"## {escape(section.title)}"
    yield ""
    if section.summary:
        yield f"*{escape(section.summary)}*"
        yield ""
    yield f"**{escape(section.direction)}**: {escape(section.note)}  "
    if section.bars_note:
        yield f"{escape(section.bars_note)}  "
    yield escape(MIDDLE.join(section.counts))
    if section.places:
        yield f"({escape(MIDDLE.join(section.places))})"
    yield ""
    for entry in section.entries:
        yield from _entry(entry, words)
    if section.rest:
        rest = escape(section.rest)
        yield f"[{rest}](<{_address(section.rest_url)}>)" if section.rest_url else rest
        yield ""
    yield from _notes(f"### {escape(words.fact_checks)}", section.fact_checks)
    if section.below:
        yield f"### {escape(words.below)}"
        yield ""
        for entry in section.below:
            yield from _entry(entry, words)


def _entry(entry: EntryView, words: Labels) -> Iterator[str]:
    title = _marked(entry.title)
    yield f"- [{title}](<{_address(entry.url)}>)  " if entry.url else f"- {title}  "
    for quoted in entry.quotes:
        yield f"  {_marked(quoted).join(words.quotation)}  "
    tags = [entry.outlet, *entry.meta, entry.stance, *([entry.review] if entry.review else [])]
    yield f"  {escape(MIDDLE.join(tags))}"
    if entry.spread:
        others = ", ".join(outlet for outlet, _ in entry.others)
        also = f"{words.also} {others} {entry.others_more}".rstrip()
        yield f"  ({escape(f'{entry.spread}; {also}')})"
    for note in entry.fact_checks:
        yield f"  - {escape(words.fact_checks)}: {_note(note)}"
    yield ""


def _notes(heading: str, notes: tuple[NoteView, ...]) -> Iterator[str]:
    if notes:
        yield heading
        yield ""
        for note in notes:
            yield f"- {_note(note)}"
        yield ""


def _note(note: NoteView) -> str:
    title = escape(note.title)
    told = f"[{title}](<{_address(note.url)}>)" if note.url else title
    return f"{told}{MIDDLE}{escape(MIDDLE.join(note.meta))}"


def _coverage(coverage: CoverageView, words: Labels) -> Iterator[str]:
    counted = (words.feeds, words.answered, words.silent, words.read)
    yield _row((words.country, *counted))
    yield "| --- | ---: | ---: | ---: | ---: |"
    for country, *cells, blindness in coverage.rows:
        name = f"{country} ({blindness})" if blindness else country
        yield _row((name, *map(str, cells)))
    yield ""
    if coverage.langs:
        yield f"**{escape(words.languages)}**: {escape(MIDDLE.join(coverage.langs))}"
        yield ""
    yield from _listed(words.failing_feeds, coverage.failing, coverage.failing_more)
    yield from _listed(words.silent_feeds, coverage.silent, coverage.silent_more)


def _listed(title: str, notes: tuple[str, ...], more: str) -> Iterator[str]:
    if notes:
        yield f"**{escape(title)}**"
        yield ""
        for note in (*notes, *([more] if more else [])):
            yield f"- {escape(note)}"
        yield ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(escape(cell) for cell in cells)} |"


def _marked(text: Marked) -> str:
    return "".join(_bold(part) if is_match else escape(part) for part, is_match in text.parts)


def _bold(text: str) -> str:
    inner = text.strip()
    head, _, tail = text.partition(inner)
    return f"{head}**{escape(inner)}**{tail}"


def _address(url: str) -> str:
    return quote(url, safe=_URL_SAFE)
