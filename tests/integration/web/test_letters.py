import re
from collections.abc import Iterator
from datetime import time

import pytest

from monitor.domain.errors import ConfigError
from monitor.domain.people import Role
from monitor.domain.subscription import Standing, Subscription
from support.site import RunningSite, running
from support.smtp_server import SmtpServer

SOMEBODY = Subscription(0, "ana@primer.example", "sr-Latn", time(7), "Europe/Belgrade")


@pytest.fixture
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    with SmtpServer() as server:
        mail = {
            "smtp_url": server.url(),
            "mail_from": "digest@monitor.example",
            "base_url": "https://monitor.example",
        }
        home = tmp_path_factory.mktemp("own")
        with running(home, ("olga", Role.OPERATOR), settings=mail) as site:
            site.mailbox = server
            yield site


def asked(site: RunningSite) -> tuple[str, str]:
    """Ask somebody for a confirmation; return the paths that the letter leads to."""
    site.app.delivery.ask(SOMEBODY)
    site.app.delivery.send()
    (letter,) = site.mailbox.to(SOMEBODY.address)
    page = letter.get_body(("html",))
    assert page is not None
    found = re.findall(r'href="https://monitor\.example(/[^"]*)"', page.get_content())
    confirm, refuse = found
    return confirm, refuse


def standing(site: RunningSite) -> list[Standing]:
    return [one.standing for one in site.app.delivery.subscribers.all()]


def test_looking_at_a_link_changes_nothing_and_the_button_does(own_site: RunningSite) -> None:
    confirm, refuse = asked(own_site)
    client = own_site.client()

    assert client.get(confirm).status_code == 200
    assert standing(own_site) == [Standing.PENDING]
    client.post(confirm)
    assert standing(own_site) == [Standing.ACTIVE]
    client.get(refuse)
    assert standing(own_site) == [Standing.ACTIVE]
    client.post(refuse)
    assert standing(own_site) == []  # nothing about the person is kept


def test_one_click_from_a_mail_program_is_enough_and_repeats_are_harmless(
    own_site: RunningSite,
) -> None:
    _, refuse = asked(own_site)
    elsewhere = own_site.client(**{"sec-fetch-site": "cross-site"})

    for _ in range(3):
        form = {"List-Unsubscribe": "One-Click"}
        assert elsewhere.post(refuse, data=form).status_code == 200
    assert standing(own_site) == []  # nothing about the person is kept


@pytest.mark.parametrize("address", ["/unsubscribe/x", "/confirm/x"])
def test_a_made_up_address_is_unknown(own_site: RunningSite, address: str) -> None:
    assert own_site.client().get(address).status_code == 404
    assert own_site.client().post(address).status_code == 404


def test_without_mail_or_a_public_address_nobody_is_asked(open_site: RunningSite) -> None:
    with pytest.raises(ConfigError, match="MONITOR_SMTP_URL"):
        open_site.app.delivery.ask(SOMEBODY)
    assert standing(open_site) == []
