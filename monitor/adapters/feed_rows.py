"""Outlets and feeds as lines of YAML, the way the feed list is written."""

import json
import re
from collections.abc import Sequence
from typing import Final

from monitor.domain.feed import Feed, Outlet

# What YAML 1.1 takes for a truth value or nothing, although our own reader does not.
_SPOKEN_FOR: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


def feed_row(feed: Feed) -> str:
    """Return a feed as one flow mapping; what is as everywhere is left out."""
    parts = [f"id: {_word(feed.id)}", f"url: {quoted(feed.url)}", f"type: {feed.type.value}"]
    if not feed.enabled:
        parts.append("enabled: false")
    if feed.note:
        parts.append(f"note: {quoted(feed.note)}")
    return "{" + ", ".join(parts) + "}"


def feed_rows(feeds: Sequence[Feed]) -> str:
    """Return feeds as one flow sequence."""
    return "[" + ", ".join(map(feed_row, feeds)) + "]"


def feed_lines(feeds: Sequence[Feed], indent: int) -> list[str]:
    """Return feeds as items of a block sequence whose dashes stand at `indent`."""
    return [f"{' ' * indent}- {feed_row(feed)}" for feed in feeds]


def outlet_row(outlet: Outlet, feeds: Sequence[Feed]) -> str:
    """Return an outlet with its feeds as one flow mapping."""
    return "{" + ", ".join([*_facts(outlet), f"feeds: {feed_rows(feeds)}"]) + "}"


def outlet_lines(outlet: Outlet, feeds: Sequence[Feed], indent: int) -> list[str]:
    """Return an outlet with its feeds as an item of a block sequence at `indent`."""
    first, *others = [*_facts(outlet), "feeds:"]
    inner = indent + 2
    return [
        f"{' ' * indent}- {first}",
        *(f"{' ' * inner}{line}" for line in others),
        *feed_lines(feeds, inner + 2),
    ]


def _facts(outlet: Outlet) -> list[str]:
    facts = [
        f"id: {_word(outlet.id)}",
        f"name: {quoted(outlet.name)}",
        f"country: {_word(outlet.country)}",
        f"languages: [{', '.join(map(_word, outlet.languages))}]",
        f"kind: {outlet.kind.value}",
    ]
    return [*facts, f"homepage: {quoted(outlet.homepage)}"] if outlet.homepage else facts


def _word(text: str) -> str:
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _SPOKEN_FOR
    return text if is_plain else quoted(text)


def quoted(text: str) -> str:
    """Return a double-quoted scalar: what JSON writes, YAML reads alike."""
    return json.dumps(text, ensure_ascii=False)
