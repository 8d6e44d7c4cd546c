"""The federated subgraph: types over the questions of `views`, each of which resolves its own key.

Every field asks the same question as REST and so under the same permission; what may not be seen is null. Set words
(status, kind, severity …) are text, the same words as in REST. A signature's identity is its parts with bars between.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar, cast, get_args

import strawberry
from strawberry import ID, federation

from services.ledger import events, views
from services.ledger.lights import Light
from services.ledger.views import (
    coverage,
    findings,
    handovers,
    inspections,
    letters,
    organisation,
    overdue,
    people,
    plans,
    projects,
    signable,
    signatures,
    tasks,
    trails,
)
from shared import directory
from shared.domain import PersonId, UnitId
from shared.refusals import RefusedRequest
from shared.views.paging import MOST_ITEMS
from shared.views.trails import Trail
from shared.web.bodies import invalid
from shared.web.graphql import Connection, Context, Find, Position, connected
from shared.web.graphql import ask as ask_question
from shared.web.graphql import load as load_one
from shared.web.problem import Wrong

Info = strawberry.Info[Context, None]
K = TypeVar("K")
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

_BAR = "|"
_BY_PARAMS = {question.params: question for question in views.QUESTIONS}


def described(description: str) -> Callable[[F], F]:
    """A field that a method resolves. Strawberry's own decorator has no type."""
    return cast(Callable[[F], F], strawberry.field(description=description))


async def ask(info: Info, params: Any) -> Any:
    """The question that takes these parameters; None where REST answers 404."""
    return await ask_question(info, _BY_PARAMS[type(params)], params)


async def load(info: Info, question: type, find: Find[K, T], key: K) -> T | None:
    """What `find` finds for a key, together with the request's other keys, as whoever may ask the question."""
    return await load_one(info, find, key, _BY_PARAMS[question])


def word(text: str | None, words: Any, argument: str) -> Any:
    """The argument, when it is one of the set words. RefusedRequest otherwise."""
    if text is None or text in get_args(words):
        return text
    allowed = ", ".join(get_args(words))
    wrong = Wrong(f"/{argument}", "literal_error", f"须为下列之一：{allowed}。", f"This must be one of: {allowed}.")
    raise RefusedRequest(invalid([wrong]))


def made(kind: type[T], card: Any, **given: Any) -> T:
    """A type filled from the fields of the same name of a question's answer, and from what is given besides."""
    fields = {field.name for field in dataclasses.fields(cast(Any, kind)) if field.init} - set(given)
    values = {name: getattr(card, name) for name in fields if hasattr(card, name)}
    return kind(**{name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}, **given)


# --- people and units -------------------------------------------------------------------------------------------


@federation.type(name="Person", keys=["id"], description="人员。A person, known to other services by pseudonym alone.")
class PersonType:
    id: ID

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> PersonType:
        return cls(id=id)

    @described("姓名。The name, or in brackets why it is not told.")
    async def name(self, info: Info) -> str:
        return await load_one(info, people.names_of, str(self.id)) or people.UNSEEN


def person_type(person: str | None) -> PersonType | None:
    return PersonType(id=ID(person)) if person else None


@strawberry.type(name="Tenure", description="任职。Somebody's time in a post, both dates included.")
class TenureType:
    post: ID
    title: str
    leads: bool = strawberry.field(description="一把手。")
    person: PersonType
    name: str
    valid_from: date
    valid_to: date | None


def tenure_type(tenure: organisation.Tenure) -> TenureType:
    return made(TenureType, tenure, person=PersonType(id=ID(tenure.person)))


@federation.type(name="Unit", keys=["id"], description="单位。A unit of the organisation.")
class UnitType:
    id: ID
    code: str
    name: str
    short_name: str | None
    kind: str
    level: str
    order: int = strawberry.field(description="机构序。")
    parent_id: ID | None
    division_code: str | None
    credit_code: str | None
    valid_from: date
    valid_to: date | None
    successor_id: ID | None

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> UnitType | None:
        return await unit_type(info, str(id))

    @described("上级单位。Null for the topmost, and where it may not be seen.")
    async def parent(self, info: Info) -> UnitType | None:
        return await unit_type(info, str(self.parent_id)) if self.parent_id else None

    @described("下级单位。")
    async def children(self, info: Info) -> list[UnitType]:
        found = await load(info, organisation.ListUnits, organisation.units_below, str(self.id))
        return [_unit(unit) for unit in found or ()]

    @described("任职情况。Who holds and held its posts; `on` limits to a date.")
    async def tenures(self, info: Info, on: date | None = None) -> list[TenureType]:
        found = await load(info, organisation.ListTenures, organisation.tenures_of, (str(self.id), on))
        return [tenure_type(tenure) for tenure in found or ()]

    @described("某日的一把手。Who led the unit on a date, by default today.")
    async def leader(self, info: Info, on: date | None = None) -> TenureType | None:
        key: tuple[str, date | None] = (str(self.id), on or info.context.reading.moment.today)
        found = await load(info, organisation.GetLeader, organisation.leaders_of, key)
        return tenure_type(found[-1]) if found else None

    @described("本单位承担的任务。")
    async def tasks(
        self, info: Info, light: str | None = None, first: int = 50, after: str | None = None
    ) -> Connection[TaskType]:
        params = tasks.ListTasks(unit=UnitId(str(self.id)), light=word(light, Light, "light"), limit=first, after=after)
        return await _task_page(info, params)

    @described("在本单位发现的问题。The latest first.")
    async def findings(self, info: Info, first: int = 50, after: str | None = None) -> Connection[FindingType]:
        page = await ask(info, findings.ListFindings(unit=UnitId(str(self.id)), limit=first, after=after))
        return connected(page, _finding, after)


def _unit(unit: organisation.Unit) -> UnitType:
    return made(UnitType, unit, id=ID(unit.unit), parent_id=unit.parent, successor_id=unit.successor)


async def unit_type(info: Info, id: str) -> UnitType | None:
    found = await load(info, organisation.GetUnit, organisation.units_by_id, id)
    return _unit(found) if found else None


@strawberry.type(name="HeldPost", description="可以行使的岗位。")
class HeldPostType:
    post: ID
    title: str | None
    unit: ID
    unit_name: str
    over: ID
    roles: list[str]
    on_behalf: ID | None


@strawberry.type(name="Asker", description="本人身份。Who is asking.")
class AskerType:
    person: PersonType
    name: str
    today: date
    posts: list[HeldPostType]


# --- trail ------------------------------------------------------------------------------------------------------


@strawberry.type(name="Difference", description="一处变更。")
class DifferenceType:
    field: str
    label: str
    before: str | None
    after: str | None


@strawberry.type(name="Change", description="一次变更：谁、何时、凭什么、改了什么。")
class ChangeType:
    position: Position
    version: int
    event: str
    label: str
    person: ID
    name: str
    post: ID | None
    post_title: str | None
    on_behalf: str | None
    reason: str | None
    paper: str | None
    occurred: str
    recorded: str
    differences: list[DifferenceType]


def change_types(trail: Trail | None) -> list[ChangeType] | None:
    if trail is None:
        return None
    return [
        made(
            ChangeType,
            change,
            position=Position(change.position),
            differences=[made(DifferenceType, difference) for difference in change.differences],
        )
        for change in trail.changes
    ]


@strawberry.type(
    name="Signable", description="待签文本。What a signature is given under, and the version to send back."
)
class SignableType:
    subject: str
    version: int
    text: str
    hash: str


# --- plans and projects -----------------------------------------------------------------------------------------


@strawberry.type(name="PlanFigures", description="规划进展。Whole tasks only; cancelled ones are not counted as tasks.")
class PlanFiguresType:
    tasks: int
    accepted: int
    accepted_percent: Decimal | None
    accepted_late: int
    claimed: int
    running: int
    suspended: int
    cancelled: int
    green: int
    yellow: int
    red: int
    parts: int


@strawberry.type(name="ProjectCounts", description="项目数：共性、个性、延伸。")
class ProjectCountsType:
    projects: int
    common: int
    specific: int
    extended: int


@strawberry.type(name="CoveredUnit", description="矩阵的一列。")
class CoveredUnitType:
    unit: ID
    name: str
    duties: int


@strawberry.type(
    name="CoveredDuty", description="矩阵的一行。How many tasks of the duty each unit has, in their order."
)
class CoveredDutyType:
    task: ID
    number: str
    title: str
    cells: list[int]


@strawberry.type(name="Coverage", description="责任覆盖矩阵。Duties × units, with its empty cells (盲区).")
class CoverageType:
    units: list[CoveredUnitType]
    duties: list[CoveredDutyType]
    empty_cells: int


@federation.type(name="Plan", keys=["id"], description="规划、分工方案。")
class PlanType:
    id: ID
    code: str
    unit_id: ID
    unit_name: str
    title: str
    from_year: int
    to_year: int
    basis: str | None
    revision: int
    status: str = strawberry.field(description="drafted, adopted or closed.")
    document: str | None
    adopted_on: date | None
    closed_on: date | None
    figures: PlanFiguresType

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> PlanType | None:
        return await plan_type(info, str(id))

    @described("制定单位。")
    async def unit(self, info: Info) -> UnitType | None:
        return await unit_type(info, str(self.unit_id))

    @described("规划的任务。Whole tasks, unless `parts` are wanted too.")
    async def tasks(
        self, info: Info, light: str | None = None, parts: bool = False, first: int = 50, after: str | None = None
    ) -> Connection[TaskType]:
        params = tasks.ListTasks(
            plan=events.PlanId(str(self.id)),
            light=word(light, Light, "light"),
            whole=not parts,
            limit=first,
            after=after,
        )
        return await _task_page(info, params)

    @described("项目数。")
    async def project_counts(self, info: Info) -> ProjectCountsType | None:
        found = await ask(info, projects.CountProjects(plan=events.PlanId(str(self.id))))
        return made(ProjectCountsType, found) if found else None

    @described("责任覆盖矩阵。")
    async def coverage(self, info: Info, level: str | None = None, kind: str | None = None) -> CoverageType | None:
        params = coverage.GetCoverage(
            plan=events.PlanId(str(self.id)),
            level=word(level, directory.Level, "level"),
            kind=word(kind, directory.UnitKind, "kind"),
        )
        found = await ask(info, params)
        if found is None:
            return None
        return CoverageType(
            units=[made(CoveredUnitType, unit) for unit in found.units],
            duties=[made(CoveredDutyType, duty) for duty in found.duties],
            empty_cells=found.empty_cells,
        )

    @described("待签文本。")
    async def signable(self, info: Info) -> SignableType | None:
        found = await ask(info, signable.GetSignablePlan(plan=events.PlanId(str(self.id))))
        return made(SignableType, found) if found else None

    @described("签字背书。Who had endorsed it, by the end of `on`.")
    async def signatures(self, info: Info, on: date | None = None) -> list[SignatureType]:
        return await _signatures_of(info, f"plan/{self.id}", on)

    @described("变更记录。")
    async def trail(self, info: Info) -> list[ChangeType] | None:
        return change_types(await ask(info, trails.GetPlanTrail(plan=events.PlanId(str(self.id)))))


def _plan(plan: plans.Plan) -> PlanType:
    return made(PlanType, plan, id=ID(plan.plan), unit_id=ID(plan.unit), figures=made(PlanFiguresType, plan.figures))


async def plan_type(info: Info, id: str) -> PlanType | None:
    found = await load(info, plans.GetPlan, plans.plans_by_id, id)
    return _plan(found) if found else None


@strawberry.type(name="Phase", description="项目阶段。What is reached by its last day.")
class PhaseType:
    name: str = strawberry.field(description="preparation, consolidation or rollout.")
    goal: str
    due: date


@federation.type(name="Project", keys=["id"], description="项目。")
class ProjectType:
    id: ID
    plan_id: ID
    number: str
    title: str
    unit_id: ID
    unit_name: str
    kind: str = strawberry.field(description="common, specific or extended.")
    level: str
    phases: list[PhaseType]

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> ProjectType | None:
        return await project_type(info, str(id))

    @described("所属规划。")
    async def plan(self, info: Info) -> PlanType | None:
        return await plan_type(info, str(self.plan_id))

    @described("责任单位。")
    async def unit(self, info: Info) -> UnitType | None:
        return await unit_type(info, str(self.unit_id))


def _project(project: projects.Project) -> ProjectType:
    return made(
        ProjectType,
        project,
        id=ID(project.project),
        plan_id=ID(project.plan),
        unit_id=ID(project.unit),
        phases=[made(PhaseType, phase) for phase in project.phases],
    )


async def project_type(info: Info, id: str) -> ProjectType | None:
    found = await load(info, projects.GetProject, projects.projects_by_id, id)
    return _project(found) if found else None


# --- tasks ------------------------------------------------------------------------------------------------------


@federation.type(name="Task", keys=["id"], description="任务。A task as it stands today.")
class TaskType:
    id: ID
    number: str
    title: str
    plan_id: ID
    project_id: ID | None
    unit_id: ID
    unit_name: str
    co_unit_ids: list[ID]
    leader_post: ID
    leader_title: str | None
    leader_name: str
    leader: PersonType | None = strawberry.field(description="分管领导。")
    requirement: str
    standard: str
    due: date
    issued_on: date
    weight: Decimal | None
    parent_id: ID | None
    direction: str | None
    revision: int
    split_direction: str | None
    status: str = strawberry.field(description="running, claimed, accepted, suspended or cancelled.")
    percent: Decimal = strawberry.field(description="完成进度。Exact; of a split task the weighted sum of its parts'.")
    light: str | None = strawberry.field(description="亮灯：green、yellow、red。Null when the task is not running.")
    yellow_from: date
    days_overdue: int
    working_days_left: int | None = strawberry.field(description="倒计时（工作日）。")
    reports: int
    reported_to: date | None
    extensions_asked: int
    extensions_granted: int
    extension_until: date | None
    claimed_on: date | None
    claim_signed_on: date | None
    ended_on: date | None
    times_overdue: int

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> TaskType | None:
        return await task_type(info, str(id))

    @described("所属规划。")
    async def plan(self, info: Info) -> PlanType | None:
        return await plan_type(info, str(self.plan_id))

    @described("所属项目。")
    async def project(self, info: Info) -> ProjectType | None:
        return await project_type(info, str(self.project_id)) if self.project_id else None

    @described("责任部门。")
    async def unit(self, info: Info) -> UnitType | None:
        return await unit_type(info, str(self.unit_id))

    @described("上层任务。")
    async def parent(self, info: Info) -> TaskType | None:
        return await task_type(info, str(self.parent_id)) if self.parent_id else None

    @described("分解项。Those that the asker may see.")
    async def parts(self, info: Info) -> list[TaskType]:
        found = await load(info, tasks.ListTasks, tasks.parts_of, str(self.id))
        return [_task(task) for task in found or ()]

    @described("待签文本。")
    async def signable(self, info: Info) -> SignableType | None:
        found = await ask(info, signable.GetSignableTask(task=events.TaskId(str(self.id))))
        return made(SignableType, found) if found else None

    @described("签字背书。Who had claimed or endorsed it, by the end of `on`.")
    async def signatures(self, info: Info, on: date | None = None) -> list[SignatureType]:
        return await _signatures_of(info, f"task/{self.id}", on)

    @described("涉及的问题。")
    async def findings(self, info: Info) -> list[FindingType]:
        page = await ask(info, findings.ListFindings(task=events.TaskId(str(self.id)), limit=MOST_ITEMS))
        return [_finding(finding) for finding in page.items]

    @described("变更记录。Who did what, when, on whose word, and what became different.")
    async def trail(self, info: Info) -> list[ChangeType] | None:
        return change_types(await ask(info, trails.GetTaskTrail(task=events.TaskId(str(self.id)))))


def _task(task: tasks.Task) -> TaskType:
    return made(
        TaskType,
        task,
        id=ID(task.task),
        plan_id=ID(task.plan),
        project_id=task.project,
        unit_id=ID(task.unit),
        co_unit_ids=[ID(unit) for unit in task.co_units],
        parent_id=task.parent,
        leader=person_type(task.leader_person),
    )


async def task_type(info: Info, id: str) -> TaskType | None:
    found = await load(info, tasks.GetTask, tasks.tasks_by_id, id)
    return _task(found) if found else None


async def _task_page(info: Info, params: tasks.ListTasks) -> Connection[TaskType]:
    page = await ask(info, params)
    return connected(page, _task, params.after)


@strawberry.type(
    name="OverdueLeftUndone", description="待人工确认的逾期任务。Will not be recorded as overdue by itself."
)
class OverdueLeftUndoneType:
    task_id: ID
    number: str
    title: str
    unit_id: ID
    unit_name: str
    due: date
    why: str = strawberry.field(description="due-before-enabled or due-before-recorded.")

    @described("任务。")
    async def task(self, info: Info) -> TaskType | None:
        return await task_type(info, str(self.task_id))


def _left_undone(one: overdue.OverdueLeftUndone) -> OverdueLeftUndoneType:
    return made(OverdueLeftUndoneType, one, task_id=ID(one.task), unit_id=ID(one.unit))


@strawberry.type(name="PassedTask", description="被推辞或移交的任务。A task that was declined or handed over, and why.")
class PassedTaskType:
    task_id: ID
    number: str
    title: str
    happened_on: date
    reason: str
    decision: str | None

    @described("任务。")
    async def task(self, info: Info) -> TaskType | None:
        return await task_type(info, str(self.task_id))


@strawberry.type(
    name="Handover", description="推诿扯皮图的一格。How often tasks went from a unit to another; to none: declined."
)
class HandoverType:
    unit_id: ID
    unit_name: str
    to_id: ID | None
    to_name: str | None
    count: int
    tasks: list[PassedTaskType]


def _handover(cell: handovers.Handover) -> HandoverType:
    return made(
        HandoverType,
        cell,
        unit_id=ID(cell.unit),
        to_id=ID(cell.to) if cell.to else None,
        tasks=[made(PassedTaskType, task, task_id=ID(task.task)) for task in cell.tasks],
    )


# --- letters and signatures -------------------------------------------------------------------------------------


@federation.type(name="Letter", keys=["id"], description="责任书。")
class LetterType:
    id: ID
    plan_id: ID
    plan_revision: int
    year: int
    giver_id: ID
    giver_name: str
    unit_id: ID
    unit_name: str
    title: str
    text: str
    status: str = strawberry.field(description="drawn-up, half-signed or binding.")
    giver_signed_on: date | None
    taker_signed_on: date | None

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> LetterType | None:
        return await letter_type(info, str(id))

    @described("待签文本。")
    async def signable(self, info: Info) -> SignableType | None:
        found = await ask(info, signable.GetSignableLetter(letter=events.LetterId(str(self.id))))
        return made(SignableType, found) if found else None

    @described("签字背书。")
    async def signatures(self, info: Info, on: date | None = None) -> list[SignatureType]:
        return await _signatures_of(info, f"letter/{self.id}", on)


def _letter(letter: letters.Letter) -> LetterType:
    return made(
        LetterType,
        letter,
        id=ID(letter.letter),
        plan_id=ID(letter.plan),
        giver_id=ID(letter.giver),
        unit_id=ID(letter.unit),
    )


async def letter_type(info: Info, id: str) -> LetterType | None:
    found = await load(info, letters.GetLetter, letters.letters_by_id, id)
    return _letter(found) if found else None


@federation.type(name="Signature", keys=["id"], description="签字背书。Under exactly one version of what was signed.")
class SignatureType:
    id: ID
    subject: str
    kind: str
    version: int
    hash: str
    unit_id: ID
    unit_name: str
    person: PersonType | None
    name: str
    post: ID | None
    post_title: str | None
    signed_by: ID | None
    signed_by_name: str | None
    basis: str
    signed_on: date
    opinion: str | None = strawberry.field(description="意见。The opinion, or in brackets why it is not told.")

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> SignatureType | None:
        parts = str(id).split(_BAR)
        if len(parts) != 4 or not (parts[3].isascii() and parts[3].isdigit() and len(parts[3]) < 10):
            return None
        subject, kind, person, version = parts
        key = (subject, kind, person, int(version))
        found = await load(info, signatures.ListSignatures, signatures.signatures_by_key, key)
        return _signature(found) if found else None


def _signature(signature: signatures.Signature) -> SignatureType:
    key = (signature.subject, signature.kind, signature.person, str(signature.version))
    return made(
        SignatureType,
        signature,
        id=ID(_BAR.join(key)),
        unit_id=ID(signature.unit),
        person=person_type(signature.person),
    )


async def _signatures_of(info: Info, subject: str, on: date | None) -> list[SignatureType]:
    page = await ask(info, signatures.ListSignatures(subject=subject, on=on, limit=MOST_ITEMS))
    return [_signature(signature) for signature in page.items]


# --- inspections and findings -----------------------------------------------------------------------------------


@federation.type(name="Inspection", keys=["id"], description="督查。")
class InspectionType:
    id: ID
    unit_id: ID = strawberry.field(description="督查单位。")
    unit_name: str
    title: str
    kind: str
    comprehensive: bool
    target_ids: list[ID]
    target_names: list[str]
    team: list[PersonType]
    basis: str
    window_from: date
    window_to: date
    authorisation: str | None
    status: str = strawberry.field(description="open or closed.")
    closed_on: date | None

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> InspectionType | None:
        return await inspection_type(info, str(id))

    @described("发现的问题。Those that the asker may see.")
    async def findings(self, info: Info) -> list[FindingType]:
        params = findings.ListFindings(inspection=events.InspectionId(str(self.id)), limit=MOST_ITEMS)
        page = await ask(info, params)
        return [_finding(finding) for finding in page.items]


def _inspection(inspection: inspections.Inspection) -> InspectionType:
    return made(
        InspectionType,
        inspection,
        id=ID(inspection.inspection),
        unit_id=ID(inspection.unit),
        target_ids=[ID(unit) for unit in inspection.targets],
        team=[PersonType(id=ID(person)) for person in inspection.team],
    )


async def inspection_type(info: Info, id: str) -> InspectionType | None:
    found = await load(info, inspections.GetInspection, inspections.inspections_by_id, id)
    return _inspection(found) if found else None


@federation.type(name="Finding", keys=["id"], description="问题及其整改。")
class FindingType:
    id: ID
    inspection_id: ID
    unit_id: ID
    unit_name: str
    category: str
    severity: str = strawberry.field(description="minor, ordinary or serious.")
    bottom_line: str | None
    task_id: ID | None
    person: PersonType | None
    found_on: date
    found_by: PersonType | None
    narrative: str = strawberry.field(description="问题描述。What was found, or in brackets why it is not told.")
    status: str
    requirement: str | None
    due: date | None
    days_late: int
    reported_on: date | None
    times_returned: int
    verified_on: date | None
    struck_off_on: date | None

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> FindingType | None:
        return await finding_type(info, str(id))

    @described("被督查单位。")
    async def unit(self, info: Info) -> UnitType | None:
        return await unit_type(info, str(self.unit_id))

    @described("所属督查。")
    async def inspection(self, info: Info) -> InspectionType | None:
        return await inspection_type(info, str(self.inspection_id))

    @described("涉及的任务。")
    async def task(self, info: Info) -> TaskType | None:
        return await task_type(info, str(self.task_id)) if self.task_id else None

    @described("变更记录。")
    async def trail(self, info: Info) -> list[ChangeType] | None:
        return change_types(await ask(info, trails.GetFindingTrail(finding=events.FindingId(str(self.id)))))


def _finding(finding: findings.Finding) -> FindingType:
    return made(
        FindingType,
        finding,
        id=ID(finding.finding),
        inspection_id=ID(finding.inspection),
        unit_id=ID(finding.unit),
        task_id=finding.task,
        person=person_type(finding.person),
        found_by=person_type(finding.found_by),
    )


async def finding_type(info: Info, id: str) -> FindingType | None:
    found = await load(info, findings.GetFinding, findings.findings_by_id, id)
    return _finding(found) if found else None


# --- query ------------------------------------------------------------------------------------------------------


@strawberry.type
class Query:
    @described("本人身份。")
    async def me(self, info: Info) -> AskerType:
        found = await ask(info, organisation.WhoAmI())
        return AskerType(
            person=PersonType(id=ID(found.person)),
            name=found.name,
            today=found.today,
            posts=[made(HeldPostType, held) for held in found.posts],
        )

    @described("单位。")
    async def unit(self, info: Info, id: ID) -> UnitType | None:
        return await unit_type(info, str(id))

    @described("单位清单。In the order of the list of units (机构序).")
    async def units(
        self,
        info: Info,
        below: ID | None = None,
        level: str | None = None,
        kind: str | None = None,
        code: str | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[UnitType]:
        params = organisation.ListUnits(
            below=UnitId(str(below)) if below else None,
            level=word(level, directory.Level, "level"),
            kind=word(kind, directory.UnitKind, "kind"),
            code=code,
            limit=first,
            after=after,
        )
        page = await ask(info, params)
        return connected(page, _unit, after)

    @described("规划。")
    async def plan(self, info: Info, id: ID) -> PlanType | None:
        return await plan_type(info, str(id))

    @described("规划清单。")
    async def plans(
        self,
        info: Info,
        status: str | None = None,
        code: str | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[PlanType]:
        params = plans.ListPlans(status=word(status, plans.PlanStatus, "status"), code=code, limit=first, after=after)
        page = await ask(info, params)
        return connected(page, _plan, after)

    @described("项目。")
    async def project(self, info: Info, id: ID) -> ProjectType | None:
        return await project_type(info, str(id))

    @described("项目清单。")
    async def projects(
        self,
        info: Info,
        plan: ID | None = None,
        kind: str | None = None,
        level: str | None = None,
        unit: ID | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[ProjectType]:
        params = projects.ListProjects(
            plan=events.PlanId(str(plan)) if plan else None,
            kind=word(kind, events.ProjectKind, "kind"),
            level=word(level, events.ProjectLevel, "level"),
            unit=UnitId(str(unit)) if unit else None,
            limit=first,
            after=after,
        )
        page = await ask(info, params)
        return connected(page, _project, after)

    @described("任务。")
    async def task(self, info: Info, id: ID) -> TaskType | None:
        return await task_type(info, str(id))

    @described("任务清单。")
    async def tasks(
        self,
        info: Info,
        plan: ID | None = None,
        unit: ID | None = None,
        below: ID | None = None,
        leader: ID | None = None,
        status: str | None = None,
        light: str | None = None,
        whole: bool = False,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[TaskType]:
        params = tasks.ListTasks(
            plan=events.PlanId(str(plan)) if plan else None,
            unit=UnitId(str(unit)) if unit else None,
            below=UnitId(str(below)) if below else None,
            leader=PersonId(str(leader)) if leader else None,
            status=word(status, tasks.Status, "status"),
            light=word(light, Light, "light"),
            whole=whole,
            limit=first,
            after=after,
        )
        return await _task_page(info, params)

    @described("任务推辞和移交情况（推诿扯皮图）。Unit × unit; `unit` on either side.")
    async def handovers(
        self, info: Info, plan: ID | None = None, unit: ID | None = None, first: int = 50, after: str | None = None
    ) -> Connection[HandoverType]:
        params = handovers.ListHandovers(
            plan=events.PlanId(str(plan)) if plan else None,
            unit=UnitId(str(unit)) if unit else None,
            limit=first,
            after=after,
        )
        page = await ask(info, params)
        return connected(page, _handover, after)

    @described("待人工确认的逾期任务。For coordinators and administrators; a coordinator releases them by markOverdue.")
    async def overdue_left_undone(
        self, info: Info, first: int = 50, after: str | None = None
    ) -> Connection[OverdueLeftUndoneType]:
        page = await ask(info, overdue.ListOverdueLeftUndone(limit=first, after=after))
        return connected(page, _left_undone, after)

    @described("责任书。")
    async def letter(self, info: Info, id: ID) -> LetterType | None:
        return await letter_type(info, str(id))

    @described("责任书清单。")
    async def letters(
        self,
        info: Info,
        plan: ID | None = None,
        year: int | None = None,
        unit: ID | None = None,
        status: str | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[LetterType]:
        params = letters.ListLetters(
            plan=events.PlanId(str(plan)) if plan else None,
            year=year,
            unit=UnitId(str(unit)) if unit else None,
            status=word(status, letters.LetterStatus, "status"),
            limit=first,
            after=after,
        )
        page = await ask(info, params)
        return connected(page, _letter, after)

    @described("签字背书清单。Who had signed what, by the end of `on`.")
    async def signatures(
        self,
        info: Info,
        subject: str | None = None,
        version: int | None = None,
        on: date | None = None,
        person: ID | None = None,
        unit: ID | None = None,
        kind: str | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[SignatureType]:
        params = signatures.ListSignatures(
            subject=subject,
            version=version,
            on=on,
            person=PersonId(str(person)) if person else None,
            unit=UnitId(str(unit)) if unit else None,
            kind=word(kind, signatures.SignatureKind, "kind"),
            limit=first,
            after=after,
        )
        page = await ask(info, params)
        return connected(page, _signature, after)

    @described("督查。")
    async def inspection(self, info: Info, id: ID) -> InspectionType | None:
        return await inspection_type(info, str(id))

    @described("督查清单。The latest first.")
    async def inspections(
        self,
        info: Info,
        status: str | None = None,
        kind: str | None = None,
        target: ID | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[InspectionType]:
        params = inspections.ListInspections(
            status=word(status, inspections.InspectionStatus, "status"),
            kind=word(kind, events.InspectionKind, "kind"),
            target=UnitId(str(target)) if target else None,
            limit=first,
            after=after,
        )
        page = await ask(info, params)
        return connected(page, _inspection, after)

    @described("问题。")
    async def finding(self, info: Info, id: ID) -> FindingType | None:
        return await finding_type(info, str(id))

    @described("问题清单。The latest first.")
    async def findings(
        self,
        info: Info,
        inspection: ID | None = None,
        unit: ID | None = None,
        severity: str | None = None,
        status: str | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[FindingType]:
        params = findings.ListFindings(
            inspection=events.InspectionId(str(inspection)) if inspection else None,
            unit=UnitId(str(unit)) if unit else None,
            severity=word(severity, events.Severity, "severity"),
            status=word(status, findings.FindingStatus, "status"),
            limit=first,
            after=after,
        )
        page = await ask(info, params)
        return connected(page, _finding, after)


TYPES: tuple[type, ...] = (
    PersonType,
    UnitType,
    PlanType,
    ProjectType,
    TaskType,
    LetterType,
    SignatureType,
    InspectionType,
    FindingType,
)
