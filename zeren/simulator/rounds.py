"""The assessor's year: mid-year and year-end rounds; and, rarely, a veto trigger that the committee confirms and lifts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from zeren.simulator import words
from zeren.simulator.chance import Chance
from zeren.simulator.city import City
from zeren.simulator.steps import Made, Step
from zeren.simulator.workdays import WorkDays

_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme in force: the code of the division that made it, its title, and the codes of its veto triggers."""

    id: str
    unit: str
    title: str
    triggers: tuple[str, ...]


def rounds(schemes: Sequence[Scheme], city: City, days: WorkDays, chance: Chance) -> list[Step]:
    """For each scheme the two rounds; one trigger in the year, under the first scheme that has any."""
    steps: list[Step] = []
    for at, scheme in enumerate(sorted(schemes, key=lambda scheme: scheme.title), start=1):
        steps += _rounds(scheme, at, city, days, chance)
    return steps


def _rounds(scheme: Scheme, at: int, city: City, days: WorkDays, chance: Chance) -> Iterable[Step]:
    year, chain = days.first.year, f"rounds-{at}"
    assessor = chance.one(city.holders("assessor", over=city.root), "assessor", at)

    def step(day: date, label: str, *path: str, body: Mapping[str, object] = _NOTHING, refused: str = "") -> Step:
        address: tuple[str | Made, ...] = ("schemes", Made(f"scheme/{scheme.id}"), "rounds", *path)
        codes = frozenset({refused} if refused else ())
        return Step(day, chain, label, assessor, address, body, service="assessment", refused_with=codes)

    division = city.units[scheme.unit].id
    july = days.after(date(year, 6, 30), 2)
    half = {"unit": division, "period_from": date(year, 1, 1), "period_to": date(year, 6, 30)}
    yield step(july, "mid-year", "mid-year", body=half)
    yield step(july, "mid-year-again", "mid-year", body=half, refused="round-held")
    yield step(days.after(july, 6), "mid-year-close", "mid-year", "close")
    december = days.after(date(year, 12, 9), 1)
    whole = {"unit": division, "period_from": date(year, 1, 1), "period_to": date(year, 12, 31)}
    yield step(december, "year-end", "year-end", body=whole)
    yield step(days.after(december, 2), "year-end-early", "year-end", "close", refused="round-period-runs")
    if days.last == date(year, 12, 31):
        yield step(days.last, "year-end-close", "year-end", "close")


def trigger(scheme: Scheme, units: Sequence[str], city: City, days: WorkDays, chance: Chance) -> list[Step]:
    """A unit of the scheme is reported in September, vetoed by the committee, and cleared after its appeal."""
    if not scheme.triggers or not units:
        return []
    year, chain, name = days.first.year, "trigger-1", "trigger/1"
    unit = chance.one(sorted(units), "trigger unit")
    reporter = next(post for post in city.holders("inspector", over=city.root) if post.unit == city.root)
    committee = city.holders("committee", over=city.root, unit=city.root)
    reported = days.after(date(year, 9, 9), 1)
    decided, lifted = days.after(reported, 5), days.after(reported, 25)
    body = {
        "scheme": scheme.id,
        "unit": city.units[unit].id,
        "code": scheme.triggers[0],
        "happened_on": reported,
        "narrative": words.TRIGGER_NARRATIVE,
    }
    confirmation = {"document": words.TRIGGER_DOCUMENT.format(number=3)}
    confirm = ("triggers", Made(name), "confirm")
    lift = {
        "grounds": [Made(name, prefix="trigger/")],
        "cause": "appeal",
        "reason": words.LIFTING_REASON,
        "document": words.TRIGGER_DOCUMENT.format(number=5),
    }
    return [
        Step(reported, chain, "report", reporter, ("triggers",), body, service="assessment", makes=name),
        Step(decided, chain, "confirm", committee[0], confirm, confirmation, service="assessment"),
        Step(
            decided,
            chain,
            "confirm-again",
            committee[-1],
            confirm,
            confirmation,
            service="assessment",
            refused_with=frozenset({"trigger-decided"}),
        ),
        Step(
            lifted,
            chain,
            "lift",
            committee[0],
            ("vetoes", Made(f"scheme/{scheme.id}"), Made(f"unit/{unit}"), "lift"),
            lift,
            service="assessment",
        ),
    ]
