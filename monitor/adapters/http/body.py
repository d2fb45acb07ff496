"""From the bytes on the wire to the bytes of the document, both of them bounded."""

import zlib
from collections.abc import Iterable
from typing import Final

from monitor.adapters.http.headers import HeaderFields, printable
from monitor.adapters.http.limits import Limits
from monitor.domain.errors import FetchError

_GZIP: Final = 16 + zlib.MAX_WBITS
_ZLIB: Final = zlib.MAX_WBITS
_BARE: Final = -zlib.MAX_WBITS
_MAGIC: Final = b"\x1f\x8b"
_MOST_MEMBERS: Final = 16  # of one gzip stream: each costs a copy of what follows
# A chunk costs some 5 us to unframe (2026-11), however small; honest ones hold hundreds of bytes.
_MOST_PIECES: Final = 100_000
_BLANK: Final = b"\xef\xbb\xbf \t\r\n\0"


def encoding_of(fields: HeaderFields) -> str:
    """Return `gzip`, `deflate` or an empty string. Raises FetchError for anything else."""
    named = [name.strip().lower() for name in fields.get("content-encoding").split(",")]
    encodings = [name.removeprefix("x-") for name in named if name not in {"", "identity"}]
    if not encodings:
        return ""
    if len(encodings) > 1 or encodings[0] not in {"gzip", "deflate"}:
        raise FetchError("unsupported_encoding", printable(", ".join(named)))
    return encodings[0]


def refuse_announced(fields: HeaderFields, limits: Limits) -> None:
    """Raise FetchError where the server itself says that the body is too large."""
    length = fields.get("content-length")
    if length.isdecimal() and int(length) > limits.raw_bytes:
        raise FetchError("too_large", f"{int(length):,} bytes announced")


def gather(pieces: Iterable[bytes], limits: Limits) -> bytes:
    """Return the raw body. Raises FetchError as soon as it exceeds its caps."""
    kept: list[bytes] = []
    size = 0
    for count, piece in enumerate(pieces):
        size += len(piece)
        if size > limits.raw_bytes:
            raise FetchError("too_large", f"more than {limits.raw_bytes:,} bytes")
        if count > _MOST_PIECES:
            raise FetchError("protocol_error", f"{size:,} bytes in {count:,} pieces")
        kept.append(piece)
    return b"".join(kept)


def decode(raw: bytes, encoding: str, limits: Limits) -> bytes:
    """Undo the content encoding. Raises FetchError before the result exceeds its cap."""
    if not encoding or not raw:
        return raw
    try:
        if encoding == "gzip":
            return _gunzip(raw, limits.decoded_bytes)
        # "deflate" means zlib's format, but bare streams are sent as well (RFC 9110, 8.4.1.2).
        is_zlib = raw[0] & 0x0F == zlib.DEFLATED and int.from_bytes(raw[:2]) % 31 == 0
        return _inflate(raw, _ZLIB if is_zlib else _BARE, limits.decoded_bytes)[0]
    except zlib.error as error:
        raise FetchError("decode_error", f"not valid {encoding}") from error


def refuse_blank(body: bytes) -> None:
    """Raise FetchError for a body without a single letter."""
    if not body.strip(_BLANK):
        raise FetchError("empty_body", f"{len(body)} bytes, all blank" if body else "0 bytes")


def _gunzip(raw: bytes, cap: int) -> bytes:
    parts: list[bytes] = []
    rest = raw
    for _ in range(_MOST_MEMBERS):
        part, rest = _inflate(rest, _GZIP, cap - sum(map(len, parts)))
        parts.append(part)
        if not rest.startswith(_MAGIC):  # padding after the last member is common and harmless
            return b"".join(parts)
    raise FetchError("decode_error", f"more than {_MOST_MEMBERS} gzip members")


def _inflate(raw: bytes, window_bits: int, cap: int) -> tuple[bytes, bytes]:
    """Return one stream's content and what follows it."""
    inflater = zlib.decompressobj(window_bits)
    content = inflater.decompress(raw, cap + 1)
    if len(content) > cap:
        raise FetchError("too_large", f"more than {cap:,} bytes decoded")
    if not inflater.eof:
        raise FetchError("decode_error", "the compressed body is cut short")
    return content, inflater.unused_data
