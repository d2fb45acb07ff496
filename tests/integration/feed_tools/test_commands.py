"""The commands as operators meet them: what they print, and how they end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import make
from monitor.adapters.database import Database
from monitor.adapters.store import SqlStore
from monitor.cli.feeds import feeds
from monitor.domain import schedule
from monitor.domain.feed import FeedState
from monitor.domain.polling import FetchEvent, Outcome, Poll
from support.feed_documents import rss
from support.program import Program
from support.raw_server import RawServer, reply

COMMANDS = ("health", "discover", "add", "diff", "import", "export")
OPML = """\
<opml version="2.0"><head/><body><outline text="Drina">
<outline text="Vijesti" xmlUrl="https://u:canary-secret@drina.example/rss"/>
<outline text="Opet" xmlUrl="https://drina.example/rss"/>
<outline text="Skripta" xmlUrl="javascript:alert(1)"/>
<outline text="Poznat" xmlUrl="https://primer.example/rss"/>
</outline></body></opml>
"""


@pytest.fixture
def monitor(tmp_path: Path) -> Program:
    program = Program(tmp_path)
    program.feeds(primer="https://primer.example/rss")
    return program


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    explained = feeds.commands[command].help or ""

    assert f"Example: monitor feeds {command}" in explained


def test_health_tells_the_failing_from_the_fresh(monitor: Program) -> None:
    monitor.feeds(dobar="https://a.example/", los="https://b.example/", nov="https://c.example/")
    database = Database(f"sqlite:///{monitor.home}/monitor.db")
    database.upgrade()
    good, bad = (make.feed(id=f"{name}-vesti") for name in ("dobar", "los"))
    at = datetime.now(UTC) - timedelta(hours=1)
    store = SqlStore(database)
    fine = FeedState(good.id, last_poll_at=at, last_ok_at=at, last_new_at=at, next_poll_at=at)
    store.record(make.poll(make.item(of=good), of=good, at=at, state=fine), good)
    event = FetchEvent(bad.id, at, Outcome.FAILED, reason="timeout", detail="nothing came")
    failing = schedule.failed(bad, FeedState(bad.id), at, reason="timeout")
    store.record(Poll(event, failing), bad)
    database.close()

    as_json = monitor("feeds", "health", "--json")
    table = monitor("feeds", "health")

    feeds = {row["feed"]: row for row in as_json.json["feeds"]}
    assert {name: row["state"] for name, row in feeds.items()} == {
        "los-vesti": "failing", "nov-vesti": "new", "dobar-vesti": "ok",
    }  # fmt: skip
    assert set(feeds["los-vesti"]) >= {
        "feed", "outlet", "country", "state", "reason", "failures",
        "last_ok_at", "last_new_at", "new_per_day", "next_poll_at",
    }  # fmt: skip
    assert (feeds["los-vesti"]["failures"], feeds["los-vesti"]["last_ok_at"]) == (1, None)
    assert feeds["dobar-vesti"]["new_per_day"] == [0] * 13 + [1]
    assert feeds["dobar-vesti"]["next_poll_at"].endswith("Z")
    assert table.out.splitlines()[1].startswith("los-vesti")
    assert "timeout: nothing came" in table.out
    assert "▁▁▁▁▁▁▁▁▁▁▁▁▁█" in table.out
    assert "1 failing, 1 new, 1 ok" in table.err
    assert as_json.json["since_yesterday"] == {
        "gone": [], "failing": ["los-vesti"], "silent": [], "recovered": [],
    }  # fmt: skip
    assert "Since yesterday: 1 newly failing: los-vesti" in table.err


def test_health_without_a_database_names_the_next_command(monitor: Program) -> None:
    ran = monitor("feeds", "health", "--json")

    assert (ran.code, ran.out) == (1, "")
    assert "run `monitor init`" in ran.err


def test_discover_lists_what_a_site_announces(monitor: Program) -> None:
    link = b'<html><link rel="alternate" type="application/rss+xml" href="/vesti">'
    robots = b"User-agent: *\nDisallow: /rss\nDisallow: /feed\nDisallow: /atom\nDisallow: /index\n"
    answers = {
        "*": reply(b"x", status="404 Not Found"),
        "/": reply(link),
        "/robots.txt": reply(robots),
        "/vesti": reply(rss(["Jedna vest", "Druga vest"]).encode()),
    }
    with RawServer(answers) as server:
        ran = monitor("feeds", "discover", server.url("/"), "--json")

    assert ran.code == 0, ran.err
    assert [(row["how"], row["entries"], row["listed"]) for row in ran.json["feeds"]] == [
        ("announced", 2, None)
    ]


def test_discover_says_why_nothing_could_be_reached(monitor: Program) -> None:
    inside = monitor("feeds", "discover", "http://127.0.0.1:9/", ALLOW_PRIVATE_NETWORKS="false")
    down = monitor("feeds", "discover", "http://127.0.0.1:9/", "--json")

    assert (inside.code, inside.out) == (3, "")
    assert "blocked_address" in inside.err
    assert (down.code, down.json["failed"][0]["reason"]) == (3, "connect_failed")


def test_add_names_the_line_and_refuses_a_double(monitor: Program) -> None:
    url = "https://primer.example/sport.xml"
    added = monitor("feeds", "add", url, "--outlet", "primer")
    again = monitor("feeds", "add", f"{url}#top", "--outlet", "primer", "--feed-id", "drugi")

    assert (added.code, added.out) == (0, "feeds.yaml:5: added primer-sport to primer\n")
    assert again.code == 2
    assert "feeds.yaml:5: lists this address already, as primer-sport" in again.err
    assert monitor("feeds", "check").code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["javascript:alert(1)", "--outlet", "primer"], "URL: 'javascript:alert(1)' is not an"),
        (["https://u:p@x.example/", "--outlet", "primer"], "URL: bears a name or password"),
        (["https://x.example/", "--outlet", "nov"], "--outlet: feeds.yaml has no outlet called nov"),
        (["https://x.example/", "--outlet", "No Id"], "--outlet: 'No Id' is not a short name"),
        (["https://x.example/", "--outlet", "primer", "--feed-id", "primer-vesti"],
         "feeds.yaml:5: has a feed called primer-vesti"),
        (["https://x.example/", "--outlet", "primer", "--country", "BA"], "--country: feeds.yaml says RS"),
        (["https://x.example/", "--outlet", "nov", "--country", "Narnia", "--languages", "sr"],
         "country: must be an ISO 3166-1 code"),
        (["https://x.example/", "--outlet", "nov", "--country", "RS", "--languages", "srpski"],
         "must be a language code"),
        (["https://x.example/"], "Missing option '--outlet'"),
        (["https://x.example/", "--outlet", "primer", "--feeds", "none.yaml"],
         "none.yaml: cannot be read"),
    ],
)  # fmt: skip
def test_a_feed_that_cannot_be_added_changes_nothing(
    monitor: Program, arguments: list[str], says: str
) -> None:
    before = (monitor.home / "feeds.yaml").read_bytes()

    ran = monitor("feeds", "add", *arguments)

    assert ran.code == 2
    assert says in ran.err
    assert "Traceback" not in ran.err
    assert (monitor.home / "feeds.yaml").read_bytes() == before
    assert [path.name for path in monitor.home.iterdir()] == ["feeds.yaml"]


def test_add_asks_for_a_list_of_ones_own(monitor: Program) -> None:
    (monitor.home / "feeds.yaml").unlink()

    ran = monitor("feeds", "add", "https://x.example/", "--outlet", "b92")

    assert ran.code == 2
    assert "cp " in ran.err
    assert not (monitor.home / "feeds.yaml").exists()


def test_import_reports_every_outline_and_shows_no_password(monitor: Program) -> None:
    (monitor.home / "in.opml").write_text(OPML, encoding="utf-8")

    ran = monitor("feeds", "import", "in.opml", "--json")
    listed = monitor("feeds", "list", "--json")

    report = ran.json
    assert [row["url"] for row in report["added"]] == ["https://drina.example/rss"]
    assert report["added"][0]["credentials_removed"] is True
    assert [row["feed"] for row in report["known"]] == ["primer-vesti"]
    assert [(row["line"], row["reason"]) for row in report["refused"]] == [
        (3, "duplicate of line 2"), (4, "not an http or https address"),
    ]  # fmt: skip
    assert len(listed.json["feeds"]) == 2
    assert "canary-secret" not in ran.out + ran.err + listed.out


def test_no_report_shows_the_password_of_an_address(monitor: Program) -> None:
    path = monitor.home / "feeds.yaml"
    bare = path.read_text(encoding="utf-8")
    path.write_text(bare.replace("https://", "https://u:canary-secret@"), encoding="utf-8")

    commands = (["list"], ["list", "--json"], ["diff"], ["diff", "--json"], ["export"])
    ran = [monitor("feeds", *command) for command in commands]

    assert [one.code for one in ran] == [0] * len(commands)
    assert "canary-secret" in path.read_text(encoding="utf-8")
    assert "canary-secret" not in "".join(one.out + one.err for one in ran)


def test_import_takes_all_or_nothing(monitor: Program) -> None:
    before = (monitor.home / "feeds.yaml").read_bytes()
    (monitor.home / "in.opml").write_text(f"<!DOCTYPE opml>\n{OPML}", encoding="utf-8")
    (monitor.home / "cut.opml").write_text(OPML[:-20], encoding="utf-8")

    doctype = monitor("feeds", "import", "in.opml")
    cut = monitor("feeds", "import", "cut.opml")

    assert (doctype.code, cut.code) == (2, 2)
    assert "in.opml:1: bears a DOCTYPE" in doctype.err
    assert "cut.opml:6: not well-formed" in cut.err
    assert (monitor.home / "feeds.yaml").read_bytes() == before


def test_what_was_exported_can_be_imported_into_an_empty_list(monitor: Program) -> None:
    monitor.feeds(a="https://a.example/?x=1&y=2", b="https://b.example/rss")

    exported = monitor("feeds", "export", "--out", "out.opml")
    imported = monitor("feeds", "import", "out.opml", "--feeds", "new.yaml")
    same = monitor("feeds", "export", "--feeds", "new.yaml")

    assert (exported.code, imported.code) == (0, 0), imported.err
    urls = [
        row["url"] for row in monitor("feeds", "list", "--json", FEEDS="new.yaml").json["feeds"]
    ]
    assert urls == ["https://a.example/?x=1&y=2", "https://b.example/rss"]
    assert same.out == (monitor.home / "out.opml").read_text(encoding="utf-8")


def test_diff_says_what_the_packaged_list_has_besides(monitor: Program) -> None:
    ran = monitor("feeds", "diff", "--json")
    table = monitor("feeds", "diff")

    assert ran.code == table.code == 0
    assert [row["feed"] for row in ran.json["only_yours"]] == ["primer-vesti"]
    assert len(ran.json["only_packaged"]) > 200
    assert "yours only" in table.out
