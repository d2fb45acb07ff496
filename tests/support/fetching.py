"""A fetcher for loopback servers, impatient enough for tests."""

import ssl
from datetime import timedelta
from functools import cache

import httpx

from monitor.adapters.http.fetcher import HttpFetcher
from monitor.adapters.http.limits import Limits
from monitor.domain.errors import FetchError
from monitor.domain.feed import Document, Validators
from support.network import StubNetwork

HASTY = Limits(
    connect=timedelta(seconds=0.5), silence=timedelta(seconds=0.5), total=timedelta(seconds=1.0)
)
AGENT = "monitor-tests/1 (+https://primer.example/contact)"


@cache
def public_tls() -> ssl.SSLContext:
    """Return the certificate store of the world at large; reading it is slow."""
    return httpx.create_ssl_context()


def fetcher(
    stub: StubNetwork | None = None,
    *,
    limits: Limits = HASTY,
    allow_private_networks: bool = True,
    tls: ssl.SSLContext | None = None,
) -> HttpFetcher:
    """Return a fetcher that may visit loopback, unless told otherwise."""
    return HttpFetcher(
        AGENT,
        allow_private_networks=allow_private_networks,
        limits=limits,
        network=(stub or StubNetwork()).network(),
        tls=tls or public_tls(),
    )


def guarded(stub: StubNetwork) -> HttpFetcher:
    """Return a fetcher that keeps to public addresses."""
    return fetcher(stub, allow_private_networks=False)


def document(web: HttpFetcher, url: str, **validators: str) -> Document:
    """Return what was fetched, where something must have been."""
    found = web.fetch(url, Validators(**validators))
    if found is None:
        raise AssertionError(f"{url} is said to be unchanged")
    return found


def failure(web: HttpFetcher, url: str, validators: Validators | None = None) -> FetchError:
    """Return the error of a fetch that must fail."""
    try:
        web.fetch(url, validators or Validators())
    except FetchError as error:
        return error
    raise AssertionError(f"{url} was fetched")
