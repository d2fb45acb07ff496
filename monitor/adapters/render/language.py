"""The interface languages: gettext catalogues for sentences, Babel for dates, numbers, names."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_datetime,
    format_interval,
    format_skeleton,
    get_timezone_location,
)
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from monitor.domain.errors import ConfigError

# Interface language -> the locale that formats for it.
LOCALES: Final[Mapping[str, str]] = {
    "en": "en_GB",
    "sr-Latn": "sr_Latn_RS",
    "sr-Cyrl": "sr_Cyrl_RS",
    "bs": "bs_Latn_BA",
    "cnr": "sr_Latn_ME",
    "mk": "mk_MK",
    "sq": "sq_AL",
}

# What CLDR 47 (2026-11) has otherwise than the region's editors: Montenegro gets Serbia's forms,
# Albanian countries come without the article that a list of places has, scripts are spelt out.
_CORRECTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "cnr": {
        "ponedeljak": "ponedjeljak",
        "nedelja": "nedjelja",
        "Severna Makedonija": "Sjeverna Makedonija",
    },
    "mk": {"кирилско писмо": "кирилица", "латинично писмо": "латиница"},
    "sq": {
        "Shqipëri": "Shqipëria",
        "Kosovë": "Kosova",
        "Serbi": "Serbia",
        "Mal i Zi": "Mali i Zi",
        "Bosnjë-Hercegovinë": "Bosnja dhe Hercegovina",
        "Kroaci": "Kroacia",
        "Slloveni": "Sllovenia",
        "Greqi": "Greqia",
        "Bullgari": "Bullgaria",
        "Turqi": "Turqia",
        "Rusi": "Rusia",
        "Gjermani": "Gjermania",
        "serbisht (cirilik)": "serbisht (cirilike)",
        "serbisht (latin)": "serbisht (latine)",
    },
}

CATALOGUE: Final = "monitor.adapters.render"  # the package whose `locale/` has the digest's words


def mark(message: str) -> str:
    """Return the message as it is: marks it for translation where it is looked up later."""
    return message


@dataclass(frozen=True, slots=True)
class Language:
    """One interface language and zone: every word and number that a reader meets passes here."""

    code: str
    locale: Locale
    zone: ZoneInfo
    translations: NullTranslations

    def text(self, message: str, **values: object) -> str:
        """Return the message in this language, its {names} filled in."""
        return self.translations.gettext(message).format_map(values)

    def plural(self, one: str, many: str, count: int, **values: object) -> str:
        """Return the form that fits the count; {n} is the count as this language writes it."""
        chosen = self.translations.ngettext(one, many, count)
        return chosen.format_map({"n": self.number(count), **values})

    def number(self, value: float) -> str:
        """Write a number, with one decimal at most."""
        return str(format_decimal(value, format="#,##0.#", locale=self.locale))

    def country(self, code: str) -> str:
        """Name a country: ISO 3166-1 alpha-2, XK for Kosovo, INT for international outlets."""
        if code == "INT":
            return self.text("International media")
        return self._corrected(self.locale.territories.get(code, code or self.text("unknown")))

    def language(self, code: str) -> str:
        """Name the language of an item, with its script where that is told apart."""
        if code == "cnr":
            return self.text("Montenegrin")
        if code in {"", "und"}:
            return self.text("unknown")
        try:
            name = Locale.parse(code, sep="-").get_display_name(self.locale) or code
            return self._corrected(str(name))
        except (ValueError, UnknownLocaleError):
            return code

    def narrative(self, titles: Mapping[str, str], english: str) -> str:
        """Choose a narrative's title: this language's, else its nearest kin's, else English."""
        kin = {"cnr": ("bs", "sr-Latn"), "bs": ("cnr", "sr-Latn")}
        for code in (self.code, *kin.get(self.code, ())):
            if titles.get(code):
                return titles[code]
        return english

    def day(self, instant: datetime) -> str:
        """Write the local date in full, with its weekday."""
        return self._corrected(str(format_date(self._local(instant), "full", locale=self.locale)))

    def weekday(self, instant: datetime) -> str:
        """Name the local day of the week."""
        return self._corrected(str(format_date(self._local(instant), "EEEE", locale=self.locale)))

    def days(self, since: datetime, until: datetime) -> str:
        """Write the local dates that a span begins and ends with."""
        return str(
            format_interval(
                self._local(since), self._local(until), skeleton="yMMMMd", locale=self.locale
            )
        )

    def month(self, instant: datetime) -> str:
        """Name the local month and year."""
        return str(format_skeleton("yMMMM", self._local(instant), locale=self.locale))

    def day_number(self, instant: datetime) -> str:
        """Write the local day of the month alone, as a label."""
        return str(self._local(instant).day)

    def iso(self, instant: datetime) -> str:
        """Write the local day for machines."""
        return self._local(instant).date().isoformat()

    def short_day(self, instant: datetime) -> str:
        """Write the local day and month."""
        return str(format_skeleton("MMMd", self._local(instant), locale=self.locale))

    def time(self, instant: datetime) -> str:
        """Write the local time on a 24-hour clock."""
        return str(format_datetime(self._local(instant), "HH:mm", locale=self.locale))

    def moment(self, instant: datetime, today: date) -> str:
        """Write the local time, and the day before it unless that is `today`."""
        if self._local(instant).date() == today:
            return self.time(instant)
        return f"{self.short_day(instant)} {self.time(instant)}"

    def place(self) -> str:
        """Name the reader's zone by its city, as this language writes it."""
        return str(get_timezone_location(self.zone, locale=self.locale, return_city=True))

    def local_date(self, instant: datetime) -> date:
        """Return the calendar day of an instant in the reader's zone."""
        return self._local(instant).date()

    def _local(self, instant: datetime) -> datetime:
        return instant.astimezone(self.zone).replace(tzinfo=None)

    def _corrected(self, words: str) -> str:
        for theirs, ours in _CORRECTIONS.get(self.code, {}).items():
            words = re.sub(rf"{re.escape(theirs)}(?!\w)", ours, words)
        return words


def language(code: str, zone: str, catalogues: tuple[str, ...] = (CATALOGUE,)) -> Language:
    """Return the language to write in; a message is looked up in each package's catalogue.

    Raises ConfigError for an unknown language or zone.
    """
    if code not in LOCALES:
        raise ConfigError(f"unknown language {code!r}; choose one of {', '.join(LOCALES)}")
    try:
        place = ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigError(f"unknown time zone {zone!r}; name one as Europe/Belgrade") from error
    return Language(code, Locale.parse(LOCALES[code]), place, _translations(code, catalogues))


@lru_cache
def _translations(code: str, packages: tuple[str, ...]) -> NullTranslations:
    first, *others = packages
    found = _catalogue(code, first)
    if others and code != "en":
        found.add_fallback(_translations(code, tuple(others)))
    return found


def _catalogue(code: str, package: str) -> NullTranslations:
    if code == "en":
        return NullTranslations()
    source = files(package).joinpath("locale", f"{code}.po")
    catalogue = read_po(io.BytesIO(source.read_bytes()), locale=LOCALES[code], abort_invalid=True)
    compiled = io.BytesIO()  # gettext reads compiled catalogues only; this one never meets a disk
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
