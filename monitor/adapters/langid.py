"""What language a text is in, by py3langid, for the few texts that nothing else settles."""

import threading
from collections.abc import Callable
from typing import Final

# The region's, its neighbours' that its outlets write, and those that feeds quote. Fewer choices,
# fewer wrong ones: with all of its languages the model takes Bosnian headlines for Slovak.
LANGUAGES: Final = ("sr", "hr", "bs", "sl", "bg", "mk", "sq", "ru", "en", "de", "it", "tr")
SAMPLE: Final = 400  # code points: more cost time and change little


class LanguageDetector:
    """Loads its model (0.6 s, 100 MB) when first asked; may be shared between threads."""

    def __init__(self) -> None:
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
                self._classify = _load()
        code, _ = self._classify(sample)
        return str(code)


def _load() -> Callable[[str], tuple[str, float]]:
    """Import the library late: with its model it costs more than a whole command may."""
    import py3langid  # noqa: PLC0415 # see above

    py3langid.set_languages(list(LANGUAGES))
    classify: Callable[[str], tuple[str, float]] = py3langid.classify
    return classify
