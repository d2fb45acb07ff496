"""A matcher that knows two words, for what is not about matching."""

from dataclasses import dataclass

from monitor.domain.hit import Evidence, Grade, Hit, Passage, Stance

KEYWORDS = {"brana": "river-dam", "most": "old-bridge"}


@dataclass(frozen=True, slots=True)
class KeywordMatcher:
    """Keeps the Matcher port: one hit a keyword, at its first place in the title or summary."""

    catalogue_version: str = "c0ffee"
    matcher_version: str = "1"

    def match(self, passage: Passage) -> tuple[Hit, ...]:
        if "crash" in passage.title:
            raise ZeroDivisionError
        return tuple(
            Hit(narrative, 80, Grade.DIGEST, Stance.REPORTS, (self._evidence(field, at, keyword),))
            for keyword, narrative in KEYWORDS.items()
            for field in ("title", "summary")
            if (at := getattr(passage, field).find(keyword)) >= 0
        )

    def _evidence(self, field: str, at: int, keyword: str) -> Evidence:
        return Evidence(field, at, at + len(keyword), keyword, keyword, 100)
