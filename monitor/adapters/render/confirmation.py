"""The letter that asks an address whether it wants digests at all."""

import textwrap
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from css_inline import CSSInliner

from monitor.adapters.render.html import environment
from monitor.adapters.render.language import language
from monitor.adapters.render.mail import MailBodies
from monitor.adapters.render.text import WIDTH
from monitor.domain.subscription import UNCONFIRMED_KEPT, Subscription

_A_MONDAY: Final = datetime(2024, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _View:
    """The letter in words; links as (words, address)."""

    lang: str
    name: str
    heading: str
    lines: tuple[str, ...]
    confirm: tuple[str, str]
    refuse: tuple[str, str]
    foot: str


def confirmation(one: Subscription, confirm: str, refuse: str) -> tuple[str, MailBodies]:
    """Return the subject and the bodies of the letter, in the language of the subscription.

    `confirm` and `refuse` are the addresses of pages; looking at them changes nothing.
    """
    lang = language(one.lang, one.zone)
    subject = lang.text("Please confirm your subscription")
    view = _View(
        lang=lang.code,
        name=lang.text("Western Balkans narrative monitor"),
        heading=subject,
        lines=(
            lang.text(
                "Somebody, probably you, asked for the digest of the Western Balkans narrative"
                " monitor at this address."
            ),
            _rhythm(one),
        ),
        confirm=(lang.text("Confirm"), confirm),
        refuse=(lang.text("Forget this address now"), refuse),
        foot=lang.plural(
            "If it was not you, there is nothing to do: no digest comes, and the address is"
            " forgotten after {n} day.",
            "If it was not you, there is nothing to do: no digest comes, and the address is"
            " forgotten after {n} days.",
            UNCONFIRMED_KEPT.days,
        ),
    )
    page = environment().get_template("confirmation.html.j2").render(view=view)
    html = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False).inline(page)
    return subject, MailBodies(_text(view), html)


def _text(view: _View) -> str:
    lines = "\n".join(textwrap.fill(line, WIDTH) for line in view.lines)
    foot = textwrap.fill(view.foot, WIDTH)
    links = (f"{words}: {url}" for words, url in (view.confirm, view.refuse))
    confirm, refuse = links
    parts = (view.name.upper(), view.heading, lines, confirm, foot, refuse)
    return "\n\n".join(parts) + "\n"


def _rhythm(one: Subscription) -> str:
    """Say when digests would come."""
    lang, at = language(one.lang, one.zone), f"{one.at:%H:%M}"
    if one.weekday is None:
        return lang.text("It would come daily at {time} ({zone}).", time=at, zone=lang.place())
    day = lang.weekday(_A_MONDAY + timedelta(days=one.weekday))
    return lang.text(
        "It would come weekly: {day}, {time} ({zone}).", day=day, time=at, zone=lang.place()
    )
