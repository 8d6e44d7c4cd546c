"""机构划转: another parent, or another place in the list."""

from datetime import date

from services.ledger.rules.move_unit import MoveUnit
from shared.directory import UnitDissolved, UnitMoved
from shared.domain import UnitId
from tests.ledger.city import (
    ADMIN,
    BAISHUI,
    BAISHUI_COORDINATOR,
    BAISHUI_WATER,
    CITY,
    COORDINATOR,
    FINANCE,
    RIVERS,
    SYSTEM,
    WATER,
    YUNLING,
    ledger,
)

DAY = date(2026, 3, 1)


def test_a_section_goes_over_to_another_department() -> None:
    ledger.given(*YUNLING).when(MoveUnit(RIVERS, FINANCE, 3, DAY), by=COORDINATOR).then(
        UnitMoved(RIVERS, FINANCE, 3, DAY)
    )


def test_a_unit_changes_its_place_in_the_list() -> None:
    ledger.given(*YUNLING).when(MoveUnit(RIVERS, WATER, 2, DAY), by=COORDINATOR).then(UnitMoved(RIVERS, WATER, 2, DAY))


def test_the_same_place_changes_nothing() -> None:
    ledger.given(*YUNLING).when(MoveUnit(RIVERS, WATER, 1, DAY), by=COORDINATOR).then_refused("nothing-changed")


def test_a_unit_does_not_come_to_lie_below_itself() -> None:
    ledger.given(*YUNLING).when(MoveUnit(WATER, RIVERS, 1, DAY), by=COORDINATOR).then_refused("unit-below-itself")


def test_a_county_does_not_move_its_units_into_the_city() -> None:
    command = MoveUnit(BAISHUI_WATER, WATER, 1, DAY)
    ledger.given(*YUNLING).when(command, by=BAISHUI_COORDINATOR).then_refused("out-of-reach", unit="市水务局")


def test_a_city_department_does_not_hang_below_a_county() -> None:
    command = MoveUnit(WATER, BAISHUI, 1, DAY)
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("unit-level-above-parent", parent="白水县")


def test_only_an_administrator_makes_a_unit_topmost() -> None:
    command = MoveUnit(WATER, None, 1, DAY)
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("root-needs-administrator")
    ledger.given(*YUNLING).when(command, by=ADMIN).then(UnitMoved(WATER, None, 1, DAY))


def test_an_unknown_parent_is_out_of_reach() -> None:
    command = MoveUnit(WATER, UnitId("无此单位"), 1, DAY)
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("out-of-reach")


def test_an_unknown_parent_is_unknown_to_whoever_reaches_everything() -> None:
    command = MoveUnit(WATER, UnitId("无此单位"), 1, DAY)
    ledger.given(*YUNLING).when(command, by=SYSTEM).then_refused("unit-unknown")


def test_a_dissolved_parent_is_refused() -> None:
    gone = UnitDissolved(FINANCE, CITY, date(2026, 1, 31))
    command = MoveUnit(RIVERS, FINANCE, 1, DAY)
    ledger.given(*YUNLING, gone).when(command, by=COORDINATOR).then_refused("unit-dissolved", name="市财政局")


def test_a_dissolved_unit_is_not_moved() -> None:
    gone = UnitDissolved(RIVERS, WATER, date(2026, 1, 31))
    command = MoveUnit(RIVERS, FINANCE, 1, DAY)
    ledger.given(*YUNLING, gone).when(command, by=COORDINATOR).then_refused("unit-dissolved", name="河道科")


def test_the_place_in_the_list_is_a_small_number() -> None:
    ledger.given(*YUNLING).when(MoveUnit(RIVERS, WATER, 10**9, DAY), by=COORDINATOR).then_refused("order-invalid")


def test_a_move_is_not_recorded_before_it_is_in_force() -> None:
    command = MoveUnit(RIVERS, FINANCE, 1, date(2027, 1, 1))
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("date-in-future")
