"""The head of the responsible unit takes a task on in writing (认领书)."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import ClaimSigned, TaskId
from services.ledger.refusals import CLAIM_SIGNED_ALREADY, NOT_RESPONSIBLE_UNIT
from services.ledger.rules.signature import signature_refused
from services.ledger.rules.task_open import task_open
from services.ledger.state import Task, hash_of, signable_of
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PublicText, Refused


@dataclass(frozen=True, slots=True)
class SignClaim:
    """`version` is that of the task as read; `basis` the legal ground of the signature."""

    task: TaskId
    version: int
    basis: PublicText


def decide(command: SignClaim, task: Task, actor: Actor, directory: Directory, moment: Moment) -> Decision:
    """Once for each version of the task. The event sends the hash of the task's text back."""
    open_task = task_open(task)
    if isinstance(open_task, Refused):
        return open_task
    if refused := signature_refused(command.version, open_task.says.revision, command.basis):
        return refused
    post = directory.posts.get(actor.post) if actor.post else None
    if post is None or post.unit != open_task.unit:
        return NOT_RESPONSIBLE_UNIT.of()
    if open_task.course.claim_signed == command.version:
        return CLAIM_SIGNED_ALREADY.of()
    return [
        ClaimSigned(
            task=command.task,
            unit=open_task.unit,
            plan=open_task.says.plan,
            version=command.version,
            hash=hash_of(signable_of(open_task)),
            basis=command.basis,
            signed_on=moment.today,
            by=actor,
        )
    ]
