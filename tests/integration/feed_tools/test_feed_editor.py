from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

import pytest

import make
from monitor.adapters import feedlist
from monitor.adapters.feed_editor import FeedFile
from monitor.adapters.packaged import packaged
from monitor.domain.errors import ConfigError
from monitor.domain.feed import Feed, FeedType

LIST = """\
# Naša lista
version: 1
outlets:

  # Srbija

  - id: primer   # prvi
    name: "Primer – Пример"
    country: RS
    languages: [sr]
    kind: private
    feeds:
      - {id: primer-vesti, url: "https://primer.example/rss", type: feed}   # glavni
      # - {id: primer-stari, url: "https://primer.example/old"}

  # Bosna

  - id: drina
    name: Drina
    country: BA
    languages: [bs]
    kind: agency
    feeds:
    - id: drina-vijesti
      url: https://drina.example/rss
      note: >
        dugačka
        bilješka

# kraj
"""
SPORT = make.feed(id="primer-sport", url="https://primer.example/sport")

Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(text: str | bytes) -> Path:
        path = tmp_path / "feeds.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return to_file


def in_outlet(name: str, feed_id: str) -> Feed:
    url = f"https://{name}.example/{feed_id}"
    return make.feed(id=feed_id, url=url, outlet=make.outlet(id=name, name=name.title()))


def added(path: Path, *feeds: Feed) -> list[str]:
    """Return the lines that an edit put in; all others must be where they were."""
    before = path.read_text(encoding="utf-8").splitlines()
    FeedFile(path).append(feeds)
    after = path.read_text(encoding="utf-8").splitlines()
    changes = SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes()
    assert {change[0] for change in changes} <= {"equal", "insert"}
    new = [
        line for tag, _, _, start, end in changes if tag == "insert" for line in after[start:end]
    ]
    return [line for line in new if line]


def test_a_feed_goes_below_the_last_one_of_its_outlet(write: Write) -> None:
    path = write(LIST)

    lines = added(path, in_outlet("primer", "primer-sport"))

    row = '      - {id: primer-sport, url: "https://primer.example/primer-sport", type: feed}'
    text = path.read_text(encoding="utf-8")
    assert lines == [row]
    assert f"# glavni\n{row}\n      # - {{id: primer-stari" in text
    assert FeedFile(path).line("primer-sport") == 14


def test_a_block_below_its_key_keeps_its_form(write: Write) -> None:
    path = write(LIST)

    added(path, in_outlet("drina", "drina-sport"))

    text = path.read_text(encoding="utf-8")
    assert "        bilješka\n    - {id: drina-sport, " in text
    assert text.endswith("\n# kraj\n")


def test_a_new_outlet_goes_below_the_last_one(write: Write) -> None:
    path = write(LIST)
    outlet = make.outlet(
        id="no", name='Dam "3": x', country="NO", languages=("no", "sr"), homepage=""
    )
    feed = make.feed(
        id="012", url="https://x.example/#a:{b},c", outlet=outlet, type=FeedType.NEWS_SITEMAP,
        enabled=False, note="čeka",
    )  # fmt: skip

    lines = added(path, feed)

    assert lines == [
        '  - id: "no"',
        r'    name: "Dam \"3\": x"',
        '    country: "NO"',
        '    languages: ["no", sr]',
        "    kind: private",
        "    feeds:",
        '      - {id: "012", url: "https://x.example/#a:{b},c", type: news-sitemap, enabled: false, note: "čeka"}',
    ]
    assert feedlist.load(path)[-1].outlet == outlet


def test_many_feeds_go_in_at_once_each_to_its_outlet(write: Write) -> None:
    path = write(LIST)
    feeds = [
        in_outlet("nova", "nova-1"),
        in_outlet("drina", "drina-2"),
        in_outlet("primer", "primer-2"),
        in_outlet("nova", "nova-2"),
        in_outlet("druga", "druga-1"),
    ]

    FeedFile(path).append(feeds)

    assert [(feed.outlet.id, feed.id) for feed in feedlist.load(path)] == [
        ("primer", "primer-vesti"), ("primer", "primer-2"),
        ("drina", "drina-vijesti"), ("drina", "drina-2"),
        ("nova", "nova-1"), ("nova", "nova-2"), ("druga", "druga-1"),
    ]  # fmt: skip


HEAD = "version: 1\noutlets:\n"
FACTS = "id: primer, name: P, country: RS, languages: [sr], kind: private"
BLOCK = "  - id: primer\n    name: P\n    country: RS\n    languages: [sr]\n    kind: private\n"
OLD = "{id: a, url: 'https://a.example/'}"
OTHER = f"  - {{id: other, name: O, country: RS, languages: [sr], kind: private, feeds: [{OLD}]}}\n"


@pytest.mark.parametrize(
    "text",
    [
        HEAD + f"  - {{{FACTS}, feeds: [{OLD}]}}\n",
        HEAD + f"  - {{{FACTS},\n     feeds: [\n       {OLD},  # jedan\n     ]}}\n",
        HEAD + OTHER + f"  - {{{FACTS}, feeds: []}}\n",
        HEAD + OTHER + f"  - {{{FACTS}}}\n",
        HEAD + OTHER + BLOCK,
        HEAD + OTHER + BLOCK + "    feeds: []",
        HEAD + BLOCK + f"    feeds: [{OLD}]  # jedan",
        HEAD + BLOCK + f"    feeds:\n      - {OLD}",
        HEAD + BLOCK.replace("    kind: private\n", f"    feeds:\n      - {OLD}\n    kind: private\n"),
        f"{{version: 1, outlets: [{{{FACTS}, feeds: [{OLD}]}}]}}\n",
    ],
)  # fmt: skip
def test_every_way_to_write_a_list_can_be_added_to(write: Write, text: str) -> None:
    path = write(text)
    before = [feed.id for feed in feedlist.load(path)]

    FeedFile(path).append([SPORT, in_outlet("nova", "nova-1")])

    feeds = feedlist.load(path)
    assert {feed.id for feed in feeds} == {*before, "primer-sport", "nova-1"}
    assert next(f.outlet.id for f in feeds if f.id == "primer-sport") == "primer"
    assert all(comment in path.read_text(encoding="utf-8") for comment in text.split("#")[1:])


def test_line_endings_and_byte_order_mark_stay(write: Write) -> None:
    path = write(b"\xef\xbb\xbf" + LIST.replace("\n", "\r\n").encode())

    FeedFile(path).append([SPORT, in_outlet("nova", "nova-1")])

    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf#")
    assert raw.count(b"\n") == raw.count(b"\r\n") > LIST.count("\n")
    assert len(feedlist.load(path)) == 4


def test_rights_and_links_stay(write: Write, tmp_path: Path) -> None:
    path = write(LIST)
    path.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(path)

    FeedFile(link).append([SPORT])

    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(tmp_path.iterdir()) == [path, link]


@pytest.mark.parametrize(
    ("feed", "says"),
    [
        (make.feed(id="No Id", url="https://x.example/"), "id: must be lower-case letters"),
        (make.feed(id="primer-vesti", url="https://x.example/"), "is also in line 13"),
        (make.feed(id="x", url="https://primer.example/rss"), "is also in line 13"),
        (make.feed(id="s", url="https://s.example/", outlet=make.outlet(id="s", country="Srbija")),
         "must be an ISO 3166-1 code"),
    ],
)  # fmt: skip
def test_what_would_break_the_list_changes_nothing(
    write: Write, tmp_path: Path, feed: Feed, says: str
) -> None:
    path = write(LIST)

    with pytest.raises(ConfigError, match=says) as error:
        FeedFile(path).append([in_outlet("drina", "drina-2"), feed])

    assert f"{path}:" in str(error.value)
    assert ".feeds-" not in str(error.value)
    assert path.read_text(encoding="utf-8") == LIST
    assert list(tmp_path.iterdir()) == [path]


def test_an_empty_or_missing_list_can_be_begun(write: Write, tmp_path: Path) -> None:
    for path in (tmp_path / "new.yaml", write("\n"), tmp_path / "empty.yaml"):
        if path.name == "empty.yaml":
            path.write_text("version: 1\noutlets: []  # prazno\n", encoding="utf-8")
        book = FeedFile(path, create=True)

        assert (list(book.feeds()), list(book.outlets())) == ([], [])
        book.append([SPORT])

        assert [feed.id for feed in feedlist.load(path)] == ["primer-sport"]


def test_a_missing_list_is_not_begun_by_a_slip(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        FeedFile(tmp_path / "fedes.yaml").append([SPORT])


def test_the_list_that_comes_with_the_program_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = packaged("feeds.yaml")
    before = path.read_bytes()
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ConfigError, match=r"cp .*feeds\.yaml"):
        FeedFile(path).append([SPORT])

    assert path.read_bytes() == before


def test_the_shipped_list_can_be_added_to(write: Write) -> None:
    path = write(packaged("feeds.yaml").read_bytes())
    outlets = dict.fromkeys(feed.outlet for feed in feedlist.load(path))
    feeds = [
        make.feed(id=f"proba-{n}", url=f"https://proba.example/{n}", outlet=outlet)
        for n, outlet in enumerate(outlets)
    ]

    lines = added(path, *feeds)

    assert len(lines) == len(feeds)
