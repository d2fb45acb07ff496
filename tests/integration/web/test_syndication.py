"""Our own feeds, as feed readers see them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import feedparser
import httpx
import pytest

from monitor.adapters.review_rows import SqlReviews
from monitor.domain.people import Role
from monitor.domain.review import Decision, Verdict
from monitor.ports import Filters
from support.site import RunningSite, running

HUB = "https://hub.example/hub"
PATHS = ("narratives/open-balkan", "countries/RS", "searches/SAVED")


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    home = tmp_path_factory.mktemp("feeds")
    with running(home, ("vera", Role.VIEWER), settings={"websub_hub": HUB}) as site:
        site.app.people.save_search("vera", "moja <b>", "q=balkan&grade=digest")
        yield site


@pytest.fixture
def reader(own_site: RunningSite) -> httpx.Client:
    secret = own_site.app.people.new_token("vera", "reader", "test")
    client = own_site.client()
    client.auth = httpx.BasicAuth("whoever", secret)
    return client


def addressed(site: RunningSite, path: str) -> str:
    return path.replace("SAVED", site.app.people.people.searches("vera")[0].feed_key)


def dismiss(site: RunningSite) -> str:
    """Dismiss a hit that left; return the address of its item."""
    (one, *_) = site.app.search_hits(asked(site), 1, "").rows
    decision = Decision(Verdict.DISMISSED, "ana", datetime.now(UTC), reason="homonym")
    SqlReviews(site.app.database).decide(one.hit_id, decision)
    return one.url


def asked(site: RunningSite) -> Filters:
    del site
    return Filters(narratives=("open-balkan",), countries=("RS",), reviews=("unreviewed",))


@pytest.mark.parametrize("path", PATHS)
def test_atom_and_json_feed_have_the_same_entries_and_a_retraction_stays_in_both(
    own_site: RunningSite, reader: httpx.Client, path: str
) -> None:
    address = addressed(own_site, path)
    before = reader.get(f"/{address}.atom")
    url = dismiss(own_site)

    atom, feed = reader.get(f"/{address}.atom"), reader.get(f"/{address}.json").json()

    parsed = feedparser.parse(atom.content)
    entries = {one.id: (one.title, one.link, one.updated) for one in parsed.entries}
    items = {one["id"]: (one["title"], one["url"], one["date_modified"]) for one in feed["items"]}
    assert not parsed.bozo
    assert entries == items
    assert "Retracted: " in "".join(title for title, at, _ in items.values() if at == url)
    assert {one.id for one in feedparser.parse(before.content).entries} == set(items)
    assert parsed.feed.id == feedparser.parse(before.content).feed.id
    assert parsed.feed.updated == max(at for _, _, at in items.values())
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert "<script" not in atom.text + "".join(one["content_html"] for one in feed["items"])


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("form", ["atom", "json"])
def test_a_feed_names_itself_and_its_hub_and_is_sent_once(
    own_site: RunningSite, reader: httpx.Client, path: str, form: str
) -> None:
    address = f"/{addressed(own_site, path)}.{form}"

    first, head = reader.get(address), reader.head(address)
    again = reader.get(address, headers={"if-none-match": first.headers["etag"]})

    own = own_site.url + address
    assert first.headers["link"] == f'<{own}>; rel="self", <{HUB}>; rel="hub"'
    assert own in first.text
    assert (head.status_code, head.content, head.headers["etag"]) == (
        200,
        b"",
        first.headers["etag"],
    )
    assert (again.status_code, again.content) == (304, b"")


def test_ids_of_feeds_differ(own_site: RunningSite, reader: httpx.Client) -> None:
    paths = [*PATHS, "narratives/rs-secession", "countries/BA"]
    addresses = [addressed(own_site, path) for path in paths]

    ids = {feedparser.parse(reader.get(f"/{one}.atom").content).feed.id for one in addresses}

    assert len(ids) == len(paths)


def test_the_list_of_our_feeds_leads_to_feeds(own_site: RunningSite, reader: httpx.Client) -> None:
    root = ET.fromstring(reader.get("/our-feeds.opml").content)  # noqa: S314 - our own

    found = [one.attrib for one in root.iter("outline") if "xmlUrl" in one.attrib]
    assert len(found) == len(own_site.app.catalogue.narratives) + 7 + 1
    assert "moja <b>" in {one["text"] for one in found}
    for one in (found[0], found[-1]):
        assert reader.get(one["xmlUrl"]).headers["content-type"] == "application/atom+xml"


def test_strangers_are_asked_for_a_token_and_what_is_no_feed_is_not_there(
    own_site: RunningSite, reader: httpx.Client
) -> None:
    stranger = own_site.client()

    for path in ("/narratives/open-balkan.atom", "/countries/RS.json", "/our-feeds.opml"):
        answer = stranger.get(path)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Basic ")
    assert stranger.get(f"/{addressed(own_site, 'searches/SAVED')}.json").status_code == 200
    assert stranger.get("/searches/guess.json").status_code == 404
    assert reader.get("/countries/XX.atom").status_code == 404
    assert reader.get("/narratives/no-such.atom").status_code in {400, 404}
    assert reader.post("/searches", data={"name": "x"}).status_code in {303, 401}
    assert "x" not in {one.name for one in own_site.app.people.people.searches("vera")}
