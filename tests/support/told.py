"""What a trail can tell: the fields and set words of the situations that a service folds."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Collection
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints


def told_fields(kind: Any, inside: Collection[str]) -> set[str]:
    """The fields that a trail tells of a situation, with those of the values inside it; of those named `inside` only these."""
    found: set[str] = set()
    hints = get_type_hints(kind)
    for field in dataclasses.fields(kind):
        if field.name not in inside:
            found.add(field.name)
        for inner in dataclasses_in(hints[field.name]):
            found |= told_fields(inner, inside)
    return found


def set_words(kind: Any) -> set[str]:
    """The words of which a field of a situation, or of what is inside it, holds one."""
    found: set[str] = set()
    for hint in get_type_hints(kind).values():
        found |= literals_in(hint)
        for inner in dataclasses_in(hint):
            found |= set_words(inner)
    return found


def dataclasses_in(hint: Any) -> list[Any]:
    """The dataclasses of which a field may hold one or several."""
    if get_origin(hint) in (Union, types.UnionType, tuple):
        return [kind for arg in get_args(hint) for kind in dataclasses_in(arg)]
    return [hint] if dataclasses.is_dataclass(hint) else []


def literals_in(hint: Any) -> set[str]:
    if get_origin(hint) is Literal:
        return set(get_args(hint))
    return {word for arg in get_args(hint) for word in literals_in(arg)}
