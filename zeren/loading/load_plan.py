"""The plan of an office and its projects to the ledger, each row a task or a project; old plans as history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal, cast, get_args

from services.ledger.events import Phase, PhaseName, PlanId, ProjectId, ProjectKind, ProjectLevel, TaskId
from services.ledger.rules.adopt_plan import AdoptPlan
from services.ledger.rules.close_plan import ClosePlan
from services.ledger.rules.draft_plan import DraftPlan
from services.ledger.rules.issue_task import IssueTask
from services.ledger.rules.mark_overdue import MarkOverdue
from services.ledger.rules.record_outcome import RecordOutcome
from services.ledger.rules.register_project import RegisterProject
from services.ledger.state import ClosedPlan
from shared.directory import Directory
from shared.domain import PersonId, PostId, PublicText, UnitId
from shared.running import Running
from zeren.loading import recorded as ledger
from zeren.loading.plan import (
    HISTORY_HEADINGS,
    PLAN_HEADINGS,
    PlanRow,
    compare,
    leader_lookup,
    read_plan,
    unit_lookup,
)
from zeren.loading.projects import PROJECT_HEADINGS, ProjectRow, read_projects
from zeren.loading.row_refusals import NOT_A_COORDINATOR, PLAN_NOT_ADOPTED, PLAN_UNKNOWN
from zeren.loading.sheets import (
    Table,
    changed_row_errors,
    differing,
    read_sheets,
    row_error,
    tabulate,
)
from zeren.loading.work import Progress, Report, Step, Work, no_progress

YEARS_BEFORE = 5
"""A project of a plan may have begun this many years before it, in the planning period of five years."""


@dataclass(frozen=True, slots=True)
class PlanPaper:
    """What is needed to find a plan, or to draft and adopt one that is not recorded yet.

    `title` None: the plan must be there. `document` is the paper that adopted it, such as 云委发〔2026〕1号, and
    `adopted_on` its date, today when None. Both years are included.
    """

    code: str
    title: str | None = None
    from_year: int | None = None
    to_year: int | None = None
    document: str | None = None
    adopted_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    plan: PlanId
    title: str
    from_year: int
    to_year: int
    issued_on: date
    closed: bool

    def default_year(self) -> int:
        """The year of a time limit that names none."""
        return min(max(self.issued_on.year, self.from_year), self.to_year)


async def load_plan(
    running: Running,
    by: PersonId,
    path: Path,
    *,
    paper: PlanPaper,
    partial: bool = False,
    history: bool = False,
    progress: Progress = no_progress,
) -> Report:
    """Load the tasks of a plan (责任分工表), which is drafted and adopted with them if `paper` says how.

    With `history` the tasks are issued on the day of adoption, with the columns 办结情况 and 办结日期 their outcomes are
    recorded with their own dates, and the plan is closed once all of it is there. Raises UnreadableSheet.
    """
    await running.references.catch_up()
    work = Work(running, by, history=history)
    sheets = read_sheets(path)
    table = tabulate(sheets, HISTORY_HEADINGS if history else PLAN_HEADINGS)
    plan = await _plan_plan(work, running, by, paper, history=history)
    if plan is None:
        work.errors += table.errors
        return await work.carry_out(partial=False, progress=progress)
    directory = running.references.folds.directory
    projects = await ledger.projects_of(running, plan.plan)
    there = await ledger.tasks_of(running, plan.plan, {id: number for number, (id, _) in projects.items()})
    called = await ledger.names(running)
    # Whoever leads today; and for what is recorded whoever led then, so that the same sheet reads the same for ever.
    leaders = ledger.leaders_on(directory, called, plan.issued_on) + [
        (
            directory.units[directory.posts[PostId(task.issued.leader_post)].unit].code,
            called[task.leader_person],
            directory.posts[PostId(task.issued.leader_post)].title,
            task.issued.leader_post,
        )
        for task in there.values()
        if task.leader_person in called
    ]
    reading = read_plan(
        table,
        units=unit_lookup(ledger.unit_names(directory)),
        leaders=leader_lookup(leaders),
        default_year=plan.default_year(),
        years=(plan.from_year, plan.to_year),
        projects=set(projects),
    )
    work.errors += reading.errors
    said = {row.number: row.task for row in reading.good}
    changes = compare(
        table,
        reading.good,
        # A sheet that still says what was issued has not changed, though the task was amended since.
        {number: task.issued if said.get(number) == task.issued else task.now for number, task in there.items()},
    )
    work.errors += changes.errors
    work.unchanged["任务"] += len(changes.unchanged)
    for row in changes.new:
        task = await _plan_task(work, table, row, plan, projects, directory, history=history)
        if task and history:
            await _plan_outcome(work, table, row, plan, task)
    if history:
        for row in changes.unchanged:
            await _compare_outcome(work, table, row, plan, there[row.number])
        if not work.errors and not plan.closed:
            reason = PublicText("历史方案，执行期已满。")
            await work.plan(Step("", ClosePlan(plan.plan, reason), work.key("close", paper.code), 5))
    return await work.carry_out(partial=partial, progress=progress)


async def _plan_plan(work: Work, running: Running, by: PersonId, paper: PlanPaper, *, history: bool) -> _Plan | None:
    """The plan as it is or will be; None, with an error, when it is not there and cannot be."""
    today = running.log.clock.moment().today
    there = await ledger.plan_coded(running, paper.code)
    if there is not None:
        says = there.state.says
        adopted_on = there.adopted_on
        if adopted_on is None:
            adopted_on = await _plan_adoption(work, there.plan, paper, today)
        closed = isinstance(there.state, ClosedPlan)
        issued_on = adopted_on if history and adopted_on else today
        return _Plan(there.plan, says.title, says.from_year, says.to_year, issued_on, closed)
    if paper.title is None or paper.from_year is None or paper.to_year is None:
        work.errors.append(row_error(0, "", "", PLAN_UNKNOWN.of(code=paper.code)))
        return None
    directory = running.references.folds.directory
    held = next((post for post in directory.principal(by, today).posts if "coordinator" in post.roles), None)
    if held is None:
        work.errors.append(row_error(0, "", "", NOT_A_COORDINATOR.of()))
        return None
    drafted = DraftPlan(PlanId(""), paper.code, held.over, PublicText(paper.title), paper.from_year, paper.to_year)
    facts = await work.plan(
        Step("规划", drafted, work.key("plan", paper.code, paper.title, paper.from_year, paper.to_year), 0)
    )
    if not facts:
        return None
    plan = PlanId(facts[0].event.plan)
    adopted_on = await _plan_adoption(work, plan, paper, today)
    if adopted_on is None:
        return None
    return _Plan(plan, paper.title, paper.from_year, paper.to_year, adopted_on if history else today, closed=False)


async def _plan_adoption(work: Work, plan: PlanId, paper: PlanPaper, today: date) -> date | None:
    """The date of adoption; None, with an error, when no paper is named."""
    if paper.document is None:
        work.errors.append(row_error(0, "", "", PLAN_NOT_ADOPTED.of(code=paper.code)))
        return None
    adopted_on = paper.adopted_on or today
    adopted = AdoptPlan(plan, PublicText(paper.document), adopted_on)
    done = await work.plan(Step("", adopted, work.key("adopt", paper.code, paper.document, adopted_on), 1))
    return adopted_on if done else None


_TASK_COLUMNS = {
    "number-invalid": "序号",
    "task-number-taken": "序号",
    "text-missing": "任务",
    "post-unknown": "分管领导",
    "leader-elsewhere": "分管领导",
    "leader-post-vacant": "分管领导",
    "unit-unknown": "责任部门",
    "unit-dissolved": "责任部门",
    "out-of-reach": "责任部门",
    "not-found": "责任部门",
    "not-allowed": "责任部门",
    "co-unit-is-lead": "协办单位",
    "co-unit-twice": "协办单位",
    "due-before-issue": "工作时限",
    "task-outlasts-plan": "工作时限",
    "project-unknown": "项目",
    "project-of-other-plan": "项目",
    "weight-invalid": "权重",
}

_OUTCOME_COLUMNS = {
    "date-in-future": "办结日期",
    "claim-before-issue": "办结日期",
    "claim-before-overdue": "办结日期",
    "not-overdue": "办结情况",
    "overdue-recorded": "办结情况",
    "task-ended": "办结情况",
}


async def _plan_task(
    work: Work,
    table: Table,
    row: PlanRow,
    plan: _Plan,
    projects: Mapping[str, tuple[ProjectId, ProjectRow]],
    directory: Directory,
    *,
    history: bool,
) -> TaskId | None:
    task = row.task
    command = IssueTask(
        task=TaskId(""),
        plan=plan.plan,
        number=row.number,
        title=PublicText(task.title),
        leader=PostId(task.leader_post),
        unit=_unit(directory, task.unit_code),
        requirement=PublicText(task.requirement),
        standard=PublicText(task.standard),
        due=task.due,
        project=projects[task.project][0] if task.project else None,
        co_units=tuple(_unit(directory, code) for code in task.co_units),
        weight=task.weight,
        issued_on=plan.issued_on if history else None,
    )
    key = work.key("task", plan.plan, row.number, task)
    facts = await work.plan(Step("任务", command, key, 2, table, row.row, _TASK_COLUMNS))
    return TaskId(facts[0].event.task) if facts else None


async def _plan_outcome(work: Work, table: Table, row: PlanRow, plan: _Plan, task: TaskId) -> None:
    """What the sheet says about the end of the task, if it says anything yet."""
    if row.outcome == "unfinished":
        command: MarkOverdue | RecordOutcome = MarkOverdue(task)
    elif row.outcome is not None and row.ended is not None:
        source = PublicText(f"据《{plan.title}》“办结情况”栏登记。")
        outcome = cast(Literal["accepted", "cancelled"], row.outcome)
        command = RecordOutcome(task, outcome, row.ended, source)
    else:
        return
    key = work.key("outcome", task, row.outcome, row.ended)
    await work.plan(Step("办结情况", command, key, 3, table, row.row, _OUTCOME_COLUMNS))


async def _compare_outcome(work: Work, table: Table, row: PlanRow, plan: _Plan, task: ledger.RecordedTask) -> None:
    there = ledger.outcome_of(task)
    if there is None:
        await _plan_outcome(work, table, row, plan, task.task)
    elif (there, task.ended) != (row.outcome, row.ended):
        columns = (["办结情况"] if there != row.outcome else []) + (["办结日期"] if task.ended != row.ended else [])
        work.errors += changed_row_errors(table, row.row, columns)


# --- projects ---------------------------------------------------------------------------------------------------

_PROJECT_FIELDS = {
    "name": "项目名称",
    "kind": "项目类别",
    "level": "层级",
    "unit_code": "责任单位",
    "phases": "全面推广时限",
}

_PROJECT_COLUMNS = {
    "number-invalid": "项目编号",
    "project-number-taken": "项目编号",
    "text-missing": "项目名称",
    "unit-dissolved": "责任单位",
    "out-of-reach": "责任单位",
    "not-found": "责任单位",
    "not-allowed": "责任单位",
}


async def load_projects(
    running: Running,
    by: PersonId,
    path: Path,
    *,
    paper: PlanPaper,
    partial: bool = False,
    history: bool = False,
    progress: Progress = no_progress,
) -> Report:
    """Load the projects of a plan (项目库); the plan as for `load_plan`. Raises UnreadableSheet."""
    await running.references.catch_up()
    work = Work(running, by, history=history)
    table = tabulate(read_sheets(path), PROJECT_HEADINGS)
    plan = await _plan_plan(work, running, by, paper, history=history)
    if plan is None:
        work.errors += table.errors
        return await work.carry_out(partial=False, progress=progress)
    directory = running.references.folds.directory
    there = await ledger.projects_of(running, plan.plan)
    reading = read_projects(
        table,
        units=unit_lookup(ledger.unit_names(directory)),
        default_year=plan.default_year(),
        years=(plan.from_year - YEARS_BEFORE, plan.to_year),
    )
    work.errors += reading.errors
    for row in reading.good:
        before = there.get(row.number)
        if before is None:
            command = RegisterProject(
                project=ProjectId(""),
                plan=plan.plan,
                number=row.number,
                title=PublicText(row.name),
                unit=_unit(directory, row.unit_code),
                kind=cast(ProjectKind, row.kind),
                level=cast(ProjectLevel, row.level),
                phases=tuple(
                    Phase(name, PublicText(phase.goal), phase.due)
                    for name, phase in zip(get_args(PhaseName), row.phases, strict=True)
                ),
            )
            key = work.key("project", plan.plan, replace(row, row=0))
            await work.plan(Step("项目", command, key, 2, table, row.row, _PROJECT_COLUMNS))
        elif names := differing(before[1], row, but=("row",)):
            work.errors += changed_row_errors(table, row.row, [_PROJECT_FIELDS[name] for name in names])
        else:
            work.unchanged["项目"] += 1
    return await work.carry_out(partial=partial, progress=progress)


def _unit(directory: Directory, code: str) -> UnitId:
    unit = directory.unit_by_code(code)
    if unit is None:
        raise LookupError(f"no unit has the code {code}")
    return unit.id
