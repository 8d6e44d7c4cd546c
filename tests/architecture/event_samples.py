"""A sample of every event as the log held it when the event was first written: files that are made once and kept.

`python -m tests.architecture.event_samples` makes those that are missing. It never touches one that exists: a log cannot
be written anew either.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from shared.codec import Catalogue, Kind
from shared.domain import PersonalText
from shared.service import Service
from zeren.office import SERVICES

SAMPLES = Path(__file__).parent / "samples"

_VALUES: dict[Any, Any] = {
    str: "云委发〔2026〕3号",
    int: 3,
    bool: True,
    Decimal: Decimal("33.34"),
    date: date(2026, 5, 21),
    datetime: datetime(2026, 5, 21, 1, 30, tzinfo=UTC),
    UUID: UUID("01993b1e-7c00-7000-8000-000000000003"),
    PersonalText: PersonalText("zk1.key.body", sealed=True),
}


def sample(hint: Any) -> Any:
    """A value of a type, with something in every optional and two in every tuple."""
    if hint in _VALUES:
        return _VALUES[hint]
    if hasattr(hint, "__supertype__"):
        return sample(hint.__supertype__)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return arguments[0]
    if origin in (Union, UnionType):
        return sample(next(option for option in arguments if option is not NoneType))
    if origin is tuple:
        return (sample(arguments[0]),) * 2
    hints = get_type_hints(hint)
    return hint(**{field.name: sample(hints[field.name]) for field in dataclasses.fields(hint)})


def written_by(service: Service) -> Mapping[str, Kind]:
    """The kinds of events that a service writes itself, by name."""
    catalogue = service.catalogue()
    names = set(catalogue.kinds)
    for event in service.received:
        names -= {name for name, kind in catalogue.kinds.items() if kind.event is event}
    return {name: catalogue.kinds[name] for name in sorted(names)}


def every_kind() -> Mapping[str, tuple[Kind, Catalogue]]:
    """Every event of every service, the directory, the calendar and the kernel, once."""
    found: dict[str, tuple[Kind, Catalogue]] = {}
    for service in SERVICES:
        for name, kind in written_by(service).items():
            found.setdefault(name, (kind, service.catalogue()))
    return found


def path_of(name: str, schema: int) -> Path:
    return SAMPLES / f"{name}.{schema}.json"


def make_missing() -> list[str]:
    """Write the sample of each event in its present schema where there is none; their names."""
    made = []
    for name, (kind, catalogue) in every_kind().items():
        path = path_of(name, kind.schema)
        if not path.exists():
            path.write_bytes(catalogue.encode(sample(kind.event)) + b"\n")
            made.append(name)
    return made


if __name__ == "__main__":
    SAMPLES.mkdir(exist_ok=True)
    make_missing()
