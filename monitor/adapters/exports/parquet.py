"""Parquet, with types: times are times, evidence and fact-checks are lists of structs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet as pq

_GROUP: Final = 20_000  # rows that are held in memory, and in one row group
_EVIDENCE: Final = pa.list_(
    pa.struct(
        [
            ("field", pa.string()),
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("quote", pa.string()),
            ("phrase", pa.string()),
            ("score", pa.float64()),
        ]
    )
)
_FACT_CHECKS: Final = pa.list_(
    pa.struct(
        [
            (name, pa.string())
            for name in ("item_id", "title", "url", "outlet", "lang", "published_at", "near")
        ]
    )
)
_TYPES: Final = {
    "evidence": _EVIDENCE,
    "fact_checks": _FACT_CHECKS,
    "score": pa.float64(),
    "probability": pa.float64(),
    "published_at": pa.timestamp("us", tz="UTC"),
    "first_seen_at": pa.timestamp("us", tz="UTC"),
    "retracted_at": pa.timestamp("us", tz="UTC"),
    "disarm": pa.list_(pa.string()),
    "narratives": pa.list_(pa.string()),
    "day": pa.date32(),
    **dict.fromkeys(("story_size", "items", "feeds_polled", "feeds_up"), pa.int32()),
}


def type_of(column: str, part_of: str = "") -> str:
    """Return the type of a column, or of a part of a column of lists, in words."""
    kind = _TYPES.get(column, pa.string())
    if part_of:
        kind = _TYPES[part_of].value_type.field(column).type
    if pa.types.is_list(kind):
        return "list of text" if kind.value_type == pa.string() else "list of structs"
    if pa.types.is_timestamp(kind):
        return "timestamp, UTC"
    return {"string": "text", "double": "float64", "date32[day]": "date"}.get(str(kind), str(kind))


def write_parquet(
    rows: Iterable[Mapping[str, object]], sink: BinaryIO, columns: Sequence[str]
) -> None:
    """Write rows group by group; columns whose type is not known are text."""
    schema = pa.schema([(name, _TYPES.get(name, pa.string())) for name in columns])
    rest = iter(rows)
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        while some := list(islice(rest, _GROUP)):
            writer.write_table(pa.Table.from_pylist(list(map(_typed, some)), schema))


def _typed(row: Mapping[str, object]) -> dict[str, object]:
    return {name: _value(name, value) for name, value in row.items()}


def _value(name: str, value: object) -> object:
    if name.endswith("_at") and isinstance(value, str):
        return datetime.fromisoformat(value)
    if name == "day" and isinstance(value, str):
        return date.fromisoformat(value)
    return value
