"""Notice that files were changed, without reading them."""

from collections.abc import Sequence
from pathlib import Path

Signature = tuple[tuple[str, int, int], ...]


class WatchedFiles:
    """Files, and directories with the files in them. Looked at when asked: no thread, no inotify."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._seen = self._signature()

    def have_changed(self) -> bool:
        """Say whether something is different from the last time this was asked."""
        before, self._seen = self._seen, self._signature()
        return before != self._seen

    def _signature(self) -> Signature:
        return tuple(_about(file) for path in self._paths for file in _files(path))


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.yaml")) if path.is_dir() else [path]


def _about(file: Path) -> tuple[str, int, int]:
    try:
        found = file.stat()
    except OSError:
        return (str(file), 0, -1)
    return (str(file), found.st_mtime_ns, found.st_size)
