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

from monitor.adapters.catalogue import PACKAGED as NARRATIVES
from monitor.adapters.catalogue import load
from monitor.domain.matching import MATCHER_VERSION, CompiledCatalogue, Matcher
from monitor.domain.matching.compiled import Kind, NarrativePlan, Pattern, RulePlan, Term
from monitor.domain.narrative import Catalogue
from monitor.domain.stance import StanceHints

#: Beside the packaged narratives, so that it travels in the wheel.
PACKAGED: Final = NARRATIVES / "compiled"


def load_matcher(catalogue: Catalogue, cache_dirs: Iterable[Path] | None = None) -> Matcher:
    """Return a matcher for a catalogue, stance hints included. See `load_compiled`."""
    return Matcher(load_compiled(catalogue, cache_dirs), StanceHints(catalogue.stance_cues))


def load_compiled(
    catalogue: Catalogue, cache_dirs: Iterable[Path] | None = None
) -> CompiledCatalogue:
    """Return the catalogue compiled: from the first directory that has it, else compiled now.

    A directory that cannot be read or written costs nothing but time. Raises ConfigError.
    """
    directories = [PACKAGED, user_cache()] if cache_dirs is None else list(cache_dirs)
    for directory in directories:
        found = _read(directory / _name(catalogue), catalogue.version)
        if found:
            return found
    compiled = _compile(catalogue)
    for directory in reversed(directories):
        with contextlib.suppress(OSError):
            directory.mkdir(parents=True, exist_ok=True)
            write_compiled(compiled, directory / _name(catalogue))
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


def _name(catalogue: Catalogue) -> str:
    return f"{catalogue.version}-{MATCHER_VERSION}.json"


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
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    is_ours = (content["matcher"], compiled.version) == (MATCHER_VERSION, version)
    return compiled if is_ours else None


def _compiled(content: dict[str, Any]) -> CompiledCatalogue:
    return CompiledCatalogue(
        version=content["version"],
        terms=tuple(Term(**term | {"kind": Kind(term["kind"])}) for term in content["terms"]),
        forms={family: _numbers(forms) for family, forms in content["forms"].items()},
        capitals=_numbers(content["capitals"]),
        prefixes=_numbers(content["prefixes"]),
        known={family: frozenset(words) for family, words in content["known"].items()},
        patterns=tuple(
            Pattern(**pattern | {"terms": tuple(pattern["terms"])})
            for pattern in content["patterns"]
        ),
        concepts=tuple((name, tuple(patterns)) for name, patterns in content["concepts"]),
        narratives=tuple(map(_narrative, content["narratives"])),
    )


def _numbers(row: dict[str, list[int]]) -> dict[str, tuple[int, ...]]:
    return {form: tuple(numbers) for form, numbers in row.items()}


def _narrative(row: dict[str, Any]) -> NarrativePlan:
    rules = tuple(
        RulePlan(**{name: _frozen(value) for name, value in rule.items()}) for rule in row["rules"]
    )
    return NarrativePlan(**{name: _frozen(value) for name, value in row.items()} | {"rules": rules})


def _frozen(value: Any) -> Any:  # noqa: ANN401 - JSON, whose shape the dataclasses name
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def main() -> None:
    """Compile the packaged catalogue beside its narratives, replacing what was there."""
    catalogue = load(NARRATIVES)
    path = PACKAGED / _name(catalogue)
    PACKAGED.mkdir(exist_ok=True)
    write_compiled(_compile(catalogue), path)
    for old in set(PACKAGED.glob("*.json")) - {path}:
        old.unlink()
    sys.stdout.write(f"{path} is compiled\n")


if __name__ == "__main__":
    main()
