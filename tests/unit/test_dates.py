from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.dates import EARLIEST, LATEST_AHEAD, parse, published

ZONE = "Europe/Belgrade"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def utc(year: int, month: int, day: int, *clock: int) -> datetime:
    hour, minute, second = (*clock, 0, 0, 0)[:3]
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        ("Mon, 23 Nov 2026 08:05:09 +0100", utc(2026, 11, 23, 7, 5, 9)),
        ("Mon, 23 Nov 2026 08:05:09 GMT", utc(2026, 11, 23, 8, 5, 9)),
        ("Mon, 23 Nov 2026 08:05:00 -0000", utc(2026, 11, 23, 8, 5)),
        ("23 Nov 26 08:05 CET", utc(2026, 11, 23, 7, 5)),
        ("Mon, 23 Nov 2026 08:05:00 +0100 (CET)", utc(2026, 11, 23, 7, 5)),
        ("Mon Nov 23 08:05:00 2026", utc(2026, 11, 23, 7, 5)),
        ("Monday, 23-Nov-26 08:05:00 UTC", utc(2026, 11, 23, 8, 5)),
        ("2026-11-23T08:05:00Z", utc(2026, 11, 23, 8, 5)),
        ("2026-11-23T08:05:00.125+01:00", utc(2026, 11, 23, 7, 5)),
        ("2026-11-23T08:05+0100", utc(2026, 11, 23, 7, 5)),
        ("20261123T080500Z", utc(2026, 11, 23, 8, 5)),
        ("2026-11-23 08:05:00", utc(2026, 11, 23, 7, 5)),
        ("2026-07-23 08:05:00", utc(2026, 7, 23, 6, 5)),
        ("2026-11-23", utc(2026, 11, 22, 23)),
        ("23.11.2026. 08:05", utc(2026, 11, 23, 7, 5)),
        ("23/11/2026 08:05", utc(2026, 11, 23, 7, 5)),
        ("11/23/2026 8:05 PM", utc(2026, 11, 23, 19, 5)),
        ("23.11.26 08:05", utc(2026, 11, 23, 7, 5)),
        ("1795420800", utc(2026, 11, 23, 8)),
        ("1795420800000", utc(2026, 11, 23, 8)),
        ("Fri, 01 Jan 99 12:00:00 GMT", utc(1999, 1, 1, 12)),
    ],
)
def test_every_usual_way_to_write_a_date_is_read(raw: str, at: datetime) -> None:
    assert parse(raw, ZONE) == at


@pytest.mark.parametrize(
    "raw",
    [
        "pon, 23 nov 2026 08:05:00",
        "23. novembar 2026. 08:05",
        "23. studenoga 2026. 08:05",
        "понедељак, 23. новембар 2026. 08:05",
        "понеделник, 23 ноември 2026, 08:05",
        "понедельник, 23 ноября 2026 08:05",
        "e hënë, 23 nëntor 2026 08:05",
    ],
)
def test_months_are_read_in_the_languages_of_the_region(raw: str) -> None:
    assert parse(raw, ZONE) == utc(2026, 11, 23, 7, 5)


def test_an_albanian_weekday_is_not_taken_for_a_month() -> None:
    assert parse("e martë, 6 tetor 2026 08:05", ZONE) == utc(2026, 10, 6, 6, 5)


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("CEST", 10),
        ("MESZ", 10),
        ("CET", 11),
        ("MEZ", 11),
        ("EET", 10),
        ("EEST", 9),
        ("EST", 17),
        ("GMT+2", 10),
        ("UTC", 12),
        ("+02", 10),
        ("Europe/London", 11),
        ("", 10),
        ("XYZ", 10),
        ("+9900", 10),
    ],
)
def test_zones_are_known_by_name_and_the_feeds_own_is_meant_otherwise(zone: str, hour: int) -> None:
    assert parse(f"Thu, 10 Sep 2026 12:00:00 {zone}", ZONE) == utc(2026, 9, 10, hour)


def test_twenty_four_o_clock_is_the_next_midnight() -> None:
    assert parse("2026-11-23T24:00:00Z", ZONE) == utc(2026, 11, 24)


def test_an_hour_that_no_clock_shows_leaves_the_day() -> None:
    assert parse("2026-11-23T77:00:00Z", "UTC") == utc(2026, 11, 23)


def test_an_unknown_zone_of_a_feed_is_utc() -> None:
    assert parse("2026-11-23 08:05", "Europe/Nigdje") == utc(2026, 11, 23, 8, 5)


@pytest.mark.parametrize(
    "raw",
    ["", "juče", "31 Feb 2026", "2026-13-01", "0000-00-00 00:00:00", "12:30", "2026", "23 Nov"],
)
def test_what_is_no_date_is_none(raw: str) -> None:
    assert parse(raw, ZONE) is None


@pytest.mark.parametrize(
    "raw",
    [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2027-11-23T12:00:00Z",
        "2026-11-24T12:00:01Z",
        "-0001-01-01",
        "garbage",
    ],
)
def test_an_absurd_date_is_none(raw: str) -> None:
    assert published(raw, ZONE, NOW) is None


def test_a_date_shortly_ahead_is_believed() -> None:
    assert published("2026-11-24T12:00:00Z", ZONE, NOW) == NOW + LATEST_AHEAD


@given(st.text(st.characters()) | st.text(alphabet="0123456789-:TZ+. /CETnovPM,", max_size=40))
def test_any_text_is_a_sane_instant_or_none(raw: str) -> None:
    at = published(raw, ZONE, NOW)

    assert at is None or EARLIEST <= at <= NOW + LATEST_AHEAD


@given(st.datetimes(datetime(1990, 1, 2), datetime(2026, 11, 22)))  # noqa: DTZ001 - aware below
def test_an_iso_date_comes_back_to_the_second(local: datetime) -> None:
    at = local.replace(tzinfo=UTC, microsecond=0)

    assert published(at.isoformat(), ZONE, NOW) == at
    assert published(at.strftime("%a, %d %b %Y %H:%M:%S +0000"), ZONE, NOW) == at
