"""Who stands above everybody, as units come and are moved."""

from __future__ import annotations

from datetime import date

from shared.directory import Directory, UnitMoved, UnitRegistered
from shared.domain import PublicText, UnitId
from tests.shared.test_portals import directory

CITY, WATER, PORT = UnitId("云岭市"), UnitId("水务局"), UnitId("港务集团")
FOUNDED = date(2026, 1, 1)


def registered(unit: UnitId, parent: UnitId | None) -> UnitRegistered:
    return UnitRegistered(unit, unit, PublicText(unit), None, "department", "city", parent, 1, None, None, FOUNDED)


def test_where_one_unit_stands_above_all_others_it_is_above_all() -> None:
    known = directory(registered(CITY, None), registered(WATER, CITY))
    assert known.are_above_all({CITY})
    assert known.are_above_all({CITY, WATER})
    assert not known.are_above_all({WATER})
    assert not known.are_above_all(set())


def test_a_second_topmost_unit_is_above_nobody_elses_and_counts_until_it_is_moved_below() -> None:
    beside = [registered(CITY, None), registered(WATER, CITY), registered(PORT, None)]
    known = directory(*beside)
    assert not known.are_above_all({CITY})
    assert known.are_above_all({CITY, PORT})
    assert directory(*beside, UnitMoved(PORT, CITY, 2, FOUNDED)).are_above_all({CITY})
    assert not directory(*beside, UnitMoved(WATER, None, 2, FOUNDED)).are_above_all({CITY, PORT})


def test_above_nobody_nobody_stands() -> None:
    assert not Directory().are_above_all({CITY})
