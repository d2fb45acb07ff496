"""The golden digests: what every format and language gives for the sample day.

`PYTHONPATH=tests python -m support.golden` writes them anew; read the diff before you keep it.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from monitor.adapters.render import FORMATS, LANGUAGES, render
from monitor.adapters.render.language import CATALOGUE, language
from monitor.domain.compose import Material, compose
from monitor.domain.digest import Digest
from support.digests import WINDOW, blind_material, quiet_material, sample_material
from support.messages import catalogue

FOLDER: Final = Path(__file__).parents[1] / "integration" / "render" / "golden"
PAGES: Final = "monitor.web"
COUNTS: Final = (0, 1, 2, 5, 11, 21, 22, 101, 1_002)
_PLACE: Final = re.compile(r"\{(\w+)\}")
ENDINGS: Final = {
    "text": "txt",
    "markdown": "md",
    "html": "html",
    "json": "json",
    "atom": "xml",
}


def golden() -> Mapping[str, Callable[[], str]]:
    """Return what writes each golden file's text, by the file's name."""
    days = {"quiet": quiet_material, "blind": blind_material}
    return {
        **{f"sample.en.{ENDINGS[form]}": partial(_sample, form, "en") for form in FORMATS},
        **{f"sample.{lang}.txt": partial(_sample, "text", lang) for lang in LANGUAGES},
        **{f"counts.{lang}.txt": partial(_counts, lang) for lang in LANGUAGES if lang != "en"},
        **{f"{name}.en.txt": partial(_day, material) for name, material in days.items()},
    }


def _sample(form: str, lang: str) -> str:
    return _text(compose(sample_material(), WINDOW, reviewer_edition=True), form, lang)


def _day(material: Callable[[], Material]) -> str:
    return _text(compose(material(), WINDOW), "text", "en")


def _text(digest: Digest, form: str, lang: str) -> str:
    return render(digest, form, lang, "Europe/Belgrade", "https://monitor.example")


def _counts(lang: str) -> str:
    """Return every phrase that counts, of digests and of pages, with counts of every kind."""
    words = language(lang, "Europe/Belgrade", (CATALOGUE, PAGES))
    lines = []
    for package in (CATALOGUE, PAGES):
        for message in (one for one in catalogue(lang, package) if one.pluralizable):
            one, many = message.id[0], message.id[1]
            places = {name: f"[{name}]" for name in _PLACE.findall(one) if name != "n"}
            lines.append(f"# {many}")
            lines += [words.plural(one, many, count, **places) for count in COUNTS]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in golden().items():
        (FOLDER / name).write_text(text(), encoding="utf-8")
