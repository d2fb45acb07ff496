"""Every narrative has a title in every language, each in its own letters."""

import unicodedata

import pytest

from monitor.adapters import catalogue
from monitor.adapters.packaged import packaged
from monitor.adapters.render.language import LOCALES
from monitor.domain.narrative import Narrative


@pytest.fixture(scope="module")
def narratives() -> tuple[Narrative, ...]:
    return catalogue.load(packaged("narratives")).narratives


@pytest.mark.parametrize("lang", [code for code in LOCALES if code != "en"])
def test_every_narrative_is_named_in_every_language(
    narratives: tuple[Narrative, ...], lang: str
) -> None:
    titles = {one.id: dict(one.titles).get(lang, "") for one in narratives}

    assert [name for name, title in titles.items() if not title] == []
    script = "CYRILLIC" if lang in {"sr-Cyrl", "mk"} else "LATIN"
    strange = [
        title
        for title in titles.values()
        if any(char.isalpha() and not unicodedata.name(char).startswith(script) for char in title)
    ]
    assert strange == []
