"""Hostile and faulty servers beside healthy ones, through `monitor poll`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final

import pytest

from support.fault_documents import content
from support.fault_table import OK, XML, Fault, statuses, transport
from support.feed_documents import ALBANIAN, CYRILLIC, SERBIAN, rss, rss_with
from support.program import Program, Ran
from support.raw_server import Answer, RawServer, reply
from support.service import WORKERS, Scene

GOOD: Final = reply(rss(SERBIAN).encode(), XML)
HEALTHY: Final[Mapping[str, Answer]] = {
    "zdrav-1": GOOD,
    "zdrav-2": reply(rss(CYRILLIC).encode("cp1251"), XML),
    "zdrav-3": reply(rss(ALBANIAN).encode(), XML),
}
MOST_MB: Final = 150  # more than for as many good feeds; fifty are fetched at once
EARLIER: Final = "Ranija vest koja ostaje"
QUICK: Final = [fault for fault in transport() if not fault.is_slow]
SLOW: Final = [fault for fault in transport() if fault.is_slow]


def stored(monitor: Program) -> set[tuple[str, str]]:
    rows = monitor("search", "--items", "--limit", "1000", "--format", "jsonl").lines
    return {(row["feed_id"], row["title"]) for row in rows}


def polled(monitor: Program, answers: Mapping[str, Answer]) -> Ran:
    """Poll a feed for each answer."""
    with serving(monitor, answers):
        return monitor("poll", "--all", "--json")


@contextmanager
def serving(monitor: Program, answers: Mapping[str, Answer]) -> Iterator[None]:
    """List a feed for each answer, every one at a host of its own: none waits for another."""
    with ExitStack() as stack:
        urls = {
            name: stack.enter_context(RawServer({f"/{name}": answer, "/there": GOOD})).url(
                f"/{name}"
            )
            for name, answer in answers.items()
        }
        monitor.feeds(None, **urls)
        yield


def poll_all(monitor: Program, faults: Sequence[Fault]) -> dict[str, tuple[str, str]]:
    """Give every faulty feed an item, let it break, and return what is told of each."""
    item = rss_with(f"<title>{EARLIER}</title><link>https://primer.example/ranije</link>")
    earlier = {fault.name: reply(item, XML) for fault in faults}
    before = polled(monitor, earlier)
    assert before.json["items"]["new"] == len(faults)
    ran = polled(monitor, {**HEALTHY, **{fault.name: fault.answer for fault in faults}})
    assert ran.code == 0, ran.err
    assert "Traceback" not in ran.err
    assert ran.peak_mb - before.peak_mb < MOST_MB
    assert ran.json["feeds"]["polled"] == len(HEALTHY) + len(faults)
    return {
        row["feed"].removesuffix("-vesti"): (row["reason"], row["detail"])
        for row in ran.json["failures"]
    }


def unmet(faults: Sequence[Fault], told: Mapping[str, tuple[str, str]]) -> list[str]:
    """Return what was told of each fault and should not have been."""
    lines = []
    for fault in faults:
        reason, detail = told.get(fault.name, (OK, ""))
        if reason not in fault.reasons or fault.words not in detail:
            lines.append(f"{fault.name}: {reason or 'ok'}: {detail!r}, not {fault.reasons}")
    return lines


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param(QUICK, id="transport"),
        pytest.param(statuses(), id="status"),
        pytest.param(content(), id="content"),
        pytest.param(SLOW, id="deadline", marks=pytest.mark.soak),
    ],
)
def test_a_faulty_feed_is_named_and_costs_no_other_feed_anything(
    monitor: Program, faults: Sequence[Fault]
) -> None:
    told = poll_all(monitor, faults)

    assert unmet(faults, told) == []
    found = stored(monitor)
    for feed, titles in zip(HEALTHY, (SERBIAN, CYRILLIC, ALBANIAN), strict=True):
        assert {title for name, title in found if name == f"{feed}-vesti"} == {*titles}
    assert {(f"{fault.name}-vesti", EARLIER) for fault in faults} <= found


@pytest.mark.parametrize(
    ("database_url", "engine"), [("postgres", WORKERS)], indirect=["database_url"]
)
def test_a_worker_names_faulty_feeds_too(scene: Scene) -> None:
    faults = [fault for fault in (*statuses(), *content()) if not fault.is_slow][::4]
    answers = {**HEALTHY, **{fault.name: fault.answer for fault in faults}}
    with serving(scene.monitor, answers), scene.service() as service:
        polled = "SELECT count(DISTINCT feed_id) FROM fetch_event"
        service.until(lambda: scene.number(polled) == len(answers))
        events = scene.rows("SELECT feed_id, reason, detail FROM fetch_event ORDER BY id DESC")
        assert service.stop()[0] == 0

    told = {str(feed).removesuffix("-vesti"): (str(why), str(more)) for feed, why, more in events}
    assert unmet(faults, told) == []
    assert {name for name in HEALTHY if told[name][0] != OK} == set()
    scene.is_sound()


def test_a_captcha_with_status_200_is_a_failure_and_an_empty_feed_is_noted(
    monitor: Program,
) -> None:
    faults = {fault.name: fault.answer for fault in statuses()}
    names = ("h12-captcha", "h14-no-items")
    polled(monitor, {name: faults[name] for name in names})

    rows = monitor("feeds", "health", "--json").json["feeds"]

    told = {row["feed"]: (row["state"], row["reason"], row["notes"]) for row in rows}
    assert told == {
        "h12-captcha-vesti": ("failing", "not_a_feed", []),
        "h14-no-items-vesti": ("ok", "", ["no_entries"]),
    }


def test_a_table_names_each_case_once_and_many() -> None:
    names = [fault.name for fault in (*transport(), *statuses(), *content())]

    assert len(names) == len(set(names))
    assert all(json.dumps(name) == f'"{name}"' for name in names)
