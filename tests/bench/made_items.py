"""Items of an archive that never was: our own words, every language and script, always the same.

Words are drawn as in news (Zipf), most from stems made of syllables, so that a million items hold
some 800,000 distinct words as real ones do. Three in a hundred carry a phrase of the catalogue,
fifteen are another outlet's copy of an item of the last days, ten have a full text.
"""

import random
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Final

from monitor.domain.feed import Feed, Outlet, OutletKind
from monitor.domain.identity import content_hash, keys_of
from monitor.domain.item import Item

SEED: Final = 20261127
UNTIL: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
SPAN: Final = timedelta(days=3 * 365)
OUTLETS: Final = 300
CARRIES: Final = 0.03  # a phrase of the catalogue
COPIED: Final = 0.15
RECENT: Final = 1_500  # items that may be copied: of one or two days
A_POLL: Final = (1, 1, 1, 2, 2, 3, 4, 6, 10, 20)  # new items of one feed at one moment

# language, family, share of the items, countries of its outlets
LANGUAGES: Final = (
    ("sr-Latn", "hbs", 24, ("RS", "ME", "BA", "XK")),
    ("sr-Cyrl", "hbs", 14, ("RS", "BA")),
    ("bs", "hbs", 14, ("BA",)),
    ("hr", "hbs", 8, ("BA",)),
    ("cnr", "hbs", 6, ("ME",)),
    ("mk", "mk", 12, ("MK",)),
    ("sq", "sq", 14, ("AL", "XK", "MK")),
    ("en", "en", 6, ("INT", "XK")),
    ("ru", "ru", 2, ("INT",)),
)
_SMALL: Final = {
    "hbs": "i u na je se da za od su sa o će ne koji to iz kao do bi ali što po nakon još",
    "mk": "и на во се да за од со е ќе не што кој го ги по но како до дека ја меѓу",
    "sq": "të e në dhe për me se nga një do është më i janë ka u kjo por si pas deri nuk",
    "en": "the of to in and a for on that with is was as by at from it will be has not an after",
    "ru": "и в на не что с по за из к о как от для это но до при его она они был",
}
_NOUNS: Final = {
    "hbs": "zakon sporazum parlament protest gasovod savez kongres samit premijer ambasador "
    "direktor sindikat izvoz aerodrom stadion klub festival odbor budžet tunel vlad- granic- "
    "komisij- opštin- bolnic- policij- strank- reform- kriz- plat- energij- železnic- škol- sednic- "
    "deklaracij- poplav- pšenic- cen- mlek- vest-",
    "mk": "закон договор парламент протест премиер амбасадор директор синдикат извоз аеродром "
    "стадион фестивал одбор буџет тунел влад- границ- комисиј- општин- болниц- полициј- реформ- "
    "криз- плат- енергиј- железниц-",
    "sq": "ligj parlament protestë kryeministr ambasador drejtor sindikat eksport aeroport stadium "
    "festival buxhet tunel qeveri kufi komision komun spital polic reform kriz pag energji",
    "en": "law agreement parliament protest pipeline union congress summit minister ambassador "
    "director export airport stadium festival budget tunnel government border commission hospital",
    "ru": "закон парламент протест союз конгресс саммит премьер директор экспорт аэропорт стадион "
    "бюджет тоннель границ- комисси- больниц- полици- реформ- энерги-",
}
_ENDINGS: Final = {
    "hbs": ("", "a", "u", "om", "i", "e", "ima"),
    "hbs-": ("a", "e", "i", "u", "om", "ama"),
    "mk": ("", "от", "и", "ите", "а"),
    "mk-": ("а", "ата", "и", "ите"),
    "sq": ("", "i", "it", "in", "e", "et", "eve"),
    "en": ("", "s"),
    "ru": ("", "а", "у", "ом", "е", "ы", "ов"),
    "ru-": ("а", "ы", "е", "у", "ой"),
}
_SYLLABLES: Final = {
    "hbs": ("b d g k l lj m n nj p r s š t v z ž č h tr pr sl kr st", "a e i o u"),
    "mk": ("б в г д ж з к л м н п р с т ф ц ч ш тр пр ст", "а е и о у"),
    "sq": ("b d dh f g gj h k l ll m n p q r rr s sh t th v z", "a e ë i o u"),
    "en": ("b c d f g h l m n p r s t v w br cl st tr", "a e i o u ea ou"),
    "ru": ("б в г д ж з к л м н п р с т х ц ш ст пр", "а е и о у я ы"),
}
_STEMS: Final = {"hbs": 40_000, "mk": 14_000, "sq": 16_000, "en": 14_000, "ru": 9_000}
_SMALL_SHARE: Final = 0.36  # of all words of a text
_CYRILLIC: Final = (
    *(("lj", "љ"), ("nj", "њ"), ("dž", "џ"), ("Lj", "Љ"), ("Nj", "Њ"), ("Dž", "Џ")),
    *zip("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш", strict=True),
    *zip("ABVGDĐEŽZIJKLMNOPRSTĆUFHCČŠ", "АБВГДЂЕЖЗИЈКЛМНОПРСТЋУФХЦЧШ", strict=True),
)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one poll of a feed brings."""

    feed: Feed
    at: datetime
    items: tuple[Item, ...]


class Words:
    """The words of one language family, the commonest first, and how often each is drawn."""

    def __init__(self, family: str, chance: random.Random) -> None:
        forms: dict[str, float] = {}
        nouns = _NOUNS[family].split()
        made = (_stem(family, chance) for _ in range(_STEMS[family]))
        for rank, stem in enumerate([*nouns, *dict.fromkeys(made)]):
            kind = f"{family}-" if stem.endswith("-") else family
            for place, ending in enumerate(_ENDINGS[kind]):
                form = stem.removesuffix("-") + ending
                weight = 1 / ((rank + 60) ** 1.2 * (place + 1) ** 1.3)
                forms[form] = forms.get(form, 0) + weight
        small = _SMALL[family].split()
        unit = sum(forms.values()) * _SMALL_SHARE / (1 - _SMALL_SHARE)
        unit /= sum(1 / (rank + 3) for rank in range(len(small)))
        forms |= {word: unit / (rank + 3) for rank, word in enumerate(small)}
        self.forms = list(forms)
        self.sums = list(accumulate(forms.values()))

    def draw(self, chance: random.Random, count: int) -> list[str]:
        """Return so many words."""
        return chance.choices(self.forms, cum_weights=self.sums, k=count)


def _stem(family: str, chance: random.Random) -> str:
    consonants, vowels = (some.split() for some in _SYLLABLES[family])
    length = chance.choice((1, 2, 2, 2, 3))
    made = "".join(chance.choice(consonants) + chance.choice(vowels) for _ in range(length))
    return made + chance.choice(consonants)


def cyrillic(text: str) -> str:
    """Return Serbian text in its other script."""
    for latin, letter in _CYRILLIC:
        text = text.replace(latin, letter)
    return text


def feeds() -> list[Feed]:
    """Return one feed an outlet; the first outlets of a language publish most."""
    found = []
    total = sum(share for _, _, share, _ in LANGUAGES)
    for lang, _, share, countries in LANGUAGES:
        for number in range(max(2, round(OUTLETS * share / total))):
            name = f"{lang.lower()}-{number:03}"
            outlet = Outlet(
                name,
                f"List {name}",
                countries[number % len(countries)],
                (lang,),
                OutletKind.PRIVATE,
                f"https://{name}.example/",
            )
            found.append(Feed(f"{name}-vesti", f"https://{name}.example/rss", outlet))
    return found


class Press:
    """All outlets together. `phrases` are the catalogue's, by family."""

    def __init__(self, phrases: Mapping[str, Sequence[str]], seed: int = SEED) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - no secret: the same items every time
        self._phrases = phrases
        self._families = {lang: family for lang, family, _, _ in LANGUAGES}
        families = dict.fromkeys(self._families.values())
        self.words = {family: Words(family, self._chance) for family in families}
        self._feeds = feeds()
        shares = {lang: share for lang, _, share, _ in LANGUAGES}
        own: dict[str, int] = {}
        self._weights = []
        for feed in self._feeds:
            (lang,) = feed.outlet.languages
            own[lang] = own.get(lang, 0) + 1
            self._weights.append(shares[lang] / (own[lang] + 4))
        self._recent: dict[str, deque[tuple[str, str]]] = {
            family: deque(maxlen=RECENT) for family in families
        }
        self._number = 0

    def polls(self, count: int) -> Iterator[Batch]:
        """Yield polls with so many items in all, in the order of time."""
        step, made = SPAN / count, 0
        at = UNTIL - SPAN
        while made < count:
            (feed,) = self._chance.choices(self._feeds, self._weights)
            size = min(self._chance.choice(A_POLL), count - made)
            items = tuple(self._item(feed, at) for _ in range(size))
            yield Batch(feed, at.replace(microsecond=0), items)
            made += size
            at += step * size

    def _item(self, feed: Feed, at: datetime) -> Item:
        chance, (lang,) = self._chance, feed.outlet.languages
        family = self._families[lang]
        recent = self._recent[family]
        if recent and chance.random() < COPIED:
            title, summary = self._copied(*chance.choice(recent))
        else:
            title, summary = self._written(family)
            recent.append((title, summary))
        text = ""
        if chance.random() < 0.1:
            text = _sentences(self.words[family].draw(chance, 130))
        if lang == "sr-Cyrl":
            title, summary, text = map(cyrillic, (title, summary, text))
        self._number += 1
        url = f"{feed.outlet.homepage}vesti/{self._number}/{at:%Y-%m-%d}"
        return Item(
            keys=keys_of(feed, url, url, title, None),
            feed_id=feed.id,
            outlet_id=feed.outlet.id,
            country=feed.outlet.country,
            url=url,
            title=title,
            summary=summary,
            text=text,
            lang=lang,
            published_at=at.replace(microsecond=0) - timedelta(minutes=chance.randrange(90)),
            published_raw="",
            content_hash=content_hash(title, summary, text),
        )

    def _written(self, family: str) -> tuple[str, str]:
        chance, words = self._chance, self.words[family]
        title, body = words.draw(chance, chance.randint(8, 16)), words.draw(chance, 50)
        if chance.random() < 0.25:  # a name that no other item has
            name = _stem(family, chance) + _stem(family, chance)
            title[0], body[5] = name.title(), name.title()
        phrases = self._phrases.get(family, ())
        if phrases and chance.random() < CARRIES:
            body[3:3] = [chance.choice(phrases)]
            if chance.random() < 0.5:
                title[2:2] = [chance.choice(phrases)]
        return _capital(" ".join(title)), _sentences(body[: chance.randint(26, 46)])

    def _copied(self, title: str, summary: str) -> tuple[str, str]:
        words = summary.split()
        for _ in range(self._chance.choice((0, 0, 1, 2))):
            del words[self._chance.randrange(len(words))]
        return title, " ".join(words)


def _sentences(words: Sequence[str]) -> str:
    parts = (" ".join(words[at : at + 13]) for at in range(0, len(words), 13))
    return ". ".join(map(_capital, parts)) + "."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
