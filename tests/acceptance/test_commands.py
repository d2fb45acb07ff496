"""Usage, settings and exit codes, as the public contract has them."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.feed_documents import rss
from support.program import Program
from support.raw_server import RawServer, reply

COMMANDS = (
    "init", "poll", "match", "digest", "search", "doctor", "demo",
    "feeds check", "feeds list",
    "narratives check", "narratives list", "narratives export", "narratives test",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(monitor: Program, command: str) -> None:
    ran = monitor(*command.split(), "--help")

    assert ran.code == 0
    assert "Example: " in ran.out


@pytest.mark.parametrize(
    ("arguments", "environment", "says"),
    [
        (["nonsense"], {}, "No such command"),
        (["poll", "--bogus"], {}, "No such option"),
        (["poll"], {"FEDS": "x"}, "did you mean MONITOR_FEEDS?"),
        (["poll"], {"FEEDS": "none.yaml"}, "none.yaml: cannot be read"),
        (["poll", "--feed", "nobody"], {}, "no feed is called nobody"),
        (["poll"], {"ALLOW_PRIVATE_NETWORKS": "perhaps"}, "MONITOR_ALLOW_PRIVATE_NETWORKS: "),
        (["poll"], {"NARRATIVES": "nowhere"}, "nowhere: is not a directory"),
        (["init"], {"DATABASE_URL": "nonsense"}, "is not an SQLAlchemy URL"),
        (["init"], {"DATABASE_URL": "mysql://x/y"}, "mysql is not supported"),
        (["init"], {"BASE_URL": "ftp://x"}, "MONITOR_BASE_URL: "),
        (["digest", "--since", "soon"], {}, "'soon' is not a time"),
        (["digest", "--since", "1h", "--until", "2h"], {}, "--since must be before --until"),
        (["digest", "--since", "1400-01-01"], {}, "a hundred years at most"),
        (["digest", "--since", "0001-01-01"], {}, "'0001-01-01' is not a time"),
        (["trends", "--day", "0001-01-05"], {}, "'0001-01-05' is not a time"),
        (["digest", "--tz", "Europe/Pristina"], {}, "is not an IANA zone"),
        (["digest", "--narrative", "open-balcan"], {}, "did you mean open-balkan?"),
        (["digest", "--lang", "klingon"], {}, "'klingon' is not one of"),
        (["search", "--lang", "xx-yy"], {}, "is not a language"),
        (["search", "--cursor", "zzz"], {}, "--cursor"),
        (["search", "--limit", "1001"], {}, "1001 is not in the range"),
    ],
)
def test_wrong_usage_ends_with_two_and_a_mend(
    monitor: Program, arguments: list[str], environment: dict[str, str], says: str
) -> None:
    if arguments[0] in {"digest", "search"}:
        monitor("init")
    if "FEEDS" not in environment:
        monitor.feeds(mrtav="http://127.0.0.1:9/rss")

    ran = monitor(*arguments, **environment)

    assert ran.code == 2
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_reading_without_a_database_names_the_next_command(monitor: Program) -> None:
    ran = monitor("search", "balkan")

    assert ran.code == 1
    assert "run `monitor init`" in ran.err


def test_a_file_that_is_no_database_is_left_alone(monitor: Program) -> None:
    path = monitor.home / "monitor.db"
    path.write_text("my diary " * 200, encoding="utf-8")

    ran = monitor("init")

    assert ran.code == 1
    assert "not a database" in ran.err
    assert path.read_text(encoding="utf-8") == "my diary " * 200


def test_flags_win_over_the_environment_before_and_after_the_command(monitor: Program) -> None:
    before = monitor("--db", "before.db", "init", DATABASE_URL="sqlite:///other.db")
    after = monitor("init", "--db", "sqlite:///after.db", DATABASE_URL="sqlite:///other.db")

    assert before.code == after.code == 0
    assert sorted(path.name for path in monitor.home.glob("*.db")) == ["after.db", "before.db"]


def test_a_password_is_never_shown(monitor: Program) -> None:
    ran = monitor("init", DATABASE_URL="mysql://user:canary-secret@host/db")

    assert "canary-secret" not in ran.out + ran.err


def test_csv_runs_no_formula(monitor: Program) -> None:
    title = '=HYPERLINK("http://x.example","Otvoreni Balkan")'
    with RawServer({"/vesti": reply(rss([title, "Običan naslov"]).encode())}) as server:
        monitor.feeds(server, "/vesti")
        monitor("poll", "--all")

    ran = monitor("search", "--items", "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert {row["title"] for row in rows} == {f"'{title}", "Običan naslov"}


def test_a_closed_pipe_ends_quietly(monitor: Program) -> None:
    command = f"{sys.executable} -m monitor narratives export | head -n 1"

    ran = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=monitor.home, env=dict(os.environ), capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (ran.returncode, ran.stderr) == (0, "")
    assert set(json.loads(ran.stdout)) == {"narrative", "lang", "phrase", "weight"}


PAST = {"id": "a", "outlet": "primer", "title": "Inicijativa Otvoreni Balkan"}


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx", "parquet", "atom"])
def test_an_export_says_in_a_line_that_the_disk_is_full_and_nothing_to_a_reader_that_left(
    monitor: Program, form: str
) -> None:
    (monitor.home / "past.jsonl").write_text(json.dumps(PAST), encoding="utf-8")
    assert monitor("import", "past.jsonl", "--json").json["hits"]["new"]
    command = [sys.executable, "-m", "monitor", "export", "--format", form]
    reader, left = os.pipe()
    os.close(reader)

    with Path("/dev/full").open("wb") as full, os.fdopen(left, "wb") as closed:
        ends = [
            subprocess.run(
                command, cwd=monitor.home, stdout=out, stderr=subprocess.PIPE, check=False
            )
            for out in (full, closed)
        ]

    assert [one.returncode for one in ends] == [1, 0]
    said = "monitor: could not write all of it: No space left on device; make room\n"
    assert [one.stderr.decode() for one in ends] == [said, ""]


def test_the_shipped_catalogue_meets_its_examples(monitor: Program) -> None:
    ran = monitor("narratives", "check")

    assert ran.err == ""
    assert ran.code == 0


def test_a_ten_line_narrative_works_alone(monitor: Program) -> None:
    own = monitor.home / "mine"
    own.mkdir()
    (own / "river-dam.yaml").write_text(
        """\
id: river-dam
title: A dam on the border river is planned in secret
summary: Claims that two governments agreed on a dam without telling anyone.
phrases:
  hbs: [tajna brana na rijeci, brana bez dozvole]
  sq: [digë e fshehtë në lumë]
examples:
  match:
    - {lang: bs, title: "Vlasti šute o tajnoj brani na rijeci"}
""",
        encoding="utf-8",
    )

    check = monitor("narratives", "check", "--narratives", "mine")
    item = '{"id": "a1", "title": "Тајна брана на реци опет у вестима"}\n'
    match = monitor("match", stdin=item, NARRATIVES="mine")

    assert check.code == 0, check.err
    assert [hit["narrative"] for hit in match.lines] == ["river-dam"]


def test_the_doctor_says_what_to_mend(monitor: Program) -> None:
    before = monitor("doctor", "--json")
    monitor("init")
    after = monitor("doctor", "--deep", "--json", CONTACT="desk@example.org")

    assert (before.code, before.json["ok"]) == (1, False)
    assert (after.code, after.json["ok"]) == (0, True), after.out
    assert sum(one["check"] == "invariant" for one in after.json["checks"]) > 8
