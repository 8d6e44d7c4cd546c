"""Somebody read, gives an opinion on and signs a plan, a task (also as split) or a letter (背书)."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import Endorsed, LetterId, OpinionGiven, PlanId, TaskId
from services.ledger.refusals import OPINION_MISSING, SIGNED_ALREADY
from services.ledger.rules.signature import signature_refused
from services.ledger.rules.task_open import task_open
from services.ledger.state import Endorsements, Letter, Plan, Task, hash_of, signable_of
from shared.domain import Actor, Decision, Moment, PersonalText, PersonId, PublicText, Refused


@dataclass(frozen=True, slots=True)
class EndorsePlan:
    """`version` is that of the plan as read; `opinion` is the signer's own word; `basis` the legal ground."""

    plan: PlanId
    version: int
    opinion: PersonalText
    basis: PublicText


@dataclass(frozen=True, slots=True)
class EndorseTask:
    """As `EndorsePlan`; of a split task the parts are signed too."""

    task: TaskId
    version: int
    opinion: PersonalText
    basis: PublicText


@dataclass(frozen=True, slots=True)
class EndorseLetter:
    """As `EndorsePlan`."""

    letter: LetterId
    version: int
    opinion: PersonalText
    basis: PublicText


def decide_plan(
    command: EndorsePlan, plan: Plan, given: tuple[Endorsements | None, ...], actor: Actor, moment: Moment
) -> Decision:
    """Drafts are endorsed too: 会签 comes before adoption."""
    return _endorse(f"plan/{command.plan}", command, plan, given, actor, moment)


def decide_task(
    command: EndorseTask, task: Task, given: tuple[Endorsements | None, ...], actor: Actor, moment: Moment
) -> Decision:
    """While the task is being worked on."""
    open_task = task_open(task)
    if isinstance(open_task, Refused):
        return open_task
    return _endorse(f"task/{command.task}", command, open_task, given, actor, moment)


def decide_letter(
    command: EndorseLetter, letter: Letter, given: tuple[Endorsements | None, ...], actor: Actor, moment: Moment
) -> Decision:
    return _endorse(f"letter/{command.letter}", command, letter, given, actor, moment)


def _endorse(
    subject: str,
    command: EndorsePlan | EndorseTask | EndorseLetter,
    situation: Plan | Task | Letter,
    given: tuple[Endorsements | None, ...],
    actor: Actor,
    moment: Moment,
) -> Decision:
    """Read, opinion and signature: each person once for each version. The event sends the hash back."""
    if refused := signature_refused(command.version, situation.says.revision, command.basis):
        return refused
    if not command.opinion:
        return OPINION_MISSING.of()
    signer = actor.on_behalf or actor.subject
    if any(known and (signer, command.version) in known.given for known in given):
        return SIGNED_ALREADY.of()
    return [
        Endorsed(
            subject=subject,
            unit=situation.unit,
            version=command.version,
            hash=hash_of(signable_of(situation)),
            basis=command.basis,
            signed_on=moment.today,
            by=actor,
        ),
        OpinionGiven(subject, PersonId(actor.subject), command.version, command.opinion),
    ]
