"""Which body may handle a report at all."""

from __future__ import annotations

from shared.directory import Directory
from shared.domain import UnitId


def about_itself(handling: UnitId, about: UnitId, directory: Directory) -> bool:
    """Whether a report is about the body itself, or one above it: then it goes up."""
    return directory.is_within(handling, about)
