"""The sample week has the variety that the demo promises."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.demo.week import WEEK, FeedFormat, Publication, SampleOutlet, day, load_week
from monitor.domain.hit import Stance

CYRILLIC = re.compile(r"[Ѐ-ӿ]")
LATIN = re.compile(r"[A-Za-zČčĆćĐđŠšŽžËëÇç]")


@pytest.fixture(scope="module")
def week() -> tuple[SampleOutlet, ...]:
    return load_week()


def published(week: tuple[SampleOutlet, ...]) -> Iterator[tuple[SampleOutlet, Publication]]:
    return ((sample, p) for sample in week for p in sample.publications)


def test_the_week_is_large_enough_to_show_something(week: tuple[SampleOutlet, ...]) -> None:
    publications = [p for _, p in published(week)]

    assert len(week) >= 14
    assert len({sample.feed.id for sample in week}) == len(week)
    assert len(publications) >= 170


def test_every_publication_lies_in_the_week(week: tuple[SampleOutlet, ...]) -> None:
    instants = [p.at for _, p in published(week)]

    assert WEEK.until - WEEK.since == timedelta(days=7)
    assert all(WEEK.since <= at < WEEK.until for at in instants)
    assert {(at - WEEK.since).days for at in instants} == set(range(7))


def test_a_third_carries_one_of_all_27_narratives_in_every_stance(
    week: tuple[SampleOutlet, ...],
) -> None:
    publications = [p for _, p in published(week)]
    carrying = [p for p in publications if p.narratives]

    assert 0.3 <= len(carrying) / len(publications) <= 0.4
    assert len({narrative for p in carrying for narrative in p.narratives}) == 27
    assert {p.stance for p in carrying} == {Stance.ASSERTS, Stance.REPORTS, Stance.REBUTS}
    assert all((p.stance is not None) == bool(p.narratives) for p in publications)


def test_every_country_language_and_format_is_there(week: tuple[SampleOutlet, ...]) -> None:
    countries = {sample.outlet.country for sample in week}
    languages = {language for sample in week for language in sample.outlet.languages}

    assert {"RS", "BA", "ME", "XK", "MK", "AL", "INT"} <= countries
    assert languages == {"sr-Latn", "sr-Cyrl", "bs", "hr", "cnr", "sq", "mk", "ru", "en"}
    assert {sample.feed.format for sample in week} == set(FeedFormat)
    assert {sample.feed.encoding for sample in week} >= {"utf-8", "windows-1250", "windows-1251"}


def test_no_word_mixes_the_two_scripts(week: tuple[SampleOutlet, ...]) -> None:
    words = {
        word for _, p in published(week) for word in re.findall(r"\w+", f"{p.title} {p.summary}")
    }

    assert not [word for word in words if CYRILLIC.search(word) and LATIN.search(word)]


def test_syndicated_texts_cross_outlets_and_scripts(week: tuple[SampleOutlet, ...]) -> None:
    outlets: dict[str, set[str]] = {}
    scripts: dict[str, set[bool]] = {}
    for sample, p in published(week):
        if p.syndicated:
            outlets.setdefault(p.syndicated, set()).add(sample.outlet.id)
            scripts.setdefault(p.syndicated, set()).add(bool(CYRILLIC.search(p.title)))

    assert max(len(ids) for ids in outlets.values()) >= 5
    assert min(len(ids) for ids in outlets.values()) >= 2
    assert sum(len(both) == 2 for both in scripts.values()) >= 2


def test_one_claim_moves_through_countries_over_three_days(
    week: tuple[SampleOutlet, ...],
) -> None:
    seen = [
        {
            sample.outlet.country
            for sample, p in published(week)
            if "church-weapons" in p.narratives and p.at < day(number).until
        }
        for number in (1, 2, 3, 4)
    ]

    assert seen[0] == set()
    assert seen[1] == {"ME"}
    assert seen[2] == {"ME", "RS", "BA", "XK"}
    assert seen[3] > seen[2] | {"AL", "MK"}


def test_one_narrative_surges_on_the_last_day(week: tuple[SampleOutlet, ...]) -> None:
    days = Counter(
        (p.at - WEEK.since).days + 1 for _, p in published(week) if "rs-secession" in p.narratives
    )

    assert days[7] >= 10
    assert sum(days[number] for number in range(1, 6)) <= 2


def test_one_outlet_falls_silent_and_one_dies(week: tuple[SampleOutlet, ...]) -> None:
    last = {sample.outlet.id: sample.publications[-1].at for sample in week}
    dead = {sample.outlet.id for sample in week if sample.feed.dead_from}

    assert [one for one, at in last.items() if at < day(4).since and one not in dead] == [
        "primorska-hronika"
    ]
    assert dead == {"radio-stari-grad"}


def test_no_outlet_lives_at_a_real_address(week: tuple[SampleOutlet, ...]) -> None:
    assert all(sample.outlet.homepage.endswith(".example") for sample in week)


def test_a_slug_names_one_publication_of_its_outlet(week: tuple[SampleOutlet, ...]) -> None:
    slugs = Counter((sample.outlet.id, p.slug) for sample, p in published(week))

    assert set(slugs.values()) == {1}
