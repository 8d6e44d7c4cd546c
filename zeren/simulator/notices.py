"""Letters that follow from findings and neglected tasks: signed by the office, signed for and answered by heads and clerks.

Most drafts stay drafts, as anywhere; a standing authorisation lets warnings leave by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from zeren.simulator import report_words as words
from zeren.simulator.chance import Chance
from zeren.simulator.city import City, Post
from zeren.simulator.inspections import findings, visits
from zeren.simulator.steps import Find, Made, Step
from zeren.simulator.tasks import Fate
from zeren.simulator.workdays import WorkDays

_WORD_OF_THE_CITY, _WORD_OF_CASES = "云督", "云纪"
"""The words with which the city committee and its discipline body sign their letters."""

_SENT_PERCENT = 35
_UNANSWERED_PERCENT = 15
_AUTHORISED = "warning-notice"


def notices(fates: Mapping[str, Fate], city: City, days: WorkDays, chance: Chance) -> list[Step]:
    """The year of letters. None where no coordinator reaches over the city."""
    coordinators = city.holders("coordinator", over=city.root)
    if not coordinators:
        return []
    told = list(_organs(coordinators[0], city, days))
    for visit in visits(city, days, chance):
        for finding in findings(visit, days, chance):
            if chance.happens(_SENT_PERCENT, "letter", finding.name):
                sent = days.after(finding.found_on, 1)
                told += _letter(
                    finding.name, "inspection-opinion", finding.target, finding.finder, sent, city, days, chance
                )
    for task in (task for number, task in city.tasks.items() if fates.get(number) == "neglected"):
        sent = days.after(task.due, 2)
        if sent <= task.due:
            continue
        told += _letter(f"task/{task.number}", "urging-letter", task.unit, coordinators[-1], sent, city, days, chance)
    return told


def _organs(coordinator: Post, city: City, days: WorkDays) -> Iterable[Step]:
    """On the first day the organs get their words, and the first of them gives a standing authorisation."""
    day = days.after(days.first, 2)
    words_of = {city.root: _WORD_OF_THE_CITY}
    for supervisor in city.holders("case-supervisor", over=city.root):
        words_of.setdefault(supervisor.unit, _WORD_OF_CASES)
    for unit, word in words_of.items():
        code = {"code": word}
        path = ("organs", Made(f"unit/{unit}"), "code")
        yield Step(day, "organs", f"code-{unit}", coordinator, path, code, service="notifications")
    given = {
        "unit": city.units[city.root].id,
        "instrument": _AUTHORISED,
        "document": words.AUTHORISATION_DOCUMENT,
    }
    yield Step(day, "organs", "authorise", coordinator, ("authorisations",), given, service="notifications")


def _letter(
    about: str, instrument: str, unit: str, issuer: Post, sent: date, city: City, days: WorkDays, chance: Chance
) -> Iterable[Step]:
    """Signed, signed for, answered or not, and settled. `about` names the finding or the task."""
    kind, _, rest = about.partition("/")
    chain, notice, issued = f"notice-{about.replace('/', '-')}", Made(f"notice/{rest}"), Made(f"issued/{rest}")
    asked = {"about": Made(about, prefix=f"{kind}/")}
    values = {"instrument": instrument}
    drafted = Find(notice.name, "notifications", "notices", "notice", asked, values)
    left = Find(issued.name, "notifications", "notices", "notice", asked, {**values, "status": "issued"})

    def step(day: date, label: str, who: Post, of: Made, find: Find, *refused: str, **body: object) -> Step:
        path = ("notices", of, label.partition("-again")[0])
        return Step(day, chain, label, who, path, body, "notifications", frozenset(refused), finds=find)

    head, clerk = city.chief(unit), city.clerk(unit)
    yield step(sent, "release", issuer, notice, drafted)
    day = days.after(sent, chance.whole(1, 3, "signed for", about))
    yield step(day, "sign-for", head, issued, left)
    if chance.happens(10, "signed for twice", about):
        yield step(day, "sign-for-again", head, issued, left, "notice-signed-for")
    if chance.happens(_UNANSWERED_PERCENT, "unanswered", about) or days.last < days.after(day, 8):
        return
    day = days.after(day, chance.whole(1, 3, "letter answered", about))
    answer = chance.one(words.ANSWERS, "letter answer", about)
    yield step(day, "answer", clerk, issued, left, answer=answer)
    outcome = chance.one(words.OUTCOMES, "outcome", about)
    yield step(days.after(day, 2), "settle", issuer, issued, left, outcome=outcome)
