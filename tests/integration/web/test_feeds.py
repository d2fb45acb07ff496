"""An operator mends a feed's address on its page."""

from pathlib import Path

import pytest

from monitor.demo.server import serving
from monitor.demo.week import day, load_week
from monitor.domain.people import Role
from support.site import FEEDS, running

PEOPLE = (("vera", Role.VIEWER), ("olga", Role.OPERATOR))
PRIVATE = {"allow_private_networks": "true"}


def test_an_address_is_tried_and_kept_and_nothing_else_changes(tmp_path: Path) -> None:
    week = load_week()
    with (
        serving(week, lambda: day(7).until) as base,
        running(tmp_path, *PEOPLE, settings=PRIVATE) as site,
    ):
        path = tmp_path / "feeds.yaml"
        path.write_text(f"# ours\n{FEEDS}# the end\n", encoding="utf-8")
        before = path.read_text(encoding="utf-8")
        good = f"{base}/{week[0].outlet.id}/feed"
        olga = site.signed_in("olga")
        tried = olga.post("/feeds/drini-lajme/address", data={"url": good})
        untouched = path.read_text(encoding="utf-8")
        kept = olga.post("/feeds/drini-lajme/address", data={"url": good, "keep": "true"})
        shown = olga.get("/feeds/drini-lajme").text
        log = site.app.people.people.log(1)[0]

    assert "Use this address from now on" in tried.text
    assert untouched == before
    assert kept.status_code == 303
    after = path.read_text(encoding="utf-8")
    assert after == before.replace("https://drini.example/rss", good)
    assert good in shown
    assert (log.person, log.action) == ("olga", "feed readdressed")
    assert log.detail == f"drini-lajme: https://drini.example/rss -> {good}"


@pytest.mark.parametrize(
    ("who", "url", "status"),
    [
        ("vera", "http://127.0.0.1:9/rss", 403),
        ("olga", "javascript:alert(1)", 400),
        ("olga", "http://ana:secret@drini.example/rss", 400),
        ("olga", "http://127.0.0.1:9/rss", 200),  # nobody answers, so it is not kept
    ],
)
def test_what_does_not_answer_or_is_no_address_is_not_kept(
    tmp_path: Path, who: str, url: str, status: int
) -> None:
    with running(tmp_path, *PEOPLE) as site:
        data = {"url": url, "keep": "true"}
        answer = site.signed_in(who).post("/feeds/drini-lajme/address", data=data)

    assert answer.status_code == status
    assert (tmp_path / "feeds.yaml").read_text(encoding="utf-8") == FEEDS


def test_neither_page_nor_log_shows_the_password_of_an_address(tmp_path: Path) -> None:
    week, secret = load_week(), FEEDS.replace("https://", "https://u:canary-secret@")
    with (
        serving(week, lambda: day(7).until) as base,
        running(tmp_path, *PEOPLE, settings=PRIVATE, feeds=secret) as site,
    ):
        olga, good = site.signed_in("olga"), f"{base}/{week[0].outlet.id}/feed"
        shown = olga.get("/feeds/drini-lajme").text
        kept = olga.post("/feeds/drini-lajme/address", data={"url": good, "keep": "true"})
        log = site.app.people.people.log(1)[0]

    assert "https://drini.example/rss" in shown
    assert "canary-secret" not in shown
    assert kept.status_code == 303
    assert log.detail == f"drini-lajme: https://drini.example/rss -> {good}"
