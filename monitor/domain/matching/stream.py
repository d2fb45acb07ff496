"""A passage as one stream of folded words: title, summary, text."""

import re
from dataclasses import dataclass, field
from typing import Final, TypeVar

from monitor.domain.hit import Passage
from monitor.domain.language import family
from monitor.domain.matching.fold import shapes, spans, tokens

#: Code points of each field that are read; what follows is left out.
LONGEST: Final = {"title": 2_000, "summary": 20_000, "text": 20_000}

#: Signs that part clauses: what stands on either side is hardly one phrase.
_PARTS: Final = re.compile(r"[!?;:…|()\[\]—]|[.,](?!\d)|\s[-–]\s")

Word = TypeVar("Word")


def family_of(passage: Passage) -> str:
    """Return the language family that a passage is hinted to be in; empty if unknown."""
    return family(passage.lang)


def words_of(passage: Passage) -> tuple[list[str], list[str], list[str]]:
    """Return the folded words of title, summary and text."""
    title, summary, text = passage.title, passage.summary, passage.text
    return (
        tokens(title[: LONGEST["title"]]),
        tokens(summary[: LONGEST["summary"]]) if summary else [],
        tokens(text[: LONGEST["text"]]) if text else [],
    )


@dataclass(frozen=True, slots=True)
class Stream:
    """The words of a passage. The summary begins at `title_end`, the text at `lead_end`.

    `skipped` counts words at the beginning of the text that the summary has said already.
    `family` is the language family, or empty if unknown; `located` is what `spans` looked up.
    """

    passage: Passage
    words: list[str]
    title_end: int
    lead_end: int
    skipped: int
    family: str
    located: dict[str, list[tuple[int, int]]] = field(default_factory=dict, compare=False)

    @classmethod
    def of(
        cls, passage: Passage, title: list[str], summary: list[str], text: list[str]
    ) -> "Stream":
        """Join the words of the fields, as `words_of` returns them."""
        skipped = _repeated(summary, text)
        words = [*title, *summary, *text[skipped:]]
        lead_end = len(title) + len(summary)
        return cls(passage, words, len(title), lead_end, skipped, family_of(passage))

    def without_repeats(self, words: list[Word]) -> list[Word]:
        """Leave out what the text repeats, of a list with an entry for each word of the passage."""
        if not self.skipped:
            return words
        return words[: self.lead_end] + words[self.lead_end + self.skipped :]

    def field_end(self, name: str) -> int:
        """Return where the words of a rule's field end: of title, lead (title, summary) or any."""
        return {"title": self.title_end, "lead": self.lead_end}.get(name, len(self.words))

    def in_one_field(self, start: int, end: int) -> bool:
        """Say whether no field begins between these words; the end is not included."""
        return not (start < self.title_end < end or start < self.lead_end < end)

    def shapes(self) -> list[bytes]:
        """Return the letters of each word with their case, see `fold.shapes`."""
        title, summary, text = (shapes(each) for each in self._fields().values())
        return self.without_repeats(title + summary + text)

    def place(self, at: int) -> tuple[str, int]:
        """Return the field that a word is of, and the number of the word in that field."""
        if at < self.title_end:
            return "title", at
        if at < self.lead_end:
            return "summary", at - self.title_end
        return "text", at - self.lead_end + self.skipped

    def spans(self, name: str) -> list[tuple[int, int]]:
        """Return where in a field its words stand, see `fold.spans`; looked up once."""
        if name not in self.located:
            self.located[name] = spans(self._fields()[name])
        return self.located[name]

    def in_one_clause(self, start: int, end: int) -> bool:
        """Say whether no sign that parts clauses stands between these words of one field."""
        name, first = self.place(start)
        places = self.spans(name)
        text: str = getattr(self.passage, name)
        return not _PARTS.search(text, places[first][1], places[first + end - start - 1][0])

    def _fields(self) -> dict[str, str]:
        return {name: getattr(self.passage, name)[:end] for name, end in LONGEST.items()}


def _repeated(summary: list[str], text: list[str]) -> int:
    """Return how many words the text begins with that are the summary's: feeds cut it so.

    The last word of the summary may be cut in two, and then is read again.
    """
    whole = min(len(summary) - 1, len(text))
    return whole if whole > 0 and summary[:whole] == text[:whole] else 0
