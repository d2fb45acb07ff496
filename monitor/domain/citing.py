"""How to cite what was found: the outlet first, then who found it, by which versions, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from monitor.domain.digest import Window
from monitor.domain.excerpt import plain
from monitor.domain.hit import ArchivedHit
from monitor.domain.sharing import Names, digest_key

MONITOR: Final = "Western Balkans narrative monitor"


@dataclass(frozen=True, slots=True)
class Citing:
    """Cites for one reader on one day. The versions are those of what is running."""

    names: Names
    catalogue_version: str
    matcher_version: str
    looked_at: date

    def hit(self, one: ArchivedHit) -> str:
        """Cite a hit, with the versions that found it."""
        at = one.published_at or one.first_seen_at
        who = f"{plain(one.outlet_name)} ({one.country}), “{plain(one.title)}”, {at:%Y-%m-%d}"
        return self._joined(
            f"{who}, {one.url}" if one.url else who,
            f"Narrative “{one.hit.narrative}” ({one.review}), first seen {_instant(one.first_seen_at)}",
            f"{MONITOR}, hit urn:uuid:{self.names.hit(one.hit_id)}",
            _versions(one.catalogue_version, one.matcher_version),
        )

    def story(self, story_id: int, title: str, outlets: int, items: int) -> str:
        """Cite a story: what it is grows with each item, so the day matters."""
        return self._joined(
            f"Story “{plain(title)}”, {items} items of {outlets} outlets",
            f"{MONITOR}, story urn:uuid:{self.names.story(story_id)}",
        )

    def narrative(self, narrative_id: str, title: str) -> str:
        """Cite a narrative as the catalogue words it."""
        return self._joined(
            f"Narrative “{title}” ({narrative_id})",
            f"{MONITOR}, {_versions(self.catalogue_version, self.matcher_version)}",
        )

    def digest(self, window: Window, limits: tuple[Sequence[str], Sequence[str]] = ((), ())) -> str:
        """Cite a digest; `limits` are the narratives and countries that it is limited to."""
        uuid = self.names.digest(digest_key(window, *limits))
        return self._joined(
            f"Digest of {_instant(window.since)} to {_instant(window.until)}",
            f"{MONITOR}, digest urn:uuid:{uuid}",
            _versions(self.catalogue_version, self.matcher_version),
        )

    def _joined(self, *parts: str) -> str:
        return f"{'. '.join(parts)}. Looked at on {self.looked_at:%Y-%m-%d}."


def _versions(catalogue: str, matcher: str) -> str:
    return f"Catalogue {catalogue}, matcher {matcher}"


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%MZ}"
