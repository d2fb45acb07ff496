"""What language a text is in, by py3langid, for the few texts that nothing else settles.

Its model knows 142 languages and takes half a second to unpack. Ours alone are written beside the
compiled catalogue when the program is set up or its wheel is built.
"""

import importlib.metadata
import logging
import lzma
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from monitor.adapters.packaged import packaged

# The region's, its neighbours' that its outlets write, and those that feeds quote. Fewer choices,
# fewer wrong ones: with all of its languages the model takes Bosnian headlines for Slovak.
LANGUAGES: Final = ("sr", "hr", "bs", "sl", "bg", "mk", "sq", "ru", "en", "de", "it", "tr")
SAMPLE: Final = 400  # code points: more cost time and change little
_DAMAGE: Final = (OSError, EOFError, ValueError, KeyError, lzma.LZMAError, zipfile.BadZipFile)

log = logging.getLogger(__name__)


class LanguageDetector:
    """Loads its model when first asked; may be shared between threads.

    That takes 0.25 s and 90 MB with a model of our languages in `directory`, by default the
    packaged one, and 0.65 s and 120 MB without.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self._classify: Callable[[str], tuple[str, float]] | None = None
        self._lock = threading.Lock()

    def __call__(self, text: str) -> str:
        """Return an ISO 639-1 code; empty for a text without words.

        Which of sr, hr, bs it is is noise: only the family that they share is told reliably.
        """
        sample = text[:SAMPLE].encode(errors="replace").decode()
        if not any(map(str.isalpha, sample)):
            return ""
        with self._lock:
            if self._classify is None:
                self._classify = _load(self._directory or _packaged())
        code, _ = self._classify(sample)
        return str(code)


def provide(directory: Path) -> Path:
    """See that the model of our languages is where a detector looks for it; return its file."""
    from py3langid.modelio import save_model  # noqa: PLC0415 # as below

    path = _model_of_ours(directory)
    if not path.exists():
        whole = _whole()
        tables = (whole.nb_ptc, whole.nb_pc, whole.nb_classes)
        unfinished = path.with_suffix(".tmp")
        save_model(unfinished, (*tables, whole.tk_nextmove, whole.tk_row, whole.tk_output))
        unfinished.replace(path)
    return path


def _load(directory: Path) -> Callable[[str], tuple[str, float]]:
    """Import the library late: with its model it costs more than a whole command may."""
    from py3langid.langid import LanguageIdentifier  # noqa: PLC0415 # see above

    path = _model_of_ours(directory)
    try:
        found = LanguageIdentifier.from_model_file(path)
    except _DAMAGE as error:
        log.debug("%s cannot be read (%r): the whole model is", path, error)
        found = _whole()
    classify: Callable[[str], tuple[str, float]] = found.classify
    return classify


def _whole() -> Any:  # noqa: ANN401 - published without types
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 # see above

    found = LanguageIdentifier.from_model_file(MODEL_FILE)
    found.set_languages(list(LANGUAGES))
    return found


def _packaged() -> Path:
    return packaged("narratives") / "compiled"


def _model_of_ours(directory: Path) -> Path:
    version = importlib.metadata.version("py3langid")
    return directory / f"py3langid-{version}-{'-'.join(LANGUAGES)}.npz.xz"
