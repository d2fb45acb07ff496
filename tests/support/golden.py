"""The golden digests: what every format and language gives for the sample day.

`PYTHONPATH=tests python -m support.golden` writes them anew; read the diff before you keep it.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from monitor.adapters.render import FORMATS, LANGUAGES, render
from monitor.adapters.render.language import CATALOGUE, language
from monitor.domain.compose import compose
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


@cache
def golden() -> Mapping[str, str]:
    """Return every golden file's text by its name."""
    sample = compose(sample_material(), WINDOW, reviewer_edition=True)
    days = {"quiet": quiet_material(), "blind": blind_material()}
    return {
        **{f"sample.en.{ENDINGS[form]}": _text(sample, form, "en") for form in FORMATS},
        **{f"sample.{lang}.txt": _text(sample, "text", lang) for lang in LANGUAGES},
        **{f"counts.{lang}.txt": _counts(lang) for lang in LANGUAGES if lang != "en"},
        **{
            f"{name}.en.txt": _text(compose(day, WINDOW), "text", "en")
            for name, day in days.items()
        },
    }


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
        (FOLDER / name).write_text(text, encoding="utf-8")
