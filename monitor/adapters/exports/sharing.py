"""What the formats of sharing platforms have in common: marking, confidence, words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from monitor.domain.digest import Digest
from monitor.domain.hit import DISCLAIMER, Source
from monitor.domain.narrative import Narrative
from monitor.domain.sharing import Names, Print, Shared, SharedHit
from monitor.domain.text import strip_illegal

NAME: Final = "Western Balkans narrative monitor"
# One person's reading makes it moderate at most; what nobody read is a machine's proposal.
_CONFIDENCE: Final = {"confirmed": "moderate"}


@dataclass(frozen=True, slots=True)
class Issue:
    """One sharing: who shares, under which marking, and what the catalogue calls things.

    `noted` keeps in the book what leaves beside hits.
    """

    names: Names
    narratives: dict[str, Narrative]
    noted: Callable[[str, str, Print], Shared]
    tlp: str = "amber"

    def title(self, narrative: str) -> str:
        """Return what a narrative is called; its id where the catalogue has it no more."""
        known = self.narratives.get(narrative)
        return known.title if known else narrative

    def summary(self, narrative: str) -> str:
        """Return what a narrative says."""
        known = self.narratives.get(narrative)
        return known.summary if known else narrative


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """A digest as sharing platforms keep it: its permanent name, and what it says in short."""

    uuid: str
    title: str
    text: str
    published_at: datetime
    record: Shared


def digest_title(digest: Digest) -> str:
    """Return what a digest is called."""
    since, until = digest.window.since, digest.window.until
    return f"Digest {since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC"


def digest_text(digest: Digest) -> str:
    """Return what was found, and how much could be seen: without it, nothing means little."""
    seen = digest.coverage
    return (
        f"{digest.items} items of {digest.outlets} outlets carried narratives; "
        f"{digest.reviewed} of {digest.hits} hits were reviewed.\n"
        f"Of {seen.feeds} feeds {seen.polled} were polled and {seen.ok} answered; "
        f"{seen.items} items were read.\n{DISCLAIMER}"
    )


def estimate(one: SharedHit) -> str:
    """Return the tag that says how sure anybody is. Source: MISP taxonomy estimative-language."""
    level = _CONFIDENCE.get(one.found.review, "low")
    return f'estimative-language:confidence-in-analytic-judgment="{level}"'


def link_of(one: SharedHit) -> str:
    """Return the item's address if it is http(s), else nothing."""
    url = clean(one.found.url)
    return url if url.lower().startswith(("http://", "https://")) else ""


def quotes_of(one: SharedHit) -> list[str]:
    """Return the words that made the hit, each once, in their original letters."""
    return list(dict.fromkeys(clean(piece.quote) for piece in one.found.hit.evidence))


def facts_of(one: SharedHit) -> str:
    """Return what was found, by which versions, what people said of it, and the disclaimer."""
    found = one.found
    stance = found.stance or f"{found.hit.stance_hint} (the machine's hint)"
    lines = [
        f"Narrative {found.hit.narrative}, grade {found.hit.grade}, {found.hit.score:g} points.",
        f"Stance: {stance}. Review: {found.review}.",
        f"Catalogue {found.catalogue_version}, matcher {found.matcher_version}.",
        DISCLAIMER,
    ]
    if found.hit.source is Source.LEARNED:
        lines.insert(1, f"No rule found it: a learned model gives it {found.hit.probability:.2f}.")
    if found.retracted and found.retracted_at:
        lines.insert(0, f"Retracted on {found.retracted_at:%Y-%m-%d}: {found.retracted}.")
    return "\n".join(lines)


def clean(text: str) -> str:
    """Return feed text without what XML and terminals choke on."""
    return strip_illegal(text).strip()
