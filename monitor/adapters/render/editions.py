"""All that a channel may need of one digest in one language: rendered once, sent to many."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from monitor.adapters.render.html import render_html
from monitor.adapters.render.json import render_json
from monitor.adapters.render.language import Language, language
from monitor.adapters.render.mail import MailBodies, mail_bodies
from monitor.adapters.render.markdown import render_markdown
from monitor.adapters.render.subject import subject
from monitor.adapters.render.view import LIMITS, View, build_view, shortened
from monitor.domain.digest import Digest

MOST_MARKDOWN: Final = 16_000  # characters: Mattermost takes 16,383 in a post


@dataclass(frozen=True)
class Edition:
    """A digest in one language. Each form is made when it is first asked for.

    `unsubscribe` is the address of the page that ends the subscription, or empty.
    """

    digest: Digest
    lang: Language
    base_url: str = ""
    unsubscribe: str = ""

    @cached_property
    def subject(self) -> str:
        """One line of our own words: never a feed's."""
        return subject(self.digest, self.lang)

    @cached_property
    def mail(self) -> MailBodies:
        """The bodies of a mail, which together stay below 100 kB."""
        return mail_bodies(self.digest, self.lang, self.base_url, self.unsubscribe)

    @cached_property
    def page(self) -> str:
        """The HTML document that stands alone."""
        return render_html(self.digest, self.lang, self.base_url)

    @cached_property
    def json(self) -> str:
        """The whole model."""
        return render_json(self.digest, self.lang, self.base_url)

    @cached_property
    def markdown(self) -> str:
        """Markdown that fits into one post of a chat."""
        text = ""
        for limit in LIMITS:
            text = render_markdown(shortened(self.digest, limit), self.lang, self.base_url)
            if len(text) <= MOST_MARKDOWN:
                break
        return text[:MOST_MARKDOWN]

    @cached_property
    def view(self) -> View:
        """The digest in words."""
        return build_view(self.digest, self.lang, self.base_url)


def edition(
    digest: Digest, lang: str, tz: str, *, base_url: str = "", unsubscribe: str = ""
) -> Edition:
    """Return the edition in a language and zone. Raises ConfigError for one that is unknown."""
    return Edition(digest, language(lang, tz), base_url, unsubscribe)
