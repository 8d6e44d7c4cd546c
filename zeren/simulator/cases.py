"""From a clue to the case and to the decision that holds somebody accountable, with an appeal against it or without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from zeren.simulator import report_words as words
from zeren.simulator.chance import Chance
from zeren.simulator.city import City, Post
from zeren.simulator.desks import Desk
from zeren.simulator.steps import Find, Made, Step
from zeren.simulator.workdays import WorkDays

Ending = Literal["letter", "declined", "held", "unit-held", "upheld", "revoked"]
"""函询了结; 不予追究; 问责个人; 问责单位; 问责个人经申诉维持; 问责个人后撤销."""

_OF_CHIEFS: Sequence[str] = ("DX-03", "DX-17", "DX-20", "DX-21")
_OF_COMMITTEES: Sequence[str] = ("DX-02", "DX-22")
"""Bottom lines of the catalogue that no scheme of the sample city counts as a veto."""
_WRONG_PERCENT = 30


class Case:
    """Tells the steps of one clue, in the chain of the report that it came from."""

    def __init__(self, number: int, unit: str, desk: Desk, city: City, days: WorkDays, chance: Chance) -> None:
        self.number, self.unit, self.desk = number, unit, desk
        self.city, self.days, self.chance = city, days, chance
        self.steps: list[Step] = []
        self.clue, self.case = Made(f"clue/{number}"), Made(f"case/{number}")
        self.decision = Made(f"decision/{number}")
        self.chief = city.chief(unit)
        self.custodian = desk.handlers[0]
        self.decider, self.second = desk.deciders

    def draw(self, low: int, high: int, what: str) -> int:
        return self.chance.whole(low, high, what, "case", self.number)

    def wrong(self, what: str) -> bool:
        return self.chance.happens(_WRONG_PERCENT, "wrong", what, "case", self.number)

    def paper(self, document: str) -> str:
        return document.format(year=self.days.first.year, number=self.number)

    def add(
        self,
        day: date,
        label: str,
        who: Post,
        path: tuple[str | Made, ...],
        body: Mapping[str, object],
        *refused_with: str,
        makes: Made | None = None,
        finds: Find | None = None,
        service: str = "complaints",
    ) -> None:
        self.steps.append(
            Step(
                day,
                f"report-{self.number}",
                label,
                who,
                path,
                body,
                service,
                frozenset(refused_with),
                makes.name if makes is not None else None,
                finds,
            )
        )

    # --- clue --------------------------------------------------------------------------------------------------

    def story(self, day: date, ending: Ending) -> date:
        """All of it, from the day on which a report became a clue; the day on which it has ended."""
        self.opened(day, names_the_chief=ending != "unit-held")
        approved = self.disposed(self.days.after(day, self.draw(2, 4, "studied")), ending)
        if ending == "letter":
            answered = self.days.after(approved, self.draw(8, 14, "answered"))
            self.clue_step(self.days.after(approved, 1), "letter-sent")
            self.clue_step(answered, "letter-answered")
            return self.days.after(answered, 2)
        verified = self.days.after(approved, self.draw(10, 16, "verified"))
        self.clue_step(verified, "verification-reported")
        concluded = self.investigated(self.days.after(verified, 2))
        inquired = self.inquired(self.days.after(concluded, 2), ending)
        return self.accountable(self.days.after(inquired, 2), ending)

    def opened(self, day: date, *, names_the_chief: bool) -> None:
        body = {
            "unit": self.city.units[self.desk.unit].id,
            "origin": "petition",
            "source": Made(f"complaint/{self.number}", prefix="petition/"),
            "about_unit": self.city.units[self.unit].id,
            "about_persons": [self.chief.holder] if names_the_chief else [],
            "custodian": self.custodian.holder,
            "narrative": words.NARRATIVE,
        }
        supervisor = self.desk.supervisor
        if self.wrong("custodian"):
            concerned = {**body, "custodian": self.chief.holder}
            self.add(day, "open-clue-with-chief", supervisor, ("clues",), concerned, "handler-concerned")
        self.add(day, "open-clue", supervisor, ("clues",), body, makes=self.clue)
        report = {"to": "same-level-committee", "document": self.paper(words.REPORT_DOCUMENT)}
        self.add(self.days.after(day, 1), "report-up", supervisor, ("clues", self.clue, "report-up"), report)
        taker = self.desk.handlers[-1]
        if taker != self.custodian and self.chance.happens(60, "custody", self.number):
            offer = {"taker": taker.holder}
            if self.wrong("custody"):
                self.add(day, "take-early", taker, ("clues", self.clue, "take-custody"), {}, "clue-custody-not-offered")
            self.add(day, "offer-custody", self.custodian, ("clues", self.clue, "offer-custody"), offer)
            self.add(self.days.after(day, 1), "take-custody", taker, ("clues", self.clue, "take-custody"), {})
            self.custodian = taker

    def disposed(self, day: date, ending: Ending) -> date:
        """Studied, proposed and approved by another; the day of the approval."""
        disposal = "talk-or-letter" if ending == "letter" else "preliminary-verification"
        proposal = {"disposal": disposal, "study": self.paper(words.STUDY)}
        approval = {"document": self.paper(words.DISPOSAL_DOCUMENT)}
        path = ("clues", self.clue, "approve-disposal")
        if self.wrong("not studied"):
            self.add(day, "approve-early", self.decider, path, approval, "clue-disposal-not-studied")
        self.add(day, "propose-disposal", self.custodian, ("clues", self.clue, "propose-disposal"), proposal)
        approved = self.days.after(day, self.draw(1, 2, "approved"))
        self.add(approved, "approve-disposal", self.decider, path, approval)
        return approved

    def clue_step(self, day: date, step: str) -> None:
        self.add(day, step, self.custodian, ("clues", self.clue, "steps"), {"step": step, "taken_on": day})

    # --- case --------------------------------------------------------------------------------------------------

    def investigated(self, day: date) -> date:
        """Filed, investigated step by step and concluded; the day of the conclusion."""
        filing = {
            "clue": self.clue,
            "unit": self.city.units[self.desk.unit].id,
            "facts_on": self.days.before(day, 40),
            "document": self.paper(words.FILING_DOCUMENT),
        }
        self.add(day, "file-case", self.decider, ("cases",), filing, makes=self.case)
        assigning = {"handler": self.custodian.holder}
        self.add(day, "assign-handler", self.desk.supervisor, ("cases", self.case, "assign"), assigning)
        if self.wrong("assigned the chief"):
            concerned = {"handler": self.chief.holder}
            path = ("cases", self.case, "assign")
            self.add(day, "assign-chief", self.desk.supervisor, path, concerned, "handler-concerned")
        for narrative in words.CASE_STEPS:
            day = self.days.after(day, self.draw(3, 6, narrative))
            step = {"narrative": narrative, "taken_on": day}
            self.add(day, f"case-step-{day}", self.custodian, ("cases", self.case, "steps"), step)
        day = self.days.after(day, self.draw(4, 8, "concluded"))
        conclusion = {"substantiated": True, "major": False, "document": self.paper(words.CONCLUSION_DOCUMENT)}
        self.add(day, "conclude-case", self.decider, ("cases", self.case, "conclude"), conclusion)
        return day

    def inquired(self, day: date, ending: Ending) -> date:
        """一案双查: who answered for it is known, and one of them has to answer; the day on which that is settled."""
        if self.wrong("closed early"):
            self.add(
                day, "close-early", self.desk.supervisor, ("cases", self.case, "close"), {}, "inquiry-not-concluded"
            )
        answerable = [] if ending in ("unit-held", "declined") else [self.chief.holder]
        conclusion = {"answerable": answerable, "document": self.paper(words.INQUIRY_DOCUMENT)}
        self.add(day, "conclude-inquiry", self.second, ("cases", self.case, "conclude-inquiry"), conclusion)
        if answerable:
            form = {"person": self.chief.holder, "form": "first", "basis": words.FORM_BASIS}
            self.add(self.days.after(day, 1), "form", self.desk.supervisor, ("cases", self.case, "forms"), form)
        return day

    # --- decision ----------------------------------------------------------------------------------------------

    def accountable(self, day: date, ending: Ending) -> date:
        """Proposed, heard, decided and served; the day on which nothing more is to be done."""
        supervisor = self.desk.supervisor
        self.add(day, "propose", supervisor, ("decisions",), self.proposal(ending), makes=self.decision)
        decided_in = {"document": self.paper(words.DECISION_DOCUMENT)}
        hold = ("decisions", self.decision, "hold-accountable")
        if self.wrong("unheard"):
            self.add(day, "hold-unheard", self.decider, hold, decided_in, "person-not-heard")
        day = self.days.after(day, self.draw(2, 4, "heard"))
        hearing: dict[str, object] = {"heard_on": day}
        if self.chance.happens(75, "spoke", self.number):
            hearing["statement"] = words.STATEMENT
        self.add(day, "hear", supervisor, ("decisions", self.decision, "hearing"), hearing)
        day = self.days.after(day, self.draw(2, 5, "decided"))
        if ending == "declined":
            declined = {"document": self.paper(words.DECLINED_DOCUMENT), "exemption": "reform-trial"}
            self.add(day, "decline", self.decider, ("decisions", self.decision, "decline"), declined)
            return self.closed(self.days.after(day, 1))
        self.add(day, "hold-accountable", self.decider, hold, decided_in)
        self.letter(day, "served")
        day = self.days.after(day, self.draw(1, 2, "served"))
        self.add(day, "serve", supervisor, ("decisions", self.decision, "serve"), {"served_on": day})
        if ending == "upheld":
            day = self.upheld(self.days.after(day, self.draw(5, 12, "appealed")))
        if ending == "revoked":
            day = self.days.after(day, self.draw(8, 15, "revoked"))
            document = {"document": self.paper(words.REVOCATION_DOCUMENT)}
            self.add(day, "revoke", self.second, ("decisions", self.decision, "revoke"), document)
            self.letter(day, "taken-back")
        return self.closed(self.days.after(day, 1))

    def proposal(self, ending: Ending) -> Mapping[str, object]:
        body: dict[str, object] = {
            "case": self.case,
            "unit": self.city.units[self.unit].id,
            "facts": words.FACTS,
        }
        if ending == "unit-held":
            line = self.chance.one(_OF_COMMITTEES, "bottom line", self.number)
            return body | {
                "subject_class": "committee",
                "bottom_lines": [line],
                "responsibility": "principal",
                "form": "written-inspection",
            }
        line = self.chance.one(_OF_CHIEFS, "bottom line", self.number)
        return body | {
            "person": self.chief.holder,
            "post": self.chief.id,
            "subject_class": "chief",
            "bottom_lines": [line],
            "responsibility": "main-leadership",
            "form": self.chance.one(("circular", "admonition"), "form", self.number),
        }

    def upheld(self, day: date) -> date:
        """Whom it concerns appeals, and others than who decided answer; the day of the answer."""
        appeal = ("decisions", self.decision, "appeal")
        statement = {"statement": words.APPEAL}
        if self.wrong("appealed for another"):
            self.add(day, "appeal-for-another", self.desk.clerk, appeal, statement, "not-found", "appeal-not-yours")
        self.add(day, "appeal", self.chief, appeal, statement)
        uphold = ("decisions", self.decision, "uphold")
        document = {"document": self.paper(words.APPEAL_DOCUMENT)}
        day = self.days.after(day, self.draw(6, 12, "upheld"))
        self.add(day, "uphold-own", self.decider, uphold, document, "appeal-by-decider")
        self.add(day, "uphold", self.second, uphold, document)
        return day

    def closed(self, day: date) -> date:
        self.add(day, "close-case", self.desk.supervisor, ("cases", self.case, "close"), {})
        return day

    def letter(self, day: date, name: str) -> None:
        """The letter that follows is signed the next day, and the chief of the unit signs for it."""
        notice, issued = Made(f"notice/{name}/{self.number}"), Made(f"issued/{name}/{self.number}")
        about = {"about": Made(self.decision.name, prefix="decision/")}
        values = {"instrument": "decision-service", "person": self.chief.holder}
        draft, open_ = {**values, "status": "draft"}, {**values, "status": "issued", "signed_for_on": None}
        drafted = Find(notice.name, "notifications", "notices", "notice", about, draft)
        left = Find(issued.name, "notifications", "notices", "notice", about, open_)
        day = self.days.after(day, 1)
        path = ("notices", notice, "release")
        self.add(day, f"release-{name}", self.desk.supervisor, path, {}, finds=drafted, service="notifications")
        day = self.days.after(day, self.draw(1, 3, f"signed for {name}"))
        path = ("notices", issued, "sign-for")
        self.add(day, f"sign-for-{name}", self.chief, path, {}, finds=left, service="notifications")
