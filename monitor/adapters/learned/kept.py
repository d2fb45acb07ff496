"""Vectors kept in a file, so that no text is embedded twice."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from monitor.adapters.compiled import user_cache
from monitor.domain.learning import text_key

if TYPE_CHECKING:
    from monitor.ports.learning import Embedder, Vectors

AT_ONCE: Final = 64  # texts embedded between two writes
KEY_BYTES: Final = 16


class VectorFile:
    """Keeps the port `VectorBook`: records of key and vector, one after another, only added to.

    Half a record, which a killed process may leave, is cut off before the next is written.
    """

    def __init__(self, path: Path, size: int) -> None:
        self._path = path
        self._record = np.dtype([("key", f"S{2 * KEY_BYTES}"), ("vector", "<f4", (size,))])
        self._places: dict[str, int] = {}
        self._rows: Any = np.zeros(0, self._record)
        with contextlib.suppress(OSError):
            whole = path.stat().st_size // self._record.itemsize
            self._rows = np.fromfile(path, self._record, count=whole)
        for place, key in enumerate(self._rows["key"]):
            self._places[key.decode("ascii", "replace")] = place

    def get(self, keys: Sequence[str]) -> Mapping[str, "Vectors"]:
        """Return those that are known."""
        places = self._places
        return {key: self._rows["vector"][places[key]] for key in keys if key in places}

    def put(self, vectors: Mapping[str, "Vectors"]) -> None:
        """Keep these. A directory that cannot be written to costs nothing but time."""
        fresh = {key: vector for key, vector in vectors.items() if key not in self._places}
        rows = np.zeros(len(fresh), self._record)
        for place, (key, vector) in enumerate(fresh.items()):
            rows[place] = key.encode(), vector
            self._places[key] = len(self._rows) + place
        self._rows = np.concatenate([self._rows, rows])
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as file:
                size = file.seek(0, 2)
                file.truncate(size - size % self._record.itemsize)
                file.write(rows.tobytes())


class Remembering:
    """An embedder that embeds no text twice; keeps the port `Embedder`."""

    def __init__(
        self,
        embedder: "Embedder",
        directory: Path | None = None,
        seen: Callable[[int, int], None] = lambda _done, _of: None,
    ) -> None:
        """Keep vectors in `directory`, else in the user's cache; `seen` is told how far it is."""
        where = directory or user_cache() / "vectors"
        name = "".join(char if char.isalnum() or char in "-." else "_" for char in embedder.name)
        self._embedder, self._seen = embedder, seen
        self._book = VectorFile(where / f"{name}.vectors", embedder.size)

    @property
    def name(self) -> str:
        """The name of the embedder behind it."""
        return self._embedder.name

    @property
    def size(self) -> int:
        """How many numbers a vector has."""
        return self._embedder.size

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """Return a vector for each text."""
        keys = [text_key(text) for text in texts]
        known = self._book.get(keys)
        unknown = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        done = len(texts) - len(unknown)
        for some in _parts(list(unknown.items())):
            vectors = self._embedder.embed([text for _, text in some])
            self._book.put({key: row for (key, _), row in zip(some, vectors, strict=True)})
            done += len(some)
            self._seen(done, len(texts))
        known = self._book.get(keys)
        empty: Vectors = np.zeros((0, self.size), np.float32)
        return np.stack([known[key] for key in keys]) if keys else empty


def _parts(rows: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]
