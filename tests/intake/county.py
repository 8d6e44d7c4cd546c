"""白水县 as the intake knows it: units, the letters office that receives reports, and who acts.

Identities are readable here; in service they are random.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from services.intake.main import SERVICE
from shared.directory import PostCreated, PostFilled, Role, UnitKind, UnitRegistered
from shared.domain import Actor, PersonId, PostId, PublicText, UnitId
from tests.support.spec import Rules

intake = Rules(SERVICE.actions, SERVICE.folds, SERVICE.own, foreign=("unit", "post", "term"))

FOUNDED = date(2020, 1, 1)
COUNTY, LETTERS, WATER, SCHOOL = UnitId("baishui"), UnitId("xinfang"), UnitId("shuiwu"), UnitId("xiaoxue")
NAMES = {COUNTY: "白水县委", LETTERS: "县信访局", WATER: "县水务局", SCHOOL: "县实验小学"}
CLERK_POST, PRIVACY_POST, SUPERVISOR_POST, CHIEF_POST = (
    PostId("信访接待员"),
    PostId("个人信息保护专员"),
    PostId("案件监督管理员"),
    PostId("水务局长"),
)
CLERK, PRIVACY, SUPERVISOR = PersonId("何信"), PersonId("司密"), PersonId("管案")
CHIEF, STRANGER = PersonId("江澜"), PersonId("路人")
PRIVACY_ACTOR, CLERK_ACTOR = Actor(PRIVACY, PRIVACY_POST), Actor(CLERK, CLERK_POST)


def unit(id: UnitId, kind: UnitKind, parent: UnitId | None, order: int) -> UnitRegistered:
    return UnitRegistered(
        id, f"BS-{id}", PublicText(NAMES.get(id, id)), None, kind, "county", parent, order, None, None, FOUNDED
    )


def post(id: PostId, of: UnitId, roles: tuple[Role, ...], holder: PersonId, over: UnitId) -> tuple[Any, ...]:
    return PostCreated(id, of, PublicText(id), roles, False, over, FOUNDED), PostFilled(id, holder, FOUNDED)


DIRECTORY: tuple[Any, ...] = (
    unit(COUNTY, "committee", None, 1),
    unit(LETTERS, "department", COUNTY, 2),
    unit(WATER, "department", COUNTY, 3),
    unit(SCHOOL, "school", COUNTY, 4),
    *post(CLERK_POST, LETTERS, ("intake-clerk",), CLERK, COUNTY),
    *post(PRIVACY_POST, LETTERS, ("privacy-officer",), PRIVACY, COUNTY),
    *post(SUPERVISOR_POST, LETTERS, ("case-supervisor",), SUPERVISOR, COUNTY),
    *post(CHIEF_POST, WATER, ("unit-head", "intake-clerk", "case-supervisor"), CHIEF, WATER),
)
