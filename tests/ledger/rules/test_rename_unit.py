"""机构更名."""

from datetime import date

from services.ledger.rules.rename_unit import RenameUnit
from shared.directory import UnitDissolved, UnitRenamed
from shared.domain import PublicText
from tests.ledger.city import CITY, COORDINATOR, FOUNDED, WATER, YUNLING, ledger

NEW = PublicText("云岭市水利局")


def test_a_unit_bears_its_new_name_from_the_date_named() -> None:
    command = RenameUnit(WATER, NEW, date(2026, 3, 1), PublicText("市水利局"))
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then(
        UnitRenamed(WATER, NEW, PublicText("市水利局"), date(2026, 3, 1))
    )


def test_the_same_name_changes_nothing() -> None:
    command = RenameUnit(WATER, PublicText("市水务局"), date(2026, 3, 1))
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("nothing-changed")


def test_an_empty_name_is_refused() -> None:
    command = RenameUnit(WATER, PublicText(" "), date(2026, 3, 1))
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("text-missing", field="name")


def test_a_name_is_not_recorded_before_it_is_in_force() -> None:
    command = RenameUnit(WATER, NEW, date(2026, 4, 1))
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("date-in-future", today=date(2026, 3, 16))


def test_a_name_does_not_reach_back_before_the_unit() -> None:
    command = RenameUnit(WATER, NEW, date(2019, 12, 31))
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("date-before-last-change", last=FOUNDED)


def test_a_dissolved_unit_is_not_renamed() -> None:
    gone = UnitDissolved(WATER, CITY, date(2026, 1, 31))
    command = RenameUnit(WATER, NEW, date(2026, 3, 1))
    ledger.given(*YUNLING, gone).when(command, by=COORDINATOR).then_refused("unit-dissolved", name="市水务局")
