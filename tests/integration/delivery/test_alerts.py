"""Who is told at once, of what, how often, and when nothing can be claimed."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest

import make
from monitor.adapters import tokens
from monitor.adapters.catalogue_uses import CatalogueUses
from monitor.adapters.render import LANGUAGES
from monitor.adapters.surge_rows import SqlSurges
from monitor.domain.delivery import State
from monitor.domain.feed import Feed
from monitor.domain.polling import NewItem
from monitor.domain.subscription import Alerts, Channel, Standing
from monitor.services.alert import Alert, PlanAlerts
from monitor.services.digest import DigestService
from support.delivering import Delivering
from support.digests import narratives
from support.smtp_server import SmtpServer

DAY = timedelta(days=1)
ANA = "ana@primer.example"
SEARCHES = {"rade/balkan": "q=balkan&country=rs", "rade/quiet": "q=nesto"}

WORDS = {  # of the subject, and of the headline
    "en": ("Alert", "8 items in 8 outlets in 24 hours, usually 1."),
    "sr-Latn": ("Upozorenje", "8 tekstova u 8 medija za 24 sata, a uobičajeno 1."),
    "sr-Cyrl": ("Упозорење", "8 текстова у 8 медија за 24 сата, а уобичајено 1."),
    "bs": ("Upozorenje", "8 tekstova u 8 medija za 24 sata, a uobičajeno 1."),
    "cnr": ("Upozorenje", "8 tekstova u 8 medija za 24 sata, a uobičajeno 1."),
    "mk": ("Предупредување", "8 текстови во 8 медиуми за 24 часа, а вообичаено 1."),
    "sq": ("Njoftim", "8 artikuj në 8 media në 24 orë, zakonisht 1."),
}


def feed(number: int) -> Feed:
    name = f"outlet{number}"
    outlet = make.outlet(id=name, name=name, homepage=f"https://{name}.example/")
    return make.feed(id=f"feed{number}", url=f"https://{name}.example/rss", outlet=outlet)


FEEDS = [feed(number) for number in range(8)]


def poll(service: Delivering, told: Sequence[Feed], feeds: Sequence[Feed] = FEEDS) -> None:
    """Let each feed bring three items; those told carry the narrative with their first."""
    at = service.clock.now() - timedelta(hours=1)
    for one in feeds:
        titles = [f"Balkan {one.id} {at:%d} {n}" for n in range(3)]
        hits = [(make.hit(),) * (one in told and not n) for n in range(3)]
        new = zip((make.item(title, of=one) for title in titles), hits, strict=True)
        service.store.record(
            make.poll(of=one, at=at, new=tuple(NewItem(*each) for each in new)), one
        )


@pytest.fixture
def service(service: Delivering) -> Delivering:
    """One with five ordinary days behind it."""
    for day in range(5):
        poll(service, FEEDS[day : day + 1])
        service.pass_time(hours=24)
    return service


def planner(service: Delivering) -> PlanAlerts:
    digests = DigestService(service.archive, lambda: FEEDS, narratives)
    return PlanAlerts(
        subscribers=service.subscribers,
        outbox=service.outbox,
        surges=SqlSurges(service.database),
        archive=service.archive,
        digests=digests,
        press=service.press,
        clock=service.clock,
        token=tokens.fresh,
        narratives=lambda: [one.id for one in narratives()],
        unsettled=CatalogueUses(service.database).unsettled,
        search=SEARCHES.get,
    )


def plan(service: Delivering) -> list[Alert]:
    return planner(service).plan()


def test_a_surge_is_told_once_and_again_only_after_a_calm(service: Delivering) -> None:
    service.add(ANA, alerts=Alerts.ALSO)
    assert plan(service) == []

    poll(service, FEEDS)
    dry = planner(service).plan(dry=True)
    told = []
    for _ in range(30):
        told += plan(service)
        service.pass_time(hours=1)
    for day in range(4):
        poll(service, FEEDS[day : day + 1])
        service.pass_time(hours=24)
        told += plan(service)
    poll(service, FEEDS)
    told += plan(service)

    assert len(dry) == 1
    assert [(one.surge.watch.narrative, one.surge.now) for one in told] == [("open-balkan", 8)] * 2
    assert len({record.message_id for record in service.records}) == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_comes_by_mail_in_the_language_of_the_subscriber(service: Delivering, lang: str) -> None:
    service.add(ANA, alerts=Alerts.ONLY, lang=lang)
    poll(service, FEEDS)

    with SmtpServer() as server:
        service.url = server.url()
        plan(service)
        service.deliver()
        service.pass_time(hours=24)
        service.deliver()
        (message,) = server.to(ANA)

    kind, headline = WORDS[lang]
    assert str(message["Subject"]).startswith(f"{kind}, ")
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert headline in " ".join(text.split())
    assert "feed7" in text


def test_a_webhook_is_told_what_it_is_and_since_when(service: Delivering) -> None:
    service.add("https://chat.example/x", channel=Channel.WEBHOOK, alerts=Alerts.ONLY)
    poll(service, FEEDS)

    plan(service)

    claim = service.outbox.claim([Channel.WEBHOOK], service.clock.now(), before=service.clock.now())
    assert claim is not None
    body = json.loads(claim.payload)
    assert body["type"] == "alert"
    surge = body["digest"]["surge"]
    assert (surge["narrative"], surge["now"], surge["outlets"]) == ("open-balkan", 8, 8)


def test_a_saved_search_is_watched_like_a_narrative_and_alone(service: Delivering) -> None:
    service.add(ANA, alerts=Alerts.ALSO, searches=("rade/balkan", "rade/quiet", "gone/x"))
    poll(service, FEEDS)

    told = plan(service) + plan(service)

    assert [one.surge.watch.name for one in told] == ["search rade/balkan"]
    (record,) = service.records
    assert (record.kind, record.state) == ("alert search rade/balkan", State.READY)


@pytest.mark.parametrize("why", ["few outlets", "elsewhere", "paused", "not asked", "new feeds"])
def test_nobody_is_told_of_what_is_no_surge_for_them(service: Delivering, why: str) -> None:
    service.add(
        ANA,
        alerts=Alerts.NONE if why == "not asked" else Alerts.ALSO,
        countries=("AL",) if why == "elsewhere" else (),
    )
    if why == "paused":
        service.keep.stand(ANA, Standing.PAUSED)
    more = [feed(number) for number in range(20, 30)] if why == "new feeds" else []
    poll(service, FEEDS[:2] if why == "few outlets" else FEEDS, [*FEEDS, *more])

    assert plan(service) == []


def test_nothing_is_claimed_across_a_change_of_the_catalogue_until_a_rematch(
    service: Delivering,
) -> None:
    uses = CatalogueUses(service.database)
    service.add(ANA, alerts=Alerts.ALSO)
    poll(service, FEEDS)
    now = service.clock.now()
    uses.note("v1", "m", lambda: {"open-balkan": "a", "kosovo-dialogue": "b"}, now - 3 * DAY)
    uses.note("v2", "m", lambda: {"open-balkan": "A", "kosovo-dialogue": "b"}, now)

    assert plan(service) == []
    with service.database.writing() as connection:
        columns = "catalogue_version, matcher_version, position, started_at, finished_at"
        moment = f"{now + timedelta(hours=1):%Y-%m-%d %H:%M:%S.%f}"
        connection.exec_driver_sql(
            f"INSERT INTO rematch ({columns}) VALUES ('v2', 'm', 9, '{moment}', '{moment}')"  # noqa: S608
        )
    uses.note("v2", "m", dict, now + timedelta(hours=2))
    assert len(plan(service)) == 1
