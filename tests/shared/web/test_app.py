"""The whole application of a process: pages, health, metrics, and what its log may say."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import aiohttp
import pytest
import structlog

from shared.telemetry import Metrics, configure_logging, scrubbed
from shared.web.app import build_app
from shared.web.auth import Authenticator
from tests.shared.web.conftest import Client, served
from tests.shared.web.small import SmallService
from zeren.issuer import DevelopmentIssuer


@dataclass
class Whole:
    client: Client
    problems: list[str]


@pytest.fixture
async def whole(small: SmallService, issuer: DevelopmentIssuer) -> AsyncIterator[Whole]:
    problems: list[str] = []

    async def found() -> list[str]:
        return problems

    app = build_app([small], Authenticator([issuer.trusted()]), Metrics(), problems=found)
    async with served(app) as base, aiohttp.ClientSession() as session:
        yield Whole(Client(session, base, issuer), problems)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The log of the process as JSON lines, put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logging("json", stream=stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


async def test_liveness_and_readiness(whole: Whole) -> None:
    assert (await whole.client.send("GET", "/livez", person=None)).status == 200
    assert (await whole.client.send("GET", "/readyz", person=None)).json == {"ready": True, "problems": []}
    whole.problems.append("ledger: view scores is 40 s behind")
    answer = await whole.client.send("GET", "/readyz", person=None)
    assert (answer.status, answer.json["problems"]) == (503, ["ledger: view scores is 40 s behind"])


async def test_requests_are_counted_by_route_template(whole: Whole) -> None:
    await whole.client.send("GET", "/api/ledger/tasks/T404")
    await whole.client.send("GET", "/nowhere/zhang.san")
    text = (await whole.client.send("GET", "/metrics", person=None)).body.decode()
    assert 'zeren_http_requests_total{method="GET",route="/api/ledger/tasks/{task}",status="404"} 1.0' in text
    assert 'route="unknown",status="404"' in text
    assert "zhang.san" not in text
    assert "T404" not in text


async def test_the_page_lists_every_operation_and_loads_nothing_from_elsewhere(whole: Whole) -> None:
    page = (await whole.client.send("GET", "/docs", person=None)).body.decode()
    for word in ("责任台账", "任务分解", "/api/ledger/tasks/{task}/split", "/api/ledger/openapi.json", "组织协调"):
        assert word in page
    assert "http://" not in page
    assert "https://" not in page
    assert "<script" not in page


async def test_the_type_of_a_problem_leads_to_a_page(whole: Whole) -> None:
    answer = await whole.client.send("GET", "/problems/split-weights-not-100", person=None)
    assert (answer.status, "权重之和" in answer.body.decode()) == (200, True)
    assert (await whole.client.send("GET", "/problems/none-such", person=None)).status == 404


async def test_an_address_that_is_not_there_is_a_problem(whole: Whole) -> None:
    for path in ("/nowhere", "/api/ledger/nowhere", "/api/nobody/tasks"):
        answer = await whole.client.send("GET", path, accept_language="en")
        assert (answer.status, answer.json["code"], answer.json["title"]) == (404, "not-found", "Not found")


async def test_the_access_log_has_the_route_and_nothing_that_was_sent(whole: Whole, lines: io.StringIO) -> None:
    await whole.client.send("GET", "/api/ledger/tasks/T404?who=zhang.san", user_agent="王五的手机")
    (line,) = [json.loads(one) for one in lines.getvalue().splitlines() if '"request"' in one]
    assert (line["route"], line["status"], line["method"]) == ("/api/ledger/tasks/{task}", 400, "GET")
    assert set(line) == {"event", "level", "logger", "timestamp", "method", "route", "status", "ms"}


async def test_an_unexpected_error_is_loud_in_the_log_without_personal_data(
    whole: Whole, small: SmallService, lines: io.StringIO
) -> None:
    small.raises = RuntimeError("column of 张三 13800000000 is missing")
    answer = await whole.client.send("POST", "/api/ledger/tasks", {"title": "x"}, key="k")
    (line,) = [json.loads(one) for one in lines.getvalue().splitlines() if '"error"' in one and "incident" in one]
    assert (line["level"], line["error"]) == ("error", "RuntimeError")
    assert not [sent for sent in ("张三", "13800000000") if sent in lines.getvalue()]
    assert any("small.py" in place for place in line["at"])
    assert answer.json["values"]["incident"] in line["event"]


def test_what_could_be_personal_is_blotted_out() -> None:
    assert (
        scrubbed("no term 'holiday-limit' is valid on 2026-01-05") == "no term 'holiday-limit' is valid on 2026-01-05"
    )
    assert scrubbed("张三 <zhang@example.org> 13800000000") == "█ █ █"
    assert scrubbed("never retrieved: <Task exception=KeyError('Aynur')>") == "never retrieved: <Task exception=█"
