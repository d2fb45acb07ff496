import io
import itertools
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.jsonlines import JsonLines
from monitor.services.match import MAX_LINE_BYTES, blocks, match_stream
from support.keyword_matcher import KeywordMatcher

TESTS = Path(__file__).parents[2]


def matched(lines: bytes, jobs: int = 1) -> tuple[bytes, str, int]:
    sink, problems = io.BytesIO(), io.StringIO()
    bad = match_stream(io.BytesIO(lines), sink, problems, JsonLines(), KeywordMatcher, jobs)
    return sink.getvalue(), problems.getvalue(), bad


def hits(lines: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in matched(lines)[0].splitlines()]


def line(**fields: object) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"


def test_a_hit_is_written_as_the_contract_says() -> None:
    written, problems, bad = matched(line(id="a1", title="Tajna brana", summary=None))

    assert written.decode() == (
        '{"item_id": "a1", "narrative": "river-dam", "score": 80.0, "grade": "digest", '
        '"stance_hint": "reports", "evidence": [{"field": "title", "start": 6, "end": 11, '
        '"quote": "brana", "phrase": "brana", "score": 100.0}], '
        '"catalogue_version": "c0ffee", "matcher_version": "1"}\n'
    )
    assert (problems, bad) == ("", 0)


def test_letters_are_written_as_letters() -> None:
    found = matched(line(id="ж", title="brana"))[0]

    assert '"item_id": "ж"'.encode() in found


def test_hits_come_in_the_order_of_the_items() -> None:
    items = b"".join(line(id=f"a{n}", title="most i brana") for n in range(50))

    found = [(hit["item_id"], hit["narrative"]) for hit in hits(items)]

    assert found == [(f"a{n}", name) for n in range(50) for name in ("river-dam", "old-bridge")]


def test_items_without_a_hit_write_nothing() -> None:
    assert matched(line(id="a1", title="Vreme sutra")) == (b"", "", 0)


def test_everything_but_id_and_one_text_may_be_missing_null_or_unknown() -> None:
    items = (
        line(id="1", text="x")
        + line(id="2", summary="brana", title=None, text=None, outlet=None, url=None, lang=None)
        + line(id="3", title="brana", unknown=[1, {"a": None}], lang="xx-nonsense")
        + line(id="4", title="brana", published_at="the day before yesterday")
        + line(id="5", title="brana", published_at=17)
        + line(id="6", title="")
    )

    _, problems, bad = matched(items)

    assert [hit["item_id"] for hit in hits(items)] == ["2", "3", "4", "5"]
    assert (problems, bad) == ("", 0)


@pytest.mark.parametrize(
    ("bad_line", "what"),
    [
        (b"{", "is not JSON at column 2"),
        (b"not json", "is not JSON at column 1"),
        (b'{"id": "a", "title": NaN}', "is not JSON that can be read"),
        (b'{"id": "a", "title": ' + b"9" * 5000 + b"}", "is not JSON that can be read"),
        (b"[" * 100_000, "is not JSON that can be read"),
        (b'["id"]', "is a list, not an object"),
        (b"null", "is null, not an object"),
        (b'{"id": "a", "title": "\xff"}', "is not UTF-8 at byte 23"),
        (b'{"id": "a", "title": "a\x00b"}', "is not JSON at column 24"),
        (b'{"title": "x"}', "id: is missing"),
        (b'{"id": null, "title": "x"}', "id: is missing"),
        (b'{"id": "", "title": "x"}', "id: must not be empty"),
        (b'{"id": 17, "title": "x"}', "id: must be text, not a number"),
        (b'{"id": true, "title": "x"}', "id: must be text, not true or false"),
        (b'{"id": "a"}', "has no text"),
        (b'{"id": "a", "title": null, "url": "x"}', "has no text"),
        (b'{"id": "a", "title": ["x"]}', "title: must be text, not a list"),
        (b'{"id": "a", "title": "x", "summary": {}}', "summary: must be text, not an object"),
        (b'{"id": "a", "title": "x", "lang": 1}', "lang: must be text, not a number"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_goes_on(bad_line: bytes, what: str) -> None:
    items = line(id="1", title="brana") + b"\n" + bad_line + b"\n" + line(id="2", title="most")

    written, problems, bad = matched(items)

    assert [json.loads(hit)["item_id"] for hit in written.splitlines()] == ["1", "2"]
    assert problems.startswith(f"<stdin>:3: {what}")
    assert "; " in problems
    assert bad == problems.count("\n") == 1


def test_an_endless_line_is_refused_and_the_rest_goes_on() -> None:
    endless = b'{"id": "1", "title": "' + b"x" * (2 * MAX_LINE_BYTES) + b'"}\n'

    written, problems, bad = matched(endless + line(id="2", title="brana"))

    assert json.loads(written)["item_id"] == "2"
    assert problems.startswith(f"<stdin>:1: is longer than {MAX_LINE_BYTES} bytes")
    assert bad == 1


def test_a_last_line_without_line_feed_counts() -> None:
    assert hits(line(id="1", title="brana").rstrip())[0]["item_id"] == "1"


def test_byte_order_mark_and_carriage_returns_are_no_mistake() -> None:
    items = b"\xef\xbb\xbf" + line(id="1", title="brana").replace(b"\n", b"\r\n") + b"\r\n \n"

    assert matched(items)[1:] == ("", 0)
    assert len(hits(items)) == 1


def test_half_a_surrogate_pair_and_nul_pass_through() -> None:
    items = b'{"id": "\\ud800", "title": "\\u0000 brana"}\n'

    assert hits(items)[0]["item_id"] == "\ud800"


def test_the_bytes_do_not_depend_on_jobs() -> None:
    items = b"".join(
        line(id=f"a{n}", title="most i brana" if n % 3 else "ništa", summary="š" * (n % 700))
        if n % 97
        else b"broken\n"
        for n in range(4000)
    )

    assert matched(items, jobs=2) == matched(items, jobs=1)


def test_a_crash_in_a_worker_is_a_crash_here() -> None:
    with pytest.raises(ZeroDivisionError):
        matched(line(id="1", title="crash"), jobs=2)


class Endless(io.RawIOBase):
    """Gives items for as long as it is asked, and counts them."""

    def __init__(self) -> None:
        self.given = 0
        self._lines = (line(id=f"a{n}", title="brana " * 20) for n in itertools.count())

    def read(self, size: int = -1) -> bytes:
        chunk = b"".join(itertools.islice(self._lines, size // 200))
        self.given += len(chunk)
        return chunk


class ClosedAfter(io.BytesIO):
    """A reader that has seen enough after so many bytes."""

    def __init__(self, enough: int) -> None:
        super().__init__()
        self.enough = enough

    def write(self, data: Any) -> int:
        if self.tell() > self.enough:
            raise BrokenPipeError
        return super().write(data)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_reader_that_leaves_ends_the_work_quietly(jobs: int) -> None:
    source, problems = Endless(), io.StringIO()

    bad = match_stream(
        cast("io.BytesIO", source), ClosedAfter(1000), problems, JsonLines(), KeywordMatcher, jobs
    )

    assert (bad, problems.getvalue()) == (0, "")
    assert source.given < 10_000_000


def test_hits_are_written_before_the_input_ends() -> None:
    reading, writing = os.pipe()
    with open(reading, "rb") as source, open(writing, "wb", buffering=0) as feeder:  # noqa: PTH123 # a pipe has no path
        items = blocks(source)
        feeder.write(line(id="1", title="brana"))

        first = next(items)

        assert first.lines == line(id="1", title="brana").rstrip()


@given(st.lists(st.binary(max_size=20).filter(lambda row: b"\n" not in row), max_size=12))
def test_blocks_hold_every_line_once_and_number_them(rows: list[bytes]) -> None:
    stream = Trickle(b"\n".join(rows))

    seen = [
        (number, row)
        for block in blocks(cast("io.BytesIO", stream))
        for number, row in enumerate(block.lines.split(b"\n"), block.first_line)
        if row
    ]

    assert seen == [(number, row) for number, row in enumerate(rows, 1) if row]


class Trickle(io.RawIOBase):
    """A stream that gives three bytes at a time."""

    def __init__(self, data: bytes) -> None:
        self._inner = io.BytesIO(data)

    def read(self, _size: int = -1) -> bytes:
        return self._inner.read(3)


def tell_the_end(stream: IO[bytes], ended: threading.Event) -> None:
    stream.read()
    ended.set()


def test_workers_leave_when_their_parent_is_killed() -> None:
    program = (
        "import sys; from support.keyword_matcher import KeywordMatcher\n"
        "from monitor.adapters.jsonlines import JsonLines\n"
        "from monitor.services.match import match_stream\n"
        "if __name__ == '__main__':\n"
        "    match_stream(sys.stdin.buffer, sys.stdout.buffer, sys.stderr, JsonLines(),"
        " KeywordMatcher, 2)\n"
    )
    environment = {**os.environ, "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent}"}
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdin.write(line(id="1", title="brana") + line(id="2", title="-" * 1000) * 2000)
        parent.stdin.flush()
        parent.stdout.readline()

        parent.kill()

        ended = threading.Event()
        threading.Thread(target=tell_the_end, args=(parent.stdout, ended), daemon=True).start()
        assert ended.wait(20), "a worker still holds standard output open"
