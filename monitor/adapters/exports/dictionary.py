"""What every column of every export means; `docs/data-dictionary.md` is made of this.

Run `python -m monitor.adapters.exports.dictionary > docs/data-dictionary.md` after a change.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.adapters.denominators import COLUMNS as READ
from monitor.adapters.exports.parquet import type_of
from monitor.adapters.exports.rows import EXPORT_COLUMNS, ITEM_COLUMNS
from monitor.adapters.preserving.folder import COLUMNS as PRESERVED

_EVIDENCE: Final = {
    "field": "where the words stand: `title`, `summary` or `text`",
    "start": "the first code point of the quote in that field",
    "end": "the code point after its last",
    "quote": "the words in their own letters",
    "phrase": "the catalogue's phrase, or `rule: concept`; of a learned hit the labelled texts nearest to it",
    "score": "how closely the words fit, 0 to 100",
}
_FACT_CHECKS: Final = {
    "item_id": "the fact-checker's item",
    "title": "its title",
    "url": "its address",
    "outlet": "id of the fact-checker",
    "lang": "its language",
    "published_at": "when it says that it was published, ISO 8601, UTC",
    "near": "what ties it to the claim: `story` (same text), `text` (like words), `narrative` (perhaps in another language)",
}
_HITS: Final = {
    "id": "number of the hit in this installation",
    "item_id": "number of its item; they grow with the time of first sight",
    "narrative": "id of the narrative in the catalogue",
    "score": "points of the rules, 0 to 100; no probability",
    "grade": "`digest`: fit for readers; `review`: for reviewers only",
    "stance_hint": "the machine's guess: `asserts`, `reports`, `rebuts`, `unclear`",
    "evidence": "the words that made the hit (below)",
    "catalogue_version": "content hash of the catalogue that found it",
    "matcher_version": "version of the matching code that found it",
    "title": "title as published",
    "summary": "summary as published, cut to `MONITOR_EXCERPT_CHARS` characters",
    "url": "address of the item, without tracking parameters",
    "outlet": "id of the outlet in the feed list",
    "outlet_name": "its name",
    "feed_id": "the feed that brought the item first",
    "country": "of the outlet: ISO 3166-1 alpha-2, `XK` for Kosovo, `INT` for international",
    "lang": "BCP 47, with the script where there are two",
    "published_at": "when the outlet says that it was published, UTC; may be missing or wrong",
    "first_seen_at": "when our feeds brought it first, UTC",
    "review": "what a reviewer decided: `unreviewed`, `confirmed`, `dismissed`, `unsure`",
    "stance": "the stance that a reviewer saw; empty: none did",
    "story_id": "number of the story: items that say the same within three days",
    "story_size": "how many items the story has",
    "fact_checks": "the nearest fact-checks, three at most (below)",
    "retracted": "why nobody may rely on it any more: `dismissed`, `withdrawn`; else empty",
    "retracted_at": "since when, UTC",
    "disclaimer": "what a hit says and what it does not",
    "source": "who found it: `rules`; `learned`, the second opinion alone; `rules+learned`, both",
    "probability": "the second opinion's, calibrated, 0 to 1; empty: it was not asked",
    "uri": "permanent name of the hit (`urn:uuid:…`), the same in every format",
    "disarm": "DISARM techniques that an analyst named for the narrative",
    "story_uri": "permanent name of the story",
}
_ITEMS: Final = {
    name: _HITS[name]
    for name in ("item_id", "title", "url", "outlet", "country", "lang", "published_at",
                 "first_seen_at", "feed_id", "story_id", "story_size")
} | {
    "summary": "summary as published",
    "narratives": "ids of the narratives that it carries; retired hits are left out",
    "snippet": "where the query was found, if there was one",
}  # fmt: skip
_READ: Final = {
    "day": "day of first sight, UTC",
    "outlet": _HITS["outlet"],
    "outlet_name": _HITS["outlet_name"],
    "country": _HITS["country"],
    "lang": f"{_HITS['lang']}; empty on a day on which nothing was read",
    "items": "items that were read, hits or not",
    "feeds_polled": "how many of the outlet's feeds were asked that day",
    "feeds_up": "how many of these answered at least once",
}
_PRESERVED: Final = {
    "url": "address of the page, where redirects led",
    "item_id": _HITS["item_id"],
    "narratives": "ids of the narratives, separated by spaces",
    "hits": "permanent names of the hits, separated by spaces",
    "outcome": "`kept` or `failed`",
    "fetched_at": "when it was fetched or tried last, UTC",
    "file": "the WARC file",
    "sha256": "its SHA-256 in hexadecimal",
}


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of rows: where it comes from, its columns in their order, what each means."""

    title: str
    made_by: str
    columns: Sequence[str]
    meanings: Mapping[str, str]
    part_of: str = ""  # a column of hits


TABLES: Final = (
    Table(
        "Hits",
        "`monitor export --format csv|jsonl|parquet|xlsx`, `/api/v1/export/hits`; without the last"
        " three `monitor search --format csv|jsonl`",
        EXPORT_COLUMNS,
        _HITS,
    ),
    Table("Evidence of a hit", "`evidence` of a hit", tuple(_EVIDENCE), _EVIDENCE, "evidence"),
    Table(
        "Fact-checks of a hit", "`fact_checks` of a hit",
        tuple(_FACT_CHECKS), _FACT_CHECKS, "fact_checks",
    ),
    Table(
        "Items", "`monitor search --items --format csv|jsonl`, `/api/v1/export/items`",
        ITEM_COLUMNS, _ITEMS,
    ),
    Table(
        "What was read", "`monitor export --denominators --format csv|jsonl|parquet|xlsx`",
        READ, _READ,
    ),
    Table("Preserved pages", "`auto-archiver.csv` of `monitor preserve`", PRESERVED, _PRESERVED),
)  # fmt: skip

OBJECTS: Final[Mapping[str, Mapping[str, str]]] = {
    "STIX 2.1": {
        "narrative": "`name`, `description`: title and summary; `external_references`: its id here, DISARM techniques",
        "url": "`value`: address of the item",
        "note": "`abstract`: title; `content`: quotes, grade, points, stance, review, versions, disclaimer; `lang`; `labels`: confidence, `review:…`, `grade:…`; `external_references`: `uri` of the hit, the outlet with the address; `object_refs`: narrative and url; `revoked`: the hit is retracted",
        "opinion": "`opinion`: the review; `object_refs`: the note",
        "report": "the digest: `name`, `description` with its coverage, `published`, `object_refs`",
        "identity": "the monitor; no person",
        "marking-definition": "TLP",
    },
    "MISP": {
        "narrative": "object: `narrative-summary`, tagged with DISARM techniques; `comment`: id and title",
        "news-media": "object: `source` (outlet, tagged with confidence), `title`, `link`, `content` (quotes); `comment`: grade, points, stance, review, versions, disclaimer; `deleted`: the hit is retracted; a reference `mentions` to the narrative",
        "comment": "attribute of a digest's event: what was found, and how much could be seen",
    },
    "Atom and JSON Feed": {
        "id": "`uri` of the hit",
        "title": "title of the item, after `Retracted:` where the hit is",
        "link, url": "address of the item",
        "author, authors": "name of the outlet",
        "published, date_published": "`published_at`, else `first_seen_at`",
        "updated, date_modified": "the latest of first sight, review and retraction",
        "content, content_html": "narrative, summary, facts, disclaimer",
        "category, _monitor": "`narrative`, `country`, `lang` (JSON Feed: `language`), `grade`, `score`, `stance_hint`, `review`, `stance`, `retracted`, `catalogue_version`",
    },
}

HEAD: Final = """\
# Data dictionary

What every column of every export means. Types are those of Parquet; in JSON Lines times are ISO 8601 in UTC, in
CSV lists are JSON, and what is missing is empty. Columns may be added at the end; none changes its meaning.
"""


def document() -> str:
    """Return `docs/data-dictionary.md`, which a test keeps equal to this."""
    parts = [HEAD]
    for table in TABLES:
        rows = [
            f"| `{name}` | {type_of(name, table.part_of)} | {table.meanings[name]} |"
            for name in table.columns
        ]
        head = f"## {table.title}\n\nMade by {table.made_by}.\n\n| column | type | meaning |\n| --- | --- | --- |"
        parts.append("\n".join((head, *rows, "")))
    for title, objects in OBJECTS.items():
        rows = [f"| {name} | {meaning} |" for name, meaning in objects.items()]
        parts.append(
            "\n".join((f"## {title}\n\n| object or element | holds |\n| --- | --- |", *rows, ""))
        )
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(document())
