"""Fact-checks in each language, found with the catalogue as it is packaged; our own writing."""

from datetime import timedelta
from typing import Final

import pytest

import make
from monitor.adapters import catalogue
from monitor.adapters.archive import SqlArchive
from monitor.adapters.compiled import matcher_of
from monitor.adapters.database import Database
from monitor.adapters.reading import SqlReading
from monitor.adapters.store import SqlStore
from monitor.domain.digest import Window
from monitor.domain.feed import Feed, OutletKind
from monitor.domain.hit import ArchivedHit, Hit, Nearness, Passage
from monitor.domain.matching import Matcher
from monitor.ports import Filters
from monitor.services.digest import DigestRequest, DigestService
from monitor.services.factchecks import with_fact_checks

CHECKER: Final = make.feed(
    id="provera",
    url="https://provera.example/rss",
    outlet=make.outlet(
        id="provera",
        name="Provera",
        kind=OutletKind.FACT_CHECKER,
        homepage="https://provera.example/",
    ),
)
# Narrative, language, what an outlet claims, what the fact-checker answers.
PAIRS: Final = (
    (
        "open-balkan",
        "sr-Latn",
        "Otvoreni Balkan je projekat srpske dominacije, tvrdi poslanik",
        "Nije tačno da sporazum o Otvorenom Balkanu daje Beogradu vlast nad susedima",
    ),
    (
        "open-balkan",
        "sr-Cyrl",
        "Отворени Балкан брише границе и води у једну државу",
        "Лажна вест: договор о Отвореном Балкану не укида границе држава",
    ),
    (
        "open-balkan",
        "bs",
        "Ulazak BiH u Otvoreni Balkan znači kraj njene samostalnosti",
        "Provjereno: neistina je da bi BiH ulaskom u Otvoreni Balkan izgubila samostalnost",
    ),
    (
        "open-balkan",
        "cnr",
        "Otvoreni Balkan bi Crnu Goru stavio pod upravu Beograda",
        "Obmana: inicijativa Otvoreni Balkan ne prenosi nadležnosti Crne Gore na Beograd",
    ),
    (
        "open-balkan",
        "sq",
        "Ballkani i Hapur është plani i Beogradit për të sunduar rajonin",
        "E pavërtetë: nisma Ballkani i Hapur nuk i jep Beogradit pushtet mbi fqinjët",
    ),
    (
        "open-balkan",
        "mk",
        "Отворен Балкан ќе ја стави Македонија под власта на Белград",
        "Невистина: договорот за Отворен Балкан не му дава на Белград власт во Македонија",
    ),
    (
        "open-balkan",
        "ru",
        "«Открытые Балканы» передают Белграду власть над соседями",
        "Фейк: инициатива «Открытые Балканы» не передаёт Белграду власть над соседями",
    ),
    (
        "open-balkan",
        "en",
        "Open Balkan puts the whole region under the rule of Belgrade",
        "False: the Open Balkan agreement gives Belgrade no power over its neighbours",
    ),
    (
        "rs-secession",
        "sr-Latn",
        "Republika Srpska proglašava nezavisnost i otcepljenje od BiH",
        "Lažna vest da je Republika Srpska proglasila otcepljenje od BiH",
    ),
    (
        "rs-secession",
        "sr-Cyrl",
        "Република Српска проглашава независност и отцепљење од БиХ",
        "Није тачно да је Република Српска прогласила отцепљење од БиХ",
    ),
    (
        "rs-secession",
        "bs",
        "Dodik najavio otcjepljenje Republike Srpske od Bosne i Hercegovine",
        "Neistina: Narodna skupština nije proglasila otcjepljenje Republike Srpske",
    ),
    (
        "rs-secession",
        "cnr",
        "Dodik najavio otcjepljenje Republike Srpske na proljeće",
        "Obmana o odluci: otcjepljenje Republike Srpske nije izglasano",
    ),
    (
        "rs-secession",
        "sq",
        "Dodik shpall shkëputjen e Republika Srpska nga Bosnja",
        "Lajm i rremë: Republika Srpska nuk e ka shpallur shkëputjen nga Bosnja",
    ),
    (
        "rs-secession",
        "mk",
        "Додик најави отцепување на Република Српска од Босна",
        "Лажна вест: Република Српска не прогласила отцепување од Босна",
    ),
    (
        "rs-secession",
        "ru",
        "Додик объявил о выходе Республики Сербской из Боснии",
        "Фейк: Республика Сербская не объявляла об отделении от Боснии",
    ),
    (
        "rs-secession",
        "en",
        "Dodik declares the secession of Republika Srpska from Bosnia",
        "Fact check: Republika Srpska has not declared secession from Bosnia",
    ),
)
UNTIL: Final = make.NOW + timedelta(hours=1)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return matcher_of(catalogue.PACKAGED)


def stored(store: SqlStore, matcher: Matcher, feed: Feed, title: str, lang: str) -> list[str]:
    """Store what a feed says with what the matcher finds in it; return the narratives."""
    kind, country = feed.outlet.kind, feed.outlet.country
    passage = Passage(title=title, lang=lang, outlet_kind=kind, country=country)
    hits: tuple[Hit, ...] = tuple(matcher.match(passage))
    store.record(make.poll(make.item(title, of=feed, lang=lang), of=feed, hits=hits), feed)
    return [one.narrative for one in hits]


def hits_of(archive: SqlArchive, narrative: str) -> tuple[ArchivedHit, ...]:
    found = archive.hits(Filters(narratives=(narrative,)), 20, "").rows
    return with_fact_checks(archive, found)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: "-".join(pair[:2]))
def test_a_debunk_is_attached_to_the_claims_narrative_and_never_counted_as_its_spread(
    database: Database,
    store: SqlStore,
    archive: SqlArchive,
    matcher: Matcher,
    pair: tuple[str, str, str, str],
) -> None:
    narrative, lang, claim, debunk = pair
    assert narrative in stored(store, matcher, make.feed(), claim, lang)
    assert narrative in stored(store, matcher, CHECKER, debunk, lang)

    (claimed,) = [one for one in hits_of(archive, narrative) if one.outlet_id == "primer"]
    assert [(one.outlet_id, one.title) for one in claimed.fact_checks] == [("provera", debunk)]
    service = DigestService(archive, lambda: [make.feed(), CHECKER], lambda: ())
    window = Window(make.NOW - timedelta(hours=1), UNTIL)
    digest = service.compose(DigestRequest(window, (narrative,), reviewer_edition=True))
    (section,) = digest.sections
    assert [one.title for one in section.fact_checks] == [debunk]
    leads = [lead.item_id for entry in (*section.entries, *section.below) for lead in entry.leads]
    assert leads == [claimed.item_id]
    (moved,) = archive.movements(window, 3, ())
    assert (section.items, section.outlets, moved.now) == (1, 1, 1)
    reading = SqlReading(database)
    assert [day.items for day in reading.days(narrative, window)] == [1]
    assert [one.key for one in reading.propagation(narrative, window).outlets] == ["primer"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_debunk_in_another_language_is_attached_by_the_narrative(
    store: SqlStore, archive: SqlArchive, matcher: Matcher
) -> None:
    stored(store, matcher, make.feed(), PAIRS[0][2], "sr-Latn")
    stored(store, matcher, CHECKER, PAIRS[4][3], "sq")

    (claimed,) = [one for one in hits_of(archive, "open-balkan") if one.outlet_id == "primer"]
    assert [(one.lang, one.near) for one in claimed.fact_checks] == [("sq", Nearness.NARRATIVE)]
