"""云岭市 as the complaints service knows it: the directory, the terms, a clue that became a case, and who acts.

Identities are readable here; in service they are random.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from services.complaints import events as e
from services.complaints.events import CaseId, ClueId, DecisionId
from services.complaints.main import SERVICE
from services.intake.events import ComplaintId, ComplaintLodged
from shared.directory import PostCreated, PostFilled, Role, UnitKind, UnitRegistered
from shared.domain import Actor, PersonalText, PersonId, PostId, PublicText, UnitId
from shared.terms import read_terms
from tests.support.spec import Rules

complaints = Rules(
    SERVICE.actions, SERVICE.folds, SERVICE.own, foreign=("unit", "post", "term", "calendar", "complaint")
)

FOUNDED = date(2020, 1, 1)
CITY, DISCIPLINE = UnitId("云岭市委"), UnitId("市纪委")
WATER, RIVERS, FINANCE = UnitId("市水务局"), UnitId("河道科"), UnitId("市财政局")


def unit(id: UnitId, kind: UnitKind, parent: UnitId | None, order: int) -> UnitRegistered:
    return UnitRegistered(id, f"YL-{id}", PublicText(id), None, kind, "city", parent, order, None, None, FOUNDED)


def post(
    name: str, of: UnitId, roles: tuple[Role, ...], holder: str, over: UnitId | None = None, leads: bool = False
) -> tuple[Any, ...]:
    id = PostId(name)
    return (
        PostCreated(id, of, PublicText(name), roles, leads, over or of, FOUNDED),
        PostFilled(id, PersonId(holder), FOUNDED),
    )


def actor(person: str, post: str) -> Actor:
    return Actor(person, PostId(post))


YUNLING: tuple[Any, ...] = (
    unit(CITY, "committee", None, 1),
    unit(DISCIPLINE, "committee", CITY, 2),
    unit(WATER, "department", CITY, 3),
    unit(RIVERS, "section", WATER, 4),
    unit(FINANCE, "department", CITY, 5),
    *post("案管室主任", DISCIPLINE, ("case-supervisor",), "严谨", over=CITY),
    *post("信访室接待员", DISCIPLINE, ("intake-clerk",), "云书", over=CITY),
    *post("审查室承办人", DISCIPLINE, ("case-handler",), "方正", over=CITY),
    *post("审查室承办人二", DISCIPLINE, ("case-handler",), "高洁", over=CITY),
    *post("驻财政局纪检组承办人", FINANCE, ("case-handler",), "钱进"),
    *post("审定委员会主任", DISCIPLINE, ("committee",), "齐岳", over=CITY),
    *post("审定委员会委员", DISCIPLINE, ("committee",), "衡平", over=CITY),
    *post("隐私官", CITY, ("privacy-officer",), "尹安"),
    *post("水务局局长", WATER, ("unit-head",), "江澜", leads=True),
    *post("水务局副局长", WATER, ("unit-head", "case-handler", "committee"), "沈波", over=CITY),
    *post("河道科科长", RIVERS, ("unit-head",), "何川", leads=True),
    *read_terms(SERVICE.terms),
)

SUPERVISOR, HANDLER, SECOND = (
    actor("严谨", "案管室主任"),
    actor("方正", "审查室承办人"),
    actor("高洁", "审查室承办人二"),
)
CHAIR, MEMBER, PRIVACY = actor("齐岳", "审定委员会主任"), actor("衡平", "审定委员会委员"), actor("尹安", "隐私官")
WATER_HEAD, WATER_DEPUTY, RIVERS_HEAD = (
    actor("江澜", "水务局局长"),
    actor("沈波", "水务局副局长"),
    actor("何川", "河道科科长"),
)
CLERK = actor("云书", "信访室接待员")
SYSTEM = Actor("system/complaints")

CLUE, CASE, DECISION = ClueId("线索一"), CaseId("案件一"), DecisionId("决定一")
JIANG, SHEN, HE = PersonId("江澜"), PersonId("沈波"), PersonId("何川")
FANG, GAO, QIAN = PersonId("方正"), PersonId("高洁"), PersonId("钱进")
PAPER = PublicText("云纪发〔2026〕6号")
SECRET = PersonalText("清淤工程款去向不明")
MARCH_2 = date(2026, 3, 2)
TODAY = date(2026, 3, 16)

OPENED = e.ClueOpened(CLUE, DISCIPLINE, "petition", "petition/信访一", WATER, (JIANG,), None, FANG, MARCH_2, SUPERVISOR)
STUDIED = e.DisposalProposed(CLUE, DISCIPLINE, "preliminary-verification", PAPER, MARCH_2, HANDLER)
APPROVED = e.DisposalApproved(CLUE, DISCIPLINE, "preliminary-verification", PAPER, MARCH_2, CHAIR)
VERIFIED = e.ClueStepTaken(CLUE, DISCIPLINE, "verification-reported", MARCH_2, HANDLER)
CLUE_VERIFIED: tuple[Any, ...] = (*YUNLING, OPENED, e.ClueDescribed(CLUE, SECRET), STUDIED, APPROVED, VERIFIED)

FACTS_ON = date(2026, 1, 20)
FILED = e.CaseFiled(CASE, CLUE, DISCIPLINE, WATER, (JIANG,), None, FACTS_ON, PAPER, MARCH_2, CHAIR)
ASSIGNED = e.HandlerAssigned(CASE, DISCIPLINE, FANG, None, None, SUPERVISOR)
CASE_RUNNING: tuple[Any, ...] = (*CLUE_VERIFIED, FILED, e.ClueBecameCase(CLUE, DISCIPLINE, CASE), ASSIGNED)

SIGNER = e.Signer(HE, PostId("河道科科长"), "claim", "task/清淤", date(2026, 1, 8), "事实一")
CONCLUDED = e.CaseConcluded(CASE, DISCIPLINE, True, False, PAPER, MARCH_2, CHAIR)
INQUIRY = e.LeadershipInquiryOpened(CASE, DISCIPLINE, WATER, None, FACTS_ON, (SIGNER,), 90)
CASE_CONCLUDED: tuple[Any, ...] = (*CASE_RUNNING, CONCLUDED, INQUIRY)

PROPOSED = e.AccountabilityProposed(
    DECISION,
    CASE,
    WATER,
    JIANG,
    PostId("水务局局长"),
    "chief",
    ("DX-03",),
    "main-leadership",
    "admonition",
    "ordinary",
    None,
    FACTS_ON,
    (FANG,),
    MARCH_2,
    SUPERVISOR,
)
HEARD = e.PersonHeard(DECISION, WATER, False, PersonalText("本人已组织排查"), MARCH_2, SUPERVISOR)
HELD = e.PersonHeldAccountable(
    DECISION,
    JIANG,
    PostId("水务局局长"),
    WATER,
    "chief",
    ("DX-03",),
    "main-leadership",
    "admonition",
    FACTS_ON,
    DISCIPLINE,
    MARCH_2,
    date(2026, 9, 2),
    PAPER,
    CHAIR,
)
SERVED = e.AccountabilityServed(
    DECISION,
    JIANG,
    WATER,
    "chief",
    ("DX-03",),
    "main-leadership",
    "admonition",
    FACTS_ON,
    MARCH_2,
    date(2026, 4, 2),
    date(2026, 9, 2),
    SUPERVISOR,
)
APPEALED = e.AccountabilityAppealed(DECISION, JIANG, WATER, MARCH_2, date(2026, 4, 2), WATER_HEAD)
DECISION_PROPOSED: tuple[Any, ...] = (*CASE_CONCLUDED, PROPOSED, e.FactsFound(DECISION, SECRET))
DECISION_HEARD: tuple[Any, ...] = (*DECISION_PROPOSED, HEARD)
DECISION_TAKEN: tuple[Any, ...] = (*DECISION_HEARD, HELD)
DECISION_SERVED: tuple[Any, ...] = (*DECISION_TAKEN, SERVED)
DECISION_APPEALED: tuple[Any, ...] = (*DECISION_SERVED, APPEALED)

REPORT = ComplaintId("信访一")
LODGED = ComplaintLodged(REPORT, "accusation", "web", WATER, True, None, DISCIPLINE, True, True, MARCH_2)
REGISTERED = e.PetitionRegistered(
    REPORT, DISCIPLINE, WATER, "accusation", "accusation", None, None, True, True, MARCH_2, MARCH_2, CLERK
)
ACCEPTED = e.PetitionAccepted(REPORT, DISCIPLINE, "accusation", MARCH_2, CLERK)
GIVEN_TO = e.PetitionHandlerAssigned(REPORT, DISCIPLINE, FANG, SUPERVISOR)
REGISTERED_PETITION: tuple[Any, ...] = (*YUNLING, LODGED, REGISTERED)
ACCEPTED_PETITION: tuple[Any, ...] = (*REGISTERED_PETITION, ACCEPTED, GIVEN_TO)


def of_class(category: e.Category) -> tuple[Any, ...]:
    """The same petition, accepted and given to a handler, as one of another class."""
    return (
        *YUNLING,
        replace(LODGED, category=category),
        replace(REGISTERED, category=category, lodged_as=category),
        replace(ACCEPTED, category=category),
        GIVEN_TO,
    )


CONCLUDED_PETITION: tuple[Any, ...] = (
    *ACCEPTED_PETITION,
    e.PetitionConcluded(REPORT, DISCIPLINE, WATER, "accusation", True, True, MARCH_2, HANDLER),
)
