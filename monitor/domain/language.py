"""Which language a text is in: what is declared, held against script, letters and small words.

Serbian, Croatian, Bosnian and Montenegrin cannot be told apart by text, so which of them it is
comes from the outlet and its feed alone; the matcher treats them as one family, hbs.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final

UNDETERMINED: Final = "und"  # BCP 47
LATIN: Final = "Latn"  # ISO 15924
CYRILLIC: Final = "Cyrl"

_HBS: Final = frozenset({"sr", "hr", "bs", "cnr"})
_FAMILIES: Final = {**dict.fromkeys(_HBS, "hbs"), "sq": "sq", "mk": "mk", "ru": "ru", "en": "en"}
_OTHER_CODES = (  # what feeds write besides BCP 47: ISO 639-2 and -3, and two habits
    "me=cnr sh=sr hbs=sr srp=sr scc=sr scr=hr hrv=hr bos=bs sqi=sq alb=sq als=sq mkd=mk mac=mk"
    " rus=ru eng=en deu=de ger=de fra=fr bul=bg slv=sl tur=tr ukr=uk ell=el ita=it"
)
_ALIASES: Final = dict(pair.split("=") for pair in _OTHER_CODES.split())
# ISO 639-1, as of 2026.
_CODES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da"
    " de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy"
    " hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg"
    " li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or"
    " os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta"
    " te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu cnr"
)
_KNOWN: Final = frozenset(_CODES.split())
_CYRILLIC_LANGUAGES: Final = frozenset({"mk", "ru", "bg", "uk", "be"})

_SMALL_WORDS: Final = {
    "hbs": "je u na da se su za od koji koja koje ne iz sa što šta nije će bi kako kao ali ili"
    " o i po zbog nakon protiv sve sam smo ste biti bio bila samo više prije pre prema",
    "sq": "dhe në të për është që nga me një së kjo i e ka nuk u do si më se ne te per eshte qe"
    " nje por edhe pas ndaj janë kanë kosovës shqipëri tha",
    "en": "the of and to in is for on with that are was as by at from it has be will after over"
    " says his their not an who",
}
# Letters that the others in the same script do not write, or hardly, and what each is worth.
_LATIN_LETTERS: Final = (
    ("hbs", re.compile("[čćđšž]"), 0.7),
    ("sq", re.compile("[ëç]"), 0.7),
)
_CYRILLIC_LETTERS: Final = (
    ("hbs", re.compile("[ђћ]"), 1.5),
    ("mk", re.compile("[ѓќѕ]"), 1.5),
    ("uk", re.compile("[іїєґ]"), 1.5),
    ("ru", re.compile("[ыэё]"), 1.5),
    ("ru", re.compile("[щюяйь]"), 0.5),
    ("bg", re.compile("[ъ]"), 1.2),
)
_CYRILLIC_SMALL_WORDS: Final = {
    "hbs": "и на се да од за не је у су са што није ће би из који која које као али или због после"
    " пре према против нису сам смо а о по има кроз код још само више током над под ли",
    "mk": "и во на се да од за не ќе со го ги што како дека ја беше има кој кои ниту тоа поради"
    " против според а о по низ кај уште само повеќе над под ли ли му им",
    "ru": "и на не да за в с что он это по из как но к его для от о у а под над был после или же",
}


def _telling(words: Mapping[str, str]) -> dict[str, str]:
    """Return the language of each small word that only one of them has."""
    seen = Counter(word for own in words.values() for word in set(own.split()))
    return {word: lang for lang, own in words.items() for word in own.split() if seen[word] == 1}


_WORDS: Final = _telling(_SMALL_WORDS)
_CYRILLIC_WORDS: Final = _telling(_CYRILLIC_SMALL_WORDS)
_TELLING_LETTERS: Final = re.compile(
    f"[{''.join(own.pattern.strip('[]') for _, own, _ in (*_LATIN_LETTERS, *_CYRILLIC_LETTERS))}]"
)

_LATIN: Final = re.compile(r"[A-Za-zÀ-ɏ]+")
_CYRL: Final = re.compile(r"[Ѐ-ӿ]+")
_TOKEN: Final = re.compile(r"[^\W\d_]+")
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_SAMPLE: Final = 2000  # code points: a lead says it all
_CLEAR: Final = 1.5  # points by which a language must lead


@lru_cache(maxsize=1024)
def normalise_tag(tag: str) -> str:
    """Return the language of a BCP 47 tag or ISO 639 code, with a script for Serbian only.

    Regions go (the outlet's country is known better); `me` and `cnr` mean Montenegrin, `sh`
    Serbian. Empty where the tag names no language we know.
    """
    text = tag.strip()
    if not _TAG.fullmatch(text):
        return ""
    first, *rest = text.replace("_", "-").split("-")
    code = _ALIASES.get(first.lower(), first.lower())
    if code not in _KNOWN:
        return ""
    script = next((part.title() for part in rest if part.title() in {LATIN, CYRILLIC}), "")
    return f"sr-{script}" if code == "sr" and script else code


@lru_cache(maxsize=1024)
def family(lang: str) -> str:
    """Return hbs, sq, mk, ru or en; empty for every other language."""
    return _FAMILIES.get(_code(normalise_tag(lang)), "")


def script(text: str) -> str:
    """Return Latn or Cyrl, whichever has more letters; empty without either."""
    sample = text[:_SAMPLE]
    cyrillic = len("".join(_CYRL.findall(sample)))
    if 2 * cyrillic > len(sample):
        return CYRILLIC
    latin = len("".join(_LATIN.findall(sample))) if cyrillic else _LATIN.search(sample) is not None
    if latin == cyrillic == 0:
        return ""
    return CYRILLIC if cyrillic > latin else LATIN


def settle(
    declared: str,
    outlet_languages: Sequence[str],
    text: str,
    detect: Callable[[str], str] | None = None,
) -> str:
    """Return the language of a text: what its feed or outlet declares, unless the text denies it.

    `declared` is the entry's or feed's tag; where the outlet's languages are known, it counts
    only if it is one of them, and English only if nothing speaks against it: blog software says
    en-US whatever it serves. `detect` is asked only where neither declarations nor letters and
    small words decide. Never empty: "und".
    """
    candidates = _candidates(declared, tuple(outlet_languages))
    written = script(text)
    seen = _evident(text, written)
    if seen:
        return _variety(seen, candidates, written)
    fitting = [lang for lang in candidates if _fits(lang, written)]
    families = {_family_or_code(lang) for lang in fitting}
    is_told = _code(normalise_tag(declared)) in {_code(lang) for lang in fitting} - {"en"}
    if len(families) == 1 or is_told or not (detect and written):
        if not fitting:
            return UNDETERMINED
        return _variety(_family_or_code(fitting[0]), tuple(fitting), written)
    detected = _family_or_code(normalise_tag(detect(text)))
    if detected and (not fitting or detected in families):
        return _variety(detected, candidates, written)
    return _with_script(fitting[0], written) if fitting else UNDETERMINED


@lru_cache(maxsize=1024)
def _candidates(declared: str, outlet_languages: tuple[str, ...]) -> tuple[str, ...]:
    own = [tag for tag in map(normalise_tag, outlet_languages) if tag]
    wish = normalise_tag(declared)
    if not own:
        return (wish,) if wish else ()
    agreeing = [tag for tag in own if _code(tag) == _code(wish)] or [
        tag for tag in own if wish and _family_or_code(tag) == _family_or_code(wish)
    ]
    return tuple(dict.fromkeys(agreeing + own))


def _evident(text: str, written: str) -> str:
    """Return the family, or another code, that a text plainly is in; empty if in doubt."""
    tokens = _TOKEN.findall(text[:_SAMPLE].lower())
    telling = "".join(_TELLING_LETTERS.findall("".join(tokens)))
    small, words, letters = (
        (_CYRILLIC_SMALL_WORDS, _CYRILLIC_WORDS, _CYRILLIC_LETTERS)
        if written == CYRILLIC
        else (_SMALL_WORDS, _WORDS, _LATIN_LETTERS if written else ())
    )
    points = dict.fromkeys(small, 0.0)
    for token in tokens:
        if token in words:
            points[words[token]] += 1
    for lang, own, weight in letters:
        points[lang] = points.get(lang, 0.0) + weight * len(own.findall(telling))
    return _leader(points)


def _leader(points: Mapping[str, float]) -> str:
    first, second = sorted(points, key=lambda lang: -points[lang])[:2]
    return first if points[first] >= _CLEAR and points[first] >= 2 * points[second] else ""


@lru_cache(maxsize=1024)
def _variety(seen: str, candidates: tuple[str, ...], written: str) -> str:
    """Name a family by the outlet's own variety of it; Serbian where the outlet has none."""
    own = sorted(
        (lang for lang in candidates if _family_or_code(lang) == seen),
        key=lambda lang: "-" in lang and not lang.endswith(written),  # stable: else as listed
    )
    return _with_script(own[0] if own else "sr" if seen == "hbs" else seen, written)


def _with_script(lang: str, written: str) -> str:
    if _code(lang) != "sr":
        return lang
    return f"sr-{written}" if written else lang if "-" in lang else f"sr-{LATIN}"


def _fits(lang: str, written: str) -> bool:
    code = _code(lang)
    if not written or code in {"sr", "cnr", "bs"}:
        return True
    return (code in _CYRILLIC_LANGUAGES) == (written == CYRILLIC)


def _family_or_code(lang: str) -> str:
    return family(lang) or _code(lang)


def _code(lang: str) -> str:
    return lang.partition("-")[0]
