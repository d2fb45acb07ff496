"""An embedder of one's own: a directory with an ONNX export, run on this machine."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from monitor.adapters.exports.extras import needed
from monitor.domain.errors import ConfigError

if TYPE_CHECKING:
    from monitor.ports.learning import Vectors

EXTRA: Final = "onnx"
MODEL, TOKENS, PREFIX = "model.onnx", "tokenizer.json", "prefix.txt"
MOST_TOKENS: Final = 512
_SENT: Final = ("input_ids", "attention_mask", "token_type_ids")


class OnnxEmbedder:
    """Keeps the port `Embedder`: the mean of the last layer over a text's tokens, of length 1.

    The directory has `model.onnx` and `tokenizer.json`, as sentence embedders are exported, and
    maybe `prefix.txt`, which is put before each text. One thread, one text at a time: the same
    text has the same vector whatever its company.
    """

    def __init__(self, directory: Path) -> None:
        """Load the model. Raises ConfigError without the extra, or for a directory without one."""
        runtime, tokenizers = needed("onnxruntime", EXTRA), needed("tokenizers", EXTRA)
        self._numpy = needed("numpy", "semantic")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            content = (directory / MODEL).read_bytes()
            words = (directory / TOKENS).read_text(encoding="utf-8")
            prefix = directory / PREFIX
            self._prefix = (
                prefix.read_text(encoding="utf-8").rstrip("\n") if prefix.exists() else ""
            )
        except (OSError, UnicodeDecodeError) as error:
            what = f"has no {MODEL} and {TOKENS} that can be read"
            raise ConfigError(what, file=str(directory)) from error
        try:
            self._session = runtime.InferenceSession(content, options)
            self._tokens = tokenizers.Tokenizer.from_str(words)
            self._tokens.no_padding()
            self._tokens.enable_truncation(MOST_TOKENS)
            self._asked = [one.name for one in self._session.get_inputs()]
            self._size = len(self._one("a"))
        except Exception as error:
            what = f"cannot be used: {str(error).splitlines()[0][:200]}"
            raise ConfigError(what, file=str(directory)) from error
        parts = (content, words.encode(), self._prefix.encode())
        known = hashlib.blake2b(b"".join(hashlib.sha256(one).digest() for one in parts))
        self._name = f"onnx-{known.hexdigest()[:12]}"

    @property
    def name(self) -> str:
        """Which model: a hash of its files."""
        return self._name

    @property
    def size(self) -> int:
        """How many numbers a vector has."""
        return self._size

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """Return a vector of length 1 for each text."""
        rows = [self._one(text) for text in texts]
        found: Vectors = self._numpy.zeros((len(rows), self._size), "float32")
        for place, row in enumerate(rows):
            found[place] = row
        return found

    def _one(self, text: str) -> Any:  # noqa: ANN401 - a row of an array
        numpy = self._numpy
        clean = text.replace("\0", " ").encode(errors="replace").decode()
        read = self._tokens.encode(self._prefix + clean)
        ids = numpy.array([read.ids or [0]], "int64")
        sent = (ids, numpy.ones_like(ids), numpy.zeros_like(ids))
        given = {name: one for name, one in zip(_SENT, sent, strict=True) if name in self._asked}
        layer = self._session.run(None, given)[0]
        vector = layer[0].mean(axis=0) if layer.ndim > 2 else layer[0]  # noqa: PLR2004 - pooled
        length = float(numpy.linalg.norm(vector))
        if not length:
            vector, length = numpy.ones_like(vector), float(numpy.sqrt(len(vector)))
        return (vector / length).astype("float32")
