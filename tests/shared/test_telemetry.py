"""Metrics: what the page, the dashboard and the alarms speak of is what the code exports, and what the gauges say."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from shared.facts import ReactionEnabled
from shared.feeds.cloudevents import Heartbeat
from shared.telemetry import Metrics
from shared.web.merged import UP
from tests.support.observed import ObservedOffice, observed_office
from tests.support.two_divisions import settle
from zeren.postgres import Server

NOT_TOLD = -1.0
REPOSITORY = Path(__file__).parents[2]
DASHBOARD = REPOSITORY / "deploy" / "grafana" / "zeren.json"
ALERTS = REPOSITORY / "deploy" / "prometheus" / "alerts.yml"
SCRAPES = REPOSITORY / "deploy" / "prometheus" / "prometheus.yml"
PAGE = REPOSITORY / "docs" / "telemetry.md"

_NAME = re.compile(r"\b(?:zeren|process)_[a-z0-9_]+|\bup\b")
_OF_THE_SCRAPE = frozenset({"job", "instance", "process", "le"})
"""Labels that Prometheus gives, and the process in front."""


def exported() -> Mapping[str, frozenset[str]]:
    """Every series name that a process can export, with its labels. A histogram has three."""
    found: dict[str, frozenset[str]] = {"up": frozenset(), UP: frozenset({"process"})}
    metrics = Metrics()
    for metric in vars(metrics).values():
        if hasattr(metric, "_labelnames"):
            for suffix in {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(metric._type, ("",)):
                found[metric._name + suffix] = frozenset(metric._labelnames)
    for family in metrics.registry.collect():
        if family.name.startswith("process_"):
            found |= {sample.name: frozenset() for sample in family.samples}
    return found


def families() -> Mapping[str, tuple[str, ...]]:
    """Every metric of ours as the page names it, with its labels. One is told by the process in front alone."""
    return {UP: ("process",)} | {
        metric._name + ("_total" if metric._type == "counter" else ""): tuple(metric._labelnames)
        for metric in vars(Metrics()).values()
        if hasattr(metric, "_labelnames")
    }


def dashboard() -> Any:
    return json.loads(DASHBOARD.read_text("utf-8"))


def rules() -> list[Any]:
    (group,) = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]
    return list(group["rules"])


def expressions() -> Iterator[tuple[str, list[str]]]:
    """Every expression of PromQL in dashboard and alarms, with the labels that the words beside it name."""
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", ()):
            yield target["expr"], re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])
    for variable in dashboard()["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["definition"], []
    for rule in rules():
        yield rule["expr"], re.findall(r"\$labels\.(\w+)", json.dumps(rule["annotations"]))


def test_dashboard_and_alarms_ask_only_for_what_is_exported() -> None:
    known = exported()
    asked = {name for expression, _ in expressions() for name in _NAME.findall(expression)}
    assert asked <= set(known)
    assert {name for name in asked if name.startswith("zeren_")} >= {
        name for name in known if name.startswith("zeren_") and not name.endswith(("_sum", "_count", "_bucket"))
    }, "a metric that nobody looks at"


def test_they_ask_for_labels_that_these_metrics_have() -> None:
    known = exported()
    for expression, told in expressions():
        labels = frozenset().union(*(known[name] for name in _NAME.findall(expression))) | _OF_THE_SCRAPE
        selected = re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", expression)
        grouped = [word for by in re.findall(r"(?:by|on)\s*\(([^)]*)\)", expression) for word in re.findall(r"\w+", by)]
        assert {*selected, *grouped, *told} <= labels, expression


def test_the_page_explains_every_metric_with_its_labels_and_no_other() -> None:
    rows = re.findall(r"^\| `(zeren_\w+)` \| ([\w, ]*?) ?\| (.+?) \|", PAGE.read_text("utf-8"), flags=re.M)
    assert {name: tuple(filter(None, labels.split(", "))) for name, labels, _ in rows} == families()
    assert len(rows) == len(families())


def test_the_dashboard_has_the_shape_that_grafana_takes() -> None:
    board = dashboard()
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert [panel["title"].partition(" · ")[2] for panel in panels if panel["type"] == "row"] == [
        "Is it healthy", "Commands and requests", "Log", "Views", "Feeds and Kafka", "Processes",
    ]  # fmt: skip
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        assert re.fullmatch(r".*[\u4e00-\u9fff].* · [A-Z].*|.* · CPU", panel["title"]), panel["title"]
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not cells & taken, f"{panel['title']} lies over another"
        taken |= cells
        assert panel["type"] == "row" or panel["targets"]
    variables = {variable["name"] for variable in board["templating"]["list"]} | {"__rate_interval"}
    for expression, _ in expressions():
        assert set(re.findall(r"\$\{?(\w+)", expression)) <= variables
        assert expression.count("(") == expression.count(")")


def test_every_alarm_says_in_both_languages_what_it_is_and_what_to_do() -> None:
    for rule in rules():
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}, rule
        assert re.fullmatch(r"\d+[sm]", rule["for"])
        assert rule["labels"]["severity"] in ("critical", "warning", "info")
        assert set(rule["annotations"]) == {"summary", "action"}
        for text in rule["annotations"].values():
            assert re.search(r"[\u4e00-\u9fff].*[a-z]{2}", text), text


def test_the_scrape_asks_the_front_and_reads_the_alarms() -> None:
    scrapes = yaml.safe_load(SCRAPES.read_text("utf-8"))
    assert scrapes["rule_files"] == [ALERTS.name]
    (job,) = scrapes["scrape_configs"]
    assert (job["job_name"], job["metrics_path"]) == ("zeren", "/metrics")
    assert job["static_configs"] == [{"targets": ["front:8080"]}]


def test_a_database_that_is_away_leaves_nothing_that_only_it_knows() -> None:
    metrics = Metrics()
    for log in ("ledger", "assessment"):
        metrics.view_lag_positions.labels(log, "standing").set(7)
        metrics.database_up.labels(log).set(1)
    metrics.unknown("ledger")
    read = metrics.registry.get_sample_value
    assert read("zeren_view_lag_positions", {"log": "ledger", "view": "standing"}) is None
    assert read("zeren_view_lag_positions", {"log": "assessment", "view": "standing"}) == 7
    assert read("zeren_database_up", {"log": "ledger"}) == 0


def test_a_count_that_begins_anew_is_counted_on() -> None:
    metrics = Metrics()
    for total in (3, 5, 2):
        metrics.total(metrics.relay_published, ("ledger",), total)
    assert metrics.registry.get_sample_value("zeren_relay_published_total", {"log": "ledger"}) == 5 + 2


# --- what the gauges say of an office that runs ------------------------------------------------------------------


@pytest.fixture(scope="module")
async def office(server: Server) -> AsyncIterator[ObservedOffice]:
    async with observed_office(server, "measured_") as observed:
        yield observed


async def measured(office: ObservedOffice) -> dict[tuple[str, frozenset[str]], float]:
    """The value of each series by its name and the values of its labels."""
    return {
        (sample.name, frozenset(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(await office.metrics())
        for sample in family.samples
    }


def at(found: Mapping[tuple[str, frozenset[str]], float], name: str, *labels: str) -> float:
    return found.get((name, frozenset(labels)), NOT_TOLD)


async def test_everything_is_measured_while_all_is_well(office: ObservedOffice) -> None:
    await settle(office.office)
    found = await measured(office)
    ledger, assessment = (office.office.services[name] for name in ("ledger", "assessment"))
    assert at(found, "zeren_log_head", "ledger") == ledger.log.head
    assert at(found, "zeren_appends_total", "ledger") > 5
    assert at(found, "zeren_append_queue", "ledger") == 0
    for log, running in office.office.services.items():
        assert at(found, "zeren_database_up", log) == 1
        for view in running.runner.views:
            assert at(found, "zeren_view_lag_positions", log, view.name) == 0
            assert at(found, "zeren_view_stopped", log, view.name) == 0
    assert at(found, "zeren_feed_lag", "assessment", "ledger") == 0
    assert at(found, "zeren_feed_gap", "assessment", "ledger") == 0
    assert at(found, "zeren_feed_received_total", "assessment", "ledger") == await assessment.log.cursor("ledger")
    assert at(found, "zeren_commands_pending", "ledger") == 0
    assert at(found, "zeren_deadlines_due", "ledger") == 0
    assert at(found, "zeren_pool_connections", "ledger", "log", "in-use") >= 1
    assert at(found, "zeren_pool_limit", "ledger", "log") == 8
    assert at(found, "process_resident_memory_bytes") > 1 << 20


async def test_a_view_that_stands_still_lags_behind_the_true_head(office: ObservedOffice) -> None:
    assessment = office.office.services["assessment"]
    await settle(office.office)
    await assessment.runner.stop()
    try:
        before = await assessment.log.last_position()
        await assessment.record(ReactionEnabled("never", 0), "a fact that nobody folds")
        await assessment.record(ReactionEnabled("ever", 0), "another one")
        head = await assessment.log.last_position()
        found = await measured(office)
        assert at(found, "zeren_view_lag_positions", "assessment", "units") == head - before == 2
        assert at(found, "zeren_view_lag_seconds", "assessment", "units") > 0
    finally:
        await assessment.runner.start()
    await settle(office.office)
    assert at(await measured(office), "zeren_view_lag_seconds", "assessment", "units") == 0


async def test_how_far_a_feed_is_behind_is_not_told_while_its_owner_does_not_say(
    office: ObservedOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(oldest_seconds: float = 60) -> Heartbeat:
        raise ConnectionRefusedError

    await settle(office.office)
    assert at(await measured(office), "zeren_feed_lag", "assessment", "ledger") == 0
    receivers = office.office.services["assessment"].receivers
    (receiver,) = (one for one in receivers if one.source.log == "ledger")
    monkeypatch.setattr(receiver._source, "heartbeat", away)
    assert at(await measured(office), "zeren_feed_lag", "assessment", "ledger") == NOT_TOLD


async def test_a_command_that_waits_and_has_failed_is_told_with_its_age(office: ObservedOffice) -> None:
    assessment = office.office.services["assessment"]
    await assessment.issuer.stop()
    try:
        await assessment.pool.execute(
            """insert into assessment_views.pending (command_id, origin, action, command, cause, correlation, position,
                                                     attempts)
               values ($1, 'watch:standing', 'ReviewVeto', '{}', $1, $1, 1, 3)""",
            UUID(int=7),
        )
        found = await measured(office)
        assert at(found, "zeren_commands_pending", "assessment") == 1
        assert at(found, "zeren_commands_failing", "assessment") == 1
        assert at(found, "zeren_commands_pending_seconds", "assessment") > 0
    finally:
        await assessment.pool.execute("delete from assessment_views.pending")
        await assessment.issuer.start()
    assert at(await measured(office), "zeren_commands_pending_seconds", "assessment") == 0


async def test_while_the_database_is_away_the_page_still_answers_and_repeats_nothing(
    office: ObservedOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> int:
        raise ConnectionRefusedError

    assert at(await measured(office), "zeren_view_lag_positions", "ledger", "tasks") == 0
    monkeypatch.setattr(office.office.services["ledger"].log, "last_position", away)
    found = await measured(office)
    assert at(found, "zeren_database_up", "ledger") == 0
    assert at(found, "zeren_view_lag_positions", "ledger", "tasks") == NOT_TOLD
    assert at(found, "zeren_database_up", "assessment") == 1
    monkeypatch.undo()
    assert at(await measured(office), "zeren_database_up", "ledger") == 1


async def test_what_holds_up_the_event_loop_is_seen() -> None:
    metrics = Metrics()
    watching = asyncio.create_task(metrics.watch_the_loop())
    await asyncio.sleep(0)
    time.sleep(0.4)  # noqa: ASYNC251 — holding it up is what this is about
    async with asyncio.timeout(10):
        while not metrics.registry.get_sample_value("zeren_event_loop_lag_seconds_count"):  # noqa: ASYNC110 — a metric wakes nobody
            await asyncio.sleep(0.01)
    watching.cancel()
    held = metrics.registry.get_sample_value("zeren_event_loop_lag_seconds_sum")
    assert held is not None
    assert held >= 0.1
