from collections.abc import Iterator
from datetime import time

import pytest

from monitor.domain.people import Role
from monitor.domain.subscription import Standing, Subscription
from support.site import RunningSite, running

SOMEBODY = Subscription(0, "ana@primer.example", "sr-Latn", time(7), "Europe/Belgrade")


@pytest.fixture
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    with running(tmp_path_factory.mktemp("own"), ("olga", Role.OPERATOR)) as site:
        yield site


def standing(site: RunningSite) -> list[Standing]:
    return [one.standing for one in site.app.delivery.subscribers.all()]


def test_looking_at_a_link_changes_nothing_and_the_button_does(own_site: RunningSite) -> None:
    token = own_site.app.delivery.keep.ask(SOMEBODY).secret
    client = own_site.client()

    assert client.get(f"/confirm/{token}").status_code == 200
    assert standing(own_site) == [Standing.PENDING]
    client.post(f"/confirm/{token}")
    assert standing(own_site) == [Standing.ACTIVE]
    client.get(f"/unsubscribe/{token}")
    assert standing(own_site) == [Standing.ACTIVE]
    client.post(f"/unsubscribe/{token}")
    assert standing(own_site) == []  # nothing about the person is kept


def test_one_click_from_a_mail_program_is_enough_and_repeats_are_harmless(
    own_site: RunningSite,
) -> None:
    token = own_site.app.delivery.keep.ask(SOMEBODY).secret
    elsewhere = own_site.client(**{"sec-fetch-site": "cross-site"})

    for _ in range(3):
        form = {"List-Unsubscribe": "One-Click"}
        assert elsewhere.post(f"/unsubscribe/{token}", data=form).status_code == 200
    assert standing(own_site) == []  # nothing about the person is kept


@pytest.mark.parametrize("address", ["/unsubscribe/x", "/confirm/x"])
def test_a_made_up_address_is_unknown(own_site: RunningSite, address: str) -> None:
    assert own_site.client().get(address).status_code == 404
    assert own_site.client().post(address).status_code == 404
