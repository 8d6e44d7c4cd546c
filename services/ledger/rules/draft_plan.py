"""A plan (规划、分工方案) is being worked out."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import PlanCodeTaken, PlanDrafted, PlanId
from services.ledger.refusals import PLAN_CODE_TAKEN, PLAN_YEARS_INVALID, PLAN_YEARS_REVERSED
from services.ledger.rules.essentials import unit_refused
from services.ledger.rules.texts import number_invalid, text_missing
from services.ledger.state import Taken
from shared.directory import Directory
from shared.domain import Decision, PublicText, Refused, UnitId

FIRST_YEAR, LAST_YEAR = 1949, 2199


@dataclass(frozen=True, slots=True)
class DraftPlan:
    """`plan` is allotted; `code` is the short name by which sheets call it; both years are included."""

    plan: PlanId
    code: str
    unit: UnitId
    title: PublicText
    from_year: int
    to_year: int
    basis: PublicText | None = None


def decide(command: DraftPlan, state: None, codes: tuple[Taken | None, ...], directory: Directory) -> Decision:
    if refused := (
        number_invalid(command.code)
        or text_missing(command.title, "title", "规划名称")
        or years_refused(command.from_year, command.to_year)
        or unit_refused(directory, command.unit)
    ):
        return refused
    if any(codes):
        return PLAN_CODE_TAKEN.of(code=command.code)
    return [
        PlanDrafted(
            plan=command.plan,
            code=command.code,
            unit=command.unit,
            title=command.title,
            from_year=command.from_year,
            to_year=command.to_year,
            basis=command.basis,
        ),
        PlanCodeTaken(command.code, command.plan),
    ]


def years_refused(from_year: int, to_year: int) -> Refused | None:
    """The years a plan covers are years of this state, and do not run backwards."""
    if not (FIRST_YEAR <= from_year <= LAST_YEAR and FIRST_YEAR <= to_year <= LAST_YEAR):
        return PLAN_YEARS_INVALID.of()
    return PLAN_YEARS_REVERSED.of() if to_year < from_year else None
