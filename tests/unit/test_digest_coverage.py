from datetime import timedelta

from monitor.domain.coverage import coverage
from monitor.domain.polling import FetchEvent, Outcome
from monitor.domain.sight import Coverage
from support.digests import UNTIL, WINDOW, events, feed, sample_feeds

FEEDS = sample_feeds()
RECENT = {one.id: UNTIL - timedelta(hours=1) for one in FEEDS}


def seen(*failed: str, **hushed: timedelta) -> Coverage:
    named = {name.replace("_", "-"): gap for name, gap in hushed.items()}
    last_new = {**RECENT, **{name: UNTIL - gap for name, gap in named.items()}}
    polls = events(FEEDS, dict.fromkeys(failed, "timeout"), named)
    return coverage(FEEDS, polls, last_new, [("RS", "sr-Latn", 5), ("RS", "sr-Cyrl", 2)], WINDOW)


def test_a_day_on_which_every_feed_answered_is_not_blind() -> None:
    found = seen()

    assert (found.feeds, found.polled, found.ok) == (14, 14, 14)
    assert not found.blind
    assert not found.poor
    assert found.blind_countries == ()


def test_a_failing_feed_is_named_with_its_reason_and_when_it_last_answered() -> None:
    found = seen("savski-list")

    (note,) = found.failing
    assert (note.feed_id, note.country, note.reason) == ("savski-list", "RS", "timeout")
    assert note.since is not None
    assert note.since < WINDOW.since


def test_fewer_than_half_answering_is_blind() -> None:
    most = [one.id for one in FEEDS[:8]]

    assert seen(*most).blind
    assert not seen(*most[:-1]).blind
    assert seen(*most[:-1]).poor


def test_nothing_polled_is_blind_everywhere() -> None:
    found = coverage(FEEDS, [], RECENT, [], WINDOW)

    assert found.blind
    assert found.polled == 0
    assert set(found.blind_countries) == {one.outlet.country for one in FEEDS}


def test_a_country_most_of_whose_feeds_failed_is_named_as_blind() -> None:
    found = seen("gazeta-e-drinit", "gazeta-e-drinit-2")

    assert not found.blind
    assert found.blind_countries == ("AL",)


def test_a_feed_that_recovered_by_the_end_counts_as_answering() -> None:
    one = feed("savski-list")
    polls = [
        FetchEvent(one.id, UNTIL - timedelta(hours=9), Outcome.FAILED, "timeout"),
        FetchEvent(one.id, UNTIL - timedelta(hours=1), Outcome.UNCHANGED),
    ]

    found = coverage([one], polls, {one.id: UNTIL - timedelta(hours=20)}, [], WINDOW)

    assert (found.polled, found.ok, found.failing) == (1, 1, ())


def test_a_feed_that_brings_nothing_for_longer_than_its_rhythm_is_silent() -> None:
    found = seen(krajiski_glas=timedelta(days=4))

    (note,) = found.silent
    assert (note.feed_id, note.reason, note.since) == (
        "krajiski-glas",
        "",
        UNTIL - timedelta(days=4),
    )
    assert found.ok == 14


def test_a_quiet_night_is_no_silence() -> None:
    assert seen(krajiski_glas=timedelta(hours=14)).silent == ()


def test_a_feed_of_unknown_rhythm_may_be_silent_for_a_week() -> None:
    one = feed("savski-list")
    polls = [FetchEvent(one.id, UNTIL - timedelta(hours=1), Outcome.OK)]

    patient = coverage([one], polls, {one.id: UNTIL - timedelta(days=6)}, [], WINDOW)
    late = coverage([one], polls, {one.id: UNTIL - timedelta(days=8)}, [], WINDOW)

    assert patient.silent == ()
    assert [note.feed_id for note in late.silent] == ["savski-list"]


def test_what_came_after_a_past_window_does_not_change_it() -> None:
    one = feed("savski-list")
    polls = [
        FetchEvent(one.id, UNTIL - timedelta(days=9), Outcome.OK, new=3),
        FetchEvent(one.id, UNTIL - timedelta(hours=1), Outcome.OK),
    ]

    found = coverage([one], polls, {one.id: UNTIL + timedelta(days=1)}, [], WINDOW)

    assert [note.since for note in found.silent] == [UNTIL - timedelta(days=9)]


def test_items_read_are_counted_by_country_and_language() -> None:
    found = seen()

    assert found.items == 7
    assert found.langs == (("sr-Latn", 5), ("sr-Cyrl", 2))
    assert {row.country: row.items for row in found.countries}["RS"] == 7


def test_what_broke_or_fell_silent_in_the_window_is_told_as_new() -> None:
    found = seen("savski-list", gazeta_e_drinit=timedelta(hours=30))

    assert [note.feed_id for note in found.newly] == ["gazeta-e-drinit", "savski-list"]
    assert found.recovered == ()


def test_what_failed_or_was_silent_before_the_window_and_is_well_has_recovered() -> None:
    one = feed("savski-list")
    hours = [timedelta(hours=number) for number in range(60, 0, -6)]
    failed = [at for at in hours if UNTIL - at < WINDOW.since]
    polls = [
        FetchEvent(one.id, UNTIL - at, Outcome.FAILED, "timeout")
        if at in failed
        else FetchEvent(one.id, UNTIL - at, Outcome.OK, new=2)
        for at in hours
    ]

    found = coverage([one], polls, {one.id: UNTIL - hours[-1]}, [], WINDOW)

    assert [note.feed_id for note in found.recovered] == ["savski-list"]
    assert found.newly == ()
    assert coverage([one], polls[-4:], {one.id: UNTIL}, [], WINDOW).recovered == ()
