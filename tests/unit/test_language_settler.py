from dataclasses import dataclass, field

import pytest

from monitor.domain.hit import Hit, Passage
from monitor.services.match import LanguageSettler


@dataclass
class RememberingMatcher:
    """Keeps the Matcher port: finds nothing, remembers what it was asked."""

    catalogue_version: str = "c"
    matcher_version: str = "m"
    asked: list[Passage] = field(default_factory=list)

    def match(self, passage: Passage) -> tuple[Hit, ...]:
        self.asked.append(passage)
        return ()


@pytest.mark.parametrize(
    ("passage", "lang"),
    [
        (Passage("Çfarë është kjo", lang="cnr"), "cnr"),
        (Passage("Шта се догађа ноћас", lang=""), "sr-Cyrl"),
        (Passage("", "Çfarë është kjo dhe pse", lang="nonsense"), "sq"),
        (Passage("", "", "Что это было и почему", lang=""), "ru"),
        (Passage("1 2 3", lang=""), "und"),
        (Passage("Lorem dolor", lang=""), "xh"),
    ],
)
def test_a_language_is_settled_where_none_that_we_read_is_declared(
    passage: Passage, lang: str
) -> None:
    matcher = RememberingMatcher()

    LanguageSettler(matcher, detect=lambda _: "xh").match(passage)

    assert [asked.lang for asked in matcher.asked] == [lang]


def test_versions_are_those_of_the_matcher_within() -> None:
    settler = LanguageSettler(RememberingMatcher(), detect=lambda _: "")

    assert (settler.catalogue_version, settler.matcher_version) == ("c", "m")
