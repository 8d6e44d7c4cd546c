"""In which zone does the log reckon its days? Its genesis says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from shared.facts import Fact, LogStarted


@dataclass(slots=True)
class LogZone:
    """The ledger's own reference fold: the zone of its log."""

    STREAMS: ClassVar[tuple[str, ...]] = ("log",)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))

    def apply(self, fact: Fact) -> None:
        if isinstance(fact.event, LogStarted):
            self.zone = ZoneInfo(fact.event.zone)

    def day(self, instant: datetime) -> date:
        """The date of an instant in the log's zone."""
        return instant.astimezone(self.zone).date()
