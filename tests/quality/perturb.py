"""Phrases as people really write them: inflected, misspelt, in another script or order."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

HERE: Final = Path(__file__).parent
SEED: Final = 20261122
SHORTEST_MISSPELT: Final = 7  # letters: a shorter word with a typo may well be another word

_LATIN_TO_CYRILLIC: Final = dict(
    zip("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш", strict=True)
)
_DIGRAPHS: Final = {"lj": "љ", "nj": "њ", "dž": "џ"}
_MACEDONIAN: Final = (
    {cyrillic: latin for latin, cyrillic in _LATIN_TO_CYRILLIC.items()}
    | {cyrillic: latin for latin, cyrillic in _DIGRAPHS.items()}
    | {"ѓ": "gj", "ќ": "kj", "ѕ": "dz"}
)
_BARE: Final = str.maketrans(dict(zip("čćšžëçѓќё", "ccszecгке", strict=True)) | {"đ": "dj"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a catalogue would say (`base`), and how else texts say it (`forms`)."""

    family: str
    base: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence that holds a phrase in one of its disguises."""

    phrase: Phrase
    kind: str
    text: str


def phrases() -> list[Phrase]:
    """Return every phrase of `phrases.yaml`, each once."""
    families = _read("phrases.yaml")
    return [
        _phrase(family, group["first"], head, modifier)
        for family, groups in families.items()
        for group in groups
        for head in group["heads"]
        for modifier in group["modifiers"]
    ]


def cases(everything: list[Phrase]) -> Iterator[Case]:
    """Yield each phrase in each disguise that its language and letters allow."""
    chance = random.Random(SEED)  # noqa: S311 # no secret: the same sentences every time
    carriers = _read("carriers.yaml")
    for phrase in everything:
        carrier = carriers[phrase.family]
        for kind, disguised in disguises(phrase, carrier["inserted"], chance):
            sentence = chance.choice(carrier["sentences"]).replace("{}", disguised)
            text = to_other_script(sentence, phrase.family) if kind == "other script" else sentence
            yield Case(phrase, kind, text)


def negatives() -> Iterator[tuple[str, str]]:
    """Yield (family, sentence without any phrase): look-alikes, and carriers that carry nothing."""
    for family, carrier in _read("carriers.yaml").items():
        for sentence in carrier["negatives"]:
            yield family, sentence
        for sentence in carrier["sentences"]:
            yield family, sentence.replace("{}", "…")


def disguises(
    phrase: Phrase, inserted: list[str], chance: random.Random
) -> Iterator[tuple[str, str]]:
    """Yield (kind, words). The other script is the sentence's, so here the words are plain."""
    inflected = chance.choice(phrase.forms) if phrase.forms else ""
    yield "plain", phrase.base
    if inflected:
        yield "inflected", inflected
    for kind, words in (("typo", phrase.base), ("inflected + typo", inflected)):
        if max(map(len, words.split()), default=0) >= SHORTEST_MISSPELT:
            yield kind, misspelt(words, chance)
    if phrase.base.translate(_BARE) != phrase.base:
        yield "no diacritics", phrase.base.translate(_BARE)
    if phrase.family in {"hbs", "mk"}:
        yield "other script", inflected or phrase.base
    first, *rest = phrase.base.split()
    yield "word inserted", " ".join((first, chance.choice(inserted), *rest))
    yield "other order", " ".join((*rest, first))


def misspelt(words: str, chance: random.Random) -> str:
    """Return the words with one slip of the finger in the longest, never in its first letter."""
    parts = words.split()
    longest = max(range(len(parts)), key=lambda n: len(parts[n]))
    word = parts[longest]
    at = chance.randrange(1, len(word) - 1)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    dropped = word[:at] + word[at + 1 :]
    doubled = word[:at] + word[at] + word[at:]
    other = chance.choice([letter for letter in word if letter != word[at]])
    replaced = word[:at] + other + word[at + 1 :]
    slips = [slip for slip in (swapped, dropped, doubled, replaced) if slip != word]
    parts[longest] = chance.choice(slips)
    return " ".join(parts)


def to_other_script(text: str, family: str) -> str:
    """Return Latin hbs in Cyrillic, Cyrillic mk in Latin."""
    if family == "hbs":
        for pair, letter in _DIGRAPHS.items():
            for written in (pair, pair.title(), pair.upper()):
                text = text.replace(written, letter if written == pair else letter.upper())
    table = _LATIN_TO_CYRILLIC if family == "hbs" else _MACEDONIAN
    return "".join(_in_case(char, table.get(char.lower(), char)) for char in text)


def _in_case(char: str, letters: str) -> str:
    return letters.capitalize() if char.isupper() else letters


def _phrase(family: str, first: str, head: list[str], modifier: list[str]) -> Phrase:
    forms = max(len(head), len(modifier))
    written = []
    for n in range(forms if len(head) > 1 else 1):
        pair = (head[min(n, len(head) - 1)], modifier[min(n, len(modifier) - 1)])
        written.append(" ".join(pair if first == "head" else reversed(pair)))
    base, *others = dict.fromkeys(written)
    return Phrase(family, base, tuple(others))


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load((HERE / name).read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 # strings only
    return content
