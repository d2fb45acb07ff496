"""Wiring of the matcher: what `monitor match` needs, and nothing more."""

import gc
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from monitor.adapters.compiled import matcher_of
from monitor.adapters.jsonlines import JsonLines
from monitor.adapters.langid import LanguageDetector
from monitor.domain.hit import Passage
from monitor.domain.language import settle
from monitor.domain.matching import Explanation, Matcher
from monitor.services.match import LanguageSettler, match_stream

COMMON_FAMILIES: Final = ("hbs", "sq")  # of most items in the region
SELDOM: Final = 50_000  # values made between two looks for garbage


def match(
    narratives: Path,
    model: Path | None,
    streams: tuple[BinaryIO, BinaryIO, TextIO],
    jobs: int,
    embedder: Path | None = None,
) -> int:
    """Match items as JSON Lines; return the number of bad lines. Raises ConfigError."""
    factory = partial(_reader, narratives, model, embedder)
    source, sink, problems = streams
    return match_stream(source, sink, problems, JsonLines(), factory, jobs)


def explain(matcher: Matcher, passage: Passage) -> Explanation:
    """Say what the matcher makes of one text, in its language where that is not told."""
    text = f"{passage.title}\n{passage.summary}"
    lang = settle(passage.lang, (), text, LanguageDetector())
    return matcher.explain(replace(passage, lang=lang))


def _reader(
    narratives: Path, model: Path | None = None, embedder: Path | None = None
) -> LanguageSettler:
    gc.disable()  # the catalogue's tables never become garbage: do not look through them at all
    matcher = matcher_of(narratives)
    matcher.prepare(COMMON_FAMILIES)
    gc.freeze()
    gc.set_threshold(SELDOM)  # hits refer to nothing that refers back to them
    gc.enable()
    if model is None:
        return LanguageSettler(matcher, LanguageDetector())
    from monitor.app.learning import second_opinion

    return LanguageSettler(second_opinion(matcher, model, embedder), LanguageDetector())
