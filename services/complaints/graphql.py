"""The subgraph of the complaints service: types over the questions of `views`, each of which resolves its own key.

Every field asks the same question as REST and so under the same permission; what may not be seen is null.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar, cast

import strawberry
from strawberry import ID, federation
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

from services.complaints import events, views
from services.complaints.views.case import CaseAnswer, CasesOf, cases_by_id
from services.complaints.views.clue import ClueAnswer, CluesOf, clues_by_id
from services.complaints.views.decision import DecisionAnswer, DecisionsOf, decisions_by_id, decisions_of_units
from services.complaints.views.petition import PetitionAnswer, PetitionsOf, petitions_by_id
from services.complaints.views.unit import seen_units
from shared.domain import UnitId
from shared.web.graphql import Connection, Context, ask, connected, load

Info = strawberry.Info[Context, None]
F = TypeVar("F", bound=Callable[..., Any])


def field(description: str) -> Callable[[F], F]:
    """A resolver with its description; Strawberry's own decorator says nothing of types once it has arguments."""
    return cast(Callable[[F], F], strawberry.field(description=description))


_ELSEWHERE = Key(fields=FieldSet("id"), resolvable=False)
"""The key of what is named here and told of by its owner."""


@federation.type(name="Unit", keys=["id"], description="单位。A unit of the organisation.")
class UnitType:
    id: ID

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> UnitType | None:
        return cls(id=id) if await load(info, seen_units, str(id)) else None

    @field("责任追究。Decisions on the unit, or on people for what they did there; served ones for its head.")
    async def accountability(self, info: Info) -> list[DecisionType]:
        found = await load(info, decisions_of_units, str(self.id), views.LIST_DECISIONS)
        return [_decision_type(each) for each in found or ()]


@federation.type(
    name="Person", keys=[_ELSEWHERE], description="人员。A person, known to other services by pseudonym alone."
)
class PersonType:
    id: ID


def _person(person: str | None) -> PersonType | None:
    return PersonType(id=ID(person)) if person is not None else None


# --- petition ---------------------------------------------------------------------------------------------------


@strawberry.type(name="RunningClock", description="办理期限。A clock that runs, by which rule, and its last day.")
class RunningClockType:
    clock: str
    started_on: date | None
    due: date | None
    provisional: bool
    citation: str


@federation.type(
    name="Petition",
    keys=["id"],
    description="信访件。A registered report, without its words, which REST alone tells, and without who reported.",
)
class PetitionType:
    id: ID
    unit: UnitType | None = strawberry.field(description="承办单位。The body that handles it.")
    received_by: UnitType | None
    about_unit: UnitType | None
    category: str
    repeat_of: ID | None
    by_name: bool
    lodged_on: date
    registered_on: date
    stage: str
    stage_on: date
    handler: ID | None
    substantiated: bool | None
    became_clue: bool
    came_back: int = strawberry.field(description="来信次数。How often the reporter wrote again.")
    satisfaction: str | None

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> PetitionType | None:
        return await _petition(info, str(id))

    @field("正在计算的办理期限。")
    async def clocks(self, info: Info) -> list[RunningClockType]:
        found = await load(info, petitions_by_id, str(self.id), views.ONE_PETITION)
        return [
            RunningClockType(
                clock=c.clock, started_on=c.started_on, due=c.due, provisional=c.provisional, citation=c.citation
            )
            for c in (found.clocks if found else None) or ()
        ]


def _petition_type(found: PetitionAnswer) -> PetitionType:
    return PetitionType(
        id=ID(found.complaint),
        unit=UnitType(id=ID(found.unit)),
        received_by=UnitType(id=ID(found.received_by)),
        about_unit=UnitType(id=ID(found.about_unit)),
        category=found.category,
        repeat_of=ID(found.repeat_of) if found.repeat_of is not None else None,
        by_name=found.by_name,
        lodged_on=found.lodged_on,
        registered_on=found.registered_on,
        stage=found.stage,
        stage_on=found.stage_on,
        handler=ID(found.handler) if found.handler is not None else None,
        substantiated=found.substantiated,
        became_clue=found.became_clue,
        came_back=found.came_back,
        satisfaction=found.satisfaction,
    )


async def _petition(info: Info, id: str) -> PetitionType | None:
    found = await load(info, petitions_by_id, id, views.ONE_PETITION)
    return _petition_type(found) if found else None


# --- clue -------------------------------------------------------------------------------------------------------


@strawberry.type(name="Custody", description="线索交接。One hand-over, signed by both.")
class CustodyType:
    giver: ID
    taker: ID
    taken_on: date


@federation.type(name="Clue", keys=["id"], description="问题线索。")
class ClueType:
    id: ID
    unit: UnitType | None = strawberry.field(description="承办单位。The body that handles it.")
    about_unit: UnitType | None
    about_persons: list[ID]
    origin: str
    source: str
    status: str
    custodian: ID
    offered_to: ID | None
    custody: list[CustodyType]
    proposed: str | None
    approved: str | None
    steps: list[str]
    dual_report_missing: list[str] = strawberry.field(description="双报告缺失。Who was not told yet.")
    opened_on: date
    last_act_on: date

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> ClueType | None:
        return await _clue(info, str(id))

    @field("线索内容。What it says; null once its key was erased.")
    async def narrative(self, info: Info) -> str | None:
        found = await load(info, clues_by_id, str(self.id), views.ONE_CLUE)
        return found.narrative if found else None


def _clue_type(found: ClueAnswer) -> ClueType:
    return ClueType(
        id=ID(found.clue),
        unit=UnitType(id=ID(found.unit)),
        about_unit=UnitType(id=ID(found.about_unit)),
        about_persons=[ID(person) for person in found.about_persons],
        origin=found.origin,
        source=found.source,
        status=found.status,
        custodian=ID(found.custodian),
        offered_to=ID(found.offered_to) if found.offered_to is not None else None,
        custody=[CustodyType(giver=ID(c.giver), taker=ID(c.taker), taken_on=c.taken_on) for c in found.custody],
        proposed=found.proposed,
        approved=found.approved,
        steps=list(found.steps),
        dual_report_missing=list(found.dual_report_missing),
        opened_on=found.opened_on,
        last_act_on=found.last_act_on,
    )


async def _clue(info: Info, id: str) -> ClueType | None:
    found = await load(info, clues_by_id, id, views.ONE_CLUE)
    return _clue_type(found) if found else None


# --- case -------------------------------------------------------------------------------------------------------


@strawberry.type(name="CaseHandler", description="承办人。Somebody who works on a case.")
class CaseHandlerType:
    person: ID
    zone: str | None
    until: date | None


@strawberry.type(name="CaseStep", description="办案步骤。A step of the investigation; its words null once erased.")
class CaseStepType:
    number: int
    taken_on: date
    narrative: str | None


@strawberry.type(name="Signer", description="签字背书人。Somebody who had answered for the unit or task, and by what.")
class SignerType:
    person: PersonType | None
    kind: str
    subject: str
    signed_on: date
    event: ID


@federation.type(name="Case", keys=["id"], description="案件。")
class CaseType:
    id: ID
    unit: UnitType | None
    about_unit: UnitType | None
    about_persons: list[ID]
    facts_on: date
    filed_on: date
    status: str
    handlers: list[CaseHandlerType]
    steps: list[CaseStepType]
    recovered_minor: str = strawberry.field(description="追缴金额（分）。In fen.")
    substantiated: bool | None
    major: bool | None
    concluded_on: date | None
    inquiry: str = strawberry.field(description="领导责任调查（一案双查）。")
    signers: list[SignerType]
    answerable: list[ID]
    closed_on: date | None

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> CaseType | None:
        return await _case(info, str(id))


def _case_type(found: CaseAnswer) -> CaseType:
    return CaseType(
        id=ID(found.case),
        unit=UnitType(id=ID(found.unit)),
        about_unit=UnitType(id=ID(found.about_unit)),
        about_persons=[ID(person) for person in found.about_persons],
        facts_on=found.facts_on,
        filed_on=found.filed_on,
        status=found.status,
        handlers=[CaseHandlerType(person=ID(h.person), zone=h.zone, until=h.until) for h in found.handlers],
        steps=[CaseStepType(number=s.number, taken_on=s.taken_on, narrative=s.narrative) for s in found.steps],
        recovered_minor=str(found.recovered_minor),
        substantiated=found.substantiated,
        major=found.major,
        concluded_on=found.concluded_on,
        inquiry=found.inquiry,
        signers=[
            SignerType(
                person=_person(s.person), kind=s.kind, subject=s.subject, signed_on=s.signed_on, event=ID(s.event)
            )
            for s in found.signers
        ],
        answerable=[ID(person) for person in found.answerable],
        closed_on=found.closed_on,
    )


async def _case(info: Info, id: str) -> CaseType | None:
    found = await load(info, cases_by_id, id, views.ONE_CASE)
    return _case_type(found) if found else None


# --- accountability ---------------------------------------------------------------------------------------------


@federation.type(name="Decision", keys=["id"], description="责任追究决定。On the accountability of a person or a unit.")
class DecisionType:
    id: ID
    unit: UnitType | None
    person: PersonType | None
    subject_class: str
    bottom_lines: list[str]
    responsibility: str
    form: str
    facts_on: date
    status: str
    decided_on: date | None
    document: str | None
    served_on: date | None
    appeal_until: date | None
    appealed_on: date | None
    decide_until: date | None
    answered_on: date | None
    effect_until: date | None

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> DecisionType | None:
        return await _decision(info, str(id))

    @field("违纪违法事实。What was found; null but for those who work on it, and once its key was erased.")
    async def facts(self, info: Info) -> str | None:
        found = await load(info, decisions_by_id, str(self.id), views.ONE_DECISION)
        return found.facts if found else None

    @field("所属案件。Null but for those who work on it.")
    async def case(self, info: Info) -> CaseType | None:
        found = await load(info, decisions_by_id, str(self.id), views.ONE_DECISION)
        return await _case(info, found.case) if found and found.case is not None else None


def _decision_type(found: DecisionAnswer) -> DecisionType:
    return DecisionType(
        id=ID(found.decision),
        unit=UnitType(id=ID(found.unit)),
        person=_person(found.person),
        subject_class=found.subject_class,
        bottom_lines=list(found.bottom_lines),
        responsibility=found.responsibility,
        form=found.form,
        facts_on=found.facts_on,
        status=found.status,
        decided_on=found.decided_on,
        document=found.document,
        served_on=found.served_on,
        appeal_until=found.appeal_until,
        appealed_on=found.appealed_on,
        decide_until=found.decide_until,
        answered_on=found.answered_on,
        effect_until=found.effect_until,
    )


async def _decision(info: Info, id: str) -> DecisionType | None:
    found = await load(info, decisions_by_id, id, views.ONE_DECISION)
    return _decision_type(found) if found else None


# --- query ------------------------------------------------------------------------------------------------------


@strawberry.type
class Query:
    @field(
        "信访件。Registered reports that the asker sees, the oldest first; `mine` keeps those assigned to the asker."
    )
    async def petitions(
        self, info: Info, mine: bool = False, overdue: bool = False, first: int = 50, after: str | None = None
    ) -> Connection[PetitionType]:
        params = PetitionsOf(mine=mine, overdue=overdue, limit=first, after=after)
        return connected(await ask(info, views.LIST_PETITIONS, params), _petition_type, after)

    @field("一件信访件。")
    async def petition(self, info: Info, id: ID) -> PetitionType | None:
        return await _petition(info, str(id))

    @field("问题线索。Clues that the asker sees.")
    async def clues(self, info: Info, first: int = 50, after: str | None = None) -> Connection[ClueType]:
        page = await ask(info, views.LIST_CLUES, CluesOf(limit=first, after=after))
        return connected(page, _clue_type, after)

    @field("一条问题线索。")
    async def clue(self, info: Info, id: ID) -> ClueType | None:
        return await _clue(info, str(id))

    @field("案件。Cases that the asker sees.")
    async def cases(self, info: Info, first: int = 50, after: str | None = None) -> Connection[CaseType]:
        page = await ask(info, views.LIST_CASES, CasesOf(limit=first, after=after))
        return connected(page, _case_type, after)

    @field("一个案件。")
    async def case(self, info: Info, id: ID) -> CaseType | None:
        return await _case(info, str(id))

    @field("责任追究决定。Decisions that the asker sees.")
    async def decisions(
        self, info: Info, unit: ID | None = None, first: int = 50, after: str | None = None
    ) -> Connection[DecisionType]:
        only = UnitId(str(unit)) if unit is not None else None
        page = await ask(info, views.LIST_DECISIONS, DecisionsOf(unit=only, limit=first, after=after))
        return connected(page, _decision_type, after)

    @field("一项责任追究决定。")
    async def decision(self, info: Info, id: ID) -> DecisionType | None:
        return await _decision(info, str(events.DecisionId(str(id))))


TYPES = (UnitType, PetitionType, ClueType, CaseType, DecisionType)
"""The federated types, whether or not a query leads to them."""
