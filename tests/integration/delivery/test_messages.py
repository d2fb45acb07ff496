"""What a message holds: hostile titles change nothing, and it stays small."""

import email
from dataclasses import replace
from email.policy import default
from xml.etree import ElementTree as ET

import pytest

from monitor.adapters import tokens
from monitor.adapters.feed import subscription_feed
from monitor.adapters.mail.letter import Bodies, Envelope, letter
from monitor.adapters.render.atom import ATOM
from monitor.adapters.render.editions import edition
from monitor.adapters.render.language import LOCALES
from monitor.domain.compose import compose
from monitor.domain.errors import ConfigError
from monitor.domain.subscription import Channel
from support.delivering import FROM, Delivering
from support.digests import WINDOW, archived, narratives, sample_material
from support.smtp_server import SmtpServer

HOSTILE = (
    "Balkan =?UTF-8?Q?=0A?=Bcc: mallory@primer.example",
    "Balkan\r\nBcc: mallory@primer.example\r\n\r\n.",
    "Balkan \u2028X-Evil: 1 \x85X-Evil: 2",
    "Balkan <script>alert(1)</script><img src=x onerror=alert(1)>",
    "Balkan </title></style><h1>big</h1> {{7*7}} ${7*7} ]]>",
    "=HYPERLINK(Balkan) +1 @SUM",
    "Balkan \u202egnp.exe \x00\x1b[31m",
)


def sent(service: Delivering) -> tuple[email.message.EmailMessage, bytes]:
    with SmtpServer() as server:
        service.url = server.url()
        service.pass_time(hours=24)
        service.deliver()
    ((_, message),) = server.accepted
    return message, server.raw[0]


def test_hostile_titles_add_no_header_and_run_nothing(service: Delivering) -> None:
    service.add()
    service.publish(*HOSTILE)

    message, raw = sent(service)

    assert message["Subject"] == f"Narratives, Tuesday, 24 November 2026: {len(HOSTILE)} items"
    assert {name.lower() for name in message.keys()} == {  # noqa: SIM118 - a message is no dict
        "from", "to", "subject", "date", "message-id", "list-id", "auto-submitted", "precedence",
        "mime-version", "content-type",
    }  # fmt: skip
    assert raw.isascii()
    page = message.get_body(("html",))
    text = message.get_body(("plain",))
    assert page is not None
    assert text is not None
    assert "<script" not in page.get_content()
    assert "<img src=x" not in page.get_content()
    assert not any(char in text.get_content() for char in "\x00\x1b\u202e\u2028\x85")


@pytest.mark.parametrize("lang", list(LOCALES))
def test_a_mail_of_five_thousand_hits_of_every_narrative_stays_below_100_kb(lang: str) -> None:
    title = "Dug naslov o otvorenom Balkanu i pregovorima sa svima redom, dan za danom, broj"
    names = [one.id for one in narratives()]
    hits = [
        archived(
            names[n % len(names)],
            item_id=n + 1,
            outlet_id=f"list-{n % 90}",
            title=f"{title} {n}",
            summary="Sazetak koji je dug i govori o otvorenom Balkanu. " * 5,
        )
        for n in range(5_000)
    ]
    digest = compose(replace(sample_material(), hits=hits), WINDOW)

    made = edition(digest, lang, "Europe/Belgrade", unsubscribe="https://monitor.example/u")
    bodies = Bodies(made.subject, made.mail.text, made.mail.html, made.mail.chart)
    envelope = Envelope(FROM, "ana@primer.example", "<1@monitor.example>", WINDOW.until)

    assert len(letter(bodies, envelope)) < 100_000


@pytest.mark.soak
@pytest.mark.parametrize("lang", ["en", "sr-Cyrl"])
def test_five_thousand_hits_make_a_mail_below_100_kb(service: Delivering, lang: str) -> None:
    service.add(lang=lang)
    service.publish_many(5_000)

    message, raw = sent(service)

    assert len(raw) < 100_000
    assert ("5,000" if lang == "en" else "5.000") in str(message["Subject"])
    with service.database.reading() as connection:
        told = connection.exec_driver_sql("SELECT count(*) FROM delivery_hit").scalar()
    assert told == 5_000


def test_a_mail_has_no_remote_part_and_both_forms(service: Delivering) -> None:
    service.base_url = "https://monitor.example"
    service.add()
    service.publish("Balkan otvoren")

    message, _ = sent(service)

    page = message.get_body(("html",))
    assert page is not None
    html = page.get_content()
    assert "url(" not in html
    assert 'src="http' not in html
    assert "@media (prefers-color-scheme:dark)" in html
    assert str(message["List-Unsubscribe"]).strip("<>") in html
    assert message["To"] == "ana@primer.example"
    again = email.message_from_bytes(message.as_bytes(), policy=default)
    assert again["Message-ID"] == message["Message-ID"]


@pytest.mark.parametrize(
    "address", ["ana", "ana@", "a b@primer.example", "ana@primer.example\nBcc: x@y.example", ""]
)
def test_an_address_that_is_none_is_refused(service: Delivering, address: str) -> None:
    with pytest.raises(ConfigError, match="mail address"):
        service.add(address)


def test_a_feed_has_one_entry_a_digest_and_an_address_of_its_own(service: Delivering) -> None:
    added = service.added("newsroom", channel=Channel.ATOM)
    for _ in range(2):
        service.publish("Balkan <b>otvoren</b> ]]> \x0b")
        service.pass_time(hours=24)
        service.deliver()

    assert service.states == ["sent", "sent"]
    assert service.subscribers.by_token(tokens.hashed(added.secret)) == added.subscription
    feed = subscription_feed(added.subscription, service.outbox.published(added.subscription.id))
    root = ET.fromstring(feed)  # noqa: S314 - our own
    entries = root.findall(f"{{{ATOM}}}entry")
    assert len({entry.findtext(f"{{{ATOM}}}id") for entry in entries}) == 2
    assert "<b>otvoren" not in entries[0].findtext(f"{{{ATOM}}}content", "")
