"""Texts of made words, many of them typos of each other, and narratives that list some of them."""

import random


def typos(chance: random.Random) -> tuple[list[str], list[str]]:
    """Return words, and titles of three of them."""
    words = [_typed(word, chance) for word in ("kamarastan", "tumbalegor", "virokelsad") * 8]
    return words, list(dict.fromkeys(" ".join(chance.sample(words, 3)) for _ in range(60)))


def two_phrases(words: list[str], chance: random.Random) -> str:
    """Return a narrative's phrases: a word, and two words."""
    return f"{chance.choice(words)}, {' '.join(chance.sample(words, 2))}"


def _typed(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return chance.choice([word, word[:at] + word[at + 1 :], word[:at] + "e" + word[at:]])
