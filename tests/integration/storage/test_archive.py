from datetime import UTC, datetime, timedelta

import pytest

import make
from monitor.adapters import fulltext
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.importing import SqlShelf
from monitor.adapters.store import SqlStore
from monitor.domain.digest import Window
from monitor.domain.errors import ConfigError
from monitor.domain.hit import Grade
from monitor.domain.importing import Imported
from monitor.domain.rematch import Plan
from monitor.ports import Filters


@pytest.fixture(autouse=True)
def stored(store: SqlStore) -> None:
    sarajevo = make.feed(
        id="miljacka", outlet=make.outlet(id="miljacka", name="Miljacka", country="BA")
    )
    texts = {
        "Отворени Балкан и даље без Подгорице": "sr-Cyrl",
        "Otvoreni Balkan ponovo na dnevnom redu": "sr-Latn",
        "Đorđević: Vijesti iz Šapca": "sr-Latn",
    }
    for hours, (title, lang) in enumerate(texts.items()):
        at = make.NOW + timedelta(hours=hours)
        store.record(make.poll(make.item(title, lang=lang), at=at, hits=(make.hit(),)), make.feed())
    weak = make.hit("rs-secession", grade=Grade.REVIEW, score=50.0)
    item = make.item("Referendum u najavi", of=sarajevo, lang="bs")
    at = make.NOW + timedelta(hours=3)
    store.record(make.poll(item, of=sarajevo, at=at, hits=(weak,)), sarajevo)


def followed(archive: SqlArchive, filters: Filters) -> list[int]:
    """Return all that is found, page by page."""
    page = archive.items(filters, 1)
    found = [*page.rows]
    while page.cursor:
        page = archive.items(filters, 1, page.cursor)
        found += page.rows
    return [row.item_id for row in found]


def found(archive: SqlArchive, **asked: object) -> list[str]:
    rows = archive.items(Filters(**asked), 10).rows  # type: ignore[arg-type]
    return [row.title.split()[0] for row in rows]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("otvoreni balkan", ["Otvoreni", "Отворени"]),
        ("отворени балкан", ["Otvoreni", "Отворени"]),
        ('"balkan ponovo"', ["Otvoreni"]),
        ("djordjevic", ["Đorđević:"]),
        ("dordevic", ["Đorđević:"]),
        ('"dordevic vijesti"', ["Đorđević:"]),
        ('"dordevic vesti"', ["Đorđević:"]),
        ('"vesti"', ["Đorđević:"]),
        ('"vest"', []),
        ('"ђорђевић вијести из шап"*', ["Đorđević:"]),
        ('„dordevic" -vijesti', []),
        ("vijesti sapca", ["Đorđević:"]),
        ("»balkan ponovo«", ["Otvoreni"]),
        ("balkan -podgorice", ["Otvoreni"]),
        ("podgorice OR sapca", ["Đorđević:", "Отворени"]),
        ("podgor*", ["Отворени"]),
        ('balkan" AND (NEAR', []),
    ],
)
def test_a_query_finds_words_in_either_script(
    archive: SqlArchive, query: str, titles: list[str]
) -> None:
    assert found(archive, query=query) == titles


@pytest.mark.parametrize("many", [0, 150])
def test_a_beginning_finds_few_words_many_and_one_too_long_to_be_kept_whole(
    archive: SqlArchive, store: SqlStore, many: int
) -> None:
    for title in ("x" * 300 + " dugo", *(f"xxx{n:03}" for n in range(many)), "Xxxl nije xxy"):
        store.record(make.poll(make.item(title)), make.feed())

    page = archive.items(Filters("xxx* -xxx001"), 200)

    assert len(page.rows) == 2 + max(0, many - 1)
    newest, *_, longest = page.rows
    assert newest.snippet is not None
    assert newest.snippet.parts == (("Xxxl", True), (" nije xxy", False))
    assert longest.title == "x" * 300 + " dugo"
    assert longest.snippet is not None


def test_a_query_without_words_is_refused(archive: SqlArchive) -> None:
    with pytest.raises(ConfigError, match="no word"):
        found(archive, query='" -- *')


def test_filters_narrow(archive: SqlArchive) -> None:
    assert found(archive, countries=("BA",)) == ["Referendum"]
    assert found(archive, langs=("sr",)) == ["Đorđević:", "Otvoreni", "Отворени"]
    assert found(archive, langs=("sr-Cyrl",)) == ["Отворени"]
    assert found(archive, outlets=("miljacka",)) == ["Referendum"]
    assert found(archive, narratives=("rs-secession",)) == ["Referendum"]
    assert found(archive, until=make.NOW + timedelta(hours=1)) == ["Отворени"]
    assert found(archive, since=make.NOW + timedelta(hours=3)) == ["Referendum"]


@pytest.mark.parametrize(
    "query", ["", "balkan", "referendum OR vijesti", '"otvoreni balkan" -pono*', "najav*"]
)
@pytest.mark.parametrize(
    "places",
    [
        {"countries": ("BA",)},
        {"langs": ("sr",)},
        {"countries": ("RS",), "langs": ("sr-Cyrl", "bs")},
        {"outlets": ("primer",)},
        {
            "outlets": ("primer", "miljacka"),
            "langs": ("bs",),
            "until": make.NOW + timedelta(days=1),
        },
        {"langs": ("sr",), "narratives": ("open-balkan",), "since": make.NOW},
        {"countries": ("BA",), "reviews": ("unreviewed",)},
    ],
)
def test_places_of_few_and_of_many_items_are_found_alike(
    database: Database, query: str, places: dict[str, tuple[str, ...]]
) -> None:
    filters = Filters(query, **places)  # type: ignore[arg-type]
    few, many = SqlArchive(database), SqlArchive(database, gathered=0)
    read = SqlArchive(database, common=0)

    assert few.hits(filters, 10) == many.hits(filters, 10) == read.hits(filters, 10)
    assert few.items(filters, 10) == many.items(filters, 10) == read.items(filters, 10)
    assert followed(few, filters) == followed(many, filters) == followed(read, filters)
    both = few.hits(filters, 10).rows
    assert query or len(both) in {1, 3}


def test_hits_carry_their_item(archive: SqlArchive) -> None:
    (row,) = archive.hits(Filters(grade=Grade.REVIEW), 10).rows

    assert (row.title, row.outlet_name, row.country) == ("Referendum u najavi", "Miljacka", "BA")
    assert row.hit.evidence == make.hit().evidence


def test_pages_follow_each_other_without_gap_or_double(archive: SqlArchive) -> None:
    seen, cursor = [], ""
    while True:
        page = archive.hits(Filters(), 1, cursor)
        seen += [row.title for row in page.rows]
        cursor = page.cursor
        if not cursor:
            break

    assert len(seen) == len(set(seen)) == 4


@pytest.mark.parametrize(
    "cursor", ["zzz", "", "MjAyNg==", "aGl0LDEsAA==", "aXRlbSwzNjAyODc5NzAxODk2Mzk2OA=="]
)
def test_a_made_up_cursor_is_refused(archive: SqlArchive, cursor: str) -> None:
    if cursor:
        with pytest.raises(ConfigError, match="--cursor"):
            archive.items(Filters(), 1, cursor)


@pytest.mark.parametrize("query", ["", "balkan"])
def test_a_window_may_reach_to_the_end_of_time(archive: SqlArchive, query: str) -> None:
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)

    assert archive.items(Filters(query, since=first, until=last), 1).rows
    assert archive.hits(Filters(query, since=first, until=last), 1).rows


def test_movements_compare_the_window_with_those_before(archive: SqlArchive) -> None:
    hour = timedelta(hours=1)

    movements = archive.movements(Window(make.NOW + 2 * hour, make.NOW + 3 * hour), past=3)

    (movement,) = movements
    assert (movement.narrative, movement.now, movement.before) == ("open-balkan", 1, (1, 1, 0))
    assert movement.first_seen_at == make.NOW


def test_items_read_are_counted_by_country_and_language(archive: SqlArchive) -> None:
    window = Window(make.NOW, make.NOW + timedelta(days=1))

    assert archive.items_read(window) == [
        ("BA", "bs", 1),
        ("RS", "sr-Cyrl", 1),
        ("RS", "sr-Latn", 2),
    ]


def test_the_item_with_number_nought_has_a_snippet_like_any_other(
    database: Database, archive: SqlArchive
) -> None:
    item = make.item("Zaječar u snegu")
    past = [Imported(item, datetime(2000, 1, 1, tzinfo=UTC))]
    SqlShelf(database, make.NOW).add([make.feed()], past, Plan("c1", "m1"))

    (row,) = archive.items(Filters(query="zaječar"), 9).rows

    assert row.item_id == 0
    assert row.snippet is not None


def test_many_items_of_several_languages_at_once_are_found_newest_first(
    database: Database, archive: SqlArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fulltext, "_MANY", 5)
    langs = ["sr-Latn", "mk", "sq", "sr-Cyrl", "mk"]
    items = [make.item(f"{n} Zaječar", lang=lang) for n, lang in enumerate(langs)]
    past = [Imported(item, make.NOW - timedelta(days=9 - n)) for n, item in enumerate(items)]
    SqlShelf(database, make.NOW).add([make.feed()], past, Plan("c1", "m1"))

    assert found(archive, query="zaječar") == ["4", "3", "2", "1", "0"]
    assert found(archive, query="zaječar", langs=("mk",)) == ["4", "1"]
