"""The first road, over HTTP: a task of the plan is split three ways, signed for, reported, accepted and inspected;
another falls overdue; scores and one-vote vetoes follow in the assessment service; an auditor reads who did what.

One story in the order of its year, each step a test on what the steps before it left.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from services.assessment.events import SchemeId, VetoStatusChanged
from shared.domain import UnitId
from tests.assessment.recompute import recompute
from tests.journeys.people import CITY, People, Story
from tests.support.running import Caller, until, zeren

EDUCATION, YOUTH_LEAGUE, NEWSPAPER, PARTY_OFFICE = "YL-133", "YL-124", "YL-118", "YL-102"
"""市教育局, 共青团市委, 云岭日报社, 市委办公室."""
SCHOOLS = ("YL-133-13", "YL-133-14", "YL-133-15")

WHOLE = "14"
"""在中小学开展廉洁教育渗透课程, of the education bureau with two others, due on 2026-06-20."""

LATE = "1"
"""印发2026年责任分工方案, of the party committee's office, due on Tuesday 2026-02-10; nobody does it."""

BASIS = "《云岭市党风廉政建设和反腐败工作责任分工方案》第三条"
STANDARD = "本单位承担的内容全部完成，佐证材料齐全"


@dataclass
class Road(Story):
    """The tasks of the plan on their way."""

    def task(self, number: str) -> str:
        """The identity of a task of the plan, or of a part made on the way."""
        return self.made.get(f"task {number}") or str(self.people.tasks[number]["task"])

    def shown(self, number: str) -> dict[str, Any]:
        """A task as the coordinator sees it."""
        found: dict[str, Any] = self.coordinator.get(f"ledger/tasks/{self.task(number)}")
        return found

    def split(self, number: str, direction: str, *parts: tuple[str, str, str], due: str) -> None:
        """Split a task by (title, unit, weight); in a lateral split the first part leads."""
        given = [
            {
                "title": title,
                "weight": weight,
                "leader": self.people.chief(unit)["post"],
                "unit": self.people.unit(unit),
                "requirement": "按总任务要求完成本单位承担的部分，按月反馈进展。",
                "standard": STANDARD,
                "due": due,
                "lead": direction == "lateral" and at == 0,
            }
            for at, (title, unit, weight) in enumerate(parts)
        ]
        done = self.coordinator.done(
            f"ledger/tasks/{self.task(number)}/split", {"direction": direction, "parts": given}
        )
        (split,) = (event["data"] for event in done["events"] if event["type"] == "task-split")
        self.made |= {f"task {part['number']}": part["task"] for part in split["parts"]}


@pytest.fixture(scope="module")
def road(city: People) -> Road:
    walked = Road(city)
    (scheme,) = (
        found for found in walked.assessor.all("assessment/schemes", year=2026) if found["units"]["name"] == "市直部门"
    )
    walked.made["scheme"] = scheme["scheme"]
    return walked


def _event(done: dict[str, Any], kind: str) -> dict[str, Any]:
    (data,) = (event["data"] for event in done["events"] if event["type"] == kind)
    return dict(data)


def _evidence(title: str) -> list[dict[str, Any]]:
    return [{"title": title, "sha256": hashlib.sha256(title.encode()).hexdigest(), "size_bytes": 20480}]


# --- January: split three ways, signed for ----------------------------------------------------------------------


def test_a_task_is_split_laterally_internally_and_downward(road: Road) -> None:
    road.split(
        WHOLE,
        "lateral",
        ("廉洁教育课程开发", EDUCATION, "50"),
        ("廉洁教育进课堂", EDUCATION, "30"),
        ("青少年廉洁教育活动", YOUTH_LEAGUE, "20"),
        due="2026-06-18",
    )
    sections = sorted(code for code, unit in road.people.units.items() if _is_section(road, unit, EDUCATION))
    road.split(
        f"{WHOLE}-1",
        "internal",
        ("教材编写", sections[0], "60"),
        ("师资培训", sections[1], "40"),
        due="2026-06-15",
    )
    road.split(
        f"{WHOLE}-2",
        "downward",
        *(("课程实施", school, weight) for school, weight in zip(SCHOOLS, ("33.4", "33.3", "33.3"), strict=True)),
        due="2026-06-15",
    )
    assert [road.shown(n)["direction"] for n in (WHOLE, f"{WHOLE}-1", f"{WHOLE}-1-1", f"{WHOLE}-2-1")] == [
        None,
        "lateral",
        "internal",
        "downward",
    ]


def _is_section(road: Road, unit: dict[str, Any], of: str) -> bool:
    return bool(unit["kind"] == "section" and unit["parent"] == road.people.unit(of))


def test_weights_that_do_not_make_100_are_refused_and_nothing_changes(road: Road) -> None:
    task, before = road.task("38"), road.shown("38")
    parts = [
        {
            "title": title,
            "weight": weight,
            "leader": road.people.chief(unit)["post"],
            "unit": road.people.unit(unit),
            "requirement": "按月反馈。",
            "standard": STANDARD,
            "due": "2026-07-01",
            "lead": lead,
        }
        for title, unit, weight, lead in (("财政局部分", "YL-140", "59.9", True), ("政府办部分", "YL-131", "40", False))
    ]
    answer = road.coordinator.tell(f"ledger/tasks/{task}/split", {"direction": "lateral", "parts": parts})
    assert (answer.status, answer.code) == (422, "split-weights-not-100")
    assert answer.body["values"] == {"total": "99.9"}
    assert road.shown("38") == before


@pytest.mark.parametrize("number", [WHOLE, f"{WHOLE}-1", f"{WHOLE}-1-1"])
def test_whoever_signs_gets_back_the_hash_of_the_text_that_was_signed(road: Road, number: str) -> None:
    task = road.task(number)
    shown = road.shown(number)
    unit = next(code for code, unit in road.people.units.items() if unit["unit"] == shown["unit"])
    signable = road.head(unit).get(f"ledger/tasks/{task}/signable")
    assert hashlib.sha256(signable["text"].encode()).hexdigest() == signable["hash"]
    done = road.head(unit).done(f"ledger/tasks/{task}/sign-claim", {"version": signable["version"], "basis": BASIS})
    signed = _event(done, "claim-signed")
    assert (signed["hash"], signed["version"]) == (signable["hash"], signable["version"])


def test_a_letter_is_signed_by_both_sides_under_one_text(road: Road) -> None:
    done = road.coordinator.done(
        "ledger/letters",
        {
            "plan": road.people.tasks[WHOLE]["plan"],
            "year": 2026,
            "giver": road.people.unit(CITY),
            "unit": road.people.unit(EDUCATION),
            "title": "2026年度党风廉政建设责任书",
            "text": "一、认真落实年度责任分工任务。二、主要负责人履行第一责任人职责。三、如实报告工作进展。",
        },
    )
    letter = done["id"]
    signable = road.coordinator.get(f"ledger/letters/{letter}/signable")
    hashes = [
        _event(
            road.head(unit).done(f"ledger/letters/{letter}/sign", {"version": signable["version"], "basis": BASIS}),
            "letter-signed",
        )["hash"]
        for unit in (CITY, EDUCATION)
    ]
    assert hashes == [hashlib.sha256(signable["text"].encode()).hexdigest()] * 2
    assert road.coordinator.get(f"ledger/letters/{letter}")["status"] == "binding"


# --- reported, claimed, accepted --------------------------------------------------------------------------------


def _report(road: Road, caller: Caller, number: str, percent: str, *, key: str | None = None) -> Any:
    body = {
        "percent": percent,
        "done": "按方案推进各项工作，主要内容已完成，台账同步更新。",
        "period_from": "2026-01-01",
        "period_to": "2026-01-05",
        "evidence": _evidence(f"{number}号任务进展佐证材料"),
    }
    return caller.done(f"ledger/tasks/{road.task(number)}/progress", body, key=key)


def _head_of(road: Road, number: str) -> Caller:
    unit = road.shown(number)["unit"]
    return road.people.by(
        next(post for post in road.people.posts if post["unit"] == unit and "unit-head" in post["roles"])
    )


def test_progress_rolls_up_by_the_weights_exactly(road: Road) -> None:
    for part, percent in (("1-1", "80"), ("1-2", "33.3"), ("2-1", "70")):
        _report(road, _head_of(road, f"{WHOLE}-{part}"), f"{WHOLE}-{part}", percent)
    developed = Decimal("80") * Decimal("0.6") + Decimal("33.3") * Decimal("0.4")
    taught = Decimal("70") * Decimal("0.334")
    assert Decimal(road.shown(f"{WHOLE}-1")["percent"]) == developed == Decimal("61.32")
    assert Decimal(road.shown(f"{WHOLE}-2")["percent"]) == taught == Decimal("23.38")
    assert Decimal(road.shown(WHOLE)["percent"]) == developed / 2 + taught * Decimal("0.3") == Decimal("37.674")


def test_everybody_reads_at_once_what_they_wrote(road: Road) -> None:
    number = f"{WHOLE}-2-2"
    caller, task = _head_of(road, number), road.task(number)
    for percent in range(11, 31):
        told = _report(road, caller, number, str(percent))
        assert caller.position["ledger"].startswith(f"ledger={told['position']};feed=")
        assert Decimal(caller.get(f"ledger/tasks/{task}")["percent"]) == percent


def test_the_same_command_again_gets_the_same_answer_and_changes_nothing_and_another_under_its_key_is_refused(
    road: Road,
) -> None:
    number, key = f"{WHOLE}-1-2", "progress-of-the-second-section-2026-01"
    caller, path = _head_of(road, number), f"ledger/tasks/{road.task(number)}/progress"
    first = _report(road, caller, number, "40", key=key)
    assert _report(road, caller, number, "40", key=key) == first
    assert caller.get(f"ledger/tasks/{road.task(number)}")["reports"] == 2
    other = caller.tell(
        path, {"percent": "41", "done": "其他内容", "period_from": "2026-01-01", "period_to": "2026-01-05"}, key=key
    )
    assert (other.status, other.code) == (422, "key-reused")
    assert caller.get(f"ledger/tasks/{road.task(number)}")["reports"] == 2


def test_a_completed_part_is_not_accepted_by_its_claimant_but_by_somebody_else(road: Road) -> None:
    number = f"{WHOLE}-1-1"
    task, head = road.task(number), _head_of(road, number)
    deputy = road.people.by(road.people.post(CITY, "市惩防办副主任"))
    deputy_id = road.people.post(CITY, "市惩防办副主任")["person"]
    post = next(p["post"] for p in road.people.posts if p["person"] == head.get("ledger/me")["person"])
    head.done(
        f"ledger/posts/{post}/delegations",
        {"taker": deputy_id, "valid_from": "2026-01-05", "valid_to": "2026-01-06"},
    )
    claimed = deputy.done(
        f"ledger/tasks/{task}/claim-completion",
        {"statement": "各项要求均已落实，申请办结。", "evidence": _evidence("办结佐证材料")},
    )
    assert _event(claimed, "completion-claimed")["by"]["on_behalf"] == head.get("ledger/me")["person"]
    assert deputy.refused(f"ledger/tasks/{task}/accept-completion", {"opinion": "同意办结。"}) == "own-claim"
    assert head.refused(f"ledger/tasks/{task}/accept-completion", {"opinion": "同意办结。"}) == "not-allowed"
    accepted = road.coordinator.done(f"ledger/tasks/{task}/accept-completion", {"opinion": "材料齐全，同意办结。"})
    assert _event(accepted, "completion-accepted")["days_overdue"] == 0
    assert road.shown(number)["status"] == "accepted"
    assert road.shown(number)["light"] is None


# --- inspected --------------------------------------------------------------------------------------------------


def test_what_an_inspection_found_is_put_right_and_verified_by_another_inspector(road: Road) -> None:
    finder, checker = road.inspector(0), road.inspector(1)
    opened = finder.done(
        "ledger/inspections",
        {
            "unit": road.people.unit(CITY),
            "title": "1月份重点任务专项检查",
            "kind": "special",
            "targets": [road.people.unit(EDUCATION)],
            "team": [road.inspector_id(0), road.inspector_id(1)],
            "basis": "《云岭市督查工作办法》",
            "window_from": "2026-01-05",
            "window_to": "2026-01-16",
        },
    )
    found = finder.done(
        f"ledger/inspections/{opened['id']}/findings",
        {
            "unit": road.people.unit(EDUCATION),
            "category": "台账资料",
            "severity": "ordinary",
            "narrative": "台账缺少两个月的记录，审核人员未签字。",
            "task": road.task(WHOLE),
            "evidence": _evidence("督查工作底稿"),
        },
    )
    finding = road.made["finding"] = found["id"]
    assert "审核人员未签字" not in str(found), "what was found about people is sealed"
    finder.done(
        f"ledger/findings/{finding}/order-rectification",
        {"requirement": "补齐台账，明确审核责任人，按期书面报告。", "due": "2026-01-30"},
    )
    clerk = road.head(EDUCATION)
    clerk.done(
        f"ledger/findings/{finding}/report-rectification",
        {"done": "已补齐台账，明确专人审核。", "evidence": _evidence("整改报告")},
    )
    assert finder.refused(f"ledger/findings/{finding}/verify-rectification", {}) == "own-finding-verified"
    verified = checker.done(f"ledger/findings/{finding}/verify-rectification", {})
    assert _event(verified, "rectification-verified")["days_late"] == 0
    assert checker.get(f"ledger/findings/{finding}")["status"] == "verified"


def test_the_score_follows_with_lines_that_name_fact_person_and_clause_and_add_up_to_it(road: Road) -> None:
    finding = road.made["finding"]
    found = road.standing(EDUCATION)
    lines = found["lines"]
    assert sum(Decimal(line["points"]) for line in lines) == Decimal(found["standing"]["score"]) == Decimal("97")
    (deducted,) = (line for line in lines if line["type"] == "inspection-found")
    assert deducted["clause"]["number"] == "第九条"
    assert deducted["subject"] == f"finding/{finding}"
    assert Decimal(deducted["lost"]) == Decimal(deducted["demanded"]) == 3
    assert deducted["recorded_by"] == road.inspector_id(0)
    facts = road.auditor.get(f"ledger/findings/{finding}/trail")["changes"]
    assert (deducted["source"], facts[0]["event"], facts[0]["person"]) == (
        "ledger",
        "inspection-found",
        deducted["recorded_by"],
    )


# --- February: overdue ------------------------------------------------------------------------------------------


def test_a_task_that_nobody_reports_on_is_yellow_from_the_first_working_day_and_red_after_its_last(road: Road) -> None:
    assert (road.shown(LATE)["light"], road.shown(LATE)["yellow_from"]) == ("green", "2026-01-06")
    road.clock("2026-01-06 09:00")
    assert road.shown(LATE)["light"] == "yellow"
    road.clock("2026-02-10 23:59")
    assert (road.shown(LATE)["light"], road.shown(LATE)["days_overdue"]) == ("yellow", 0)
    road.clock("2026-02-11 00:01")
    assert (road.shown(LATE)["light"], road.shown(LATE)["days_overdue"]) == ("red", 1)


def test_a_task_that_is_ahead_turns_yellow_when_three_working_days_are_left(road: Road) -> None:
    # Task 54 is due on Friday 2026-03-20; on Tuesday the 17th three working days are left.
    task = road.task("54")
    head = road.head("YL-101")
    body = {
        "percent": "99",
        "done": "礼品礼金问题治理基本完成，正在整理归档。",
        "period_from": "2026-01-05",
        "period_to": "2026-02-10",
    }
    head.done(f"ledger/tasks/{task}/progress", body)
    assert (road.shown("54")["light"], road.shown("54")["yellow_from"]) == ("green", "2026-03-17")


async def test_it_fell_overdue_once_however_often_the_clock_is_moved(road: Road) -> None:
    def fallen() -> list[dict[str, Any]]:
        trail = road.auditor.get(f"ledger/tasks/{road.task(LATE)}/trail")["changes"]
        return [change for change in trail if change["event"] == "task-fell-overdue"]

    until(lambda: bool(fallen()), "task-fell-overdue")
    road.clock("2026-02-12 09:00")
    road.clock("2026-02-13 09:00")
    road.settled()
    assert len(fallen()) == 1
    assert fallen()[0]["person"].startswith("system/")
    # Those of the old plans were loaded as history; of this year's there is one.
    facts = [fact for fact in await road.log("ledger") if fact.type == "task-fell-overdue" and not fact.history]
    assert [fact.stream for fact in facts] == [f"task/{road.task(LATE)}"]


def test_the_days_overdue_cost_points_every_day(road: Road) -> None:
    def lost() -> Decimal:
        return sum(
            (Decimal(line["lost"]) for line in road.standing(PARTY_OFFICE)["lines"] if line["leaf"] == "1.2"),
            Decimal(0),
        )

    before = until(lambda: found if (found := lost()) > 0 else None, "days overdue in the score")
    road.clock("2026-02-23 09:00")
    until(lambda: lost() > before, "more days overdue in the score")
    found = road.standing(PARTY_OFFICE)
    assert sum(Decimal(line["points"]) for line in found["lines"]) == Decimal(found["standing"]["score"])


# --- September: a trigger ---------------------------------------------------------------------------------------


def test_a_confirmed_trigger_vetoes_at_once_whatever_the_score(road: Road) -> None:
    inspector = road.inspector(2)
    reported = inspector.done(
        "assessment/triggers",
        {
            "scheme": road.made["scheme"],
            "unit": road.people.unit(NEWSPAPER),
            "code": "Y02",
            "happened_on": "2026-02-20",
            "narrative": "对责令整改的问题经两次催办仍无实质行动。",
        },
    )
    trigger = road.made["trigger"] = reported["id"]
    assert road.veto(NEWSPAPER) is None
    confirmed = road.committee.done(
        f"assessment/triggers/{trigger}/confirm", {"document": "云岭市考核审定委员会决定〔2026〕3号"}
    )
    changed = _event(confirmed, "veto-status-changed")
    assert (changed["was"], changed["status"]) == ("clear", "vetoed")
    veto = road.veto(NEWSPAPER)
    assert veto is not None
    assert veto["status"] == "vetoed"
    (grounds,) = veto["standing"]
    assert (grounds["kind"], grounds["trigger"]) == ("trigger", trigger)
    assert grounds["legal_basis"].endswith("第十七条第二项")
    assert road.standing(NEWSPAPER)["standing"]["below"] is False


def test_the_committee_lifts_a_veto_with_its_reason(road: Road) -> None:
    path = f"assessment/vetoes/{road.made['scheme']}/{road.people.unit(NEWSPAPER)}/lift"
    body = {
        "grounds": [f"trigger/{road.made['trigger']}"],
        "cause": "appeal",
        "reason": "经复查，该单位已完成整改，申诉理由成立，同意解除。",
        "document": "云岭市考核审定委员会决定〔2026〕5号",
    }
    assert road.coordinator.refused(path, body) == "not-allowed"
    assert road.committee.refused(path, {**body, "reason": " "}) == "text-missing"
    road.committee.done(path, body)
    veto = road.veto(NEWSPAPER)
    assert veto is not None
    assert (veto["status"], veto["standing"]) == ("clear", [])
    (lifted,) = (step for step in veto["history"] if step["kind"] == "lifted")
    assert lifted["reason"] == body["reason"]
    assert lifted["by"] == road.people.post(CITY, "考核审定委员会主任")["person"]


# --- the end of the year ----------------------------------------------------------------------------------------


def test_the_year_end_round_vetoes_units_below_the_line_and_no_others(road: Road) -> None:
    scheme = road.made["scheme"]
    round_ = f"assessment/schemes/{scheme}/rounds/year-end"
    road.clock("2026-12-31 09:00")
    road.settled()
    road.assessor.done(
        round_,
        {"unit": road.people.unit(CITY), "period_from": "2026-01-01", "period_to": "2026-12-31"},
    )
    closed = road.assessor.done(f"{round_}/close", {})
    assert _event(closed, "round-closed")["units"] == 87
    assert road.assessor.refused(f"{round_}/close", {}) == "round-closed"

    scores = road.assessor.all(f"{round_}/scores")
    below = {score["unit"] for score in scores if Decimal(score["score"]) < 80}
    assert road.people.unit(PARTY_OFFICE) in below
    assert road.people.unit(NEWSPAPER) not in below

    def vetoed() -> bool:
        found = road.committee.all("assessment/vetoes", scheme=scheme, status="vetoed")
        return {veto["unit"] for veto in found} == below

    until(vetoed, "a veto for every unit below the line")
    veto = road.veto(PARTY_OFFICE)
    assert veto is not None
    (grounds,) = veto["standing"]
    assert (grounds["kind"], grounds["round"]) == ("round", "year-end")


async def test_every_change_of_a_veto_can_be_reckoned_again_from_its_grounds_and_the_log(road: Road) -> None:
    log = await road.log("assessment")
    changes = [fact.event for fact in log if isinstance(fact.event, VetoStatusChanged)]
    watched = [road.people.unit(code) for code in (EDUCATION, NEWSPAPER, PARTY_OFFICE)]
    of_these = [change for change in changes if change.unit in watched]
    assert {(change.was, change.status) for change in of_these} >= {("clear", "vetoed"), ("vetoed", "clear")}
    for change in of_these:
        assert recompute(SchemeId(change.scheme), UnitId(change.unit), change.grounds, log) == change.status


# --- asked afterwards -------------------------------------------------------------------------------------------


def test_an_auditor_reads_who_did_what_from_which_post_why_when_and_what_became_different(road: Road) -> None:
    up = road.people.up
    said = zeren(up.home, up.port, "audit", "trail", "task", road.task(f"{WHOLE}-1-1"))
    assert said.returncode == 0, said.stderr
    for part in (
        "2026-01-05 08:3",
        "下达任务",
        "（市惩防办主任）",
        "，代 ",
        "记录于 2026-01-05 ",
        "第 1 版",
        "状态：— → ",
        "落实标准：— → " + STANDARD,
    ):
        assert part in said.stdout, said.stdout
    assert "task-issued" not in said.stdout
    assert "{" not in said.stdout


def test_the_trail_is_the_same_over_the_command_line_rest_and_graphql(road: Road) -> None:
    task = road.task(f"{WHOLE}-1-1")
    rest = road.auditor.get(f"ledger/tasks/{task}/trail")["changes"]
    assert [change["event"] for change in rest][:2] == ["task-issued", "claim-signed"]
    asked = road.auditor.query(
        "ledger",
        "query($id: ID!) { task(id: $id) { trail { event name reason differences { label before after } } } }",
        id=task,
    )
    graph = asked["task"]["trail"]
    assert [change["event"] for change in graph] == [change["event"] for change in rest]
    assert [change["name"] for change in graph] == [change["name"] for change in rest]


def test_graphql_of_both_services_answers_what_rest_answers(road: Road) -> None:
    shown = road.shown(WHOLE)
    asked = road.coordinator.query(
        "ledger",
        "query($id: ID!) { task(id: $id) { number percent light daysOverdue unit { code } parts { number weight } } }",
        id=road.task(WHOLE),
    )["task"]
    assert (asked["number"], Decimal(asked["percent"]), asked["light"], asked["daysOverdue"]) == (
        shown["number"],
        Decimal(shown["percent"]),
        shown["light"],
        shown["days_overdue"],
    )
    assert asked["unit"]["code"] == EDUCATION
    assert [Decimal(part["weight"]) for part in asked["parts"]] == [50, 30, 20]

    standing = road.standing(PARTY_OFFICE)
    asked = road.assessor.query(
        "assessment",
        "query($unit: ID!) { standing(year: 2026, unit: $unit) { score below veto lines { points event clause { number } } } }",
        unit=road.people.unit(PARTY_OFFICE),
    )["standing"]
    assert Decimal(asked["score"]) == Decimal(standing["standing"]["score"])
    assert (asked["below"], asked["veto"]) == (True, "vetoed")
    assert [(line["event"], Decimal(line["points"])) for line in asked["lines"]] == [
        (line["event"], Decimal(line["points"])) for line in standing["lines"]
    ]


def test_a_gateway_finds_the_same_unit_in_both_services(road: Road) -> None:
    reference = {"__typename": "Unit", "id": road.people.unit(PARTY_OFFICE)}
    entities = "query($of: [_Any!]!) { _entities(representations: $of) { ... on Unit { %s } } }"
    (known,) = road.auditor.query("ledger", entities % "id code name", of=[reference])["_entities"]
    assert (known["id"], known["code"]) == (reference["id"], PARTY_OFFICE)
    (assessed,) = road.assessor.query("assessment", entities % "id standing(year: 2026) { veto }", of=[reference])[
        "_entities"
    ]
    assert (assessed["id"], assessed["standing"]["veto"]) == (reference["id"], "vetoed")


def test_both_logs_verify_after_the_whole_year(road: Road) -> None:
    up = road.people.up
    for log in ("ledger", "assessment"):
        said = zeren(up.home, up.port, "log", "verify", log)
        assert said.returncode == 0, said.stdout
