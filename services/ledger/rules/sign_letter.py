"""One side signs a responsibility letter (责任书)."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import LetterId, LetterSide, LetterSigned
from services.ledger.refusals import LETTER_BINDS_ALREADY, NOT_A_PARTY, ONE_PERSON_BOTH_SIDES, SIDE_SIGNED_ALREADY
from services.ledger.rules.signature import hands, signature_refused
from services.ledger.state import (
    BindingLetter,
    DrawnUpLetter,
    HalfSignedLetter,
    Letter,
    LetterText,
    hash_of,
    signable_of,
)
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PublicText


@dataclass(frozen=True, slots=True)
class SignLetter:
    """`version` is that of the text read, 1 for every letter; `basis` the legal ground of the signature."""

    letter: LetterId
    version: int
    basis: PublicText


def decide(command: SignLetter, letter: Letter, actor: Actor, directory: Directory, moment: Moment) -> Decision:
    """A head of each unit, once each, and not the same person for both. The event sends the hash of the text back."""
    match letter:
        case BindingLetter():
            return LETTER_BINDS_ALREADY.of()
        case DrawnUpLetter() | HalfSignedLetter():
            pass
    if refused := signature_refused(command.version, letter.says.revision, command.basis):
        return refused
    side = side_of(actor, letter.says, directory)
    if side is None:
        return NOT_A_PARTY.of()
    if isinstance(letter, HalfSignedLetter):
        if letter.side == side:
            return SIDE_SIGNED_ALREADY.of()
        if hands(letter.by) & hands(actor):
            return ONE_PERSON_BOTH_SIDES.of()
    return [
        LetterSigned(
            letter=command.letter,
            plan=letter.says.plan,
            unit=letter.unit,
            side=side,
            version=command.version,
            hash=hash_of(signable_of(letter)),
            basis=command.basis,
            signed_on=moment.today,
            by=actor,
        )
    ]


def side_of(actor: Actor, says: LetterText, directory: Directory) -> LetterSide | None:
    """The side whose unit the actor's post belongs to; None for outsiders."""
    post = directory.posts.get(actor.post) if actor.post else None
    if post is None:
        return None
    return "giver" if post.unit == says.giver else "taker" if post.unit == says.unit else None
