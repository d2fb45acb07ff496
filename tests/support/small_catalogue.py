"""A catalogue in a few lines, and a dictionary of a few words, for tests of the matcher."""

from collections.abc import Iterable, Mapping, Sequence

from monitor.domain.hit import Hit, Passage
from monitor.domain.matching import Matcher
from monitor.domain.matching.compile import compile_catalogue
from monitor.domain.matching.fold import fold
from monitor.domain.narrative import Catalogue, Concept, Narrative, Rule, Word

PARADIGMS: Mapping[str, Sequence[str]] = {
    "hbs": [
        "sankcija sankcije sankciju sankcijama sankcijom sankcijo",
        "republika republike republiku republici republikom republiko republikama",
        "srpski srpska srpske srpsku srpskoj srpskom srpskog srpskim srpskih",
        "brana brane branu brani branom brano branama",
        "tajni tajna tajne tajnoj tajnu tajnog tajnom tajnih",
        "rijeka rijeke rijeci rijeku rijekom",
        "reka reke reci reku rekom",
        "rusija rusije rusiji rusiju rusijom",
        "secesija secesije secesiji secesiju secesijom",
        "vlada vlade vladi vladu vladom",
        "stanica stanice stanicu",
        "stanice",
        "sankcionisati",
    ],
    "mk": ["тајна тајната тајни тајните", "брана браната брани браните"],
    "sq": ["digë diga digën digës digat", "lumë lumi lumin lumit lumenj"],
    "ru": ["тайный тайная тайной тайную", "плотина плотины плотину плотиной"],
    "en": ["dam dams", "secret secrets", "river rivers"],
}


class SmallMorphology:
    """Keeps the `Morphology` protocol with the words above."""

    def entries(self, family: str) -> Iterable[tuple[str, str]]:
        for line in PARADIGMS[family]:
            base, *forms = fold(line).split()
            yield base, base
            for form in forms:
                yield form, base

    def words(self, family: str) -> Iterable[str]:
        return [form for form, _ in self.entries(family)]


def word(text: str, lang: str = "hbs", weight: float = 100.0) -> Word:
    return Word(lang, text, weight)


def concept(name: str, *texts: str, lang: str = "hbs") -> Concept:
    return Concept(name, tuple(word(text, lang) for text in texts))


def narrative(
    name: str = "dam",
    *,
    phrases: Sequence[Word] = (),
    rules: Sequence[Rule] = (),
    min_words: int = 0,
    langs: tuple[str, ...] = (),
    countries: tuple[str, ...] = (),
) -> Narrative:
    return Narrative(
        id=name,
        title=name,
        summary="",
        paragraphs=(),
        rationale="",
        rules=tuple(rules),
        phrases=tuple(phrases),
        min_words=min_words,
        langs=langs,
        countries=countries,
    )


def matcher(*narratives: Narrative, concepts: Sequence[Concept] = ()) -> Matcher:
    catalogue = Catalogue("v1", narratives, tuple(concepts))
    return Matcher(compile_catalogue(catalogue, SmallMorphology()))


def phrase_matcher(*texts: str, lang: str = "hbs") -> Matcher:
    return matcher(narrative(phrases=[word(text, lang) for text in texts]))


def rule_matcher(rule: Rule, *concepts: Concept) -> Matcher:
    return matcher(narrative(rules=[rule]), concepts=concepts)


def only(hits: Sequence[Hit]) -> Hit:
    """The one hit that there must be."""
    assert len(hits) == 1
    return hits[0]


def sr(title: str = "", summary: str = "", text: str = "") -> Passage:
    return Passage(title, summary, text, lang="sr")
