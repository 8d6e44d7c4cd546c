"""What the simulated officials do in a year is settled by the seed, obeys the rules, and ends with 104 of 113."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.support.sample_city import sample_city, working_days_of_2026
from zeren.office import SERVICES
from zeren.simulator.chance import Chance
from zeren.simulator.city import City, Post, order_of
from zeren.simulator.client import Answer, Client, Journal, Unanswered
from zeren.simulator.playing import chains_of, makers, year
from zeren.simulator.reports import FATES, IN_TOWNSHIPS, reports
from zeren.simulator.rounds import Scheme
from zeren.simulator.steps import Book, Made, Step
from zeren.simulator.tally import Tally
from zeren.simulator.tasks import fates
from zeren.simulator.workdays import WorkDays

CITY = sample_city()
DAYS = working_days_of_2026()
SCHEME = Scheme("scheme-of-departments", "YL-001", "2026年度市直部门考核办法", ("refusal-to-rectify",))
SEEDS = (1, 7, 2026)


@lru_cache
def steps(seed: int, city: City = CITY) -> list[Step]:
    told = year(city, DAYS, seed, (SCHEME,), {SCHEME.id: ("YL-103", "YL-117")})
    return [step for day in sorted(told) for chain in chains_of(told[day]) for step in chain]


def written(told: list[Step], city: City) -> str:
    """The commands as they would be sent, as far as they are known beforehand, with ids made alike."""
    book = Book(
        {name: name for step in told for name in (*step.refers_to(), *([step.finds.name] if step.finds else []))}
    )
    lines = [
        [str(s.day), s.service, s.key(0), s.who and [s.who.unit, s.who.title], book.path(s), book.filled(s.body)]
        for s in told
    ]
    return json.dumps(lines, ensure_ascii=False).replace(f"{city.units[city.root].id.partition('-')[0]}-", "id-")


def test_the_same_seed_tells_the_same_year_whatever_the_ids_are() -> None:
    another = sample_city("other")
    assert written(steps(7), CITY) == written(steps(7, another), another)


def test_another_seed_tells_another_year() -> None:
    assert written(steps(1), CITY) != written(steps(2), CITY)


@pytest.mark.parametrize("seed", SEEDS)
def test_104_of_the_113_tasks_are_accepted(seed: int) -> None:
    accepted = {step.label.removesuffix("-accept") for step in steps(seed) if step.label.endswith("-accept")}
    assert len([number for number in accepted if "-" not in number]) == 104
    assert list(fates(list(CITY.tasks.values()), Chance(seed)).values()).count("accepted") == 104


@pytest.mark.parametrize("seed", SEEDS)
def test_everything_happens_on_working_days_under_keys_of_its_own(seed: int) -> None:
    told = steps(seed)
    assert all(step.day in DAYS for step in told)
    keys = [step.key(seed) for step in told]
    assert max(Counter(keys).values()) == 1
    assert all(key.isascii() and key.isprintable() and " " not in key and len(key) <= 200 for key in keys)


@pytest.mark.parametrize("seed", SEEDS)
def test_weights_add_up_to_100_except_where_somebody_is_wrong_on_purpose(seed: int) -> None:
    splits = [step for step in steps(seed) if step.path[-1] == "split"]
    totals = {
        "split-weights-not-100" in step.refused_with: sum((part["weight"] for part in step.body["parts"]), Decimal(0))
        for step in splits
    }
    assert totals == {True: Decimal("99.9"), False: Decimal(100)}


@pytest.mark.parametrize("seed", SEEDS)
def test_all_three_directions_are_split_in(seed: int) -> None:
    assert {step.body["direction"] for step in steps(seed) if step.label.endswith("-split")} == {
        "internal",
        "lateral",
        "downward",
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_a_whole_is_claimed_after_the_last_of_its_parts_was_accepted(seed: int) -> None:
    of_task: dict[str, dict[str, date]] = defaultdict(dict)
    for step in steps(seed):
        if not step.refused_with:
            of_task[step.chain][step.label] = step.day
    wholes = [labels for labels in of_task.values() if any(label.endswith("-split") for label in labels)]
    assert wholes
    for labels in wholes:
        (claimed,) = (day for label, day in labels.items() if label.endswith("-complete") and label.count("-") == 1)
        parts = [day for label, day in labels.items() if label.endswith("-accept") and label.count("-") == 2]
        assert parts
        assert claimed > max(parts)


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_accepts_what_they_claimed(seed: int) -> None:
    acts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for step in steps(seed):
        if not step.refused_with and step.path[-1] in ("claim-completion", "accept-completion", "return-completion"):
            act = "claims" if step.path[-1] == "claim-completion" else "decides"
            assert step.who is not None
            acts[str(step.path[1]), act].add(step.who.holder)
    for task, act in list(acts):
        if act == "claims":
            assert not acts[task, "claims"] & acts[task, "decides"]


def test_progress_never_falls_unless_it_is_corrected_or_refused() -> None:
    standing: dict[Any, Decimal] = {}
    for step in steps(7):
        percent = step.body.get("percent")
        if percent is None or step.refused_with & {"percent-fell", "task-claimed", "task-ended", "task-suspended"}:
            continue
        if step.path[-1] == "progress" and "whole-reports-by-parts" not in step.refused_with:
            assert percent >= standing.get(step.path[1], Decimal(0))
        standing[step.path[1]] = percent
        assert 0 <= percent <= 100


def test_every_reason_for_which_an_attempt_must_fail_is_one_that_the_services_know() -> None:
    known = {refusal.code for service in SERVICES for refusal in service.refusals} | {"not-found", "not-allowed"}
    planned = {code for seed in SEEDS for step in steps(seed) for code in step.refused_with}
    assert planned <= known
    assert len(planned) > 20


def test_whatever_a_step_refers_to_is_made_by_an_earlier_step_or_known_before() -> None:
    told = steps(7)
    known = {f"task/{number}" for number in CITY.tasks} | {f"unit/{code}" for code in CITY.units}
    known.add(f"scheme/{SCHEME.id}")
    for step in told:
        assert all(name in known for name in step.refers_to()), step
        if step.makes:
            known.add(step.makes)
        if step.finds:
            known.add(step.finds.name)
        if step.label.endswith("-split"):
            known |= {f"task/{step.label.removesuffix('-split')}-{n}" for n in range(1, 1 + len(step.body["parts"]))}


def test_the_maker_or_finder_of_everything_is_known() -> None:
    found = makers(year(CITY, DAYS, 7))
    assert found["letter/YL-103"].label == "draw-up"
    assert found["complaint/1"].label == "register"
    assert all(name in (step.makes, step.finds and step.finds.name) for name, step in found.items())


# --- reports, cases and letters ----------------------------------------------------------------------------------


def of_reports(seed: int) -> dict[str, dict[str, Step]]:
    """The steps about each report that are meant to succeed, by chain and label."""
    found: dict[str, dict[str, Step]] = defaultdict(dict)
    for step in steps(seed):
        if step.chain.startswith("report-") and not step.refused_with:
            found[step.chain][step.label] = step
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_every_fate_of_a_report_is_told_in_a_year(seed: int) -> None:
    told = of_reports(seed)
    assert len(told) == len(FATES) == 17
    ends = Counter(label for labels in told.values() for label in labels)
    assert (ends["refuse"], ends["forward"], ends["return"], ends["extend"]) == (1, 2, 1, 1)
    assert (ends["turn-into-clue"], ends["file-case"], ends["propose"]) == (6, 5, 5)
    assert (ends["serve"], ends["decline"], ends["uphold"], ends["revoke"]) == (4, 1, 1, 1)


def without(*roles: str) -> City:
    """The city without the posts of some roles in its discipline body."""
    posts = [post for post in CITY.posts if post.unit != "YL-101" or not set(roles) & set(post.roles)]
    return City(CITY.units.values(), posts, CITY.tasks.values(), CITY.plan)


def test_where_nobody_decides_no_case_is_opened_and_where_nobody_receives_nothing_is_reported() -> None:
    labels = Counter(step.label for step in reports(without("committee"), DAYS, Chance(7)))
    assert (labels["lodge"], labels["turn-into-clue"]) == (17, 0)
    in_counties = reports(without("intake-clerk"), DAYS, Chance(7))
    assert {step.chain for step in in_counties} == {f"report-{number}" for number in IN_TOWNSHIPS}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_clerk_tells_every_report_from_every_other_by_what_is_listed(seed: int) -> None:
    found = [labels["register"].finds for labels in of_reports(seed).values()]
    shown = [str((find.params, find.values)) for find in found if find is not None]
    assert max(Counter(shown).values()) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_a_report_is_registered_days_after_it_was_lodged_and_everything_ends_within_the_year(seed: int) -> None:
    for labels in of_reports(seed).values():
        assert len(DAYS.between(labels["lodge"].day, labels["register"].day)) > 3
        assert max(step.day for step in labels.values()) < DAYS.last


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_decides_what_they_investigated_proposed_or_decided_before(seed: int) -> None:
    for labels in of_reports(seed).values():
        who = {label: step.who.holder for label, step in labels.items() if step.who is not None}
        if "file-case" not in labels:
            continue
        investigators = {who["propose-disposal"], *(who[label] for label in who if label.startswith("case-step-"))}
        deciders = {who[label] for label in ("approve-disposal", "file-case", "conclude-case", "conclude-inquiry")}
        assert not deciders & (investigators | {who["propose"]})
        decided = who.get("hold-accountable") or who["decline"]
        assert decided not in {who["propose"], who.get("uphold"), who.get("revoke")}


@pytest.mark.parametrize("seed", SEEDS)
def test_some_letters_are_signed_signed_for_answered_and_settled(seed: int) -> None:
    acts = Counter(step.path[-1] for step in steps(seed) if step.service == "notifications" and not step.refused_with)
    assert acts["release"] == acts["sign-for"] > acts["answer"] == acts["settle"] > 10


# --- small parts -------------------------------------------------------------------------------------------------


def test_numbers_are_read_as_people_count() -> None:
    assert sorted(["10", "2", "10-2", "10-1", "1"], key=order_of) == ["1", "2", "10", "10-1", "10-2"]


def test_working_days_are_counted_over_the_spring_festival() -> None:
    assert DAYS.after(date(2026, 2, 9), 5) == date(2026, 2, 14)
    assert DAYS.after(date(2026, 2, 9), 15) == date(2026, 3, 6)
    assert DAYS.before(date(2026, 5, 21), 3) == date(2026, 5, 18)
    assert DAYS.up_to(date(2026, 10, 3)) == date(2026, 9, 30)


def test_a_day_outside_of_what_is_known_becomes_the_last_or_first_one() -> None:
    days = WorkDays([date(2026, 1, 5), date(2026, 1, 6)])
    assert days.after(date(2026, 1, 6), 9) == date(2026, 1, 6)
    assert days.before(date(2026, 1, 5), 9) == date(2026, 1, 5)


def test_a_draw_depends_on_seed_and_subject_alone() -> None:
    assert Chance(1).whole(1, 1000, "late", "17") == Chance(1).whole(1, 1000, "late", "17")
    assert len({Chance(seed).whole(1, 10**9, "late", "17") for seed in range(20)}) == 20
    assert sorted(Chance(1).some(3, "abcdef", "team")) == sorted(Chance(1).some(3, "fedcba", "team"))


def test_parts_of_a_split_are_known_by_their_numbers_from_the_answer() -> None:
    book = Book({"task/3": "t3"})
    book.learn_events(
        [{"type": "task-split", "data": {}}, {"type": "task-issued", "data": {"number": "3-1", "task": "t31"}}]
    )
    assert book.filled({"task": Made("task/3-1"), "due": date(2026, 6, 30), "weight": Decimal("33.4")}) == {
        "task": "t31",
        "due": "2026-06-30",
        "weight": "33.4",
    }


# --- what counts as a surprise -----------------------------------------------------------------------------------

CLERK = Post("post", "YL-103", "办公室科员", ("unit-clerk",), False, "YL-103", "person")
REPORT = Step(date(2026, 1, 30), "task-3", "3-report", CLERK, ("tasks", Made("task/3"), "progress"))
TOO_EARLY = Step(
    date(2026, 1, 30), "task-3", "3-early", CLERK, ("tasks",), refused_with=frozenset({"parts-unfinished"})
)


@pytest.mark.parametrize(
    ("step", "answer", "surprises"),
    [
        (REPORT, Answer(200, {}), 0),
        (REPORT, Answer(422, {"code": "percent-fell"}), 0),
        (REPORT, Answer(400, {"code": "body-invalid"}), 1),
        (REPORT, Answer(500, {"code": "internal-error"}), 1),
        (REPORT, Answer(404, {}), 1),
        (TOO_EARLY, Answer(422, {"code": "parts-unfinished"}), 0),
        (TOO_EARLY, Answer(422, {"code": "task-ended"}), 1),
        (TOO_EARLY, Answer(200, {}), 1),
    ],
)
def test_an_answer_that_nobody_should_get_is_a_surprise(step: Step, answer: Answer, surprises: int) -> None:
    tally = Tally()
    tally.count(step, answer)
    assert len(tally.surprises) == surprises


# --- the client, before an office that misbehaves -----------------------------------------------------------------


@dataclass
class Office:
    """Answers one command in the way told, then properly; it remembers every key that it saw."""

    first: list[int]
    keys: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.keys.append(request.headers["Idempotency-Key"])
        if self.first:
            status = self.first.pop(0)
            if status == 0:
                assert request.transport is not None
                request.transport.close()  # the answer is lost on its way
            return web.json_response({"code": "conflict" if status == 409 else "busy"}, status=status or 200)
        event = {"type": "progress-reported", "stream": "task/t3", "version": 4, "data": {"done": "已完成"}}
        return web.json_response({"position": 12, "id": None, "events": [event]})

    async def door(self, request: web.Request) -> web.StreamResponse:
        assert "Authorization" not in request.headers
        return web.json_response({"lodged_on": "2026-01-07", "received_by_name": "市纪委监委"})

    async def metrics(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text=self.pages.pop(0))


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    told = Office([])
    app = web.Application()
    app.router.add_post("/api/ledger/tasks/t3/progress", told.answer)
    app.router.add_post("/api/intake/complaints", told.door)
    app.router.add_get("/metrics", told.metrics)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    told.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield told
    await runner.cleanup()


async def report(office: Office, journal: Path, patience_seconds: float = 20) -> tuple[Answer, Client]:
    async with aiohttp.ClientSession() as session:
        writing = Journal(journal)
        client = Client(session, office.url, lambda person: "token", writing, patience_seconds=patience_seconds)
        try:
            return await client.command("ledger", "report", "tasks/t3/progress", "chen", "sim-1", {}), client
        finally:
            writing.close()


@pytest.mark.parametrize("first", [[0], [503], [503, 0, 409]])
async def test_without_an_answer_the_same_key_is_sent_again(office: Office, tmp_path: Path, first: list[int]) -> None:
    tries = len(first) + 1
    office.first = first
    answer, client = await report(office, tmp_path / "journal")
    assert answer.status == 200
    assert office.keys == ["sim-1"] * tries
    assert client.retries == tries - 1


async def test_patience_ends(office: Office, tmp_path: Path) -> None:
    office.first = [503] * 1000
    with pytest.raises(Unanswered):
        await report(office, tmp_path / "journal", patience_seconds=0.3)


FOLDED = 'zeren_view_lag_positions{log="ledger",view="tasks"} 0.0\n'
ARRIVED = 'zeren_feed_lag{log="assessment",source="ledger"} 0.0\n'
ACTED = 'zeren_commands_pending{log="assessment"} 0.0\nzeren_deadlines_due{log="assessment"} 0.0\n'


async def test_the_office_has_settled_when_every_process_tells_that_it_is_behind_nothing(
    office: Office, tmp_path: Path
) -> None:
    office.pages = [
        FOLDED.replace("0.0", "3.0") + ARRIVED + ACTED,
        FOLDED + ARRIVED.replace("0.0", "3.0") + ACTED,
        FOLDED + ACTED,  # who receives does not know how far the owner is
        FOLDED + ARRIVED + ACTED.replace("0.0", "3.0"),
        FOLDED + ARRIVED + ACTED + 'zeren_process_up{process="assessment-workers"} 0.0\n',
        FOLDED + ARRIVED + ACTED + 'zeren_process_up{process="assessment-workers"} 1.0\n',
        "asked once too often",
    ]
    async with aiohttp.ClientSession() as session:
        await Client(session, office.url, lambda person: "token", Journal(None)).settle()
    assert office.pages == ["asked once too often"]


async def test_the_journal_holds_what_was_acknowledged_and_no_text(office: Office, tmp_path: Path) -> None:
    await report(office, tmp_path / "journal")
    (line,) = (tmp_path / "journal").read_text(encoding="utf-8").splitlines()
    found: Mapping[str, Any] = json.loads(line)
    assert found == {
        "key": "sim-1",
        "service": "ledger",
        "action": "report",
        "person": "chen",
        "position": 12,
        "events": [{"type": "progress-reported", "stream": "task/t3", "version": 4}],
    }


async def test_the_journal_keeps_a_citizens_receipt_and_gives_it_back_to_a_later_run(
    office: Office, tmp_path: Path
) -> None:
    path = tmp_path / "journal"
    async with aiohttp.ClientSession() as session:
        with closing(Journal(path)) as journal:
            client = Client(session, office.url, lambda person: "token", journal)
            body = {"code": "1234567890123456", "signature": "signed", "words": "清淤款已付，未见施工。"}
            assert (await client.knock("complaints", body, "receipt/1")).status == 200
    (line,) = path.read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == {
        "door": "complaints",
        "receipt": "receipt/1",
        "code": "1234567890123456",
        "on": "2026-01-07",
    }
    with closing(Journal(path)) as journal:
        assert journal.receipts == {"receipt/1": "1234567890123456"}
