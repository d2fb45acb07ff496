"""Compiled catalogues on disk: written once for each content and matcher, read in a moment.

The packaged catalogue is compiled when the program is set up or its wheel is built
(`python -m monitor.adapters.compiled`). Any other is compiled when first used, which takes some
seconds, fewer the more of it was compiled before, and kept in the user's cache directory; where
that cannot be written, the log says so. Plain JSON: a file from elsewhere can be wrong, but it cannot run anything.
"""

import contextlib
import hashlib
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterable
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from monitor.adapters import langid
from monitor.adapters.catalogue import PACKAGED as NARRATIVES
from monitor.adapters.catalogue import fingerprint, load
from monitor.adapters.garbage import no_garbage
from monitor.domain.matching import MATCHER_VERSION, CompiledCatalogue, Matcher
from monitor.domain.matching.compiled import Kind, NarrativePlan, Pattern, RulePlan, Term
from monitor.domain.narrative import FAMILIES, Catalogue, Word
from monitor.domain.rematch import Edition, edition_of
from monitor.domain.stance import StanceHints

#: Beside the packaged narratives, so that it travels in the wheel.
PACKAGED: Final = NARRATIVES / "compiled"
MORPHOLOGY: Final = Path(__file__).parent / "morphology.py"
KEPT: Final = 8  # compiled catalogues, and notes on them, in the user's cache

log = logging.getLogger(__name__)
_DAMAGE: Final = (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError)


def matcher_of(directory: Path, cache_dirs: Iterable[Path] | None = None) -> Matcher:
    """Return a matcher for a directory of narrative files, which is read only if it has changed.

    Looks in each of `cache_dirs`, and keeps in the last of them. Raises ConfigError as
    `catalogue.load` does.
    """
    directories = _caches(cache_dirs)
    with no_garbage():
        return _matcher_of(directory, directories)


def _matcher_of(directory: Path, directories: list[Path]) -> Matcher:
    name = _note_name(directory)  # of what it holds before it is read
    known = _noted(name, directories)
    compiled = find(known.version, directories) if known else None
    if known and compiled:
        return Matcher(compiled, StanceHints(known.stance_cues))
    catalogue = load(directory)
    matcher = load_matcher(catalogue, directories)
    if name != _note_name(directory):  # edited meanwhile: what was read is of neither
        return matcher
    with contextlib.suppress(OSError):  # of which `load_compiled` has told
        directories[-1].mkdir(parents=True, exist_ok=True)
        _write(directories[-1] / name, edition_of(catalogue))
    return matcher


def noted(directory: Path, cache_dirs: Iterable[Path] | None = None) -> Edition | None:
    """Return what was noted of narrative files as they are now; None where nothing was."""
    return _noted(_note_name(directory), _caches(cache_dirs))


def _noted(name: str, directories: Iterable[Path]) -> Edition | None:
    return next(filter(None, (_note(kept / name) for kept in directories)), None)


def load_matcher(catalogue: Catalogue, cache_dirs: Iterable[Path] | None = None) -> Matcher:
    """Return a matcher for a catalogue, stance hints included. See `load_compiled`."""
    return Matcher(load_compiled(catalogue, cache_dirs), StanceHints(catalogue.stance_cues))


def load_compiled(
    catalogue: Catalogue, cache_dirs: Iterable[Path] | None = None
) -> CompiledCatalogue:
    """Return the catalogue compiled: from the first directory that has it, else compiled now.

    It is kept in the last directory. One that cannot be read or written costs nothing but time.
    Raises ConfigError.
    """
    directories = _caches(cache_dirs)
    if found := find(catalogue.version, directories):
        return found
    log.info("compiling catalogue %s, which takes a while", catalogue.version)
    compiled = _compile(catalogue, _latest(directories))
    keeper = directories[-1]
    try:
        keeper.mkdir(parents=True, exist_ok=True)
        write_compiled(compiled, keeper / _name(catalogue.version))
        _prune(keeper)
    except OSError as error:
        what = "%s cannot be written (%s): every start compiles the catalogue; set XDG_CACHE_HOME"
        log.warning(what, keeper, error.strerror)
    return compiled


def find(version: str, cache_dirs: Iterable[Path] | None = None) -> CompiledCatalogue | None:
    """Return a catalogue from the first directory that has it compiled."""
    kept = (_read(each / _name(version), version) for each in _caches(cache_dirs))
    return next(filter(None, kept), None)


def _caches(given: Iterable[Path] | None) -> list[Path]:
    return [PACKAGED, user_cache()] if given is None else list(given)


def write_compiled(compiled: CompiledCatalogue, path: Path) -> None:
    """Write a compiled catalogue: same bytes for same content. A reader never sees half a file.

    Raises OSError.
    """
    known = {family: sorted(words) for family, words in compiled.known.items()}
    _write(path, _fields(compiled) | {"known": known, "matcher": MATCHER_VERSION})


def _fields(value: Any) -> dict[str, Any]:  # noqa: ANN401 - a dataclass
    """Return what a dataclass holds, as it is: to copy it all, as `asdict` does, takes longer."""
    return {name: getattr(value, name) for name in value.__slots__}


def _write(path: Path, content: object) -> None:
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_fields).encode()
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


def _prune(directory: Path) -> None:
    """Forget all but the catalogues that were compiled last."""
    files = sorted(directory.glob("*.json"), key=_written_at)
    for old in files[:-KEPT]:
        old.unlink(missing_ok=True)  # other processes do the same


def _name(version: str) -> str:
    return f"{version}-{MATCHER_VERSION}-{_code()}.json"


@lru_cache(maxsize=1)
def _code() -> str:
    """Return the hash of what compiles, code and dictionaries: what older compiled is not read."""
    package = Path(__file__).parent.parent
    files = [*sorted((package / "domain" / "matching").glob("*.py")), MORPHOLOGY]
    sources = b"".join(path.read_bytes() for path in files) + metadata.version("simplemma").encode()
    return hashlib.blake2b(sources, digest_size=4).hexdigest()


def _note_name(directory: Path) -> str:
    """Return the name of the note on a directory's files: by what they hold, and what hashes it."""
    source = (
        Path(sys.modules[Edition.__module__].__file__ or "").read_bytes() + MATCHER_VERSION.encode()
    )
    code = hashlib.blake2b(source, digest_size=4).hexdigest()
    return f"of-{fingerprint(directory)}-{code}.json"


def _note(path: Path) -> Edition | None:
    """Return what was noted; None if that is absent or broken."""
    try:
        content = json.loads(path.read_bytes())
        cues = tuple(
            (name, tuple(Word(**word) for word in words)) for name, words in content["stance_cues"]
        )
        return Edition(content["version"], dict(content["contents"]), cues)
    except _DAMAGE:
        return None


def _compile(catalogue: Catalogue, earlier: CompiledCatalogue | None) -> CompiledCatalogue:
    # Imported here: the dictionaries cost seconds and memory, and are needed only once.
    from monitor.adapters.morphology import DictionaryMorphology  # noqa: PLC0415 - see above
    from monitor.domain.matching.compile import compile_catalogue  # noqa: PLC0415 - see above

    with no_garbage():
        return compile_catalogue(catalogue, DictionaryMorphology(PACKAGED, _code()), earlier)


def _latest(directories: Iterable[Path]) -> CompiledCatalogue | None:
    """Return what this code compiled last: of most catalogues a new one is an edition."""
    ending = _name("")
    files = [path for kept in directories for path in kept.glob(f"*{ending}")]
    latest = max(files, key=_written_at, default=None)
    return None if latest is None else _read(latest, latest.name.removesuffix(ending))


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # removed meanwhile
        return 0


def _read(path: Path, version: str) -> CompiledCatalogue | None:
    """Return what the file holds; None if it is absent, broken or of another version."""
    try:
        content = json.loads(path.read_bytes())
        compiled = _compiled(content)
    except _DAMAGE:
        return None
    is_ours = (content["matcher"], compiled.version) == (MATCHER_VERSION, version)
    return compiled if is_ours else None


def _compiled(content: dict[str, Any]) -> CompiledCatalogue:
    return CompiledCatalogue(
        version=content["version"],
        terms=tuple(Term(**term | {"kind": Kind(term["kind"])}) for term in content["terms"]),
        meanings=tuple(map(tuple, content["meanings"])),
        forms=content["forms"],
        capitals=content["capitals"],
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


def provide() -> str:
    """See that the packaged catalogue is compiled beside its narratives, and nothing else there.

    What this code compiled before is kept. Return the version.
    """
    PACKAGED.mkdir(exist_ok=True)
    words = _provide_words()
    version = matcher_of(NARRATIVES, [PACKAGED]).catalogue_version
    ours = {_note_name(NARRATIVES), _name(version), langid.provide(PACKAGED).name}
    ours |= words
    for other in PACKAGED.iterdir():
        if other.name not in ours:
            other.unlink()
    return version


def _provide_words() -> set[str]:
    """See that the words of all dictionaries are kept, folded; return the names of the files."""
    from monitor.adapters import morphology  # noqa: PLC0415 - as in `_compile`

    names = {family: morphology.file_name(family, _code()) for family in FAMILIES}
    for family, name in names.items():
        if not (PACKAGED / name).exists():
            (PACKAGED / name).write_bytes(morphology.keep(family))
    return set(names.values())


def main() -> None:
    """Compile the packaged catalogue beside its narratives, replacing what was there."""
    for old in PACKAGED.glob("*"):
        old.unlink()
    sys.stdout.write(f"compiled {provide()} into {PACKAGED}\n")


if __name__ == "__main__":
    main()
