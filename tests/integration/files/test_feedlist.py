from datetime import timedelta
from pathlib import Path

import pytest

from monitor.adapters import feedlist
from monitor.adapters.packaged import packaged
from monitor.domain.errors import ConfigError
from monitor.domain.feed import Feed

GOOD = """\
version: 1
defaults: {interval: 45m, timezone: Europe/Skopje, host_delay: 2s}
outlets:
  - id: vardarski-glas
    name: Вардарски глас
    country: MK
    languages: [mk]
    kind: private
    homepage: https://vardarski.example/
    feeds:
      - {id: vardarski-vesti, url: "https://vardarski.example/rss", type: feed}
      - {id: vardarski-mapa, url: "https://vardarski.example/news.xml", type: news-sitemap,
         enabled: false, interval: 2h, note: "no reader yet", headers: {Accept-Language: mk},
         allow_http: true}
"""


def load(tmp_path: Path, text: str) -> tuple[Feed, ...]:
    path = tmp_path / "feeds.yaml"
    path.write_text(text, encoding="utf-8")
    return feedlist.load(path)


def test_a_good_list_is_read_with_its_defaults(tmp_path: Path) -> None:
    news, sitemap = load(tmp_path, GOOD)

    assert news.outlet.name == "Вардарски глас"
    assert (news.interval, news.timezone) == (timedelta(minutes=45), "Europe/Skopje")
    assert news.host_delay == timedelta(seconds=2)
    assert (sitemap.enabled, sitemap.interval) == (False, timedelta(hours=2))
    assert sitemap.headers == (("Accept-Language", "mk"),)
    assert sitemap.allow_http


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("country: MK", "county: MK", "6: outlets.0.county: unknown key; did you mean `country`?"),
        ("country: MK\n", "\n", "4: outlets.0: `country` is missing; add it"),
        ("country: MK", "country: Macedonia", "6: outlets.0.country: must be an ISO 3166-1 code"),
        ("country: MK", "country: NO\n    id: two", "is in"),
        ("kind: private", "kind: bad", "8: outlets.0.kind: must be"),
        ("languages: [mk]", "languages: []", "7: outlets.0.languages: "),
        ("languages: [mk]", "languages: [macedonian]", "7: outlets.0.languages.0: must be a lang"),
        ("https://vardarski.example/rss", "ftp://x/", "11: outlets.0.feeds.0.url: must be an http"),
        ("https://vardarski.example/rss", "http:///rss", "11: outlets.0.feeds.0.url: must be an"),
        ("news.xml", "rss", "12: outlets.0.feeds.1.url: the url https://vardarski.example/rss is"),
        ("vardarski-mapa", "vardarski-vesti", "is also in line 11; keep one"),
        ("interval: 45m", "interval: often", "2: defaults.interval: must be a duration"),
        ("interval: 45m", "interval: 0m", "2: defaults.interval: must be longer than nothing"),
        ("Europe/Skopje", "Europe/Pristina", "2: defaults.timezone: must be an IANA zone"),
        ("enabled: false", "enabled: maybe", "13: outlets.0.feeds.1.enabled: "),
        ("version: 1", "version: 2", "1: version: "),
        ("{Accept-Language: mk}", '{"Bad Name": mk}', "13: outlets.0.feeds.1.headers"),
    ],
)
def test_a_mistake_is_named_with_line_and_mend(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    if says == "is in":
        says = "`id` stands here and in line 4; keep one"

    with pytest.raises(ConfigError) as error:
        load(tmp_path, GOOD.replace(old, new, 1))

    assert f"{tmp_path}/feeds.yaml:" in str(error.value)
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"   \n", "is empty"),
        (b"version: [1\n", "mend the YAML here"),
        (b"\tversion: 1\n", "mend the YAML here"),
        (b"version: 1\noutlets: \xe8\n", "feeds.yaml:2: is not UTF-8"),
        (b"a: \0\n", "not YAML"),
        (b"- 1\n", "must be a mapping"),
        (b"a: &x 1\nb: *x\n", "anchors and aliases"),
        (b"a: !!python/object:os.system x\n", "tags such as"),
        (b"[" * 100_000, "nested deeper"),
        (b"a: 1\n---\nb: 1\n", "second document"),
        (b"? [a, b]\n: 1\n", "key must be plain text"),
    ],
)
def test_what_is_not_plain_yaml_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_bytes(content)

    with pytest.raises(ConfigError, match=says):
        feedlist.load(path)


def test_a_missing_file_and_a_directory_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a directory"):
        feedlist.load(tmp_path)
    with pytest.raises(ConfigError, match="cannot be read"):
        feedlist.load(tmp_path / "none.yaml")


def test_every_mistake_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("MK", "mk").replace("private", "bad")

    with pytest.raises(ConfigError) as error:
        load(tmp_path, text)

    assert len(str(error.value).splitlines()) == 2


def test_the_shipped_list_is_broad_enough() -> None:
    feeds = [feed for feed in feedlist.load(packaged("feeds.yaml")) if feed.enabled]

    count = dict.fromkeys(("RS", "BA", "ME", "MK", "XK", "AL"), 0)
    for feed in feeds:
        if feed.outlet.country in count:
            count[feed.outlet.country] += 1
    assert len(feeds) >= 200
    assert all(count[country] >= 20 for country in ("RS", "BA", "ME", "MK"))
    assert all(count[country] >= 15 for country in ("XK", "AL"))
