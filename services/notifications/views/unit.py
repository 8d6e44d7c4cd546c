"""Which units may the asker see at all? What federated references to units are checked by."""

from __future__ import annotations

from collections.abc import Sequence

from shared.directory.table import UNITS
from shared.domain import UnitId
from shared.views.reading import Reading
from shared.views.table import table_of


async def seen_units(reading: Reading, units: Sequence[str]) -> dict[str, UnitId]:
    """Those of the units that the asker sees."""
    table = table_of(UNITS)
    rows = await reading.rows(UNITS, table.c.unit.in_(list(units)), reading.visible(table.c.unit))
    return {row.unit: row.unit for row in rows}
