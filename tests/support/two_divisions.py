"""A city with two counties that have nothing to do with each other, both with everything the two services know.

白水县 and 青溪县 have the same units, a post for every role, and the same history: a plan, a project, tasks in every
situation, a letter, signatures, an inspection with its findings, a scheme with a closed round, triggers and a veto.
Whatever a county wrote bears its mark, so that a text of one can be looked for in the answers to the other.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import aiohttp

from services.assessment.events import Clause, Indicator, SeverityPoints, Source, TriggerRule, UnitClass
from services.assessment.rules.adopt_scheme import AdoptScheme
from services.assessment.rules.amend_scheme import AmendScheme
from services.assessment.rules.close_round import CloseRound
from services.assessment.rules.confirm_trigger import ConfirmTrigger
from services.assessment.rules.draft_scheme import DraftScheme
from services.assessment.rules.open_round import OpenRound
from services.assessment.rules.reject_trigger import RejectTrigger
from services.assessment.rules.report_trigger import ReportTrigger
from services.complaints.events import Category, ComplaintId
from services.complaints.rules.accept_petition import AcceptPetition
from services.complaints.rules.approve_disposal import ApproveDisposal
from services.complaints.rules.assign_handler import AssignHandler
from services.complaints.rules.assign_petition import AssignPetition
from services.complaints.rules.conclude_case import ConcludeCase
from services.complaints.rules.conclude_petition import ConcludePetition
from services.complaints.rules.file_case import FileCase
from services.complaints.rules.forward_petition import ForwardPetition
from services.complaints.rules.hold_accountable import HoldAccountable
from services.complaints.rules.open_clue import OpenClue
from services.complaints.rules.propose_accountability import ProposeAccountability
from services.complaints.rules.propose_disposal import ProposeDisposal
from services.complaints.rules.record_case_step import RecordCaseStep
from services.complaints.rules.record_hearing import RecordHearing
from services.complaints.rules.register_petition import RegisterPetition
from services.complaints.rules.serve_decision import ServeDecision
from services.complaints.rules.take_clue_step import TakeClueStep
from services.complaints.rules.tell_reporter import TellReporter
from services.intake.doors.held import DecideHeld, HeldDecided, ListHeld, decide_held, list_held
from services.intake.doors.lodge import LodgeComplaint, LodgedOn, RegisterComplaint, lodge, register
from services.intake.rules.disclose_identity import DiscloseIdentity
from services.intake.rules.export_handed_up import ExportHandedUp
from services.intake.rules.lodge_complaint import Reporter
from services.ledger.events import Evidence, Phase, PlanId, TaskId, TaskIssued, TaskNumberTaken
from services.ledger.rules.accept_completion import AcceptCompletion
from services.ledger.rules.adopt_plan import AdoptPlan
from services.ledger.rules.advance_clock import AdvanceClock
from services.ledger.rules.ask_extension import AskExtension
from services.ledger.rules.cancel_task import CancelTask
from services.ledger.rules.claim_completion import ClaimCompletion
from services.ledger.rules.correct_progress import CorrectProgress
from services.ledger.rules.create_post import CreatePost
from services.ledger.rules.decline_task import DeclineTask
from services.ledger.rules.delegate_post import DelegatePost
from services.ledger.rules.draft_plan import DraftPlan
from services.ledger.rules.draw_up_letter import DrawUpLetter
from services.ledger.rules.endorse import EndorseLetter, EndorsePlan, EndorseTask
from services.ledger.rules.fill_post import FillPost
from services.ledger.rules.grant_extension import GrantExtension
from services.ledger.rules.hand_over_task import HandOverTask
from services.ledger.rules.install_administrator import InstallAdministrator
from services.ledger.rules.issue_holiday_notice import IssueHolidayNotice
from services.ledger.rules.issue_task import IssueTask
from services.ledger.rules.make_commitment import MakeCommitment
from services.ledger.rules.open_inspection import OpenInspection
from services.ledger.rules.order_rectification import OrderRectification
from services.ledger.rules.record_finding import RecordFinding
from services.ledger.rules.register_person import RegisterPerson
from services.ledger.rules.register_portal import RegisterPortal
from services.ledger.rules.register_project import RegisterProject
from services.ledger.rules.register_unit import RegisterUnit
from services.ledger.rules.report_progress import ReportProgress
from services.ledger.rules.report_rectification import ReportRectification
from services.ledger.rules.resume_task import ResumeTask
from services.ledger.rules.return_completion import ReturnCompletion
from services.ledger.rules.return_rectification import ReturnRectification
from services.ledger.rules.set_person_mail import SetPersonMail
from services.ledger.rules.set_unit_mail import SetUnitMail
from services.ledger.rules.sign_claim import SignClaim
from services.ledger.rules.sign_letter import SignLetter
from services.ledger.rules.split_task import GivenPart, SplitTask
from services.ledger.rules.strike_off_finding import StrikeOffFinding
from services.ledger.rules.suspend_task import SuspendTask
from services.ledger.rules.verify_rectification import VerifyRectification
from services.notifications.events import NoticeDrafted, NoticeId, NoticeReleased, Policy
from services.notifications.rules.release_notice import ReleaseNotice
from services.notifications.rules.set_organ_code import SetOrganCode
from services.notifications.rules.subscribe_webhook import SubscribeWebhook
from services.notifications.rules.write_notice import WriteNotice
from shared.calendar import read_notices
from shared.directory import PortalId, Role, Scope
from shared.domain import PersonalText, PersonId, PostId, PublicText, Refused, UnitId
from shared.outside import Outside
from shared.running import Running
from shared.telemetry import Metrics
from shared.web.app import build_app
from shared.web.auth import Authenticator
from shared.web.port import RunningService
from tests.shared.web.conftest import Client, served
from zeren.gateway import in_process
from zeren.issuer import ISSUER, DevelopmentIssuer
from zeren.office import SAMPLE_START, Office, open_office
from zeren.settings import Settings

ROLES: tuple[Role, ...] = get_args(Role)
NOTICES = Path(__file__).parents[2] / "services" / "ledger" / "holidays.yaml"
FIRST_DAY = date(2026, 1, 5)
FOUNDED = date(2020, 1, 1)
BASIS = PublicText("《云岭市党风廉政建设责任制实施办法》第九条")
FILE = Evidence(PublicText("现场照片.zip"), "ab" * 32, 20_480)

_OF_THE_UNIT: frozenset[Role] = frozenset({"unit-head", "unit-clerk"})
"""Roles whose posts are in the county's water bureau; all others sit in the county itself and reach over it."""

_TITLES: Mapping[Role, str] = {
    "administrator": "系统管理员",
    "coordinator": "惩防办主任",
    "unit-head": "水务局局长",
    "unit-clerk": "水务局填报员",
    "inspector": "督查专员",
    "assessor": "考核办主任",
    "committee": "审定委员会主任",
    "intake-clerk": "信访接待员",
    "case-handler": "案件承办人",
    "case-supervisor": "案件监督管理员",
    "auditor": "审计员",
    "privacy-officer": "个人信息保护专员",
}


@dataclass(slots=True)
class Division:
    """A county and what is in it. `ids` are its identities by the names that paths and commands give them.

    `people` hold the post of a role, by that role, besides `chief` (县长), who leads the county,
    and `verifier`, a second inspector. `names` are what people
    are called, and `texts` the other personal texts; all of them, and all titles, contain `mark`.
    """

    name: str
    mark: str
    ids: dict[str, str] = field(default_factory=dict)
    people: dict[str, PersonId] = field(default_factory=dict)
    posts: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)

    def text(self, words: str) -> PublicText:
        return PublicText(f"{words}（{self.mark}）")

    def personal(self, name: str, words: str) -> PersonalText:
        self.texts[name] = f"{words}（{self.mark}·{name}）"
        return PersonalText(self.texts[name])


@dataclass(slots=True)
class TwoDivisions:
    """The world, its services running in this process, and a server on loopback that speaks for them.

    `whole` holds every role over the whole city; `straddler` coordinates in 白水县 and is a clerk in 青溪县's water
    bureau; `outsider` holds no post.
    """

    office: Office
    issuer: DevelopmentIssuer
    city: str
    baishui: Division
    qingxi: Division
    whole: PersonId
    straddler: PersonId
    outsider: PersonId
    city_ids: dict[str, str] = field(default_factory=dict)
    receipts: list[str] = field(default_factory=list)
    """Of every report that was lodged or written down, on the first day."""
    client: Client = None  # type: ignore[assignment]  # set once the server answers

    @property
    def divisions(self) -> tuple[Division, Division]:
        return self.baishui, self.qingxi

    def service(self, name: str) -> Running:
        return self.office.services[name]

    async def heads(self) -> dict[str, int]:
        """The last position of every log."""
        return {name: await running.log.last_position() for name, running in self.office.services.items()}

    def token(self, person: PersonId) -> str:
        return self.issuer.mint(person)

    def application(self, services: Sequence[RunningService] | None = None, auth: Authenticator | None = None) -> Any:
        """The application over these services, or over others that stand in for them."""

        async def ready() -> list[str]:
            return []

        metrics = Metrics()
        return build_app(
            services if services is not None else list(self.office.services.values()),
            auth or Authenticator([self.issuer.trusted()]),
            metrics,
            problems=ready,
            joined=lambda subgraphs: in_process(subgraphs, metrics),
        )


@contextlib.asynccontextmanager
async def two_divisions(dsn: str, home: Path, prefix: str) -> AsyncIterator[TwoDivisions]:
    """The world on fresh databases whose names begin with `prefix`, served until the block ends."""
    office = await open_office(dsn, home, starts=SAMPLE_START, found=True, prefix=prefix)
    try:
        await office.start()
        world = await _Builder(office).build(DevelopmentIssuer(Settings(home=home)))
        async with served(world.application()) as base, aiohttp.ClientSession() as session:
            world.client = Client(session, base, world.issuer)
            yield world
    finally:
        await office.stop()


async def settle(office: Office) -> None:
    """Wait until everything that follows from what was recorded has followed: feeds, views, watches, deadlines."""
    async with asyncio.timeout(60):
        before: tuple[int, ...] = ()
        while True:
            for running in office.services.values():
                for source in office.services.keys() & set(running.service.sources):
                    while await running.log.cursor(source) < office.services[source].log.feed_head:  # noqa: ASYNC110 — a feed tells its progress by its cursor alone
                        await asyncio.sleep(0.01)
                await running.references.catch_up()
                if not await running.runner.reached(await running.log.last_position(), 30):
                    raise TimeoutError(f"the views of {running.service.name} do not keep up")
                await running.deadlines.issue_due()
                await running.issuer.issue_all()
            heads = tuple([await running.log.last_position() for running in office.services.values()])
            if heads == before:
                return
            before = heads


class _Builder:
    """Carries out the history, command by command, each on the word of whoever may."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.ledger = office.services["ledger"]
        self.assessment = office.services["assessment"]
        self._count = 0
        self.whole = PersonId("")

    async def do(self, running: Running, person: str, command: Any) -> Any:
        """What the command recorded: the first event. AssertionError when it is refused."""
        (action,) = (action for action in running.service.actions if action.command is type(command))
        self._count += 1
        outcome = await running.handle(action, command, PersonId(person), f"history-{self._count}")
        if isinstance(outcome, Refused):
            raise AssertionError(f"{action.name}: {outcome.code} {outcome.sentence('en')}")
        return outcome.facts[0].event

    async def build(self, issuer: DevelopmentIssuer) -> TwoDivisions:
        city, administrator = await self._install()
        for notice in read_notices(NOTICES.read_text("utf-8")):
            days = tuple(sorted(notice.off_days)), tuple(sorted(notice.working_weekends))
            await self.do(
                self.ledger, administrator, IssueHolidayNotice(notice.year, *days, PublicText(notice.citation))
            )
        baishui, qingxi = Division("白水县", "白水之事"), Division("青溪县", "青溪之事")
        whole = self.whole = await self._person(administrator, "全权（云岭）")
        await self._post(administrator, city, "市综合岗", ROLES, whole, over=city)
        for order, division in enumerate((baishui, qingxi), start=1):
            await self._organise(administrator, city, division, order)
        straddler = await self._person(administrator, "跨县（云岭）")
        county, bureau = baishui.ids["county"], qingxi.ids["unit"]
        await self._post(administrator, county, "惩防办副主任", ("coordinator",), straddler, over=county)
        await self._post(administrator, bureau, "水务局兼职填报员", ("unit-clerk",), straddler)
        outsider = await self._person(administrator, "路人（云岭）")
        world = TwoDivisions(self.office, issuer, city, baishui, qingxi, whole, straddler, outsider)
        for division in world.divisions:
            await self._plan(division)
            await self._sign(division)
            await self._inspect(division)
        await self._plan_of_the_city(world)
        await settle(self.office)
        await self._lodge(world)
        for division in world.divisions:
            await self._register(division)
            await self._hold_accountable(division)
            await self._write(division)
        for division in world.divisions:
            await self._assess(division)
        await self.do(self.ledger, administrator, AdvanceClock("ledger", datetime(2026, 2, 2, 1, tzinfo=UTC)))
        await settle(self.office)
        for division in world.divisions:
            await self._close(division)
        await settle(self.office)
        await self._subscribe(world)
        return world

    async def _subscribe(self, world: TwoDivisions) -> None:
        """Each county has a webhook, at a port of this machine where nobody listens, and a letter that waits to be pushed
        and mailed; where its bureau is reached by mail is known."""
        notifications = self.office.services["notifications"]
        notifications.outside = Outside(loopback=True)
        secret = PersonalText("whsec_" + base64.b64encode(bytes(range(32))).decode())
        for of in world.divisions:
            subscribe: Any = SubscribeWebhook
            url = f"http://127.0.0.1:9/{of.ids['portal']}"
            command = subscribe("", of.ids["county"], url, ("notice-issued",), secret)
            of.ids["webhook"] = (await self.do(notifications, of.people["administrator"], command)).webhook
            await self._release(of, await self._drafted(of, "finding-opines"))
            head, mail = of.people["unit-head"], PersonalText(f"head-{of.ids['unit'][:8]}@county.example")
            await self.do(self.ledger, head, SetPersonMail(head, mail))
            office = PublicText(f"office-{of.ids['unit'][:8]}@county.example")
            await self.do(self.ledger, head, SetUnitMail(UnitId(of.ids["unit"]), office))
        await settle(self.office)

    # --- organisation ------------------------------------------------------------------------------------------

    async def _install(self) -> tuple[str, str]:
        command = InstallAdministrator(
            PersonId(""),
            PersonalText("首任管理员"),
            "YL",
            PublicText("云岭市"),
            "committee",
            "city",
            PublicText("系统管理员"),
            FOUNDED,
            FOUNDED,
        )
        (action,) = (a for a in self.ledger.service.actions if a.command is InstallAdministrator)
        done = await self.ledger.handler.handle_as_operator(action, command, "first")
        assert not isinstance(done, Refused)
        return done.facts[0].event.unit, done.facts[0].event.person

    async def _person(self, by: str, name: str) -> PersonId:
        registered = await self.do(self.ledger, by, RegisterPerson(PersonId(""), PersonalText(name)))
        return PersonId(registered.person)

    async def _post(
        self,
        by: str,
        unit: str,
        title: str,
        roles: tuple[Role, ...],
        person: PersonId,
        *,
        over: str | None = None,
        leads: bool = False,
    ) -> str:
        create: Any = CreatePost
        created = await self.do(self.ledger, by, create("", unit, PublicText(title), roles, FOUNDED, leads, over))
        await self.do(self.ledger, by, FillPost(created.post, person, FOUNDED))
        return str(created.post)

    async def _unit(self, by: str, parent: str, code: str, name: str, kind: str, level: str, order: int) -> str:
        register: Any = RegisterUnit
        command = register("", code, PublicText(name), kind, level, order, FOUNDED, parent)
        return str((await self.do(self.ledger, by, command)).unit)

    async def _organise(self, by: str, city: str, of: Division, order: int) -> None:
        code = f"YL{order}"
        county = await self._unit(by, city, code, of.name, "government", "county", order)
        water = await self._unit(by, county, f"{code}-01", f"{of.name}水务局", "department", "county", 1)
        finance = await self._unit(by, county, f"{code}-02", f"{of.name}财政局", "department", "county", 2)
        rivers = await self._unit(by, water, f"{code}-01-1", f"{of.name}水务局河道股", "section", "county", 1)
        of.ids |= {"county": county, "unit": water, "finance": finance, "section": rivers}
        for role in ROLES:
            name = f"{_TITLES[role]}某（{of.mark}）"
            of.names[role] = name
            of.people[role] = await self._person(by, name)
            unit = water if role in _OF_THE_UNIT else county
            of.posts[role] = await self._post(
                by, unit, _TITLES[role], (role,), of.people[role], leads=role == "unit-head"
            )
        others: tuple[tuple[str, str, Role, bool], ...] = (
            ("chief", "县长", "unit-head", True),
            ("verifier", "督查副专员", "inspector", False),
            ("second-handler", "案件承办人二", "case-handler", False),
        )
        for called, title, role, leads in others:
            of.names[called] = f"{title}某（{of.mark}）"
            of.people[called] = await self._person(by, of.names[called])
            of.posts[called] = await self._post(by, county, title, (role,), of.people[called], leads=leads)
        of.ids |= {"post": of.posts["unit-head"], "person": of.people["unit-clerk"]}
        portal = PortalId(f"website-of-county-{order}-and-all-below-it")
        of.ids["portal"] = (
            await self.do(
                self.ledger,
                of.people["administrator"],
                RegisterPortal(portal, UnitId(county), of.text("政府网站"), ISSUER, get_args(Scope)),
            )
        ).portal

    # --- the ledger's history ----------------------------------------------------------------------------------

    async def _plan(self, of: Division) -> None:
        do, ledger, coordinator = self.do, self.ledger, of.people["coordinator"]
        county, water = of.ids["county"], of.ids["unit"]
        make: Any = DraftPlan
        plan = (
            await do(ledger, coordinator, make("", of.ids["county"][:8], county, of.text("责任分工方案"), 2026, 2027))
        ).plan
        of.ids["plan"] = plan
        await do(ledger, coordinator, AdoptPlan(plan, of.text("县委发〔2026〕1号")))
        make = RegisterProject
        phases = (
            Phase("preparation", of.text("目标"), date(2026, 3, 31)),
            Phase("consolidation", of.text("目标"), date(2026, 6, 30)),
            Phase("rollout", of.text("目标"), date(2026, 12, 31)),
        )
        project = await do(
            ledger, coordinator, make("", plan, "1", of.text("河道整治"), water, "specific", "department", phases)
        )
        of.ids["project"] = project.project
        for number, due in (
            ("1", date(2026, 12, 31)),
            ("2", date(2026, 9, 30)),
            ("3", date(2026, 1, 20)),
            ("4", date(2026, 6, 30)),
            ("5", date(2026, 6, 30)),
            ("6", date(2026, 6, 30)),
            ("7", date(2026, 6, 30)),
        ):
            of.tasks[number] = await self._issue(of, number, due)
        of.ids["task"] = of.tasks["2"]
        parts = tuple(
            GivenPart(
                of.text(title),
                Decimal(weight),
                of.posts["unit-head"],  # type: ignore[arg-type]
                of.ids["section"],  # type: ignore[arg-type]
                of.text("按月推进"),
                of.text("验收合格"),
                date(2026, 11, 30),
            )
            for title, weight in (("清淤", "60"), ("护坡", "40"))
        )
        await do(ledger, coordinator, SplitTask(of.tasks["1"], "internal", parts))  # type: ignore[arg-type]
        of.tasks["left"] = await self._load(of, "8")
        await self._report(of)
        await self._end(of)

    async def _load(self, of: Division, number: str) -> str:
        """A task of last year as loading records it: due before the deadline was enabled, so it waits for people."""
        task, plan = TaskId(str(uuid4())), PlanId(of.ids["plan"])
        issued = TaskIssued(
            task=task,
            plan=plan,
            project=None,
            number=number,
            title=of.text("上年任务"),
            unit=UnitId(of.ids["unit"]),
            co_units=(),
            leader_post=PostId(of.posts["unit-head"]),
            leader_person=of.people["unit-head"],
            requirement=of.text("任务要求"),
            standard=of.text("落实标准"),
            due=date(2025, 12, 31),
            issued_on=date(2025, 3, 3),
            weight=None,
            parent=None,
            direction=None,
            lineage=(),
        )
        await self.ledger.handler.record([issued, TaskNumberTaken(plan, number, task)], "system/ledger", uuid4())
        return task

    async def _issue(self, of: Division, number: str, due: date, plan: str | None = None, by: str = "") -> str:
        issue: Any = IssueTask
        command = issue(
            "",
            plan or of.ids["plan"],
            number,
            of.text(f"任务{number}"),
            of.posts["unit-head"],
            of.ids["unit"],
            of.text("任务要求"),
            of.text("落实标准"),
            due,
            None if plan else of.ids["project"],
            () if plan else (of.ids["finance"],),
            Decimal(10),
        )
        return str((await self.do(self.ledger, by or of.people["coordinator"], command)).task)

    async def _report(self, of: Division) -> None:
        do, ledger, task = self.do, self.ledger, of.ids["task"]
        coordinator, clerk, head = (of.people[role] for role in ("coordinator", "unit-clerk", "unit-head"))
        task_: Any = task
        report = ReportProgress(task_, Decimal("12.5"), of.text("已开工"), date(2026, 1, 1), FIRST_DAY, (FILE,))
        await do(ledger, clerk, report)
        of.ids["report"] = "1"
        await do(ledger, clerk, CorrectProgress(task_, 1, Decimal(10), of.text("已进场"), of.text("误填")))
        await do(ledger, head, AskExtension(task_, date(2026, 10, 31), of.text("汛期停工")))
        await do(ledger, coordinator, GrantExtension(task_, of.text("同意")))

    async def _end(self, of: Division) -> None:
        do, ledger, tasks = self.do, self.ledger, of.tasks
        coordinator, clerk = of.people["coordinator"], of.people["unit-clerk"]
        tasks_: Any = tasks
        decision = of.text("县委常委会会议纪要〔2026〕1号")
        await do(ledger, clerk, ClaimCompletion(tasks_["4"], of.text("已完成"), (FILE,)))
        await do(ledger, coordinator, AcceptCompletion(tasks_["4"], of.text("同意办结")))
        await do(ledger, clerk, ClaimCompletion(tasks_["5"], of.text("已完成"), (FILE,)))
        await do(ledger, coordinator, ReturnCompletion(tasks_["5"], of.text("标准未达到")))
        await do(ledger, coordinator, SuspendTask(tasks_["6"], of.text("资金未到位"), decision))
        await do(ledger, coordinator, ResumeTask(tasks_["6"], of.text("资金到位"), decision, date(2026, 7, 31)))
        await do(ledger, coordinator, CancelTask(tasks_["7"], of.text("机构调整"), decision))
        passed: Any = await self._issue(of, "9", date(2026, 12, 31))
        head, finance, chief = of.people["unit-head"], UnitId(of.ids["finance"]), PostId(of.posts["chief"])
        await do(ledger, head, DeclineTask(passed, of.text("不属本局职责")))
        await do(ledger, coordinator, HandOverTask(passed, finance, chief, of.text("按职责移交"), decision))

    async def _plan_of_the_city(self, world: TwoDivisions) -> None:
        """A plan of the city, with a task for each county: both see the plan, each its own task."""
        make: Any = DraftPlan
        drafted = await self.do(
            self.ledger, world.whole, make("", "YL-2026", world.city, PublicText("全市方案"), 2026, 2026)
        )
        await self.do(self.ledger, world.whole, AdoptPlan(drafted.plan, PublicText("市委发〔2026〕1号")))
        world.city_ids["plan"] = drafted.plan
        for number, division in enumerate(world.divisions, start=1):
            division.tasks["city"] = await self._issue(
                division, str(number), date(2026, 12, 31), drafted.plan, world.whole
            )

    async def _sign(self, of: Division) -> None:
        do, ledger, people = self.do, self.ledger, of.people
        make: Any = DrawUpLetter
        letter = await do(
            ledger,
            people["coordinator"],
            make("", of.ids["plan"], 2026, of.ids["county"], of.ids["unit"], of.text("责任书"), of.text("责任内容")),
        )
        of.ids["letter"] = letter.letter
        await do(ledger, people["chief"], SignLetter(letter.letter, 1, BASIS))
        await do(ledger, people["unit-head"], SignLetter(letter.letter, 1, BASIS))
        opinion = of.personal("opinion-letter", "同意签订")
        await do(ledger, people["committee"], EndorseLetter(letter.letter, 1, opinion, BASIS))
        task: Any = of.ids["task"]
        # The extension made its second version.
        await do(ledger, people["unit-head"], SignClaim(task, 2, BASIS))
        opinion = of.personal("opinion-task", "请抓紧落实")
        await do(ledger, people["coordinator"], EndorseTask(task, 2, opinion, BASIS))
        opinion = of.personal("opinion-plan", "同意印发")
        plan: Any = of.ids["plan"]
        await do(ledger, people["chief"], EndorsePlan(plan, 1, opinion, BASIS))
        make = MakeCommitment
        commitment = await do(
            ledger, people["unit-head"], make("", of.ids["unit"], of.text("廉洁自律，不插手工程"), BASIS)
        )
        of.ids["commitment"] = commitment.commitment
        make = DelegatePost
        until = date(2026, 12, 31)
        given = await do(
            ledger, people["unit-clerk"], make("", of.posts["unit-clerk"], people["unit-head"], FIRST_DAY, until)
        )
        of.ids["delegation"] = given.delegation

    async def _inspect(self, of: Division) -> None:
        do, ledger, inspector = self.do, self.ledger, of.people["inspector"]
        clerk = of.people["unit-clerk"]
        make: Any = OpenInspection
        opened = await do(
            ledger,
            inspector,
            make(
                "",
                of.ids["county"],
                of.text("一季度督查"),
                "special",
                (of.ids["unit"],),
                (inspector,),
                of.text("县督〔2026〕1号"),
                FIRST_DAY,
                date(2026, 6, 30),
                True,
            ),
        )
        of.ids["inspection"] = opened.inspection
        finding = of.ids["finding"] = await self._find(of, "narrative", "台账与现场不符", task=of.ids["task"])
        finding_: Any = finding
        await do(ledger, inspector, OrderRectification(finding_, of.text("限期整改"), date(2026, 3, 31)))
        await do(ledger, clerk, ReportRectification(finding_, of.text("已更正"), (FILE,)))
        await do(ledger, of.people["verifier"], VerifyRectification(finding_))
        await do(ledger, of.people["verifier"], StrikeOffFinding(finding_))
        about: Any = await self._find(of, "narrative-about", "填报不实", person=clerk)
        of.ids["finding-about"] = about
        await do(ledger, inspector, OrderRectification(about, of.text("限期整改"), date(2026, 1, 12)))
        await do(ledger, clerk, ReportRectification(about, of.text("已更正"), (FILE,)))
        await do(ledger, of.people["verifier"], ReturnRectification(about, of.text("仍不属实"), date(2026, 1, 15)))

    async def _find(self, of: Division, name: str, words: str, **more: Any) -> str:
        make: Any = RecordFinding
        command = make(
            "", of.ids["inspection"], of.ids["unit"], of.text("工作落实"), "ordinary", of.personal(name, words), **more
        )
        return str((await self.do(self.ledger, of.people["inspector"], command)).finding)

    # --- the assessment's --------------------------------------------------------------------------------------

    async def _assess(self, of: Division) -> None:
        do, assessment, people = self.do, self.assessment, of.people
        units: Any = UnitClass
        make: Any = DraftScheme
        drafted = await do(
            assessment,
            people["coordinator"],
            make(
                "",
                of.ids["county"],
                2026,
                units(of.text("县直部门"), of.ids["county"], ("county",), ("department",)),
                of.text("考核办法"),
                _indicators(of),
                of.text("考核办法第十六条"),
                (TriggerRule("Y01", of.text("瞒案不报"), of.text("第十七条"), False),),
                None,
                "at-close",
                True,
            ),
        )
        scheme: Any = drafted.scheme
        of.ids["scheme"] = scheme
        await do(assessment, people["committee"], AdoptScheme(scheme, of.text("县委发〔2026〕2号")))
        of.ids["kind"] = "mid-year"
        unit: Any = of.ids["county"]
        opened = OpenRound(scheme, "mid-year", unit, date(2026, 1, 1), date(2026, 1, 31))
        await do(assessment, people["assessor"], opened)
        reported: Any = await self._trigger(of, "narrative-trigger", "案件线索压而不办")
        of.ids["trigger"] = reported
        await do(assessment, people["committee"], ConfirmTrigger(reported, of.text("审〔2026〕1号")))
        rejected: Any = await self._trigger(of, "narrative-rejected", "举报查无实据")
        of.ids["trigger-rejected"] = rejected
        await do(assessment, people["committee"], RejectTrigger(rejected, of.text("查无实据")))

    async def _trigger(self, of: Division, name: str, words: str) -> str:
        make: Any = ReportTrigger
        command = make("", of.ids["scheme"], of.ids["unit"], "Y01", FIRST_DAY, of.personal(name, words))
        return str((await self.do(self.assessment, of.people["inspector"], command)).trigger)

    # --- intake ------------------------------------------------------------------------------------------------

    async def _lodge(self, world: TwoDivisions) -> None:
        """In each county one named report that entered and was opened, and one about the county itself that went up."""
        intake, admission = self.office.services["intake"], self.office.services["intake"].admission
        assert admission is not None
        nobody = await intake.reading(None, None)
        assert nobody is not None
        assert nobody.desk is not None
        for of in world.divisions:
            reporter = Reporter(of.personal("reporter", "举报人梁某"))
            words, accused = of.personal("report-words", "清淤款已付未施工"), of.personal("report-accused", "局长江某")
            receipt = nobody.desk.receipts.draw()
            world.receipts.append(receipt.code)
            code, unit = PersonalText(receipt.code), UnitId(of.ids["unit"])
            report = LodgeComplaint(
                code, receipt.signature, "accusation", unit, words, accused=accused, reporter=reporter
            )
            assert isinstance(await lodge(nobody, report), LodgedOn)
            found = await nobody.desk.table.find(await nobody.desk.receipts.key(receipt.code))
            assert found is not None
            of.ids["complaint"] = of.ids["petition"] = str(found[0].entry)
            receipt = nobody.desk.receipts.draw()
            world.receipts.append(receipt.code)
            code, finance = PersonalText(receipt.code), UnitId(of.ids["finance"])
            words = of.personal("substantiated-words", "补贴迟发三个月")
            report = LodgeComplaint(code, receipt.signature, "redress", finance, words)
            assert isinstance(await lodge(nobody, report), LodgedOn)
            found = await nobody.desk.table.find(await nobody.desk.receipts.key(receipt.code))
            assert found is not None
            of.ids["substantiated"] = str(found[0].entry)
        await admission.admit()
        for of in world.divisions:
            clerk = await intake.reading(of.people["intake-clerk"], None)
            assert clerk is not None
            receipt = nobody.desk.receipts.draw()
            world.receipts.append(receipt.code)
            code, county = PersonalText(receipt.code), UnitId(of.ids["county"])
            words = of.personal("handed-up-words", "反映县里的事")
            letter = RegisterComplaint(code, receipt.signature, county, "letter", "accusation", county, words)
            assert isinstance(await register(clerk, letter), LodgedOn)
            await admission.admit()
            (held,) = (await list_held(clerk, ListHeld())).items
            decision = DecideHeld(held.entry, "handing-up", of.text("市信访局"))
            assert isinstance(await decide_held(clerk, decision), HeldDecided)
            of.ids["handed_up"] = of.ids["handedup"] = str(held.entry)
        await admission.admit()
        await settle(self.office)
        for of in world.divisions:
            reason: Any = of.personal("disclosure-reason", "核实打击报复")
            disclosed = await self.do(intake, world.whole, DiscloseIdentity("", of.ids["complaint"], reason))  # type: ignore[arg-type]
            of.ids["disclosure"] = disclosed.disclosure
            await self.do(intake, of.people["intake-clerk"], ExportHandedUp(of.ids["handed_up"], "CQ" + "A" * 41))  # type: ignore[arg-type]
        await settle(self.office)

    # --- complaints --------------------------------------------------------------------------------------------

    async def _register(self, of: Division) -> None:
        """The reports that entered are registered, accepted and given to a handler, who tells the reporter so; one is found
        to be true."""
        handler = of.people["case-handler"]
        await self._accept(of, ComplaintId(of.ids["complaint"]), "accusation", "told")
        true = await self._accept(of, ComplaintId(of.ids["substantiated"]), "redress", "told-redress")
        complaints = self.office.services["complaints"]
        await self.do(complaints, handler, TellReporter(true, "answer", of.personal("answered", "补贴已补发")))
        await self.do(complaints, handler, ConcludePetition(true, substantiated=True))

    async def _accept(self, of: Division, report: ComplaintId, category: Category, told: str) -> ComplaintId:
        complaints = self.office.services["complaints"]
        clerk, supervisor = of.people["intake-clerk"], of.people["case-supervisor"]
        handler = PersonId(of.people["case-handler"])
        (received,) = await complaints.log.stream(f"complaint/{report}", "intake")
        by = UnitId(received.event.received_by)
        whole = by not in {of.ids["county"], of.ids["unit"]}
        await self.do(complaints, clerk if not whole else self.whole, RegisterPetition(report, by, category))
        if whole:
            await self.do(complaints, self.whole, ForwardPetition(report, UnitId(of.ids["county"])))
        await self.do(complaints, clerk, AcceptPetition(report))
        await self.do(complaints, supervisor, AssignPetition(report, handler))
        await self.do(complaints, handler, TellReporter(report, "acceptance", of.personal(told, "已受理")))
        return report

    async def _hold_accountable(self, of: Division) -> None:
        """A clue about the bureau becomes a case; its head is held accountable, and is told."""
        complaints = self.office.services["complaints"]
        supervisor, handler = of.people["case-supervisor"], of.people["case-handler"]
        committee, head = of.people["committee"], of.people["unit-head"]
        county, bureau, paper = of.ids["county"], of.ids["unit"], of.text("县纪发〔2026〕6号")
        make: Any = OpenClue
        opened = make(
            "",
            county,
            "petition",
            of.text("信访件"),
            bureau,
            handler,
            of.personal("clue", "清淤款去向不明"),
            (head,),
        )
        clue = of.ids["clue"] = (await self.do(complaints, supervisor, opened)).clue
        await self.do(complaints, handler, ProposeDisposal(clue, "preliminary-verification", paper))
        await self.do(complaints, committee, ApproveDisposal(clue, paper))
        await self.do(complaints, handler, TakeClueStep(clue, "verification-reported", FIRST_DAY))
        filing: Any = FileCase
        case = (await self.do(complaints, committee, filing("", clue, county, FIRST_DAY, paper))).case
        of.ids |= {"case": case, "matter": case, "matter_kind": "case"}
        await self.do(complaints, supervisor, AssignHandler(case, handler))
        await self.do(complaints, handler, RecordCaseStep(case, of.personal("case-step", "调取账目"), FIRST_DAY))
        await self.do(complaints, committee, ConcludeCase(case, True, False, paper))
        propose: Any = ProposeAccountability
        facts = of.personal("facts", "未按合同施工")
        proposal = propose(
            "", case, bureau, "chief", ("DX-03",), "main-leadership", "admonition", facts, head, of.posts["unit-head"]
        )
        decision = of.ids["decision"] = (await self.do(complaints, supervisor, proposal)).decision
        await self.do(complaints, supervisor, RecordHearing(decision, FIRST_DAY, of.personal("statement", "已作说明")))
        await self.do(complaints, committee, HoldAccountable(decision, paper))
        await self.do(complaints, supervisor, ServeDecision(decision, FIRST_DAY))
        unserved = propose(
            "",
            case,
            bureau,
            "chief",
            ("DX-21",),
            "main-leadership",
            "circular",
            of.personal("unserved", "虚报进度"),
            head,
        )
        of.ids["unserved"] = (await self.do(complaints, supervisor, unserved)).decision

    # --- notifications -----------------------------------------------------------------------------------------

    async def _write(self, of: Division) -> None:
        """A letter of the county to its bureau, issued; and one of its finance bureau, which waits for the word of a series."""
        notifications, coordinator = self.office.services["notifications"], of.people["coordinator"]
        await self.do(
            notifications, coordinator, SetOrganCode(UnitId(of.ids["county"]), PublicText(f"{of.mark[:2]}督"))
        )
        notice = await self._advice(of, of.ids["county"])
        await self._release(of, notice)
        of.ids |= {
            "notice": notice,
            "organ": of.ids["county"],
            "series": f"{of.mark[:2]}督",
            "instrument": "urging-letter",
        }
        waits = await self._advice(of, of.ids["finance"])
        await self.do(notifications, coordinator, ReleaseNotice(waits))

    async def _advice(self, of: Division, organ: str) -> NoticeId:
        """A letter to the bureau, written by hand."""
        write: Any = WriteNotice
        body = of.personal("letter" if organ == of.ids["county"] else "letter-waiting", f"建议完善{of.name}台账。")
        command = write("", organ, of.ids["unit"], "work-advice", of.text("工作建议书"), body)
        notice: NoticeId = (
            await self.do(self.office.services["notifications"], of.people["coordinator"], command)
        ).notice
        return notice

    async def _drafted(self, of: Division, policy: Policy) -> NoticeId:
        """A letter of the county that a policy has drafted and nobody has signed."""
        log = self.office.services["notifications"].log
        facts = [
            log.catalogue.fact(row) async for row in log.rows() if row.type in ("notice-drafted", "notice-released")
        ]
        released = {fact.event.notice for fact in facts if isinstance(fact.event, NoticeReleased)}
        return next(
            fact.event.notice
            for fact in facts
            if isinstance(fact.event, NoticeDrafted)
            and (fact.event.policy, fact.event.issuing_unit) == (policy, of.ids["county"])
            and fact.event.notice not in released
        )

    async def _release(self, of: Division, notice: NoticeId) -> None:
        """It is signed, and has its number when this returns."""
        notifications = self.office.services["notifications"]
        await self.do(notifications, of.people["coordinator"], ReleaseNotice(notice))
        async with asyncio.timeout(30):
            while not any(f.type == "notice-issued" for f in await notifications.log.stream(f"notice/{notice}")):  # noqa: ASYNC110 — the loop that writes tells nobody
                await asyncio.sleep(0.02)

    async def _close(self, of: Division) -> None:
        scheme: Any = of.ids["scheme"]
        await self.do(self.assessment, of.people["assessor"], CloseRound(scheme, "mid-year"))
        late = await self._find(of, "narrative-late", "一月份的旧账", found_on=date(2026, 1, 20))
        of.ids["finding-late"] = late
        amended = AmendScheme(
            scheme,
            of.text("提高标准"),
            of.text("考核办法（修订）"),
            _indicators(of),
            of.text("考核办法第十六条"),
            Decimal(85),
            (TriggerRule("Y01", of.text("瞒案不报"), of.text("第十七条"), False),),
        )
        await self.do(self.assessment, of.people["committee"], amended)


def _indicators(of: Division) -> tuple[Indicator, ...]:
    sources = (
        ("1", "40", Source("on-time-completion", "full")),
        ("2", "20", Source("overdue-days", "full", per_day=Decimal("0.5"))),
        ("3", "25", Source("findings", "full", per_severity=(SeverityPoints("ordinary", Decimal(3)),))),
        ("4", "15", Source("rectification", "full", per_case=Decimal(2), per_day=Decimal("0.1"))),
    )
    return tuple(
        Indicator(
            code, None, of.text(f"指标{code}"), Decimal(weight), source, Clause(PublicText(code), of.text("条款"))
        )
        for code, weight, source in sources
    )
