"""云岭市, as far as specifications need it: who is there, what is planned, who acts.

Identities are readable here, `person/…` names too; in service they are random.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from services.ledger.events import (
    ChiefPostTaken,
    PersonRegistered,
    PlanAdopted,
    PlanCodeTaken,
    PlanDrafted,
    PlanId,
    TaskId,
    TaskIssued,
    TaskNumberTaken,
    UnitCodeTaken,
)
from services.ledger.rules import ACTIONS
from services.ledger.state import FOLDS
from shared.directory import Level, PostCreated, PostFilled, Role, UnitKind, UnitRegistered
from shared.domain import Actor, PersonId, PostId, PublicText, UnitId
from tests.support.spec import Rules

ledger = Rules(ACTIONS, FOLDS)

FOUNDED = date(2020, 1, 1)

CITY, OFFICE = UnitId("云岭市委"), UnitId("惩防办")
WATER, FINANCE = UnitId("市水务局"), UnitId("市财政局")
RIVERS, SOURCES = UnitId("河道科"), UnitId("水源科")
BAISHUI, BAISHUI_WATER, CHENGGUAN = UnitId("白水县"), UnitId("白水县水务局"), UnitId("城关镇")

ADMIN_POST, COORDINATOR_POST = PostId("市管理员"), PostId("惩防办主任")
CITY_POST = PostId("市委书记")
WATER_POST, DEPUTY_POST, CLERK_POST = PostId("水务局长"), PostId("水务局副局长"), PostId("水务局填报员")
RIVERS_POST, SOURCES_POST = PostId("河道科长"), PostId("水源科长")
FINANCE_POST, BAISHUI_POST, BAISHUI_WATER_POST = PostId("财政局长"), PostId("白水县长"), PostId("白水县水务局长")
BAISHUI_COORDINATOR_POST, CHENGGUAN_POST = PostId("白水县惩防办主任"), PostId("城关镇长")
INSPECTOR_POST, PRIVACY_POST, VACANT_POST = PostId("督查室主任"), PostId("隐私官"), PostId("水务局总工")


def unit(id: UnitId, kind: UnitKind, level: Level, parent: UnitId | None, order: int) -> tuple[Any, ...]:
    """A unit that has been there from the beginning; its code is its identity."""
    return (
        UnitRegistered(id, f"YL-{id}", PublicText(id), None, kind, level, parent, order, None, None, FOUNDED),
        UnitCodeTaken(f"YL-{id}", id),
    )


def post(
    id: PostId,
    of: UnitId,
    roles: tuple[Role, ...],
    *,
    holder: str | None,
    over: UnitId | None = None,
    leads: bool = False,
) -> tuple[Any, ...]:
    """A post with whoever has held it from the beginning."""
    created: tuple[Any, ...] = (PostCreated(id, of, PublicText(id), roles, leads, over or of, FOUNDED),)
    if leads:
        created = (*created, ChiefPostTaken(of, id))
    if holder is None:
        return created
    person = PersonId(holder)
    return (*created, PersonRegistered(person), PostFilled(id, person, FOUNDED))


UNITS: tuple[Any, ...] = (
    *unit(CITY, "committee", "city", None, 1),
    *unit(OFFICE, "department", "city", CITY, 2),
    *unit(WATER, "department", "city", CITY, 3),
    *unit(FINANCE, "department", "city", CITY, 4),
    *unit(RIVERS, "section", "city", WATER, 1),
    *unit(SOURCES, "section", "city", WATER, 2),
    *unit(BAISHUI, "government", "county", CITY, 5),
    *unit(BAISHUI_WATER, "department", "county", BAISHUI, 1),
    *unit(CHENGGUAN, "government", "township", BAISHUI, 2),
)

POSTS: tuple[Any, ...] = (
    *post(ADMIN_POST, CITY, ("administrator",), holder="管平"),
    *post(CITY_POST, CITY, ("unit-head", "committee"), holder="齐岳", leads=True),
    *post(COORDINATOR_POST, OFFICE, ("coordinator",), holder="周正", over=CITY, leads=True),
    *post(WATER_POST, WATER, ("unit-head",), holder="江澜", leads=True),
    *post(DEPUTY_POST, WATER, ("unit-head",), holder="韩溪"),
    *post(CLERK_POST, WATER, ("unit-clerk",), holder="闻笔"),
    *post(VACANT_POST, WATER, ("unit-head",), holder=None),
    *post(RIVERS_POST, RIVERS, ("unit-head",), holder="石河", leads=True),
    *post(SOURCES_POST, SOURCES, ("unit-head",), holder="泉清", leads=True),
    *post(FINANCE_POST, FINANCE, ("unit-head",), holder="钱谷", leads=True),
    *post(BAISHUI_POST, BAISHUI, ("unit-head",), holder="白启明", leads=True),
    *post(BAISHUI_COORDINATOR_POST, BAISHUI, ("coordinator",), holder="白廉"),
    *post(BAISHUI_WATER_POST, BAISHUI_WATER, ("unit-head",), holder="沈渠", leads=True),
    *post(CHENGGUAN_POST, CHENGGUAN, ("unit-head",), holder="关城", leads=True),
    *post(INSPECTOR_POST, OFFICE, ("inspector",), holder="严明", over=CITY),
    *post(PRIVACY_POST, OFFICE, ("privacy-officer",), holder="尹安", over=CITY),
)

YUNLING: tuple[Any, ...] = (*UNITS, *POSTS)
"""The city before anything is planned."""

ADMIN = Actor("管平", ADMIN_POST)
COORDINATOR = Actor("周正", COORDINATOR_POST)
SECRETARY = Actor("齐岳", CITY_POST)
WATER_HEAD, WATER_DEPUTY, WATER_CLERK = Actor("江澜", WATER_POST), Actor("韩溪", DEPUTY_POST), Actor("闻笔", CLERK_POST)
RIVERS_HEAD, FINANCE_HEAD = Actor("石河", RIVERS_POST), Actor("钱谷", FINANCE_POST)
BAISHUI_HEAD, BAISHUI_COORDINATOR = Actor("白启明", BAISHUI_POST), Actor("白廉", BAISHUI_COORDINATOR_POST)
INSPECTOR, PRIVACY_OFFICER = Actor("严明", INSPECTOR_POST), Actor("尹安", PRIVACY_POST)
SYSTEM = Actor("system/ledger")

PLAN = PlanId("plan-2026")
DRAFTED: tuple[Any, ...] = (
    PlanDrafted(PLAN, "YL-2026", CITY, PublicText("云岭市2026年惩防体系建设任务分工方案"), 2026, 2028, None),
    PlanCodeTaken("YL-2026", PLAN),
)
ADOPTED: tuple[Any, ...] = (
    *DRAFTED,
    PlanAdopted(PLAN, CITY, 1, PublicText("云委发〔2026〕3号"), date(2026, 1, 9)),
)
"""The plan of the city, in force since 9 January 2026; it covers 2026 to 2028."""

DREDGING = TaskId("河道清淤")


def issued(
    task: TaskId = DREDGING,
    *,
    number: str = "1",
    title: str = "完成清水河河道清淤",
    unit: UnitId = WATER,
    co_units: tuple[UnitId, ...] = (),
    leader: PostId = DEPUTY_POST,
    person: str = "韩溪",
    due: date = date(2026, 12, 31),
    issued_on: date = date(2026, 1, 12),
    weight: Decimal | None = None,
    parent: TaskId | None = None,
    direction: Any = None,
    lineage: tuple[UnitId, ...] = (),
) -> tuple[Any, ...]:
    """A task of the plan: 市水务局 dredges the 清水河, 韩溪 answers for it, until the end of 2026."""
    return (
        TaskIssued(
            task=task,
            plan=PLAN,
            project=None,
            number=number,
            title=PublicText(title),
            unit=unit,
            co_units=co_units,
            leader_post=leader,
            leader_person=PersonId(person),
            requirement=PublicText("清淤12公里"),
            standard=PublicText("河床高程达到设计标准并通过验收"),
            due=due,
            issued_on=issued_on,
            weight=weight,
            parent=parent,
            direction=direction,
            lineage=lineage,
        ),
        TaskNumberTaken(PLAN, number, task),
    )
