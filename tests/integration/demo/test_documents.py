"""What the sample outlets serve reads as real feeds do."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

import feedparser
import pytest

from monitor.demo.documents import LATEST, render
from monitor.demo.week import WEEK, FeedFormat, SampleOutlet, day, load_week

SAMPLES = {sample.outlet.id: sample for sample in load_week()}
XML = [one for one, sample in SAMPLES.items() if sample.feed.format is not FeedFormat.JSON]


def parsed(sample: SampleOutlet, now: datetime) -> Any:
    document = render(sample, now)
    return feedparser.parse(
        document.body,
        response_headers={"content-type": document.content_type},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def standing(sample: SampleOutlet, now: datetime) -> int:
    return min(LATEST, sum(p.at <= now for p in sample.publications))


@pytest.mark.parametrize("outlet_id", XML)
@pytest.mark.parametrize("number", range(1, 8))
def test_a_reader_sees_every_entry_that_stands(outlet_id: str, number: int) -> None:
    sample = SAMPLES[outlet_id]
    now = day(number).until

    feed = parsed(sample, now)

    assert len(feed.entries) == standing(sample, now)
    assert bool(feed.bozo) == (sample.feed.malformed and bool(feed.entries))


@pytest.mark.parametrize("outlet_id", XML)
def test_titles_and_links_arrive_letter_for_letter(outlet_id: str) -> None:
    sample = SAMPLES[outlet_id]
    latest = sample.publications[: -LATEST - 1 : -1]

    entries = parsed(sample, WEEK.until).entries

    assert [entry.title for entry in entries] == [
        p.edit.title if p.edit else p.title for p in latest
    ]
    assert [entry.link for entry in entries] == [
        f"{sample.outlet.homepage}/{p.slug}{sample.feed.link_suffix}" for p in latest
    ]


@pytest.mark.parametrize("outlet_id", XML)
def test_the_bytes_are_in_the_declared_encoding(outlet_id: str) -> None:
    sample = SAMPLES[outlet_id]
    document = render(sample, day(1).until)

    declared = re.search(rb'encoding="([^"]+)"', document.body)

    assert declared is not None
    assert declared[1].decode() == sample.feed.encoding
    assert sample.publications[0].title[:20] in document.body.decode(sample.feed.encoding)


def test_the_json_feed_holds_what_stands() -> None:
    sample = SAMPLES["sharri-online"]

    document = json.loads(render(sample, WEEK.until).body)

    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert len(document["items"]) == standing(sample, WEEK.until)


def test_before_the_first_publication_a_feed_is_empty() -> None:
    sample = SAMPLES["dunavski-glasnik"]

    document = render(sample, WEEK.since)

    assert document.changed_at is None
    assert parsed(sample, WEEK.since).entries == []


def test_a_document_holds_the_latest_and_drops_the_oldest() -> None:
    sample = SAMPLES["vardarski-vesnik"]
    assert len(sample.publications) > LATEST

    titles = [entry.title for entry in parsed(sample, WEEK.until).entries]

    assert len(titles) == LATEST
    assert titles[0] == sample.publications[-1].title
    assert sample.publications[0].title not in titles


def test_an_edit_changes_the_title_and_keeps_the_guid() -> None:
    sample = SAMPLES["zetski-portal"]
    (edited,) = (p for p in sample.publications if p.edit)
    assert edited.edit is not None

    def entry(now: datetime) -> Any:
        (one,) = (e for e in parsed(sample, now).entries if e.id.endswith(edited.slug))
        return one

    before, after = entry(edited.edit.at - timedelta(seconds=1)), entry(edited.edit.at)

    assert before.title == edited.title
    assert after.title == edited.edit.title
    assert (before.id, before.link) == (after.id, after.link)


def test_the_oddities_of_real_feeds_are_there() -> None:
    entries = [entry for one in XML for entry in parsed(SAMPLES[one], WEEK.until).entries]

    dates = [entry.get("published", "") for entry in entries]
    hostile = [entry.title for entry in entries if entry.title.startswith("=HYPERLINK(")]

    assert sum(re.search(r" \d\d:\d\d:\d\d$", date) is not None for date in dates) == 1
    assert sum("2027" in date for date in dates) == 1
    assert len(hostile) == 1
    assert "<script>alert(1)</script>" in hostile[0]
    assert "{{7*7}}" in hostile[0]


def test_one_entry_has_no_guid() -> None:
    sample = SAMPLES["neretvanski-list"]

    entries = parsed(sample, WEEK.until).entries

    assert sum("id" not in entry for entry in entries) == 1


def test_the_truth_is_never_served() -> None:
    for sample in SAMPLES.values():
        body = render(sample, WEEK.until).body.decode(sample.feed.encoding)

        assert "rs-secession" not in body
        assert "church-weapons" not in body
        assert not re.search(r"syndicated|narratives|stance", body)
