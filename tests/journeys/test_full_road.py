"""The whole road, over HTTP: an anonymous report becomes a clue and a case, a person is held accountable; the decision
costs points and vetoes, numbered letters go out; an appeal takes all of it back, and the reporter follows by receipt.

One story at the turn of the year, each step a test on what the steps before it left. What is refused on the way is refused
in both languages; that it changed nothing, the facts at the end show, one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.journeys.people import CITY, People, Story
from tests.support.running import Caller, zeren

NEWSPAPER = "YL-118"
"""云岭日报社, which is complained of."""
DISCIPLINE = "YL-101"
"""市纪委监委, which receives, investigates and decides."""

COUNTY = "YL-202"
"""白水县, to which a report goes by mistake."""
TASK = "13"
"""开设“云岭清风”报纸专栏和电视专题, of the newspaper, led by one of its deputies."""

WORDS = "广告发行收入三年未入账，社长知情不报。"
MORE_WORDS = "补充：账外资金存在广告公司名下。"
OWED = "三月的稿费拖欠至今。"
NAME = "梁上正直"
DECISION = "云纪决〔2026〕18号"
SECOND_DECISION = "云纪决〔2026〕19号"
REVOCATION = "云纪复〔2027〕1号"
CONCEALED = "DX-09"
"""对严重违纪违法案件隐瞒不报、压案不查: the scheme flags it."""
UNSUPERVISED = "DX-03"
"""对本单位、本分管领域发生的严重违纪违法问题疏于监督管理: it costs points and vetoes nothing."""

PORTAL_TOKEN = ("token", "--portal", "yl-zwfw")
WRITTEN = (WORDS, MORE_WORDS, OWED, NAME, "压下不报", "三年未被发现", "银行流水", "账外存放", "收文回执", "已依规处理")
"""What no log may show."""

POSTS = {
    "clerk": (DISCIPLINE, "信访室接访员", 0),
    "supervisor": (DISCIPLINE, "案件监督管理室主任", 0),
    "custodian": (DISCIPLINE, "审查调查室承办人", 0),
    "handler": (DISCIPLINE, "审查调查室承办人", 1),
    "named": (DISCIPLINE, "审查调查室承办人", 2),
    "decider": (DISCIPLINE, "纪委常委会委员", 0),
    "appeals": (DISCIPLINE, "纪委常委会委员", 1),
    "county clerk": (COUNTY, "信访接待员", 0),
    "county handler": (COUNTY, "审查调查室承办人", 0),
}
"""Who deals with it, by what they do here: unit, title, and which of several. Those of the city reach over all of it."""


@dataclass
class Case(Story):
    """What is reported, and what becomes of it."""

    receipt: dict[str, str] = field(default_factory=dict)
    """Of the report without a name."""
    owed: dict[str, str] = field(default_factory=dict)
    """Of the report with one."""
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

    @property
    def deputy(self) -> dict[str, Any]:
        """The post of whoever leads the newspaper's task, with its holder."""
        leader = self.people.tasks[TASK]["leader_post"]
        return next(post for post in self.people.posts if post["post"] == leader)

    def follow(self) -> dict[str, Any]:
        """What the reporter is told."""
        found: dict[str, Any] = self.citizen.done("intake/follow", {"code": self.receipt["code"]})
        return found

    def refused(self, who: Caller, path: str, body: Any, code: str, status: int = 422) -> None:
        """It is refused for this reason, in Chinese and in English."""
        for language in ("zh", "en"):
            answer = who.tell(path, body, headers={"accept-language": language})
            assert (answer.status, answer.code) == (status, code), answer
            assert answer.headers["content-language"] == language
            assert answer.body["detail"] == answer.body[language]
        assert answer.body["zh"] != answer.body["en"]

    def released(self, who: Caller, notice: str) -> dict[str, Any]:
        """A letter after somebody has signed it and it has left."""
        who.done(f"notifications/notices/{notice}/release", {})
        self.settled()
        found: dict[str, Any] = who.get(f"notifications/notices/{notice}")
        assert found["status"] == "issued"
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
    story.posts |= {name: city.post(*where) for name, where in POSTS.items()}
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


def lodge(case: Case, by: Caller, **report: Any) -> dict[str, str]:
    """The receipt of a report on the newspaper."""
    receipt = by.done("intake/receipts", {})
    kept = {"code": receipt["code"], "signature": receipt["signature"]}
    body = {**kept, "unit": case.people.unit(NEWSPAPER), **report}
    assert by.done("intake/complaints", body)["lodged_on"] == "2026-12-31"
    assert by.done("intake/complaints", body)["lodged_on"] == "2026-12-31", "the same again is the same report"
    return kept


def test_somebody_without_a_token_reads_nothing(case: Case) -> None:
    for path in (
        *("ledger/units", "ledger/tasks", f"assessment/standings/2026/{case.people.unit(NEWSPAPER)}"),
        *("intake/complaints", "complaints/petitions", "complaints/decisions", "notifications/inbox"),
    ):
        answer = case.citizen.ask(path)
        assert (answer.status, answer.code) == (401, "token-missing"), path
        assert answer.body["zh"] != answer.body["en"]
    asked = {"query": "{ units { edges { node { name } } } }"}
    told = case.citizen.send("POST", "/graphql", asked, {}).body
    assert (told["data"], told["errors"][0]["extensions"]["code"]) == (None, "token-missing")
    case.refused(case.citizen, "complaints/petitions", {}, "token-missing", 401)


def test_a_citizen_lodges_without_a_name_and_follows_by_receipt(case: Case) -> None:
    case.receipt = lodge(case, case.citizen, category="accusation", words=WORDS)
    told = case.follow()
    assert (told["stage"], told["lodged_on"], told["answers"]) == ("lodged", "2026-12-31", [])
    assert WORDS not in str(told)


def test_a_portal_lodges_for_somebody_with_a_name_and_reads_no_report(case: Case) -> None:
    case.administrator.done(
        "ledger/portals/yl-zwfw",
        {
            "unit": case.people.unit(CITY),
            "name": "云岭市政务服务网",
            "issuer": "urn:zeren:development",
            "scopes": ["public:read", "complaints:lodge", "complaints:follow"],
        },
    )
    case.settled()
    portal = Caller(case.people.up.port, zeren(case.people.up.home, case.people.up.port, *PORTAL_TOKEN).stdout.strip())
    reporter = {"name": NAME, "phone": "059187654321"}
    case.owed = lodge(case, portal, category="redress", words=OWED, channel="portal", reporter=reporter)
    assert portal.done("intake/follow", {"code": case.owed["code"]})["stage"] == "lodged"
    assert portal.get("ledger/units", code=NEWSPAPER)["items"][0]["unit"] == case.people.unit(NEWSPAPER)
    for path in ("intake/complaints", "complaints/petitions", "complaints/decisions", "notifications/inbox"):
        answer = portal.ask(path)
        assert (answer.status, answer.code) == (403, "not-allowed"), path


def test_what_is_no_receipt_opens_nothing_and_another_report_does_not_go_under_a_used_one(case: Case) -> None:
    citizen = case.citizen
    unused = citizen.done("intake/receipts", {})
    case.refused(citizen, "intake/follow", {"code": unused["code"]}, "receipt-unknown")
    guessed, not_lodged = (
        citizen.tell("intake/follow", {"code": code}) for code in ("1234567890123456", unused["code"])
    )
    assert (guessed.status, guessed.body) == (not_lodged.status, not_lodged.body), "a guess learns nothing"
    report = {"category": "accusation", "unit": case.people.unit(NEWSPAPER), "words": "另一件事。"}
    case.refused(citizen, "intake/complaints", {**case.receipt, **report}, "receipt-used")
    forged = {"code": unused["code"], "signature": case.receipt["signature"]}
    case.refused(citizen, "intake/complaints", {**forged, **report}, "receipt-invalid")
    case.refused(citizen, "intake/follow", {"code": unused["code"]}, "receipt-unknown")


def test_nobody_is_told_of_it_before_its_hour(case: Case) -> None:
    clerk = case.by("clerk")
    assert clerk.all("intake/complaints") == []
    case.clock("2026-12-31 12:01")
    (report,) = clerk.all("intake/complaints", category="accusation")
    assert (report["unit"], report["by_name"]) == (case.people.unit(NEWSPAPER), False)
    (owed,) = clerk.all("intake/complaints", category="redress")
    assert (owed["channel"], owed["by_name"]) == ("portal", True)
    assert NAME not in str(owed)
    case.made |= {"complaint": report["complaint"], "owed": owed["complaint"]}


# --- registered, forwarded, accepted, read -------------------------------------------------------------------------------


def registered(case: Case, report: str, category: str) -> str:
    """The path of a report that the clerk has registered."""
    body = {"complaint": report, "unit": case.people.unit(DISCIPLINE), "category": category}
    case.by("clerk").done("complaints/petitions", body)
    return f"complaints/petitions/{report}"


def test_what_is_forwarded_by_mistake_comes_back(case: Case) -> None:
    clerk, county = case.by("clerk"), case.by("county clerk")
    path = registered(case, case.made["owed"], "redress")
    case.refused(clerk, f"{path}/forward", {"to": case.people.unit(NEWSPAPER)}, "petition-about-oneself")
    case.refused(county, f"{path}/return", {"reason": "不属我县管辖。"}, "not-found", 404)
    clerk.done(f"{path}/forward", {"to": case.people.unit(COUNTY)})
    assert county.get(path)["stage"] == "forwarded"
    county.done(f"{path}/return", {"reason": "报社属市直单位，不属我县管辖。"})
    assert county.ask(path).status == 404
    case.refused(clerk, f"{path}/return", {"reason": "重复退还。"}, "petition-not-forwarded")


def test_it_is_accepted_and_given_to_a_handler_who_reads_its_words(case: Case) -> None:
    path, supervisor = registered(case, case.made["complaint"], "accusation"), case.by("supervisor")
    case.refused(supervisor, f"{path}/turn-into-clue", {}, "petition-not-accepted-yet")
    case.refused(case.by("county handler"), f"{path}/accept", {}, "not-found", 404)
    case.refused(case.by("custodian"), f"{path}/accept", {}, "not-allowed", 403)
    case.by("clerk").done(f"{path}/accept", {})
    case.refused(supervisor, f"{path}/assign", {"handler": case.chief["person"]}, "handler-concerned")
    case.refused(supervisor, f"{path}/assign", {"handler": case.person("county handler")}, "handler-without-post")
    supervisor.done(f"{path}/assign", {"handler": case.person("custodian")})
    assert case.by("custodian").get(f"{path}/words")["text"] == WORDS
    case.refused(case.by("handler"), f"{path}/tell", {"of": "message", "text": "已阅。"}, "not-yours-to-handle")
    for nobody in (case.by("handler"), case.by("county handler"), case.head(NEWSPAPER), case.by("clerk")):
        assert nobody.ask(f"{path}/words").status in (403, 404)


def test_the_reporter_is_told_asked_for_nothing_else_and_adds_something(case: Case) -> None:
    path = f"complaints/petitions/{case.made['complaint']}/tell"
    case.by("custodian").done(path, {"of": "message", "text": "您反映的问题已受理，正在核查。"})
    case.settled()
    told = case.follow()
    assert told["stage"] == "accepted"
    assert [answer["text"] for answer in told["answers"]] == ["您反映的问题已受理，正在核查。"]
    message = {"code": case.receipt["code"], "word": "evidence", "words": MORE_WORDS}
    case.citizen.done("intake/messages", message)
    case.citizen.done("intake/messages", message)
    assert case.follow()["sent"] == [{"word": "evidence", "on": "2026-12-31"}]


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
        "task": case.people.tasks[TASK]["task"],
        "custodian": case.person("custodian"),
        "narrative": "广告发行收入疑似账外存放。",
    }
    case.refused(supervisor, "complaints/clues", {**body, "custodian": case.chief["person"]}, "handler-concerned")
    clue = case.made["clue"] = supervisor.done("complaints/clues", body)["id"]
    path = f"complaints/clues/{clue}"
    case.refused(case.by("handler"), f"{path}/take-custody", {}, "clue-custody-not-offered")
    case.by("custodian").done(f"{path}/offer-custody", {"taker": case.person("handler")})
    case.refused(case.by("named"), f"{path}/take-custody", {}, "clue-custody-not-offered")
    case.by("handler").done(f"{path}/take-custody", {})
    assert [(one["giver"], one["taker"]) for one in supervisor.get(path)["custody"]] == [
        (case.person("custodian"), case.person("handler"))
    ]
    disposal = {"disposal": "preliminary-verification", "study": "集体研究纪要3号"}
    case.refused(case.by("custodian"), f"{path}/propose-disposal", disposal, "clue-custodian-not-you")
    step = {"step": "verification-reported", "taken_on": "2026-12-31"}
    document = {"document": "线索处置审批表3号"}
    case.refused(case.by("decider"), f"{path}/approve-disposal", document, "clue-disposal-not-studied")
    case.by("handler").done(f"{path}/propose-disposal", disposal)
    case.by("decider").done(f"{path}/approve-disposal", document)
    case.refused(case.by("decider"), "complaints/cases", filing(case), "clue-not-verified")
    case.by("handler").done(f"{path}/steps", step)


def filing(case: Case) -> dict[str, Any]:
    """What a case is filed with."""
    return {
        "clue": case.made["clue"],
        "unit": case.people.unit(DISCIPLINE),
        "facts_on": "2026-12-31",
        "document": "立案决定书12号",
    }


def test_a_handler_whom_the_case_names_is_taken_off_it(case: Case) -> None:
    case.refused(case.by("supervisor"), "complaints/cases", filing(case), "not-allowed", 403)
    path = f"complaints/cases/{case.by('decider').done('complaints/cases', filing(case))['id']}"
    case.made["case"] = path.rpartition("/")[2]
    for name in ("handler", "named"):
        case.by("supervisor").done(f"{path}/assign", {"handler": case.person(name)})
    step = {"narrative": "调取三个年度的广告合同和银行流水。", "taken_on": "2026-12-31"}
    case.refused(case.by("custodian"), f"{path}/steps", step, "not-yours-to-handle")
    case.refused(case.by("county handler"), f"{path}/steps", step, "not-found", 404)
    case.by("handler").done(f"{path}/steps", step)
    assert case.by("named").get(path)["steps"][0]["narrative"] == step["narrative"]
    named = {"persons": [case.person("named")]}
    off = event_of(case.by("handler").done(f"{path}/name", named), "handler-taken-off")
    assert off["handler"] == case.person("named")
    assert case.by("named").ask(path).status == 404
    case.refused(case.by("named"), f"{path}/steps", step, "not-yours-to-handle")
    case.refused(case.by("supervisor"), f"{path}/assign", {"handler": case.person("named")}, "handler-concerned")


def test_it_is_concluded_by_others_than_who_investigate_and_lists_who_had_signed_or_led(case: Case) -> None:
    path = f"complaints/cases/{case.made['case']}"
    concluding = {"substantiated": True, "major": False, "document": "结案报告12号"}
    case.refused(case.by("supervisor"), f"{path}/conclude", concluding, "not-allowed", 403)
    concluded = case.by("decider").done(f"{path}/conclude", concluding)
    inquiry = event_of(concluded, "leadership-inquiry-opened")
    listed = {(signer["person"], signer["kind"]) for signer in inquiry["signers"]}
    assert {(case.chief["person"], "letter"), (case.deputy["person"], "task-leader")} <= listed
    assert "银行流水" not in str(concluded)
    case.refused(case.by("supervisor"), f"{path}/close", {}, "inquiry-not-concluded")


# --- held accountable ----------------------------------------------------------------------------------------------------


def proposal(case: Case, post: dict[str, Any], **says: Any) -> dict[str, Any]:
    """That the holder of a post of the newspaper is held accountable."""
    return {
        "case": case.made["case"],
        "unit": case.people.unit(NEWSPAPER),
        "person": post["person"],
        "post": post["post"],
        **says,
    }


def test_nobody_is_held_accountable_unheard_or_by_who_proposed_it(case: Case) -> None:
    supervisor, decider = case.by("supervisor"), case.by("decider")
    body = proposal(
        case,
        case.chief,
        subject_class="chief",
        bottom_lines=[CONCEALED],
        responsibility="main-leadership",
        form="admonition",
        facts="对本单位财务人员涉嫌挪用的线索压下不报。",
    )
    case.refused(supervisor, "complaints/decisions", {**body, "bottom_lines": ["DX-99"]}, "bottom-line-unknown")
    case.refused(supervisor, "complaints/decisions", {**body, "form": "reorganisation"}, "form-not-of-subject")
    case.refused(case.by("custodian"), "complaints/decisions", body, "not-yours-to-handle")
    case.refused(case.by("county handler"), "complaints/decisions", body, "not-found", 404)
    decision = case.made["decision"] = supervisor.done("complaints/decisions", body)["id"]
    path = f"complaints/decisions/{decision}"
    hearing = {"heard_on": "2026-12-31", "statement": "当时以为属于内部管理问题。"}
    case.refused(decider, f"{path}/hold-accountable", {"document": DECISION}, "person-not-heard")
    case.refused(supervisor, f"{path}/hearing", {**hearing, "heard_on": "2027-01-01"}, "date-in-future")
    case.refused(supervisor, f"{path}/serve", {"served_on": "2026-12-31"}, "decision-not-taken")
    supervisor.done(f"{path}/hearing", hearing)
    case.refused(supervisor, f"{path}/hearing", hearing, "person-heard-already")
    case.refused(supervisor, f"{path}/hold-accountable", {"document": DECISION}, "not-allowed", 403)
    held = event_of(decider.done(f"{path}/hold-accountable", {"document": DECISION}), "person-held-accountable")
    assert (held["person"], held["bottom_lines"], held["form"]) == (case.chief["person"], [CONCEALED], "admonition")
    assert (held["responsibility"], held["post"]) == ("main-leadership", case.chief["post"])
    assert case.head(NEWSPAPER).ask(path).status == 404, "what is not served is not shown"
    case.settled()
    assert case.lines("2.2") == []
    assert case.veto_status() == "clear", "what is not served has no effect"


def test_it_costs_points_and_vetoes_once_it_is_served(case: Case) -> None:
    path = f"complaints/decisions/{case.made['decision']}"
    case.made["before"] = case.standing(NEWSPAPER)["standing"]["score"]
    case.by("supervisor").done(f"{path}/serve", {"served_on": "2026-12-31"})
    case.refused(case.by("supervisor"), f"{path}/serve", {"served_on": "2026-12-31"}, "decision-served")
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
    served = case.head(NEWSPAPER).get(path)
    assert (served["status"], served["case"], served["facts"]) == ("served", None, None)


def test_who_led_the_task_is_held_accountable_too_which_costs_points_alone(case: Case) -> None:
    supervisor, decider = case.by("supervisor"), case.by("decider")
    body = proposal(
        case,
        case.deputy,
        subject_class="member",
        bottom_lines=[UNSUPERVISED],
        responsibility="important-leadership",
        form="circular",
        facts="分管广告发行期间，账外收入三年未被发现。",
    )
    path = f"complaints/decisions/{supervisor.done('complaints/decisions', body)['id']}"
    case.made["second decision"] = path.rpartition("/")[2]
    supervisor.done(f"{path}/hearing", {"heard_on": "2026-12-31"})
    decider.done(f"{path}/hold-accountable", {"document": SECOND_DECISION})
    supervisor.done(f"{path}/serve", {"served_on": "2026-12-31"})
    case.settled()
    assert sorted(line["subject"] for line in case.lines("2.2")) == sorted(
        f"decision/{case.made[name]}" for name in ("decision", "second decision")
    )
    veto = case.veto(NEWSPAPER)
    assert veto is not None
    assert len(veto["standing"]) == 1


def test_a_case_is_closed_after_the_inquiry_into_its_leadership(case: Case) -> None:
    path, supervisor = f"complaints/cases/{case.made['case']}", case.by("supervisor")
    answerable = [case.chief["person"], case.deputy["person"]]
    outcome = {"answerable": answerable, "document": "领导责任调查报告12号"}
    stranger = {**outcome, "answerable": [case.person("appeals")]}
    case.refused(case.by("decider"), f"{path}/conclude-inquiry", stranger, "not-a-signer")
    case.by("decider").done(f"{path}/conclude-inquiry", outcome)
    supervisor.done(f"{path}/close", {})
    found = supervisor.get(path)
    assert (found["status"], found["answerable"]) == ("closed", answerable)


# --- letters -------------------------------------------------------------------------------------------------------------


def numbers(case: Case, organ: str, series: str, year: int) -> list[str]:
    """The register of an organ's letters."""
    found = case.by("supervisor").all(f"notifications/series/{case.people.unit(organ)}/{series}/{year}")
    return [one["written"] for one in found]


def test_letters_wait_for_signature_and_get_their_numbers_when_they_leave(case: Case) -> None:
    supervisor, discipline = case.by("supervisor"), case.people.unit(DISCIPLINE)
    about = f"decision/{case.made['decision']}"
    (served,) = case.letters(about)
    assert (served["status"], served["number"], served["person"]) == ("draft", None, case.chief["person"])
    case.administrator.done(f"notifications/organs/{discipline}/code", {"code": "云纪"})
    issued = case.released(supervisor, served["notice"])
    assert (issued["number"], issued["issued_on"]) == ("云纪〔2026〕1号", "2026-12-31")
    case.refused(supervisor, f"notifications/notices/{served['notice']}/release", {}, "notice-not-a-draft")

    head = case.head(NEWSPAPER)
    (mine,) = (letter for letter in head.all("notifications/inbox") if letter["about"] == about)
    read = head.get(f"notifications/notices/{mine['notice']}")
    assert head.get("ledger/me")["name"] in read["text"], "it calls its reader by name"
    assert DECISION in read["text"]
    signed = head.done(f"notifications/notices/{mine['notice']}/sign-for", {})
    assert event_of(signed, "notice-signed-for")["signed_for_on"] == "2026-12-31"
    case.refused(head, f"notifications/notices/{mine['notice']}/sign-for", {}, "notice-signed-for")
    assert case.by("custodian").ask(f"notifications/notices/{mine['notice']}").status == 404


def test_the_person_the_head_and_where_it_is_a_circular_the_unit_get_theirs_without_a_gap(case: Case) -> None:
    letters = case.letters(f"decision/{case.made['second decision']}")
    told = [letter for letter in letters if letter["instrument"] == "decision-service"]
    assert {letter["person"] for letter in told} == {case.deputy["person"], case.chief["person"]}
    (circular,) = (letter for letter in letters if letter["instrument"] == "circular")
    assert circular["person"] is None
    given = [case.released(case.by("supervisor"), letter["notice"])["number"] for letter in (*told, circular)]
    assert given == [f"云纪〔2026〕{number}号" for number in (2, 3, 4)]
    assert numbers(case, DISCIPLINE, "云纪", 2026) == [f"云纪〔2026〕{number}号" for number in (1, 2, 3, 4)]
    theirs = {letter["person"]: letter["notice"] for letter in told}
    deputy = case.people.by(case.deputy)
    case.refused(deputy, f"notifications/notices/{theirs[case.chief['person']]}/sign-for", {}, "not-found", 404)
    deputy.done(f"notifications/notices/{theirs[case.deputy['person']]}/sign-for", {})


def test_what_vetoes_also_warns_and_urges_and_is_answered(case: Case) -> None:
    unit, coordinator = case.people.unit(NEWSPAPER), case.coordinator
    about = f"veto/{case.made['scheme']}/{unit}"
    drafts = coordinator.all("notifications/notices", about=about, status="draft")
    drafts = [draft for draft in drafts if draft["drafted_on"] == "2026-12-31"]
    assert {"warning-notice", "urging-letter"} <= {draft["instrument"] for draft in drafts}
    case.administrator.done(f"notifications/organs/{case.people.unit(CITY)}/code", {"code": "云督"})
    (urging,) = (draft for draft in drafts if draft["instrument"] == "urging-letter")
    issued = case.released(coordinator, urging["notice"])
    assert issued["number"] == "云督〔2026〕1号"
    path, head = f"notifications/notices/{urging['notice']}", case.head(NEWSPAPER)
    answer = {"answer": "已专题研究，制定整改措施六条，逐项明确责任人。"}
    case.refused(case.by("custodian"), f"{path}/answer", answer, "not-found", 404)
    case.refused(head, f"{path}/answer", {"answer": ""}, "text-missing")
    head.done(f"{path}/answer", answer)
    assert coordinator.get(path)["answer"] == answer["answer"]


def test_a_letter_by_hand_expects_an_answer_within_working_days(case: Case) -> None:
    body = {
        "unit": case.people.unit(DISCIPLINE),
        "to": case.people.unit(NEWSPAPER),
        "instrument": "work-advice",
        "title": "关于规范广告发行收入管理的工作建议书",
        "body": "建议对三年来的广告合同逐份清理，收入全部入账。",
        "reply_working_days": 2,
    }
    supervisor = case.by("supervisor")
    case.refused(case.by("custodian"), "notifications/notices", body, "not-allowed", 403)
    notice = case.made["advice"] = supervisor.done("notifications/notices", body)["id"]
    issued = case.released(supervisor, notice)
    assert (issued["number"], issued["unanswered"]) == ("云纪〔2026〕5号", 0)
    case.head(NEWSPAPER).done(f"notifications/notices/{notice}/sign-for", {})


# --- substantiated complaints ---------------------------------------------------------------------------------------------


def test_three_substantiated_requests_enter_the_score_as_a_count_after_the_half_year(case: Case) -> None:
    clerk, handler = case.by("clerk"), case.by("custodian")
    lodge(case, case.citizen, category="redress", words="一月的稿费拖欠至今。")
    lodge(case, case.citizen, category="redress", words="二月的稿费拖欠至今。", channel="app")
    case.clock("2026-12-31 18:01")
    # They stand in an order drawn by lot.
    reports = sorted(clerk.all("intake/complaints", category="redress"), key=lambda report: str(report["channel"]))
    assert [report["channel"] for report in reports] == ["app", "portal", "web"]
    for report in (report["complaint"] for report in reports):
        path = registered(case, report, "redress")
        clerk.done(f"{path}/accept", {})
        case.by("supervisor").done(f"{path}/assign", {"handler": case.person("custodian")})
        case.refused(handler, f"{path}/conclude", {"substantiated": True}, "petition-answer-missing")
        handler.done(f"{path}/tell", {"of": "answer", "text": "经查属实，已责成补发。"})
        case.refused(handler, f"{path}/conclude", {}, "substantiation-missing")
        handler.done(f"{path}/conclude", {"substantiated": True})
    case.settled()
    assert case.lines("2.3") == [], "before the half-year ends nobody is told"
    case.clock("2027-01-01 06:01")
    (line,) = case.lines("2.3")
    assert line["why"] == "查实申诉求决3件，每件扣0.3分"


def test_what_the_reporter_added_reaches_the_handler_alone(case: Case) -> None:
    path = f"complaints/petitions/{case.made['complaint']}/words"
    (message,) = case.by("custodian").get(path)["messages"]
    assert message["text"] == MORE_WORDS
    assert case.by("handler").ask(path).status == 404


# --- appeal ----------------------------------------------------------------------------------------------------------------


def test_whoever_decided_does_not_answer_the_appeal_and_a_revocation_takes_every_effect_back(case: Case) -> None:
    path = f"complaints/decisions/{case.made['decision']}"
    statement = {"statement": "线索已于当年九月书面报告主管部门，附收文回执。"}
    document = {"document": REVOCATION}
    case.clock("2027-01-04 09:00")
    case.refused(case.by("appeals"), f"{path}/uphold", document, "not-appealed")
    case.refused(case.by("decider"), f"{path}/appeal", statement, "appeal-not-yours")
    case.refused(case.people.by(case.deputy), f"{path}/appeal", statement, "appeal-not-yours")
    case.head(NEWSPAPER).done(f"{path}/appeal", statement)
    case.refused(case.head(NEWSPAPER), f"{path}/appeal", statement, "appealed-already")
    case.refused(case.by("decider"), f"{path}/revoke", document, "appeal-by-decider")
    case.refused(case.by("supervisor"), f"{path}/revoke", document, "not-allowed", 403)
    revoked = case.by("appeals").done(f"{path}/revoke", document)
    assert event_of(revoked, "accountability-revoked")["document"] == REVOCATION
    case.refused(case.by("appeals"), f"{path}/revoke", document, "decision-not-served")
    case.settled()
    (line,) = case.lines("2.2")
    assert line["subject"] == f"decision/{case.made['second decision']}", "the other decision stands"
    assert case.veto_status() == "clear"


async def test_the_assessment_says_why_the_veto_is_gone(case: Case) -> None:
    veto = case.veto(NEWSPAPER)
    assert veto is not None
    assert veto["standing"] == []
    unit = case.people.unit(NEWSPAPER)
    (gone,) = (
        fact.event
        for fact in await case.log("assessment")
        if fact.type == "veto-grounds-withdrawn" and fact.event.unit == unit
    )
    assert gone.grounds == (f"decision/{case.made['decision']}/{CONCEALED}",)


def test_a_letter_says_so_in_the_new_years_series(case: Case) -> None:
    about = f"decision/{case.made['decision']}"
    (draft,) = (letter for letter in case.letters(about) if letter["status"] == "draft")
    assert "撤销" in draft["title"]
    issued = case.released(case.by("appeals"), draft["notice"])
    assert (issued["number"], issued["issued_on"]) == ("云纪〔2027〕1号", "2027-01-04")
    assert REVOCATION in case.head(NEWSPAPER).get(f"notifications/notices/{draft['notice']}")["text"]


# --- nobody answers ------------------------------------------------------------------------------------------------------


def test_whoever_does_not_answer_is_reminded_and_the_unit_above_is_told_the_second_time(case: Case) -> None:
    supervisor, head = case.by("supervisor"), case.head(NEWSPAPER)
    path, about = f"notifications/notices/{case.made['advice']}", f"notice/{case.made['advice']}"

    def after(due: str) -> str:
        return f"{date.fromisoformat(due) + timedelta(days=1)} 09:00"

    case.clock(after(supervisor.get(path)["reply_due"]))
    assert supervisor.get(path)["unanswered"] == 1
    inbox = head.all("notifications/inbox")
    (reminder,) = (one for one in inbox if (one["about"], one["instrument"]) == (about, "reminder"))
    assert reminder["number"] is None
    assert "工作建议书" in head.get(f"notifications/notices/{reminder['notice']}")["text"]

    case.clock(after(supervisor.get(path)["reply_due"]))
    assert supervisor.get(path)["unanswered"] == 2
    (urging,) = supervisor.all("notifications/notices", about=about, status="draft")
    assert (urging["instrument"], urging["unit"]) == ("urging-letter", case.people.unit(CITY))
    issued = case.released(supervisor, urging["notice"])
    assert issued["number"] == "云纪〔2027〕2号"
    read = case.coordinator.get(f"notifications/notices/{urging['notice']}")
    assert case.people.units[NEWSPAPER]["name"] in read["text"]
    head.done(f"{path}/answer", {"answer": "合同已清理完毕，收入全部入账。"})
    case.refused(head, f"{path}/answer", {"answer": "再次报告。"}, "notice-answered")


# --- the end -------------------------------------------------------------------------------------------------------------


def test_the_reporter_reads_the_end_by_receipt_and_rates_it(case: Case) -> None:
    path, citizen = f"complaints/petitions/{case.made['complaint']}", case.citizen
    case.by("custodian").done(f"{path}/tell", {"of": "result", "text": "经查，您反映的主要问题属实，已依规处理。"})
    case.by("custodian").done(f"{path}/conclude", {"substantiated": True})
    case.settled()
    told = case.follow()
    assert (told["stage"], told["is_complete"]) == ("closed", True)
    assert told["answers"][-1]["text"].endswith("已依规处理。")
    rating = {"code": case.receipt["code"], "satisfaction": "satisfied"}
    citizen.done("intake/ratings", rating)
    case.refused(citizen, "intake/ratings", {**rating, "satisfaction": "dissatisfied"}, "already-rated")
    assert case.follow()["ratings"] == ["satisfied"]
    owed = citizen.done("intake/follow", {"code": case.owed["code"]})
    assert (owed["stage"], [answer["text"] for answer in owed["answers"]]) == ("closed", ["经查属实，已责成补发。"])


async def test_the_same_commands_again_are_answered_as_then_and_change_nothing(case: Case) -> None:
    logs = ("ledger", "intake", "complaints", "assessment", "notifications")
    before = {name: len(await case.log(name)) for name in logs}
    # Permission is asked for again, and the county lost sight of what it gave back.
    callers = [case.by(name) for name in case.posts if name != "county clerk"]
    callers += [case.head(NEWSPAPER), case.people.by(case.deputy)]
    again = 0
    for caller in callers:
        for path, body, key, answer in list(caller.acknowledged):
            told = caller.tell(path, body, key=key)
            assert (told.status in (200, 201), told.body) == (True, answer), path
            again += 1
    assert again > 50
    case.settled()
    assert {name: len(await case.log(name)) for name in logs} == before


DONE = {
    "petition/{complaint}": (
        ("clerk", "petition-registered petition-accepted"),
        ("supervisor", "petition-handler-assigned"),
        ("custodian", "reporter-told"),
        ("supervisor", "petition-turned-into-clue"),
        ("custodian", "reporter-told petition-concluded"),
    ),
    "petition/{owed}": (
        ("clerk", "petition-registered petition-forwarded"),
        ("county clerk", "petition-returned"),
        ("clerk", "petition-accepted"),
        ("supervisor", "petition-handler-assigned"),
        ("custodian", "reporter-told petition-concluded"),
    ),
    "clue/{clue}": (
        ("supervisor", "clue-opened clue-described"),
        ("custodian", "custody-offered"),
        ("handler", "custody-taken disposal-proposed"),
        ("decider", "disposal-approved"),
        ("handler", "clue-step-taken"),
        ("decider", "clue-became-case"),
    ),
    "case/{case}": (
        ("decider", "case-filed"),
        ("supervisor", "handler-assigned handler-assigned"),
        ("handler", "case-step-recorded case-concerns handler-taken-off"),
        ("decider", "case-concluded leadership-inquiry-opened leadership-inquiry-concluded"),
        ("supervisor", "case-closed"),
    ),
    "decision/{decision}": (
        ("supervisor", "accountability-proposed facts-found person-heard"),
        ("decider", "person-held-accountable"),
        ("supervisor", "accountability-served"),
        ("chief", "accountability-appealed appeal-written"),
        ("appeals", "accountability-revoked"),
    ),
    "decision/{second decision}": (
        ("supervisor", "accountability-proposed facts-found person-heard"),
        ("decider", "person-held-accountable"),
        ("supervisor", "accountability-served"),
    ),
}
"""Every fact of every stream: who recorded it."""


def test_the_auditor_reads_who_did_what_from_which_post_and_on_which_paper(case: Case) -> None:
    path = f"complaints/decisions/{case.made['decision']}/trail"
    trail = case.auditor.get(path)["changes"]
    names = {name: case.by(name).get("ledger/me")["name"] for name in ("supervisor", "decider", "appeals")}
    told = [(change["label"], change["name"], change["paper"]) for change in trail if change["differences"]]
    assert told == [
        ("责任追究建议", names["supervisor"], None),
        ("陈述申辩", names["supervisor"], None),
        ("个人责任追究决定", names["decider"], DECISION),
        ("责任追究决定送达", names["supervisor"], None),
        ("对责任追究决定申诉", case.head(NEWSPAPER).get("ledger/me")["name"], None),
        ("撤销责任追究决定", names["appeals"], REVOCATION),
    ]
    assert {"label": "追究方式", "field": "form", "before": None, "after": "诫勉"} in trail[0]["differences"]
    for nobody in (case.head(NEWSPAPER), case.by("county handler"), case.by("handler")):
        assert nobody.ask(path).status in (403, 404)
    said = zeren(case.people.up.home, case.people.up.port, "audit", "trail", "case", case.made["case"])
    assert said.returncode == 0, said.stderr
    for part in (
        "立案",
        "撤换承办人",
        "依据：结案报告12号",
        f"{names['decider']}（纪委常委会委员）",
        "状态：已结案 → 已归档",
    ):
        assert part in said.stdout, said.stdout
    assert not {text for text in WRITTEN if text in said.stdout + str(trail)}


async def test_the_log_says_who_did_what_on_whose_word_and_nothing_of_what_was_written(case: Case) -> None:
    log = await case.log("complaints")
    people = {post["person"]: name for name, post in case.posts.items()} | {
        case.chief["person"]: "chief",
        case.deputy["person"]: "deputy",
    }
    for stream, steps in DONE.items():
        facts = [fact for fact in log if fact.stream == stream.format_map(case.made)]
        assert [(people[fact.actor.subject], fact.type) for fact in facts] == [
            (name, step) for name, done in steps for step in done.split()
        ], stream
        assert not {text for text in WRITTEN if text in str(facts)}


def test_every_log_verifies(case: Case) -> None:
    for log in ("ledger", "intake", "complaints", "assessment", "notifications"):
        told = zeren(case.people.up.home, case.people.up.port, "log", "verify", log)
        assert told.returncode == 0, told.stderr
