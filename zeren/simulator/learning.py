"""What is asked of the office before anybody acts: who there is, what the plan says, which days are working days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zeren.simulator.city import City, NotInCity, Plan, Post, Task, Unit, order_of
from zeren.simulator.client import Client
from zeren.simulator.rounds import Scheme
from zeren.simulator.steps import Book
from zeren.simulator.workdays import WorkDays

OPENING = ""
"""The person by whose token everything is first asked; who that is, the office says itself."""


@dataclass(frozen=True, slots=True)
class Learned:
    """The city as the office knows it on its own `today`; `asker` is the person behind the opening token."""

    city: City
    book: Book
    days: WorkDays
    today: date
    asker: str
    schemes: tuple[Scheme, ...]
    assessed: Mapping[str, tuple[str, ...]]
    """For each scheme the codes of the units that are assessed under it."""


async def learn(client: Client) -> Learned:
    """Everything the stories rest on, once the office has it all at hand. NotInCity when there is no plan in force."""
    await client.settle()
    me = await client.ask("ledger", "me", OPENING)
    today = date.fromisoformat(me["today"])
    units = await client.all("ledger", "units", OPENING)
    code_of = {unit["unit"]: unit["code"] for unit in units}
    posts = await client.all("ledger", "posts", OPENING)
    plan = await _plan(client, today.year, code_of)
    tasks = await client.all("ledger", "tasks", OPENING, plan=plan.id)
    calendar = await client.ask("ledger", f"calendar/{today.year}", OPENING)
    numbers = {task["task"]: task["number"] for task in tasks}
    known = [
        Post(p["post"], code_of[p["unit"]], p["title"], tuple(p["roles"]), p["leads"], code_of[p["over"]], p["person"])
        for p in posts
    ]
    readers = [post.holder for post in known if "coordinator" in post.roles and post.over == plan.unit]
    issued: list[Task] = []
    for task in sorted(tasks, key=lambda task: order_of(task["number"])):
        due = task["due"]
        if task["extensions_granted"] and readers:
            due = await _due_at_first(client, task["task"], readers[0])
        issued.append(
            Task(
                number=task["number"],
                title=task["title"],
                unit=code_of[task["unit"]],
                co_units=tuple(code_of[unit] for unit in task["co_units"]),
                standard=task["standard"],
                issued_on=date.fromisoformat(task["issued_on"]),
                due=date.fromisoformat(due),
                parent=numbers[task["parent"]] if task["parent"] else None,
            )
        )
    city = City(
        [
            Unit(u["unit"], u["code"], u["name"], u["kind"], u["level"], code_of.get(u["parent"]))
            for u in units
            if u["valid_to"] is None
        ],
        known,
        issued,
        plan,
    )
    working = [date.fromisoformat(day) for day in calendar["working_days"]]
    schemes = await _schemes(client, today.year, code_of)
    book = Book(
        {f"task/{number}": task for task, number in numbers.items()}
        | {f"unit/{code}": unit for unit, code in code_of.items()}
        | {f"scheme/{scheme.id}": scheme.id for scheme in schemes}
    )
    assessed = {scheme.id: await _assessed(client, today.year, scheme, code_of) for scheme in schemes}
    return Learned(city, book, WorkDays(working), today, me["person"], schemes, assessed)


async def _due_at_first(client: Client, task: str, coordinator: str) -> str:
    """The time limit with which a task was issued, which a later extension replaced: its trail tells."""
    trail = await client.ask("ledger", f"tasks/{task}/trail", coordinator)
    changed = {difference["field"]: difference["after"] for difference in trail["changes"][0]["differences"]}
    return str(changed["due"])


async def _schemes(client: Client, year: int, code_of: Mapping[str, str]) -> tuple[Scheme, ...]:
    """The schemes in force this year; none where nobody is assessed yet."""
    found = await client.all("assessment", "schemes", OPENING, year=year)
    return tuple(
        Scheme(s["scheme"], code_of[s["unit"]], s["title"], tuple(t["code"] for t in s["provisions"]["triggers"]))
        for s in found
        if s["status"] == "in-force"
    )


async def _assessed(client: Client, year: int, scheme: Scheme, code_of: Mapping[str, str]) -> tuple[str, ...]:
    standings = await client.all("assessment", f"standings/{year}", OPENING, scheme=scheme.id)
    return tuple(sorted(code_of[standing["unit"]] for standing in standings))


async def _plan(client: Client, year: int, code_of: Mapping[str, str]) -> Plan:
    """The plan in force this year; of several the one with the most tasks."""
    plans = await client.all("ledger", "plans", OPENING, status="adopted")
    current = [plan for plan in plans if plan["from_year"] <= year <= plan["to_year"] and plan["unit"] in code_of]
    if not current:
        raise NotInCity(f"no plan is in force in {year}")
    plan = max(current, key=lambda plan: (plan["figures"]["tasks"], plan["code"]))
    return Plan(plan["plan"], plan["code"], code_of[plan["unit"]], plan["revision"])
