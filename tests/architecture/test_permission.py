"""Who may see and do what: every address, mutation, query field and entity type × every role, in two counties.

The tables below say it in so many words; one row each. A new question, action, field or type without its row fails here
and is told by name. The walk itself is generated, over loopback HTTP, and changes nothing.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import re
import types
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NewType, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import uuid4

import pytest
from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, get_named_type, is_leaf_type, is_required_argument

from gateway.nodes import node_id
from shared.actions import Action
from shared.directory import Principal, Program, Scope
from shared.domain import PersonalText, PersonId, PublicText, Refused
from shared.handle import Done
from shared.running import Running
from shared.service import Question, Service
from shared.views.reading import Reading
from shared.web.graphql import build_schema
from shared.web.rest import path_fields, reachable
from tests.shared.web.conftest import Client, served
from tests.support.two_divisions import ROLES, Division, TwoDivisions
from zeren.gateway import declared
from zeren.office import SERVICES

# --- the tables ---------------------------------------------------------------------------------------------------

Roles = frozenset[str]

EVERYBODY: Roles = frozenset(ROLES)
TRAIL: Roles = frozenset({"auditor", "coordinator", "committee", "unit-head", "inspector"})
OF_TRIGGERS: Roles = frozenset({"inspector", "coordinator", "committee"})
OPINION: Roles = frozenset({"auditor", "coordinator", "committee", "unit-head"})
OF_REPORTS: Roles = frozenset({"intake-clerk", "case-supervisor", "auditor"})
OF_DISCLOSURES: Roles = frozenset({"privacy-officer", "auditor"})
INTAKE: Roles = frozenset({"intake-clerk"})
OF_PORTALS: Roles = frozenset({"administrator", "auditor"})
ORGANISERS: Roles = frozenset({"administrator", "coordinator"})
COORDINATOR: Roles = frozenset({"coordinator"})
HEAD: Roles = frozenset({"unit-head"})
UNIT: Roles = frozenset({"unit-head", "unit-clerk"})
SIGNERS: Roles = frozenset({"unit-head", "coordinator", "committee"})
INSPECTOR: Roles = frozenset({"inspector"})
COMMITTEE: Roles = frozenset({"committee"})
ASSESSING: Roles = frozenset({"assessor", "coordinator"})
CASES: Roles = frozenset({"case-handler", "case-supervisor", "committee", "auditor"})
HANDLERS: Roles = frozenset({"case-handler", "case-supervisor"})
REVIEWERS: Roles = frozenset({"auditor", "case-supervisor", "committee"})
OF_PETITIONS: Roles = HANDLERS | {"intake-clerk", "auditor"}
REGISTRARS: Roles = frozenset({"intake-clerk", "case-supervisor"})
SUPERVISOR: Roles = frozenset({"case-supervisor"})
ISSUERS: Roles = frozenset({"coordinator", "committee", "inspector", "case-supervisor"})
OF_LETTERS: Roles = ISSUERS | UNIT | {"auditor"}
IN_THE_UNIT: Roles = UNIT
"""Roles whose posts are in the water bureau and which do not see the county itself."""


@dataclass(frozen=True)
class One:
    """One thing of a county. `may` are those who may ask such a question at all (else 403, whatever it is about);
    `readers` those of them who get an answer about their own county (others 403). Of the other county: 404."""

    readers: Roles = EVERYBODY
    may: Roles | None = None
    hidden: bool = False
    """Others are not told that there is such a thing: 404."""


@dataclass(frozen=True)
class Many:
    """A list: of their own county `readers` find something; of the other, and without a post, it is empty. `may` as above."""

    readers: Roles = EVERYBODY
    may: Roles | None = None


@dataclass(frozen=True)
class Open:
    """Answered to everybody who has signed in, about nobody else."""


Expected = One | Many | Open

QUESTIONS: Mapping[tuple[str, str], Expected] = {
    ("ledger", "me"): Open(),
    ("ledger", "units"): Many(),
    ("ledger", "units/{unit}"): One(),
    ("ledger", "units/{unit}/tenures"): One(),
    ("ledger", "units/{unit}/leader"): One(),
    ("ledger", "posts"): Many(),
    ("ledger", "calendar/{year}"): Open(),
    ("ledger", "terms"): Open(),
    ("ledger", "portals"): Many(OF_PORTALS, may=OF_PORTALS),
    ("ledger", "plans"): Many(),
    ("ledger", "plans/{plan}"): One(),
    ("ledger", "plans/{plan}/coverage"): One(),
    ("ledger", "plans/{plan}/project-counts"): One(),
    ("ledger", "plans/{plan}/signable"): One(),
    ("ledger", "plans/{plan}/trail"): One(TRAIL - IN_THE_UNIT, may=TRAIL),
    ("ledger", "projects"): Many(),
    ("ledger", "projects/{project}"): One(),
    ("ledger", "tasks"): Many(),
    ("ledger", "tasks/{task}"): One(),
    ("ledger", "tasks/{task}/signable"): One(),
    ("ledger", "tasks/{task}/trail"): One(TRAIL, may=TRAIL),
    ("ledger", "handovers"): Many(),
    ("ledger", "overdue/left-undone"): Many(ORGANISERS, may=ORGANISERS),
    ("ledger", "letters"): Many(),
    ("ledger", "letters/{letter}"): One(),
    ("ledger", "letters/{letter}/signable"): One(),
    ("ledger", "signatures"): Many(),
    ("ledger", "inspections"): Many(),
    ("ledger", "inspections/{inspection}"): One(),
    ("ledger", "findings"): Many(),
    ("ledger", "findings/{finding}"): One(),
    ("ledger", "findings/{finding}/trail"): One(TRAIL, may=TRAIL),
    ("assessment", "schemes"): Many(),
    ("assessment", "schemes/{scheme}"): One(),
    ("assessment", "standings/{year}"): Many(),
    ("assessment", "standings/{year}/{unit}"): One(),
    ("assessment", "standings/{year}/{unit}/evidence"): One(),
    ("assessment", "rounds"): Many(),
    ("assessment", "schemes/{scheme}/rounds/{kind}"): One(),
    ("assessment", "schemes/{scheme}/rounds/{kind}/scores"): Many(),
    ("assessment", "schemes/{scheme}/rounds/{kind}/scores/{unit}"): One(),
    ("assessment", "schemes/{scheme}/rounds/{kind}/late-evidence"): Many(),
    ("assessment", "vetoes"): Many(),
    ("assessment", "vetoes/{scheme}/{unit}"): One(),
    ("assessment", "triggers"): Many(OF_TRIGGERS, may=OF_TRIGGERS),
    ("assessment", "triggers/{trigger}"): One(OF_TRIGGERS, may=OF_TRIGGERS),
    ("intake", "complaints"): Many(OF_REPORTS, may=OF_REPORTS),
    ("intake", "complaints/{complaint}"): One(OF_REPORTS, may=OF_REPORTS),
    ("intake", "complaints/{complaint}/related"): One(OF_REPORTS, may=OF_REPORTS),
    ("intake", "disclosures"): Many(OF_DISCLOSURES, may=OF_DISCLOSURES),
    ("intake", "disclosures/{disclosure}"): One(OF_DISCLOSURES, may=OF_DISCLOSURES),
    ("intake", "handed-up"): Many(OF_REPORTS, may=OF_REPORTS),
    ("intake", "handed-up/{handed_up}/file"): One(INTAKE, may=INTAKE),
    ("complaints", "petitions"): Many(OF_PETITIONS, may=OF_PETITIONS),
    ("complaints", "petition-figures"): One(OF_PETITIONS, may=OF_PETITIONS),
    ("complaints", "petitions/{complaint}"): One(OF_PETITIONS, may=OF_PETITIONS),
    ("complaints", "petitions/{complaint}/words"): One(HANDLERS, may=HANDLERS),
    ("complaints", "clues"): Many(CASES, may=CASES),
    ("complaints", "clues/{clue}"): One(CASES, may=CASES),
    ("complaints", "cases"): Many(CASES, may=CASES),
    ("complaints", "case-figures"): One(CASES, may=CASES),
    ("complaints", "cases/{case}"): One(CASES, may=CASES),
    ("complaints", "decisions"): Many(CASES | HEAD),
    ("complaints", "decisions/{decision}"): One(CASES | HEAD, hidden=True),
    ("complaints", "petitions/{complaint}/trail"): One(REVIEWERS - COMMITTEE, may=REVIEWERS - COMMITTEE),
    ("complaints", "clues/{clue}/trail"): One(REVIEWERS, may=REVIEWERS),
    ("complaints", "cases/{case}/trail"): One(REVIEWERS, may=REVIEWERS),
    ("complaints", "decisions/{decision}/trail"): One(REVIEWERS, may=REVIEWERS),
    ("complaints", "catalogue"): Open(),
    ("notifications", "webhooks"): Many(OF_PORTALS, may=OF_PORTALS),
    ("notifications", "inbox"): Many(UNIT),
    ("notifications", "notices"): Many(OF_LETTERS),
    ("notifications", "notices/{notice}"): One(OF_LETTERS, hidden=True),
    ("notifications", "series/{organ}/{series}/{year}"): Many(OF_LETTERS - UNIT, may=OF_LETTERS - UNIT),
}
"""By service and path of `GET`."""

FIELDS: Mapping[tuple[str, str], Expected] = {
    ("ledger", "me"): Open(),
    ("ledger", "unit"): One(),
    ("ledger", "units"): Many(),
    ("ledger", "plan"): One(),
    ("ledger", "plans"): Many(),
    ("ledger", "project"): One(),
    ("ledger", "projects"): Many(),
    ("ledger", "task"): One(),
    ("ledger", "tasks"): Many(),
    ("ledger", "handovers"): Many(),
    ("ledger", "overdueLeftUndone"): Many(ORGANISERS, may=ORGANISERS),
    ("ledger", "letter"): One(),
    ("ledger", "letters"): Many(),
    ("ledger", "signatures"): Many(),
    ("ledger", "inspection"): One(),
    ("ledger", "inspections"): Many(),
    ("ledger", "finding"): One(),
    ("ledger", "findings"): Many(),
    ("assessment", "standings"): Many(),
    ("assessment", "standing"): One(),
    ("assessment", "schemes"): Many(),
    ("assessment", "scheme"): One(),
    ("assessment", "rounds"): Many(),
    ("assessment", "round"): One(),
    ("assessment", "vetoes"): Many(),
    ("assessment", "veto"): One(),
    ("assessment", "triggers"): Many(OF_TRIGGERS, may=OF_TRIGGERS),
    ("assessment", "trigger"): One(OF_TRIGGERS, may=OF_TRIGGERS),
    ("notifications", "inbox"): Many(UNIT),
    ("notifications", "notices"): Many(OF_LETTERS),
    ("notifications", "notice"): One(OF_LETTERS, hidden=True),
    ("complaints", "petitions"): Many(OF_PETITIONS, may=OF_PETITIONS),
    ("complaints", "petition"): One(OF_PETITIONS, may=OF_PETITIONS),
    ("complaints", "clues"): Many(CASES, may=CASES),
    ("complaints", "clue"): One(CASES, may=CASES),
    ("complaints", "cases"): Many(CASES, may=CASES),
    ("complaints", "case"): One(CASES, may=CASES),
    ("complaints", "decisions"): Many(CASES | HEAD),
    ("complaints", "decision"): One(CASES | HEAD, hidden=True),
}
"""By service and query field of its subgraph."""

ENTITIES: Mapping[tuple[str, str], Expected] = {
    ("ledger", "Finding"): One(),
    ("ledger", "Inspection"): One(),
    ("ledger", "Letter"): One(),
    # A pseudonym is resolved for everybody; the name in it says in brackets why it is not told.
    ("ledger", "Person"): Open(),
    ("ledger", "Plan"): One(),
    ("ledger", "Project"): One(),
    ("ledger", "Signature"): One(),
    ("ledger", "Task"): One(),
    ("ledger", "Unit"): One(),
    ("assessment", "Line"): One(),
    ("assessment", "Round"): One(),
    ("assessment", "RoundScore"): One(),
    ("assessment", "Scheme"): One(),
    ("assessment", "Standing"): One(),
    ("assessment", "Trigger"): One(OF_TRIGGERS, may=OF_TRIGGERS),
    ("assessment", "Unit"): One(),
    ("assessment", "Veto"): One(),
    ("notifications", "Unit"): One(),
    ("notifications", "Notice"): One(OF_LETTERS, hidden=True),
    ("complaints", "Unit"): One(),
    ("complaints", "Petition"): One(OF_PETITIONS, may=OF_PETITIONS),
    ("complaints", "Clue"): One(CASES, may=CASES),
    ("complaints", "Case"): One(CASES, may=CASES),
    ("complaints", "Decision"): One(CASES | HEAD, hidden=True),
}
"""By service and type that `_entities` resolves."""

REFERENCES = frozenset(
    {
        ("assessment", "Finding"),
        ("assessment", "Person"),
        ("assessment", "Task"),
        ("complaints", "Person"),
        ("notifications", "Person"),
    }
)
"""By service the types that it only names: they have a key and nothing that could be told."""

At = Literal["unit", "county", "installation", "anywhere", "addressee"]


@dataclass(frozen=True)
class Do:
    """`may` do it `at` a unit in reach: the water bureau, which every role of the county sees, or the county, which
    those in the bureau do not see (404). `installation`: only over the whole city. `anywhere`: wherever the post is.
    `addressee`: those to whom the letter went; whoever else holds a post is not told that there is one (404)."""

    may: Roles
    at: At = "unit"


ACTIONS: Mapping[tuple[str, str], Do] = {
    ("ledger", "RegisterUnit"): Do(ORGANISERS),
    ("ledger", "RenameUnit"): Do(ORGANISERS),
    ("ledger", "RecodeUnit"): Do(ORGANISERS),
    ("ledger", "MoveUnit"): Do(ORGANISERS),
    ("ledger", "DissolveUnit"): Do(ORGANISERS),
    ("ledger", "CreatePost"): Do(ORGANISERS),
    ("ledger", "AbolishPost"): Do(ORGANISERS),
    ("ledger", "FillPost"): Do(ORGANISERS),
    ("ledger", "VacatePost"): Do(ORGANISERS),
    ("ledger", "DelegatePost"): Do(EVERYBODY),
    ("ledger", "EndDelegation"): Do(EVERYBODY),
    ("ledger", "RegisterPerson"): Do(ORGANISERS, "anywhere"),
    ("ledger", "NamePerson"): Do(ORGANISERS, "anywhere"),  # the rule asks whose person it is
    ("ledger", "SetPersonMail"): Do(EVERYBODY, "anywhere"),  # the rule asks whose it is
    ("ledger", "SetUnitMail"): Do(frozenset({"administrator", "unit-head"})),
    ("ledger", "RegisterPortal"): Do(frozenset({"administrator"})),
    ("ledger", "RevokePortal"): Do(frozenset({"administrator"}), "county"),
    ("ledger", "IssueHolidayNotice"): Do(ORGANISERS, "installation"),
    ("ledger", "SetTerm"): Do(frozenset({"administrator"}), "installation"),
    ("ledger", "AdvanceClock"): Do(frozenset({"administrator"}), "installation"),
    ("ledger", "ErasePersonalData"): Do(frozenset({"privacy-officer"}), "installation"),
    ("ledger", "DraftPlan"): Do(COORDINATOR),
    ("ledger", "AdoptPlan"): Do(COORDINATOR, "county"),
    ("ledger", "AmendPlan"): Do(COORDINATOR, "county"),
    ("ledger", "ClosePlan"): Do(COORDINATOR, "county"),
    ("ledger", "RegisterProject"): Do(COORDINATOR),
    ("ledger", "IssueTask"): Do(COORDINATOR),
    ("ledger", "AmendTask"): Do(COORDINATOR),
    ("ledger", "SplitTask"): Do(COORDINATOR | HEAD),
    ("ledger", "DrawUpLetter"): Do(COORDINATOR),
    ("ledger", "SignLetter"): Do(HEAD),
    ("ledger", "SignClaim"): Do(HEAD),
    ("ledger", "EndorsePlan"): Do(SIGNERS, "county"),
    ("ledger", "EndorseTask"): Do(SIGNERS),
    ("ledger", "EndorseLetter"): Do(SIGNERS),
    ("ledger", "MakeCommitment"): Do(UNIT | COORDINATOR | INSPECTOR | ASSESSING | COMMITTEE),
    ("ledger", "ReportProgress"): Do(UNIT),
    ("ledger", "CorrectProgress"): Do(UNIT),
    ("ledger", "ClaimCompletion"): Do(UNIT),
    ("ledger", "AcceptCompletion"): Do(COORDINATOR),
    ("ledger", "ReturnCompletion"): Do(COORDINATOR),
    ("ledger", "AskExtension"): Do(HEAD),
    ("ledger", "GrantExtension"): Do(COORDINATOR),
    ("ledger", "RefuseExtension"): Do(COORDINATOR),
    ("ledger", "SuspendTask"): Do(COORDINATOR),
    ("ledger", "ResumeTask"): Do(COORDINATOR),
    ("ledger", "DeclineTask"): Do(HEAD),
    ("ledger", "HandOverTask"): Do(COORDINATOR),
    ("ledger", "CancelTask"): Do(COORDINATOR),
    ("ledger", "MarkOverdue"): Do(COORDINATOR),
    ("ledger", "OpenInspection"): Do(INSPECTOR),
    ("ledger", "CloseInspection"): Do(INSPECTOR, "county"),
    ("ledger", "RecordFinding"): Do(INSPECTOR),
    ("ledger", "OrderRectification"): Do(INSPECTOR),
    ("ledger", "ReportRectification"): Do(UNIT),
    ("ledger", "VerifyRectification"): Do(INSPECTOR),
    ("ledger", "ReturnRectification"): Do(INSPECTOR),
    ("ledger", "StrikeOffFinding"): Do(INSPECTOR),
    ("assessment", "DraftScheme"): Do(COORDINATOR),
    ("assessment", "AdoptScheme"): Do(COMMITTEE, "county"),
    ("assessment", "AmendScheme"): Do(COMMITTEE | COORDINATOR, "county"),
    ("assessment", "OpenRound"): Do(ASSESSING),
    ("assessment", "CloseRound"): Do(ASSESSING, "county"),
    ("assessment", "ReportTrigger"): Do(INSPECTOR | COORDINATOR),
    ("assessment", "ConfirmTrigger"): Do(COMMITTEE),
    ("assessment", "RejectTrigger"): Do(COMMITTEE),
    ("assessment", "EraseNarrative"): Do(frozenset({"privacy-officer"}), "installation"),
    ("assessment", "LiftVeto"): Do(COMMITTEE),
    ("notifications", "SetOrganCode"): Do(ORGANISERS),
    ("notifications", "GiveAuthorisation"): Do(ISSUERS),
    ("notifications", "RevokeAuthorisation"): Do(ISSUERS),
    ("notifications", "WriteNotice"): Do(ISSUERS),
    ("notifications", "ReleaseNotice"): Do(ISSUERS, "county"),
    ("notifications", "DiscardNotice"): Do(ISSUERS, "county"),
    ("notifications", "SettleNotice"): Do(ISSUERS, "county"),
    ("notifications", "EraseNotice"): Do(frozenset({"privacy-officer"}), "installation"),
    ("notifications", "SignForNotice"): Do(UNIT, "addressee"),
    ("notifications", "AnswerNotice"): Do(UNIT, "addressee"),
    ("notifications", "SubscribeWebhook"): Do(frozenset({"administrator"})),
    ("notifications", "RotateWebhookSecret"): Do(frozenset({"administrator"}), "county"),
    ("notifications", "EndWebhook"): Do(frozenset({"administrator"}), "county"),
    ("intake", "DiscloseIdentity"): Do(frozenset({"privacy-officer"}), "installation"),
    ("intake", "EraseComplaint"): Do(frozenset({"privacy-officer"}), "installation"),
    ("intake", "EraseReporter"): Do(frozenset({"privacy-officer"}), "installation"),
    ("intake", "ExportHandedUp"): Do(INTAKE, "county"),
    ("intake", "ConfirmHandedUp"): Do(INTAKE, "county"),
    ("complaints", "RegisterPetition"): Do(INTAKE),
    ("complaints", "ForwardPetition"): Do(REGISTRARS, "county"),
    ("complaints", "ReturnPetition"): Do(REGISTRARS, "county"),
    ("complaints", "AcceptPetition"): Do(REGISTRARS, "county"),
    ("complaints", "RefusePetition"): Do(REGISTRARS, "county"),
    ("complaints", "AssignPetition"): Do(SUPERVISOR, "county"),
    ("complaints", "ExtendPetition"): Do(SUPERVISOR, "county"),
    ("complaints", "TellReporter"): Do(HANDLERS, "county"),
    ("complaints", "ConcludePetition"): Do(HANDLERS, "county"),
    ("complaints", "TurnIntoClue"): Do(SUPERVISOR, "county"),
    ("complaints", "OpenClue"): Do(SUPERVISOR),
    ("complaints", "OfferCustody"): Do(HANDLERS, "county"),
    ("complaints", "TakeCustody"): Do(HANDLERS, "county"),
    ("complaints", "NameInClue"): Do(HANDLERS, "county"),
    ("complaints", "ProposeDisposal"): Do(HANDLERS, "county"),
    ("complaints", "TakeClueStep"): Do(HANDLERS, "county"),
    ("complaints", "NameInCase"): Do(HANDLERS, "county"),
    ("complaints", "RecordCaseStep"): Do(HANDLERS, "county"),
    ("complaints", "TransferCase"): Do(HANDLERS, "county"),
    ("complaints", "RecordRecovery"): Do(HANDLERS, "county"),
    ("complaints", "ApproveDisposal"): Do(COMMITTEE | SUPERVISOR, "county"),
    ("complaints", "ReportClueUp"): Do(SUPERVISOR, "county"),
    ("complaints", "AssignHandler"): Do(SUPERVISOR, "county"),
    ("complaints", "TakeHandlerOff"): Do(SUPERVISOR, "county"),
    ("complaints", "RecordForm"): Do(SUPERVISOR, "county"),
    ("complaints", "CloseCase"): Do(SUPERVISOR, "county"),
    ("complaints", "FileCase"): Do(COMMITTEE),
    ("complaints", "ConcludeCase"): Do(COMMITTEE, "county"),
    ("complaints", "ConcludeInquiry"): Do(COMMITTEE, "county"),
    ("complaints", "ProposeAccountability"): Do(HANDLERS),
    ("complaints", "RecordHearing"): Do(HANDLERS),
    ("complaints", "HoldAccountable"): Do(COMMITTEE),
    ("complaints", "DeclineAccountability"): Do(COMMITTEE),
    ("complaints", "UpholdDecision"): Do(COMMITTEE),
    ("complaints", "ChangeDecision"): Do(COMMITTEE),
    ("complaints", "RevokeDecision"): Do(COMMITTEE),
    ("complaints", "ServeDecision"): Do(SUPERVISOR),
    ("complaints", "AppealDecision"): Do(EVERYBODY, "anywhere"),
    ("complaints", "EraseTexts"): Do(frozenset({"privacy-officer"}), "installation"),
}
"""By service and command: its address in REST and its mutation alike. Those that only the system issues have none."""

PERSONAL: Mapping[str, Roles] = {
    "opinion-task": OPINION,
    "opinion-letter": OPINION,
    # A plan is the county's; the head of the bureau sees who endorsed what concerns the bureau.
    "opinion-plan": OPINION - IN_THE_UNIT,
    "narrative": TRAIL,
    "narrative-late": TRAIL,
    "narrative-about": TRAIL | {"unit-clerk"},  # whom it names
    "narrative-trigger": OF_TRIGGERS,
    "narrative-rejected": OF_TRIGGERS,
    # What a report says is told at the port alone, and who wrote it to whoever opened it, on that day.
    "report-words": HANDLERS,
    "report-accused": HANDLERS,
    "told": frozenset(),  # read with the receipt alone
    "told-redress": frozenset(),
    "answered": frozenset(),
    "substantiated-words": frozenset(),  # nobody asks for this one's words
    "reporter": frozenset(),
    "handed-up-words": frozenset(),
    "disclosure-reason": OF_DISCLOSURES,
    "letter": OF_LETTERS,
    "letter-waiting": frozenset(),  # nobody asks for this one
    "clue": CASES,
    "case-step": CASES,
    "facts": CASES,
    "unserved": frozenset(),  # test_accused asks for it by its identity
    "statement": frozenset(),  # what was said in a hearing is told to nobody through any address
}
"""Who in a county reads each of its personal texts, wherever it looks."""


# --- every row has its thing, every thing its row -------------------------------------------------------------------

K = TypeVar("K")


def matching(rows: Iterable[K], things: Iterable[K], where: str) -> None:
    """Every thing has its row and every row its thing; told by name."""
    there, known = set(things), set(rows)
    assert not (missing := sorted(map(str, there - known))), f"without a row in {where}: {missing}"
    assert not (gone := sorted(map(str, known - there))), f"rows of nothing in {where}: {gone}"


TOGETHER = "/graphql"
"""Where all subgraphs are asked as one."""
SCHEMAS: Mapping[str, GraphQLSchema] = {s.name: build_schema(s)._schema for s in SERVICES} | {TOGETHER: declared().api}
BY_NAME: Mapping[str, Service] = {s.name: s for s in SERVICES}


def fields_of(root: str, service: str) -> dict[str, GraphQLField]:
    """None where the service has nothing of the kind."""
    kind = SCHEMAS[service].type_map.get(root, GraphQLObjectType(root, {}))
    assert isinstance(kind, GraphQLObjectType)
    return {name: field for name, field in kind.fields.items() if not name.startswith("_")}


def mutation_name(action: str) -> str:
    return action[:1].lower() + action[1:]


def test_every_question_has_its_row() -> None:
    matching(QUESTIONS, [(s.name, q.path) for s in SERVICES for q in s.questions], "QUESTIONS")


def test_every_action_has_its_row() -> None:
    matching(ACTIONS, [(s.name, a.name) for s in SERVICES for a in reachable(s.actions)], "ACTIONS")


def test_every_query_field_has_its_row() -> None:
    matching(FIELDS, [(s.name, name) for s in SERVICES for name in fields_of("Query", s.name)], "FIELDS")


def test_all_together_answer_what_each_answers() -> None:
    matching([*(name for _, name in FIELDS), "node"], fields_of("Query", TOGETHER), "FIELDS")
    matching([mutation_name(action) for _, action in ACTIONS], fields_of("Mutation", TOGETHER), "ACTIONS")


def test_every_mutation_has_its_row() -> None:
    rows = [(service, mutation_name(action)) for service, action in ACTIONS]
    matching(rows, [(s.name, name) for s in SERVICES for name in fields_of("Mutation", s.name)], "ACTIONS")


def test_every_entity_type_has_its_row() -> None:
    resolved = {s.name: SCHEMAS[s.name].type_map.get("_Entity") for s in SERVICES}
    there = [(name, kind.name) for name, union in resolved.items() if union for kind in union.types]  # type: ignore[attr-defined]
    matching([*ENTITIES, *REFERENCES], there, "ENTITIES")
    assert {name for service, kind in REFERENCES for name in SCHEMAS[service].type_map[kind].fields} == {"id"}  # type: ignore[attr-defined]


def test_every_personal_text_has_its_row(world: TwoDivisions) -> None:
    for division in world.divisions:
        matching(PERSONAL, division.texts, "PERSONAL")


def test_a_question_without_its_row_is_told_by_name() -> None:
    with pytest.raises(AssertionError, match=r"without a row in QUESTIONS: .*'ledger', 'plans/\{plan\}/secrets'"):
        matching(QUESTIONS, [*QUESTIONS, ("ledger", "plans/{plan}/secrets")], "QUESTIONS")


# --- the walk -------------------------------------------------------------------------------------------------------


class ChangesNothing:
    """A service whose every command asserts a version that nothing has: what is permitted ends as version-mismatch.

    Permission is looked at before the version, and the version before the rule.
    """

    def __init__(self, running: Running) -> None:
        self._running = running

    @property
    def service(self) -> Service:
        return self._running.service

    async def handle(
        self,
        action: Action,
        command: Any,
        person: PersonId,
        key: str,
        *,
        program: Program | None = None,
        traceparent: str | None = None,
        if_version: int | None = None,
    ) -> Done | Refused:
        return await self._running.handle(action, command, person, key, program=program, if_version=-1)

    async def feed_number(self, done: Done) -> int | None:
        return await self._running.feed_number(done)

    def principal(self, person: PersonId) -> Principal:
        return self._running.principal(person)

    async def reading(
        self,
        person: PersonId | None,
        position: int | None,
        feeds: Mapping[str, int] | None = None,
        program: Program | None = None,
    ) -> Reading | None:
        return await self._running.reading(person, position, feeds, program)


@dataclass
class Walk:
    """Asks as one of several people, and looks at every answer to a person of 白水县 for anything of 青溪县."""

    world: TwoDivisions
    client: Client
    foreign: tuple[str, ...]
    tokens: dict[PersonId, str]

    async def send(self, method: str, path: str, person: PersonId | None, **sent: Any) -> Any:
        token = None
        if person is not None:
            token = self.tokens.setdefault(person, self.world.token(person))
        address = path if path.startswith("/") else f"/api/{path}"
        answer = await self.client.send(method, address, person=None, token=token, **sent)
        if person != self.world.whole:
            text = answer.body.decode()
            leaked = [secret for secret in self.foreign if secret in text]
            assert not leaked, f"{method} {path} tells of the other county: {leaked} in {text[:2000]}"
        return answer

    async def graphql(self, service: str, query: str, person: PersonId | None, **variables: Any) -> Any:
        """Asks the subgraph of a service, or all of them together where `service` is TOGETHER."""
        body = {"query": query, "variables": variables}
        path = "/graphql" if service == TOGETHER else f"{service}/graphql"
        return await self.send("POST", path, person, json=body)


@pytest.fixture(scope="module")
async def walk(world: TwoDivisions) -> AsyncIterator[Walk]:
    before = await world.heads()
    app = world.application([ChangesNothing(running) for running in world.office.services.values()])
    async with served(app) as base:
        client = dataclasses.replace(world.client, base=base)
        yield Walk(world, client, secrets_of(world.qingxi), {})
    assert await world.heads() == before, "the walk changed something"


_AT_ONCE = 32


async def at_once(cases: Iterable[Coroutine[Any, Any, None]]) -> None:
    """All cases, as many at once as one client may have; the first that fails, once all have ended."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def placed(case: Coroutine[Any, Any, None]) -> None:
        async with places:
            await case

    failed = [one for one in await asyncio.gather(*map(placed, cases), return_exceptions=True) if one is not None]
    if failed:
        raise failed[0]


def secrets_of(division: Division) -> tuple[str, ...]:
    """Whatever tells of a county: its mark, and every identity in it."""
    ids = [i for i in division.ids.values() if len(i) > 30]
    found = {division.mark, *ids, *division.people.values(), *division.posts.values(), *division.tasks.values()}
    return tuple(sorted(found))


def people(world: TwoDivisions) -> Iterable[tuple[str, PersonId]]:
    """Everybody of 白水县 by their role, and the outsider."""
    for role in ROLES:
        yield role, world.baishui.people[role]
    yield "outsider", world.outsider


def named(cases: Iterable[tuple[str, str]]) -> pytest.MarkDecorator:
    cases = list(cases)
    return pytest.mark.parametrize(("service", "name"), cases, ids=[f"{s}-{n}" for s, n in cases])


def filled(path: str, ids: Mapping[str, str]) -> str:
    return path.format_map({"year": "2026", **ids})


def status_of_one(row: One, role: str, *, own: bool) -> int:
    if row.may is not None and role not in row.may:
        return 403
    if role == "outsider" or not own:
        return 404
    return 200 if role in row.readers else 404 if row.hidden else 403


def finds_something(row: Many, role: str, *, own: bool) -> bool | None:
    """Whether a list has items; None when it is refused."""
    if row.may is not None and role not in row.may:
        return None
    return own and role in row.readers


@named(QUESTIONS)
async def test_a_question_is_answered_to_those_of_its_row(service: str, name: str, walk: Walk) -> None:
    row, world = QUESTIONS[service, name], walk.world
    question = next(q for q in BY_NAME[service].questions if q.path == name)
    own, other = filled(name, world.baishui.ids), filled(name, world.qingxi.ids)
    assert (await walk.send("GET", f"{service}/{own}", None)).status == 401
    for path in (own, other):
        answer = await walk.send("GET", f"{service}/{path}", world.whole)
        assert answer.status == 200, f"{path} is not answered to who sees everything: {answer.json}"
        assert not isinstance(row, Many) or answer.json["items"]
    asked = [(own, True)]
    asked += [(other, False)] if other != own else []
    if isinstance(row, Many):
        asked += [(f"{own}?{filter_}", False) for filter_ in filters(question, world.qingxi)]

    async def case(role: str, person: PersonId, path: str, is_own: bool) -> None:
        answer = await walk.send("GET", f"{service}/{path}", person)
        what = f"{role} asks {path}: {answer.status} {answer.json}"
        match row:
            case Open():
                assert answer.status == 200, what
            case One():
                assert answer.status == status_of_one(row, role, own=is_own), what
            case Many():
                wanted = finds_something(row, role, own=is_own)
                assert answer.status == (403 if wanted is None else 200), what
                assert wanted is None or bool(answer.json["items"]) is wanted, what

    await at_once(case(role, person, path, own) for role, person in people(world) for path, own in asked)


def filters(question: Question, division: Division) -> list[str]:
    """The list limited to things of a county, one query for each parameter that names one."""
    names = [f.name for f in dataclasses.fields(question.params) if f.name not in path_fields(question.path)]
    return [f"{name}={division.ids[name]}" for name in names if len(division.ids.get(name, "")) > 30]


# --- actions and mutations ------------------------------------------------------------------------------------------


def code_of_action(row: Do, role: str, *, own: bool) -> str:
    """What a command is refused with; version-mismatch when the person may give it."""
    if row.at == "installation":
        return "not-allowed"
    if row.at == "addressee":
        return "not-allowed" if role == "outsider" else "version-mismatch" if own and role in row.may else "not-found"
    if row.at == "anywhere":
        return "version-mismatch" if role in row.may else "not-allowed"
    if not own or role == "outsider" or (row.at == "county" and role in IN_THE_UNIT):
        return "not-found"
    return "version-mismatch" if role in row.may else "not-allowed"


def sample(hint: Any, name: str, of: Division, *, graphql: bool) -> Any:
    """A value that a field of this type takes; identities are of the county."""
    origin, args = get_origin(hint), get_args(hint)
    if isinstance(hint, NewType) and hint.__supertype__ is str and hint is not PublicText:
        return of.ids[re.sub(r"Id$", "", hint.__name__).lower()]
    if origin is Literal:
        word = of.ids[name] if name in of.ids and of.ids[name] in args else args[0]
        return re.sub(r"\W", "_", str(word)).upper() if graphql else word
    if origin in (Union, types.UnionType):
        return sample(next(arg for arg in args if arg is not type(None)), name, of, graphql=graphql)
    if origin is tuple:
        return [sample(args[0], name, of, graphql=graphql)]
    if dataclasses.is_dataclass(hint) and isinstance(hint, type) and hint is not PersonalText:
        return body_of(hint, of, graphql=graphql)
    plain: Mapping[Any, Any] = {
        bool: False,
        int: 2026 if name == "year" else 1,
        Decimal: "50",
        date: "2026-01-10",
        datetime: "2026-03-01T09:00:00+08:00",
    }
    if hint in plain:
        return plain[hint]
    texts = {
        "term": "comprehensive-checks-per-year",
        "log": "ledger",
        "subject": f"person/{of.ids['person']}",
        "code": "YL-9",
        "credit_code": "91350100M000100Y43",
        "division_code": "530100",
    }
    return texts.get(name, "一段文字" if hint in (PersonalText, PublicText) else "1")


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)


def body_of(kind: type, of: Division, leave_out: Iterable[str] = (), *, graphql: bool = False) -> dict[str, Any]:
    hints = get_type_hints(kind)
    names = [f.name for f in dataclasses.fields(kind) if f.name not in set(leave_out)]
    return {(camel(n) if graphql else n): sample(hints[n], n, of, graphql=graphql) for n in names}


@named(ACTIONS)
async def test_an_action_is_open_to_those_of_its_row(service: str, name: str, walk: Walk) -> None:
    row, world = ACTIONS[service, name], walk.world
    action = next(a for a in BY_NAME[service].actions if a.name == name)
    leave_out = [*path_fields(action.path), *([action.creates] if action.creates else [])]

    async def code(person: PersonId | None, of: Division) -> str:
        path = filled(action.path, {"term": "comprehensive-checks-per-year", "log": "ledger", **of.ids})
        body = body_of(action.command, of, leave_out)
        answer = await walk.send("POST", f"{service}/{path}", person, json=body, key=uuid4().hex)
        assert answer.status >= 400, f"{name} was carried out: {answer.json}"
        return str(answer.json["code"])

    assert await code(None, world.baishui) == "token-missing"
    wanted = "not-found" if row.at == "addressee" else "version-mismatch"
    assert await code(world.whole, world.baishui) == await code(world.whole, world.qingxi) == wanted

    async def case(role: str, person: PersonId, division: Division) -> None:
        wanted = code_of_action(row, role, own=division is world.baishui)
        assert await code(person, division) == wanted, f"{role} does {name} in {division.name}"

    await at_once(case(role, person, of) for role, person in people(world) for of in world.divisions)


@named(ACTIONS)
async def test_a_mutation_is_open_to_those_of_its_row(service: str, name: str, walk: Walk) -> None:
    row, world = ACTIONS[service, name], walk.world
    action = next(a for a in BY_NAME[service].actions if a.name == name)
    field = fields_of("Mutation", service)[mutation_name(name)]
    kind = field.args["input"].type
    query = (
        f"mutation ($key: String!, $input: {kind}) {{ "
        f"{mutation_name(name)}(key: $key, input: $input) {{ __typename ... on Refusal {{ code }} }} }}"
    )
    leave_out = [action.creates] if action.creates else []

    async def code(person: PersonId | None, of: Division) -> str:
        body = body_of(action.command, of, leave_out, graphql=True)
        answer = await walk.graphql(service, query, person, key=uuid4().hex, input=body)
        if answer.status != 200:
            return str(answer.json["code"])
        assert "errors" not in answer.json, answer.json
        return str(answer.json["data"][mutation_name(name)].get("code"))

    assert await code(None, world.baishui) == "token-missing"
    wanted = "not-found" if row.at == "addressee" else "version-mismatch"
    assert await code(world.whole, world.baishui) == await code(world.whole, world.qingxi) == wanted

    async def case(role: str, person: PersonId, division: Division) -> None:
        wanted = code_of_action(row, role, own=division is world.baishui)
        assert await code(person, division) == wanted, f"{role} does {name} in {division.name}"

    await at_once(case(role, person, of) for role, person in people(world) for of in world.divisions)


# --- query fields and entities --------------------------------------------------------------------------------------


def selection(kind: Any, depth: int) -> str:
    """Everything that can be asked of a type without arguments, objects to a depth."""
    named_type = get_named_type(kind)
    if is_leaf_type(named_type):
        return ""
    wanted = []
    for name, field in named_type.fields.items():
        if any(is_required_argument(argument) for argument in field.args.values()):
            continue
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            wanted.append(name)
        elif depth > 0 and (within := selection(inner, depth - 1)):
            wanted.append(f"{name} {within}")
    return f"{{ {' '.join(wanted)} }}" if wanted else ""


def ids_for(service: str, name: str, field: GraphQLField, of: Division) -> str:
    """The arguments that a field needs, of the county."""
    given: dict[str, str | int] = {"year": 2026, **of.ids, "id": of.ids.get(name, "")}
    wanted = [n for n, argument in field.args.items() if is_required_argument(argument)]
    text = ", ".join(f"{n}: {json.dumps(given[n])}" for n in wanted)
    return f"({text})" if text else ""


def refused_with(answer: Any) -> set[str]:
    """The codes of errors about the field itself, or the entity by its place; not those about a field within it."""
    errors = answer.json.get("errors", ())
    return {e["extensions"]["code"] for e in errors if not any(isinstance(step, str) for step in e["path"][1:])}


@pytest.mark.parametrize("together", [False, True], ids=["alone", "together"])
@named(FIELDS)
async def test_a_query_field_is_answered_to_those_of_its_row(
    service: str, name: str, together: bool, walk: Walk
) -> None:
    """By the service alone; and by all together, where what other services know of the same things is asked too."""
    row, world = FIELDS[service, name], walk.world
    where = TOGETHER if together else service
    field = fields_of("Query", where)[name]
    # What the ledger tells of its own things is walked one by one below; of others' lists the joined things are asked too.
    depth = 1 if not isinstance(row, Many) else 3 if together and service != "ledger" else 2
    inner = selection(field.type, depth)

    async def ask(person: PersonId | None, of: Division, more: str = "") -> Any:
        arguments = ids_for(service, name, field, of) if not more else f"({more})"
        return await walk.graphql(where, f"{{ {name}{arguments} {inner} }}", person)

    nobody = await ask(None, world.baishui)
    assert refused_with(nobody) == {"token-missing"} if together else nobody.status == 401
    for division in world.divisions:
        found = (await ask(world.whole, division)).json["data"][name]
        assert found, f"{name} of {division.name} is not answered to who sees everything"
        assert found.get("edges", True), f"{name} of {division.name} is empty to who sees everything"
    narrowed = not isinstance(row, One) and not together  # what narrows a list is the service's own affair
    optional = [n for n in field.args if len(world.qingxi.ids.get(n, "")) > 30 and narrowed]
    asked: list[tuple[Division, str]] = [(world.baishui, ""), (world.qingxi, "")]
    required = [f"{n}: 2026" for n, a in field.args.items() if is_required_argument(a)]
    asked += [(world.qingxi, ", ".join([*required, f'{n}: "{world.qingxi.ids[n]}"'])) for n in optional]

    async def case(role: str, person: PersonId, division: Division, more: str) -> None:
        answer = await ask(person, division, more)
        own = division is world.baishui or (isinstance(row, Many) and not more)
        check(row, role, answer, (answer.json.get("data") or {}).get(name), own, f"{role} asks {name} {more}")

    await at_once(case(role, person, of, more) for role, person in people(world) for of, more in asked)


def check(row: Expected, role: str, answer: Any, found: Any, own: bool, what: str) -> None:
    """A list's items, or the one thing, as the row says; null or empty for others, and refused where it is refused."""
    if isinstance(row, Open):
        assert found or not own, f"{what}: {answer.json}"
        return
    told = found["edges"] if isinstance(row, Many) and found else found
    if row.may is not None and role not in row.may:
        assert not told, f"{what}: {answer.json}"
        assert refused_with(answer) == {"not-allowed"}, f"{what}: {answer.json}"
        return
    assert bool(told) is (own and role in row.readers), f"{what}: {answer.json}"
    assert not refused_with(answer), f"{what}: {answer.json}"


async def keys_of(walk: Walk, of: Division) -> Mapping[tuple[str, str], str]:
    """The key of one thing of each entity type."""
    ids, world = of.ids, walk.world
    standing = await walk.graphql(
        "assessment", f'{{ standing(year: 2026, unit: "{ids["unit"]}") {{ lines {{ id }} }} }}', world.whole
    )
    plain = {kind: ids[kind.lower()] for kind in ("Finding", "Inspection", "Letter", "Plan", "Project", "Task", "Unit")}
    return {
        **{("ledger", kind): key for kind, key in plain.items()},
        ("ledger", "Person"): ids["person"],
        ("ledger", "Signature"): f"task/{ids['task']}|endorsement|{of.people['coordinator']}|2",
        ("assessment", "Line"): standing.json["data"]["standing"]["lines"][0]["id"],
        ("assessment", "Round"): f"{ids['scheme']}|{ids['kind']}",
        ("assessment", "RoundScore"): f"{ids['scheme']}|{ids['kind']}|{ids['unit']}",
        ("assessment", "Scheme"): ids["scheme"],
        ("assessment", "Standing"): f"2026|{ids['unit']}",
        ("assessment", "Trigger"): ids["trigger"],
        ("assessment", "Unit"): ids["unit"],
        ("assessment", "Veto"): f"{ids['scheme']}|{ids['unit']}",
        ("notifications", "Unit"): ids["unit"],
        ("notifications", "Notice"): ids["notice"],
        ("complaints", "Unit"): ids["unit"],
        ("complaints", "Petition"): ids["complaint"],
        ("complaints", "Clue"): ids["clue"],
        ("complaints", "Case"): ids["case"],
        ("complaints", "Decision"): ids["decision"],
    }


@named(ENTITIES)
async def test_an_entity_is_resolved_for_those_of_its_row(service: str, name: str, walk: Walk) -> None:
    row, world = ENTITIES[service, name], walk.world
    inner = selection(SCHEMAS[service].type_map[name], 1)
    query = f"query ($of: [_Any!]!) {{ _entities(representations: $of) {{ ... on {name} {inner} }} }}"
    keys = [(division, (await keys_of(walk, division))[service, name]) for division in world.divisions]

    async def ask(person: PersonId | None, key: str) -> Any:
        return await walk.graphql(service, query, person, of=[{"__typename": name, "id": key}])

    for _, key in keys:
        assert (await ask(None, key)).status == 401
        assert (await ask(world.whole, key)).json["data"]["_entities"][0], f"{name} is not resolved at all"

    async def case(role: str, person: PersonId, division: Division, key: str) -> None:
        answer = await ask(person, key)
        found = ((answer.json.get("data") or {}).get("_entities") or [None])[0]
        check(row, role, answer, found, division is world.baishui, f"{role} asks {name} of {division.name}")

    asked = keys[:1] if isinstance(row, Open) else keys
    await at_once(case(role, person, of, key) for role, person in people(world) for of, key in asked)


@named(ENTITIES)
async def test_a_node_is_told_to_those_of_its_row(service: str, name: str, walk: Walk) -> None:
    """An identity opens nothing: what it names is asked of whoever knows it, as the asker."""
    row, world = ENTITIES[service, name], walk.world
    inner = selection(SCHEMAS[TOGETHER].type_map[name], 1)
    query = f"query ($id: ID!) {{ node(id: $id) {{ ... on {name} {inner} }} }}"
    keys = [(division, (await keys_of(walk, division))[service, name]) for division in world.divisions]

    async def ask(person: PersonId | None, key: str) -> Any:
        return await walk.graphql(TOGETHER, query, person, id=node_id(name, key))

    for _, key in keys:
        assert not (await ask(None, key)).json["data"]["node"]
        found = (await ask(world.whole, key)).json["data"]["node"]
        assert (found["id"], found["nodeId"]) == (key, node_id(name, key))

    async def case(role: str, person: PersonId, division: Division, key: str) -> None:
        answer = await ask(person, key)
        own = division is world.baishui
        check(row, role, answer, answer.json["data"]["node"], own, f"{role} asks {name} of {division.name}")

    asked = keys[:1] if isinstance(row, Open) else keys
    await at_once(case(role, person, of, key) for role, person in people(world) for of, key in asked)


# --- portals --------------------------------------------------------------------------------------------------------

OPEN_TO_PORTALS: Mapping[tuple[str, str], Scope] = {
    ("ledger", "units"): "public:read",
    ("ledger", "units/{unit}"): "public:read",
    ("ledger", "calendar/{year}"): "public:read",
    ("ledger", "terms"): "public:read",
    ("notifications", "webhooks"): "webhooks:manage",
}
"""By service and path of `GET` what a portal with the scope is answered. Everything else is refused, whatever its scopes."""

ACTIONS_OF_PORTALS: Mapping[tuple[str, str], Scope] = {
    ("notifications", "SubscribeWebhook"): "webhooks:manage",
    ("notifications", "RotateWebhookSecret"): "webhooks:manage",
    ("notifications", "EndWebhook"): "webhooks:manage",
}
"""By service and command what a portal with the scope may do."""


def portal_token(world: TwoDivisions, scopes: Iterable[str]) -> str:
    """Of 白水县's website: it is registered with every scope, and its token says these."""
    return world.issuer.mint_for_client(world.baishui.ids["portal"], scopes)


@named(QUESTIONS)
async def test_a_portal_is_answered_what_asks_for_one_of_its_scopes(service: str, name: str, walk: Walk) -> None:
    world, scope = walk.world, OPEN_TO_PORTALS.get((service, name))
    every = portal_token(world, get_args(Scope))
    for of in world.divisions:
        answer = await walk.client.send("GET", f"/api/{service}/{filled(name, of.ids)}", person=None, token=every)
        foreign = [secret for secret in walk.foreign if secret in answer.body.decode()]
        assert not foreign, f"{name} tells of the other county: {foreign}"
        reached = of is world.baishui or isinstance(QUESTIONS[service, name], Open | Many)
        assert answer.status == (403 if scope is None else 200 if reached else 404), (name, of.name, answer.json)
    others = portal_token(world, [one for one in get_args(Scope) if one != scope])
    answer = await walk.client.send(
        "GET", f"/api/{service}/{filled(name, world.baishui.ids)}", person=None, token=others
    )
    assert answer.status == 403, answer.json


@named(ACTIONS)
async def test_a_portal_does_what_asks_for_one_of_its_scopes(service: str, name: str, walk: Walk) -> None:
    world, scope = walk.world, ACTIONS_OF_PORTALS.get((service, name))
    action = next(a for a in BY_NAME[service].actions if a.name == name)
    leave_out = [*path_fields(action.path), *([action.creates] if action.creates else [])]

    async def code(scopes: Iterable[str], of: Division) -> str:
        path = filled(action.path, {"term": "comprehensive-checks-per-year", "log": "ledger", **of.ids})
        body = body_of(action.command, of, leave_out)
        token = portal_token(world, scopes)
        path = f"/api/{service}/{path}"
        answer = await walk.client.send("POST", path, person=None, token=token, json=body, key=uuid4().hex)
        return str(answer.json["code"])

    assert await code(get_args(Scope), world.baishui) == ("not-allowed" if scope is None else "version-mismatch")
    assert await code(get_args(Scope), world.qingxi) in ("not-allowed" if scope is None else "not-found")
    assert await code([one for one in get_args(Scope) if one != scope], world.baishui) == "not-allowed"


DOORS_OF_PORTALS: Mapping[tuple[str, str], Scope] = {
    ("intake", "receipts"): "complaints:lodge",
    ("intake", "complaints"): "complaints:lodge",
    ("intake", "follow"): "complaints:follow",
    ("intake", "messages"): "complaints:follow",
    ("intake", "ratings"): "complaints:follow",
    ("intake", "proof"): "complaints:follow",
    ("intake", "proof/check"): "complaints:follow",
}
"""By service and door what a portal that shows its token needs; the others are for officials alone."""


@named([(s.name, door.path) for s in SERVICES for door in s.doors])
async def test_a_portal_comes_in_by_the_doors_of_its_scopes(service: str, name: str, walk: Walk) -> None:
    world, scope = walk.world, DOORS_OF_PORTALS.get((service, name))
    door = next(door for door in BY_NAME[service].doors if door.path == name)

    async def code(token: str) -> str | None:
        path = f"/api/{service}/{name}"
        answer = await walk.client.send("POST", path, json=dict(door.example), person=None, token=token)
        return answer.json.get("code") if answer.status >= 400 else None

    assert (await code(portal_token(world, get_args(Scope))) == "not-allowed") is (scope is None)
    assert await code(portal_token(world, [one for one in get_args(Scope) if one != scope])) == "not-allowed"
    assert await code("not-a-token") == "token-malformed"


@pytest.mark.parametrize("service", [*BY_NAME])
async def test_a_portal_asks_no_subgraph(service: str, walk: Walk) -> None:
    token = portal_token(walk.world, get_args(Scope))
    body = {"query": "{ __typename }"}
    answer = await walk.client.send("POST", f"/api/{service}/graphql", person=None, token=token, json=body)
    assert (answer.status, answer.json["code"]) == (403, "not-allowed")


# --- what is personal -----------------------------------------------------------------------------------------------


async def told_to(walk: Walk, person: PersonId, of: Division) -> str:
    """Everything that somebody can be told of a county over REST, one thing of each kind and all lists."""
    bodies: list[str] = []
    variants = [of.ids, {**of.ids, "finding": of.ids["finding-about"], "unit": of.ids["county"]}]
    variants.append({**of.ids, "finding": of.ids["finding-late"], "trigger": of.ids["trigger-rejected"]})
    addresses = {f"{service}/{filled(path, ids)}" for service, path in QUESTIONS for ids in variants}

    async def case(address: str) -> None:
        answer = await walk.send("GET", address, person)
        assert answer.status not in (429, 503), address
        bodies.append(answer.body.decode())

    await at_once(map(case, sorted(addresses)))
    return "\n".join(bodies)


@pytest.mark.parametrize("role", [*ROLES, "outsider"])
async def test_personal_texts_are_told_to_those_permitted_alone(role: str, walk: Walk) -> None:
    world = walk.world
    own = world.baishui
    person = world.outsider if role == "outsider" else own.people[role]
    told = await told_to(walk, person, own)
    read = {name for name, text in own.texts.items() if text in told}
    assert read == {name for name, readers in PERSONAL.items() if role in readers}


@pytest.mark.parametrize("role", [*ROLES, "outsider"])
async def test_names_are_told_to_those_who_see_a_unit_of_the_person(role: str, walk: Walk) -> None:
    world = walk.world
    own = world.baishui
    person = world.outsider if role == "outsider" else own.people[role]
    query = "query ($of: [_Any!]!) { _entities(representations: $of) { ... on Person { name } } }"
    known = set()
    for division in world.divisions:
        of = [{"__typename": "Person", "id": who} for who in division.people.values()]
        answer = await walk.graphql("ledger", query, person, of=of)
        told = [each["name"] for each in answer.json["data"]["_entities"]]
        known |= {
            (division.name, called)
            for called, name in zip(division.people, told, strict=True)
            if name == division.names[called]
        }
    everybody = {(own.name, called) for called in own.people}
    in_the_unit = {(own.name, called) for called in IN_THE_UNIT}
    wanted = set() if role == "outsider" else in_the_unit if role in IN_THE_UNIT else everybody
    assert known == wanted


# --- where posts and plans meet -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["coordinator", "unit-head", "auditor"])
async def test_of_a_plan_of_the_city_a_county_is_told_its_own_tasks_alone(role: str, walk: Walk) -> None:
    """The city's plan is seen by everybody below it; the tasks in it only by those whom they concern."""
    world = walk.world
    person = world.baishui.people[role]
    for service, path in QUESTIONS:
        if "{plan}" in path:
            await walk.send("GET", f"{service}/{filled(path, world.city_ids)}", person)
    coverage = await walk.send("GET", f"ledger/plans/{world.city_ids['plan']}/coverage", person)
    assert [duty["task"] for duty in coverage.json["duties"]] == [world.baishui.tasks["city"]]
    inner = selection(SCHEMAS["ledger"].type_map["Plan"], 2)
    await walk.graphql("ledger", f'{{ plan(id: "{world.city_ids["plan"]}") {inner} }}', person)


async def test_a_role_held_in_one_county_opens_nothing_in_another_where_only_a_lesser_post_is_held(walk: Walk) -> None:
    """Coordinator in 白水县 and clerk in 青溪县: there no trail, no narrative, no opinion, and no report of a trigger."""
    world = walk.world
    other = world.qingxi
    answered = []
    for service, path in QUESTIONS:
        for ids in (other.ids, {**other.ids, "finding": other.ids["finding-about"]}):
            token = world.token(world.straddler)
            address = f"/api/{service}/{filled(path, ids)}"
            answer = await walk.client.send("GET", address, person=None, token=token)
            answered.append(answer.body.decode())
            if path.endswith("/trail"):
                assert answer.status == 403, address
            if path.startswith("triggers/"):
                assert answer.status == 404, address
    told = "\n".join(answered)
    assert other.ids["task"] in told  # what a clerk sees is there
    assert [name for name, text in other.texts.items() if text in told] == ["letter"]  # which went to the unit
    assert other.ids["trigger-rejected"] not in told


async def test_nobody_names_a_person_of_another_county(world: TwoDivisions) -> None:
    before = await world.heads()
    answer = await world.client.send(
        "POST",
        f"/api/ledger/persons/{world.qingxi.ids['person']}/name",
        {"name": "改名"},
        person=world.baishui.people["coordinator"],
        key="name-of-another",
    )
    assert (answer.status, answer.json["code"]) == (422, "person-out-of-reach")
    assert await world.heads() == before
