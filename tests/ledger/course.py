"""What has happened to the dredging of the 清水河 so far, for specifications of what may follow."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from services.ledger.events import (
    CompletionClaimed,
    Evidence,
    ExtensionAsked,
    FindingDescribed,
    FindingId,
    InspectionFound,
    InspectionId,
    InspectionOpened,
    Part,
    ProgressReported,
    RectificationOrdered,
    RectificationReported,
    RectificationVerified,
    TaskCancelled,
    TaskFellOverdue,
    TaskId,
    TaskSplit,
    TaskSuspended,
)
from shared.domain import Actor, PersonalText, PersonId, PostId, PublicText, UnitId
from tests.ledger.city import (
    ADOPTED,
    CITY,
    COORDINATOR,
    DEPUTY_POST,
    DREDGING,
    INSPECTOR,
    OFFICE,
    PLAN,
    RIVERS,
    RIVERS_POST,
    SOURCES,
    SOURCES_POST,
    WATER,
    WATER_CLERK,
    WATER_HEAD,
    YUNLING,
    issued,
    ledger,
    post,
)

SECOND_INSPECTOR = Actor("廉直", PostId("督查室副主任"))
PHOTO = Evidence(PublicText("清淤现场照片"), "ab" * 32, 204_800)

WORKING = ledger.given(
    *YUNLING, *post(PostId("督查室副主任"), OFFICE, ("inspector",), holder="廉直", over=CITY), *ADOPTED, *issued()
)
"""市水务局 dredges the 清水河 until 31 December 2026; issued on 12 January. Today is 16 March."""


def and_then(*events: Any) -> Any:
    return ledger.given(*WORKING.events, *events)


def reported(percent: str, report: int = 1) -> ProgressReported:
    return ProgressReported(
        task=DREDGING,
        unit=WATER,
        plan=PLAN,
        report=report,
        percent=Decimal(percent),
        done=PublicText("完成测量放样"),
        evidence=(),
        period_from=date(2026, 2, 1),
        period_to=date(2026, 2, 28),
        by=WATER_CLERK,
    )


def claimed(by: Actor = WATER_HEAD, on: date = date(2026, 3, 13)) -> CompletionClaimed:
    return CompletionClaimed(DREDGING, WATER, PLAN, PublicText("12公里全部完成"), (PHOTO,), on, by)


def asked(until: date = date(2027, 3, 31), by: Actor = WATER_HEAD) -> ExtensionAsked:
    return ExtensionAsked(DREDGING, WATER, PLAN, 1, until, PublicText("汛期提前"), by)


DECISION = PublicText("市委常委会会议纪要〔2026〕3号")
SUSPENDED = TaskSuspended(DREDGING, WATER, PLAN, date(2026, 3, 2), PublicText("上游施工"), DECISION, COORDINATOR)
CANCELLED = TaskCancelled(DREDGING, WATER, PLAN, date(2026, 3, 2), PublicText("并入流域治理"), DECISION, COORDINATOR)


def fell_overdue(due: date) -> TaskFellOverdue:
    return TaskFellOverdue(DREDGING, WATER, PLAN, due, DEPUTY_POST, PersonId("韩溪"))


FIRST, SECOND = TaskId("清淤"), TaskId("护坡")


def _part(task: TaskId, number: str, unit: UnitId, leader: PostId, person: str, weight: str) -> tuple[Any, ...]:
    return issued(
        task,
        number=number,
        title=task,
        unit=unit,
        leader=leader,
        person=person,
        due=date(2026, 11, 30),
        issued_on=date(2026, 2, 2),
        weight=Decimal(weight),
        parent=DREDGING,
        direction="internal",
        lineage=(WATER,),
    )


SPLIT: tuple[Any, ...] = (
    TaskSplit(
        DREDGING,
        WATER,
        PLAN,
        2,
        "internal",
        (
            Part(FIRST, "1-1", PublicText("清淤"), RIVERS, False, Decimal(60), date(2026, 11, 30)),
            Part(SECOND, "1-2", PublicText("护坡"), SOURCES, False, Decimal(40), date(2026, 11, 30)),
        ),
    ),
    *_part(FIRST, "1-1", RIVERS, RIVERS_POST, "石河", "60"),
    *_part(SECOND, "1-2", SOURCES, SOURCES_POST, "泉清", "40"),
)
"""The dredging in two parts, 60 and 40 per cent, both due on 30 November."""

INSPECTION, FINDING = InspectionId("汛前检查"), FindingId("台账后补")
OPENED = InspectionOpened(
    inspection=INSPECTION,
    unit=OFFICE,
    title=PublicText("汛前专项检查"),
    kind="special",
    comprehensive=False,
    targets=(WATER,),
    team=(PersonId("严明"), PersonId("廉直")),
    basis=PublicText("云督〔2026〕1号"),
    window_from=date(2026, 3, 1),
    window_to=date(2026, 3, 31),
    authorisation=None,
    by=INSPECTOR,
)
FOUND: tuple[Any, ...] = (
    OPENED,
    InspectionFound(
        finding=FINDING,
        inspection=INSPECTION,
        inspecting_unit=OFFICE,
        unit=WATER,
        category=PublicText("履职不力"),
        severity="ordinary",
        bottom_line=None,
        task=DREDGING,
        person=PersonId("韩溪"),
        evidence=(),
        found_on=date(2026, 3, 10),
        by=INSPECTOR,
    ),
    FindingDescribed(FINDING, PersonalText("韩溪未到现场，台账后补")),
)
ORDERED: tuple[Any, ...] = (
    *FOUND,
    RectificationOrdered(
        FINDING,
        INSPECTION,
        WATER,
        "ordinary",
        PublicText("重新检查并建档"),
        date(2026, 3, 10),
        date(2026, 3, 13),
        INSPECTOR,
    ),
)


def rectified(on: date = date(2026, 3, 16), by: Actor = WATER_CLERK) -> tuple[Any, ...]:
    """The rectification, due on 13 March, is reported."""
    return (
        *ORDERED,
        RectificationReported(
            FINDING, INSPECTION, WATER, "ordinary", PublicText("已重新检查"), (), on, date(2026, 3, 13), by
        ),
    )


VERIFIED: tuple[Any, ...] = (
    *rectified(date(2026, 3, 12)),
    RectificationVerified(
        FINDING,
        INSPECTION,
        WATER,
        "ordinary",
        date(2026, 3, 13),
        date(2026, 3, 12),
        date(2026, 3, 16),
        0,
        SECOND_INSPECTOR,
    ),
)
