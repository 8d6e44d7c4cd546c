"""What citizens report in a year, and what becomes of it: forwarded, refused, answered in time or late, taken up as a clue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from zeren.simulator import report_words as words
from zeren.simulator.cases import Case, Ending
from zeren.simulator.chance import Chance
from zeren.simulator.city import City, Post
from zeren.simulator.desks import Desk, desk_of, desk_over
from zeren.simulator.steps import Find, Made, Step
from zeren.simulator.workdays import WorkDays

Category = Literal["redress", "accusation", "suggestion"]
Fate = Literal[
    "answered",
    "extended",
    "late",
    "reviewed",
    "suggestion",
    "unfounded",
    "refused",
    "forwarded",
    "returned",
    "upheld",
    "held",
    "revoked",
    "unit-held",
    "declined",
    "letter",
]
"""答复; 延期后答复; 超期; 申请复查; 建议; 失实; 不予受理; 转送; 转送后退回; 转为线索后问责决定经申诉维持, 生效, 撤销, 问责单位, 不予追究,
函询了结."""

FATES: tuple[Fate, ...] = (
    *("answered", "held", "forwarded", "upheld", "answered", "revoked", "refused", "unit-held", "late"),
    *("letter", "declined", "returned", "extended", "reviewed", "unfounded", "suggestion", "answered"),
)
"""In the order of the year: what becomes a case comes early enough to end in it."""

IN_TOWNSHIPS = frozenset({5, 17})
"""The numbers of the reports that a county receives, about one of its townships."""

_CATEGORY: Mapping[Fate, Category] = {
    "suggestion": "suggestion",
    **dict.fromkeys(("unfounded", "upheld", "held", "revoked", "unit-held", "declined", "letter"), "accusation"),
}
_BY_NAME_PERCENT = 40
_WRONG_PERCENT = 25
_ADMITTED_WORKING_DAYS = (3, 5)
"""A report is registered so many working days after it was lodged. It enters at the next hour of admission; an hour that
passes while nobody runs is not made up for before the next one."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it is planned: the `number`-th of the year, about a unit, lodged on a day."""

    number: int
    fate: Fate
    unit: str
    by_name: bool
    lodged_on: date

    @property
    def category(self) -> Category:
        return _CATEGORY.get(self.fate, "redress")


def planned(city: City, days: WorkDays, chance: Chance) -> list[Report]:
    """One report in each stretch of the year, up to November; none where nobody receives any."""
    bodies = {post.unit for post in city.holders("intake-clerk")}
    departments = sorted(
        {task.unit for task in city.tasks.values() if task.parent is None and task.unit not in bodies} - {city.root}
    )
    departments = [unit for unit in departments if city.units[unit].kind == "department"]
    townships = [unit.code for unit in city.units.values() if unit.level == "township"]
    season = days.between(date(days.first.year, 1, 6), date(days.first.year, 11, 10))
    stretch = len(season) // len(FATES)
    if not bodies or not stretch or len(departments) < len(FATES):
        return []
    about = chance.some(len(FATES), departments, "complained of")
    for number, township in zip(
        sorted(IN_TOWNSHIPS), chance.some(len(IN_TOWNSHIPS), townships, "in townships"), strict=False
    ):
        about[number - 1] = township
    return [
        Report(
            number,
            fate,
            unit,
            chance.happens(_BY_NAME_PERCENT, "by name", number),
            season[stretch * (number - 1) + chance.whole(0, stretch - 1, "lodged", number)],
        )
        for number, (fate, unit) in enumerate(zip(FATES, about, strict=True), start=1)
    ]


def reports(city: City, days: WorkDays, chance: Chance) -> list[Step]:
    """Everything that is done about reports in a year. Where nobody can decide a case and another its appeal, none is opened."""
    told: list[Step] = []
    for report in planned(city, days, chance):
        desk = desk_over(report.unit, city, chance)
        if desk is None:
            continue
        if report.fate in get_args(Ending) and len(desk.deciders) < 2:
            report = replace(report, fate="unfounded")
        told += _Teller(report, desk, city, days, chance).story()
    return told


class _Teller:
    """Tells the steps of one report."""

    def __init__(self, report: Report, desk: Desk, city: City, days: WorkDays, chance: Chance) -> None:
        self.report, self.desk, self.city, self.days, self.chance = report, desk, city, days, chance
        self.steps: list[Step] = []
        self.chain = f"report-{report.number}"
        self.receipt = Made(f"receipt/{report.number}")
        self.complaint = Made(f"complaint/{report.number}")
        self.handler = desk.handlers[0]
        self.find = Find(
            self.complaint.name,
            "intake",
            "complaints",
            "complaint",
            {"unit": city.units[report.unit].id, "category": report.category},
            {"lodged_on": report.lodged_on, "by_name": report.by_name},
        )

    def draw(self, low: int, high: int, what: str) -> int:
        return self.chance.whole(low, high, what, "report", self.report.number)

    def wrong(self, what: str) -> bool:
        return self.chance.happens(_WRONG_PERCENT, "wrong", what, "report", self.report.number)

    # --- the citizen -------------------------------------------------------------------------------------------

    def knock(self, day: date, label: str, door: str, stages: Sequence[str] = (), **body: object) -> None:
        """The reporter comes back with the receipt."""
        told = {"code": self.receipt, **body}
        self.steps.append(Step(day, self.chain, label, None, (door,), told, service="intake", stages=frozenset(stages)))

    def lodge(self) -> None:
        report, city = self.report, self.city
        about = (report.category, "report", report.number)
        body: dict[str, object] = {
            "category": report.category,
            "unit": city.units[report.unit].id,
            "words": self.chance.one(words.REPORTS[report.category], *about).format(unit=city.units[report.unit].name),
            "channel": self.chance.one(("web", "app"), "channel", *about),
        }
        if report.by_name:
            body["reporter"] = self.chance.one(words.REPORTERS, "reporter", *about)
        day = report.lodged_on
        self.steps.append(
            Step(day, self.chain, "lodge", None, ("complaints",), body, service="intake", makes=self.receipt.name)
        )
        self.knock(day, "follow-lodged", "follow", ("lodged",))
        if self.wrong("receipt"):
            no_receipt = {"code": "0" * 16}
            refused = frozenset({"receipt-unknown"})
            self.steps.append(
                Step(
                    day,
                    self.chain,
                    "follow-wrong",
                    None,
                    ("follow",),
                    no_receipt,
                    service="intake",
                    refused_with=refused,
                )
            )
        if self.chance.happens(40, "evidence", *about):
            self.knock(self.days.after(day, 1), "evidence", "messages", word="evidence", words=words.EVIDENCE)

    # --- the office --------------------------------------------------------------------------------------------

    def act(self, day: date, label: str, who: Post, act: str, *refused_with: str, **body: object) -> None:
        """Something is done about the report once it is registered."""
        path = ("petitions", self.complaint, act)
        refused = frozenset(refused_with)
        self.steps.append(Step(day, self.chain, label, who, path, body, service="complaints", refused_with=refused))

    def register(self) -> date:
        """The clerk registers the report under the class in which it was lodged; the day."""
        day = self.days.after(self.report.lodged_on, self.draw(*_ADMITTED_WORKING_DAYS, "registered"))
        body = {
            "complaint": self.complaint,
            "unit": self.city.units[self.desk.unit].id,
            "category": self.report.category,
        }
        if self.wrong("class"):
            another = "redress" if self.report.category != "redress" else "suggestion"
            self._register(day, "register-otherwise", {**body, "category": another}, "reclassified-without-reason")
        self._register(day, "register", body)
        return day

    def _register(self, day: date, label: str, body: Mapping[str, object], *refused_with: str) -> None:
        self.steps.append(
            Step(
                day,
                self.chain,
                label,
                self.desk.clerk,
                ("petitions",),
                body,
                service="complaints",
                refused_with=frozenset(refused_with),
                finds=self.find,
            )
        )

    def accept(self, day: date) -> None:
        """Accepted, given to a handler, who tells the reporter so."""
        if self.wrong("clue too early"):
            self.act(day, "clue-early", self.desk.supervisor, "turn-into-clue", *self._no_clue_yet())
        self.act(day, "accept", self.desk.clerk, "accept")
        self.act(day, "assign", self.desk.supervisor, "assign", handler=self.handler.holder)
        self.tell(day, "acceptance")

    def _no_clue_yet(self) -> tuple[str, ...]:
        return ("petition-not-accepted-yet" if self.report.category == "accusation" else "clue-not-for-class",)

    def tell(self, day: date, of: str, text: str | None = None) -> None:
        self.act(day, f"tell-{of}", self.handler, "tell", of=of, text=text or words.TOLD[of])

    def answer(self, day: date) -> date:
        """The answer, and what the reporter thinks of it; the day on which they say so."""
        if self.report.category == "redress" and self.wrong("concluded unanswered"):
            self.act(day, "conclude-early", self.handler, "conclude", "petition-answer-missing", substantiated=True)
        text = words.TOLD["suggestion"] if self.report.category == "suggestion" else None
        self.tell(day, "answer", text)
        rated = self.days.after(day, self.draw(1, 3, "rated"))
        self.knock(rated, "follow-answered", "follow", ("answered",))
        if self.chance.happens(70, "rated", "report", self.report.number):
            satisfied = self.chance.one(("satisfied", "basically-satisfied", "dissatisfied"), "how", self.report.number)
            self.knock(rated, "rate", "ratings", satisfaction=satisfied)
        return rated

    def conclude(self, day: date, substantiated: bool | None) -> None:
        self.act(day, "conclude", self.handler, "conclude", substantiated=substantiated)
        self.knock(self.days.after(day, 1), "follow-closed", "follow", ("closed",))

    def hand_over(self, desk: Desk) -> None:
        """From now on it is dealt with elsewhere."""
        self.desk, self.handler = desk, desk.handlers[0]

    # --- the stories -------------------------------------------------------------------------------------------

    def story(self) -> list[Step]:
        self.lodge()
        day = self.register()
        match self.report.fate:
            case "refused":
                self.act(day, "refuse", self.desk.clerk, "refuse", ground=words.REFUSAL_GROUND, text=words.REFUSAL)
                self.knock(self.days.after(day, 1), "follow-refused", "follow", ("not-accepted",))
            case "forwarded" | "returned":
                self.forwarded(day)
            case "upheld" | "held" | "revoked" | "unit-held" | "declined" | "letter" as ending:
                self.accept(day)
                self.taken_up(self.days.after(day, self.draw(1, 3, "taken up")), ending)
            case "unfounded":
                self.accept(day)
                ended = self.days.after(day, self.draw(15, 30, "ended"))
                self.conclude(ended, substantiated=False)
                self.tell(self.days.after(ended, 2), "result", words.TOLD["unfounded"])
            case _:
                late = 13 if self.report.fate == "late" else 0
                self.dealt_with(self.days.after(day, late) if late else day)
        return self.steps

    def dealt_with(self, day: date) -> None:
        """Accepted and answered within its time; or late, after 50 working days, with all reminders; or with more time."""
        fate = self.report.fate
        self.accept(day)
        answered = self.days.after(day, 50 if fate == "late" else self.draw(12, 30, "answered"))
        if fate == "extended":
            self.act(
                self.days.after(day, 20),
                "extend",
                self.desk.supervisor,
                "extend",
                days=20,
                reason=words.EXTENSION_REASON,
                text=words.EXTENSION,
            )
            answered = self.days.after(day, 45)
        last = self.answer(answered)
        if fate == "reviewed":
            asked = self.days.after(last, self.draw(1, 4, "review asked"))
            self.knock(asked, "ask-review", "messages", word="review-request", words=words.REVIEW_REQUEST)
            last = self.days.after(asked, self.draw(8, 14, "reviewed"))
            self.tell(last, "review")
            self.knock(self.days.after(last, 1), "follow-reviewed", "follow", ("reviewed",))
            last = self.days.after(last, 1)
        true = None if self.report.category == "suggestion" else self.chance.happens(60, "true", self.report.number)
        self.conclude(self.days.after(last, 2), substantiated=true)

    def forwarded(self, day: date) -> None:
        """Sent to the letters bureau, which deals with it or gives it back."""
        bureau = next((unit.code for unit in self.city.units.values() if unit.name.endswith("信访局")), None)
        other = desk_of(bureau, self.report.unit, self.city, self.chance) if bureau is not None else None
        if bureau is None or other is None:
            return self.dealt_with(day)
        first = self.desk
        self.act(day, "forward", first.clerk, "forward", to=self.city.units[bureau].id)
        there = self.days.after(day, self.draw(1, 3, "there"))
        self.knock(there, "follow-forwarded", "follow", ("forwarded",))
        if self.report.fate == "returned":
            self.act(there, "return", other.clerk, "return", reason=words.RETURN_REASON)
            return self.dealt_with(self.days.after(there, 1))
        self.hand_over(other)
        return self.dealt_with(there)

    def taken_up(self, day: date, ending: Ending) -> None:
        """It becomes a clue; the reporter is told once it is known what came of that."""
        self.act(day, "turn-into-clue", self.desk.supervisor, "turn-into-clue")
        case = Case(self.report.number, self.report.unit, self.desk, self.city, self.days, self.chance)
        ended = case.story(day, ending)
        self.steps += case.steps
        true = ending != "letter"
        self.conclude(ended, substantiated=true)
        self.tell(self.days.after(ended, 2), "result", None if true else words.TOLD["unfounded"])
