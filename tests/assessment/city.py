"""云岭市 as the assessment knows it: the directory, a scheme for the city's departments, and who acts.

Identities are readable here; in service they are random.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.assessment.events import (
    Clause,
    Indicator,
    MissingRule,
    Provisions,
    SchemeAdopted,
    SchemeDrafted,
    SchemeId,
    Severity,
    SeverityPoints,
    Source,
    SourceKind,
    TriggerRule,
    UnitClass,
    UnitsPutUnderScheme,
    VetoTiming,
)
from services.assessment.main import SERVICE
from services.assessment.schemes import Origin, Version
from shared.directory import Level, PostCreated, PostFilled, Role, UnitKind, UnitRegistered
from shared.domain import Actor, PersonId, PostId, PublicText, UnitId
from shared.facts import TermSet
from tests.support.spec import Rules

assessment = Rules(SERVICE.actions, SERVICE.folds, SERVICE.own, foreign=("unit", "post", "term"))

FOUNDED = date(2020, 1, 1)
CITY, WATER, FINANCE, RIVERS = UnitId("云岭市委"), UnitId("市水务局"), UnitId("市财政局"), UnitId("河道科")
BAISHUI, CHENGGUAN = UnitId("白水县委"), UnitId("城关镇党委")

COORDINATOR_POST, COMMITTEE_POST, MEMBER_POST = PostId("惩防办主任"), PostId("审定委员会主任"), PostId("审定委员会委员")
ASSESSOR_POST, INSPECTOR_POST, WATER_POST = PostId("考核办主任"), PostId("督查专员"), PostId("水务局长")
WATER_MEMBER_POST = PostId("审定委员会委员（水务局）")


def unit(id: UnitId, kind: UnitKind, level: Level, parent: UnitId | None, order: int) -> UnitRegistered:
    return UnitRegistered(id, f"YL-{id}", PublicText(id), None, kind, level, parent, order, None, None, FOUNDED)


def post(id: PostId, of: UnitId, roles: tuple[Role, ...], holder: str, over: UnitId | None = None) -> tuple[Any, ...]:
    created = PostCreated(id, of, PublicText(id), roles, False, over or of, FOUNDED)
    return (created, PostFilled(id, PersonId(holder), FOUNDED))


UNITS: tuple[Any, ...] = (
    unit(CITY, "committee", "city", None, 1),
    unit(WATER, "department", "city", CITY, 2),
    unit(FINANCE, "department", "city", CITY, 3),
    unit(RIVERS, "section", "city", WATER, 4),
    unit(BAISHUI, "committee", "county", CITY, 5),
    unit(CHENGGUAN, "committee", "township", BAISHUI, 6),
)
POSTS: tuple[Any, ...] = (
    *post(COORDINATOR_POST, CITY, ("coordinator",), "周正"),
    *post(COMMITTEE_POST, CITY, ("committee",), "齐岳"),
    *post(MEMBER_POST, CITY, ("committee", "inspector"), "方直"),
    *post(ASSESSOR_POST, CITY, ("assessor",), "衡平"),
    *post(INSPECTOR_POST, CITY, ("inspector",), "严明"),
    *post(WATER_POST, WATER, ("unit-head",), "江澜"),
    *post(WATER_MEMBER_POST, WATER, ("committee",), "沈波", over=CITY),
)
PASS_LINE = TermSet("pass-line", "80", "points", date(2000, 1, 1), "考核办法")
YUNLING: tuple[Any, ...] = (*UNITS, *POSTS, PASS_LINE)

COORDINATOR, COMMITTEE = Actor("周正", COORDINATOR_POST), Actor("齐岳", COMMITTEE_POST)
MEMBER, ASSESSOR = Actor("方直", MEMBER_POST), Actor("衡平", ASSESSOR_POST)
INSPECTOR, WATER_MEMBER = Actor("严明", INSPECTOR_POST), Actor("沈波", WATER_MEMBER_POST)
SYSTEM = Actor("system/assessment")

SCHEME = SchemeId("scheme-2026")
DEPARTMENTS = UnitClass(PublicText("市直部门"), CITY, ("city",), ("department",))
COUNTIES = UnitClass(PublicText("县区"), CITY, ("county",), ("committee",))
BASIS = PublicText("《云岭市党风廉政建设责任制考核办法》第十六条")
CONCEALED = TriggerRule("Y01", PublicText("瞒案不报、压案不查"), PublicText("考核办法第十七条第一项"), True)
REFUSED = TriggerRule("Y02", PublicText("拒不整改"), PublicText("考核办法第十七条第二项"), False)


def clause(number: str) -> Clause:
    return Clause(PublicText(number), PublicText(f"{number}的内容"))


def leaf(code: str, weight: str, source: Source | None, parent: str | None = None) -> Indicator:
    there = clause(f"第{code}条") if source is not None else None
    return Indicator(code, parent, PublicText(f"指标{code}"), Decimal(weight), source, there)


def source(
    kind: SourceKind,
    missing: MissingRule = "full",
    *,
    per_day: str | None = None,
    per_case: str | None = None,
    per_return: str | None = None,
    severities: dict[Severity, str] | None = None,
    cap: str | None = None,
    from_month: int | None = None,
    to_month: int | None = None,
) -> Source:
    return Source(
        kind,
        missing,
        _decimal(per_day),
        _decimal(per_case),
        _decimal(per_return),
        tuple(SeverityPoints(severity, Decimal(points)) for severity, points in (severities or {}).items()),
        _decimal(cap),
        from_month,
        to_month,
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


ON_TIME = source("on-time-completion")
OVERDUE = source("overdue-days", per_day="0.5")
FINDINGS = source("findings", severities={"minor": "1", "ordinary": "3", "serious": "8"})
RECTIFICATION = source("rectification", per_case="2", per_day="0.1", per_return="1")

TREE = (
    leaf("1", "60", None),
    leaf("1.1", "50", ON_TIME, "1"),
    leaf("1.2", "50", OVERDUE, "1"),
    leaf("2", "25", FINDINGS),
    leaf("3", "15", RECTIFICATION),
)
"""Full marks 30 for tasks in time, 30 for no day overdue, 25 for no finding, 15 for putting right in time."""


def provisions(
    tree: tuple[Indicator, ...] = TREE, *, line: str = "80", timing: VetoTiming = "at-close", ranking: bool = False
) -> Provisions:
    return Provisions(
        PublicText("2026年市直部门考核办法"),
        tree,
        Decimal(line),
        timing,
        BASIS,
        (CONCEALED, REFUSED),
        ranking,
    )


def version(tree: tuple[Indicator, ...] = TREE) -> Version:
    """A version of a scheme for scoring alone."""
    origin = Origin(
        str(UUID(int=7)), "scheme-drafted", f"scheme/{SCHEME}", 7, "assessment", 1, "周正", date(2026, 1, 5)
    )
    return Version(SCHEME, 1, CITY, 2026, DEPARTMENTS, provisions(tree), origin)


def drafted(of: Provisions | None = None) -> SchemeDrafted:
    return SchemeDrafted(SCHEME, CITY, 2026, DEPARTMENTS, of or provisions())


DOCUMENT = PublicText("云委发〔2026〕2号")
ADOPTED: tuple[Any, ...] = (
    SchemeAdopted(SCHEME, CITY, 1, DOCUMENT, date(2026, 1, 8)),
    UnitsPutUnderScheme(2026, SCHEME, DEPARTMENTS),
)


def in_force(of: Provisions | None = None) -> tuple[Any, ...]:
    """The city, and the scheme for its departments in force."""
    return (*YUNLING, drafted(of), *ADOPTED)
