"""A collector of traces on loopback: takes what OTLP over HTTP brings and keeps it, decoded and as it came."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.support.running import until


@dataclass(frozen=True, slots=True)
class Told:
    """One span as it arrived. `process` are the attributes of the process that it is of."""

    name: str
    trace: str
    span: str
    parent: str
    links: tuple[str, ...]
    """The traces of what it is linked to."""
    kind: int
    failed: bool
    attributes: dict[str, Any]
    process: dict[str, Any]


@dataclass(slots=True)
class Collector:
    endpoint: str
    raw: list[bytes] = field(default_factory=list)

    def spans(self) -> list[Told]:
        """Everything that has arrived, in the order in which it did."""
        return [span for body in list(self.raw) for span in _spans(body)]

    def trace(self, trace: str) -> dict[str, Told]:
        """The spans of one trace by name; of several alike the last."""
        return {span.name: span for span in self.spans() if span.trace == trace}

    def waits_until(self, count: int) -> list[Told]:
        """Everything, once there are so many spans."""
        until(lambda: len(self.spans()) >= count, f"{count} spans", 30)
        return self.spans()

    def waits_for(self, trace: str, *names: str) -> dict[str, Told]:
        """The spans of a trace, once these are among them."""
        until(lambda: set(names) <= set(self.trace(trace)), f"spans {names}, there are {sorted(self.trace(trace))}", 30)
        return self.trace(trace)


@contextlib.contextmanager
def collector() -> Iterator[Collector]:
    kept = Collector("")

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.raw.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    kept.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def asked_for(kept: Collector) -> Iterator[None]:
    """The environment asks for traces to be sent to this collector, soon after each span's end."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        del os.environ[name]
    os.environ |= {"OTEL_EXPORTER_OTLP_ENDPOINT": kept.endpoint, "OTEL_BSP_SCHEDULE_DELAY": "50"}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _spans(body: bytes) -> Iterator[Told]:
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        process = _attributes(resource.resource.attributes)
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield Told(
                    span.name,
                    span.trace_id.hex(),
                    span.span_id.hex(),
                    span.parent_span_id.hex(),
                    tuple(link.trace_id.hex() for link in span.links),
                    span.kind,
                    span.status.code == span.status.STATUS_CODE_ERROR,
                    _attributes(span.attributes),
                    process,
                )


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: Any) -> Any:
    which = value.WhichOneof("value")
    if which == "array_value":
        return [_value(item) for item in value.array_value.values]
    return getattr(value, which) if which else None
