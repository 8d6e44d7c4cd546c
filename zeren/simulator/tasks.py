"""The year of a task: claimed in writing, perhaps split, reported on each month, finished or not.

Which tasks are finished is settled for the plan as a whole, so that a year of the sample city ends with 104 of 113.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from zeren.simulator import words
from zeren.simulator.chance import Chance
from zeren.simulator.city import City, Post, Task
from zeren.simulator.steps import Made, Step, paper
from zeren.simulator.workdays import WorkDays

Fate = Literal["accepted", "neglected", "not-good-enough", "suspended"]
"""办结; 一直没有申请办结; 申请后退回、未再申请; 中止. All but the first leave a task unfinished at the end of the year."""

UNFINISHED: tuple[Fate, ...] = ("neglected", "not-good-enough", "neglected", "suspended")
"""Dealt out in this order, over and over, to the tasks that are not finished."""

FINISHED_OF_113 = 104

WEIGHTS: tuple[tuple[str, ...], ...] = (("60", "40"), ("50", "30", "20"), ("33.4", "33.3", "33.3"), ("40", "35", "25"))
ALMOST: tuple[tuple[str, ...], ...] = (
    ("59.9", "40"),
    ("50", "30", "19.9"),
    ("33.3", "33.3", "33.3"),
    ("40", "35", "24.9"),
)
"""The same, as somebody enters them who did not add up."""

_LATE_PERCENT = 7
_RETURNED_PERCENT = 15
_EXTENSION_PERCENT = 15
_GRANTED_PERCENT = 60
_SPLIT_PERCENT = 28
_WRONG_PERCENT = 12


def fates(tasks: Sequence[Task], chance: Chance) -> dict[str, Fate]:
    """How each task of the plan ends, by number: 104 in 113 are accepted, rounded to whole tasks."""
    numbers = [task.number for task in tasks]
    open_at_the_end = len(numbers) - round(len(numbers) * FINISHED_OF_113 / 113)
    found: dict[str, Fate] = dict.fromkeys(numbers, "accepted")
    # The very early ones are single acts that every office gets done.
    candidates = [task.number for task in tasks if task.due.month >= 4] or numbers
    for at, number in enumerate(chance.some(open_at_the_end, candidates, "unfinished")):
        found[number] = UNFINISHED[at % len(UNFINISHED)]
    return found


def story(task: Task, fate: Fate, city: City, days: WorkDays, chance: Chance) -> list[Step]:
    """All that happens to a task of the plan and to its parts, in order."""
    teller = _Teller(task, city, days, chance)
    teller.sign_claim()
    parts = _parts(task, fate, city, chance, days)
    if parts is not None:
        return teller.divided(parts)
    return teller.alone(fate)


@dataclass(frozen=True, slots=True)
class Parts:
    """How a task is split: the direction, and the parts with their weights in per cent."""

    direction: Literal["internal", "lateral", "downward"]
    tasks: tuple[Task, ...]
    weights: tuple[Decimal, ...]
    almost: tuple[Decimal, ...]


def _parts(task: Task, fate: Fate, city: City, chance: Chance, days: WorkDays) -> Parts | None:
    """The parts of a task, or None for one that stays whole. Which directions there are depends on the unit tree."""
    due = days.before(task.due, 12)
    fits = fate == "accepted" and (task.due - task.issued_on).days >= 100 and (days.last - task.due).days >= 15
    if not fits or not chance.happens(_SPLIT_PERCENT, "split", task.number):
        return None
    takers: dict[Literal["internal", "lateral", "downward"], list[str]] = {
        "internal": city.sections(task.unit),
        "lateral": [task.unit, *task.co_units],
        "downward": city.lower(task.unit),
    }
    possible = [direction for direction, units in takers.items() if len(units) >= 2]
    if not possible:
        return None
    # Sections and lower units are rarer than co-operating units: where there are some, they are preferred.
    direction = possible[0] if chance.happens(40, "first direction", task.number) else possible[-1]
    shape = chance.whole(0, len(WEIGHTS) - 1, "weights", task.number)
    weights, almost = WEIGHTS[shape], ALMOST[shape]
    units = takers[direction]
    if len(units) < len(weights):
        weights, almost = WEIGHTS[0], ALMOST[0]
    if direction == "downward":
        units = sorted(chance.some(len(weights), units, "lower", task.number))
    units = units[: len(weights)]
    parts = tuple(
        Task(
            number=f"{task.number}-{at}",
            title=words.PART_TITLES[direction].format(title=task.title, unit=city.units[unit].name),
            unit=unit,
            co_units=(),
            standard=words.PART_STANDARD,
            issued_on=task.issued_on,
            due=due,
            parent=task.number,
        )
        for at, unit in enumerate(units, start=1)
    )
    return Parts(direction, parts, tuple(Decimal(w) for w in weights), tuple(Decimal(w) for w in almost))


class _Teller:
    """Tells the steps of one task or part, from the day on which it is known to its unit."""

    def __init__(self, task: Task, city: City, days: WorkDays, chance: Chance) -> None:
        self.task, self.city, self.days, self.chance = task, city, days, chance
        self.steps: list[Step] = []
        self.id = Made(f"task/{task.number}")
        self.chain = f"task-{task.number.partition('-')[0]}"
        self.head, self.clerk = city.chief(task.unit), city.clerk(task.unit)
        self.coordinator = chance.one(city.holders("coordinator", over=city.root), "coordinator", task.number)

    def add(
        self,
        day: date,
        label: str,
        who: Post,
        *path: str | Made,
        refused_with: tuple[str, ...] = (),
        after_overdue: str | None = None,
        **body: object,
    ) -> None:
        """One more step; `path` follows on the task's own."""
        self.steps.append(
            Step(
                day,
                self.chain,
                f"{self.task.number}-{label}",
                who,
                ("tasks", self.id, *path),
                body,
                refused_with=frozenset(refused_with),
                after_overdue=after_overdue,
            )
        )

    def wrong(self, what: str, percent: int = _WRONG_PERCENT) -> bool:
        """Whether this task's officials make a certain mistake."""
        return self.chance.happens(percent, "wrong", what, self.task.number)

    def draw(self, low: int, high: int, what: str) -> int:
        return self.chance.whole(low, high, what, self.task.number)

    # --- beginning ---------------------------------------------------------------------------------------------

    def sign_claim(self, known_on: date | None = None) -> None:
        """The head of the unit takes the task on in writing, within eight working days."""
        known_on = known_on or self.task.issued_on - timedelta(days=1)
        day = min(self.days.after(known_on, self.draw(1, 8, "claim day")), self.days.before(self.task.due, 5))
        if self.wrong("claimed by a stranger"):
            stranger = self.city.chief(self._elsewhere())
            self.add(
                day,
                "claim-by-stranger",
                stranger,
                "sign-claim",
                refused_with=("not-found", "not-allowed"),
                version=1,
                basis=words.CLAIM_BASIS,
            )
        if self.wrong("signed unread", 5):
            self.add(
                day,
                "claim-unread",
                self.head,
                "sign-claim",
                refused_with=("version-not-current",),
                version=2,
                basis=words.CLAIM_BASIS,
            )
        self.add(day, "claim", self.head, "sign-claim", version=1, basis=words.CLAIM_BASIS)
        self.signed_on = day

    def _elsewhere(self) -> str:
        """The code of a unit that this task is no matter of: neither above its own, nor beside it as a helper."""
        involved = {self.task.unit, *self.task.co_units}
        others = [
            unit.code
            for unit in self.city.units.values()
            if unit.kind == "department"
            and unit.code not in involved
            and not self.city.is_below(self.task.unit, unit.code)
        ]
        return self.chance.one(others, "stranger", self.task.number)

    # --- a task that stays whole -------------------------------------------------------------------------------

    def alone(self, fate: Fate) -> list[Step]:
        """Reports each month, perhaps another time limit, and the end."""
        self.go_on(fate, self.task.due, extensible=True)
        return self.steps

    def go_on(self, fate: Fate, due: date, *, extensible: bool) -> date:
        """From the signature to the end; the day of the last step."""
        task, days = self.task, self.days
        if fate == "suspended":
            day = days.before(due, self.draw(15, 30, "suspended"))
            self.report_until(day, due)
            self.add(
                day,
                "suspend",
                self.coordinator,
                "suspend",
                reason=words.SUSPENSION_REASON,
                decision=words.SUSPENSION_DECISION,
            )
            if self.wrong("reported though suspended", 50):
                later = days.after(day, 5)
                self.report(later, Decimal(50), "suspended", refused_with=("task-suspended",))
            return day
        if fate == "accepted" and extensible and due.month >= 4 and (days.last - due).days >= 45:
            due = self.extension(due)
        late = (
            fate == "accepted"
            and (days.last - due).days >= 40
            and self.chance.happens(_LATE_PERCENT, "late", task.number)
        )
        claim = days.after(due, self.draw(3, 15, "days late")) if late else days.before(due, self.draw(1, 6, "early"))
        claim = max(min(claim, days.before(days.last, 5)), days.after(self.signed_on, 1))
        if fate == "neglected":
            self.report_until(min(days.after(due, 20), days.last), due)
            return due
        self.report_until(claim, due)
        return self.finish(claim, fate, due)

    def extension(self, due: date) -> date:
        """A later time limit is asked for, and granted or refused two days later; the time limit that holds then."""
        number, days = self.task.number, self.days
        if not self.chance.happens(_EXTENSION_PERCENT, "extension", number):
            return due
        asked = days.before(due, self.draw(8, 15, "asked before"))
        if asked <= self.signed_on:
            return due
        until = days.up_to(due + timedelta(days=self.draw(15, 30, "asked for")))
        if self.wrong("extension backwards"):
            self.add(
                asked,
                "extension-backwards",
                self.head,
                "extensions",
                refused_with=("extension-not-later",),
                until=due - timedelta(days=1),
                reason=words.EXTENSION_REASONS[0],
            )
        reason = self.chance.one(words.EXTENSION_REASONS, "extension reason", number)
        self.add(asked, "extension", self.head, "extensions", until=until, reason=reason)
        if self.wrong("asked twice"):
            self.add(
                asked,
                "extension-twice",
                self.head,
                "extensions",
                refused_with=("extension-pending",),
                until=until,
                reason=reason,
            )
        decided = days.after(asked, 2)
        if self.chance.happens(_GRANTED_PERCENT, "granted", number):
            self.add(
                decided, "extension-granted", self.coordinator, "extensions", "grant", reason=words.EXTENSION_GRANTED
            )
            return until
        self.add(decided, "extension-refused", self.coordinator, "extensions", "refuse", reason=words.EXTENSION_REFUSED)
        return due

    # --- progress ----------------------------------------------------------------------------------------------

    def report_until(self, end: date, due: date) -> None:
        """A report in the last week of each month before `end`; now and then one is corrected later."""
        number, days = self.task.number, self.days
        percent = Decimal(0)
        begin = self.signed_on
        all_of_it = max(1, len(days.between(begin, due)))
        pace = self.draw(70, 108, "pace")
        ahead = self.draw(0, 4, "days before the end of the month")
        ends = (days.before(day, ahead) if ahead else day for day in days.month_ends(begin, end))
        months = [day for day in ends if days.after(begin, 3) <= day <= days.before(end, 1)]
        for number_of_report, day in enumerate(months, start=1):
            elapsed = Decimal(len(days.between(begin, day)) * 100) / all_of_it
            reached = min(Decimal(95), (elapsed * pace / 100).quantize(Decimal("0.1")))
            if percent > 1 and self.wrong(f"fell {day}", 3):
                self.report(day, percent - Decimal("0.5"), f"fell-{day}", refused_with=("percent-fell",))
            percent = max(percent, reached)
            self.report(day, percent, f"report-{day}")
            after = days.after(day, 2)
            if after < end and percent > 5 and self.chance.happens(8, "corrected", number, day):
                percent -= Decimal(self.draw(5, 40, f"corrected by {day}")) / 10
                self.add(
                    after,
                    f"correct-{day}",
                    self.clerk,
                    "progress",
                    str(number_of_report),
                    "correct",
                    percent=percent,
                    done=words.CORRECTED,
                    reason=self.chance.one(words.CORRECTION_REASONS, "correction", number, day),
                )

    def report(self, day: date, percent: Decimal, label: str, refused_with: tuple[str, ...] = ()) -> None:
        phase = words.EARLY if percent < 30 else words.MIDDLE if percent < 75 else words.LATE
        done = self.chance.one(phase, "done", self.task.number, day)
        title = f"{self.task.number}号任务{day.month}月份进展佐证材料"
        self.add(
            day,
            label,
            self.clerk,
            "progress",
            refused_with=refused_with,
            percent=percent,
            done=done.format(title=self.task.title, standard=self.task.standard),
            period_from=day.replace(day=1),
            period_to=day,
            evidence=[paper(title)],
        )

    # --- end ---------------------------------------------------------------------------------------------------

    def finish(self, claim: date, fate: Fate, due: date) -> date:
        """Completion is claimed, perhaps returned and claimed again, and accepted; the day of the last step."""
        number, days = self.task.number, self.days
        if self.wrong("accepted unclaimed", 5):
            self.add(
                claim, "accept-unclaimed", self.coordinator, "accept-completion", refused_with=("task-not-claimed",)
            )
        self.claim(claim, "complete", words.CLAIM_STATEMENTS, due)
        if self.wrong("accepted by the claimant"):
            self.add(claim, "accept-own", self.head, "accept-completion", refused_with=("not-allowed", "own-claim"))
        if self.wrong("reported though claimed", 5):
            self.report(claim, Decimal(100), "claimed", refused_with=("task-claimed",))
        decided = days.after(claim, self.draw(1, 2, "decided"))
        returned = fate == "not-good-enough" or self.chance.happens(_RETURNED_PERCENT, "returned", number)
        if returned and (fate == "not-good-enough" or (days.last - decided).days >= 8):
            reason = self.chance.one(words.RETURN_REASONS, "return reason", number)
            self.add(
                decided,
                "return",
                self.coordinator,
                "return-completion",
                reason=reason.format(standard=self.task.standard),
            )
            if fate == "not-good-enough":
                return decided
            claim = days.after(decided, self.draw(2, 3, "again"))
            self.claim(claim, "complete-again", (words.SECOND_STATEMENT,), due)
            decided = days.after(claim, 1)
        opinion = self.chance.one(words.ACCEPTANCE_OPINIONS, "opinion", number)
        self.add(decided, "accept", self.coordinator, "accept-completion", opinion=opinion)
        if self.wrong("reported though ended", 5):
            self.report(decided, Decimal(100), "ended", refused_with=("task-ended",))
        return decided

    def claim(self, day: date, label: str, statements: Sequence[str], due: date) -> None:
        statement = self.chance.one(statements, label, self.task.number)
        self.add(
            day,
            label,
            self.clerk if self.chance.happens(70, "claimed by clerk", self.task.number) else self.head,
            "claim-completion",
            after_overdue=self.task.number if day > due else None,
            statement=statement.format(title=self.task.title, standard=self.task.standard),
            evidence=[paper(f"{self.task.number}号任务办结佐证材料（{label}）")],
        )

    # --- a task that is split ----------------------------------------------------------------------------------

    def divided(self, parts: Parts) -> list[Step]:
        """Split some working days after the signature; each part has a story of its own, and the whole ends last."""
        day = self.days.after(self.signed_on, self.draw(2, 8, "split day"))
        if self.wrong("weights", 35):
            self.split(day, "split-99.9", parts, parts.almost, refused_with=("split-weights-not-100",))
        if self.wrong("part outlasts", 10):
            later = self.task.due + timedelta(days=1)
            self.split(day, "split-late", parts, parts.weights, due=later, refused_with=("split-part-outlasts-task",))
        if self.wrong("direction", 15):
            self.split(day, "split-wrong-direction", parts, parts.weights, wrong_direction=True)
        self.split(day, "split", parts, parts.weights)
        if self.wrong("split twice"):
            self.split(day, "split-twice", parts, parts.weights, refused_with=("task-already-split",))
        if self.wrong("whole reported", 15):
            self.report(self.days.after(day, 1), Decimal(20), "whole", refused_with=("whole-reports-by-parts",))
        committee = self.chance.one(
            self.city.holders("committee", over=self.city.root, unit=self.city.root), "endorser", self.task.number
        )
        self.add(
            self.days.after(day, 1),
            "endorse",
            committee,
            "endorse",
            version=2,
            opinion=self.chance.one(words.LEADER_OPINIONS, "opinion of the leader", self.task.number),
            basis=words.ENDORSEMENT_BASIS,
        )
        last = day
        for part in parts.tasks:
            told = _Teller(part, self.city, self.days, self.chance)
            told.coordinator = self.coordinator
            told.sign_claim(day)
            last = max(last, told.go_on("accepted", part.due, extensible=False))
            self.steps += told.steps
        if self.wrong("whole before its parts", 20):
            early = self.days.after(day, 20)
            if early < min(last, self.days.before(parts.tasks[0].due, 10)):
                self.claim_whole_early(early)
        claim = max(self.days.before(self.task.due, self.draw(1, 4, "early")), self.days.after(last, 1))
        self.finish(claim, "accepted", self.task.due)
        return self.steps

    def claim_whole_early(self, day: date) -> None:
        self.add(
            day,
            "complete-before-parts",
            self.head,
            "claim-completion",
            refused_with=("parts-unfinished",),
            statement=words.CLAIM_STATEMENTS[1],
        )

    def split(
        self,
        day: date,
        label: str,
        parts: Parts,
        weights: Sequence[Decimal],
        *,
        due: date | None = None,
        wrong_direction: bool = False,
        refused_with: tuple[str, ...] = (),
    ) -> None:
        direction = parts.direction
        if wrong_direction:
            # To sections nothing goes laterally that are no co-operating units; to others nothing goes internally.
            direction, refused_with = (
                ("lateral", ("split-part-not-co-operating",))
                if direction == "internal"
                else ("internal", ("split-part-not-a-section",))
            )
        given = [
            {
                "title": part.title,
                "weight": weight,
                "leader": self.city.chief(part.unit).id,
                "unit": self.city.units[part.unit].id,
                "requirement": words.PART_REQUIREMENT,
                "standard": part.standard,
                "due": due or part.due,
                "lead": direction == "lateral" and at == 0,
            }
            for at, (part, weight) in enumerate(zip(parts.tasks, weights, strict=True))
        ]
        self.add(day, label, self.coordinator, "split", refused_with=refused_with, direction=direction, parts=given)
