"""What storing an item needs of its words, made beforehand: by any process, outside transactions."""

from dataclasses import dataclass

from monitor.domain.matching.fold import fold
from monitor.domain.story import Gist, bands, gist


@dataclass(frozen=True, slots=True)
class Imprint:
    """The folded words of an item's fields, a space between, and where its story may be met."""

    title: str
    summary: str
    text: str
    bands: tuple[int, ...]

    @classmethod
    def of(cls, title: str, summary: str, text: str) -> "Imprint":
        """Fold the fields of an item. Cost: some 30 microseconds for a title with its summary."""
        fields = fold(title), fold(summary), fold(text)
        return cls(*fields, bands(_gist(*fields)))

    def __reduce__(self) -> tuple[type["Imprint"], tuple[object, ...]]:
        """Pickle as one call: a third of the time of setting field by field."""
        return Imprint, (self.title, self.summary, self.text, self.bands)

    @property
    def words(self) -> str:
        """All words in their order."""
        return _joined(self.title, self.summary, self.text)

    @property
    def gist(self) -> Gist:
        """What the item's text is compared by."""
        return _gist(self.title, self.summary, self.text)


def folded(title: str, summary: str, text: str) -> str:
    """Return `Imprint.words` alone."""
    return _joined(fold(title), fold(summary), fold(text))


def gist_of(title: str, summary: str, text: str) -> Gist:
    """Return `Imprint.gist` alone."""
    return _gist(fold(title), fold(summary), fold(text))


def _joined(*fields: str) -> str:
    return " ".join(filter(None, fields))


def _gist(title: str, summary: str, text: str) -> Gist:
    return gist(title.split(), summary.split(), text.split())
