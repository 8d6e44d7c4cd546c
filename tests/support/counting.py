"""A reading that keeps what it sends to the database, so that a specification can count the statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.views.reading import Reading


@dataclass(frozen=True)
class CountingReading(Reading):
    statements: list[str] = field(default_factory=list)
    values: list[Sequence[Any]] = field(default_factory=list)

    async def _run(self, statement: str, values: Sequence[Any]) -> Any:
        self.statements.append(statement)
        self.values.append(values)
        return await super()._run(statement, values)


def counting(reading: Reading) -> CountingReading:
    return CountingReading(reading.who, reading.moment, reading.refs, reading.log, reading.keys)
