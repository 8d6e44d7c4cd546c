"""A small service with a real action table, and a fake of the port that keeps what was handled in memory."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal, NewType
from uuid import UUID, uuid5

import strawberry

from shared.actions import Action, no_unit
from shared.codec import stream_of, type_name
from shared.directory import Held, Principal, Program
from shared.domain import Actor, Decision, PersonalText, PersonId, PostId, PublicText, Refusal, Refused, UnitId
from shared.facts import Fact
from shared.handle import Done
from shared.refusals import KEY_REUSED, NOT_ALLOWED, NOT_FOUND, VERSION_MISMATCH
from shared.service import Question, Service
from shared.views.paging import BadCursor, Page

TaskId = NewType("TaskId", str)
Direction = Literal["internal", "lateral", "downward"]

CLERK = PersonId("00000000-0000-4000-8000-00000000c1e4")
STRANGER = PersonId("00000000-0000-4000-8000-000000005742")


@dataclass(frozen=True, slots=True)
class Part:
    """分解项: one part of a task that is divided."""

    unit: UnitId
    name: PublicText
    weight: Decimal
    due: date


@dataclass(frozen=True, slots=True)
class TaskIssued:
    STREAM: ClassVar = "task/{task}"
    task: TaskId
    title: PublicText


@dataclass(frozen=True, slots=True)
class TaskSplit:
    STREAM: ClassVar = "task/{task}"
    task: TaskId
    direction: Direction
    parts: tuple[Part, ...]
    opinion: PersonalText | None


@dataclass(frozen=True, slots=True)
class IssueTask:
    """任务下达。Issue a task.

    It is recorded under an identity of its own.
    """

    task: TaskId
    title: PublicText


@dataclass(frozen=True, slots=True)
class SplitTask:
    """任务分解。Split a task into parts whose weights add up to exactly 100."""

    task: TaskId
    direction: Direction
    parts: tuple[Part, ...]
    opinion: PersonalText | None = None


@dataclass(frozen=True, slots=True)
class RemindTask:
    """Only the system reminds."""

    task: TaskId


WEIGHTS_NOT_100 = Refusal(
    "split-weights-not-100", "各分解项权重之和为 {total}，应为 100。", "The weights add up to {total}, not 100."
)


def issue(command: IssueTask, state: Any) -> Decision:
    return [TaskIssued(command.task, command.title)]


def split(command: SplitTask, state: Any) -> Decision:
    if (total := sum(part.weight for part in command.parts)) != 100:
        return WEIGHTS_NOT_100.of(total=total)
    return [TaskSplit(command.task, command.direction, command.parts, command.opinion)]


def remind(command: RemindTask, state: Any) -> Decision:
    return []


ACTIONS = (
    Action(IssueTask, issue, "task/{task}", "tasks", ("coordinator",), no_unit, creates="task", needs_state=False),
    Action(SplitTask, split, "task/{task}", "tasks/{task}/split", ("coordinator",), no_unit),
    Action(RemindTask, remind, "task/{task}", "tasks/{task}/remind", (), no_unit),
)


@dataclass(frozen=True, slots=True)
class TaskCard:
    """一项任务。A task as it stands."""

    task: TaskId
    title: PublicText
    share: Decimal


@dataclass(frozen=True, slots=True)
class GetTask:
    """查看任务。One task by its identity."""

    task: TaskId
    deep: bool = False
    depth: int = 1
    on: date | None = None


@dataclass(frozen=True, slots=True)
class ListTasks:
    """任务清单。All tasks, one to a page."""

    after: str | None = None


@dataclass(frozen=True, slots=True)
class ListSecrets:
    """审计清单。Only an auditor may ask."""


async def get_task(reading: Any, params: GetTask) -> TaskCard | None:
    found: TaskCard | None = reading.running.tasks.get(params.task)
    return found


async def list_tasks(reading: Any, params: ListTasks) -> Page[TaskCard]:
    cards: list[TaskCard] = list(reading.running.tasks.values())
    if params.after is not None and not params.after.isdecimal():
        raise BadCursor
    begin = int(params.after or 0)
    return Page(tuple(cards[begin : begin + 1]), str(begin + 1) if begin + 1 < len(cards) else None)


async def list_secrets(reading: Any, params: ListSecrets) -> TaskCard | None:
    raise AssertionError("nobody without the role gets this far")


@strawberry.type
class Nest:
    """A type that leads to itself, as units and their parents do."""

    @strawberry.field
    def motto(self) -> str:
        return "责任"

    @strawberry.field
    def again(self) -> Nest:
        return Nest()


@strawberry.type
class Query:
    @strawberry.field
    def motto(self) -> str:
        return "责任"

    @strawberry.field
    def again(self) -> Nest:
        return Nest()

    @strawberry.field
    def broken(self) -> str:
        raise RuntimeError("张三 13800000000 did not pay")


SERVICE = Service(
    name="ledger",
    title="责任台账",
    events=(TaskIssued, TaskSplit),
    published=(TaskIssued,),
    actions=ACTIONS,
    folds={},
    views=(),
    questions=(
        Question("tasks/{task}", GetTask, get_task, TaskCard),
        Question("tasks", ListTasks, list_tasks, Page[TaskCard]),
        Question("secrets", ListSecrets, list_secrets, TaskCard, may=("auditor",)),
    ),
    terms="",
    query=Query,
    refusals=(WEIGHTS_NOT_100,),
)

NAMESPACE = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")


@dataclass
class SmallReading:
    running: SmallService
    who: Principal


@dataclass
class SmallService:
    """The port in memory: one post, one log as a list, keys remembered."""

    service: Service = SERVICE
    facts: list[Fact] = field(default_factory=list)
    tasks: dict[str, TaskCard] = field(default_factory=dict)
    keys: dict[tuple[str, str], tuple[Any, Done]] = field(default_factory=dict)
    last_traceparent: str | None = None
    raises: BaseException | None = None

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
        self.last_traceparent = traceparent
        if self.raises is not None:
            raise self.raises
        if not self.principal(person).posts:
            return NOT_ALLOWED.of()
        if (person, key) in self.keys:
            before, done = self.keys[person, key]
            return done if before == (action.name, command) else KEY_REUSED.of()
        asked = command
        if action.creates and not getattr(command, action.creates):
            command = dataclasses.replace(command, **{action.creates: str(uuid5(NAMESPACE, person + key))})
        version = sum(fact.stream == f"task/{command.task}" for fact in self.facts)
        if action.needs_state and version == 0:
            return NOT_FOUND.of()
        if if_version is not None and if_version != version:
            return VERSION_MISMATCH.of(version=version)
        decision = action.decide(command, None)
        if isinstance(decision, Refused):
            return decision
        done = Done(tuple(self._fact(event, version + n) for n, event in enumerate(decision, start=1)), None)
        self.facts.extend(done.facts)
        done = Done(done.facts, len(self.facts) if done.facts else None)
        for event in decision:
            if isinstance(event, TaskIssued):
                self.tasks[event.task] = TaskCard(event.task, event.title, Decimal("33.50"))
        self.keys[person, key] = ((action.name, asked), done)
        return done

    def _fact(self, event: Any, version: int) -> Fact:
        now = datetime(2026, 1, 5, tzinfo=UTC)
        return Fact(
            position=len(self.facts) + 1,
            event_id=uuid5(NAMESPACE, str(len(self.facts))),
            source="ledger",
            source_seq=None,
            stream=stream_of(event),
            version=version,
            type=type_name(type(event)),
            event=event,
            occurred=now,
            recorded_at=now,
            learned_at=now,
            history=False,
            actor=Actor(CLERK),
            command_id=None,
            correlation_id=NAMESPACE,
            causation_id=None,
        )

    async def feed_number(self, done: Done) -> int | None:
        return None

    def principal(self, person: PersonId) -> Principal:
        unit = UnitId("water")
        post = Held(PostId("post"), unit, unit, ("coordinator",), None, 1)
        return Principal(person, (post,) if person == CLERK else ())

    async def reading(
        self,
        person: PersonId | None,
        position: int | None,
        feeds: Mapping[str, int] | None = None,
        program: Program | None = None,
    ) -> Any:
        if self.raises is not None:
            raise self.raises
        return (
            None
            if position is not None and position > len(self.facts)
            else SmallReading(self, self.principal(person or PersonId("")))
        )
