"""The demo, as `make demo` runs it."""

import pytest

from support.program import Program, Ran

SILENT = "Primorska hronika"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Program, Ran]:
    program = Program(tmp_path_factory.mktemp("demo"))
    return program, program("demo", "--out", "out/demo")


def test_it_leaves_the_digest_in_three_formats(ran: tuple[Program, Ran]) -> None:
    program, done = ran

    assert done.code == 0, done.err
    for name in ("digest.html", "digest.md", "digest.txt"):
        body = (program.home / "out" / "demo" / name).read_text(encoding="utf-8")
        assert "Republika Srpska" in body
        assert "lead, not a verdict" in body
    assert (program.home / "out" / "demo" / "digest.txt").read_text(encoding="utf-8") in done.out


def test_movement_a_failing_and_a_silent_feed_show(ran: tuple[Program, Ran]) -> None:
    _, done = ran

    assert "Rising: " in done.out
    told = " ".join(done.out.split())
    assert "18 of 19 feeds answered (1 of them with nothing new for long), 1 failing" in told
    assert "Silent feeds: - Primorska hronika" in told
    assert "stari-grad-vijesti" in done.err


def test_hostile_titles_are_text(ran: tuple[Program, Ran]) -> None:
    program, _ = ran
    page = (program.home / "out" / "demo" / "digest.html").read_text(encoding="utf-8")

    assert "<script" not in page
    assert 'src="http' not in page


def test_the_same_data_can_be_searched(ran: tuple[Program, Ran]) -> None:
    program, _ = ran

    found = program("search", "референдум*", "--db", "out/demo/monitor.db", "--format", "jsonl")

    assert {row["lang"] for row in found.lines} >= {"sr-Cyrl", "sr-Latn"}


def test_a_second_demo_replaces_the_first(ran: tuple[Program, Ran]) -> None:
    program, first = ran

    again = program("demo", "--out", "out/demo")

    assert again.out == first.out
