"""Nothing personal leaves by log, metrics, traces or Kafka: distinctive values are sent through every way in, a rule, a
view and the driver fail on them, and every byte that left is searched."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer
from prometheus_client import generate_latest

from services.assessment.main import SERVICE as ASSESSMENT
from services.ledger.main import SERVICE as LEDGER
from services.ledger.rules import name_person
from shared import tracing
from shared.directory import UnitRegistered
from shared.domain import Decision
from shared.facts import Fact
from shared.feeds.topics import ensure_topic
from shared.references import References
from shared.telemetry import Metrics
from shared.views import Key, View
from tests.support.brokers import Kafka
from tests.support.collector import asked_for, collector
from tests.support.observed import CALLERS, CALLERS_TRACE, ObservedOffice, kept_lines, observed_office
from tests.support.searched import database_log, everything_told, found, topics
from tests.support.two_divisions import settle
from zeren.postgres import Server

NAME = "欧阳慕容雪"
LATIN_NAME = "Aynur Rahmanova"
OPINION = "此人多次收受礼金"
REASON = "因遭打击报复申请删除"
PHONE = "13987654321"
ID_NUMBER = "53010219800101123X"
MAIL = "ouyang.mrx@example.invalid"
ADDRESS = "203.0.113.77"
PERSONAL = (NAME, LATIN_NAME, OPINION, REASON, PHONE, ID_NUMBER, MAIL, ADDRESS)

TYPED = "诸葛司徒专案组"
"""Typed by somebody into a field for public text: it is a fact's data, and nothing else may repeat it."""
IN_A_RULE, IN_A_VIEW, IN_THE_DRIVER = f"{NAME}甲", f"{TYPED}乙", f"{TYPED}丙"


# --- the search --------------------------------------------------------------------------------------------------


# --- a service in which things fail on what was sent ---------------------------------------------------------------


def _decide(command: name_person.NamePerson, *rest: Any) -> Decision:
    if command.name.clear() == IN_A_RULE:
        raise RuntimeError(f"{LATIN_NAME} {PHONE}: cannot reckon with {command.name.clear()!r}")
    return name_person.decide(command, *rest)


@dataclass(frozen=True, slots=True)
class _Row:
    unit: str
    size: int


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.unit,)]


def _evolve(row: _Row | None, fact: Fact, refs: References) -> _Row:
    if fact.event.name == IN_A_VIEW:
        raise LookupError(f"no size is known of {fact.event.name}, {MAIL}")
    size: Any = fact.event.name if fact.event.name == IN_THE_DRIVER else 1
    return _Row(fact.event.unit, size)


_SIZES = View(name="sizes", version=1, row=_Row, key=("unit",), events=(UnitRegistered,), route=_route, evolve=_evolve)
_FAILING = replace(
    LEDGER,
    views=(*LEDGER.views, _SIZES),
    actions=tuple(
        replace(action, decide=_decide) if action.command is name_person.NamePerson else action
        for action in LEDGER.actions
    ),
)


@pytest.fixture(scope="module")
async def office(server: Server, broker: Kafka | None) -> AsyncIterator[ObservedOffice]:
    async with observed_office(server, "silent_", services=(_FAILING, ASSESSMENT), kafka=broker) as observed:
        yield observed


# --- that the search can find ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", PERSONAL)
def test_the_search_finds_a_value_however_it_was_written(value: str) -> None:
    said = f"before {value} after"
    for written in (
        said.encode(),
        said.encode("unicode_escape"),
        quote(said).encode(),
        base64.b64encode(said.encode()),
        base64.b64encode(b"." + said.encode()),
        said.encode("utf-16-le"),
        repr(said.encode()).encode(),
    ):
        assert found({"here": b"." + written}, PERSONAL) == [("here", value)]


def test_the_search_finds_a_leak_in_every_place() -> None:
    metrics = Metrics()
    with collector() as kept, kept_lines() as lines, asked_for(kept):
        with tracing.traced("zeren-leaking"):
            logging.getLogger("shared.leaking").info("a line", extra={"who": NAME})
            metrics.append_queue.labels(PHONE).set(1)
            with tracing.span("a span", {"said": OPINION}):
                pass
            with tracing.span(f"a span of {LATIN_NAME}"):
                pass
        places = {
            "log": lines.getvalue().encode(),
            "metrics": generate_latest(metrics.registry),
            "traces": b"".join(kept.raw),
        }
    assert found(places, PERSONAL) == [
        ("log", NAME), ("traces", LATIN_NAME), ("traces", OPINION), ("metrics", PHONE),
    ]  # fmt: skip


async def test_the_search_finds_a_leak_in_a_topic(kafka: Kafka) -> None:
    await ensure_topic(kafka.broker(), "leaking")
    producer = AIOKafkaProducer(**kafka.broker().arguments())
    await producer.start()
    try:
        await producer.send_and_wait("zeren.leaking", NAME.encode(), PHONE.encode(), headers=[(MAIL, REASON.encode())])
    finally:
        await producer.stop()
    read, count = await topics(kafka)
    assert count >= 1
    assert {value for place, value in found(read, PERSONAL) if place == "zeren.leaking"} == {NAME, PHONE, MAIL, REASON}
    await kafka.delete_topic("leaking")


async def test_the_search_finds_a_leak_in_the_log_of_the_database(server: Server) -> None:
    connection = await asyncpg.connect(server.admin_dsn())
    try:
        await connection.execute("do $$ begin raise warning '百里屠苏说了什么'; end $$")
    finally:
        await connection.close()
    assert found({"database": database_log(server)}, ["百里屠苏"]) == [("database", "百里屠苏")]


# --- every way in ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
async def told(office: ObservedOffice) -> dict[str, bytes]:
    """Everything that left, after everything was sent."""
    await _carried_out(office)
    await _mistaken(office)
    await _graphql(office)
    await _failing(office)
    await settle(office.office)
    return await everything_told(office)


HEADERS: dict[str, Any] = {
    "user-agent": f"Phone of {LATIN_NAME}",
    "x-forwarded-for": ADDRESS,
    "forwarded": f"for={ADDRESS}",
    "baggage": f"caller={quote(NAME)}",
    "tracestate": f"zeren={PHONE}",
    "cookie": f"who={MAIL}",
    "referer": f"http://example.invalid/?who={quote(NAME)}",
    "traceparent": CALLERS,
}


async def _carried_out(office: ObservedOffice) -> None:
    """Commands whose personal texts are sealed, with everything else a client may send along."""
    for name in (NAME, f"{LATIN_NAME} {PHONE}", f"{ID_NUMBER} {MAIL}"):
        person = await office.made("ledger/persons", {"name": name}, **HEADERS)
    assert (await office.post(f"ledger/persons/{person}/name", {"name": NAME}, **HEADERS)).status == 200
    plan = {"code": "P-1", "unit": office.city, "title": "责任分工方案", "from_year": 2026, "to_year": 2026}
    made = await office.made("ledger/plans", plan, office.official)
    given = await office.post(
        f"ledger/plans/{made}/endorse",
        {"version": 1, "opinion": f"{OPINION}，{PHONE}", "basis": "第九条"},
        office.official,
    )
    assert given.status == 200, given
    erased = await office.post("ledger/erasures", {"subject": f"person/{person}", "reason": REASON}, office.official)
    assert erased.status == 200, erased


async def _mistaken(office: ObservedOffice) -> None:
    """What is refused before any rule: paths, queries, headers, bodies, methods and tokens."""
    client, who = office.client, office.official
    sent = f"who={quote(NAME)}&phone={PHONE}&{quote(LATIN_NAME)}={MAIL}"
    for path in (
        f"/api/ledger/units?code={PHONE}&limit=1",
        f"/api/ledger/units?{sent}",
        f"/api/ledger/units?after={quote(NAME)}",
        f"/api/ledger/tasks/{quote(NAME)}?{sent}",
        f"/api/ledger/{quote(NAME)}/{PHONE}?{sent}",
        f"/{quote(LATIN_NAME)}",
        f"/problems/{quote(NAME)}",
    ):
        answer = await client.send("GET", path, person=who, **HEADERS)
        assert answer.status in (200, 400, 404), answer
    for header, value in (
        ("if_match", NAME),
        ("zeren_position", f"{LATIN_NAME}=1"),
        ("accept_language", quote(NAME)),
        ("traceparent", f"00-{ID_NUMBER}"),
        ("content_type", f"text/{quote(NAME)}"),
    ):
        more = {**HEADERS, header: value.encode().decode("latin-1")}
        answer = await client.send("POST", "/api/ledger/persons", person=who, data=b"{}", key=PHONE, **more)
        assert answer.status >= 400, answer
    for body in (f'{{"name": "{NAME}', f'{{"{LATIN_NAME}": 1}}', f'{{"name": ["{OPINION}"]}}', f'"{NAME}"', NAME):
        answer = await client.send("POST", "/api/ledger/persons", person=who, data=body.encode(), key=ID_NUMBER)
        assert answer.status in (400, 422), answer
    for token in (f"{PHONE}.{LATIN_NAME}.{MAIL}".replace(" ", ""), quote(NAME)):
        assert (await client.send("GET", "/api/ledger/me", token=token)).status == 401
    for method, status in (("PROPFIND", 405), ("RAHMANOVA", 400)):
        answer = await client.send(method, f"/api/ledger/units?{sent}", person=who)
        assert answer.status == status, answer


async def _graphql(office: ObservedOffice) -> None:
    document = """mutation AynurRahmanova($name: String!, $key: String!) {
        registerPerson(input: {name: $name}, key: $key) { __typename } }"""
    variables: dict[str, Any] = {"name": f"{NAME} {PHONE}", "key": "graphql-1"}
    cases: tuple[tuple[str, dict[str, Any]], ...] = (
        (document, variables),
        (document, {**variables, "name": [NAME]}),
        (document, {**variables, "name": {OPINION: PHONE}}),
        (f'mutation {{ registerPerson(input: {{name: "{NAME}"}}, key: "{PHONE}") {{ __typename }} }}', {}),
        (f'{{ units(code: "{PHONE}", who: "{NAME}") {{ edges {{ node {{ code }} }} }} }}', {}),
        (f'{{ units {{ "{NAME}', {}),
    )
    for asked, given in cases:
        body = {"query": asked, "variables": given, **({"operationName": "AynurRahmanova"} if given else {})}
        answer = await office.client.send(
            "POST", "/api/ledger/graphql", body, person=office.administrator, traceparent=CALLERS
        )
        assert answer.status == 200, answer
    asked = quote(f'{{ units(code: "{NAME}") {{ edges {{ node {{ code }} }} }} }}')
    await office.client.send("GET", f"/api/ledger/graphql?query={asked}&variables={PHONE}", person=office.official)


async def _failing(office: ObservedOffice) -> None:
    """A rule, a view and the driver raise what they were given."""
    person = await office.made("ledger/persons", {"name": NAME})
    answer = await office.post(f"ledger/persons/{person}/name", {"name": IN_A_RULE}, traceparent=CALLERS)
    assert answer.status == 500, answer
    await settle(office.office)
    for number, name in enumerate((IN_A_VIEW, IN_THE_DRIVER)):
        unit = {
            "code": f"X-{number}", "name": name, "kind": "department", "level": "city", "order": 1,
            "valid_from": "2020-01-01", "parent": office.city,
        }  # fmt: skip
        await office.made("ledger/units", unit, traceparent=CALLERS)


async def test_what_was_sent_did_happen_and_failed_where_it_should(
    office: ObservedOffice, told: dict[str, bytes]
) -> None:
    lines = [json.loads(line) for line in office.lines.getvalue().splitlines()]
    (unexpected,) = [line for line in lines if str(line["event"]).startswith("unexpected error")]
    assert (unexpected["error"], unexpected["level"]) == ("RuntimeError", "error")
    assert any("test_no_personal_telemetry.py" in place for place in unexpected["at"])
    parked = {line["error"].partition(" ")[0] for line in lines if line["event"] == "a row was parked"}
    assert parked == {"LookupError", "DataError"}
    assert 'zeren_parked_keys{log="ledger",view="sizes"} 2.0' in told["metrics"].decode()
    spans = office.collector.trace(CALLERS_TRACE)
    assert spans["handle NamePerson"].attributes.get("error.type") == "RuntimeError"
    assert {"mutation", "POST /api/ledger/persons", "fold ledger", "receive ledger"} <= set(spans)


async def test_nothing_personal_stands_in_log_metrics_or_traces(told: dict[str, bytes], server: Server) -> None:
    assert found({**told, "database": database_log(server)}, PERSONAL) == []


async def test_nothing_that_was_typed_stands_there_and_no_pseudonym(
    office: ObservedOffice, told: dict[str, bytes]
) -> None:
    people = (office.administrator, office.official)
    tokens = [office.client.issuer.mint(person).rpartition(".")[0] for person in people]
    assert found(told, (TYPED, "AynurRahmanova", "RAHMANOVA", *people, *tokens)) == []


async def test_nothing_personal_stands_in_any_topic(
    office: ObservedOffice, told: dict[str, bytes], broker: Kafka | None
) -> None:
    if broker is None:
        pytest.skip("no Kafka")
    ledger = office.office.services["ledger"].log
    await office.all_sent()
    read, count = await topics(broker)
    assert count > ledger.feed_head, "every published fact, and a heartbeat"
    assert found({"zeren.ledger": read["zeren.ledger"]}, (TYPED,)), "public text does travel, so the search does look"
    assert found(read, PERSONAL) == []
