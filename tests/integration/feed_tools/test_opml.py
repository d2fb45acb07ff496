from pathlib import Path

import pytest

import make
from monitor.adapters import feedlist, opml
from monitor.adapters.feed_editor import FeedFile
from monitor.adapters.packaged import packaged
from monitor.domain.errors import ConfigError
from monitor.domain.outlines import Outline
from monitor.services.feed_editing import EditFeeds

OPML = '<?xml version="1.0"?>\n<opml version="1.1"><head><title>x</title></head><body>\n'
END = "</body></opml>"


def read(tmp_path: Path, text: str | bytes) -> list[Outline]:
    path = tmp_path / "in.opml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return opml.read_opml(path)


def test_groups_and_attributes_are_read_with_their_lines(tmp_path: Path) -> None:
    outlines = read(
        tmp_path,
        OPML + '<outline text="Vesti"><outline text="Дрина">\n'
        '<outline type="rss" text="Glavne &amp; ostale" xmlUrl=" https://drina.example/rss?a=1&amp;b=2 "'
        ' htmlUrl="https://drina.example/" language="bs"/>\n</outline></outline>\n'
        '<outline title="Sam" xmlUrl="https://sam.example/"/>' + END,
    )  # fmt: skip

    grouped, alone = outlines
    assert grouped.group
    assert (grouped.group.name, grouped.title, grouped.line) == ("Дрина", "Glavne & ostale", 4)
    assert grouped.url == "https://drina.example/rss?a=1&b=2"
    assert (grouped.homepage, grouped.language) == ("https://drina.example/", "bs")
    assert (alone.group, alone.title, alone.line) == (None, "Sam", 6)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('<!DOCTYPE opml [<!ENTITY a "b">]><opml/>', "in.opml:1: bears a DOCTYPE"),
        ("<!DOCTYPE opml SYSTEM 'file:///etc/passwd'><opml/>", "in.opml:1: bears a DOCTYPE"),
        ('<!DOCTYPE opml [<!ENTITY a "b">]><opml/>'.encode("utf-16"), "bears a DOCTYPE"),
        (OPML + "<outline>" + END, "in.opml:3: not well-formed"),
        (OPML + "<outline text='&nbsp;'/>" + END, "not well-formed"),
        ("", "in.opml:1: not well-formed"),
        ("version: 1", "not well-formed"),
        ("<rss/>", "in.opml:1: is not OPML: the root element is <rss>"),
        (b'<?xml version="1.0" encoding="utf-7"?><opml/>', "in.opml:1: not "),
        (OPML + "<outline>" * 100_000, "nested deeper"),
        (OPML + "<outline xmlUrl='https://a.example/'/>\n" * 20_001 + END, "more than 20000 feeds"),
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_what_is_not_plain_opml_is_refused_with_its_line(
    tmp_path: Path, text: str | bytes, says: str
) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, text)

    assert says in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.opml: cannot be read"):
        opml.read_opml(tmp_path / "none.opml")


def test_the_shipped_list_makes_the_whole_journey(tmp_path: Path) -> None:
    before = feedlist.load(packaged("feeds.yaml"))
    (tmp_path / "out.opml").write_text(opml.write_opml(before), encoding="utf-8")

    outlines = opml.read_opml(tmp_path / "out.opml")
    plan = EditFeeds(FeedFile(tmp_path / "new.yaml", create=True)).take_in(outlines)

    after = feedlist.load(tmp_path / "new.yaml")
    assert not plan.refused
    assert [(f.id, f.url, f.type, f.enabled, f.note) for f in after] == [
        (f.id, f.url, f.type, f.enabled, f.note) for f in before
    ]
    assert [(f.outlet.id, f.outlet.name, f.outlet.country, f.outlet.kind) for f in after] == [
        (f.outlet.id, f.outlet.name, f.outlet.country, f.outlet.kind) for f in before
    ]


def test_hostile_names_survive_as_text_and_passwords_stay_here(tmp_path: Path) -> None:
    outlet = make.outlet(name="<b>\"&\x0b]]>'")
    feed = make.feed(outlet=outlet, url="https://u:canary-secret@primer.example/?a=1&b=\"<'")

    text = opml.write_opml([feed])

    (outline,) = read(tmp_path, text)
    assert outline.group
    assert outline.group.name == "<b>\"&]]>'"
    assert outline.url == "https://primer.example/?a=1&b=\"<'"
    assert "canary-secret" not in text


def test_twenty_thousand_feeds_are_sorted_out_and_written(tmp_path: Path) -> None:
    rows = [
        f'<outline text="Naslov" xmlUrl="https://h{n}.example/rss"/>\n' for n in range(19_997)
    ] + [
        '<outline text="x" xmlUrl="javascript:alert(1)"/>\n',
        '<outline text="x" xmlUrl="https://h7.example/rss"/>\n',
        '<outline text="x" xmlUrl="https://u:canary-secret@drugi.example/rss"/>\n',
    ]  # fmt: skip
    outlines = read(tmp_path, OPML + "".join(rows) + END)
    path = tmp_path / "feeds.yaml"

    plan = EditFeeds(FeedFile(path, create=True)).take_in(outlines)

    assert (len(plan.added), len(plan.known), len(plan.refused)) == (19_998, 0, 2)
    assert [one.reason for one in plan.refused] == [
        "not an http or https address", "duplicate of line 10",
    ]  # fmt: skip
    assert "canary-secret" not in path.read_text(encoding="utf-8")
    assert len(feedlist.load(path)) == 19_998
