"""A sample day for digests: fictional outlets, our own sentences, every script of the region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from monitor.domain.compose import Material
from monitor.domain.digest import Movement, Window
from monitor.domain.feed import Feed, Outlet, OutletKind
from monitor.domain.hit import ArchivedHit, Evidence, Grade, Hit, Stance
from monitor.domain.narrative import Narrative
from monitor.domain.polling import FetchEvent, Outcome

UNTIL = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)  # 07:00 in Belgrade
WINDOW = Window(UNTIL - timedelta(days=1), UNTIL)
LONG_AGO = UNTIL - timedelta(days=90)

_OUTLETS = {
    "savski-list": ("Savski list", "RS", "sr", OutletKind.PRIVATE),
    "dunavske-vesti": ("Дунавске вести", "RS", "sr", OutletKind.PUBLIC_BROADCASTER),
    "jutarnja-patrola": ("Jutarnja patrola", "RS", "sr", OutletKind.PRIVATE),
    "provera": ("Provera tačka", "RS", "sr", OutletKind.FACT_CHECKER),
    "vrbaske-novine": ("Vrbaske novine", "BA", "bs", OutletKind.PRIVATE),
    "krajiski-glas": ("Крајишки глас", "BA", "sr", OutletKind.STATE_OWNED),
    "lovcenski-dnevnik": ("Lovćenski dnevnik", "ME", "cnr", OutletKind.PRIVATE),
    "vardarski-glas": ("Вардарски глас", "MK", "mk", OutletKind.PRIVATE),
    "zeri-i-sitnices": ("Zëri i Sitnicës", "XK", "sq", OutletKind.PRIVATE),
    "gazeta-e-drinit": ("Gazeta e Drinit", "AL", "sq", OutletKind.PRIVATE),
    "balkan-ledger": ("The Balkan Ledger", "INT", "en", OutletKind.INTERNATIONAL),
}

_NARRATIVES = {
    "open-balkan": (
        "Open Balkan serves Serbian dominance",
        "The Open Balkan initiative and whether it is a tool of Serbian dominance.",
        {
            "sr-Latn": "„Otvoreni Balkan“ služi dominaciji Srbije",
            "sr-Cyrl": "„Отворени Балкан“ служи доминацији Србије",
            "bs": "„Otvoreni Balkan“ služi dominaciji Srbije",
            "cnr": "„Otvoreni Balkan“ služi dominaciji Srbije",
            "mk": "„Отворен Балкан“ служи за доминација на Србија",
            "sq": "„Ballkani i Hapur“ i shërben dominimit të Serbisë",
        },
    ),
    "kfor-reinforcement": (
        "KFOR must be reinforced",
        "Levels, patrols and posture of NATO's mission in Kosovo.",
        {
            "sr-Latn": "Kfor mora biti pojačan",
            "sr-Cyrl": "Кфор мора бити појачан",
            "bs": "KFOR mora biti pojačan",
            "cnr": "Kfor mora biti pojačan",
            "mk": "КФОР мора да се засили",
            "sq": "KFOR-i duhet përforcuar",
        },
    ),
    "rs-secession": (
        "Republika Srpska will leave Bosnia",
        "Threats, plans and denials of a secession of Republika Srpska.",
        {
            "sr-Latn": "Republika Srpska će se otcepiti od Bosne",
            "sr-Cyrl": "Република Српска ће се отцепити од Босне",
            "bs": "Republika Srpska će se otcijepiti od Bosne",
            "cnr": "Republika Srpska će se otcijepiti od Bosne",
            "mk": "Република Српска ќе се отцепи од Босна",
            "sq": "Republika Sërpska do të shkëputet nga Bosnja",
        },
    ),
    "russian-infowar": (
        "Moscow wages an information war in the region",
        "Russian outlets and networks at work in the Western Balkans.",
        {
            "sr-Latn": "Moskva vodi informacioni rat u regionu",
            "sr-Cyrl": "Москва води информациони рат у региону",
            "bs": "Moskva vodi informacijski rat u regiji",
            "cnr": "Moskva vodi informacioni rat u regionu",
            "mk": "Москва води информациска војна во регионот",
            "sq": "Moska zhvillon luftë informacioni në rajon",
        },
    ),
}


@dataclass(frozen=True, slots=True)
class _Row:
    narrative: str
    outlet: str
    lang: str
    hours_ago: float
    title: str
    matched: str
    summary: str = ""
    stance: Stance = Stance.REPORTS
    review: str = "unreviewed"
    grade: Grade = Grade.DIGEST
    story: int = 0  # the row that began its story, where that is another one


_ROWS = (
    _Row(
        "open-balkan",
        "dunavske-vesti",
        "sr-Cyrl",
        23.6,
        "Три премијера најавила нови круг разговора о Отвореном Балкану",
        "Отвореном Балкану",
        stance=Stance.REPORTS,
    ),
    _Row(
        "open-balkan",
        "jutarnja-patrola",
        "sr-Latn",
        22.9,
        "Tri premijera najavila novi krug razgovora o Otvorenom Balkanu",
        "Otvorenom Balkanu",
        story=1,
    ),
    _Row(
        "open-balkan",
        "vrbaske-novine",
        "bs",
        22.1,
        "Premijeri najavili novu rundu razgovora o otvorenom Balkanu",
        "otvorenom Balkanu",
        story=1,
    ),
    _Row(
        "open-balkan",
        "lovcenski-dnevnik",
        "cnr",
        9.2,
        "Ekonomisti upozoravaju na ulazak bez jasne računice",
        "Otvoreni Balkan",
        "Na tribini u Podgorici dio govornika ocijenio je da bi Otvoreni Balkan u sadašnjem obliku"
        " najviše koristio najvećoj privredi, dok drugi tvrde da su brojke pogrešno pročitane.",
    ),
    _Row(
        "open-balkan",
        "gazeta-e-drinit",
        "sq",
        3.4,
        "Ballkani i Hapur, një derë që hapet vetëm nga njëra anë",
        "Ballkani i Hapur",
        stance=Stance.ASSERTS,
        review="confirmed",
    ),
    _Row(
        "open-balkan",
        "vardarski-glas",
        "mk",
        5.0,
        "Стопанската комора бара отчет за Отворен Балкан по три години",
        "Отворен Балкан",
    ),
    _Row(
        "open-balkan",
        "provera",
        "sr-Latn",
        1.5,
        "Nije tačno da sporazum ukida granice: šta zaista piše u tekstu",
        "Otvoreni Balkan",
        "Tvrdnja da Otvoreni Balkan briše granične prelaze deljena je hiljadama puta."
        " Dokument govori o kraćem čekanju kamiona.",
        stance=Stance.REBUTS,
    ),
    _Row(
        "kfor-reinforcement",
        "zeri-i-sitnices",
        "sq",
        2.2,
        "Aleanca shton trupat e KFOR-it në veri, patrullat dyfishohen",
        "shton trupat e KFOR-it",
    ),
    _Row(
        "kfor-reinforcement",
        "balkan-ledger",
        "en",
        1.1,
        "Allies weigh more troops for KFOR as winter patrols begin",
        "more troops for KFOR",
    ),
    _Row(
        "kfor-reinforcement",
        "savski-list",
        "sr-Latn",
        0.6,
        "Kfor pojacava patrole na severu, mestani traze objasnjenje",
        "Kfor pojacava patrole",
    ),
    _Row(
        "rs-secession",
        "krajiski-glas",
        "sr-Cyrl",
        12.4,
        "Говорник са трибине: Српска мора сама да одлучи о статусу",
        "одлучи о статусу",
        "Учесник скупа рекао је да Српска „има право на сопствени пут“, па је затражио да се"
        " референдум о статусу распише на пролеће.",
        stance=Stance.ASSERTS,
    ),
    _Row(
        "rs-secession",
        "vrbaske-novine",
        "bs",
        11.8,
        "Pravnici: najavljeno otcjepljenje nema uporište u Ustavu",
        "otcjepljenje",
        stance=Stance.REBUTS,
        review="unsure",
    ),
    _Row(
        "russian-infowar",
        "balkan-ledger",
        "en",
        8.0,
        "A network of copied news sites points back to one server",
        "copied news sites",
        grade=Grade.REVIEW,
        stance=Stance.UNCLEAR,
    ),
)

_FAILED = {"gazeta-e-drinit-2": "forbidden", "gazeta-e-drinit-3": "timeout"}
_HUSHED = {"krajiski-glas-kultura": timedelta(days=4, hours=3)}


def outlet(name: str) -> Outlet:
    """Return one of the sample's outlets."""
    title, country, lang, kind = _OUTLETS[name]
    return Outlet(name, title, country, (lang,), kind)


def feed(outlet_name: str, feed_id: str = "") -> Feed:
    """Return a feed of one of the sample's outlets."""
    name = feed_id or outlet_name
    return Feed(name, f"https://{outlet_name}.example/{name}.xml", outlet(outlet_name))


def narratives() -> tuple[Narrative, ...]:
    """Return the sample's narratives, with titles in every language."""
    return tuple(
        Narrative(
            id=name,
            title=title,
            summary=summary,
            paragraphs=(1,),
            rationale="",
            rules=(),
            phrases=(),
            titles=tuple(titles.items()),
        )
        for name, (title, summary, titles) in _NARRATIVES.items()
    )


def archived(
    narrative: str = "open-balkan",
    *,
    item_id: int = 1,
    outlet_id: str = "savski-list",
    title: str = "Razgovori o otvorenom Balkanu",
    matched: str = "otvorenom Balkanu",
    summary: str = "",
    lang: str = "sr-Latn",
    first_seen_at: datetime = UNTIL - timedelta(hours=2),
    score: float = 90.0,
    grade: Grade = Grade.DIGEST,
    stance: Stance = Stance.REPORTS,
    review: str = "unreviewed",
    url: str = "",
    story_id: str = "",
) -> ArchivedHit:
    """Return a stored hit whose evidence is `matched`, in the title or else in the summary."""
    field = "title" if matched in title else "summary"
    start = (title if field == "title" else summary).find(matched)
    evidence = Evidence(field, start, start + len(matched), matched, "phrase", score)
    place = outlet(outlet_id) if outlet_id in _OUTLETS else None
    return ArchivedHit(
        hit_id=item_id * 10,
        item_id=item_id,
        hit=Hit(narrative, score, grade, stance, (evidence,) if start >= 0 else ()),
        catalogue_version="c1",
        matcher_version="m1",
        title=title,
        summary=summary,
        url=url or f"https://{outlet_id}.example/{item_id}",
        outlet_id=outlet_id,
        outlet_name=place.name if place else outlet_id.title(),
        feed_id=outlet_id,
        country=place.country if place else "RS",
        lang=lang,
        published_at=first_seen_at - timedelta(minutes=17),
        first_seen_at=first_seen_at,
        review=review,
        story_id=story_id,
    )


def sample_hits() -> tuple[ArchivedHit, ...]:
    """Return the hits of the sample day."""
    return tuple(
        archived(
            row.narrative,
            item_id=number,
            outlet_id=row.outlet,
            title=row.title,
            matched=row.matched,
            summary=row.summary,
            lang=row.lang,
            first_seen_at=UNTIL - timedelta(hours=row.hours_ago),
            score=95.0 - number,
            grade=row.grade,
            stance=row.stance,
            review=row.review,
            story_id=str(row.story or number),
        )
        for number, row in enumerate(_ROWS, start=1)
    )


def sample_feeds() -> tuple[Feed, ...]:
    """Return the feeds of the sample day: one an outlet, more of those in trouble."""
    return (
        *(feed(name) for name in _OUTLETS),
        *(feed("gazeta-e-drinit", name) for name in _FAILED),
        *(feed("krajiski-glas", name) for name in _HUSHED),
    )


def events(
    feeds: Sequence[Feed],
    failed: Mapping[str, str] | None = None,
    hushed: Mapping[str, timedelta] | None = None,
) -> tuple[FetchEvent, ...]:
    """Return a week of polls every six hours; the failed fail all the last day."""
    failed, hushed = failed or {}, hushed or {}
    found = []
    for step in range(32, 0, -1):
        at = UNTIL - step * timedelta(hours=6) + timedelta(minutes=5)
        for one in feeds:
            if one.id in failed and WINDOW.holds(at):
                found.append(FetchEvent(one.id, at, Outcome.FAILED, failed[one.id]))
            else:
                new = 0 if UNTIL - at < hushed.get(one.id, timedelta(0)) else 4
                found.append(FetchEvent(one.id, at, Outcome.OK, new=new, known=20))
    return tuple(found)


def sample_material() -> Material:
    """Return the sample day: a busy one, with Albania hardly visible."""
    feeds = sample_feeds()
    return Material(
        hits=sample_hits(),
        movements=(
            Movement("open-balkan", 7, (2, 1, 0, 3, 2, 1, 2, 0, 1, 2, 3, 1, 0, 2), LONG_AGO),
            Movement("kfor-reinforcement", 3, (0,) * 14, WINDOW.since + timedelta(hours=20)),
            Movement("rs-secession", 2, (3, 2, 2, 1, 4, 2, 2, 3, 1, 2, 2, 3, 2, 1), LONG_AGO),
        ),
        events=events(feeds, _FAILED, _HUSHED),
        items_read=(
            ("RS", "sr-Latn", 412),
            ("RS", "sr-Cyrl", 148),
            ("BA", "bs", 203),
            ("BA", "sr-Cyrl", 61),
            ("ME", "cnr", 118),
            ("MK", "mk", 164),
            ("XK", "sq", 139),
            ("AL", "sq", 12),
            ("INT", "en", 57),
        ),
        feeds=feeds,
        last_new={one.id: UNTIL - _HUSHED.get(one.id, timedelta(hours=1)) for one in feeds},
        narratives=narratives(),
        fact_checks=[one for one in sample_hits() if one.outlet_id == "provera"],
        withdrawn=(
            archived(
                item_id=90,
                title="Otvoreni Balkan: turnir u šahu počinje danas",
                first_seen_at=WINDOW.since - timedelta(hours=3),
                review="dismissed",
            ),
        ),
    )


def quiet_material() -> Material:
    """Return a day on which every feed answered and nothing was found."""
    sample = sample_material()
    return replace(sample, hits=(), fact_checks=(), withdrawn=(), events=events(sample.feeds))


def blind_material() -> Material:
    """Return a day on which hardly any feed answered, and nothing was found."""
    sample = sample_material()
    nothing = replace(sample, hits=(), fact_checks=(), withdrawn=())
    down = {one.id: "connect_failed" for one in sample.feeds[2:]}
    return replace(nothing, items_read=(), events=events(sample.feeds, down))
