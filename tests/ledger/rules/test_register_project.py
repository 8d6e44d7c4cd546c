"""登记项目: 共性、个性、延伸."""

from dataclasses import replace
from datetime import date

import pytest

from services.ledger.events import (
    Phase,
    PlanClosed,
    PlanId,
    ProjectId,
    ProjectKind,
    ProjectNumberTaken,
    ProjectRegistered,
)
from services.ledger.rules.register_project import RegisterProject
from shared.directory import UnitDissolved
from shared.domain import PublicText
from tests.ledger.city import (
    ADOPTED,
    BAISHUI,
    BAISHUI_COORDINATOR,
    CITY,
    COORDINATOR,
    DRAFTED,
    PLAN,
    WATER,
    YUNLING,
    ledger,
)

PHASES = (
    Phase("preparation", PublicText("完成方案和动员"), date(2026, 4, 30)),
    Phase("consolidation", PublicText("形成制度"), date(2026, 9, 30)),
    Phase("rollout", PublicText("全市推广"), date(2026, 12, 31)),
)
PROJECT = RegisterProject(
    ProjectId("g7"), PLAN, "共性-7", PublicText("廉政风险防控"), WATER, "common", "department", PHASES
)


@pytest.mark.parametrize("kind", ["common", "specific", "extended"])
def test_a_project_is_common_specific_or_extended(kind: ProjectKind) -> None:
    ledger.given(*YUNLING, *ADOPTED).when(replace(PROJECT, kind=kind), by=COORDINATOR).then(
        ProjectRegistered(
            ProjectId("g7"), PLAN, "共性-7", PublicText("廉政风险防控"), WATER, kind, "department", PHASES
        ),
        ProjectNumberTaken(PLAN, "共性-7", ProjectId("g7")),
    )


def test_a_project_may_be_without_phases() -> None:
    ledger.given(*YUNLING, *ADOPTED).when(replace(PROJECT, phases=()), by=COORDINATOR).then_types(
        ProjectRegistered, ProjectNumberTaken
    )


def test_no_phase_is_left_out() -> None:
    command = replace(PROJECT, phases=(PHASES[0], PHASES[2]))
    ledger.given(*YUNLING, *ADOPTED).when(command, by=COORDINATOR).then_refused("project-phases-incomplete")


def test_every_phase_has_a_goal() -> None:
    command = replace(PROJECT, phases=(PHASES[0], replace(PHASES[1], goal=PublicText(" ")), PHASES[2]))
    ledger.given(*YUNLING, *ADOPTED).when(command, by=COORDINATOR).then_refused("project-phase-goal-missing", number=2)


def test_no_phase_ends_before_the_one_ahead_of_it() -> None:
    command = replace(PROJECT, phases=(*PHASES[:2], replace(PHASES[2], due=date(2026, 8, 31))))
    ledger.given(*YUNLING, *ADOPTED).when(command, by=COORDINATOR).then_refused("project-phases-reversed", number=3)


def test_a_number_is_given_once_in_a_plan() -> None:
    taken = ProjectNumberTaken(PLAN, "共性-7", ProjectId("g1"))
    ledger.given(*YUNLING, *ADOPTED, taken).when(PROJECT, by=COORDINATOR).then_refused(
        "project-number-taken", number="共性-7"
    )


def test_a_project_stands_under_a_plan_in_force() -> None:
    ledger.given(*YUNLING, *DRAFTED).when(PROJECT, by=COORDINATOR).then_refused("plan-not-adopted")
    closed = PlanClosed(PLAN, CITY, date(2026, 3, 1), PublicText("规划期满"))
    ledger.given(*YUNLING, *ADOPTED, closed).when(PROJECT, by=COORDINATOR).then_refused("plan-closed")
    elsewhere = replace(PROJECT, plan=PlanId("p99"))
    ledger.given(*YUNLING, *ADOPTED).when(elsewhere, by=COORDINATOR).then_refused("plan-unknown", plan="p99")


def test_a_county_registers_no_project_under_the_citys_plan() -> None:
    command = replace(PROJECT, unit=BAISHUI)
    ledger.given(*YUNLING, *ADOPTED).when(command, by=BAISHUI_COORDINATOR).then_refused("out-of-reach")


def test_a_project_has_a_title() -> None:
    command = replace(PROJECT, title=PublicText(""))
    ledger.given(*YUNLING, *ADOPTED).when(command, by=COORDINATOR).then_refused("text-missing", field_zh="项目名称")


def test_a_project_has_a_number() -> None:
    command = replace(PROJECT, number="")
    ledger.given(*YUNLING, *ADOPTED).when(command, by=COORDINATOR).then_refused("number-invalid")


def test_a_project_is_a_living_units() -> None:
    gone = UnitDissolved(WATER, CITY, date(2026, 1, 31))
    ledger.given(*YUNLING, *ADOPTED, gone).when(PROJECT, by=COORDINATOR).then_refused("unit-dissolved")
