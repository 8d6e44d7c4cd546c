"""Inspections through the year: opened, findings recorded, rectification ordered, reported, verified or sent back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from zeren.simulator import words
from zeren.simulator.chance import Chance
from zeren.simulator.city import City, Post
from zeren.simulator.steps import Made, Step, paper
from zeren.simulator.workdays import WorkDays

KIND_OF_MONTH = {3: "concentrated", 6: "concentrated", 9: "concentrated", 12: "concentrated", 5: "open-and-covert"}
"""一季一督查: a concentrated inspection each quarter; 明查暗访 in May; otherwise 日常督查 and, in autumn, 专项检查."""

_SEVERITIES = ("minor",) * 5 + ("ordinary",) * 4 + ("serious",)
_IN_TIME_PERCENT = 82
_SENT_BACK_PERCENT = 20
_WRONG_PERCENT = 8


@dataclass(frozen=True, slots=True)
class Visit:
    """One inspection as it is planned: by whom, where, from when to when."""

    name: str
    kind: str
    targets: tuple[str, ...]
    team: tuple[Post, ...]
    opens: date
    closes: date
    comprehensive: bool


def visits(city: City, days: WorkDays, chance: Chance) -> list[Visit]:
    """One inspection a month; the one in June is comprehensive, and December's looks at one of its units again."""
    inspectors = [post for post in city.holders("inspector", over=city.root) if post.unit == city.root]
    answering = sorted({task.unit for task in city.tasks.values() if task.parent is None})
    found: list[Visit] = []
    checked: list[str] = []
    for month in range(1, 13):
        inside = days.between(date(days.first.year, month, 1), _month_end(days.first.year, month))
        if len(inside) < 12 or len(inspectors) < 2:
            continue
        kind = KIND_OF_MONTH.get(month, "special" if month in (8, 10) else "daily")
        opens = inside[chance.whole(1, 4, "visit opens", month)]
        targets = chance.some(8 if kind == "concentrated" else 4, answering, "targets", month)
        comprehensive = month in (6, 12)
        if month == 6:
            checked = targets
        if month == 12:
            targets = checked[:1]
        team = chance.some(3, range(len(inspectors)), "team", month)
        found.append(
            Visit(
                f"{days.first.year}-{month:02}",
                kind,
                tuple(targets),
                tuple(inspectors[at] for at in team),
                opens,
                days.after(opens, chance.whole(4, 6, "visit closes", month)),
                comprehensive and bool(targets),
            )
        )
    return [visit for visit in found if visit.targets]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of a visit: the `number`-th at a unit, by whom and when."""

    visit: Visit
    target: str
    number: int
    found_on: date
    finder: Post

    @property
    def name(self) -> str:
        return f"finding/{self.visit.name}/{self.target}/{self.number}"


def findings(visit: Visit, days: WorkDays, chance: Chance) -> list[Finding]:
    """Everything that a visit finds, by unit."""
    inside = days.between(visit.opens, visit.closes)
    found: list[Finding] = []
    for target in visit.targets:
        for number in range(1, 1 + chance.one((0, 1, 1, 2), "findings", visit.name, target)):
            about = (visit.name, target, number)
            on = inside[chance.whole(1, max(1, len(inside) - 2), "found on", *about)]
            found.append(Finding(visit, target, number, on, chance.one(visit.team, "finder", *about)))
    return found


def _month_end(year: int, month: int) -> date:
    return (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def inspections(city: City, days: WorkDays, chance: Chance) -> list[Step]:
    return [step for visit in visits(city, days, chance) for step in _story(visit, city, days, chance)]


def _story(visit: Visit, city: City, days: WorkDays, chance: Chance) -> Iterable[Step]:
    chain, name = f"inspection-{visit.name}", f"inspection/{visit.name}"
    opener = visit.team[0]
    body: dict[str, Any] = {
        "unit": city.units[opener.unit].id,
        "title": words.INSPECTIONS[visit.kind].format(month=visit.opens.month),
        "kind": visit.kind,
        "comprehensive": visit.comprehensive,
        "targets": [city.units[code].id for code in visit.targets],
        "team": [post.holder for post in visit.team],
        "basis": words.INSPECTION_BASIS,
        "window_from": visit.opens,
        "window_to": visit.closes,
    }
    if chance.happens(25, "wrong team", visit.name):
        insider = {**body, "team": [opener.holder, city.chief(visit.targets[0]).holder]}
        refused = frozenset({"team-of-inspected-unit"})
        yield Step(visit.opens, chain, "open-with-insider", opener, ("inspections",), insider, refused_with=refused)
    if visit.comprehensive and visit.opens.month == 12:
        refused = frozenset({"comprehensive-check-again"})
        yield Step(visit.opens, chain, "open-again", opener, ("inspections",), body, refused_with=refused)
        body = {**body, "authorisation": words.SECOND_CHECK_AUTHORISATION}
    yield Step(visit.opens, chain, "open", opener, ("inspections",), body, makes=name)
    last = visit.closes
    for finding in findings(visit, days, chance):
        yield from _finding(finding, city, days, chance)
    yield Step(last, chain, "close", opener, ("inspections", Made(name), "close"))
    if chance.happens(15, "found though closed", visit.name):
        body = _found(visit, visit.targets[0], 0, city, chance)
        yield Step(
            days.after(last, 1),
            chain,
            "found-closed",
            opener,
            ("inspections", Made(name), "findings"),
            body,
            refused_with=frozenset({"inspection-closed"}),
        )


def _found(visit: Visit, target: str, number: int, city: City, chance: Chance) -> dict[str, Any]:
    about = (visit.name, target, number)
    severity = chance.one(_SEVERITIES, "severity", *about)
    own = [task.number for task in city.tasks.values() if task.unit == target and task.parent is None]
    named = chance.one(own, "named task", *about) if own and chance.happens(50, "names a task", *about) else None
    return {
        "unit": city.units[target].id,
        "category": chance.one(words.CATEGORIES, "category", *about),
        "severity": severity,
        "narrative": chance.one(words.NARRATIVES[severity], "narrative", *about),
        "task": Made(f"task/{named}") if named else None,
        "evidence": [paper(f"{visit.name}督查工作底稿（{target}，{number}）")],
    }


def _finding(finding: Finding, city: City, days: WorkDays, chance: Chance) -> Iterable[Step]:
    """From the finding to its end; a chain of its own once the inspection is open, joined by name."""
    visit, target, number, name = finding.visit, finding.target, finding.number, finding.name
    found_on, finder = finding.found_on, finding.finder
    about = (visit.name, target, number)
    chain, label = f"inspection-{visit.name}", f"{target}-{number}"
    checker = next(post for post in visit.team if post.holder != finder.holder)

    def step(day: date, what: str, who: Post, act: str, *refused_with: str, **body: object) -> Step:
        refused = frozenset(refused_with)
        return Step(day, chain, f"{label}-{what}", who, ("findings", Made(name), act), body, refused_with=refused)

    body = _found(visit, target, number, city, chance)
    path = ("inspections", Made(f"inspection/{visit.name}"), "findings")
    outsider = next((p for p in city.holders("inspector", over=city.root) if p not in visit.team), None)
    if outsider is not None and chance.happens(_WRONG_PERCENT, "outsider", *about):
        refused = frozenset({"not-in-team"})
        yield Step(found_on, chain, f"{label}-outsider", outsider, path, body, refused_with=refused)
    yield Step(found_on, chain, f"{label}-found", finder, path, body, makes=name)

    ordered = days.after(found_on, 1)
    due = days.up_to(ordered + timedelta(days=chance.whole(15, 30, "rectified until", *about)))
    yield step(
        ordered,
        "ordered",
        finder,
        "order-rectification",
        requirement=chance.one(words.RECTIFICATION_REQUIREMENTS, "requirement", *about),
        due=due,
    )
    if chance.happens(_WRONG_PERCENT, "verified early", *about):
        yield step(ordered, "verify-early", checker, "verify-rectification", "rectification-not-reported")
    in_time = chance.happens(_IN_TIME_PERCENT, "in time", *about)
    reported = days.before(due, chance.whole(1, 5, "days before", *about))
    reported = reported if in_time else days.after(due, chance.whole(2, 8, "days after", *about))
    if reported >= days.last:
        return
    clerk = city.clerk(target)
    done = chance.one(words.RECTIFIED, "rectified", *about)
    yield step(reported, "reported", clerk, "report-rectification", done=done, evidence=[paper(f"{label}整改报告")])
    checked = days.after(reported, chance.whole(2, 4, "checked after", *about))
    if chance.happens(_WRONG_PERCENT, "verified by finder", *about):
        yield step(checked, "verify-own", finder, "verify-rectification", "own-finding-verified")
    if chance.happens(_WRONG_PERCENT, "struck off early", *about):
        yield step(checked, "strike-off-early", checker, "strike-off", "finding-not-verified")
    if chance.happens(_SENT_BACK_PERCENT, "sent back", *about) and (days.last - checked).days > 30:
        again = days.after(checked, chance.whole(4, 8, "again after", *about))
        yield step(
            checked,
            "sent-back",
            checker,
            "return-rectification",
            reason=words.RECTIFICATION_RETURNED,
            due=days.after(checked, 10),
        )
        yield step(
            again,
            "reported-again",
            clerk,
            "report-rectification",
            done=words.RECTIFIED_AGAIN,
            evidence=[paper(f"{label}补充整改报告")],
        )
        checked = days.after(again, 2)
    yield step(checked, "verified", checker, "verify-rectification")
    yield step(days.after(checked, 1), "struck-off", checker, "strike-off")
