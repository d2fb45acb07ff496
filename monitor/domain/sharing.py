"""What leaves the installation: permanent names, and what was told of each thing before."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import blake2b, sha1
from typing import Final
from uuid import UUID, uuid5

from monitor.domain.digest import Window
from monitor.domain.hit import ArchivedHit

# Every identifier that others keep hangs on it: it never changes.
SPACE: Final = UUID("6f3d9b0e-6e57-5d0b-9a35-2b1f0a7c4e11")
HIT, NARRATIVE, DIGEST = "hit", "narrative", "digest"
_CANONICAL: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str)


@dataclass(frozen=True, slots=True)
class Names:
    """The permanent identifiers that one installation gives: UUIDs that two never share.

    Source: RFC 9562, version 5, over the installation's own id and ours.
    """

    installation: str

    def of(self, *parts: str | int) -> str:
        """Return the UUID of the thing that these parts name."""
        named = _space(self.installation) + " ".join(map(str, parts)).encode()
        # As `uuid5` has it, in a fifth of the time: exports name each hit and story.
        name = bytearray(sha1(named, usedforsecurity=False).digest()[:16])
        name[6], name[8] = name[6] & 0x0F | 0x50, name[8] & 0x3F | 0x80
        letters = name.hex()
        return "-".join((letters[:8], letters[8:12], letters[12:16], letters[16:20], letters[20:]))

    def hit(self, hit_id: int) -> str:
        """Return the UUID of a hit."""
        return self.of(HIT, hit_id)

    def story(self, story_id: int) -> str:
        """Return the UUID of a story."""
        return self.of("story", story_id)

    def digest(self, key: str) -> str:
        """Return the UUID of a digest."""
        return self.of(DIGEST, key)


def digest_key(
    window: Window, narratives: Sequence[str] = (), countries: Sequence[str] = ()
) -> str:
    """Return what tells one digest from another: its window, and what it is limited to."""
    limits = (",".join(sorted(narratives)), ",".join(sorted(countries)))
    return " ".join((window.since.isoformat(), window.until.isoformat(), *limits)).strip()


def feed_key(kind: str, *names: str) -> str:
    """Return what tells one of our feeds from another: a narrative's, a country's, a search's."""
    return " ".join(("feed", kind, *sorted(names)))


@dataclass(frozen=True, slots=True)
class Print:
    """What a thing says as it leaves, in short; equal prints, equal contents."""

    content: str
    is_retracted: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """What is remembered of a thing that left: since when, and when it last said something new.

    `life` counts how often it was retracted and restored: some formats bury a name for good.
    """

    first_at: datetime
    changed_at: datetime
    life: int = 0


@dataclass(frozen=True, slots=True)
class SharedHit:
    """A hit on its way out, under its permanent name."""

    found: ArchivedHit
    uuid: str
    record: Shared
    story_uuid: str = ""  # empty where nothing else says the same

    @property
    def uri(self) -> str:
        """The permanent name as a URN."""
        return f"urn:uuid:{self.uuid}"


@cache
def _space(installation: str) -> bytes:
    return uuid5(SPACE, installation).bytes


def print_of(*content: object, is_retracted: bool = False) -> Print:
    """Return the print of some content."""
    text = _CANONICAL.encode(content).encode("utf-8", "replace")
    return Print(blake2b(text, digest_size=16).hexdigest(), is_retracted)


def print_of_hit(found: ArchivedHit) -> Print:
    """Return the print of a hit: its item's words, what was found, and what people said of it."""
    return print_of(
        found.hit.as_row(),
        (found.catalogue_version, found.matcher_version),
        (found.title, found.url, found.outlet_name, found.country, found.lang),
        (found.published_at, found.review, found.stance, found.retracted),
        is_retracted=bool(found.retracted),
    )
