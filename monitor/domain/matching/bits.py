"""Sets of words of a stream as whole numbers: a bit for each word, that of the first the lowest.

What holds for all words at once is then a few operations of the machine, however long the text.
"""

from collections.abc import Iterator


def numbers(bits: int) -> Iterator[int]:
    """Yield the words of a set by number, in order."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def windows(bits: int, width: int) -> int:
    """Return where a window of so many words may begin that holds a word of the set."""
    done = 1
    while 2 * done <= width:
        bits |= bits >> done
        done *= 2
    return bits | bits >> (width - done)


def before(bits: int, reach: int) -> int:
    """Return the words that stand before a word of the set, at most so far from it."""
    return windows(bits >> 1, reach)


def up_to(end: int) -> int:
    """Return the set of the first words, so many."""
    return (1 << end) - 1
