"""Read a directory of narrative files into a Catalogue, or say in which line it is wrong."""

import contextlib
import difflib
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import RootModel

from monitor.adapters.catalogue_rows import Family, Id, NarrativeRow, Words
from monitor.adapters.garbage import no_garbage
from monitor.adapters.yaml_file import Where, YamlFile, read, validated
from monitor.domain.errors import ConfigError
from monitor.domain.matching.fold import fold
from monitor.domain.narrative import Catalogue, Concept, Example, Narrative, Rule, Word

PACKAGED: Final = Path(__file__).parent.parent / "narratives"
CONCEPTS: Final = "concepts.yaml"
STANCE: Final = "stance.yaml"
_UNSEEN: Final = frozenset({"line", "file", "examples", "version", "disarm"})


class Concepts(RootModel[dict[Id, Words]]):
    """`concepts.yaml` and `stance.yaml`: named groups of words."""


def load(directory: Path) -> Catalogue:
    """Return the catalogue of this directory. Raises ConfigError, one line a mistake.

    Shared concepts and stance cues that the directory does not define are the packaged ones.
    """
    if not directory.is_dir():
        raise ConfigError("is not a directory; name one with narrative files", file=str(directory))
    files = sorted(path for path in directory.glob("*.yaml") if path.name not in {CONCEPTS, STANCE})
    if not files:
        raise ConfigError("has no narrative file (*.yaml); add one", file=str(directory))
    with no_garbage():
        return _load(directory, files)


def _load(directory: Path, files: Sequence[Path]) -> Catalogue:
    shared = _groups(_nearest(directory, CONCEPTS))
    cues = _groups(_nearest(directory, STANCE))
    faults: list[ConfigError] = []
    narratives: list[Narrative] = []
    own: dict[str, tuple[Word, ...]] = {}
    for path in files:
        try:
            narrative, concepts = _narrative(path, shared)
        except ConfigError as fault:
            faults.append(fault)
            continue
        narratives.append(narrative)
        own |= concepts
    if faults:
        raise ConfigError.all_of(faults)
    everything = tuple(Concept(name, words) for name, words in {**shared, **own}.items())
    stance = tuple(cues.items())
    catalogue = Catalogue("", tuple(narratives), everything, stance)
    return replace(catalogue, version=_version(catalogue))


def fingerprint(directory: Path) -> str:
    """Return a hash of the files that `load` would read: another one means another catalogue."""
    files = {*directory.glob("*.yaml"), _nearest(directory, CONCEPTS), _nearest(directory, STANCE)}
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(files):
        with contextlib.suppress(OSError):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _nearest(directory: Path, name: str) -> Path:
    return directory / name if (directory / name).exists() else PACKAGED / name


def _groups(path: Path) -> dict[str, tuple[Word, ...]]:
    source = read(path)
    groups = validated(source, Concepts).root
    return {name: _words(source, (name,), words) for name, words in groups.items()}


def _words(
    source: YamlFile, where: Where, words: Mapping[Family, Sequence[str]]
) -> tuple[Word, ...]:
    return tuple(
        _word(source, (*where, family, n), family, text)
        for family, texts in words.items()
        for n, text in enumerate(texts)
    )


def _word(source: YamlFile, where: Where, family: str, text: str) -> Word:
    if not fold(text.strip("=*")):
        raise source.fault(where, "has no letters or digits; write words")
    if "*" in text.rstrip("*") or text.endswith("**"):
        raise source.fault(where, "`*` may only end a word; write for example secesij*")
    return Word(lang=family, text=text, line=source.line(where))


def _narrative(
    path: Path, shared: Mapping[str, object]
) -> tuple[Narrative, dict[str, tuple[Word, ...]]]:
    source = read(path)
    row = validated(source, NarrativeRow)
    if row.id != path.stem:
        raise source.fault(("id",), f"must be the file's name; write id: {path.stem}")
    if not row.rules and not row.phrases:
        raise source.fault((), "has neither `rules` nor `phrases`; add at least one phrase")
    if row.thresholds.review > row.thresholds.digest:
        raise source.fault(("thresholds",), "review must not be above digest")
    own = {
        f"{row.id}/{name}": _words(source, ("concepts", name), words)
        for name, words in row.concepts.items()
    }
    narrative = Narrative(
        id=row.id,
        title=row.title,
        summary=row.summary,
        paragraphs=tuple(row.paragraphs),
        rationale=row.rationale,
        rules=_rules(source, row, shared.keys() | own.keys()),
        phrases=_phrases(source, row),
        examples=_examples(source, row),
        titles=tuple(row.titles.items()),
        digest_threshold=row.thresholds.digest,
        review_threshold=row.thresholds.review,
        min_words=row.min_words,
        langs=tuple(row.langs),
        countries=tuple(row.countries),
        file=path.name,
        disarm=tuple(row.disarm),
    )
    return narrative, own


def _phrases(source: YamlFile, row: NarrativeRow) -> tuple[Word, ...]:
    found: list[Word] = []
    for family, phrases in row.phrases.items():
        seen: dict[str, int] = {}
        for n, phrase in enumerate(phrases):
            where: Where = ("phrases", family, n)
            if not any(char.isalpha() for char in phrase.text):
                what = f"`{phrase.text}` has no letters; a number is found everywhere: add words"
                raise source.fault(where, what)
            word = replace(_word(source, where, family, phrase.text), weight=phrase.weight)
            key = fold(phrase.text)
            if key in seen:
                what = f"`{phrase.text}` is also in line {seen[key]}; keep one"
                raise source.fault(where, what)
            seen[key] = word.line
            found.append(word)
    return tuple(found)


def _rules(source: YamlFile, row: NarrativeRow, known: Collection[str]) -> tuple[Rule, ...]:
    found: dict[str, Rule] = {}
    for n, rule in enumerate(row.rules):
        where: Where = ("rules", n)
        if rule.id in found:
            first = found[rule.id].line
            raise source.fault((*where, "id"), f"`{rule.id}` is also in line {first}; rename one")
        groups = [*rule.all, rule.any] if rule.any else rule.all
        if not groups:
            raise source.fault(where, "names no concept; add `all:` or `any:`")
        found[rule.id] = Rule(
            id=rule.id,
            all_of=tuple(_named(source, where, row.id, group, known) for group in groups),
            none_of=_named(source, where, row.id, rule.none, known),
            within=rule.within,
            ordered=rule.order,
            field=rule.field,
            weight=rule.weight,
            langs=tuple(rule.langs),
            countries=tuple(rule.countries),
            line=source.line(where),
        )
    return tuple(found.values())


def _named(
    source: YamlFile, where: Where, narrative: str, names: Sequence[str], known: Collection[str]
) -> tuple[str, ...]:
    """Resolve concept names: the file's own first, then the shared ones."""
    found = []
    for name in names:
        own = f"{narrative}/{name}"
        if own not in known and name not in known:
            near = difflib.get_close_matches(name, [n.rpartition("/")[2] for n in known], n=1)
            hint = f"did you mean `{near[0]}`?" if near else "define it under `concepts:`"
            raise source.fault(where, f"no concept is called `{name}`; {hint}")
        found.append(own if own in known else name)
    return tuple(found)


def _examples(source: YamlFile, row: NarrativeRow) -> tuple[Example, ...]:
    return tuple(
        Example(
            lang=example.lang,
            title=example.title,
            summary=example.summary,
            grade=(example.grade or "digest") if kind == "match" else "none",
            stance=example.stance or "",
            line=source.line(("examples", kind, n)),
        )
        for kind, examples in (("match", row.examples.match), ("no-match", row.examples.no_match))
        for n, example in enumerate(examples)
    )


def _version(catalogue: Catalogue) -> str:
    """Hash what matching and readers see: not line numbers, file names or examples."""
    canonical = json.dumps(_seen(catalogue), ensure_ascii=False, sort_keys=True).encode()
    return hashlib.blake2b(canonical, digest_size=6).hexdigest()


def _seen(value: object) -> object:
    """Return a value as JSON has it, without what is not seen; `asdict` takes five times as long."""
    if isinstance(value, (str, int, float)):  # most of them
        return value
    if isinstance(value, (list, tuple)):
        return [_seen(inner) for inner in value]
    if isinstance(value, dict):
        return {name: _seen(inner) for name, inner in value.items() if name not in _UNSEEN}
    if is_dataclass(value):
        return {name: _seen(getattr(value, name)) for name in _names_of(value.__class__)}
    return value


@cache
def _names_of(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name not in _UNSEEN)
