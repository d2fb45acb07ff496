"""The date texts of feeds, as instants: aware UTC, or None where nothing sane can be read."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)  # before there were news on the web
LATEST_AHEAD: Final = timedelta(hours=24)  # wrong clocks and zones; more is absurd
MAX_RAW: Final = 200
_MAX_OFFSET_MIN: Final = 14 * 60
_CENTURY_TURN: Final = 70  # RFC 2822, section 4.3, allows 50; no feed is older than 1990
_AFTERNOON: Final = 12

# English, Serbian, Bosnian, Croatian, Macedonian, Russian and Albanian; diacritics folded.
_MONTH_STEMS: Final = (
    "jan sije sjec јан янв",
    "feb velja veljac shku shk фев",
    "mar ozu мар",
    "apr tra pri апр",
    "may maj svi мај май мая",
    "jun lip qer јун июн",
    "jul srp korr kor јул июл",
    "aug avg kol gus гус авг",
    "sep ruj sht сеп сен",
    "oct okt lis tet окт",
    "nov stu nen ное нов ноя",
    "dec pros dhj дец дек",
)
_MONTHS: Final = {
    stem: number for number, stems in enumerate(_MONTH_STEMS, 1) for stem in stems.split()
}
_WEEKDAYS: Final = frozenset({"marte", "shtune"})  # Albanian: Tuesday, Saturday
_FOLD: Final = str.maketrans("čćšžëç", "ccszec")
# Hours east of UTC. A name not listed here means the feed's own zone.
_ZONES: Final = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0),
    **dict.fromkeys(("cet", "mez", "met", "bst", "west"), 1),
    **dict.fromkeys(("cest", "mesz", "mest", "eet", "oez"), 2),
    **dict.fromkeys(("eest", "msk", "trt"), 3),
    **dict(
        zip(
            ("est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt"),
            (-5, -4, -6, -5, -7, -6, -8, -7),
            strict=True,
        )
    ),
}

_ISO: Final = re.compile(
    r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)|^(\d{4})(\d\d)(\d\d)(?=T)"
)
_EUROPEAN: Final = re.compile(r"(?<!\d)(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d\d)(?!\d)")
_TIME: Final = re.compile(
    r"(?<![\d:])(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?(?:\s*([apAP])\.?[mM]\b\.?)?"
    r"|(?<=\dT)(\d\d)(\d\d)(\d\d)?"
)
_OFFSET: Final = re.compile(r"^\s*(?:utc|gmt)?\s*([+−-])(\d\d?):?(\d\d)?(?!\d)")
_IANA: Final = re.compile(r"\b(Europe|UTC|Etc)/([A-Za-z_]{2,20})\b")
_WORD: Final = re.compile(r"[^\W\d_]+")
_NUMBER: Final = re.compile(r"(?<![\d:])\d{1,4}(?![\d:])")
_EPOCH: Final = re.compile(r"\d{10}(\d{3})?")


def published(raw: str, zone: str, now: datetime) -> datetime | None:
    """Return the instant that a feed's date means, or None where it is absent or absurd.

    Absurd is before EARLIEST or later than LATEST_AHEAD after `now`.
    """
    at = parse(raw, zone)
    return at if at and EARLIEST <= at <= now + LATEST_AHEAD else None


def parse(raw: str, zone: str) -> datetime | None:
    """Return the instant that a date text means, whatever its year, or None.

    Reads RFC 2822, ISO 8601, Unix seconds and numeric or spelled European dates. A date without
    a time is its midnight. Without an offset or a known zone name, `zone` (IANA) is meant.
    """
    text = raw[:MAX_RAW].strip()
    try:
        if _EPOCH.fullmatch(text):
            return datetime.fromtimestamp(int(text[:10]), UTC)
        return _parse(text, zone)
    except (ValueError, OverflowError):  # 31 February, year 0, the end of time
        return None


def _parse(text: str, zone: str) -> datetime | None:
    found = _TIME.search(text)
    rest = text[: found.start()] + " " + text[found.end() :] if found else text
    date = _numeric_date(text) or _spelled_date(rest)
    if not date:
        return None
    local = datetime(*date) + _clock(found)  # noqa: DTZ001 - its zone follows
    zone_text = text[found.end() :] if found else ""
    return local.replace(tzinfo=_zone(zone_text, zone)).astimezone(UTC)


def _numeric_date(text: str) -> tuple[int, int, int] | None:
    if iso := _ISO.search(text):
        year, _, month, day, *packed = iso.groups()
        return (
            (int(year), int(month), int(day))
            if year
            else (int(packed[0]), int(packed[1]), int(packed[2]))
        )
    if european := _EUROPEAN.search(text):
        first, mark, second, year = european.groups()
        day, month = int(first), int(second)
        if mark == "/" and month > 12 >= day:  # noqa: PLR2004 - months of the year
            day, month = month, day
        return _full_year(year), month, day
    return None


def _spelled_date(text: str) -> tuple[int, int, int] | None:
    month = next((m for m in map(_month, _WORD.findall(text)) if m), 0)
    numbers = _NUMBER.findall(text)
    if not month or len(numbers) < 2:  # noqa: PLR2004 - a day and a year
        return None
    first, second = numbers[:2]
    if len(first) == 4:  # noqa: PLR2004 - digits of a year
        first, second = second, first
    return _full_year(second), month, int(first)


def _month(word: str) -> int:
    folded = word.lower().translate(_FOLD)
    if folded in _WEEKDAYS:
        return 0
    return next((_MONTHS[folded[:n]] for n in (6, 5, 4, 3) if folded[:n] in _MONTHS), 0)


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:  # noqa: PLR2004 - digits of a short year
        return year
    return year + (1900 if year >= _CENTURY_TURN else 2000)


def _clock(found: re.Match[str] | None) -> timedelta:
    """Return the time since midnight; 24:00 is the next midnight, second 60 the second 59."""
    if not found:
        return timedelta(0)
    face = found.group(1, 2, 3) if found[1] else found.group(5, 6, 7)
    hour, minute, second = (int(digits or 0) for digits in face)
    if found[4]:
        hour = hour % _AFTERNOON + (_AFTERNOON if found[4] in "pP" else 0)
    if hour > 24 or minute > 59 or second > 60:  # noqa: PLR2004 - a clock's face
        return timedelta(0)
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59))


def _zone(text: str, fallback: str) -> tzinfo:
    lowered = text.lower()
    if offset := _OFFSET.match(lowered):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes <= _MAX_OFFSET_MIN:
            return timezone(timedelta(minutes=-minutes if offset[1] != "+" else minutes))
        return zone_named(fallback)
    if named := _IANA.search(text):
        return zone_named(named[0])
    words = _WORD.findall(lowered)
    hours = next((_ZONES[word] for word in words if word in _ZONES), None)
    return zone_named(fallback) if hours is None else timezone(timedelta(hours=hours))


@lru_cache(maxsize=64)
def zone_named(name: str) -> tzinfo:
    """Return the IANA zone, or UTC where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return UTC
