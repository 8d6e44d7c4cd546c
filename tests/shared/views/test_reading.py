"""Questions are answered from views, in the types their rows declare, and only with what the asker may see."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from shared.directory import OWN_UNIT_ONLY, Held, PostVacated, Principal, Role
from shared.directory.table import TENURES, UNITS
from shared.domain import PersonalText, PersonId, PostId, PublicText, UnitId
from shared.log.log import Log
from shared.views.paging import BadCursor, Order, Page
from shared.views.reading import Reading, statement_of
from shared.views.runner import Runner
from shared.views.source import ReferenceSource
from shared.views.table import table_of
from tests.support.registers import (
    CITY,
    REGISTERS,
    TALLIES,
    Mark,
    RegisterOpened,
    chief_post,
    entry,
    filled,
    moved,
    opened,
    record,
    registers_service,
    unit,
)

Run = Callable[..., Awaitable[Runner]]
NOBODY = Principal(PersonId("person/nobody"), ())
UNITS_OF_CITY = ("区政府", "水务局", "河道所", "应急局")


def holder(unit_name: str, *roles: Role) -> Principal:
    held = Held(PostId("post"), UnitId(unit_name), UnitId(unit_name), roles, None, 1)
    return Principal(PersonId("person/lin"), (held,))


async def reading(log: Log, who: Principal = NOBODY) -> Reading:
    refs = await ReferenceSource(registers_service(), log).at(await log.last_position())
    return Reading(who, log.clock.moment(), refs, log)


@pytest.fixture
async def city(log: Log, run: Run) -> Log:
    runner = await run(log)
    keeper = PersonalText("zk1.key.token", sealed=True)
    await record(log, *CITY, *(opened(f"{name}:巡河") for name in UNITS_OF_CITY))
    await record(
        log,
        RegisterOpened("应急局:值守", PublicText("值守"), UnitId("应急局"), date(2026, 1, 5), None, keeper),
        entry("应急局:值守", "2.50"),
        entry("水务局:巡河", "1.50"),
        entry("水务局:巡河", "0.50", "涂改"),
    )
    assert await runner.reached(log.head, 10)
    return log


async def test_a_row_comes_back_in_the_types_it_declares(city: Log) -> None:
    row = await (await reading(city)).one(REGISTERS, "应急局:值守")
    assert row is not None
    assert (row.total, row.marks) == (Decimal("2.50"), (Mark("巡查", Decimal("2.50")),))
    assert row.keeper == PersonalText("zk1.key.token", sealed=True)
    assert row.last_at is not None
    assert row.last_at.tzinfo is not None


async def test_a_row_that_does_not_exist_is_none(city: Log) -> None:
    assert await (await reading(city)).one(REGISTERS, "税务局:巡河") is None


async def test_a_query_of_ones_own_gives_named_tuples_in_the_declared_types(city: Log) -> None:
    registers, units = table_of(REGISTERS), table_of(UNITS)
    query = (
        sa.select(units.c.name, registers.c.keeper, registers.c.marks, sa.func.count().over().label("number"))
        .join(units, units.c.unit == registers.c.unit)
        .where(registers.c.entries > 0, registers.c.unit.in_(["应急局", "水务局"]))
        .order_by(units.c.name)
    )
    found = await (await reading(city)).all(query)
    assert [(row.name, row.keeper, row.marks, row.number) for row in found] == [
        ("应急局", PersonalText("zk1.key.token", sealed=True), (Mark("巡查", Decimal("2.50")),), 2),
        ("水务局", None, (Mark("巡查", Decimal("1.50")),), 2),
    ]


class Compiled(sa.sql.functions.GenericFunction[str]):
    """`lower` in SQL; counts how often it was compiled."""

    type = sa.Text()
    inherit_cache = True
    times = 0


@compiles(Compiled)
def _compiled(element: Any, compiler: Any, **kw: Any) -> str:
    Compiled.times += 1
    return f"lower({compiler.process(element.clauses, **kw)})"


async def test_a_query_of_the_same_shape_is_compiled_once_and_binds_its_own_values(city: Log) -> None:
    registers, read = table_of(REGISTERS), await reading(city)

    async def entries_of(*units: str) -> dict[str, int]:
        some_unit = Compiled(registers.c.unit).in_(units)
        query = sa.select(registers.c.unit, registers.c.entries).where(some_unit, registers.c.entries < 10).limit(5)
        return {row.unit: row.entries for row in await read.all(query)}

    before = Compiled.times
    assert await entries_of("水务局") == {"水务局": 1}
    assert await entries_of("应急局") == {"应急局": 1}
    assert await entries_of("应急局", "水务局", "税务局") == {"应急局": 1, "水务局": 1}
    assert await entries_of() == {}
    assert Compiled.times == before + 1


def test_a_query_is_compiled_for_each_schema_by_itself() -> None:
    query = sa.select(table_of(REGISTERS).c.unit).where(table_of(REGISTERS).c.entries.in_([1, 2]))
    for schema in ("views_ledger", "views_assessment", "views_ledger"):
        statement, values = statement_of(query, schema)
        assert f"FROM {schema}.{REGISTERS.table_name}" in statement
        assert values == [1, 2]


async def test_rows_that_wait_to_be_folded_are_marked_even_before_they_exist(city: Log, run: Run) -> None:
    runner = await run(city)
    failed = (await record(city, entry("区政府:无此台账"))).first
    await runner.reached(city.head, 10)
    read = await reading(city)
    assert await read.incomplete_since(REGISTERS, "区政府:无此台账") == failed
    assert await read.incomplete_since(REGISTERS, "应急局:值守") is None
    assert await read.incomplete_since(REGISTERS, "水务局:巡河") == failed - 1


@pytest.mark.parametrize("role", ["unit-clerk", "unit-head", "inspector"])
@pytest.mark.parametrize("unit_name", [*UNITS_OF_CITY, "税务局"])
async def test_sql_shows_exactly_what_the_directory_says_may_be_seen(city: Log, role: Role, unit_name: str) -> None:
    assert "unit-clerk" in OWN_UNIT_ONLY
    who = holder(unit_name, role)
    read = await reading(city, who)
    registers = table_of(REGISTERS)
    shown = {row.unit for row in await read.rows(REGISTERS, read.visible(registers.c.unit))}
    assert shown == {name for name in UNITS_OF_CITY if read.refs.directory.sees(who, UnitId(name))}


async def test_who_holds_no_post_sees_nothing(city: Log) -> None:
    read = await reading(city)
    assert await read.rows(REGISTERS, read.visible(table_of(REGISTERS).c.unit)) == []


async def test_a_moved_unit_is_seen_from_its_new_place_with_everything_below(city: Log, run: Run) -> None:
    runner = await run(city)
    await record(city, moved("水务局", "应急局"))
    await runner.reached(city.head, 10)
    read = await reading(city, holder("应急局", "unit-head"))
    shown = {row.unit for row in await read.rows(REGISTERS, read.visible(table_of(REGISTERS).c.unit))}
    assert shown == {"应急局", "水务局", "河道所"}
    paths = {row.unit: row.path for row in await read.rows(UNITS)}
    assert paths == {UnitId(name): read.refs.directory.path(UnitId(name)) for name in UNITS_OF_CITY}


async def test_a_unit_registered_before_its_parent_gets_its_path_with_it(log: Log, run: Run) -> None:
    runner = await run(log)
    await record(log, unit("河道所", "水务局"), unit("水务局"))
    await runner.reached(log.head, 10)
    assert {row.unit: row.path for row in await (await reading(log)).rows(UNITS)} == {
        "河道所": "/水务局/河道所/",
        "水务局": "/水务局/",
    }


async def test_who_led_a_unit_on_a_date_is_known_for_ever(log: Log, run: Run) -> None:
    runner = await run(log)
    post = PostId("水务局局长")
    await record(log, *CITY, PostVacated(post, PersonId("person/lin"), date(2025, 6, 30)))
    await record(log, filled("水务局", "person/wu"), chief_post("应急局"))
    await runner.reached(log.head, 10)
    read, tenures = await reading(log), table_of(TENURES)

    async def leader(day: date) -> list[Any]:
        ended = sa.or_(tenures.c.valid_to.is_(None), tenures.c.valid_to >= day)
        rows = await read.rows(
            TENURES, tenures.c.unit == "水务局", tenures.c.leads, tenures.c.valid_from <= day, ended,
            order_by=[tenures.c.valid_from],
        )  # fmt: skip
        return [row.person for row in rows]

    assert await leader(date(2019, 12, 31)) == []
    assert "person/lin" in await leader(date(2025, 6, 30))
    assert await leader(date(2025, 7, 1)) == ["person/wu"]


async def pages(read: Reading, order: Order, limit: int) -> list[list[tuple[str, str]]]:
    found, cursor = [], None
    while True:
        page: Page[tuple[str, str]] = await read.page(
            TALLIES, order=order, limit=limit, cursor=cursor, item=lambda row: (row.parent, row.word)
        )
        found.append(list(page.items))
        cursor = page.next
        if cursor is None:
            return found


async def test_pages_follow_one_another_without_gap_or_repetition(city: Log, run: Run) -> None:
    runner = await run(city)
    await record(city, *(entry("水务局:巡河", word=f"第{n}号") for n in range(1, 6)))
    await runner.reached(city.head, 10)
    read, tallies = await reading(city), table_of(TALLIES)
    whole = Order((tallies.c.entries, tallies.c.parent, tallies.c.word), (True, False, False))
    (everything,) = await pages(read, whole, 100)
    assert everything[0] == ("区政府", "巡查")
    assert [len(page) for page in await pages(read, whole, 3)] == [3, 3, 1]
    assert [item for page in await pages(read, whole, 3) for item in page] == everything


@pytest.mark.parametrize("cursor", ["", "x", "!!!", "WyJ4Il0", "bnVsbA"])
async def test_a_cursor_that_was_not_given_out_is_refused(city: Log, cursor: str) -> None:
    tallies = table_of(TALLIES)
    with pytest.raises(BadCursor):
        await (await reading(city)).page(
            TALLIES, order=Order((tallies.c.parent, tallies.c.word)), limit=5, cursor=cursor, item=lambda row: row
        )


async def test_a_cursor_of_another_order_is_refused(city: Log) -> None:
    tallies = table_of(TALLIES)
    cursor = Order((tallies.c.word, tallies.c.parent)).cursor(["巡查", "区政府"])
    with pytest.raises(BadCursor):
        Order((tallies.c.parent, tallies.c.word)).values(cursor)


def test_a_list_cannot_be_paged_by_what_may_be_null() -> None:
    with pytest.raises(ValueError, match="may be null"):
        Order((table_of(REGISTERS).c.acts_on,))
