"""The golden digests: what every format and language gives for the sample day.

`PYTHONPATH=tests python -m support.golden` writes them anew; read the diff before you keep it.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from monitor.adapters.render import FORMATS, LANGUAGES, render
from monitor.domain.compose import compose
from monitor.domain.digest import Digest
from support.digests import WINDOW, blind_material, quiet_material, sample_material

FOLDER: Final = Path(__file__).parents[1] / "integration" / "render" / "golden"
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
        **{
            f"{name}.en.txt": _text(compose(day, WINDOW), "text", "en")
            for name, day in days.items()
        },
    }


def _text(digest: Digest, form: str, lang: str) -> str:
    return render(digest, form, lang, "Europe/Belgrade", "https://monitor.example")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in golden().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
