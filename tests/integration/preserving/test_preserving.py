"""Pages on loopback, kept as WARC and read back with warcio."""

import csv
import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from warcio.archiveiterator import ArchiveIterator

import make
from fakes import FakeClock
from monitor import app as wiring
from monitor.adapters import leases
from monitor.adapters.review_rows import SqlReviews
from monitor.adapters.store import SqlStore
from monitor.app import App, preserving
from monitor.cli.root import cli
from monitor.domain.errors import ConfigError
from monitor.domain.preserving import Outcome, Preserved
from monitor.domain.review import Decision, Verdict
from monitor.ports import Filters
from monitor.services.visits import DISALLOWED, Limits
from monitor.settings import Settings
from support.raw_server import RawServer, redirect, reply

PAGE = "<html><p>Otvoreni Balkan čeka</p></html>".encode()
LIMITS = Limits(20, timedelta(hours=9))
ROBOTS = b"User-agent: *\nDisallow: /zatvoreno\n"
CHUNKED = b"4\r\n<p>a\r\n4\r\n</p>\r\n0\r\n\r\n"


@pytest.fixture
def web() -> Iterator[RawServer]:
    answers = {
        "/robots.txt": reply(ROBOTS, "Content-Type: text/plain"),
        "/vest": reply(PAGE, "Content-Type: text/html; charset=utf-8", "X-Odd:  ž "),
        "/gzip": reply(gzip.compress(PAGE), "Content-Encoding: gzip"),
        "/delovi": reply(CHUNKED, "Transfer-Encoding: chunked"),
        "/dalje": redirect("/vest"),
        "/u-zatvoreno": redirect("/zatvoreno/x"),
        "/rano": b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + reply(PAGE),
        "/nema": reply(b"nema", status="404 Not Found"),
    }
    with RawServer(answers) as server:
        yield server


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    settings = {
        "database_url": f"sqlite:///{tmp_path}/monitor.db",
        "allow_private_networks": True,
        "preserve": tmp_path / "evidence",
        "contact": "https://primer.example/kontakt",
    }
    made = wiring.build(Settings.model_validate(settings), FakeClock())
    made.init()
    yield made
    made.database.close()


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    return tmp_path / "evidence"


def stored(app: App, *urls: str, verdict: Verdict | None = Verdict.CONFIRMED) -> list[int]:
    """Store a confirmed hit an address; return their numbers, in the order of the addresses."""
    items = [make.item(f"Naslov {url}", url=url) for url in urls]
    poll = make.poll(*items, hits=(make.hit(), make.hit("nato-aggressor")))
    SqlStore(app.database).record(poll, make.feed())
    hits = {one.url: one.hit_id for one in app.archive.window_hits(Filters())}
    for one in urls:
        if verdict:
            SqlReviews(app.database).decide(hits[one], Decision(verdict, "ana", app.clock.now()))
    return [hits[one] for one in urls]


def run(app: App, evidence: Path, *hits: int, limits: Limits = LIMITS) -> Preserved:
    return preserving.preserve(app, evidence, hits, limits, lambda _entry: None)


def manifest(evidence: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (evidence / "manifest.jsonl").read_text().splitlines()]


def records(path: Path) -> list[tuple[str, Any, bytes]]:
    with path.open("rb") as file:
        found = []
        for one in ArchiveIterator(file, check_digests="raise"):
            content = one.content_stream().read()
            assert one.digest_checker.passed
            found.append((one.rec_type, one.rec_headers, content))
        return found


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/vest", PAGE),
        ("/gzip", PAGE),
        ("/delovi", b"<p>a</p>"),
        ("/dalje", PAGE),
        ("/rano", PAGE),
    ],
)
def test_a_page_replays_through_warcio_as_it_was_fetched(
    app: App, evidence: Path, web: RawServer, path: str, content: bytes
) -> None:
    stored(app, web.url(path))

    done = run(app, evidence)

    (entry,) = done.entries
    (line,) = manifest(evidence)
    assert entry.file is not None
    found = records(evidence / entry.file.name)
    answers = [one for one in found if one[0] == "response"]
    assert answers[-1][2] == content
    assert line["file"]["content_sha256"] == sha256(content).hexdigest()
    assert line["file"]["sha256"] == sha256((evidence / entry.file.name).read_bytes()).hexdigest()
    assert answers[-1][1].get_header("WARC-Payload-Digest").startswith("sha256:")
    assert line["catalogue_version"] == entry.catalogue_version
    assert [one[0] for one in found] == [
        "warcinfo",
        *["response", "request"] * (2 if path == "/dalje" else 1),
        "metadata",
    ]


def test_request_and_answer_are_kept_byte_by_byte(app: App, evidence: Path, web: RawServer) -> None:
    stored(app, web.url("/vest"))

    (entry,) = run(app, evidence).entries

    assert entry.file
    raw = gzip.decompress((evidence / entry.file.name).read_bytes())
    sent = next(one for one in web.requests if one.startswith(b"GET /vest"))
    assert sent in raw
    assert reply(PAGE, "Content-Type: text/html; charset=utf-8", "X-Odd:  ž ") in raw


def test_a_page_is_fetched_once_for_all_its_hits_and_robots_once_a_site(
    app: App, evidence: Path, web: RawServer
) -> None:
    stored(app, web.url("/vest"), web.url("/gzip"))

    first, second = run(app, evidence), run(app, evidence)

    assert (first.count(Outcome.KEPT), second.entries, second.known) == (2, [], 2)
    assert sorted(one.split(b" ")[1] for one in web.requests) == [
        b"/gzip",
        b"/robots.txt",
        b"/vest",
    ]


def test_unconfirmed_hits_are_kept_on_request_only(
    app: App, evidence: Path, web: RawServer
) -> None:
    (hit,) = stored(app, web.url("/vest"), verdict=None)

    assert run(app, evidence).entries == []
    assert run(app, evidence, hit).count(Outcome.KEPT) == 1


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/zatvoreno/vest", [b"/robots.txt"]),
        ("/u-zatvoreno", [b"/robots.txt", b"/u-zatvoreno"]),
    ],
)
def test_robots_txt_keeps_us_off_a_page_and_off_what_leads_to_one(
    app: App, evidence: Path, web: RawServer, path: str, asked: list[bytes]
) -> None:
    stored(app, web.url(path))

    (entry,) = run(app, evidence).entries

    assert entry.outcome is Outcome.FAILED
    assert DISALLOWED in entry.reason or "not to go there" in entry.reason
    assert [one.split(b" ")[1] for one in web.requests] == asked


def test_an_inside_address_is_refused(tmp_path: Path, evidence: Path, web: RawServer) -> None:
    settings = {"database_url": f"sqlite:///{tmp_path}/monitor.db"}
    app = wiring.build(Settings.model_validate(settings), FakeClock())
    app.init()
    stored(app, web.url("/vest"))

    (entry,) = run(app, evidence).entries

    assert "blocked_address" in entry.reason
    assert web.connections == 0
    app.database.close()


def test_a_page_that_fails_is_asked_for_again_later_and_not_for_ever(
    app: App, evidence: Path, web: RawServer
) -> None:
    stored(app, web.url("/nema"))

    tries = 0
    for _ in range(20):
        tries += len(run(app, evidence).entries)
        app.clock.sleep(timedelta(hours=13))

    assert (tries, {line["reason"] for line in manifest(evidence)}) == (4, {"not_found: 404"})


def test_a_tampered_a_missing_and_a_foreign_file_are_found(
    app: App, evidence: Path, web: RawServer
) -> None:
    stored(app, web.url("/vest"), web.url("/gzip"), web.url("/delovi"))
    names = [one.file.name for one in run(app, evidence).entries if one.file]
    assert preserving.verify(app, evidence) == []

    changed = bytearray((evidence / names[0]).read_bytes())
    changed[len(changed) // 2] ^= 1
    (evidence / names[0]).write_bytes(changed)
    (evidence / names[1]).unlink()
    (evidence / "warc" / "x.warc.gz").write_bytes(b"")

    found = {one.file: one.what for one in preserving.verify(app, evidence)}
    assert found == {
        names[0]: "its bytes are not those that were written",
        names[1]: "it is missing",
        "warc/x.warc.gz": "the manifest does not know it",
    }


def test_a_manifest_that_was_made_to_fit_breaks_its_chain(
    app: App, evidence: Path, web: RawServer
) -> None:
    stored(app, web.url("/vest"), web.url("/gzip"))
    run(app, evidence)
    path = evidence / "manifest.jsonl"

    path.write_text(path.read_text().replace("nato-agg", "nato-egg", 1))

    assert [one.file for one in preserving.verify(app, evidence)] == ["manifest.jsonl:2"]


def test_a_line_that_was_cut_off_by_a_crash_loses_nothing_else(
    app: App, evidence: Path, web: RawServer
) -> None:
    stored(app, web.url("/vest"), web.url("/gzip"))
    run(app, evidence, limits=Limits(1, timedelta(hours=1)))
    with (evidence / "manifest.jsonl").open("ab") as file:
        file.write(b'{"item_id": 7, "ur')

    done = run(app, evidence)

    assert (done.known, done.count(Outcome.KEPT)) == (1, 1)
    assert [one.what for one in preserving.verify(app, evidence)] == [
        "the line is damaged: JSONDecodeError"
    ]


def test_the_auto_archiver_reads_addresses_in_the_first_column(
    app: App, evidence: Path, web: RawServer
) -> None:
    stored(app, web.url("/vest"), web.url("/nema"))
    run(app, evidence)

    text = (evidence / "auto-archiver.csv").read_text(encoding="utf-8")
    heading, *lines = csv.reader(text.splitlines())

    assert heading[0] == "url"
    assert {(one[0], one[4]) for one in lines} == {
        (web.url("/vest"), "kept"),
        (web.url("/nema"), "failed"),
    }


def test_a_host_that_is_being_polled_is_left_alone_and_asked_later(
    app: App, evidence: Path, web: RawServer
) -> None:
    stored(app, web.url("/vest"))
    hosts, name = leases.hosts(app.database), f"127.0.0.1:{web.port}"
    hosts.plan({name: app.clock.now()})
    lease = hosts.take(name)
    assert lease

    assert run(app, evidence).busy == 1
    assert web.connections == 0

    hosts.put_back(lease, timedelta(0))
    assert run(app, evidence).count(Outcome.KEPT) == 1
    assert hosts.take(name)


def test_an_item_that_is_erased_takes_its_page_with_it(
    app: App, evidence: Path, web: RawServer
) -> None:
    stored(app, web.url("/vest"))
    (entry,) = run(app, evidence).entries

    assert preserving.forget(app, entry.item_id)

    assert list(evidence.rglob("*.gz")) == []
    assert preserving.verify(app, evidence) == []
    assert run(app, evidence).entries == []
    assert web.url("/vest") not in (evidence / "auto-archiver.csv").read_text()


def test_the_service_does_a_bounded_piece_and_two_never_write_at_once(
    app: App, evidence: Path, web: RawServer
) -> None:
    stored(app, *(web.url(f"/vest?{number}") for number in range(12)))

    with (
        preserving.folder(app, evidence).holding(),
        pytest.raises(ConfigError, match="another `monitor`"),
    ):
        preserving.preserve_some(app)
    preserving.preserve_some(app)

    assert len(manifest(evidence)) == 10


def test_the_command_says_what_became_of_each_page_and_finds_what_was_changed(
    app: App, evidence: Path, web: RawServer
) -> None:
    stored(app, web.url("/vest"))
    environment = {
        "MONITOR_DATABASE_URL": app.settings.database_url.get_secret_value(),
        "MONITOR_ALLOW_PRIVATE_NETWORKS": "true",
    }

    def monitor(*arguments: str) -> Result:
        words = ["preserve", *arguments, "--dir", str(evidence), "--json"]
        return CliRunner().invoke(cli, words, env=environment)

    first, again = monitor(), monitor("--verify")
    (page,) = json.loads(first.stdout)["pages"]
    (evidence / page["file"]).unlink()
    after = monitor("--verify")

    assert (first.exit_code, again.exit_code, after.exit_code) == (0, 0, 1)
    assert (page["outcome"], json.loads(again.stdout)) == ("kept", {"ok": True, "faults": []})
    assert json.loads(after.stdout)["faults"] == [{"file": page["file"], "what": "it is missing"}]
