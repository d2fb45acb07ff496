"""Stored hits and items in words, as lists on pages show them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from operator import itemgetter

from monitor.adapters.render import wording
from monitor.adapters.render.language import Language
from monitor.domain.digest import Marked
from monitor.domain.excerpt import marked_title, plain, quotes
from monitor.domain.hit import ArchivedHit, ArchivedItem
from monitor.domain.narrative import Narrative


@dataclass(frozen=True, slots=True)
class Card:
    """One hit or item of a list. `url` is http(s) or empty; `stance` is in words, maybe empty."""

    item_id: int
    hit_id: int
    title: Marked
    quotes: tuple[Marked, ...]
    url: str
    lang: str
    outlet_id: str
    outlet: str
    place: str
    language: str
    seen: str
    narratives: tuple[tuple[str, str], ...]  # (id, title)
    stance: str = ""
    review: str = ""
    grade: str = ""
    score: float = 0.0
    story_id: str = ""
    story_size: int = 1


@dataclass(frozen=True, slots=True)
class Teller:
    """Puts what was found into words of one language."""

    lang: Language
    narratives: dict[str, Narrative]
    today: date

    def narrative(self, narrative_id: str) -> str:
        """Return a narrative's title, or its id where the catalogue has it no more."""
        known = self.narratives.get(narrative_id)
        return self.lang.narrative(dict(known.titles), known.title) if known else narrative_id

    def group(self, by: str) -> Callable[[str], str]:
        """Return what names a group of hits."""
        return {"narrative": self.narrative, "lang": self.lang.language}.get(by, str)

    def hits(self, found: Sequence[ArchivedHit]) -> list[Card]:
        """Put hits into words, those of one item together on one card."""
        cards: list[Card] = []
        for card in map(self.hit, found):
            if cards and cards[-1].item_id == card.item_id:
                cards[-1] = _together(cards[-1], card)
            else:
                cards.append(card)
        return cards

    def hit(self, one: ArchivedHit) -> Card:
        """Put a hit into words."""
        title = marked_title(one.title, one.hit.evidence)
        is_marked = any(is_match for _, is_match in title.parts)
        fields = (("summary", one.summary), ("text", ""))
        told = fields if is_marked else (("title", ""), *fields)
        title, told_by = _with_found(title, quotes(told, one.hit.evidence), one.snippet)
        return Card(
            item_id=one.item_id,
            hit_id=one.hit_id,
            title=title,
            quotes=told_by,
            url=link(one.url),
            lang=one.lang,
            outlet_id=one.outlet_id,
            outlet=plain(one.outlet_name),
            place=self.lang.country(one.country),
            language=self.lang.language(one.lang),
            seen=self.lang.moment(one.first_seen_at, self.today),
            narratives=((one.hit.narrative, self.narrative(one.hit.narrative)),),
            stance=wording.stance_word(one.stance or one.hit.stance_hint.value, self.lang),
            review=one.review,
            grade=one.hit.grade.value,
            score=one.hit.score,
            story_id=one.story_id,
            story_size=one.story_size,
        )

    def item(self, one: ArchivedItem) -> Card:
        """Put an item into words."""
        summary = plain(one.summary)
        short = summary if len(summary) <= 240 else f"{summary[:240].rsplit(' ', 1)[0]} …"  # noqa: PLR2004
        start = (Marked(((short, False),)),) if short else ()
        title, told = _with_found(marked_title(one.title, ()), start, one.snippet)
        return Card(
            item_id=one.item_id,
            hit_id=0,
            title=title,
            quotes=told,
            url=link(one.url),
            lang=one.lang,
            outlet_id=one.outlet_id,
            outlet=one.outlet_id,
            place=self.lang.country(one.country),
            language=self.lang.language(one.lang),
            seen=self.lang.moment(one.first_seen_at, self.today),
            narratives=tuple((name, self.narrative(name)) for name in one.narratives),
            story_id=one.story_id,
        )


def _together(first: Card, other: Card) -> Card:
    """Return one card for two hits of one item; what is said of a hit is said of the first."""
    title = merged(first.title, other.title) or first.title
    told = [*first.quotes, *(one for one in other.quotes if one not in first.quotes)]
    return replace(
        first, title=title, quotes=tuple(told), narratives=(*first.narratives, *other.narratives)
    )


def _with_found(
    title: Marked, told: tuple[Marked, ...], found: Marked | None
) -> tuple[Marked, tuple[Marked, ...]]:
    """Mark the words that were searched for, too: in the title, a quotation, or one of their own."""
    if found is None:
        return title, told
    if both := merged(title, found):
        return both, told
    for place, one in enumerate(told):
        if both := merged(one, found):
            return title, (*told[:place], both, *told[place + 1 :])
    return title, (found, *told)


def merged(one: Marked, other: Marked) -> Marked | None:
    """Return the same text with the marks of both; None where the texts differ."""
    if one.plain != other.plain:
        return None
    marks = [a or b for a, b in zip(_marks(one), _marks(other), strict=True)]
    letters = zip(one.plain, marks, strict=True)
    parts = groupby(letters, key=itemgetter(1))
    return Marked(tuple(("".join(letter for letter, _ in some), mark) for mark, some in parts))


def _marks(text: Marked) -> Iterator[bool]:
    for part, is_match in text.parts:
        yield from (is_match for _ in part)


def link(url: str) -> str:
    """Return the address if it is one that a reader may be sent to, else nothing."""
    is_clean = " " not in url and plain(url) == url
    return url if is_clean and url.lower().startswith(("http://", "https://")) else ""
