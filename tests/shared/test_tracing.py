"""Traces: one from a request to the view of another service; what the log keeps of it; and off unless asked for."""

from __future__ import annotations

import json
import os
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared import tracing
from shared.telemetry import Metrics
from shared.tracing import TracingRefused
from shared.web.app import Observed
from shared.web.proxy import Passing, session_for_passing
from tests.shared.web.conftest import served
from tests.support.collector import collector
from tests.support.observed import CALLERS, CALLERS_TRACE, ObservedOffice, observed_office
from tests.support.running import free_port
from tests.support.two_divisions import settle
from zeren.postgres import Server

SERVER, PRODUCER, CONSUMER = 2, 4, 5


@pytest.fixture(scope="module")
async def office(server: Server) -> AsyncIterator[ObservedOffice]:
    async with observed_office(server, "traced_") as observed:
        yield observed


def unit(code: str, parent: str) -> dict[str, object]:
    return {
        "code": code, "name": f"{code}局", "kind": "department", "level": "city", "order": 1,
        "valid_from": "2020-01-01", "parent": parent,
    }  # fmt: skip


async def test_one_trace_runs_from_the_request_to_the_view_of_the_other_service(office: ObservedOffice) -> None:
    await settle(office.office)  # facts that are folded together have their span in the trace of the first
    created = await office.made("ledger/units", unit("YL-1", office.city), traceparent=CALLERS)
    await settle(office.office)
    spans = office.collector.waits_for(
        CALLERS_TRACE,
        "POST /api/ledger/units",
        "handle RegisterUnit",
        "append ledger",
        "fold ledger",
        "receive ledger",
        "fold assessment",
    )
    request, handled, appended = (spans[n] for n in ("POST /api/ledger/units", "handle RegisterUnit", "append ledger"))
    assert (request.kind, request.parent) == (SERVER, "00f067aa0ba902b7")
    assert (handled.parent, appended.parent) == (request.span, handled.span)
    assert spans["receive ledger"].kind == CONSUMER
    for after in ("receive ledger", "fold ledger", "fold assessment"):
        assert spans[after].parent == appended.span
    assert "units" in spans["fold assessment"].attributes["zeren.views"]
    assert request.attributes == {
        "http.request.method": "POST", "http.route": "/api/ledger/units", "url.scheme": "http",
        "http.response.status_code": 201,
    }  # fmt: skip
    assert handled.attributes["zeren.outcome"] == "done"
    assert request.process["service.name"] == "zeren-test"
    (fact,) = await office.office.services["assessment"].log.pool.fetch(
        "select traceparent from assessment.log where stream = $1", f"unit/{created}"
    )
    assert fact["traceparent"] == f"00-{CALLERS_TRACE}-{appended.span}-01"


async def test_a_refusal_is_told_by_its_code(office: ObservedOffice) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    answer = await office.post("ledger/units", unit("YL-1", "nobody"), traceparent=f"00-{trace}-00f067aa0ba902b7-01")
    assert answer.status == 404
    spans = office.collector.waits_for(trace, "POST /api/ledger/units", "handle RegisterUnit")
    assert spans["handle RegisterUnit"].attributes["zeren.outcome"] == "not-found"
    assert not spans["POST /api/ledger/units"].failed


async def test_who_is_not_traced_by_choice_is_not_traced_here(office: ObservedOffice) -> None:
    trace = "1bf92f3577b34da6a3ce929d0e0e4736"
    created = await office.made(
        "ledger/units", unit("YL-2", office.city), traceparent=f"00-{trace}-00f067aa0ba902b7-00"
    )
    kept = await office.office.services["ledger"].log.pool.fetchval(
        "select traceparent from ledger.log where stream = $1", f"unit/{created}"
    )
    assert kept.startswith(f"00-{trace}-")
    assert kept.endswith("-00")
    await settle(office.office)
    await office.made("ledger/units", unit("YL-3", office.city), traceparent=CALLERS.replace("4bf9", "2bf9"))
    office.collector.waits_for(CALLERS_TRACE.replace("4bf9", "2bf9"), "append ledger")
    assert office.collector.trace(trace) == {}


async def test_graphql_is_told_by_the_type_of_operation_alone(office: ObservedOffice) -> None:
    trace = "3bf92f3577b34da6a3ce929d0e0e4736"
    answer = await office.client.send(
        "POST",
        "/api/ledger/graphql",
        {"query": "query WhoIsZhangSan { units { edges { node { code } } } }"},
        person=office.administrator,
        traceparent=f"00-{trace}-00f067aa0ba902b7-01",
    )
    assert "errors" not in answer.json
    spans = office.collector.waits_for(trace, "POST /api/ledger/graphql", "query")
    assert set(spans) == {"POST /api/ledger/graphql", "query"}
    assert spans["query"].attributes == {"graphql.operation.type": "query"}


async def test_lines_of_the_log_name_the_trace(office: ObservedOffice) -> None:
    trace = "5bf92f3577b34da6a3ce929d0e0e4736"
    await office.client.send(
        "GET", "/api/ledger/me", person=office.administrator, traceparent=f"00-{trace}-00f067aa0ba902b7-01"
    )
    spans = office.collector.waits_for(trace, "GET /api/ledger/me")
    lines = [json.loads(line) for line in office.lines.getvalue().splitlines()]
    (line,) = [line for line in lines if line.get("trace_id") == trace]
    assert (line["event"], line["span_id"]) == ("request", spans["GET /api/ledger/me"].span)


async def test_health_and_metrics_are_no_spans(office: ObservedOffice) -> None:
    trace = "6bf92f3577b34da6a3ce929d0e0e4736"
    for path in ("/livez", "/readyz", "/metrics", "/nowhere/at/all"):
        await office.client.send("GET", path, person=None, traceparent=f"00-{trace}-00f067aa0ba902b7-01")
    spans = office.collector.waits_for(trace, "GET")
    assert set(spans) == {"GET"}
    assert spans["GET"].attributes["http.response.status_code"] == 404
    assert "http.route" not in spans["GET"].attributes


async def test_what_a_process_in_front_passes_on_continues_the_trace(office: ObservedOffice) -> None:
    trace = "7bf92f3577b34da6a3ce929d0e0e4736"

    async def told(request: Request) -> Response:
        return Response(request.headers["traceparent"])

    behind = Starlette(routes=[Route("/api/ledger/me", told)])
    async with served(behind) as base, session_for_passing() as session:
        front = Observed(Passing(session, base, "/api/ledger"), Metrics())
        async with served(front) as address, aiohttp.ClientSession() as client:
            sent = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
            async with client.get(f"{address}/api/ledger/me", headers=sent) as answer:
                arrived = await answer.text()
    span = office.collector.waits_for(trace, "GET /api/ledger")["GET /api/ledger"]
    assert arrived == f"00-{trace}-{span.span}-01"


# --- on and off --------------------------------------------------------------------------------------------------


@pytest.fixture
def nothing_asked(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    return monkeypatch


def test_facts_taken_together_continue_one_trace_and_link_the_others(nothing_asked: pytest.MonkeyPatch) -> None:
    one, another, by_choice_not = (
        f"00-{'a' * 32}-{'1' * 16}-01",
        f"00-{'b' * 32}-{'2' * 16}-01",
        f"00-{'c' * 32}-{'3' * 16}-00",
    )
    with collector() as kept:
        nothing_asked.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", kept.endpoint)
        with tracing.traced("zeren-test"):
            with tracing.span_of_facts("receive", [None, "not a context", by_choice_not, one, another, one]):
                pass
            with tracing.span_of_facts("fold", [None, by_choice_not]):
                pass
        (span,) = kept.spans()
    assert (span.name, span.trace, span.parent, span.links) == ("receive", "a" * 32, "1" * 16, ("b" * 32,))


def test_an_exception_is_told_by_its_class_alone(nothing_asked: pytest.MonkeyPatch) -> None:
    with collector() as kept:
        nothing_asked.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", kept.endpoint)
        with tracing.traced("zeren-test"), pytest.raises(LookupError), tracing.span("handle NamePerson"):
            raise LookupError("nobody is called 张三")
        (span,) = kept.spans()
        assert (span.failed, span.attributes) == (True, {"error.type": "LookupError"})
        assert "张三".encode() not in b"".join(kept.raw)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "", "OTEL_TRACES_SAMPLER": "parentbased_always_on"},
        {"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"},
        {"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"},
    ],
    ids=["nothing asked", "an empty setting", "none", "disabled"],
)
def test_without_being_asked_nothing_is_traced(nothing_asked: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    for name, value in settings.items():
        nothing_asked.setenv(name, value)
    with tracing.traced("zeren-test"):
        assert not tracing.is_on()
        with tracing.span("handle NamePerson", parent=CALLERS):
            assert tracing.current() is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [("OTEL_TRACES_EXPORTER", "zipkin"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")],
)
def test_a_way_of_exporting_that_there_is_not_is_refused_by_name(
    nothing_asked: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    nothing_asked.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    nothing_asked.setenv(variable, value)
    with pytest.raises(TracingRefused) as refused, tracing.traced("zeren-test"):
        pass
    assert f"{variable}={value}" in refused.value.zh
    assert f"{variable}={value}" in refused.value.en


def test_the_standard_names_the_service_and_what_is_sampled(nothing_asked: pytest.MonkeyPatch) -> None:
    with collector() as kept:
        nothing_asked.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", kept.endpoint)
        nothing_asked.setenv("OTEL_SERVICE_NAME", "yunling")
        nothing_asked.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=trial")
        nothing_asked.setenv("OTEL_TRACES_SAMPLER", "parentbased_always_off")
        with tracing.traced("zeren-test"):
            with tracing.span("nobody asked for"):
                pass
            with tracing.span("of a traced caller", parent=CALLERS):
                pass
        (span,) = kept.spans()
    assert span.name == "of a traced caller"
    assert span.process["service.name"] == "yunling"
    assert span.process["deployment.environment.name"] == "trial"


def test_a_collector_that_is_away_does_not_hold_up_the_end(nothing_asked: pytest.MonkeyPatch) -> None:
    nothing_asked.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{free_port()}")
    began = time.monotonic()
    with tracing.traced("zeren-test"), tracing.span("nobody hears"):
        pass
    assert time.monotonic() - began < 8
