"""What an admission makes of everything that is held: the facts that enter the log, in the order of the lot."""

from __future__ import annotations

from collections import Counter
from datetime import date
from uuid import UUID

from services.intake.events import (
    AnswerRated,
    ComplaintId,
    ComplaintLodged,
    HandedUp,
    MessageWritten,
    ReporterNamed,
    ReporterWrote,
    ReportWritten,
)
from shared.domain import Actor, PersonId, PostId, PublicText, UnitId
from shared.holding import REPORTER, Admitted, Held, Holding, Waiting


def admit(waiting: Waiting) -> list[Admitted]:
    """A report that its body may not keep is shown to the clerk first, from now on; so no clerk learns when it came.

    Messages go on when their report has: the lot says which of two is number 1.
    """
    left = Counter(waiting.left)
    heads = dict(waiting.heads)
    admitted: list[Admitted] = []
    for held in waiting.held:
        if held.under is None:
            one = _complaint(held)
            heads[held.entry] = Held(held.entry, held.kind, None, one.state, held.day, held.facts)
        elif heads[held.under].state != "admitted":
            continue
        else:
            left[held.under, held.kind] += 1
            one = _message(held, left[held.under, held.kind]) if held.kind == "message" else _rating(held)
        admitted.append(one)
    return admitted


def _complaint(held: Held) -> Admitted:
    if held.state == "waiting" and held.facts["upward"] != "no":
        return Admitted(held.entry, "review", keeps_texts=True)
    complaint = ComplaintId(str(held.entry))
    facts = held.facts
    if held.state == "handing-up":
        day = date.fromisoformat(facts["decided_on"])
        up = HandedUp(complaint, UnitId(facts["received_by"]), PublicText(facts["to"]), day)
        return Admitted(held.entry, "handed-up", ((held.entry, up),), _by(facts["decided_by"]), day, keeps_texts=True)
    entered: list[tuple[UUID, object]] = [
        (
            held.entry,
            ComplaintLodged(
                complaint,
                facts["category"],
                facts["channel"],
                UnitId(facts["unit"]),
                facts["about_chief"],
                facts["task"],
                UnitId(facts["received_by"]),
                facts["by_name"],
                facts["reachable"],
                held.day,
            ),
        ),
        (UUID(facts["written"]), ReportWritten(complaint, held.texts["words"], held.texts.get("accused"))),
    ]
    if facts["by_name"]:
        named = ReporterNamed(
            complaint,
            PersonId(facts["reporter"]),
            held.texts["name"],
            held.texts.get("identity_number"),
            held.texts.get("phone"),
            held.texts.get("address"),
        )
        entered.append((UUID(facts["named"]), named))
    return Admitted(held.entry, "admitted", tuple(entered), _by(facts["clerk"]) if facts["clerk"] else REPORTER)


def _message(held: Held, number: int) -> Admitted:
    complaint = ComplaintId(str(held.under))
    wrote = ReporterWrote(complaint, number, held.facts["word"], held.day)
    written = MessageWritten(complaint, number, held.texts["words"])
    return Admitted(held.entry, "admitted", ((held.entry, wrote), (UUID(held.facts["written"]), written)))


def _rating(held: Held) -> Admitted:
    rated = AnswerRated(ComplaintId(str(held.under)), held.facts["satisfaction"], held.day)
    return Admitted(held.entry, "admitted", ((held.entry, rated),))


def _by(actor: dict[str, str | None]) -> Actor:
    subject, post, on_behalf = actor["subject"], actor["post"], actor["on_behalf"]
    return Actor(subject or "", PostId(post) if post else None, PersonId(on_behalf) if on_behalf else None)


HOLDING = Holding(waits=("waiting", "kept", "handing-up"), gone="admitted", hours="admission-hours", admit=admit)
