from datetime import timedelta

import pytest

from monitor.domain.feed import Validators
from support.fetching import document, failure, fetcher
from support.raw_server import RawServer, reply

FEED = b"<rss/>"
DATE = "Date: Mon, 02 Mar 2026 08:00:00 GMT"
TAGGED = Validators(etag='"v1"', last_modified="Mon, 02 Mar 2026 07:00:00 GMT")


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("401 Unauthorized", "forbidden"),
        ("403 Forbidden", "forbidden"),
        ("404 Not Found", "not_found"),
        ("410 Gone", "gone"),
        ("429 Too Many Requests", "too_many_requests"),
        ("500 Oops", "server_error"),
        ("502 Bad Gateway", "server_error"),
        ("503 Unavailable", "server_error"),
        ("504 Timeout", "server_error"),
        ("599 Odd", "server_error"),
        ("201 Created", "unexpected_status"),
        ("204 No Content", "unexpected_status"),
        ("205 Reset", "unexpected_status"),
        ("206 Partial", "unexpected_status"),
        ("300 Choices", "unexpected_status"),
        ("301 No Location", "unexpected_status"),
        ("302 No Location", "unexpected_status"),
        ("400 Bad", "unexpected_status"),
        ("418 Teapot", "unexpected_status"),
        ("451 Legal", "unexpected_status"),
        ("600 Odd", "unexpected_status"),
        ("999 Denied", "unexpected_status"),
    ],
)
def test_a_status_without_a_document_has_a_reason_and_its_number(status: str, reason: str) -> None:
    body = b"" if status.startswith("20") else FEED
    with RawServer(reply(body, status=status)) as server:
        error = failure(fetcher(), server.url())

    assert (error.reason, status[:3] in error.detail) == (reason, True)
    assert error.retry_after is None


@pytest.mark.parametrize("status", ["403 Forbidden", "503 Unavailable", "200 OK"])
def test_a_challenge_for_browsers_is_forbidden_with_a_hint(status: str) -> None:
    with RawServer(reply(FEED, "CF-Mitigated: challenge", status=status)) as server:
        error = failure(fetcher(), server.url())

    assert (error.reason, "challenge" in error.detail) == ("forbidden", True)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (" 120 ", timedelta(seconds=120)),
        ("99999999", timedelta(hours=24)),
        ("9" * 18, timedelta(hours=24)),
        ("Mon, 02 Mar 2026 08:05:00 GMT", timedelta(minutes=5)),
        ("Monday, 02-Mar-26 08:05:00 GMT", timedelta(minutes=5)),
        ("Tue, 02 Mar 2126 08:05:00 GMT", timedelta(hours=24)),
        ("Mon, 02 Mar 2026 07:55:00 GMT", None),
        ("-5", None),
        ("0", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("9" * 5_000, None),
        ("١٢٠", None),
        ("Mon, 99 Foo 99999 99:99:99 GMT", None),
        ("Mon, 02 Mar 0000 08:05:00 GMT", None),
    ],
)
def test_a_wait_is_understood_in_both_forms_and_nonsense_ignored(
    value: str, wait: timedelta | None
) -> None:
    fields = (DATE, f"Retry-After: {value}")
    answers = {
        "/429": reply(b"", *fields, status="429 Too Many Requests"),
        "/503": reply(b"", *fields, status="503 Unavailable"),
        "/500": reply(b"", *fields, status="500 Oops"),
    }
    with RawServer(answers) as server:
        web = fetcher()

        assert failure(web, server.url("/429")).retry_after == wait
        assert failure(web, server.url("/503")).retry_after == wait
        assert failure(web, server.url("/500")).retry_after is None


def test_an_unchanged_document_is_none() -> None:
    with RawServer(reply(status="304 Not Modified")) as server:
        found = fetcher().fetch(server.url(), TAGGED)

    assert found is None
    assert b'\r\nif-none-match: "v1"\r\n' in server.requests[0].lower()
    assert b"\r\nif-modified-since: mon, 02 mar 2026 07:00:00 gmt\r\n" in server.requests[0].lower()


@pytest.mark.parametrize("known", [Validators(etag='W/"v"'), Validators(last_modified="Mon")])
def test_one_validator_is_enough(known: Validators) -> None:
    with RawServer(reply(status="304 Not Modified")) as server:
        assert fetcher().fetch(server.url(), known) is None

    assert server.requests[0].lower().count(b"\r\nif-") == 1


def test_a_304_that_nobody_asked_for_is_a_fault() -> None:
    with RawServer(reply(status="304 Not Modified")) as server:
        assert failure(fetcher(), server.url()).reason == "protocol_error"


def test_a_document_with_the_known_tag_is_still_a_document() -> None:
    with RawServer(reply(FEED, 'ETag: "v1"')) as server:
        found = fetcher().fetch(server.url(), TAGGED)

    assert found is not None
    assert (found.body, found.validators.etag) == (FEED, '"v1"')


@pytest.mark.parametrize(
    ("field", "validators"),
    [
        ('ETag: "a-b"', Validators(etag='"a-b"')),
        ('ETag: W/"a"', Validators(etag='W/"a"')),
        ("Last-Modified: Mon, 02 Mar 2026 08:00:00 GMT", Validators("", DATE[6:])),
        ('ETag: "' + "a" * 2_000 + '"', Validators()),
        ('ETag: "а"', Validators()),
        ('ETag: "a\tb"', Validators()),
        ("X-None: 1", Validators()),
    ],
)
def test_validators_are_kept_where_they_can_be_sent_back(
    field: str, validators: Validators
) -> None:
    with RawServer(reply(FEED, field)) as server:
        assert document(fetcher(), server.url()).validators == validators


@pytest.mark.parametrize(
    ("fields", "max_age"),
    [
        (["Cache-Control: public, max-age=600"], timedelta(minutes=10)),
        (['Cache-Control: MAX-AGE="600"'], timedelta(minutes=10)),
        (["Cache-Control: s-maxage=60, max-age=600"], timedelta(minutes=10)),
        (["Cache-Control: max-age=600", "Age: 200"], timedelta(seconds=400)),
        (["Cache-Control: max-age=600", "Age: old"], timedelta(minutes=10)),
        (["Cache-Control: max-age=600", "Age: 700"], None),
        (["Cache-Control: max-age=99999999999"], timedelta(hours=24)),
        (["Cache-Control: max-age=0"], None),
        (["Cache-Control: max-age=600, no-cache"], None),
        (["Cache-Control: no-store", "Expires: Mon, 02 Mar 2026 09:00:00 GMT"], None),
        (["Expires: Mon, 02 Mar 2026 09:00:00 GMT"], timedelta(hours=1)),
        (["Expires: Mon, 02 Mar 2026 07:00:00 GMT"], None),
        (["Expires: 0"], None),
        (["Expires: Thu, 01 Jan 2099 00:00:00 GMT"], timedelta(hours=24)),
        ([], None),
    ],
)
def test_freshness_is_read_within_reason(fields: list[str], max_age: timedelta | None) -> None:
    with RawServer(reply(FEED, DATE, *fields)) as server:
        assert document(fetcher(), server.url()).max_age == max_age


@pytest.mark.parametrize(
    ("value", "media_type", "charset"),
    [
        ("text/xml; charset=windows-1251", "text/xml", "windows-1251"),
        ('Application/RSS+XML;Charset="UTF-8"', "application/rss+xml", "utf-8"),
        ("text/xml; charset='cp1250'; x=y", "text/xml", "cp1250"),
        ("text/xml; charset=", "text/xml", ""),
        ("text/xml; charset=utf-8\\0", "text/xml", "utf-8"),
        ("", "", ""),
    ],
)
def test_the_declared_type_and_charset_are_told(value: str, media_type: str, charset: str) -> None:
    with RawServer(reply(FEED, f"Content-Type: {value}")) as server:
        found = document(fetcher(), server.url())

    assert (found.content_type, found.charset) == (media_type, charset)
