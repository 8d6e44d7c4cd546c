"""JSON schemas of event classes: what stands in the bytes of a fact of the class's present schema."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

JsonSchema = Mapping[str, Any]

_PLAIN: Mapping[Any, JsonSchema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    Decimal: {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?(E[+-]?[0-9]+)?$"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    UUID: {"type": "string", "format": "uuid"},
}


def payload_of(event: type, parts: dict[type, JsonSchema], reference: str) -> JsonSchema:
    """The schema of an event class; the dataclasses inside it go into `parts`, and are referred to as `reference + name`.

    A field is always there, an absent value is null. TypeError for a type that no event of today holds.
    """
    hints = get_type_hints(event)
    names = [field.name for field in dataclasses.fields(event)]
    described: dict[str, Any] = {"type": "object"}
    if said := words_of(event):
        described["description"] = said
    return described | {
        "required": names,
        "additionalProperties": False,
        "properties": {name: _schema(hints[name], parts, reference) for name in names},
    }


def words_of(described: type) -> str:
    """Its docstring, if somebody wrote one: a dataclass without gets its signature."""
    text = inspect.cleandoc(described.__doc__ or "")
    return "" if text.startswith(f"{described.__name__}(") else text


def _schema(hint: Any, parts: dict[type, JsonSchema], reference: str) -> JsonSchema:
    if hint in _PLAIN:
        return _PLAIN[hint]
    if hasattr(hint, "__supertype__"):
        return {"title": hint.__name__, **_schema(hint.__supertype__, parts, reference)}
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin in (Union, UnionType):
        options = [_schema(option, parts, reference) for option in arguments if option is not NoneType]
        return {"anyOf": [*options, {"type": "null"}]} if NoneType in arguments else {"anyOf": options}
    if origin is tuple and arguments[1:] == (...,):
        return {"type": "array", "items": _schema(arguments[0], parts, reference)}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _part(hint, parts, reference)
    raise TypeError(f"no schema is known for {hint}")


def _part(kind: type, parts: dict[type, JsonSchema], reference: str) -> JsonSchema:
    if kind not in parts:
        parts[kind] = {}  # it may hold itself
        parts[kind] = {"title": kind.__name__, **payload_of(kind, parts, reference)}
    return {"$ref": reference + kind.__name__}
