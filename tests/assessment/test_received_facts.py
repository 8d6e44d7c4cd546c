"""From the ledger's published facts over the feed to scores, lines, veto and questions, on the real log and PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from services.assessment import views
from services.assessment.events import FormPoints, RoundKind, SchemeId, Source, TriggerId, VetoStatusChanged
from services.assessment.main import SERVICE as ASSESSMENT
from services.assessment.rules.adopt_scheme import AdoptScheme
from services.assessment.rules.amend_scheme import AmendScheme
from services.assessment.rules.close_round import CloseRound
from services.assessment.rules.confirm_trigger import ConfirmTrigger
from services.assessment.rules.draft_scheme import DraftScheme
from services.assessment.rules.lift_veto import LiftVeto
from services.assessment.rules.open_round import OpenRound
from services.assessment.rules.report_trigger import ReportTrigger
from services.assessment.views.evidence import LateEvidenceOf, SpreadOf
from services.assessment.views.round import OneRound, OneRoundScore, RoundScoresOf, RoundsOf
from services.assessment.views.scheme import OneScheme, SchemesOf
from services.assessment.views.standing import OneStanding, StandingsOf
from services.assessment.views.trigger import OneTrigger, TriggersOf
from services.assessment.views.veto import OneVeto, VetoesOf
from services.complaints.events import AccountabilityRevoked, AccountabilityServed, DecisionId
from services.complaints.main import SERVICE as COMPLAINTS
from services.ledger.main import SERVICE as LEDGER
from shared.domain import Actor, PersonalText, PersonId, PublicText, Refused, UnitId
from shared.facts import ClockAdvanced
from shared.feeds.direct import DirectFeed
from shared.handle import Done
from shared.log.log import Genesis
from shared.refusals import RefusedRequest
from shared.running import Access, Running, open_service
from shared.service import Question
from shared.web import rest
from shared.web.graphql import Context, build_schema
from tests.assessment.city import (
    BASIS,
    CITY,
    CONCEALED,
    DEPARTMENTS,
    DOCUMENT,
    FINANCE,
    POSTS,
    REFUSED,
    UNITS,
    WATER,
    leaf,
    source,
)
from tests.assessment.recompute import recompute_all
from tests.assessment.test_standing import accepted, fell_overdue, found
from tests.conftest import MakeInstallation
from tests.support.counting import counting
from tests.support.replay import BATCH_SIZES, dump, replay

COORDINATOR, COMMITTEE, ASSESSOR = PersonId("周正"), PersonId("齐岳"), PersonId("衡平")
INSPECTOR, HEAD, STRANGER = PersonId("严明"), PersonId("江澜"), PersonId("路人")
MARCH = date(2026, 3, 2)
STARTS = datetime(2026, 7, 10, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
TREE = (
    leaf("1", "40", source("on-time-completion")),
    leaf("2", "60", source("findings", severities={"minor": "5", "serious": "20.005"})),
)


@dataclass
class Two:
    """Ledger and assessment in one process; the ledger's facts are recorded as its own system would, and so are those of
    the complaints service."""

    ledger: Running
    assessment: Running
    complaints: Running
    scheme: SchemeId

    async def publish(self, *events: Any) -> None:
        """Facts of the ledger, waited for until the assessment has folded them and nothing waits to be issued."""
        await self._publish(self.ledger, events)

    async def decide(self, *events: Any) -> None:
        """Facts of the complaints service, waited for alike."""
        await self._publish(self.complaints, events)

    async def _publish(self, owner: Running, events: Sequence[Any]) -> None:
        for event in events:
            await owner.handler.record([event], f"system/{owner.service.name}", uuid4())
        feed_head = owner.log.feed_head
        await self._until(lambda: self._received(owner.log.id, feed_head))
        await self.settled()

    async def _received(self, source: str, feed_head: int) -> bool:
        return await self.assessment.log.cursor(source) >= feed_head

    async def settled(self) -> None:
        """Every view at the head of the log, and every command of watches and reactions handled."""
        while True:
            head = await self.assessment.log.last_position()
            assert await self.assessment.runner.reached(head, timeout=20)
            if await self.assessment.issuer.status():
                await self._until(self._issued)
            if await self.assessment.log.last_position() == head:
                return

    async def _issued(self) -> bool:
        return not await self.assessment.issuer.status()

    async def _until(self, done: Callable[[], Awaitable[bool]]) -> None:
        wake = self.assessment.log.wake()
        async with asyncio.timeout(20):
            while not await done():
                wake.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(wake.wait(), 0.05)
        self.assessment.log.forget(wake)

    async def do(self, command: Any, by: PersonId) -> Done | Refused:
        action = next(action for action in ASSESSMENT.actions if action.command is type(command))
        outcome = await self.assessment.handle(action, command, by, str(uuid4()))
        await self.settled()
        return outcome

    async def ask(self, question: Question, params: Any, by: PersonId) -> Any:
        reading = await self.assessment.reading(by, None)
        assert reading is not None
        return await rest.ask(reading, question, params)

    async def query(self, document: str, by: PersonId) -> Any:
        reading = await self.assessment.reading(by, None)
        assert reading is not None
        schema = build_schema(ASSESSMENT)
        result = await schema.execute(document, context_value=Context(self.assessment, by, reading))
        assert result.errors is None, result.errors
        return result.data

    async def score(self, unit: UnitId = WATER) -> Decimal:
        found = await self.ask(views.ONE_STANDING, OneStanding(2026, unit), COMMITTEE)
        score: Decimal = found.standing.score
        return score

    async def until_score(self, wanted: Decimal) -> None:
        async def reached() -> bool:
            return await self.score() == wanted

        await self._until(reached)

    async def status(self, unit: UnitId = WATER) -> str:
        found = await self.ask(views.ONE_STANDING, OneStanding(2026, unit), COMMITTEE)
        return str(found.standing.veto)


@pytest.fixture
async def two(make_installation: MakeInstallation) -> AsyncIterator[Two]:
    """The city, and a scheme for its departments that the committee adopted; nothing has happened yet."""
    installation = await make_installation({"ledger": ("assessment",), "complaints": ("assessment",), "assessment": ()})

    async def opened(service: Any) -> Running:
        given = installation.logs[service.name]
        access = Access(given.log, given.views, given.keys, given.dsn, given.keys_dsn, installation.master_key)
        return await open_service(service, access, Genesis(service.name, starts=STARTS))

    ledger, assessment, complaints = await opened(LEDGER), await opened(ASSESSMENT), await opened(COMPLAINTS)
    await ledger.start({})
    owners = {"ledger": ledger, "complaints": complaints}
    await assessment.start({name: DirectFeed(name, name, assessment.pool, of.log) for name, of in owners.items()})
    there = Two(ledger, assessment, complaints, SchemeId(""))
    await there.publish(*UNITS, *POSTS)
    draft = DraftScheme(
        SchemeId(""), CITY, 2026, DEPARTMENTS, PublicText("考核办法"), TREE, BASIS, (CONCEALED, REFUSED), ranking=True
    )
    drafted = await there.do(draft, COORDINATOR)
    assert isinstance(drafted, Done)
    there.scheme = drafted.facts[0].event.scheme
    assert isinstance(await there.do(AdoptScheme(there.scheme, DOCUMENT), COMMITTEE), Done)
    yield there
    await assessment.stop()
    await complaints.stop()
    await ledger.stop()


async def test_a_finding_moves_the_score_and_says_why(two: Two) -> None:
    await two.publish(accepted("清淤", MARCH, MARCH), found("W1", "minor"))

    explained = await two.ask(views.ONE_STANDING, OneStanding(2026, WATER), HEAD)

    assert (explained.standing.score, explained.standing.printed) == (Decimal(95), "95.00")
    assert sum(line.points for line in explained.lines) == explained.standing.score
    (lost,) = (line for line in explained.lines if line.lost)
    assert (lost.subject, lost.source, lost.recorded_by) == ("finding/W1", "ledger", "system/ledger")
    assert lost.clause.number == "第2条"


async def test_a_served_decision_costs_and_vetoes_and_a_revoked_one_takes_both_back(two: Two) -> None:
    tree = (leaf("1", "100", Source("accountability", "full", per_form=(FormPoints("admonition", Decimal(4)),))),)
    amended = AmendScheme(
        two.scheme, PublicText("增设指标"), PublicText("考核办法"), tree, BASIS, Decimal(80), (CONCEALED, REFUSED)
    )
    assert isinstance(await two.do(amended, COMMITTEE), Done)
    served: Any = AccountabilityServed
    await two.decide(
        served(
            "决定一",
            "江澜",
            WATER,
            "chief",
            ("Y01", "DX-03"),
            "main-leadership",
            "admonition",
            date(2026, 1, 20),
            MARCH,
            date(2026, 4, 2),
            None,
            Actor("严谨"),
        )
    )
    assert (await two.score(), await two.status()) == (Decimal(96), "vetoed")
    explained = await two.ask(views.ONE_STANDING, OneStanding(2026, WATER), HEAD)
    assert [line.why for line in explained.lines] == ["满分", "责任追究（诫勉），扣4分"]

    revoked: Any = AccountabilityRevoked
    paper = PublicText("云纪发〔2026〕6号")
    await two.decide(revoked("决定一", "江澜", WATER, MARCH, date(2026, 5, 6), paper, Actor("严谨")))
    assert (await two.score(), await two.status()) == (Decimal(100), "clear")
    history = (await two.ask(views.ONE_VETO, OneVeto(two.scheme, WATER), COMMITTEE)).history
    assert [step.kind for step in history] == ["changed", "withdrawn", "changed"]


async def test_a_decision_revoked_after_its_round_was_closed_is_late_evidence(two: Two) -> None:
    for command in (
        OpenRound(two.scheme, "mid-year", CITY, date(2026, 1, 1), date(2026, 6, 30)),
        CloseRound(two.scheme, "mid-year"),
    ):
        assert isinstance(await two.do(command, ASSESSOR), Done)
    revoked = AccountabilityRevoked(
        DecisionId("决定一"), None, WATER, MARCH, date(2026, 7, 10), PublicText("云纪发〔2026〕9号"), Actor("严谨")
    )
    held: Any = AccountabilityServed(
        DecisionId("决定一"),
        None,
        WATER,
        "committee",
        ("DX-02",),
        "principal",
        "circular",
        MARCH,
        MARCH,
        MARCH,
        None,
        Actor("严谨"),
    )
    await two.decide(held, revoked)
    late = (await two.ask(views.LATE_EVIDENCE, LateEvidenceOf(two.scheme, "mid-year"), COMMITTEE)).items
    assert [(fact.kind, fact.occurred) for fact in late][-1] == ("accountability-revoked", MARCH)


async def test_standings_come_in_the_order_of_the_list_of_units_and_only_to_whom_they_concern(two: Two) -> None:
    async def seen(by: PersonId) -> list[str]:
        page = await two.ask(views.LIST_STANDINGS, StandingsOf(2026), by)
        return [standing.unit for standing in page.items]

    assert await seen(COMMITTEE) == [WATER, FINANCE]
    assert await seen(HEAD) == [WATER]
    assert await seen(STRANGER) == []
    with pytest.raises(RefusedRequest, match="not-found"):
        await two.ask(views.ONE_STANDING, OneStanding(2026, FINANCE), HEAD)


async def test_pages_go_on_where_the_last_one_ended(two: Two) -> None:
    first = await two.ask(views.LIST_STANDINGS, StandingsOf(2026, limit=1), COMMITTEE)
    second = await two.ask(views.LIST_STANDINGS, StandingsOf(2026, limit=1, after=first.next), COMMITTEE)

    assert [page.items[0].unit for page in (first, second)] == [WATER, FINANCE]
    assert second.next is None


async def test_whoever_is_assessed_may_read_the_scheme_and_a_stranger_may_not(two: Two) -> None:
    row = await two.ask(views.ONE_SCHEME, OneScheme(two.scheme), HEAD)

    assert (row.status, row.version, row.document) == ("in-force", 1, DOCUMENT)
    assert (await two.ask(views.LIST_SCHEMES, SchemesOf(2026), STRANGER)).items == ()


async def test_from_79_995_at_risk_to_vetoed_at_the_close_to_lifted_and_each_step_can_be_reckoned_again(
    two: Two,
) -> None:
    await two.publish(found("W1", "serious"))
    assert await two.status() == "at-risk"

    opened = await two.do(OpenRound(two.scheme, "mid-year", CITY, date(2026, 1, 1), date(2026, 7, 10)), ASSESSOR)
    assert isinstance(opened, Done)
    closed = await two.do(CloseRound(two.scheme, "mid-year"), ASSESSOR)
    assert isinstance(closed, Done)
    assert (await two.status(), await two.status(FINANCE)) == ("vetoed", "clear")

    lifting = LiftVeto(
        two.scheme, WATER, ("round/mid-year",), "appeal", PublicText("申诉成立"), PublicText("云考委〔2026〕5号")
    )
    assert isinstance(await two.do(lifting, COMMITTEE), Done)
    assert await two.status() == "at-risk"
    again = await two.do(lifting, COMMITTEE)
    assert isinstance(again, Refused)
    assert again.code == "not-vetoed"

    log = two.assessment.log
    facts = list(await log.at(1, await log.last_position()))
    assert recompute_all(facts) == ["at-risk", "vetoed", "at-risk"]
    veto = await two.ask(views.ONE_VETO, OneVeto(two.scheme, WATER), HEAD)
    assert [(step.kind, step.status) for step in veto.history] == [
        ("changed", "at-risk"),
        ("changed", "vetoed"),
        ("lifted", "vetoed"),
        ("changed", "at-risk"),
    ]
    assert (veto.standing, veto.history[1].grounds.score) == ((), Decimal("79.995"))


async def test_a_closed_round_keeps_its_scores_and_what_comes_later_is_late_evidence(two: Two) -> None:
    await two.publish(found("W1", "minor"), found("F1", "serious", FINANCE))
    await two.do(OpenRound(two.scheme, "mid-year", CITY, date(2026, 1, 1), date(2026, 7, 10)), ASSESSOR)
    await two.do(CloseRound(two.scheme, "mid-year"), ASSESSOR)

    await two.publish(found("W2", "serious"))

    kind: RoundKind = "mid-year"
    scores = await two.ask(views.LIST_ROUND_SCORES, RoundScoresOf(two.scheme, kind), COMMITTEE)
    assert [(s.unit, str(s.score), s.rank) for s in scores.items] == [(WATER, "95", 1), (FINANCE, "79.995", 2)]
    explained = await two.ask(views.ONE_ROUND_SCORE, OneRoundScore(two.scheme, kind, WATER), HEAD)
    assert sum(line.points for line in explained.lines) == 95
    assert explained.score.rank == 1
    (late,) = (await two.ask(views.LATE_EVIDENCE, LateEvidenceOf(two.scheme, kind), HEAD)).items
    assert (late.subject, late.position > late.closed_at) == ("finding/W2", True)
    (round_,) = (await two.ask(views.LIST_ROUNDS, RoundsOf(two.scheme), HEAD)).items
    assert (round_.units, round_.position) == (2, late.closed_at)
    assert (await two.ask(views.ONE_ROUND, OneRound(two.scheme, kind), HEAD)) == round_


async def test_a_confirmed_trigger_vetoes_and_its_narrative_is_opened_only_for_those_who_decide(two: Two) -> None:
    narrative = PersonalText("局领导江某瞒案不报")
    reported = await two.do(ReportTrigger(TriggerId(""), two.scheme, WATER, "Y01", MARCH, narrative), INSPECTOR)
    assert isinstance(reported, Done)
    trigger = reported.facts[0].event.trigger

    assert isinstance(await two.do(ConfirmTrigger(trigger, PublicText("纪要3号")), COMMITTEE), Done)

    assert await two.status() == "vetoed"
    answer = await two.ask(views.ONE_TRIGGER, OneTrigger(trigger), COMMITTEE)
    assert (answer.narrative, answer.status, answer.decided_by) == ("局领导江某瞒案不报", "confirmed", COMMITTEE)
    (listed,) = (await two.ask(views.LIST_TRIGGERS, TriggersOf(), COMMITTEE)).items
    assert listed.narrative is None
    with pytest.raises(RefusedRequest, match="not-allowed"):
        await two.ask(views.ONE_TRIGGER, OneTrigger(trigger), HEAD)
    rows = await two.assessment.pool.fetch(f"select data from {two.assessment.log.schema}.log")  # noqa: S608
    assert not any("江某".encode() in (row["data"] or b"") for row in rows)


async def test_one_day_more_overdue_changes_the_standing_though_nothing_else_happened(two: Two) -> None:
    by_the_day = (leaf("1", "100", source("overdue-days", per_day="2.5")),)
    amended = AmendScheme(
        two.scheme, PublicText("按日扣分"), PublicText("考核办法"), by_the_day, BASIS, Decimal(80), (CONCEALED,)
    )
    assert isinstance(await two.do(amended, COMMITTEE), Done)
    await two.publish(fell_overdue("清淤", date(2026, 7, 9)))
    assert await two.score() == Decimal("97.5")

    await two.publish(ClockAdvanced("ledger", datetime(2026, 7, 13, 1, tzinfo=UTC)))
    await two.until_score(Decimal(90))

    explained = await two.ask(views.ONE_STANDING, OneStanding(2026, WATER), HEAD)
    assert [(line.type, line.why) for line in explained.lines if line.lost] == [
        ("overdue-days-counted", "逾期4日，每日扣2.5分")
    ]


async def test_the_evidence_of_a_unit_spreads_over_months_and_kinds(two: Two) -> None:
    await two.publish(found("W1", "minor"), found("W2", "minor"), fell_overdue("清淤", date(2026, 7, 9)))

    spread = await two.ask(views.SPREAD, SpreadOf(2026, WATER), HEAD)

    assert spread.total == 3
    assert {(cell.kind, cell.count) for cell in spread.cells} == {("inspection-found", 2), ("task-fell-overdue", 1)}


async def test_the_subgraph_answers_the_same_and_resolves_its_own_keys(two: Two) -> None:
    await two.publish(found("W1", "serious"))

    data = await two.query(
        """{ standings(year: 2026) { edges { node { unitName printed score below veto scheme { title passLine }
               lines { id points clause { number } } unit { id vetoes { id status history { status } } } } } } }""",
        HEAD,
    )
    (standing,) = (edge["node"] for edge in data["standings"]["edges"])
    assert (standing["printed"], standing["score"], standing["below"]) == ("80.00", "79.995", True)
    assert standing["unit"]["vetoes"][0]["status"] == "at-risk"
    line = standing["lines"][-1]

    wanted = (
        ("Unit", WATER),
        ("Unit", FINANCE),
        ("Line", line["id"]),
        ("Standing", f"2026|{WATER}"),
        ("Veto", f"{two.scheme}|{WATER}"),
        ("Scheme", two.scheme),
    )
    asked = ", ".join(f'{{__typename: "{name}", id: "{id}"}}' for name, id in wanted)
    shown = (
        "... on Unit { id } ... on Line { points } ... on Standing { printed } ... on Veto { status } "
        "... on Scheme { title }"
    )
    entities = f"{{ _entities(representations: [{asked}]) {{ __typename {shown} }} }}"
    found_entities = (await two.query(entities, HEAD))["_entities"]
    assert found_entities == [
        {"__typename": "Unit", "id": WATER},
        None,
        {"__typename": "Line", "points": line["points"]},
        {"__typename": "Standing", "printed": "80.00"},
        {"__typename": "Veto", "status": "at-risk"},
        {"__typename": "Scheme", "title": "考核办法"},
    ]
    assert (await two.query(entities, STRANGER))["_entities"] == [None] * 6


async def test_every_view_is_the_same_when_the_log_is_folded_again(two: Two) -> None:
    await two.publish(found("W1", "serious"), accepted("清淤", MARCH, MARCH), fell_overdue("护坡", MARCH))
    await two.do(OpenRound(two.scheme, "mid-year", CITY, date(2026, 1, 1), date(2026, 7, 10)), ASSESSOR)
    await two.do(CloseRound(two.scheme, "mid-year"), ASSESSOR)

    log = two.assessment.log
    live = await dump(log, *ASSESSMENT.views)
    end = await log.last_position()
    for batch in BATCH_SIZES:
        again = await replay(ASSESSMENT, log, batch, end)
        assert {view.name: again[view.name] for view in ASSESSMENT.views} == live
    assert len(live["round-scores"]) == 2
    page = await two.ask(views.LIST_VETOES, VetoesOf(two.scheme, "vetoed"), COMMITTEE)
    assert [row.unit for row in page.items] == [WATER]
    assert any(isinstance(f.event, VetoStatusChanged) for f in await log.at(1, end))


async def test_what_lies_inside_a_list_of_standings_costs_no_query_for_each(two: Two) -> None:
    await two.publish(accepted("清淤", MARCH, MARCH), found("W1", "minor"))
    document = """query ($first: Int!) { standings(year: 2026, first: $first) { edges { node { unitName
        scheme { title } lines { points } evidence { count } unit { vetoes { status } standing { score } } } } } }"""
    schema, told = build_schema(ASSESSMENT), []
    for first in (1, 50):
        reading = await two.assessment.reading(COMMITTEE, None)
        assert reading is not None
        counted = counting(reading)
        context = Context(two.assessment, COMMITTEE, counted)
        result = await schema.execute(document, variable_values={"first": first}, context_value=context)
        assert result.errors is None, result.errors
        assert result.data is not None
        told.append((len(result.data["standings"]["edges"]), len(counted.statements)))
    (one, fewest), (many, statements) = told
    assert (one, statements) == (1, fewest)
    assert many > one
