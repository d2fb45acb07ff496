"""One page as a WARC file (ISO 28500): who made it, each request, each answer, and why.

Answers are kept as they came, byte by byte; interim ones (1xx) are left out. Digests are SHA-256
in hexadecimal, as `sha256sum` prints them.
"""

import io
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, BinaryIO, Final
from uuid import uuid4

from monitor.adapters.exports.extras import needed
from monitor.domain.preserving import Exchange

_END_OF_HEAD: Final = re.compile(rb"\r?\n\r?\n")
_INTERIM: Final = re.compile(rb"HTTP/1\.[01] 1\d\d\b")
_VERSION: Final = "WARC/1.1"
EXTRA: Final = "preserve"


def write(
    sink: BinaryIO,
    exchanges: Sequence[Exchange],
    about: Mapping[str, str],
    why: Mapping[str, str],
) -> None:
    """Write the records. `about` says who made them, `why` for whose sake the page was kept."""
    writer = needed("warcio.warcwriter", EXTRA).WARCWriter(sink, gzip=True, warc_version="1.1")
    last = exchanges[-1]
    first = {"WARC-Date": _instant(exchanges[0])}
    writer.write_record(_record("warcinfo", _fields(about), first))
    answer = ""
    for one in exchanges:
        answer = _id()
        common = {"WARC-Date": _instant(one), "WARC-Target-URI": one.url}
        block = final(one.response)
        writer.write_record(_record("response", block, {"WARC-Record-ID": answer} | common))
        writer.write_record(
            _record("request", one.request, common | {"WARC-Concurrent-To": answer})
        )
    told = {"WARC-Date": _instant(last), "WARC-Target-URI": last.url, "WARC-Refers-To": answer}
    writer.write_record(_record("metadata", _fields(why), told))


def replayed(source: BinaryIO) -> Iterator[tuple[str, str, str]]:
    """Yield type, address and content digest of each record, in its order.

    Raises ValueError for a file that is no WARC, or a record that is not what its digest says.
    """
    archive = needed("warcio.archiveiterator", EXTRA)
    heads = needed("warcio.statusandheaders", EXTRA).StatusAndHeadersParserException
    chunks = needed("warcio.bufferedreaders", EXTRA).ChunkedDataException
    unread = needed("warcio.exceptions", EXTRA).ArchiveLoadFailed
    try:
        for record in archive.ArchiveIterator(source, check_digests=True):
            content = record.content_stream().read()
            if record.digest_checker.passed is False:
                raise ValueError("; ".join(record.digest_checker.problems))
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            yield record.rec_type, url, sha256(content).hexdigest()
    except (heads, chunks, unread, EOFError, zlib.error) as error:
        raise ValueError(f"it cannot be read as WARC: {error}") from error


def final(response: bytes) -> bytes:
    """Return the answer that counts, without interim ones before it."""
    while _INTERIM.match(response):
        end = _END_OF_HEAD.search(response)
        if end is None:
            break
        response = response[end.end() :]
    return response


def _record(kind: str, block: bytes, headers: Mapping[str, str]) -> Any:  # noqa: ANN401 - warcio has no types
    builder = needed("warcio.recordbuilder", EXTRA).RecordBuilder
    head = needed("warcio.statusandheaders", EXTRA).StatusAndHeaders
    record = needed("warcio.recordloader", EXTRA).ArcWarcRecord
    end = _END_OF_HEAD.search(block) if kind in {"request", "response"} else None
    payload = block[end.end() :] if end else block
    known = {"WARC-Type": kind, "WARC-Record-ID": _id(), **headers}
    known["WARC-Block-Digest"] = f"sha256:{sha256(block).hexdigest()}"
    if kind != "warcinfo":
        known["WARC-Payload-Digest"] = f"sha256:{sha256(payload).hexdigest()}"
    made = head("", list(known.items()), protocol=_VERSION)
    # Without parsed headers of HTTP the block is written as it is.
    media = builder.WARC_RECORDS[kind]
    return record("warc", kind, made, io.BytesIO(block), None, media, len(block))


def _fields(values: Mapping[str, str]) -> bytes:
    """Return `application/warc-fields`; line breaks in values would begin fields of their own."""
    lines = (f"{name}: {' '.join(value.split())}\r\n" for name, value in values.items() if value)
    return "".join(lines).encode()


def _instant(one: Exchange) -> str:
    return f"{one.at:%Y-%m-%dT%H:%M:%SZ}"


def _id() -> str:
    return f"<urn:uuid:{uuid4()}>"
