"""Whoever holds a dump of everything but the keys, every topic, log file, metric and trace, learns nothing personal.

Identities and contents are told to a running office over its interfaces; then every byte that is kept of it is searched.
After their erasure nobody reads them any more, and every chain still verifies.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest

from services.intake.ports import WORDS
from services.ledger.ports import ADDRESSES, NAMES
from shared.domain import PersonId
from tests.support.brokers import Kafka
from tests.support.observed import ObservedOffice, observed_office
from tests.support.searched import database_log, dumped, everything_told, found, topics
from tests.support.two_divisions import TwoDivisions, settle
from zeren.postgres import Server

PREFIX = "dumped_"
PUBLIC = "河道清淤责任分工方案"
"""Told to everybody: where it is not found, nothing was searched."""

PERSONAL = {
    "an official's name": "慕容晚晴",
    "an opinion": "此人与承包商往来过密",
    "the words of a report": "清淤款已付三百万元而河道未见一船一人施工",
    "whom it accuses": "独孤求真",
    "who reported": "梁上正直",
    "their phone": "059187654321",
    "their identity number": "11010519491231002X",
    "their address": "白水县江滨路九号二单元",
    "an anonymous report": "水务局三楼每周五下午集体打牌",
    "what came later": "照片拍摄于三月八日清晨渡口",
    "why the identity was opened": "须当面核实付款凭证复印件",
    "an official's e-mail address": "murong-wanqing@yunling.example",
    "what the reporter was told": "您反映的渡口问题已交专人核查",
    "what a clue says": "清淤合同虚列土方八千立方",
    "a step of a case": "调取渡口监控三段并核对日期",
    "what was found": "江堤验收单系事后补签",
    "a letter written by hand": "请于本月内逐户核对清淤补偿名册",
    "a letter that nobody has signed": "请约谈渡口承包人并留存笔录",
}
UNTOLD = {"what was said in a hearing": "本人当时在外地参加培训"}
"""Told to nobody through any address, and looked for all the same."""
REASONS = {"why somebody was erased": "本人申请并已告知后果", "why a report was erased": "举报人撤回并请求删除"}
"""Reasons about people, told with the erasures themselves."""

SINCE = {"valid_from": "2020-01-01"}


@dataclass
class Kept:
    """An office, and what of it is left for whoever has no key, by where that is."""

    office: ObservedOffice
    clerk: PersonId = field(init=False)
    named: PersonId = field(init=False)
    complaints: Mapping[str, str] = field(default_factory=dict)
    receipt: str = ""
    disclosure: str = ""
    supervisor: PersonId = field(init=False)
    matters: dict[str, str] = field(default_factory=dict)
    """Petition, clue, case and decision by their kinds."""
    letter: str = ""
    draft: str = ""
    places: dict[str, bytes] = field(default_factory=dict)

    async def take(self, server: Server, kafka: Kafka | None) -> None:
        await settle(self.office.office)
        await self.office.all_sent()
        self.places = await asyncio.to_thread(dumped, server, f"{PREFIX}zeren")
        self.places |= {**await everything_told(self.office), "log of the database": database_log(server)}
        if kafka is not None:
            self.places |= (await topics(kafka))[0]

    async def told(self) -> bytes:
        """What those who may read it are told of all that is personal, by question and by port."""
        office = self.office
        asked = [
            ("ledger/signatures", office.official),
            (f"intake/complaints/{self.complaints['named']}", self.clerk),
            (f"intake/disclosures/{self.disclosure}", office.official),
            ("intake/disclosures", office.official),
            (f"notifications/notices/{self.letter}", self.named),  # the head of the unit to which it went
            (f"notifications/notices/{self.draft}", self.supervisor),
        ]
        asked += [
            (f"complaints/{kind}s/{matter}", self.supervisor)
            for kind, matter in self.matters.items()
            if kind != "petition"
        ]
        said = [(await office.client.send("GET", f"/api/{path}", person=who)).body for path, who in asked]
        said.append((await office.post("intake/follow", {"code": self.receipt}, None)).body)
        complaints = office.office.services["complaints"]
        names = await complaints.ask(NAMES, [self.named])
        words = await complaints.ask(WORDS, self.complaints.values())
        mails = await office.office.services["notifications"].ask(ADDRESSES, [f"person/{self.named}"])
        return b"\n".join([*said, str(names).encode(), str(words).encode(), str(mails).encode()])


@pytest.fixture(scope="module")
async def kept(server: Server, broker: Kafka | None) -> AsyncIterator[Kept]:
    async with observed_office(server, PREFIX, kafka=broker) as office:
        kept = Kept(office)
        await _ledger(kept)
        await _reports(kept)
        await _held_accountable(kept)
        yield kept


async def _ledger(kept: Kept) -> None:
    office = kept.office
    kept.named = PersonId(await office.made("ledger/persons", {"name": PERSONAL["an official's name"]}))
    mail = {"mail": PERSONAL["an official's e-mail address"]}
    await _done(office, f"ledger/persons/{kept.named}/mail", mail)
    plan = await office.made(
        "ledger/plans",
        {"code": "P-1", "unit": office.city, "title": PUBLIC, "from_year": 2026, "to_year": 2026},
        office.official,
    )
    opinion = {"version": 1, "opinion": PERSONAL["an opinion"], "basis": "第九条"}
    await _done(office, f"ledger/plans/{plan}/endorse", opinion, office.official)


async def _reports(kept: Kept) -> None:
    """One by name and one without, a message to the first, and the opening of the identity behind it."""
    office = kept.office
    unit = {"kind": "department", "level": "city", "parent": office.city, **SINCE}
    bureau = await office.made("ledger/units", {**unit, "code": "YL-1", "name": "水务局", "order": 1})
    receiving = await office.made("ledger/units", {**unit, "code": "YL-2", "name": "信访局", "order": 2})
    post = {"unit": receiving, "title": "信访接待员", "roles": ["intake-clerk"], "over": office.city, **SINCE}
    kept.clerk = PersonId(await office.made("ledger/persons", {"name": "信访接待员"}))
    await _done(office, f"ledger/posts/{await office.made('ledger/posts', post)}/fill", {"person": kept.clerk, **SINCE})
    await settle(office.office)

    reporter = {
        "name": PERSONAL["who reported"],
        "phone": PERSONAL["their phone"],
        "identity_number": PERSONAL["their identity number"],
        "address": PERSONAL["their address"],
    }
    report = {"category": "accusation", "unit": bureau}
    words = {"words": PERSONAL["the words of a report"], "accused": PERSONAL["whom it accuses"]}
    receipt = kept.receipt = await _lodged(office, {**report, **words, "reporter": reporter})
    message = {"code": receipt, "word": "evidence", "words": PERSONAL["what came later"]}
    await _done(office, "intake/messages", message)
    await _lodged(office, {**report, "words": PERSONAL["an anonymous report"]})

    await _done(office, "ledger/clock/ledger/advance", {"to": "2026-01-05T12:05:00+08:00"})
    kept.complaints = await _admitted(kept)
    opened = {"complaint": kept.complaints["named"], "reason": PERSONAL["why the identity was opened"]}
    kept.disclosure = await office.made("intake/disclosures", opened, office.official)
    await settle(office.office)


async def _appointed(office: ObservedOffice, unit: str, title: str, roles: list[str], who: PersonId | None) -> PersonId:
    """Somebody in a post that reaches over the city."""
    person = who or PersonId(await office.made("ledger/persons", {"name": title}))
    post = {"unit": unit, "title": title, "roles": roles, "over": office.city, **SINCE}
    await _done(office, f"ledger/posts/{await office.made('ledger/posts', post)}/fill", {"person": person, **SINCE})
    return person


async def _held_accountable(kept: Kept) -> None:
    """The report by name becomes a clue, a case and a decision; its reporter is told something."""
    office, report = kept.office, kept.complaints["named"]
    units = (await office.client.send("GET", "/api/ledger/units", person=office.official)).json["items"]
    codes = {unit["code"]: unit["unit"] for unit in units}
    bureau, body = codes["YL-1"], codes["YL-2"]
    received = (await office.client.send("GET", f"/api/intake/complaints/{report}", person=kept.clerk)).json[
        "received_by"
    ]
    await _appointed(office, bureau, "局长", ["unit-head"], kept.named)
    supervisor = kept.supervisor = await _appointed(office, body, "案管", ["case-supervisor"], None)
    handler = await _appointed(office, body, "承办", ["case-handler"], None)
    committee = await _appointed(office, body, "审定", ["committee"], None)
    await settle(office.office)
    today, paper = "2026-01-05", "云纪发〔2026〕6号"

    await _done(
        office, "complaints/petitions", {"complaint": report, "unit": received, "category": "accusation"}, kept.clerk
    )
    await _done(office, f"complaints/petitions/{report}/accept", {}, kept.clerk)
    await _done(office, f"complaints/petitions/{report}/assign", {"handler": handler}, supervisor)
    told = {"of": "message", "text": PERSONAL["what the reporter was told"]}
    await _done(office, f"complaints/petitions/{report}/tell", told, handler)
    clue = {
        "unit": body,
        "origin": "petition",
        "source": f"petition/{report}",
        "about_unit": bureau,
        "about_persons": [kept.named],
        "custodian": handler,
        "narrative": PERSONAL["what a clue says"],
    }
    kept.matters["petition"] = report
    kept.matters["clue"] = await office.made("complaints/clues", clue, supervisor)
    path = f"complaints/clues/{kept.matters['clue']}"
    disposal = {"disposal": "preliminary-verification", "study": paper}
    await _done(office, f"{path}/propose-disposal", disposal, handler)
    await _done(office, f"{path}/approve-disposal", {"document": paper}, committee)
    await _done(office, f"{path}/steps", {"step": "verification-reported", "taken_on": today}, handler)
    filing = {"clue": kept.matters["clue"], "unit": body, "facts_on": today, "document": paper}
    kept.matters["case"] = await office.made("complaints/cases", filing, committee)
    path = f"complaints/cases/{kept.matters['case']}"
    await _done(office, f"{path}/assign", {"handler": handler}, supervisor)
    await _done(office, f"{path}/steps", {"narrative": PERSONAL["a step of a case"], "taken_on": today}, handler)
    await _done(office, f"{path}/conclude", {"substantiated": True, "major": False, "document": paper}, committee)
    proposal = {
        "case": kept.matters["case"],
        "unit": bureau,
        "person": kept.named,
        "subject_class": "chief",
        "bottom_lines": ["DX-03"],
        "responsibility": "main-leadership",
        "form": "admonition",
        "facts": PERSONAL["what was found"],
    }
    kept.matters["decision"] = await office.made("complaints/decisions", proposal, supervisor)
    path = f"complaints/decisions/{kept.matters['decision']}"
    await _done(
        office, f"{path}/hearing", {"heard_on": today, "statement": UNTOLD["what was said in a hearing"]}, supervisor
    )
    await _done(office, f"{path}/hold-accountable", {"document": paper}, committee)
    await _done(office, f"{path}/serve", {"served_on": today}, supervisor)
    letter = {"to": bureau, "instrument": "work-advice", "title": "工作建议书"}
    letter |= {"unit": body}
    kept.draft = await office.made(
        "notifications/notices", {**letter, "body": PERSONAL["a letter that nobody has signed"]}, supervisor
    )
    kept.letter = await office.made(
        "notifications/notices", {**letter, "body": PERSONAL["a letter written by hand"]}, supervisor
    )
    await _done(office, f"notifications/organs/{body}/code", {"code": "云案"}, office.official)
    await _done(office, f"notifications/notices/{kept.letter}/release", {}, supervisor)
    await _issued(kept)
    await settle(office.office)


async def _issued(kept: Kept) -> None:
    """The letter has left, with its number."""
    async with asyncio.timeout(30):
        while True:
            path = f"/api/notifications/notices/{kept.letter}"
            answer = await kept.office.client.send("GET", path, person=kept.supervisor)
            if answer.json["number"] == "云案〔2026〕1号":
                return
            await asyncio.sleep(0.05)


async def _lodged(office: ObservedOffice, report: Mapping[str, Any]) -> str:
    """The code under which it was lodged."""
    receipt = await _done(office, "intake/receipts", {})
    await _done(office, "intake/complaints", {"code": receipt["code"], "signature": receipt["signature"], **report})
    return str(receipt["code"])


async def _admitted(kept: Kept) -> Mapping[str, str]:
    async with asyncio.timeout(30):
        while True:
            answer = await kept.office.client.send("GET", "/api/intake/complaints", person=kept.clerk)
            if len(items := answer.json["items"]) == 2:
                return {"named" if row["by_name"] else "anonymous": row["complaint"] for row in items}
            await asyncio.sleep(0.05)


async def _done(office: ObservedOffice, path: str, body: Any, by: PersonId | None = None) -> Any:
    answer = await office.post(path, body, by)
    assert answer.status in (200, 201), answer
    return answer.json


async def test_who_may_read_it_is_told_all_of_it(kept: Kept) -> None:
    told = {"told": await kept.told()}
    assert {value for _, value in found(told, PERSONAL.values())} == set(PERSONAL.values())


async def test_nothing_personal_stands_in_anything_that_is_kept_without_the_keys(
    kept: Kept, server: Server, broker: Kafka | None
) -> None:
    await kept.take(server, broker)
    assert ("dump read back", PUBLIC) in found(kept.places, (PUBLIC,)), "what is public is kept, and found"
    assert len(set(re.findall(rb"zk1\.[0-9a-f-]{36}\.[\w-]+", kept.places["dump read back"]))) >= len(PERSONAL)
    assert found(kept.places, (*PERSONAL.values(), *UNTOLD.values())) == []


async def test_the_search_finds_what_is_stored_in_clear(kept: Kept, server: Server) -> None:
    """In a column of text and in one of bytes, as itself, in hexadecimal digits and in another encoding."""
    name, opinion, words, phone, *_ = PERSONAL.values()
    careless = [(name, b""), (opinion.encode().hex(), b""), ("", words.encode()), ("", phone.encode("utf-16-le"))]
    connection = await asyncpg.connect(server.admin_dsn(f"{PREFIX}zeren"))
    try:
        await connection.execute("create table public.careless (said text, bytes bytea)")
        await connection.executemany("insert into public.careless values ($1, $2)", careless)
        places = await asyncio.to_thread(dumped, server, f"{PREFIX}zeren")
    finally:
        await connection.execute("drop table if exists public.careless")
        await connection.close()
    assert {value for _, value in found(places, PERSONAL.values())} == {name, opinion, words, phone}


async def test_after_an_erasure_nobody_reads_it_any_more_and_every_chain_verifies(
    kept: Kept, server: Server, broker: Kafka | None
) -> None:
    office, official = kept.office, kept.office.official
    somebody, report = REASONS.values()
    for complaint in kept.complaints.values():
        await _done(office, f"intake/complaints/{complaint}/erase", {"reason": report}, official)
    await _done(office, f"intake/complaints/{kept.complaints['named']}/erase-reporter", {"reason": somebody}, official)
    for kind, matter in kept.matters.items():
        await _done(office, f"complaints/erasures/{kind}/{matter}", {"reason": report}, official)
    for letter in (kept.letter, kept.draft):
        await _done(office, f"notifications/notices/{letter}/erase", {"reason": report}, official)
    for person in (kept.named, official):
        await _done(office, "ledger/erasures", {"subject": f"person/{person}", "reason": somebody}, official)
    await kept.take(server, broker)

    unread = set(PERSONAL.values()) - {PERSONAL["why the identity was opened"]}
    assert found({"told": await kept.told()}, unread) == []
    assert found(kept.places, (*PERSONAL.values(), *UNTOLD.values(), *REASONS.values())) == []
    for running in office.office.services.values():
        verified = await running.log.verify()
        assert not verified.wrong
        assert verified.rows == await running.log.last_position()


async def test_nothing_personal_of_two_counties_stands_in_a_dump_of_them(server: Server, world: TwoDivisions) -> None:
    places = await asyncio.to_thread(dumped, server, "world_zeren")
    personal = [text for county in world.divisions for text in (*county.names.values(), *county.texts.values())]
    assert found(places, (world.baishui.mark,)), "what is public of a county does stand there"
    assert found(places, personal) == []
