import re
from collections.abc import Iterator

import pytest

from monitor.domain.people import Role
from support.site import RunningSite, running


@pytest.fixture
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """A site whose archive this test may change."""
    with running(tmp_path_factory.mktemp("own"), ("rade", Role.REVIEWER)) as site:
        yield site


def hits_of(site: RunningSite, review: str) -> list[str]:
    found = site.signed_in("rade").get(f"/api/v1/hits?review={review}").json()["hits"]
    return [one["id"] for one in found]


def test_a_dismissal_counts_at_once_and_an_undo_takes_it_back(own_site: RunningSite) -> None:
    client = own_site.signed_in("rade")
    (first, *_) = hits_of(own_site, "unreviewed")

    kept = client.post(f"/review/hits/{first}", data={"say": "sport"})
    assert kept.headers["location"] == f"/review?said=dismissed&hit={first}"
    assert hits_of(own_site, "dismissed") == [first]
    client.post(f"/review/hits/{first}/undo")
    assert hits_of(own_site, "dismissed") == []


def test_a_confirmation_keeps_the_reviewers_stance(own_site: RunningSite) -> None:
    (first, *_) = hits_of(own_site, "unreviewed")
    form = {"say": "confirmed", "stance": "rebuts"}
    own_site.signed_in("rade").post(f"/review/hits/{first}", data=form)

    found = own_site.signed_in("rade").get("/api/v1/hits?stance=rebuts").json()["hits"]
    assert [(one["id"], one["review"], one["stance"]) for one in found] == [
        (first, "confirmed", "rebuts")
    ]


def test_the_queue_goes_on_until_all_is_looked_at(own_site: RunningSite) -> None:
    client, page = own_site.signed_in("rade"), ""
    for _ in range(90):
        page = client.get("/review").text
        door = re.search(r'action="(/review/(hits|items)/\d+)"', page)
        if not door:
            break
        client.post(door[1], data={"say": "confirmed" if door[2] == "hits" else "none"})

    assert "Nothing is left to review" in page
    assert hits_of(own_site, "unreviewed") == []


def test_what_was_put_aside_stays_aside_for_now(own_site: RunningSite) -> None:
    client = own_site.signed_in("rade")
    first = client.get("/review").text
    onward = re.search(r'href="(/review\?aside=[\d,]+)"', first)

    assert onward
    second = client.get(onward[1]).text
    shown = [re.search(r'href="/items/(\d+)"', page) for page in (first, second)]
    assert all(shown)
    assert len({one[1] for one in shown if one}) == 2


@pytest.mark.parametrize("form", [{"say": "nonsense"}, {"say": "sport", "stance": "x"}])
def test_a_decision_that_is_none_is_refused(own_site: RunningSite, form: dict[str, str]) -> None:
    (first, *_) = hits_of(own_site, "unreviewed")

    assert own_site.signed_in("rade").post(f"/review/hits/{first}", data=form).status_code == 400
    assert own_site.signed_in("rade").post("/review/hits/999999", data=form).status_code >= 400


def test_quality_shows_what_was_decided(own_site: RunningSite) -> None:
    client = own_site.signed_in("rade")
    for number, hit in enumerate(hits_of(own_site, "unreviewed")[:4]):
        client.post(f"/review/hits/{hit}", data={"say": "confirmed" if number else "sport"})

    page = client.get("/quality?by=outlet").text
    assert "75 %" in page
    assert ">primer<" in page
