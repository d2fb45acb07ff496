"""Match a stream of items against the catalogue, without a database."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, Final, Protocol, TextIO

from monitor.domain.errors import ConfigError
from monitor.domain.hit import Hit, Passage
from monitor.domain.language import family, settle
from monitor.ports import Matcher
from monitor.services.parallel import in_order

BLOCK_BYTES: Final = 1 << 18  # read, matched and written at once; also the task of one process
MAX_LINE_BYTES: Final = 10 * 1024 * 1024
STDIN: Final = "<stdin>"


class Codec(Protocol):
    """How items and hits are written down, one a line."""

    def decode(self, line: bytes) -> tuple[str, Passage]:
        """Return the item's id and its text. Raises ConfigError without file and line."""

    def encode(self, item_id: str, hit: Hit, matcher: Matcher) -> bytes:
        """Return the hit as one line with its line feed."""


@dataclass(frozen=True, slots=True)
class LanguageSettler:
    """A matcher that first settles the language of passages that declare none it knows."""

    matcher: Matcher
    detect: Callable[[str], str]

    @property
    def catalogue_version(self) -> str:
        """The content hash of the catalogue that is matched against."""
        return self.matcher.catalogue_version

    @property
    def matcher_version(self) -> str:
        """The version of the matching code."""
        return self.matcher.matcher_version

    def match(self, passage: Passage) -> Sequence[Hit]:
        """Return at most one hit a narrative, best first."""
        if not family(passage.lang):
            text = f"{passage.title}\n{passage.summary or passage.text}"
            passage = replace(passage, lang=settle(passage.lang, (), text, self.detect))
        return self.matcher.match(passage)


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines of the input; `first_line` is the number of the first, from 1."""

    first_line: int
    lines: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a block came to: hits as lines, and what was wrong with which line."""

    hits: bytes
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hire:
    """Builds the work of one process: the compiled catalogue is loaded once in each."""

    codec: Codec
    matcher_factory: Callable[[], Matcher]

    def __call__(self) -> Callable[[Block], Answer]:
        """Return what answers a block."""
        codec, matcher = self.codec, self.matcher_factory()
        return lambda block: answer(block, codec, matcher)


def match_stream(
    source: BinaryIO,
    sink: BinaryIO,
    problems: TextIO,
    codec: Codec,
    matcher_factory: Callable[[], Matcher],
    jobs: int,
) -> int:
    """Write the hits of every item as lines, in input order; return the number of bad lines.

    A bad line is reported on `problems` with its number and the rest goes on. The bytes written
    do not depend on `jobs`; memory does not grow with the input. `codec` and `matcher_factory`
    must be picklable. A sink that its reader has closed ends the work quietly: it is closed
    here too, and the answer is 0.
    """
    bad = 0
    try:
        answers = in_order(Hire(codec, matcher_factory), blocks(source), jobs)
        with contextlib.closing(answers):
            for reply in answers:
                sink.write(reply.hits)
                sink.flush()
                bad += len(reply.problems)
                problems.writelines(f"{problem}\n" for problem in reply.problems)
    except BrokenPipeError:
        with contextlib.suppress(BrokenPipeError):
            sink.close()
        return 0
    return bad


def blocks(source: BinaryIO) -> Iterator[Block]:
    """Yield the input in blocks of whole lines, as soon as they come.

    A line without end is cut soon after `MAX_LINE_BYTES`, which is enough to refuse it.
    """
    read: Callable[[int], bytes] = getattr(source, "read1", source.read)
    first_line, held, size = 1, [b""], 0
    while block := read(BLOCK_BYTES):
        whole, newline, rest = block.rpartition(b"\n")
        if newline:
            lines = b"".join((*held, whole))
            yield Block(first_line, lines)
            first_line += lines.count(b"\n") + 1
            held, size = [rest], len(rest)
        elif size <= MAX_LINE_BYTES:
            held.append(block)
            size += len(block)
    if size:
        yield Block(first_line, b"".join(held))


def answer(block: Block, codec: Codec, matcher: Matcher) -> Answer:
    """Match every line of a block; blank lines are passed over."""
    found: list[bytes] = []
    problems: list[str] = []
    decode, match, encode = codec.decode, matcher.match, codec.encode
    for number, line in enumerate(block.lines.split(b"\n"), block.first_line):
        if not line or line.isspace():
            continue
        try:
            item_id, passage = decode(_bounded(line))
        except ConfigError as fault:
            problems.append(_placed(fault, number))
            continue
        hits: Sequence[Hit] = match(passage)
        if hits:
            found.extend(encode(item_id, hit, matcher) for hit in hits)
    return Answer(b"".join(found), tuple(problems))


def _bounded(line: bytes) -> bytes:
    if len(line) > MAX_LINE_BYTES:
        raise ConfigError(f"is longer than {MAX_LINE_BYTES} bytes; shorten the text")
    return line


def _placed(fault: ConfigError, number: int) -> str:
    return str(ConfigError(fault.what, file=STDIN, line=number, where=fault.where))
