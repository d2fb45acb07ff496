"""Compiled catalogues on disk: written once for each content and matcher, read in a moment.

The packaged catalogue is compiled when the program is set up or its wheel is built
(`python -m monitor.adapters.compiled`). Any other is compiled when first used, which takes
seconds, and kept in the user's cache directory if that can be written. Plain JSON: a file from
elsewhere can be wrong, but it cannot run anything.
"""

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from monitor.adapters import catalogue
from monitor.domain.matching import MATCHER_VERSION, CompiledCatalogue, Matcher
from monitor.domain.matching.compiled import Kind, NarrativePlan, Pattern, RulePlan, Term
from monitor.domain.narrative import Catalogue
from monitor.domain.stance import StanceHints

#: Beside the packaged narratives, so that it travels in the wheel.
PACKAGED: Final = Path(__file__).parent.parent / "narratives" / "compiled"


def load_matcher(of: Catalogue) -> Matcher:
    """Return a matcher for a catalogue, stance hints included."""
    return Matcher(load_compiled(of), StanceHints(of.stance_cues))


def load_compiled(
    catalogue: Catalogue, cache_dirs: Iterable[Path] | None = None
) -> CompiledCatalogue:
    """Return the catalogue compiled: from the first directory that has it, else compiled now.

    A directory that cannot be read or written costs nothing but time. Raises ConfigError.
    """
    directories = [PACKAGED, user_cache()] if cache_dirs is None else list(cache_dirs)
    name = f"{catalogue.version}-{MATCHER_VERSION}.json"
    for directory in directories:
        found = _read(directory / name, catalogue.version)
        if found:
            return found
    compiled = _compile(catalogue)
    for directory in reversed(directories):
        with contextlib.suppress(OSError):
            directory.mkdir(parents=True, exist_ok=True)
            write_compiled(compiled, directory / name)
            break
    return compiled


def write_compiled(compiled: CompiledCatalogue, path: Path) -> None:
    """Write a compiled catalogue: same bytes for same content. A reader never sees half a file.

    Raises OSError.
    """
    known = {family: sorted(words) for family, words in compiled.known.items()}
    content = asdict(compiled) | {"known": known, "matcher": MATCHER_VERSION}
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def user_cache() -> Path:
    """Return the user's cache directory. Source: XDG Base Directory Specification."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - a home that is unknown must not raise
    return Path(home) / "western-balkans-narrative-monitor"


def _compile(catalogue: Catalogue) -> CompiledCatalogue:
    # Imported here: the dictionaries cost seconds and memory, and are needed only once.
    from monitor.adapters.morphology import DictionaryMorphology  # noqa: PLC0415 - see above
    from monitor.domain.matching.compile import compile_catalogue  # noqa: PLC0415 - see above

    return compile_catalogue(catalogue, DictionaryMorphology())


def _read(path: Path, version: str) -> CompiledCatalogue | None:
    """Return what the file holds; None if it is absent, broken or of another version."""
    try:
        content = json.loads(path.read_bytes())
        compiled = _compiled(content)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return (
        compiled if (content["matcher"], compiled.version) == (MATCHER_VERSION, version) else None
    )


def _compiled(content: dict[str, Any]) -> CompiledCatalogue:
    return CompiledCatalogue(
        version=content["version"],
        terms=tuple(Term(**term | {"kind": Kind(term["kind"])}) for term in content["terms"]),
        forms=content["forms"],
        prefixes=content["prefixes"],
        known={family: frozenset(words) for family, words in content["known"].items()},
        patterns=tuple(
            Pattern(**pattern | {"terms": tuple(pattern["terms"])})
            for pattern in content["patterns"]
        ),
        concepts=tuple((name, tuple(patterns)) for name, patterns in content["concepts"]),
        narratives=tuple(map(_narrative, content["narratives"])),
    )


def _narrative(row: dict[str, Any]) -> NarrativePlan:
    rules = tuple(
        RulePlan(**{name: _frozen(value) for name, value in rule.items()}) for rule in row["rules"]
    )
    return NarrativePlan(**{name: _frozen(value) for name, value in row.items()} | {"rules": rules})


def _frozen(value: Any) -> Any:  # noqa: ANN401 - JSON, whose shape the dataclasses name
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def main() -> None:
    """Compile the packaged catalogue beside its narratives, replacing what was there."""
    packaged = catalogue.load(catalogue.PACKAGED)
    PACKAGED.mkdir(exist_ok=True)
    path = PACKAGED / f"{packaged.version}-{MATCHER_VERSION}.json"
    if not path.exists():
        write_compiled(_compile(packaged), path)
    for old in PACKAGED.glob("*.json"):
        if old != path:
            old.unlink()
    sys.stdout.write(f"compiled {packaged.version} into {path}\n")


if __name__ == "__main__":
    main()
