"""Known entries of a document need not be parsed: cut it, and keep what is not remembered.

Most polls of a changed feed bring a new entry or two among fifty that were there before. An
entry's bytes, hashed, tell whether it was read already; what is left is a small document with the
same head and tail. Parsing it gives what parsing the whole would give of the new entries.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from monitor.domain.feed import Document, Feed
from monitor.domain.identity import Sorted
from monitor.domain.item import Item, KnownItem
from monitor.domain.memory import DIGEST_BYTES

MAX_BLOCKS: Final = 1000  # as many as are read of a document
RULES: Final = "1"  # raise it where keys or texts are made otherwise: what is remembered is void
_NAMES: Final = (b"item", b"entry", b"url")
_AFTER_NAME: Final = b" />\t\r\n"
_PAIRS: Final = ((b"<!--", b"-->"), (b"<![CDATA[", b"]]>"))
# Counters of comments and shares, which change and say nothing.
_VOLATILE: Final = re.compile(rb"<(slash:comments|thr:total|trackback:about)>[^<]{0,100}</\1>")
_COMMENT: Final = re.compile(rb"<!--.*?-->", re.DOTALL)
_ROOT: Final = re.compile(
    rb"<(?:[\w.-]{1,20}:)?(?:feed|urlset|(?:rss|RDF)\b[^>]{0,8000}>.{0,2000}?<channel)\b[^>]{0,8000}>",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Block:
    """One entry's bytes in a document: where they are, and their digest."""

    start: int
    end: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Pieces:
    """A document and its entries, in document order, each with another digest."""

    body: bytes
    blocks: tuple[Block, ...]

    def without(self, digests: Collection[bytes]) -> bytes:
        """Return the document without the entries that have these digests."""
        parts, at = [], 0
        for block in self.blocks:
            if block.digest in digests:
                parts.append(self.body[at : block.start])
                at = block.end
        return b"".join((*parts, self.body[at:]))


def cut(document: Document, feed: Feed) -> Pieces | None:
    """Return the document's entries, or None where their bounds are in the least doubt.

    Digests depend on all that the reading of an entry depends on beside itself: the start tags
    around it, and what the operator says of the feed. Linear.
    """
    body = document.body
    name = _name(body)
    bounds = _bounds(body, name) if name else None
    if not bounds or len(bounds) > MAX_BLOCKS:
        return None
    salt = _salt(document, feed, body[: bounds[0][0]])
    blocks = tuple(Block(start, end, _digest(salt, body[start:end])) for start, end in bounds)
    if len({block.digest for block in blocks}) < len(blocks):
        return None
    return Pieces(body, blocks)


def remember(
    blocks: Sequence[Block],
    items: Sequence[Item | str],
    found: Sorted,
    known: Mapping[str, KnownItem],
) -> dict[bytes, tuple[str, ...]]:
    """Return the keys of the entries that need not be read again, by digest.

    `items` are what became of the blocks, one each. An entry that shares a key with another of
    the document, or whose item is not stored under each of its keys, has to be looked at again.
    """
    borne = [key for item in items if isinstance(item, Item) for key in item.keys]
    if len(set(borne)) < len(borne):
        return {}
    new = {item.keys for item in found.new}
    learned = dict(found.learned_keys)
    return {
        block.digest: item.keys
        for block, item in zip(blocks, items, strict=True)
        if isinstance(item, Item) and (item.keys in new or _is_stored(item, known, learned))
    }


def _is_stored(
    item: Item, known: Mapping[str, KnownItem], learned: Mapping[int, tuple[str, ...]]
) -> bool:
    stored = next((known[key] for key in item.keys if key in known), None)
    if stored is None:
        return False
    return set(item.keys) <= {*stored.keys, *learned.get(stored.item_id, ())}


def _name(body: bytes) -> bytes:
    """Return the name of the elements that are entries: the first such element's."""
    found = [(at, name) for name in _NAMES if (at := _start(body, name, 0)) >= 0]
    return min(found)[1] if found else b""


def _start(body: bytes, name: bytes, at: int) -> int:
    """Return where the next start tag of this name begins, or -1."""
    tag = b"<" + name
    while (at := body.find(tag, at)) >= 0:
        if body[at + len(tag) : at + len(tag) + 1] in _AFTER_NAME:
            return at
        at += len(tag)
    return -1


def _bounds(body: bytes, name: bytes) -> list[tuple[int, int]] | None:
    """Return where entries begin and end; None where one might not be what it seems."""
    closing = b"</" + name + b">"
    bounds: list[tuple[int, int]] = []
    at, start = 0, _start(body, name, 0)
    while start >= 0:
        end = body.find(closing, start)
        following = _start(body, name, start + 1)
        if end < 0 or 0 <= following < end or len(bounds) > MAX_BLOCKS:
            return None
        end += len(closing)
        if not (_is_plain(body[at:start]) and _is_plain(body[start:end])):
            return None
        bounds.append((start, end))
        at, start = end, following
    return bounds if _is_plain(body[at:]) else None


def _is_plain(piece: bytes) -> bool:
    """Say whether comments and CDATA end where they began, in this very piece."""
    return all(piece.count(opening) == piece.count(closing) for opening, closing in _PAIRS)


def _salt(document: Document, feed: Feed, head: bytes) -> bytes:
    tags = _ROOT.search(_COMMENT.sub(b"", head))
    around = tags[0] if tags else head
    facts = (RULES, feed.outlet.id, feed.url, feed.timezone, feed.type, document.charset)
    declared = head[:200].partition(b"?>")[0] if head.lstrip().startswith(b"<?xml") else b""
    return blake2b(b"\0".join((*map(str.encode, facts), declared, around))).digest()


def _digest(salt: bytes, block: bytes) -> bytes:
    telling = _VOLATILE.sub(b"", block)
    return blake2b(telling, digest_size=DIGEST_BYTES, key=salt).digest()
