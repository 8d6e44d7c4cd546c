"""Letters in specifications: a city with two offices that issue them, and one urging letter from draft to answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.notifications import events as e
from services.notifications.events import AuthorisationId, NoticeId, Value
from services.notifications.main import SERVICE
from services.notifications.subscriptions import Subscriptions
from shared.directory import PostCreated, PostFilled, Role, UnitRegistered
from shared.domain import Actor, PersonalText, PersonId, PostId, PublicText, UnitId
from tests.notifications.city import TERMS
from tests.support.spec import Rules

letters = Rules(
    SERVICE.actions, SERVICE.folds, Subscriptions, foreign=("term", "unit", "post", "calendar", "task", "round")
)

FOUNDED = date(2020, 1, 1)
CITY, SUPERVISION, WATER, RIVERS = UnitId("云岭市委"), UnitId("市督查室"), UnitId("市水务局"), UnitId("河道科")


def unit(id: UnitId, parent: UnitId | None, order: int) -> UnitRegistered:
    return UnitRegistered(
        id, f"YL-{id}", PublicText(id), None, "department", "city", parent, order, None, None, FOUNDED
    )


def post(name: str, of: UnitId, roles: tuple[Role, ...], holder: str, over: UnitId, leads: bool = False) -> Any:
    id = PostId(name)
    return (
        PostCreated(id, of, PublicText(name), roles, leads, over, FOUNDED),
        PostFilled(id, PersonId(holder), FOUNDED),
    )


DIRECTORY: tuple[Any, ...] = (
    unit(CITY, None, 1),
    unit(SUPERVISION, CITY, 2),
    unit(WATER, CITY, 3),
    unit(RIVERS, WATER, 4),
    *post("市委督查专员", CITY, ("coordinator", "committee"), "周正", CITY),
    *post("隐私官", CITY, ("privacy-officer",), "尹安", CITY),
    *post("案管室主任", SUPERVISION, ("case-supervisor",), "严谨", CITY),
    *post("水务局局长", WATER, ("unit-head",), "江澜", WATER, leads=True),
    *post("河道科科长", RIVERS, ("unit-head",), "何川", RIVERS, leads=True),
)
YUNLING: tuple[Any, ...] = (*DIRECTORY, *TERMS)

ISSUER, HEAD, SECTION_HEAD = (
    Actor("周正", PostId("市委督查专员")),
    Actor("江澜", PostId("水务局局长")),
    Actor("何川", PostId("河道科科长")),
)
PRIVACY, SYSTEM = Actor("尹安", PostId("隐私官")), Actor("system/notifications")
JIANG, HE = PersonId("江澜"), PersonId("何川")
TODAY, MARCH_2 = date(2026, 3, 16), date(2026, 3, 2)
NOTICE = NoticeId("overdue-urges.事实一.市水务局")
TITLE, PAPER = PublicText("关于督促办理逾期任务的函"), PublicText("云委办〔2026〕3号")
VALUES = (Value("due", "2026-02-28"),)

DRAFTED = e.NoticeDrafted(
    NOTICE,
    "overdue-urges",
    "urging-letter",
    CITY,
    WATER,
    None,
    JIANG,
    PostId("水务局局长"),
    "task/清淤",
    "事实一",
    TITLE,
    VALUES,
    5,
    MARCH_2,
)


def released(by: Actor | None, authorisation: str | None = None) -> e.NoticeReleased:
    given = AuthorisationId(authorisation) if authorisation is not None else None
    return e.NoticeReleased(
        NOTICE,
        "overdue-urges",
        "urging-letter",
        CITY,
        WATER,
        None,
        JIANG,
        PostId("水务局局长"),
        TITLE,
        VALUES,
        5,
        given,
        by,
    )


CODED = e.OrganCodeSet(CITY, PublicText("云督"))
TEXT = PersonalText("市水务局：你单位承担的任务现已逾期。")
ISSUED = e.NoticeIssued(
    NOTICE,
    "urging-letter",
    CITY,
    "云督",
    2026,
    1,
    WATER,
    None,
    "task/清淤",
    "事实一",
    TITLE,
    "ab" * 32,
    MARCH_2,
    date(2026, 3, 9),
    None,
)
LEFT: tuple[Any, ...] = (
    *YUNLING,
    CODED,
    DRAFTED,
    released(ISSUER),
    e.NumberAllotted(CITY, "云督", 2026, 1, NOTICE),
    ISSUED,
    e.NoticeWritten(NOTICE, TEXT),
)
SIGNED_FOR = e.NoticeSignedFor(NOTICE, WATER, MARCH_2, HEAD)
ANSWERED = e.NoticeAnswered(NOTICE, WATER, PersonalText("已办理"), MARCH_2, HEAD)
