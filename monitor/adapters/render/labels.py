"""Words that stand by themselves: headings, the names of columns, the method, the reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from monitor.adapters.render.language import Language, mark

_REASONS: Final[Mapping[str, tuple[str, ...]]] = {
    mark("timed out"): ("timeout", "deadline"),
    mark("no connection"): ("connect_failed", "dns_temporary", "dns_timeout"),
    mark("address not found"): ("dns_not_found",),
    mark("access refused"): ("forbidden",),
    mark("feed not found"): ("gone", "not_found"),
    mark("server error"): ("server_error", "protocol_error", "unexpected_status", "truncated"),
    mark("we had no network"): ("offline",),
    mark("invalid certificate"): ("tls_invalid",),
    mark("server asks us to slow down"): ("too_many_requests",),
    mark("redirected astray"): ("bad_redirect", "too_many_redirects", "blocked_address"),
    mark("answer is not a feed"): ("not_a_feed", "empty_body"),
    mark("page without an article"): ("no_article",),
    mark("unreadable document"): (
        "decode_error",
        "dtd_refused",
        "parse_crashed",
        "parse_timeout",
        "too_complex",
        "too_large",
        "unsupported_encoding",
        "unsupported_format",
    ),
    mark("same as another feed"): ("duplicate_feed",),
    mark("fault of this program"): ("program_fault",),
}
REASON_WORDS: Final = {code: words for words, codes in _REASONS.items() for code in codes}


@dataclass(frozen=True, slots=True)
class Labels:
    """The fixed words of a digest in one language; `quotation` is what opens and closes one."""

    glance: str
    below: str
    sight: str
    feeds: str
    answered: str
    silent: str
    items: str
    read: str
    languages: str
    failing_feeds: str
    silent_feeds: str
    method: str
    narrative: str
    movement: str
    country: str
    also: str
    fact_checks: str
    retracted: str
    together: str
    unsubscribe: str
    quotation: tuple[str, str]


def labels(lang: Language) -> Labels:
    """Return the fixed words in a language."""
    opening, _, closing = lang.text("“{title}”", title="\n").partition("\n")
    return Labels(
        glance=lang.text("At a glance"),
        below=lang.text("Less certain finds, for reviewers only"),
        sight=lang.text("How well we could see"),
        feeds=lang.text("Feeds"),
        answered=lang.text("Answered"),
        silent=lang.text("Nothing new"),
        items=lang.text("Items"),
        read=lang.text("Items read"),
        languages=lang.text("Languages"),
        failing_feeds=lang.text("Failing feeds"),
        silent_feeds=lang.text("Silent feeds"),
        method=lang.text("Method"),
        narrative=lang.text("Narrative"),
        movement=lang.text("Movement"),
        country=lang.text("Country"),
        also=lang.text("also:"),
        fact_checks=lang.text("Fact-checks"),
        retracted=lang.text("Withdrawn: a reviewer found that these did not belong"),
        together=lang.text("All narratives together"),
        unsubscribe=lang.text("Unsubscribe"),
        quotation=(opening, closing),
    )


def reason(code: str, lang: Language) -> str:
    """Say why a feed could not be read."""
    return lang.text(REASON_WORDS[code]) if code in REASON_WORDS else code


def method(lang: Language) -> tuple[str, str, str]:
    """Say in three lines how all this comes about."""
    return (
        lang.text(
            "Public feeds of news outlets are polled, and every item is compared with a catalogue"
            " of narratives: titles, summaries and texts, in either script."
        ),
        lang.text(
            "Quotes keep their original letters; stance is a hint; near-identical items are one"
            " entry; “first” means first in our feeds, which is not the origin."
        ),
        lang.text(
            "“Usual” is what the same feeds brought in earlier periods of the same length, for as"
            " many items as now; nothing is compared when fewer than seven feeds in ten answered."
        ),
    )
