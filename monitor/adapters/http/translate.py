"""From the faults of sockets, TLS and HTTP to the words of this program."""

import ssl
from typing import Final

import httpcore

from monitor.adapters.http.backend import TimedStream
from monitor.adapters.http.deadline import Deadline
from monitor.adapters.http.headers import printable
from monitor.domain.errors import FetchError

FAULTS: Final = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
)
"""What a request may raise besides FetchError."""


def translated(
    error: Exception, host: str, stream: TimedStream | None, deadline: Deadline
) -> FetchError:
    """Say what went wrong. `stream` is None where the connection never stood."""
    if isinstance(error, httpcore.TimeoutException):
        return deadline.error() if deadline.is_past else _silence(error, host)
    secure = _tls_fault(error)
    if secure and (stream is None or not stream.received_bytes):
        return FetchError("tls_invalid", f"{host}: {secure}")
    if stream is None or isinstance(error, httpcore.ConnectError):
        return FetchError("connect_failed", f"{host}: {_why(error)}")
    return _body_fault(error, host, stream) if stream.in_body else _head_fault(error, host, stream)


def _silence(error: Exception, host: str) -> FetchError:
    if isinstance(error, httpcore.ConnectTimeout):
        return FetchError("timeout", f"{host} did not take the connection")
    return FetchError("timeout", f"{host} fell silent")


def _head_fault(error: Exception, host: str, stream: TimedStream) -> FetchError:
    if isinstance(error, httpcore.LocalProtocolError):
        return FetchError("protocol_error", "a header of this feed cannot be sent as it is")
    if not stream.received_bytes:
        return FetchError("connect_failed", f"{host} closed the connection without an answer")
    if stream.has_ended or isinstance(error, httpcore.NetworkError):
        return FetchError("protocol_error", f"{host} broke off amid the headers")
    return FetchError("protocol_error", f"{host}: {_why(error)}")


def _body_fault(error: Exception, host: str, stream: TimedStream) -> FetchError:
    if stream.has_ended or isinstance(error, httpcore.NetworkError):
        return FetchError("truncated", f"{host} broke off amid the body")
    return FetchError("protocol_error", f"{host}: {_why(error)}")


def _tls_fault(error: Exception) -> str:
    """Return what is wrong with the other side's TLS; empty where nothing is known to be."""
    cause = error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return printable(cause.verify_message)
    # A server that hangs up amid the handshake says nothing about its certificate.
    if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
        return printable((cause.reason or "handshake failed").replace("_", " ").lower())
    return ""


def _why(error: Exception) -> str:
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror.lower()
    return printable(str(error)) or type(error).__name__
