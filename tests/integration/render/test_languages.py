import re
import string
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from gettext import NullTranslations
from typing import Final

import pytest

from monitor.adapters.render import LANGUAGES, render
from monitor.adapters.render.atom import render_atom
from monitor.adapters.render.html import render_html
from monitor.adapters.render.json import render_json
from monitor.adapters.render.labels import REASON_WORDS
from monitor.adapters.render.language import language
from monitor.adapters.render.markdown import render_markdown
from monitor.adapters.render.text import render_text
from monitor.domain.compose import compose
from monitor.domain.digest import Window
from monitor.domain.errors import REASONS
from support.digests import WINDOW, archived, blind_material, quiet_material, sample_material
from support.messages import catalogue, messages

ZONE: Final = "Europe/Belgrade"
TRANSLATED: Final = [code for code in LANGUAGES if code != "en"]
PLURALS: Final = {"mk": 2, "sq": 2}


@pytest.mark.parametrize("lang", TRANSLATED)
def test_no_message_is_missing_fuzzy_or_left_over(lang: str) -> None:
    kept = {one.id: one for one in catalogue(lang) if one.id}

    assert [one for one in messages() if one not in kept] == []
    assert [one for one in kept if one not in messages()] == []
    assert [one.id for one in kept.values() if one.fuzzy] == []
    assert [one.id for one in kept.values() if not all(_forms(one.string))] == []


class Recorder(NullTranslations):
    """Remembers every message that is looked up."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str | tuple[str, str]] = set()

    def gettext(self, message: str) -> str:
        self.asked.add(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.asked.add((msgid1, msgid2))
        return super().ngettext(msgid1, msgid2, n)


def test_every_message_that_a_digest_looks_up_is_one_that_translators_see() -> None:
    recorder = Recorder()
    words = replace(language("en", ZONE), translations=recorder)

    for material in (sample_material(), quiet_material(), blind_material()):
        digest = compose(material, WINDOW, reviewer_edition=True)
        for renderer in (render_text, render_markdown, render_html, render_json, render_atom):
            renderer(digest, words)

    assert len(recorder.asked) > 60
    assert recorder.asked - set(messages()) == set()


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_translation_fills_the_same_places(lang: str) -> None:
    for one in catalogue(lang):
        if one.id:
            (expected,) = {frozenset(_places(form)) for form in _forms(one.id)}
            assert {frozenset(_places(form)) for form in _forms(one.string)} == {expected}, one.id


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_plural_has_all_the_forms_of_its_language(lang: str) -> None:
    plurals = [one for one in catalogue(lang) if one.pluralizable]

    assert plurals
    assert {len(_forms(one.string)) for one in plurals} == {PLURALS.get(lang, 3)}


def test_serbian_cyrillic_is_cyrillic_throughout() -> None:
    for one in catalogue("sr-Cyrl"):
        if one.id:
            for form in _forms(one.string):
                words = re.sub(r"\{\w+\}|RSS|Atom", "", form)
                assert re.findall("[A-Za-zČčĆćĐđŠšŽž]", words) == [], form


def test_a_digest_in_serbian_cyrillic_has_no_latin_word_of_ours() -> None:
    digest = compose(
        replace(sample_material(), hits=(), feeds=(), fact_checks=(), withdrawn=()), WINDOW
    )

    assert re.findall("[A-Za-z]", render(digest, "text", "sr-Cyrl", ZONE)) == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_nothing_in_a_digest_is_left_in_english(lang: str) -> None:
    text = render(compose(sample_material(), WINDOW), "text", lang, ZONE).replace("\n", " ")

    for words in (
        "feeds",
        "answered",
        "first seen",
        "published",
        "countr",
        "Method",
        "hint",
    ):
        assert words not in text


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", ["1 item", "2 items", "5 items", "21 items"]),
        ("sr-Latn", ["1 tekst", "2 teksta", "5 tekstova", "21 tekst"]),
        ("sr-Cyrl", ["1 текст", "2 текста", "5 текстова", "21 текст"]),
        ("bs", ["1 tekst", "2 teksta", "5 tekstova", "21 tekst"]),
        ("cnr", ["1 tekst", "2 teksta", "5 tekstova", "21 tekst"]),
        ("mk", ["1 текст", "2 текстови", "5 текстови", "21 текст"]),
        ("sq", ["1 artikull", "2 artikuj", "5 artikuj", "21 artikuj"]),
    ],
)
def test_plural_forms_follow_the_language(lang: str, expected: list[str]) -> None:
    words = language(lang, ZONE)

    assert [words.plural("{n} item", "{n} items", n) for n in (1, 2, 5, 21)] == expected


@pytest.mark.parametrize(
    ("lang", "day", "number", "kosovo", "north_macedonia"),
    [
        ("en", "Monday, 23 November 2026", "1,234.5", "Kosovo", "North Macedonia"),
        ("sr-Latn", "ponedeljak, 23. novembar 2026.", "1.234,5", "Kosovo", "Severna Makedonija"),
        ("sr-Cyrl", "понедељак, 23. новембар 2026.", "1.234,5", "Косово", "Северна Македонија"),
        ("bs", "ponedjeljak, 23. novembar 2026.", "1.234,5", "Kosovo", "Sjeverna Makedonija"),
        ("cnr", "ponedjeljak, 23. novembar 2026.", "1.234,5", "Kosovo", "Sjeverna Makedonija"),
        ("mk", "понеделник, 23 ноември 2026\u202fг.", "1.234,5", "Косово", "Северна Македонија"),
        ("sq", "e hënë, 23 nëntor 2026", "1\xa0234,5", "Kosova", "Maqedonia e Veriut"),
    ],
)
def test_dates_numbers_and_countries_are_written_as_the_language_does(
    lang: str, day: str, number: str, kosovo: str, north_macedonia: str
) -> None:
    words = language(lang, ZONE)

    assert words.day(WINDOW.since) == day
    assert words.number(1234.5) == number
    assert words.country("XK") == kosovo
    assert words.country("MK") == north_macedonia


def test_languages_are_named_with_their_script() -> None:
    words = language("en", ZONE)

    named = [words.language(code) for code in ("sr-Cyrl", "cnr", "sq", "und", "", "x?")]
    assert named == ["Serbian (Cyrillic)", "Montenegrin", "Albanian", "unknown", "unknown", "x?"]


def test_quotes_stay_in_their_own_letters() -> None:
    text = render(compose(sample_material(), WINDOW), "text", "sr-Cyrl", ZONE)

    assert "*Ballkani i Hapur*" in text
    assert "*Kfor pojacava patrole* na severu" in text


def test_a_narrative_without_a_translation_keeps_its_english_title() -> None:
    (narrative, *_) = sample_material().narratives
    bare = replace(narrative, titles=())
    digest = compose(replace(quiet_material(), hits=(archived(),), narratives=(bare,)), WINDOW)

    assert "OPEN BALKAN SERVES SERBIAN DOMINANCE" in render(digest, "text", "mk", ZONE)


def test_a_window_up_to_midnight_is_named_after_the_day_that_ended() -> None:
    midnight = WINDOW.until.replace(hour=23)  # 24:00 in Belgrade
    window = Window(midnight - timedelta(days=1), midnight)

    text = render(compose(quiet_material(), window), "text", "en", ZONE)

    assert text.splitlines()[1] == "Tuesday, 24 November 2026"


def test_every_reason_of_a_failure_has_words() -> None:
    assert set(REASON_WORDS) == REASONS


def _forms(value: str | Sequence[str] | None) -> Sequence[str]:
    return (value,) if isinstance(value, str) else value or ("",)


def _places(message: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(message) if name]


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", "12 of 14 feeds answered (1 of them with nothing new for long), 2 failing"),
        ("sr-Latn", "odgovorilo je 12 od 14 izvora (od toga 1 duže bez novih tekstova)"),
        ("mk", "одговорија 12 од 14 извори (од нив 1 подолго без нови текстови)"),
        ("sq", "u përgjigjën 12 nga 14 burime (prej tyre 1 prej kohësh pa artikuj të rinj)"),
    ],
)
def test_a_silent_feed_is_one_of_those_that_answered(lang: str, expected: str) -> None:
    text = render(compose(sample_material(), WINDOW), "text", lang, ZONE)

    assert expected in re.sub(r"\s+", " ", text)


def test_of_an_outlet_with_several_feeds_it_is_said_how_many_broke() -> None:
    text = render(compose(sample_material(), WINDOW), "text", "en", ZONE)

    assert "Newly failing or silent: Gazeta e Drinit (2 of 3 feeds)." in text
    assert "Blind or nearly so: Albania (1 of 3 feeds answered)." in text


def test_stories_are_counted_where_several_outlets_ran_one() -> None:
    text = render(compose(sample_material(), WINDOW), "text", "en", ZONE)

    assert "6 items · 4 stories · 6 outlets" in text
    assert "3 items · 3 outlets" in text
