"""The whole road, over HTTP: an anonymous report becomes a clue and a case, a person is held accountable; the decision
costs points and vetoes, numbered letters go out; an appeal takes all of it back, and the reporter follows by receipt.

One story at the turn of the year, each step a test on what the steps before it left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from tests.journeys.people import CITY, People, Story
from tests.support.running import Caller, zeren

NEWSPAPER = "YL-118"
"""云岭日报社, which is complained of."""
DISCIPLINE = "YL-101"
"""市纪委监委, which receives, investigates and decides."""

WORDS = "广告发行收入三年未入账，社长知情不报。"
DECISION = "云纪决〔2026〕18号"
REVOCATION = "云纪复〔2027〕1号"
CONCEALED = "DX-09"
"""对严重违纪违法案件隐瞒不报、压案不查: the scheme flags it."""

POSTS = {
    "clerk": ("信访室接访员", 0),
    "supervisor": ("案件监督管理室主任", 0),
    "custodian": ("审查调查室承办人", 0),
    "handler": ("审查调查室承办人", 1),
    "decider": ("纪委常委会委员", 0),
    "appeals": ("纪委常委会委员", 1),
}
"""Who deals with it, by what they do here: title, and which of several. All reach over the whole city."""


@dataclass
class Case(Story):
    """What is reported, and what becomes of it."""

    receipt: dict[str, str] = field(default_factory=dict)
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def by(self, name: str) -> Caller:
        return self.people.by(self.posts[name])

    def person(self, name: str) -> str:
        return str(self.posts[name]["person"])

    @property
    def citizen(self) -> Caller:
        """Nobody whom the city knows."""
        return Caller(self.people.up.port, "")

    @property
    def chief(self) -> dict[str, Any]:
        """The post of whoever leads the newspaper, with its holder."""
        return self.people.chief(NEWSPAPER)

    def follow(self) -> dict[str, Any]:
        """What the reporter is told."""
        found: dict[str, Any] = self.citizen.done("intake/follow", {"code": self.receipt["code"]})
        return found

    def lines(self, leaf: str) -> list[dict[str, Any]]:
        """The lines of the newspaper's score under one leaf that cost something."""
        return [
            line for line in self.standing(NEWSPAPER)["lines"] if line["leaf"] == leaf and Decimal(line["lost"]) > 0
        ]

    def veto_status(self) -> str:
        veto = self.veto(NEWSPAPER)
        return "clear" if veto is None else str(veto["status"])

    def letters(self, about: str) -> list[dict[str, Any]]:
        """The letters about a thing, by their numbers."""
        found = self.by("supervisor").all("notifications/notices", about=about)
        return sorted(found, key=lambda letter: (letter["title"], letter["number"] or "", letter["person"] or ""))


@pytest.fixture(scope="module")
def case(city: People) -> Case:
    """The city on the last morning of its year."""
    story = Case(city)
    if story.today() < "2026-12-31":
        story.clock("2026-12-31 09:00")
    story.made["scheme"] = next(
        found["scheme"]
        for found in story.assessor.all("assessment/schemes", year=2026)
        if found["units"]["name"] == "市直部门"
    )
    story.posts |= {name: city.post(DISCIPLINE, title, at) for name, (title, at) in POSTS.items()}
    story.settled()
    return story


def event_of(done: dict[str, Any], kind: str) -> dict[str, Any]:
    (data,) = (event["data"] for event in done["events"] if event["type"] == kind)
    return dict(data)


def test_the_chief_has_signed_for_the_unit(case: Case) -> None:
    """The letter of responsibility of the year; a case that comes later asks who had answered."""
    letter = case.coordinator.done(
        "ledger/letters",
        {
            "plan": next(iter(case.people.tasks.values()))["plan"],
            "year": 2026,
            "giver": case.people.unit(CITY),
            "unit": case.people.unit(NEWSPAPER),
            "title": "2026年度党风廉政建设责任书（日报社）",
            "text": "一、认真落实年度责任分工任务。二、主要负责人履行第一责任人职责。三、如实报告工作进展。",
        },
    )["id"]
    version = case.coordinator.get(f"ledger/letters/{letter}/signable")["version"]
    for unit in (CITY, NEWSPAPER):
        case.head(unit).done(f"ledger/letters/{letter}/sign", {"version": version, "basis": "责任分工方案第三条"})


# --- a report --------------------------------------------------------------------------------------------------------


def lodge(case: Case, **report: Any) -> dict[str, str]:
    """The receipt of a report that was lodged by nobody in particular."""
    receipt = case.citizen.done("intake/receipts", {})
    body = {"code": receipt["code"], "signature": receipt["signature"], **report}
    assert case.citizen.done("intake/complaints", body)["lodged_on"] == "2026-12-31"
    return {"code": receipt["code"], "signature": receipt["signature"]}


def test_a_citizen_lodges_without_a_name_and_follows_by_receipt(case: Case) -> None:
    case.receipt = lodge(case, category="accusation", unit=case.people.unit(NEWSPAPER), words=WORDS)
    told = case.follow()
    assert (told["stage"], told["lodged_on"], told["answers"]) == ("lodged", "2026-12-31", [])
    assert WORDS not in str(told)


def test_what_is_no_receipt_opens_nothing_and_another_report_does_not_go_under_a_used_one(case: Case) -> None:
    assert case.citizen.refused("intake/follow", {"code": "1234567890123456"}) == "receipt-unknown"
    body = {**case.receipt, "category": "accusation", "unit": case.people.unit(NEWSPAPER), "words": "另一件事。"}
    assert case.citizen.refused("intake/complaints", body) == "receipt-used"


def test_nobody_is_told_of_it_before_its_hour(case: Case) -> None:
    assert case.by("clerk").all("intake/complaints") == []
    case.clock("2026-12-31 12:01")
    (report,) = case.by("clerk").all("intake/complaints", category="accusation")
    assert (report["unit"], report["by_name"]) == (case.people.unit(NEWSPAPER), False)
    case.made["complaint"] = report["complaint"]


# --- registered, accepted, read -----------------------------------------------------------------------------------------


def test_it_is_registered_accepted_and_given_to_a_handler_who_reads_its_words(case: Case) -> None:
    report, clerk, supervisor = case.made["complaint"], case.by("clerk"), case.by("supervisor")
    path = f"complaints/petitions/{report}"
    body = {"complaint": report, "unit": case.people.unit(DISCIPLINE), "category": "accusation"}
    first = clerk.done("complaints/petitions", body, key="register-the-report")
    assert clerk.done("complaints/petitions", body, key="register-the-report") == first
    assert supervisor.refused(f"{path}/turn-into-clue", {}) == "petition-not-accepted-yet"
    clerk.done(f"{path}/accept", {})
    supervisor.done(f"{path}/assign", {"handler": case.person("custodian")})
    assert case.by("custodian").get(f"{path}/words")["text"] == WORDS
    assert case.by("handler").ask(f"{path}/words").status in (403, 404)
    assert case.head(NEWSPAPER).ask(f"{path}/words").status in (403, 404)


def test_the_reporter_is_told_and_asked_for_nothing_else(case: Case) -> None:
    path = f"complaints/petitions/{case.made['complaint']}/tell"
    case.by("custodian").done(path, {"of": "message", "text": "您反映的问题已受理，正在核查。"})
    case.settled()
    told = case.follow()
    assert told["stage"] == "accepted"
    assert [answer["text"] for answer in told["answers"]] == ["您反映的问题已受理，正在核查。"]


# --- clue, case ----------------------------------------------------------------------------------------------------------


def test_it_becomes_a_clue_whose_custody_both_sides_sign(case: Case) -> None:
    supervisor, report = case.by("supervisor"), case.made["complaint"]
    supervisor.done(f"complaints/petitions/{report}/turn-into-clue", {})
    body = {
        "unit": case.people.unit(DISCIPLINE),
        "origin": "petition",
        "source": f"petition/{report}",
        "about_unit": case.people.unit(NEWSPAPER),
        "about_persons": [case.chief["person"]],
        "custodian": case.person("custodian"),
        "narrative": "广告发行收入疑似账外存放。",
    }
    assert supervisor.refused("complaints/clues", {**body, "custodian": case.chief["person"]}) == "handler-concerned"
    clue = case.made["clue"] = supervisor.done("complaints/clues", body)["id"]
    path = f"complaints/clues/{clue}"
    assert case.by("handler").refused(f"{path}/take-custody", {}) == "clue-custody-not-offered"
    case.by("custodian").done(f"{path}/offer-custody", {"taker": case.person("handler")})
    case.by("handler").done(f"{path}/take-custody", {})
    case.by("handler").done(
        f"{path}/propose-disposal", {"disposal": "preliminary-verification", "study": "集体研究纪要3号"}
    )
    document = {"document": "线索处置审批表3号"}
    case.by("decider").done(f"{path}/approve-disposal", document)
    case.by("handler").done(f"{path}/steps", {"step": "verification-reported", "taken_on": "2026-12-31"})


def test_a_case_is_filed_and_concluded_by_others_than_who_investigate(case: Case) -> None:
    filing = {
        "clue": case.made["clue"],
        "unit": case.people.unit(DISCIPLINE),
        "facts_on": "2026-12-31",
        "document": "立案决定书12号",
    }
    number = case.made["case"] = case.by("decider").done("complaints/cases", filing)["id"]
    path = f"complaints/cases/{number}"
    case.by("supervisor").done(f"{path}/assign", {"handler": case.person("handler")})
    step = {"narrative": "调取三个年度的广告合同和银行流水。", "taken_on": "2026-12-31"}
    assert case.by("custodian").refused(f"{path}/steps", step) == "not-yours-to-handle"
    case.by("handler").done(f"{path}/steps", step)
    concluding = {"substantiated": True, "major": False, "document": "结案报告12号"}
    assert case.by("supervisor").refused(f"{path}/conclude", concluding) == "not-allowed"
    concluded = case.by("decider").done(f"{path}/conclude", concluding)
    inquiry = event_of(concluded, "leadership-inquiry-opened")
    assert case.chief["person"] in {signer["person"] for signer in inquiry["signers"]}, "who answered for the unit"
    assert "银行流水" not in str(concluded)


# --- held accountable ----------------------------------------------------------------------------------------------------


def test_nobody_is_held_accountable_unheard_or_by_who_proposed_it(case: Case) -> None:
    supervisor = case.by("supervisor")
    proposal = {
        "case": case.made["case"],
        "unit": case.people.unit(NEWSPAPER),
        "person": case.chief["person"],
        "post": case.chief["post"],
        "subject_class": "chief",
        "bottom_lines": [CONCEALED],
        "responsibility": "main-leadership",
        "form": "admonition",
        "facts": "对本单位财务人员涉嫌挪用的线索压下不报。",
    }
    assert supervisor.refused("complaints/decisions", {**proposal, "bottom_lines": ["DX-99"]}) == "bottom-line-unknown"
    assert supervisor.refused("complaints/decisions", {**proposal, "form": "reorganisation"}) == "form-not-of-subject"
    decision = case.made["decision"] = supervisor.done("complaints/decisions", proposal)["id"]
    path = f"complaints/decisions/{decision}"
    assert case.by("decider").refused(f"{path}/hold-accountable", {"document": DECISION}) == "person-not-heard"
    supervisor.done(f"{path}/hearing", {"heard_on": "2026-12-31", "statement": "当时以为属于内部管理问题。"})
    assert supervisor.refused(f"{path}/hold-accountable", {"document": DECISION}) == "not-allowed"
    held = event_of(
        case.by("decider").done(f"{path}/hold-accountable", {"document": DECISION}), "person-held-accountable"
    )
    assert (held["person"], held["bottom_lines"], held["form"]) == (case.chief["person"], [CONCEALED], "admonition")
    case.settled()
    assert case.lines("2.2") == []
    assert case.veto_status() == "clear", "what is not served has no effect"


def test_it_costs_points_and_vetoes_once_it_is_served(case: Case) -> None:
    path = f"complaints/decisions/{case.made['decision']}/serve"
    case.made["before"] = case.standing(NEWSPAPER)["standing"]["score"]
    case.by("supervisor").done(path, {"served_on": "2026-12-31"})
    case.settled()
    (line,) = case.lines("2.2")
    assert (line["type"], line["subject"]) == ("accountability-served", f"decision/{case.made['decision']}")
    assert line["why"] == "责任追究（诫勉），扣2分"
    after = Decimal(case.standing(NEWSPAPER)["standing"]["score"])
    assert Decimal(case.made["before"]) - after == Decimal(line["lost"])
    veto = case.veto(NEWSPAPER)
    assert veto is not None
    assert veto["status"] == "vetoed"
    assert [grounds["kind"] for grounds in veto["standing"]] == ["decision"]


# --- letters -------------------------------------------------------------------------------------------------------------


def test_letters_wait_for_signature_and_get_their_numbers_when_they_leave(case: Case) -> None:
    supervisor, discipline = case.by("supervisor"), case.people.unit(DISCIPLINE)
    about = f"decision/{case.made['decision']}"
    (served,) = case.letters(about)
    assert (served["status"], served["number"], served["person"]) == ("draft", None, case.chief["person"])
    case.administrator.done(f"notifications/organs/{discipline}/code", {"code": "云纪"})
    supervisor.done(f"notifications/notices/{served['notice']}/release", {})
    case.settled()
    (issued,) = case.letters(about)
    assert (issued["status"], issued["number"], issued["issued_on"]) == ("issued", "云纪〔2026〕1号", "2026-12-31")

    head = case.head(NEWSPAPER)
    (mine,) = (letter for letter in head.all("notifications/inbox") if letter["about"] == about)
    read = head.get(f"notifications/notices/{mine['notice']}")
    assert head.get("ledger/me")["name"] in read["text"], "it calls its reader by name"
    assert DECISION in read["text"]
    signed = head.done(f"notifications/notices/{mine['notice']}/sign-for", {})
    assert event_of(signed, "notice-signed-for")["signed_for_on"] == "2026-12-31"
    assert case.by("custodian").ask(f"notifications/notices/{mine['notice']}").status == 404


def test_what_vetoes_also_warns_and_urges_with_a_time_limit(case: Case) -> None:
    unit = case.people.unit(NEWSPAPER)
    drafts = case.coordinator.all("notifications/notices", about=f"veto/{case.made['scheme']}/{unit}", status="draft")
    assert {"warning-notice", "urging-letter"} <= {draft["instrument"] for draft in drafts}


# --- substantiated complaints ---------------------------------------------------------------------------------------------


def test_three_substantiated_requests_enter_the_score_as_a_count_after_the_half_year(case: Case) -> None:
    clerk, handler, discipline = case.by("clerk"), case.by("custodian"), case.people.unit(DISCIPLINE)
    report = {"category": "redress", "unit": case.people.unit(NEWSPAPER)}
    lodge(case, **report, words="一月的稿费拖欠至今。")
    lodge(case, **report, words="二月的稿费拖欠至今。", channel="app")
    lodge(case, **report, words="三月的稿费拖欠至今。", reporter={"name": "梁上正直", "phone": "059187654321"})
    case.clock("2026-12-31 18:01")
    found = clerk.all("intake/complaints", category="redress")
    assert [(report["channel"], report["by_name"]) for report in found].count(("web", True)) == 1
    assert "梁上正直" not in str(found)
    # They stand in an order drawn by lot.
    reports = sorted(found, key=lambda report: (report["channel"], report["by_name"]))
    assert len(reports) == 3
    for report in (report["complaint"] for report in reports):
        path = f"complaints/petitions/{report}"
        clerk.done("complaints/petitions", {"complaint": report, "unit": discipline, "category": "redress"})
        clerk.done(f"{path}/accept", {})
        case.by("supervisor").done(f"{path}/assign", {"handler": case.person("custodian")})
        assert handler.refused(f"{path}/conclude", {"substantiated": True}) == "petition-answer-missing"
        handler.done(f"{path}/tell", {"of": "answer", "text": "经查属实，已责成补发。"})
        handler.done(f"{path}/conclude", {"substantiated": True})
    case.settled()
    assert case.lines("2.3") == [], "before the half-year ends nobody is told"
    case.clock("2027-01-01 06:01")
    (line,) = case.lines("2.3")
    assert line["why"] == "查实申诉求决3件，每件扣0.3分"


# --- appeal ----------------------------------------------------------------------------------------------------------------


def test_whoever_decided_does_not_answer_the_appeal_and_a_revocation_takes_every_effect_back(case: Case) -> None:
    path = f"complaints/decisions/{case.made['decision']}"
    statement = {"statement": "线索已于当年九月书面报告主管部门，附收文回执。"}
    case.clock("2027-01-04 09:00")
    assert case.by("decider").refused(f"{path}/appeal", statement) == "appeal-not-yours"
    case.head(NEWSPAPER).done(f"{path}/appeal", statement)
    assert case.by("decider").refused(f"{path}/revoke", {"document": REVOCATION}) == "appeal-by-decider"
    revoked = case.by("appeals").done(f"{path}/revoke", {"document": REVOCATION})
    assert event_of(revoked, "accountability-revoked")["document"] == REVOCATION
    assert case.by("appeals").refused(f"{path}/revoke", {"document": REVOCATION}) == "decision-not-served"
    case.settled()
    assert case.lines("2.2") == []
    assert case.veto_status() == "clear"
    veto = case.veto(NEWSPAPER)
    assert veto is not None
    assert veto["standing"] == []


def test_a_letter_says_so_in_the_new_years_series(case: Case) -> None:
    about = f"decision/{case.made['decision']}"
    (draft,) = (letter for letter in case.letters(about) if letter["status"] == "draft")
    assert "撤销" in draft["title"]
    case.by("appeals").done(f"notifications/notices/{draft['notice']}/release", {})
    case.settled()
    (issued,) = (letter for letter in case.letters(about) if "撤销" in letter["title"])
    assert (issued["number"], issued["issued_on"]) == ("云纪〔2027〕1号", "2027-01-04")


def test_the_reporter_reads_the_end_by_receipt_and_the_auditor_who_did_what(case: Case) -> None:
    path = f"complaints/petitions/{case.made['complaint']}"
    case.by("custodian").done(f"{path}/tell", {"of": "result", "text": "经查，您反映的主要问题属实，已依规处理。"})
    case.by("custodian").done(f"{path}/conclude", {"substantiated": True})
    case.settled()
    told = case.follow()
    assert (told["stage"], told["is_complete"]) == ("closed", True)
    assert told["answers"][-1]["text"].endswith("已依规处理。")


async def test_the_log_says_who_did_what_on_whose_word_and_nothing_of_what_was_written(case: Case) -> None:
    facts = [fact for fact in await case.log("complaints") if fact.stream == f"decision/{case.made['decision']}"]
    steps = [
        *("accountability-proposed", "facts-found", "person-heard", "person-held-accountable"),
        *("accountability-served", "accountability-appealed", "appeal-written", "accountability-revoked"),
    ]
    assert [fact.type for fact in facts] == steps
    who = {fact.type: fact.actor.subject for fact in facts}
    assert who["accountability-proposed"] == case.person("supervisor")
    assert who["person-held-accountable"] == case.person("decider")
    assert who["accountability-appealed"] == case.chief["person"]
    assert who["accountability-revoked"] == case.person("appeals")
    assert "压下不报" not in str(facts)


def test_every_log_verifies(case: Case) -> None:
    for log in ("ledger", "intake", "complaints", "assessment", "notifications"):
        told = zeren(case.people.up.home, case.people.up.port, "log", "verify", log)
        assert told.returncode == 0, told.stderr
