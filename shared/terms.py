"""`terms.yaml`: the limits, periods and rates a service starts with, read once and recorded as events.

    warn-working-days:
      - {from: 2026-01-01, value: 3, unit: working days, reference: "domain.md §2"}

Each entry becomes one `term-set`. An administrator changes a term by an event of their own; what is seeded again later
never overrides that.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml

from shared.domain import PublicText
from shared.facts import TermSet


def read_terms(text: str) -> tuple[TermSet, ...]:
    """The terms of a `terms.yaml`. ValueError names the entry that is malformed."""
    found: list[TermSet] = []
    for term, entries in (yaml.safe_load(text) or {}).items():
        if not isinstance(entries, list) or not entries:
            raise ValueError(f"{term}: a list of dated values is wanted")
        found.extend(_read(term, entry) for entry in entries)
    return tuple(found)


def _read(term: str, entry: Any) -> TermSet:
    if not isinstance(entry, dict) or set(entry) != {"from", "value", "unit", "reference"}:
        raise ValueError(f"{term}: an entry has exactly from, value, unit and reference")
    if not isinstance(entry["from"], date):
        raise ValueError(f"{term}: from is not a date")
    if isinstance(entry["value"], float):
        raise ValueError(f"{term}: write a decimal in quotes, so that it stays exact")
    return TermSet(term, str(entry["value"]), str(entry["unit"]), entry["from"], PublicText(str(entry["reference"])))
