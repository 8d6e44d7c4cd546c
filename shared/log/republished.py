"""Facts that were recorded while their type was private, and are published later: rows that point at rows.

The pointing row holds everything of the row it points at, so that whoever receives it can prove that row as if it had
been published at once. Whose folds see the one and whose the other, `Log.as_recorded` says.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from shared.codec import type_name
from shared.facts import FactRepublished
from shared.log import format as log_format
from shared.log.format import Row

POINTING = type_name(FactRepublished)

_FIELDS = tuple(field.name for field in dataclasses.fields(FactRepublished))
_HASHED_APART = ("salt", "data", "data_hash", "leaf")


def pointing_stream(stream: str) -> str:
    """The stream in which the facts of a stream are republished; of a prefix, the prefix of those streams."""
    return FactRepublished.STREAM.format(stream=stream)


def pointing_at(row: Row) -> FactRepublished:
    """The event that republishes a row of our own. ValueError for one that was published or redacted."""
    if row.source_seq is not None or row.salt is None or row.data is None:
        raise ValueError(f"the fact at {row.position} cannot be republished")
    told = {name: getattr(row, name) for name in _FIELDS}
    told |= {"data": row.data.decode()} | {name: getattr(row, name).hex() for name in ("salt", "data_hash", "leaf")}
    return FactRepublished(**told)


def recorded(event: FactRepublished) -> Mapping[str, Any]:
    """The columns of the row that is pointed at, by name, as its receivers' folds see them: it is history.

    What the receiving log gave the pointing row stays as it is, its feed number as well: under that it came.
    """
    told = {name: getattr(event, name) for name in _FIELDS}
    told |= {name: bytes.fromhex(told[name]) for name in ("salt", "data_hash", "leaf")}
    return told | {"data": event.data.encode(), "history": True}


def is_what_it_says(event: FactRepublished, source: str, stream: str, h: Callable[[bytes], bytes]) -> bool:
    """Whether the fact is one that `source` recorded as it stands here, and the pointing row stands in its stream."""
    try:
        salt, data_hash, leaf = (bytes.fromhex(text) for text in (event.salt, event.data_hash, event.leaf))
    except ValueError:
        return False
    told = {name: getattr(event, name) for name in _FIELDS if name not in _HASHED_APART}
    header = log_format.header(source=source, source_seq=None, **told)
    return (
        event.type != POINTING
        and stream == pointing_stream(event.stream)
        and h(salt + event.data.encode()) == data_hash
        and h(header + data_hash) == leaf
    )
