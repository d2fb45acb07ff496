"""What addresses ask for, checked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Depends, Query
from pydantic import WithJsonSchema

from monitor.domain.digest import Window
from monitor.domain.errors import ConfigError
from monitor.domain.hit import Grade, Stance
from monitor.domain.language import normalise_tag
from monitor.ports import Filters
from monitor.web.page import ZONE

MAX_QUERY: Final = 300
MAX_CHOICES: Final = 60
REVIEWS: Final = ("unreviewed", "confirmed", "dismissed", "unsure")
_Texts = Annotated[list[Annotated[str, Query(max_length=80)]], Query(max_length=MAX_CHOICES)]
_Time = Annotated[
    str,
    Query(max_length=40, description="2026-11-22, 2026-11-22T07:00+01:00, or 7d: so long ago"),
]


def _one_of(*known: str) -> object:
    """Return what describes a parameter that must be one of these, or empty."""
    return WithJsonSchema({"type": "string", "enum": ["", *known]})


def _some_of(*known: str) -> object:
    """Return what describes a parameter that is given as often as there are choices."""
    one = {"type": "string", "enum": ["", *known]}
    return WithJsonSchema({"type": "array", "items": one, "maxItems": MAX_CHOICES})


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of a search as an address gives them, every one of them optional."""

    q: str
    narrative: list[str]
    country: list[str]
    lang: list[str]
    outlet: list[str]
    stance: list[str]
    review: list[str]
    grade: str
    since: str
    until: str

    def filters(self) -> Filters:
        """Return what is asked for. Raises ConfigError."""
        return Filters(
            query=self.q.strip(),
            narratives=_given(self.narrative),
            countries=countries_of(self.country),
            langs=tuple(normalise_tag(tag) or tag for tag in _given(self.lang)),
            outlets=_given(self.outlet),
            stances=_among(self.stance, [str(one) for one in Stance], "stance"),
            reviews=_among(self.review, REVIEWS, "review"),
            grade=Grade(self.grade) if _among([self.grade], list(Grade), "grade") else None,
            since=instant_of(self.since, "since"),
            until=instant_of(self.until, "until"),
        )

    def query_string(self) -> str:
        """Return the filters as the query of an address, empty ones left out."""
        one = {"q": self.q, "grade": self.grade, "since": self.since, "until": self.until}
        many = ("narrative", "country", "lang", "outlet", "stance", "review")
        pairs = [(name, value) for name in many for value in _given(getattr(self, name))]
        return urlencode([(name, value) for name, value in one.items() if value] + pairs)


def countries_of(codes: Iterable[str]) -> tuple[str, ...]:
    """Return country codes in capitals, empty ones left out."""
    return tuple(code.upper()[:3] for code in codes if code)


def day_of(text: str) -> date | None:
    """Read a day; empty is none. Raises ConfigError."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"day: {text[:40]!r} is not a date like 2026-11-22") from error
    if not 1990 <= day.year <= 2200:  # noqa: PLR2004 - arithmetic around it must stay in range
        raise ConfigError(f"day: {text[:40]!r} is too far away")
    return day


def window_of(day: date) -> Window:
    """Return a day of the region's clock, which may last 23 or 25 hours."""
    zone = ZoneInfo(ZONE)
    begin = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    return Window(begin.astimezone(UTC), end.astimezone(UTC))


def instant_of(text: str, name: str) -> datetime | None:
    """Read a time, or a day of the region's clock, as aware UTC. Raises ConfigError."""
    if not text:
        return None
    ago = {"h": 1, "d": 24, "w": 168}.get(text[-1])
    if ago and text[:-1].isdecimal() and len(text) <= 5:  # noqa: PLR2004 - four digits
        return datetime.now(UTC) - timedelta(hours=ago * int(text[:-1]))
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"{name}: {text[:40]!r} is not a time like 2026-11-22 or 7d") from error
    if not 1990 <= read.year <= 2200:  # noqa: PLR2004
        raise ConfigError(f"{name}: {text[:40]!r} is too far away")
    local = read if read.tzinfo else datetime.combine(read.date(), read.time(), ZoneInfo(ZONE))
    return local.astimezone(UTC)


def _given(values: Sequence[str]) -> tuple[str, ...]:
    if any("\0" in value for value in values):  # which PostgreSQL cannot be asked for
        raise ConfigError("a filter has U+0000, which stands in no name; leave it out")
    return tuple(value[:80] for value in values if value)


def _among(values: Sequence[str], known: Iterable[str], name: str) -> tuple[str, ...]:
    allowed = [str(one) for one in known]
    chosen = _given(values)
    for value in chosen:
        if value not in allowed:
            raise ConfigError(f"{name}: {value!r} is none of {', '.join(allowed)}")
    return chosen


def asked_of(query: Mapping[str, Sequence[str]]) -> Asked:
    """Return the filters of a kept search, its query already taken apart."""
    one = {name: (query.get(name) or [""])[0] for name in ("q", "grade", "since", "until")}
    many = ("narrative", "country", "lang", "outlet", "stance", "review")
    return Asked(**one, **{name: list(query.get(name, ())) for name in many})  # type: ignore[arg-type]


def _asked(  # noqa: PLR0913, PLR0917 - the filters of the public contract
    q: Annotated[str, Query(max_length=MAX_QUERY)] = "",
    narrative: _Texts = [],  # noqa: B006 - FastAPI copies defaults
    country: _Texts = [],  # noqa: B006
    lang: _Texts = [],  # noqa: B006
    outlet: _Texts = [],  # noqa: B006
    stance: Annotated[_Texts, _some_of(*Stance)] = [],  # noqa: B006
    review: Annotated[_Texts, _some_of(*REVIEWS)] = [],  # noqa: B006
    grade: Annotated[str, Query(max_length=10), _one_of(*Grade)] = "",
    since: _Time = "",
    until: _Time = "",
) -> Asked:
    return Asked(q, narrative, country, lang, outlet, stance, review, grade, since, until)


Search = Annotated[Asked, Depends(_asked)]
