"""What people ask of an archive: fifty searches with words, forty pages of filters without."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from monitor.ports import Filters

_COMMON: Final = "zakon vlada парламент qeveria mlijeko minister granicama je".split()  # noqa: SIM905
_PHRASES: Final = ('"Otvoreni Balkan"', '"отворени балкан"', '"hapur ballkani"')
_TOGETHER: Final = (
    "zakon parlament", "vlada AND budžet", "kriza energija cene", "закон парламент премијер",
    "ligj parlament", "поплава железница",
)  # fmt: skip
_EITHER: Final = (
    "poplava OR protest", "(samit OR kongres) premijer", "закон OR законот", "ambasador OR direktor"
)  # fmt: skip
_WITHOUT: Final = (
    "vlada NOT zakon",
    "protest -sindikat",
    "premijer NOT (vlada OR zakon)",
    "stadion -klub",
)
_BEGINNINGS: Final = ("parlam*", "gran*", "železn*", "sind* protest")
_SPACES: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Question:
    """A search: of all items, or of those with hits."""

    filters: Filters
    of_items: bool

    def __str__(self) -> str:
        asked = self.filters
        parts = [asked.query, *asked.narratives, *asked.countries, *asked.langs, *asked.outlets]
        window = f"{asked.since:%Y-%m-%d}" if asked.since else ""
        return " ".join([*filter(None, parts), window, "(items)" if self.of_items else "(hits)"])


def questions(
    texts: Sequence[tuple[str, str]], narratives: Sequence[str], until: datetime
) -> list[Question]:
    """Return the fifty. `texts` are the titles and summaries of nineteen items of the archive."""
    rare = [max(_SPACES.findall(title), key=len) for title, _ in texts[:9]]
    phrases = [" ".join(_SPACES.findall(summary)[2:5]) for _, summary in texts[9:19]]
    words = [
        *_COMMON, *rare, *(f'"{phrase}"' for phrase in phrases[:7]), *_PHRASES,
        *_TOGETHER, *_EITHER, *_WITHOUT, *_BEGINNINGS,
    ]  # fmt: skip
    plain = [Filters(word) for word in words]
    filtered = [
        Filters("vlada", countries=("BA",)),
        Filters("zakon", langs=("mk",)),
        Filters("protest", outlets=("sr-latn-004",)),
        Filters("parlament", narratives=tuple(narratives[:1])),
        Filters("kriza", since=until - timedelta(days=400), until=until - timedelta(days=370)),
    ]
    return [Question(one, of_items=n % 2 == 0) for n, one in enumerate([*plain, *filtered])]


def pages(narratives: Sequence[str], until: datetime) -> list[Question]:
    """Return filters without words, each of items and of hits."""
    month = timedelta(days=30)
    alone = [
        Filters(),
        *(Filters(countries=(country,)) for country in ("RS", "MK", "XK")),
        *(Filters(langs=(lang,)) for lang in ("sr", "sq", "ru")),
        *(Filters(outlets=(outlet,)) for outlet in ("sr-latn-000", "sq-030")),
        *(Filters(narratives=(narrative,)) for narrative in narratives[:3]),
        Filters(countries=("BA",), langs=("bs", "hr")),
        Filters(narratives=tuple(narratives[:2]), countries=("ME", "MK")),
    ]
    dated = [
        replace(filters, since=until - place * month, until=until - (place - 1) * month)
        for filters, place in zip(alone[1:7], (2, 7, 13, 19, 25, 31), strict=True)
    ]
    return [Question(one, of_items=both) for one in (*alone, *dated) for both in (True, False)]


def quantile(values: Iterable[float], share: float) -> float:
    """Return the least value that so large a share of them do not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]
