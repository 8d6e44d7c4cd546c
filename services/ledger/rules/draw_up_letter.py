"""The text of a responsibility letter (责任书) stands and waits for both signatures."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import LetterDrawnUp, LetterId, PlanId
from services.ledger.refusals import (
    LETTER_NOT_DOWNWARD,
    LETTER_OUTSIDE_PLAN,
    LETTER_PARTY_OUTSIDE_PLAN,
    LETTER_TO_ITSELF,
)
from services.ledger.rules.essentials import unit_refused
from services.ledger.rules.plan_in_force import plan_in_force
from services.ledger.rules.powers import name_of
from services.ledger.rules.texts import text_missing
from services.ledger.rules.unit_tree import is_lower, is_section_of
from services.ledger.state import Plan
from shared.directory import Directory
from shared.domain import Decision, PublicText, Refused, UnitId


@dataclass(frozen=True, slots=True)
class DrawUpLetter:
    """`letter` is allotted; `giver` hands the responsibility down, `unit` takes it on."""

    letter: LetterId
    plan: PlanId
    year: int
    giver: UnitId
    unit: UnitId
    title: PublicText
    text: PublicText


def decide(command: DrawUpLetter, state: None, plans: tuple[Plan | None, ...], directory: Directory) -> Decision:
    """逐级签订: from a unit to a lower one or to a section of its own, for a year of a plan in force.

    A plan is made for the division of its unit; it concerns that unit and those below it.
    """
    (named,) = plans
    plan = plan_in_force(named, command.plan)
    if isinstance(plan, Refused):
        return plan
    if refused := (
        text_missing(command.title, "title", "标题")
        or text_missing(command.text, "text", "正文")
        or unit_refused(directory, command.giver)
        or unit_refused(directory, command.unit)
    ):
        return refused
    if command.giver == command.unit:
        return LETTER_TO_ITSELF.of()
    giver, taker = directory.units[command.giver], directory.units[command.unit]
    if not is_lower(taker, giver, directory) and not is_section_of(taker, giver):
        return LETTER_NOT_DOWNWARD.of(unit=name_of(directory, command.unit), giver=name_of(directory, command.giver))
    for party in (command.giver, command.unit):
        if not directory.is_within(party, plan.unit):
            return LETTER_PARTY_OUTSIDE_PLAN.of(unit=name_of(directory, party), plan=plan.says.title)
    if not plan.says.from_year <= command.year <= plan.says.to_year:
        return LETTER_OUTSIDE_PLAN.of(year=command.year, from_year=plan.says.from_year, to_year=plan.says.to_year)
    return [
        LetterDrawnUp(
            letter=command.letter,
            plan=command.plan,
            plan_revision=plan.says.revision,
            year=command.year,
            giver=command.giver,
            unit=command.unit,
            title=command.title,
            text=command.text,
        )
    ]
