"""The desk at which things are handed in: the holding table, and the receipts that open it."""

from __future__ import annotations

from dataclasses import dataclass

from shared.holding.receipts import Receipts
from shared.holding.table import HoldingTable


@dataclass(frozen=True, slots=True)
class Desk:
    """What the doors of a sealed service work with, beside its log."""

    table: HoldingTable
    receipts: Receipts
