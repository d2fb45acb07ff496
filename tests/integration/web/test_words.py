"""The pages speak every language: each word that is looked up has its translation."""

import re
import string
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from monitor.adapters.render.language import LOCALES, language
from monitor.domain.people import Role
from monitor.web.params import REVIEWS
from support.messages import Message, catalogue

TRANSLATED: Final = [code for code in LOCALES if code != "en"]
WEB: Final = Path(str(files("monitor.web")))
CALL: Final = re.compile(
    r"""\b(t|tn|mark)\(\s*(["'])(?P<one>(?:(?!\2)[^\\]|\\.)*)\2"""
    r"""(?:\s*,\s*(["'])(?P<many>(?:(?!\4)[^\\]|\\.)*)\4)?"""
)
# Looked up by value: `t(person.role.value)`, `t(role)`, `t(code)`, `t(one.review)`, and the places.
BY_VALUE: Final = {"person.role.value", "role", "code", "one.review", "name"}
VALUES: Final = (*Role, *REVIEWS)
# What stays in Latin letters in Cyrillic sentences: names, a command, an example of a search.
LATIN: Final = re.compile(r"\{\w+\}|\bOpenAPI\b|\bAPI\b|\bmonitor review profile\b|\bsankc\*")


def _sources() -> Iterator[str]:
    for pattern in ("templates/*.j2", "**/*.py"):
        for path in sorted(WEB.glob(pattern)):
            yield path.read_text(encoding="utf-8")


@cache
def _messages() -> tuple[Message, ...]:
    found: dict[Message, None] = {str(value): None for value in VALUES}
    for source in _sources():
        for call in CALL.finditer(source):
            plural = call["many"] if call[1] == "tn" else None
            found[(call["one"], plural) if plural else call["one"]] = None
    return tuple(found)


@cache
def _own(lang: str) -> Catalog:
    return read_po(BytesIO((WEB / "locale" / f"{lang}.po").read_bytes()), abort_invalid=True)


def _forms(words: object) -> tuple[str, ...]:
    return tuple(map(str, words)) if isinstance(words, list | tuple) else (str(words or ""),)


def _places(form: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(form) if name}


def test_every_lookup_in_a_template_is_one_that_this_file_sees() -> None:
    lookups = re.findall(r"\bt\(\s*([^\"'\s)][^),]*)", "\n".join(_sources()))

    assert len(_messages()) > 200
    assert set(lookups) == BY_VALUE
    assert re.findall(r"\btn\(\s*[^\"']", "\n".join(_sources())) == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_no_word_of_the_pages_is_missing_or_left_over(lang: str) -> None:
    own = {one.id: one for one in _own(lang) if one.id}
    shared = {one.id for one in catalogue(lang) if one.id}

    assert [one for one in _messages() if one not in own and one not in shared] == []
    assert [one for one in own if one not in _messages()] == []
    assert [one for one in own if one in shared] == [], "said twice"
    assert [one.id for one in own.values() if one.fuzzy or not all(_forms(one.string))] == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_form_fills_the_places_of_the_english_one(lang: str) -> None:
    forms = 2 if lang in {"mk", "sq"} else 3
    for one in _own(lang):
        if one.id:
            assert len(_forms(one.string)) == (forms if one.pluralizable else 1), one.id
            expected = _places(_forms(one.id)[0])
            assert [form for form in _forms(one.string) if _places(form) != expected] == []


@pytest.mark.parametrize("lang", ["sr-Cyrl", "mk"])
def test_cyrillic_pages_are_in_cyrillic_letters(lang: str) -> None:
    forms = [form for one in _own(lang) if one.id for form in _forms(one.string)]

    assert [form for form in forms if re.search(r"[A-Za-zÀ-ɏ]", LATIN.sub("", form))] == []


@pytest.mark.parametrize("lang", ["sr-Latn", "bs", "cnr", "sq"])
def test_latin_pages_are_in_latin_letters(lang: str) -> None:
    forms = [form for one in _own(lang) if one.id for form in _forms(one.string)]

    assert [form for form in forms if re.search("[Ѐ-ӿ]", form.replace("санкц*", ""))] == []


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("sr-Latn", ["1 neuspeh zaredom.", "2 neuspeha zaredom.", "21 neuspeh zaredom."]),
        ("sr-Cyrl", ["1 неуспех заредом.", "2 неуспеха заредом.", "21 неуспех заредом."]),
        ("bs", ["1 neuspjeh zaredom.", "2 neuspjeha zaredom.", "21 neuspjeh zaredom."]),
        ("mk", ["1 неуспех по ред.", "2 неуспеси по ред.", "21 неуспех по ред."]),
        ("sq", ["1 dështim radhazi.", "2 dështime radhazi.", "21 dështime radhazi."]),
    ],
)
def test_a_count_takes_the_form_that_the_language_wants(lang: str, expected: list[str]) -> None:
    words = language(lang, "Europe/Belgrade", ("monitor.web", "monitor.adapters.render"))
    said = [words.plural("{n} failure in a row.", "{n} failures in a row.", n) for n in (1, 2, 21)]

    assert said == expected
