"""Short quotations: the matched words in their original letters, with some words around them."""

from collections.abc import Iterable, Sequence
from typing import Final

from monitor.domain.digest import Marked
from monitor.domain.hit import Evidence
from monitor.domain.text import is_safe, safe_line

CONTEXT: Final = 70  # code points kept on either side of the matched words
TITLE_LIMIT: Final = 220
_GAP: Final = " … "
_PIECES: Final = 2  # of a field, with a gap between

Span = tuple[int, int]


def plain(text: str) -> str:
    """Return the text on one line, fit to be shown; a space at either end stays one space."""
    return safe_line(f"|{text}|")[1:-1]  # what is dropped may stand before a space


def marked_title(title: str, evidence: Iterable[Evidence]) -> Marked:
    """Return the whole title, or its beginning if it is very long, with matched words marked."""
    return marked(title, _spans(title, [one for one in evidence if one.field == "title"]))


def marked(title: str, spans: Iterable[Span]) -> Marked:
    """Return the same, where words stand at these places, in their order; they may overlap."""
    merged = _merged(spans)
    if len(title) <= TITLE_LIMIT:
        return _cut(title, 0, len(title), merged)
    end = _word_end_before(title, TITLE_LIMIT)
    return _joined([_cut(title, 0, end, [span for span in merged if span[1] <= end])], tail=True)


def quotes(fields: Sequence[tuple[str, str]], evidence: Sequence[Evidence]) -> tuple[Marked, ...]:
    """Return one quotation a field that bears evidence, in the order of the fields.

    A field that is not at hand, or that was edited since, is quoted without its surroundings.
    """
    found = [_quote(text, [one for one in evidence if one.field == name]) for name, text in fields]
    return tuple(one for one in found if one is not None)


def quoted(text: str, spans: Iterable[Span]) -> Marked:
    """Return the words at these places with their surroundings; they are in order, and some."""
    return _around(text, _merged(spans))


def _quote(text: str, evidence: Sequence[Evidence]) -> Marked | None:
    spans = _spans(text, evidence)
    if spans:
        return quoted(text, spans)
    bare = [plain(one.quote) for one in evidence]
    words = tuple(dict.fromkeys(word for word in bare if word))
    return _joined([Marked(((word, True),)) for word in words]) if words else None


def _around(text: str, spans: Sequence[Span]) -> Marked:
    pieces: list[tuple[int, int, list[Span]]] = []
    for start, end in spans:
        left = _word_start_after(text, start - CONTEXT)
        right = _word_end_before(text, end + CONTEXT)
        left, right = min(left, start), max(right, end)
        if pieces and left <= pieces[-1][1]:
            before_left, before_right, inside = pieces[-1]
            pieces[-1] = (before_left, max(before_right, right), [*inside, (start, end)])
        elif len(pieces) == _PIECES:
            break
        else:
            pieces.append((left, right, [(start, end)]))
    cuts = [_cut(text, left, right, inside) for left, right, inside in pieces]
    last = pieces[-1][1]
    return _joined(cuts, head=pieces[0][0] > 0, tail=last < len(text.rstrip()))


def _spans(text: str, evidence: Sequence[Evidence]) -> list[Span]:
    """Return where the evidence stands, in order; [] if it is not there."""
    found: list[Span] = []
    for one in sorted(evidence, key=lambda one: (one.start, one.end)):
        start = one.start if text[one.start : one.end] == one.quote else text.find(one.quote)
        if start < 0 or not one.quote.strip():
            continue
        found.append((start, start + len(one.quote)))
    return found


def _merged(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _cut(text: str, left: int, right: int, spans: Sequence[Span]) -> Marked:
    parts: list[tuple[str, bool]] = []
    at = left
    for start, end in spans:
        parts += [(text[at:start], False), (text[start:end], True)]
        at = end
    parts.append((text[at:right], False))
    if not is_safe(text[left:right]):
        parts = [(plain(part), is_match) for part, is_match in parts]
    return _trimmed(parts)


def _trimmed(parts: list[tuple[str, bool]]) -> Marked:
    kept = [part for part in parts if part[0]]
    if kept:
        kept[0] = (kept[0][0].lstrip(), kept[0][1])
        kept[-1] = (kept[-1][0].rstrip(), kept[-1][1])
    return Marked(tuple([part for part in kept if part[0]]))


def _joined(pieces: Sequence[Marked], *, head: bool = False, tail: bool = False) -> Marked:
    parts: list[tuple[str, bool]] = [("… ", False)] if head else []
    for number, piece in enumerate(pieces):
        parts += [(_GAP, False)] if number else []
        parts += piece.parts
    return Marked((*parts, *([(" …", False)] if tail else [])))


def _word_start_after(text: str, at: int) -> int:
    """Return the beginning of the first whole word at or after `at`."""
    if at <= 0:
        return 0
    space = text.find(" ", at - 1)
    return space + 1 if 0 <= space < at + CONTEXT // 2 else at


def _word_end_before(text: str, at: int) -> int:
    """Return the end of the last whole word at or before `at`."""
    if at >= len(text):
        return len(text)
    space = text.rfind(" ", 0, at + 1)
    return space if space > at - CONTEXT // 2 else at


def link(url: str) -> str:
    """Return the address if it is one that a reader may be sent to, else nothing."""
    is_clean = " " not in url and plain(url) == url
    return url if is_clean and url.lower().startswith(("http://", "https://")) else ""
