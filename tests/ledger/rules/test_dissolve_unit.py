"""撤销机构: a unit that ends names its successor."""

from datetime import date

from services.ledger.rules.dissolve_unit import DissolveUnit
from shared.directory import UnitDissolved
from shared.domain import UnitId
from tests.ledger.city import CITY, COORDINATOR, FINANCE, RIVERS, SOURCES, WATER, YUNLING, ledger

DAY = date(2026, 2, 28)


def test_a_section_is_merged_into_another() -> None:
    command = DissolveUnit(RIVERS, DAY, SOURCES)
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then(UnitDissolved(RIVERS, SOURCES, DAY))


def test_a_unit_that_ends_names_its_successor() -> None:
    ledger.given(*YUNLING).when(DissolveUnit(RIVERS, DAY), by=COORDINATOR).then_refused("successor-missing")


def test_a_unit_does_not_succeed_itself() -> None:
    command = DissolveUnit(FINANCE, DAY, FINANCE)
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("successor-invalid")


def test_an_unknown_successor_is_refused() -> None:
    command = DissolveUnit(FINANCE, DAY, UnitId("无此单位"))
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("unit-unknown")


def test_a_dissolved_successor_is_refused() -> None:
    gone = UnitDissolved(SOURCES, WATER, date(2026, 1, 31))
    command = DissolveUnit(RIVERS, DAY, SOURCES)
    ledger.given(*YUNLING, gone).when(command, by=COORDINATOR).then_refused("unit-dissolved", name="水源科")


def test_a_unit_with_units_below_it_is_not_dissolved() -> None:
    command = DissolveUnit(WATER, DAY, FINANCE)
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("unit-has-subunits", count=2)


def test_dissolved_units_below_it_do_not_keep_a_unit_alive() -> None:
    gone = (UnitDissolved(RIVERS, WATER, date(2026, 1, 31)), UnitDissolved(SOURCES, WATER, date(2026, 1, 31)))
    command = DissolveUnit(WATER, DAY, FINANCE)
    ledger.given(*YUNLING, *gone).when(command, by=COORDINATOR).then(UnitDissolved(WATER, FINANCE, DAY))


def test_a_unit_ends_once() -> None:
    gone = UnitDissolved(RIVERS, SOURCES, date(2026, 1, 31))
    command = DissolveUnit(RIVERS, DAY, CITY)
    ledger.given(*YUNLING, gone).when(command, by=COORDINATOR).then_refused("unit-dissolved", name="河道科")


def test_an_end_is_recorded_once_it_came() -> None:
    command = DissolveUnit(RIVERS, date(2026, 12, 31), SOURCES)
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("date-in-future")
