"""The competent body decides that nobody is held accountable, perhaps on an exempting ground."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import DecisionId, NotHeldAccountable
from services.complaints.refusals import DECIDED_ALREADY, EXEMPTION_UNKNOWN
from services.complaints.rules.duties import investigated, recused, text_missing
from services.complaints.state import Accountability, Proposed
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonId, PublicText
from shared.references import Terms


@dataclass(frozen=True, slots=True)
class DeclineAccountability:
    """决定不予追究。Decide not to hold anybody accountable; `exemption` is an exempting ground (容错) of the catalogue."""

    decision: DecisionId
    document: PublicText
    exemption: str | None = None


def decide(
    command: DeclineAccountability,
    decision: Accountability,
    directory: Directory,
    terms: Terms,
    actor: Actor,
    moment: Moment,
) -> Decision:
    if not isinstance(decision, Proposed):
        return DECIDED_ALREADY.of()
    if command.exemption is not None and f"exemption/{command.exemption}" not in terms.values:
        return EXEMPTION_UNKNOWN.of(code=command.exemption[:40])
    about = decision.substance
    if refused := (
        investigated(actor, (*decision.investigators, PersonId(decision.proposed_by.subject)))
        or recused(actor, about.unit, (about.person,) if about.person else (), directory)
        or text_missing(command.document, "document", "决定文件")
    ):
        return refused
    return [
        NotHeldAccountable(decision.decision, decision.unit, command.exemption, command.document, moment.today, actor)
    ]
