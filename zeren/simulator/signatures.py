"""Responsibility letters down the chain, and the commitments that heads of units make in public."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from zeren.simulator import words
from zeren.simulator.chance import Chance
from zeren.simulator.city import City
from zeren.simulator.steps import Made, Step
from zeren.simulator.workdays import WorkDays

_FROM, _TO = (2, 2), (3, 13)
"""Letters are signed and commitments made between these days (month, day), before the time limit of 3月15日."""


def units_bound(city: City) -> list[str]:
    """Who signs a letter with the topmost unit: counties, and whoever answers for a task of the plan."""
    answering = {task.unit for task in city.tasks.values() if task.parent is None}
    return [
        unit.code
        for unit in city.units.values()
        if city.is_below(unit.code, city.root) and (unit.level == "county" or unit.code in answering)
    ]


def letters(city: City, days: WorkDays, chance: Chance) -> list[Step]:
    """Drawn up by the coordinator, signed by both chiefs; each unit's letter on days of its own."""
    return [step for unit in units_bound(city) for step in _letter(unit, city, days, chance)]


def _letter(unit: str, city: City, days: WorkDays, chance: Chance) -> Iterable[Step]:
    year = days.first.year
    season = days.between(date(year, *_FROM), date(year, *_TO))
    if len(season) < 6:
        return
    day = chance.one(season[:-5], "letter", unit)
    name, chain = f"letter/{unit}", f"letter-{unit}"
    coordinator = chance.one(city.holders("coordinator", over=city.root), "letter coordinator", unit)
    giver, taker = city.chief(city.root), city.chief(unit)
    yield Step(
        day,
        chain,
        "draw-up",
        coordinator,
        ("letters",),
        {
            "plan": city.plan.id,
            "year": year,
            "giver": city.units[city.root].id,
            "unit": city.units[unit].id,
            "title": words.LETTER_TITLE.format(year=year),
            "text": words.LETTER_TEXT.format(unit=city.units[unit].name),
        },
        makes=name,
    )
    signature = {"version": 1, "basis": words.LETTER_BASIS}
    path = ("letters", Made(name), "sign")
    yield Step(days.after(day, 1), chain, "giver", giver, path, signature)
    if chance.happens(8, "wrong letter", unit):
        yield Step(
            days.after(day, 1),
            chain,
            "giver-twice",
            giver,
            path,
            signature,
            refused_with=frozenset({"side-signed-already"}),
        )
    signed = days.after(day, chance.whole(2, 4, "letter signed", unit))
    yield Step(signed, chain, "taker", taker, path, signature)
    if chance.happens(15, "letter endorsed", unit):
        committee = chance.one(city.holders("committee", over=city.root, unit=city.root), "letter endorser", unit)
        opinion = chance.one(words.LEADER_OPINIONS, "letter opinion", unit)
        endorsement = {"version": 1, "basis": words.ENDORSEMENT_BASIS, "opinion": opinion}
        yield Step(days.after(signed, 1), chain, "endorse", committee, ("letters", Made(name), "endorse"), endorsement)


def commitments(city: City, days: WorkDays, chance: Chance) -> list[Step]:
    """Each chief bound by a letter promises in public, once; now and then somebody tries it for another unit."""
    year = days.first.year
    season = days.between(date(year, *_FROM), date(year, *_TO))
    if not season:
        return []
    steps: list[Step] = []
    for unit in units_bound(city):
        chief, day = city.chief(unit), chance.one(season, "commitment", unit)
        body = {
            "unit": city.units[unit].id,
            "text": chance.one(words.COMMITMENT_TEXTS, "promise", unit),
            "basis": words.COMMITMENT_BASIS,
        }
        if chance.happens(5, "wrong commitment", unit):
            another = {**body, "basis": " "}
            refused = frozenset({"basis-missing"})
            steps.append(
                Step(day, f"commitment-{unit}", "no-basis", chief, ("commitments",), another, refused_with=refused)
            )
        steps.append(
            Step(day, f"commitment-{unit}", "promise", chief, ("commitments",), body, makes=f"commitment/{unit}")
        )
    return steps
