"""The shape of narrative files, as `docs/narratives.md` describes it for analysts."""

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, StringConstraints

from monitor.adapters.yaml_file import Strict
from monitor.domain.language import normalise_tag
from monitor.domain.narrative import DEFAULT_WITHIN, DIGEST_THRESHOLD, REVIEW_THRESHOLD

Family = Literal["hbs", "sq", "mk", "ru", "en"]
Interface = Literal["sr-Latn", "sr-Cyrl", "bs", "cnr", "mk", "sq"]
MAX_WORDS: Final = 5_000


def _spelled(pattern: str, mend: str) -> AfterValidator:
    """Refuse what is spelled otherwise, in words that say how to write it."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(mend)
        return text

    return AfterValidator(check)


def _language(tag: str) -> str:
    if not normalise_tag(tag):
        raise ValueError("is no language that we know; write for example sr-Cyrl, bs, sq, mk")
    return tag


Id = Annotated[
    str,
    _spelled(
        r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?", "use small letters, digits and hyphens: river-dam"
    ),
]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Phrase = Annotated[str, StringConstraints(min_length=2, max_length=200)]
Technique = Annotated[str, _spelled(r"T\d{4}(\.\d{3})?", "write a DISARM technique: T0022.001")]
Points = Annotated[float, Field(ge=-100, le=100)]
Score = Annotated[float, Field(ge=0, le=100)]
CountryCode = Annotated[str, _spelled(r"[A-Z]{2}|INT", "write a code of two letters: RS, XK, INT")]
Words = Annotated[
    dict[Family, Annotated[list[Phrase], Field(min_length=1, max_length=MAX_WORDS)]],
    Field(min_length=1),
]


def _group(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _weighted(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


Group = Annotated[list[Id], BeforeValidator(_group), Field(min_length=1)]


class PhraseRow(Strict):
    """A phrase with its own weight."""

    text: Phrase
    weight: Annotated[float, Field(gt=0, le=100)] = 100.0


Phrases = Annotated[list[Annotated[PhraseRow, BeforeValidator(_weighted)]], Field(min_length=1)]


class RuleRow(Strict):
    """A combination of concepts."""

    id: Id
    all: list[Group] = Field(default_factory=list)
    any: list[Id] = Field(default_factory=list)
    none: list[Id] = Field(default_factory=list)
    within: Annotated[int, Field(ge=0, le=10_000)] = DEFAULT_WITHIN
    order: bool = False
    field: Literal["title", "lead", "any"] = "any"
    weight: Points = 70.0
    langs: list[Family] = Field(default_factory=list)
    countries: list[CountryCode] = Field(default_factory=list)


class Thresholds(Strict):
    """The points from which a hit has a grade."""

    digest: Score = DIGEST_THRESHOLD
    review: Score = REVIEW_THRESHOLD


class ExampleRow(Strict):
    """A text that must, or must not, be found."""

    lang: Annotated[str, AfterValidator(_language)]
    title: Text
    summary: str = ""
    grade: Literal["digest", "review"] | None = None
    stance: Literal["asserts", "reports", "rebuts", "unclear"] | None = None


class Examples(Strict):
    """Texts of our own writing by which a narrative is checked."""

    match: list[ExampleRow] = Field(default_factory=list)
    no_match: list[ExampleRow] = Field(
        default_factory=list, validation_alias=AliasChoices("no-match", "no_match")
    )


class NarrativeRow(Strict):
    """One narrative's file."""

    id: Id
    title: Text
    summary: Text
    titles: dict[Interface, Text] = Field(default_factory=dict)
    paragraphs: list[Annotated[int, Field(ge=1, le=1000)]] = Field(default_factory=list)
    rationale: str = ""
    concepts: dict[Id, Words] = Field(default_factory=dict)
    rules: list[RuleRow] = Field(default_factory=list)
    phrases: dict[Family, Phrases] = Field(default_factory=dict)
    thresholds: Thresholds = Thresholds()
    min_words: Annotated[int, Field(ge=0, le=1000)] = 0
    langs: list[Family] = Field(default_factory=list)
    countries: list[CountryCode] = Field(default_factory=list)
    examples: Examples = Examples()
    disarm: list[Technique] = Field(default_factory=list)
