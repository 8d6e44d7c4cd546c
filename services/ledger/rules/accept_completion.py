"""A claimed task is finished (审核办结、销号)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.events import CompletionAccepted, TaskId
from services.ledger.refusals import ACCEPTED_BEFORE_CLAIM, DATE_IN_FUTURE, OWN_CLAIM, TASK_NOT_CLAIMED
from services.ledger.rules.dates import occurring
from services.ledger.rules.duties import own_unit_refused, same_hand
from services.ledger.rules.parts import ended, unfinished
from services.ledger.state import ClaimedTask, EndedTask, Task, whole_days_after
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PublicText, Refused


@dataclass(frozen=True, slots=True)
class AcceptCompletion:
    """`accepted_on` is today unless it was decided on paper before; an earlier date is on record as such."""

    task: TaskId
    opinion: PublicText | None = None
    accepted_on: date | None = None


def decide(
    command: AcceptCompletion,
    task: Task,
    parts: tuple[Task | None, ...],
    moment: Moment,
    actor: Actor,
    directory: Directory,
) -> Decision:
    """Somebody other than the claimant, and not of the unit itself, finds that the standard is met.

    The days overdue are fixed here: by the day of the claim, not by how long the decision took.
    """
    claimed = claimed_or_refused(task, actor, directory)
    if isinstance(claimed, Refused):
        return claimed
    if refused := unfinished(parts):
        return refused
    accepted_on = command.accepted_on or moment.today
    if accepted_on > moment.today:
        return DATE_IN_FUTURE.of(day=accepted_on, today=moment.today)
    if accepted_on < claimed.claimed_on:
        return ACCEPTED_BEFORE_CLAIM.of(day=accepted_on, claimed=claimed.claimed_on)
    accepted = CompletionAccepted(
        command.task,
        claimed.unit,
        claimed.says.plan,
        claimed.says.due,
        claimed.claimed_on,
        accepted_on,
        whole_days_after(claimed.claimed_on, claimed.says.due),
        command.opinion,
        actor,
    )
    return occurring(accepted_on, moment, accepted)


def claimed_or_refused(task: Task, actor: Actor, directory: Directory) -> ClaimedTask | Refused:
    """The claimed task, unless there is no claim or it is not for this actor to decide on."""
    match task:
        case EndedTask():
            return ended(task)
        case ClaimedTask():
            pass
        case _:
            return TASK_NOT_CLAIMED.of()
    if same_hand(actor, task.claimed_by):
        return OWN_CLAIM.of()
    return own_unit_refused(actor, directory, task.unit) or task
