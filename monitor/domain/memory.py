"""What is remembered of a feed's last document, so that the same entries need not be read again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

DIGEST_BYTES: Final = 8  # enough to tell the few entries of one feed apart
_KEY_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of the entries that a feed's document held last.

    `keys` has the keys of each entry's item by the entry's digest: only entries whose item is
    stored under all of them. `encoding` is what the document was in, `min_interval_s` its wish.
    """

    keys: Mapping[bytes, tuple[str, ...]] = field(default_factory=dict)
    encoding: str = ""
    min_interval_s: int = 0


def pack(memory: Memory) -> bytes:
    """Return what is remembered as bytes: some fifty an entry."""
    head = f"{memory.encoding} {memory.min_interval_s}\n".encode()
    rows = (
        digest + bytes((len(keys),)) + b"".join(_packed(key) for key in keys)
        for digest, keys in memory.keys.items()
    )
    return head + b"".join(rows)


def unpack(packed: bytes) -> Memory:
    """Return what `pack` wrote; nothing where the bytes are none of it."""
    head, _, rows = packed.partition(b"\n")
    encoding, _, wish_s = head.decode("ascii", "replace").partition(" ")
    keys, at = {}, 0
    while at + DIGEST_BYTES < len(rows):
        count = rows[at + DIGEST_BYTES]
        first = at + DIGEST_BYTES + 1
        places = range(first, first + count * (_KEY_BYTES + 1), _KEY_BYTES + 1)
        keys[rows[at : at + DIGEST_BYTES]] = tuple(
            _unpacked(rows[p : p + _KEY_BYTES + 1]) for p in places
        )
        at = first + count * (_KEY_BYTES + 1)
    return Memory(keys, encoding, int(wish_s) if wish_s.isdigit() else 0)


def _packed(key: str) -> bytes:
    kind, _, digits = key.partition(":")
    return kind.encode() + bytes.fromhex(digits)


def _unpacked(key: bytes) -> str:
    kind = key[:1].decode("latin-1")
    return f"{kind}:{key[1:].hex()}"
