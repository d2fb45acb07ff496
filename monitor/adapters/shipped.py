"""The files of a catalogue on their way to machines that lack its directory."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from monitor.domain.errors import ConfigError

MOST_BYTES: Final = 8_000_000  # of all files; ours have 600,000


def packed(directory: Path) -> dict[str, str]:
    """Return a catalogue's files by name. Raises ConfigError where these are too much to send."""
    files = {path.name: path.read_bytes() for path in sorted(directory.glob("*.yaml"))}
    size = sum(map(len, files.values()))
    if size > MOST_BYTES:
        what = f"has {size} bytes of narratives; at most {MOST_BYTES} can be sent to workers"
        raise ConfigError(what, file=str(directory))
    return {name: content.decode() for name, content in files.items()}


@contextmanager
def unpacked(files: Mapping[str, str]) -> Iterator[Path]:
    """Hold a directory of these files."""
    with TemporaryDirectory(prefix="candidate-") as home:
        for name, content in files.items():
            (Path(home) / Path(name).name).write_text(content, encoding="utf-8", newline="")
        yield Path(home)
