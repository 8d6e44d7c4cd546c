"""The holder of a post promises something in public (廉政承诺)."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import CommitmentId, CommitmentMade
from services.ledger.refusals import BASIS_MISSING, NOT_YOUR_UNIT
from services.ledger.rules.texts import is_blank, text_missing
from services.ledger.state import CommitmentText, hash_of, signable
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PublicText, UnitId


@dataclass(frozen=True, slots=True)
class MakeCommitment:
    """`commitment` is allotted; `unit` is that of the promiser's post; `text` is public."""

    commitment: CommitmentId
    unit: UnitId
    text: PublicText
    basis: PublicText


def decide(command: MakeCommitment, state: None, actor: Actor, directory: Directory, moment: Moment) -> Decision:
    """Everybody for themselves. The event sends the hash of the text back."""
    if refused := text_missing(command.text, "text", "承诺内容"):
        return refused
    if is_blank(command.basis):
        return BASIS_MISSING.of()
    post = directory.posts.get(actor.post) if actor.post else None
    if post is None or post.unit != command.unit or actor.on_behalf is not None:
        return NOT_YOUR_UNIT.of()
    signed = signable(CommitmentText(command.commitment, command.unit, command.text))
    return [
        CommitmentMade(
            commitment=command.commitment,
            unit=command.unit,
            text=command.text,
            hash=hash_of(signed),
            basis=command.basis,
            made_on=moment.today,
            by=actor,
        )
    ]
