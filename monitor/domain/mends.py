"""What a wrong value should be instead, in words for whoever wrote it."""

from collections.abc import Callable, Mapping
from typing import Final

Context = Mapping[str, object]

# By the names that pydantic gives to what it finds.
# Source: https://docs.pydantic.dev/latest/errors/validation_errors/
_MENDS: Final[Mapping[str, Callable[[Context], str]]] = {
    "bool_parsing": lambda _: "must be true or false",
    "bool_type": lambda _: "must be true or false",
    "int_parsing": lambda _: "must be a whole number",
    "int_type": lambda _: "must be a whole number",
    "int_from_float": lambda _: "must be a whole number",
    "float_parsing": lambda _: "must be a number",
    "float_type": lambda _: "must be a number",
    "finite_number": lambda _: "must be a number",
    "list_type": lambda _: "must be a list, such as [one, two]",
    "tuple_type": lambda _: "must be a list, such as [one, two]",
    "dict_type": lambda _: "must be a mapping of `key: value` lines",
    "model_type": lambda _: "must be a mapping of `key: value` lines",
    "string_type": lambda _: "must be text; quote it",
    "string_too_short": lambda of: _at_least(of["min_length"], "character"),
    "string_too_long": lambda of: f"must have at most {of['max_length']} characters; shorten it",
    "too_short": lambda of: _at_least(of["min_length"], "entry", "entries"),
    "too_long": lambda of: f"must have at most {of['max_length']} entries; leave some out",
    "greater_than": lambda of: f"must be more than {of['gt']}",
    "greater_than_equal": lambda of: f"must be at least {of['ge']}",
    "less_than": lambda of: f"must be less than {of['lt']}",
    "less_than_equal": lambda of: f"must be at most {of['le']}",
    "literal_error": lambda of: f"must be {of['expected']}",
    "enum": lambda of: f"must be {of['expected']}",
}


def mend(kind: str, said: str, context: Context) -> str:
    """Return what to write instead; for a kind that is not known here, what was `said` of it."""
    if kind in _MENDS:
        return _MENDS[kind](context)
    said = said.removeprefix("Value error, ")
    return f"{said[:1].lower()}{said[1:]}"


def _at_least(count: object, one: str, many: str = "") -> str:
    if count == 1:
        return "must not be empty; write what belongs here, or leave the line out"
    return f"must have at least {count} {many or f'{one}s'}"
