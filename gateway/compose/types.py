"""How references to types are merged: `[Review!]` here and `[Review]!` there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

IsSubtype = Callable[[str, str], bool]
"""Whether the second of two named types is the first, implements it, or is a member of it."""


def is_subtype(of: str, type_: str, named: IsSubtype) -> bool:
    """Whether every value of `type_` is one of `of`, by the rules of non-null, lists, interfaces and unions."""
    if type_.endswith("!"):
        return is_subtype(of.removesuffix("!"), type_[:-1], named)
    if of.endswith("!"):
        return False
    if of.startswith("[") or type_.startswith("["):
        return of.startswith("[") and type_.startswith("[") and is_subtype(of[1:-1], type_[1:-1], named)
    return named(of, type_)


def merged_output(types: Sequence[str], named: IsSubtype) -> str | None:
    """What every subgraph's answer is a value of: the least strict. None where one is of a different kind."""
    merged = types[0]
    for type_ in types[1:]:
        if is_subtype(type_, merged, named):
            merged = type_
        elif not is_subtype(merged, type_, named):
            return None
    return merged


def merged_input(types: Sequence[str], named: IsSubtype) -> str | None:
    """What every subgraph accepts: the strictest. None where one is of a different kind."""
    merged = types[0]
    for type_ in types[1:]:
        if is_subtype(merged, type_, named):
            merged = type_
        elif not is_subtype(type_, merged, named):
            return None
    return merged
