"""Operators look after subscribers; an address is asked before anything is sent to it."""

from pathlib import Path

from monitor.domain.people import Role
from support.site import running

MAIL = {
    "smtp_url": "smtp://127.0.0.1:9",
    "mail_from": "Monitor <monitor@example.org>",
    "base_url": "http://monitor.example",
}
PEOPLE = (("rade", Role.REVIEWER), ("olga", Role.OPERATOR))


def test_an_address_is_asked_paused_only_once_it_agreed_and_removed(tmp_path: Path) -> None:
    with running(tmp_path, *PEOPLE, settings=MAIL) as site:
        olga, all_of = site.signed_in("olga"), site.app.delivery.subscribers.all
        page = "/settings/subscribers"
        wanted = {"address": "ana@example.org", "lang": "sq", "at": "06:30"}
        asked = olga.post(page, data=wanted)
        one = all_of()[0]
        early = olga.post(f"{page}/{one.id}/pause")
        shown = olga.get(page).text
        refused = site.signed_in("rade").get(page)
        olga.post(f"{page}/{one.id}/remove")
        left = all_of()

    assert asked.status_code == 303
    assert (one.address, one.lang, one.standing) == ("ana@example.org", "sq", "pending")
    assert early.status_code == 400
    assert "ana@example.org" in shown
    assert "asked, no answer yet" in shown
    assert refused.status_code == 403
    assert left == []


def test_without_mail_nobody_can_be_asked(tmp_path: Path) -> None:
    with running(tmp_path, *PEOPLE) as site:
        answer = site.signed_in("olga").post(
            "/settings/subscribers", data={"address": "ana@example.org"}
        )

    assert answer.status_code == 400
    assert "MONITOR_SMTP_URL" in answer.text


def test_alerts_are_chosen_and_changed_on_the_page(tmp_path: Path) -> None:
    with running(tmp_path, *PEOPLE, settings=MAIL) as site:
        olga, all_of = site.signed_in("olga"), site.app.delivery.subscribers.all
        page = "/settings/subscribers"
        olga.post("/searches", data={"name": "balkan", "query": "q=balkan"})
        wanted = {"address": "ana@example.org", "about": "narrative/open-balkan", "alerts": "also"}
        olga.post(page, data=wanted)
        olga.post(
            page,
            data=wanted | {"address": "b@example.org", "about": "search/balkan", "alerts": "only"},
        )
        refused = [
            olga.post(page, data=wanted | {"about": about, "alerts": alerts}).status_code
            for about, alerts in (("search/balkan", "none"), ("narrative/x", "also"), ("", "x"))
        ]
        first, second = all_of()
        olga.post(f"{page}/{first.id}/alerts", data={"alerts": "none"})
        shown, changed = olga.get(page).text, all_of()[0]

    assert (first.narratives, first.alerts) == (("open-balkan",), "also")
    assert (second.searches, second.alerts) == (("olga/balkan",), "only")
    assert changed.alerts == "none"
    assert refused == [400, 400, 400]
    assert "olga/balkan" in shown
