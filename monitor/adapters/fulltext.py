"""The full-text index over folded words: FTS5 in SQLite, a tsvector in PostgreSQL.

Both have the table `item_fts` with the columns `rowid` (the item) and `folded`.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.bulk import add_rows, copy_in
from monitor.adapters.database import Database, batches
from monitor.domain import word_forms
from monitor.domain.language import family
from monitor.domain.query import AnyOf, Query, Term
from monitor.domain.word_forms import Forms

_FTS: Final = sa.table("item_fts", sa.column("rowid", sa.BigInteger), sa.column("folded"))
NUMBER: Final[sa.ColumnElement[int]] = _FTS.c.rowid
_LONGEST_WORD: Final = 200  # PostgreSQL keeps up to 2,046 bytes, in a vector of up to 1 MiB
_LAST_PLACE: Final = 16_383  # and so many places
_MOST_PLACES: Final = 255  # of one word
_PLACES: Final = tuple(f"':{place} '" for place in range(1, _MOST_PLACES + 1))
_AFTER_LETTERS: Final = "{"  # the character after z
# SQLite's merging of parts of the index; https://www.sqlite.org/fts5.html#the_merge_command
_OFTEN: Final = 4  # parts of a size: its own measure
_SELDOM: Final = 16
_MANY: Final = 5_000  # items whose languages have parts of their own
_PIECE: Final = 2_000  # pages at once
_PAUSE_S: Final = 0.1  # other processes that wait to write look so often whether they can
_OF_WORK: Final = 2  # changes: less says that there was nothing to merge
_RANGES: Final = 50  # looked up at once
_BEGUN: Final = 100  # words of a beginning that are looked up one by one

_AMONG: Final = sa.select(tables.word.c.word).where(
    tables.word.c.word.in_(sa.bindparam("words", expanding=True))
)

Lookup = Callable[[Connection, str], Iterable[str]]  # of words of the archive


def index(
    connection: Connection,
    items: Sequence[tuple[int, str]],
    unmet: Iterable[str] | None = None,
    languages: Sequence[str] = (),
) -> None:
    """Add items, their numbers and folded words, and let the archive know these words.

    `unmet` are those words that may not be there yet, of whoever knows what was stored before.
    `languages` are those of the items: SQLite takes many of them language by language.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    fill(connection, _by_language(items, languages) if is_sqlite else items)
    if unmet is None:
        unmet = chain.from_iterable(words.split() for _, words in items)
    rows = [(word,) for word in sorted(listed(unmet))]
    add_rows(connection, tables.word, ("word",), rows, quietly=True)


def listed(words: Iterable[str]) -> set[str]:
    """Return words as the archive's list has them."""
    return {word[:_LONGEST_WORD] for word in words}


def fill(connection: Connection, items: Sequence[tuple[int, str]]) -> None:
    """Add items to the index alone."""
    if connection.dialect.name == "postgresql":
        vectors = ((number, vector(words.split())) for number, words in items)
        copy_in(connection, "item_fts", ("rowid", "folded"), vectors)
        return
    adding = "INSERT INTO item_fts (rowid, folded) VALUES (?, ?)"
    connection.exec_driver_sql(adding, list(items))


def _by_language(
    items: Sequence[tuple[int, str]], languages: Sequence[str]
) -> Sequence[tuple[int, str]]:
    """Put items of a language together, where they are many.

    SQLite gathers words in memory until a transaction ends or a number is less than the last one,
    and makes a part of the index of them. Words of one language are fewer and nearer each other
    than those of all, and their parts are merged sooner: two thirds of the time.
    """
    if len(languages) < _MANY:
        return items
    order = sorted(range(len(items)), key=[*map(family, languages)].__getitem__)
    return [items[place] for place in order]


def merge_seldom(connection: Connection) -> None:
    """Let SQLite put parts of the index together at sixteen of a size instead of four.

    Many large transactions rewrite it a third as often; searches look into more parts until it is
    merged (`merge`).
    """
    if connection.dialect.name == "sqlite":
        _set(connection, "automerge", _SELDOM)


def merge(database: Database, *, wholly: bool = False) -> None:
    """Put parts of SQLite's index together until no four are of a size. Raises StorageError.

    A piece at a time, and others can write in between. PostgreSQL does so itself. `wholly` writes
    all that there is as one part: until then what was taken out stays in the file.
    """
    is_merged = not database.is_sqlite
    pages = -_PIECE if wholly else _PIECE  # a negative number begins with all parts at once
    while not is_merged:
        with database.writing() as connection:
            if wholly:
                wipe_what_is_deleted(connection)
            _set(connection, "automerge", _OFTEN)
            raw: Any = connection.connection.driver_connection
            before = raw.total_changes
            _set(connection, "merge", pages)
            is_merged = raw.total_changes - before < _OF_WORK
        pages = _PIECE
        if not is_merged:
            time.sleep(_PAUSE_S)


def wipe_what_is_deleted(connection: Connection) -> None:
    """Let SQLite overwrite what this connection deletes, whatever it was built with."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")


def _set(connection: Connection, name: str, value: int) -> None:
    text = sa.text("INSERT INTO item_fts(item_fts, rank) VALUES (:name, :value)")
    connection.execute(text, {"name": name, "value": value})


def unindex(connection: Connection, item_id: int, words: str) -> None:
    """Take an item out; the words must be those it was added with."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.delete(_FTS).where(_FTS.c.rowid == item_id))
        return
    # A contentless index forgets a row only when told the words that it was given.
    connection.execute(
        sa.text("INSERT INTO item_fts(item_fts, rowid, folded) VALUES ('delete', :id, :folded)"),
        {"id": item_id, "folded": words},
    )


def is_said(connection: Connection, word: str) -> bool:
    """Say whether any item has this word of the archive's list."""
    is_sqlite = connection.dialect.name == "sqlite"
    cut_off = Term((word,), is_prefix=len(word) == _LONGEST_WORD)
    words = sa.literal(looked_up(cut_off, is_sqlite=is_sqlite))
    matches = sa.literal_column("item_fts").op("MATCH")(words) if is_sqlite else _matches(words)
    return connection.execute(sa.select(NUMBER).where(matches).limit(1)).first() is not None


def forms(connection: Connection, word: str) -> list[str]:
    """Return those words of the archive that are forms of a folded word."""
    wanted = Forms.of(word)
    found: list[str] = []
    for some in batches(wanted.beginnings(), _RANGES):
        given = {f"begin_{n}": begin for n, begin in enumerate(some)}
        given |= {f"end_{n}": begin + _AFTER_LETTERS for n, begin in enumerate(some)}
        found += wanted.among(connection.execute(_words(len(some)), given).scalars().all())
    return found


def spellings(connection: Connection, word: str) -> Sequence[str]:
    """Return those words of the archive that write the form of a folded word in other letters."""
    ways = sorted({*word_forms.spellings([word])} - {word})
    return connection.execute(_AMONG, {"words": ways}).scalars().all() if ways else ()


def begun(connection: Connection, beginning: str) -> Sequence[str]:
    """Return those words of the archive that begin so; none where they are many, or cut off.

    SQLite gathers all items of a beginning before it gives the first, but reads those of words
    as they come.
    """
    given = {"begin_0": beginning, "end_0": beginning + _AFTER_LETTERS}
    found = connection.execute(_words(1).limit(_BEGUN + 1), given).scalars().all()
    is_whole = len(found) <= _BEGUN and all(len(word) < _LONGEST_WORD for word in found)
    return found if is_whole else ()


@cache
def _words(ranges: int) -> sa.Select[Any]:
    word = tables.word.c.word
    begins, ends = (
        [sa.bindparam(f"{what}_{n}", type_=word.type) for n in range(ranges)]
        for what in ("begin", "end")
    )
    within = (sa.and_(word >= begin, word < end) for begin, end in zip(begins, ends, strict=True))
    return sa.select(word).where(sa.or_(*within))


def found(words: sa.ColumnElement[str]) -> sa.FromClause:
    """Return the items that `fts5`'s words find in SQLite, to select `rowid` from, their number.

    They come in the order of numbers without being gathered.
    """
    matches = sa.literal_column("item_fts").op("MATCH")(words)
    return sa.select(_FTS.c.rowid).where(matches).subquery()


def gathered(
    words: sa.ColumnElement[str], conditions: Iterable[sa.ColumnElement[bool]] = ()
) -> sa.FromClause:
    """Return the items that `tsquery`'s words find in PostgreSQL, as `found` does.

    Those that meet the conditions on `NUMBER` are gathered before any page is cut: else a page is
    taken to be found soonest by reading the whole archive backwards.
    """
    chosen = sa.select(NUMBER).where(_matches(words), *conditions)
    return chosen.cte().prefix_with("MATERIALIZED")


def one_of(
    words: sa.ColumnElement[str],
    number: sa.ColumnElement[int],
    conditions: Iterable[sa.ColumnElement[bool]],
) -> sa.ColumnElement[bool]:
    """Say in PostgreSQL that words find this item, to ask it of few items.

    `OFFSET 0` has each asked singly: else all items are read that the words find, to join them.
    """
    its = sa.select(NUMBER).where(number == NUMBER, _matches(words), *conditions)
    return sa.exists(its.offset(0))


def held_against(
    words: sa.ColumnElement[str],
    numbers: sa.Select[Any],
    conditions: Iterable[sa.ColumnElement[bool]],
) -> sa.Select[Any]:
    """Return which of these items words find in PostgreSQL, newest first; few, gathered before."""
    number = next(iter(numbers.cte().prefix_with("MATERIALIZED").c))
    return sa.select(number).where(one_of(words, number, conditions)).order_by(number.desc())


def _matches(words: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return _FTS.c.folded.op("@@")(sa.cast(words, postgresql.TSQUERY))


def looked_up(query: Query, *, is_sqlite: bool) -> str:
    """Write a query as its kind of database looks it up."""
    return fts5(query) if is_sqlite else tsquery(query)


def fts5(query: Query) -> str:
    """Write a query for FTS5: inside quotes it knows no operators, and folded words have none."""
    if isinstance(query, Term):
        return f'"{" ".join(query.words)}"{"*" if query.is_prefix else ""}'
    if isinstance(query, AnyOf):
        return f"({' OR '.join(map(fts5, query.parts))})"
    wanted = f"({' AND '.join(map(fts5, query.wanted))})"
    if not query.unwanted:
        return wanted
    return f"({wanted} NOT ({' OR '.join(map(fts5, query.unwanted))}))"


def tsquery(query: Query) -> str:
    """Write a query for PostgreSQL, each word in quotes."""
    if isinstance(query, Term):
        words = [f"'{word[:_LONGEST_WORD]}'" for word in query.words]
        return f"({' <-> '.join(words)}{':*' if query.is_prefix else ''})"
    if isinstance(query, AnyOf):
        return f"({' | '.join(map(tsquery, query.parts))})"
    unwanted = [f"!{tsquery(part)}" for part in query.unwanted]
    return f"({' & '.join([*map(tsquery, query.wanted), *unwanted])})"


def vector(words: Sequence[str]) -> str:
    """Write words, in their order, as PostgreSQL's vector of them.

    It gathers the places of a word itself; where there may be too many we do, in twelve times
    the time.
    """
    if not words:
        return ""
    if len(words) <= _MOST_PLACES and len(max(words, key=len)) <= _LONGEST_WORD:
        return "".join(chain("'", *zip(words, _PLACES, strict=False)))[:-2]
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(words, start=1):
        if place > _LAST_PLACE:
            break
        places[word[:_LONGEST_WORD]].append(place)
    return " ".join(
        f"'{word}':{','.join(map(str, at[:_MOST_PLACES]))}" for word, at in places.items()
    )
