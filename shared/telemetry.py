"""What the system tells about itself: structured log lines and Prometheus metrics, never with personal data.

A log line names people by nothing at all. Of an exception it holds the kind and the places in the code: the words of
its message that are the program's own stand there too, and the others may be somebody's name or opinion.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any, Literal, TextIO

import orjson
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from shared import tracing

_MAYBE_PERSONAL = re.compile(r"[\u2e80-\ua4cf\uf900-\ufaff\U00020000-\U0003ffff]+|\d{7,}|\S+@\S+|'[^']{40,}'")
_REPEATED = re.compile(r"(?s)\bexception=.*")  # asyncio writes out the exception of a task that nobody awaited
_TEXT_LONGEST = 500
_OURS = ("shared.", "services.", "zeren.", "gateway.")

Line = MutableMapping[str, Any]

_LOOP_SECONDS = 0.25


def scrubbed(text: str) -> str:
    """The text of a library without Chinese words, long numbers, addresses, long quotations and written-out exceptions."""
    return _MAYBE_PERSONAL.sub("█", _REPEATED.sub("exception=█", text))[:_TEXT_LONGEST]


def _with_exception(logger: Any, method: str, line: Line) -> Line:
    """Replaces `exc_info` by kind and places: a formatted traceback could repeat what was sent."""
    sent = line.pop("exc_info", None)
    if sent is True:
        sent = sys.exc_info()
    error = sent[1] if isinstance(sent, tuple) else sent
    if isinstance(error, BaseException):
        line["error"] = type(error).__name__
        if isinstance(state := getattr(error, "sqlstate", None), str):
            line["sqlstate"] = state
        line["at"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        if error.__cause__ is not None:
            line["cause"] = type(error.__cause__).__name__
    return line


def _of_libraries(logger: Any, method: str, line: Line) -> Line:
    """What a library says in its own words is scrubbed: nobody has promised that it repeats nothing."""
    if not str(line.get("logger", "")).startswith(_OURS):
        line["event"] = scrubbed(str(line["event"]))
    return line


def _with_trace(logger: Any, method: str, line: Line) -> Line:
    """Where the line belongs while this process is traced, so that it is found from the trace and the trace from it."""
    if (here := tracing.current()) is not None:
        _, line["trace_id"], line["span_id"], _ = here.split("-")
    return line


def configure_logging(
    form: Literal["json", "console"], *, level: int = logging.INFO, stream: TextIO | None = None
) -> None:
    """Send every line of structlog and of the standard library to `stream` (standard error), one form for all."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_trace,
        _with_exception,
        _of_libraries,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # The server's own access lines carry addresses and query strings; ours replace them.
    logging.getLogger("uvicorn.access").disabled = True
    # Writes dozens of lines a second while a broker is away; relays and feeds say that in one line of their own.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    _access.logger = _access_logger(form, stream or sys.stderr)


def _access_logger(form: Literal["json", "console"], stream: TextIO) -> Any:
    """One line for each request is the busiest logger by far: its lines skip the standard library (5 times faster)."""
    renderer: Any = (
        structlog.processors.JSONRenderer(serializer=lambda line, **_: orjson.dumps(line).decode())
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return structlog.wrap_logger(
        structlog.WriteLogger(stream),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _with_trace,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    ).bind(logger="zeren.http")


class _Access:
    logger: Any = None


_access = _Access()


def log_request(method: str, route: str, status: int, seconds: float) -> None:
    """One line about an answered request: its route template, no query, no address. Nothing before `configure_logging`."""
    if _access.logger is not None:
        _access.logger.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 2))


class Metrics:
    """Every metric of one process, in a registry of its own. Names and labels hold no personal data.

    Labels are names that the program or the installation gives (log, view, feed, action, route template), so that there
    are as many series as there are of those, whatever is sent. What each means stands in `docs/telemetry.md`.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        r = self.registry
        ProcessCollector(registry=r)

        self.database_up = Gauge(
            "zeren_database_up", "1 while the log's database answered when last asked.", ["log"], registry=r
        )
        self.appends = Counter("zeren_appends", "Facts appended by this process.", ["log"], registry=r)
        self.append_batch = Histogram(
            "zeren_append_batch_size",
            "Facts written by one statement.",
            ["log"],
            buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512),
            registry=r,
        )
        self.append_queue = Gauge("zeren_append_queue", "Appends that wait to be written.", ["log"], registry=r)
        self.log_head = Gauge("zeren_log_head", "The last position of the log.", ["log"], registry=r)

        self.view_lag_positions = Gauge(
            "zeren_view_lag_positions",
            "Positions between a view and the head of the log as the database has it.",
            ["log", "view"],
            registry=r,
        )
        self.view_lag_seconds = Gauge(
            "zeren_view_lag_seconds", "Age of the oldest fact that a view has not folded.", ["log", "view"], registry=r
        )
        self.view_stopped = Gauge("zeren_view_stopped", "1 while a view goes no further.", ["log", "view"], registry=r)
        self.parked_keys = Gauge("zeren_parked_keys", "Keys whose folding failed.", ["log", "view"], registry=r)

        self.feed_gap = Gauge(
            "zeren_feed_gap", "1 while facts are missing between two of a feed.", ["log", "source"], registry=r
        )
        self.feed_stopped = Gauge("zeren_feed_stopped", "1 while a feed is refused.", ["log", "source"], registry=r)
        self.feed_lag = Gauge(
            "zeren_feed_lag", "Published facts of a source not received yet.", ["log", "source"], registry=r
        )

        self.feed_heartbeat_age = Gauge(
            "zeren_feed_heartbeat_age_seconds",
            "Age of the owner's latest word of where its log ends.",
            ["log", "source"],
            registry=r,
        )
        self.feed_received = Counter(
            "zeren_feed_received", "Facts of a source that this process appended.", ["log", "source"], registry=r
        )
        self.feed_arrived = Counter(
            "zeren_feed_arrived",
            "Facts of a source that came by Kafka, or were pulled from their owner.",
            ["log", "source", "road"],
            registry=r,
        )
        self.relay_lag = Gauge("zeren_relay_lag", "Published facts of a log not yet in Kafka.", ["log"], registry=r)
        self.relay_published = Counter(
            "zeren_relay_published", "Facts that this process sent to Kafka.", ["log"], registry=r
        )
        self.relay_failing = Gauge("zeren_relay_failing", "1 while a relay pauses.", ["log"], registry=r)

        self.commands_pending = Gauge(
            "zeren_commands_pending", "Commands of watches and reactions not yet handled.", ["log"], registry=r
        )
        self.commands_pending_seconds = Gauge(
            "zeren_commands_pending_seconds", "Age of the fact behind the oldest of them.", ["log"], registry=r
        )
        self.commands_failing = Gauge(
            "zeren_commands_failing", "Those of them that failed before and are tried again.", ["log"], registry=r
        )
        self.commands_refused = Counter(
            "zeren_commands_refused", "Commands of the system that a rule refused for good.", ["log"], registry=r
        )
        self.deadlines_due = Gauge(
            "zeren_deadlines_due", "Commands of deadlines that are due and not yet handled.", ["log"], registry=r
        )
        self.deadlines_failing = Gauge(
            "zeren_deadlines_failing", "Commands of deadlines that failed and are tried again.", ["log"], registry=r
        )

        self.outbound_open = Gauge(
            "zeren_outbound_open",
            "What is to be sent to the outside and was not taken yet.",
            ["log", "kind"],
            registry=r,
        )
        self.outbound_retried = Gauge(
            "zeren_outbound_retried", "What of it was tried in vain and is tried again.", ["log", "kind"], registry=r
        )

        self.pool_connections = Gauge(
            "zeren_pool_connections", "Connections to PostgreSQL.", ["log", "pool", "state"], registry=r
        )
        self.pool_limit = Gauge(
            "zeren_pool_limit", "Connections that a pool may open at most.", ["log", "pool"], registry=r
        )
        self.loop_lag = Histogram(
            "zeren_event_loop_lag_seconds",
            "How much later than it was due something that waited for its time had its turn.",
            buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
            registry=r,
        )

        self.http_requests = Counter(
            "zeren_http_requests", "Requests by route template.", ["method", "route", "status"], registry=r
        )
        self.http_seconds = Histogram(
            "zeren_http_request_seconds",
            "Time to the end of the answer.",
            ["route"],
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
            registry=r,
        )

        self.requests_at_work = Gauge("zeren_requests_at_work", "Requests that are worked on.", registry=r)
        self.requests_waiting = Gauge("zeren_requests_waiting", "Requests that wait for a place.", registry=r)
        self.requests_refused = Counter(
            "zeren_requests_refused", "Requests that found no place, or took too long.", ["reason"], registry=r
        )

        self._totals: dict[tuple[Counter, tuple[str, ...]], int] = {}
        self._of_the_database = (
            self.log_head,
            self.view_lag_positions,
            self.view_lag_seconds,
            self.view_stopped,
            self.parked_keys,
            self.feed_gap,
            self.feed_stopped,
            self.feed_lag,
            self.feed_heartbeat_age,
            self.commands_pending,
            self.commands_pending_seconds,
            self.commands_failing,
            self.deadlines_due,
            self.outbound_open,
            self.outbound_retried,
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        self.http_requests.labels(method, route, str(status)).inc()
        self.http_seconds.labels(route).observe(seconds)

    def total(self, counter: Counter, labels: tuple[str, ...], total: int) -> None:
        """Bring a counter to what somebody else has counted since this process began."""
        known = self._totals.get((counter, labels), 0)
        counter.labels(*labels).inc(total - known if total >= known else total)  # less: it was begun anew
        self._totals[counter, labels] = total

    def unknown(self, log: str) -> None:
        """The log's database does not answer: what only it knows is not told, rather than told as it was."""
        self.database_up.labels(log).set(0)
        for gauge in self._of_the_database:
            gauge.remove_by_labels({"log": log})

    async def watch_the_loop(self) -> None:
        """Measure the event loop until cancelled: whatever holds it up, holds up every request."""
        while True:
            due = time.perf_counter() + _LOOP_SECONDS
            await asyncio.sleep(_LOOP_SECONDS)
            self.loop_lag.observe(max(0.0, time.perf_counter() - due))
