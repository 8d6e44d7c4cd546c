"""Traces by OpenTelemetry: from a request over log and feed to the view that changed, also in another process.

Off unless the environment asks for it by the standard's own variables; then `span` gives one object that does nothing.
A span tells what was done, how long it took and how it ended: names of routes, actions, logs, views, and codes. Never
what was sent, by whom or from where, and of an exception its class alone. See `docs/telemetry.md`.

What travels is the context of the span that wrote a row, in the row's own `traceparent`.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Literal, Protocol, Self
from uuid import uuid4

from opentelemetry import context as contexts
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace import Span as Recording

from shared.domain import Refusal, Refused

EXPORTER_UNKNOWN = Refusal(
    "tracing-exporter-unknown",
    "{variable}={value} 不受支持，可选：{offered}。",
    "{variable}={value} is not offered; there are: {offered}.",
)

Kind = Literal["internal", "server", "producer", "consumer"]
Value = str | int | bool | Sequence[str]

_KINDS: Mapping[Kind, SpanKind] = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "producer": SpanKind.PRODUCER,
    "consumer": SpanKind.CONSUMER,
}
_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})\Z")
_ASKING = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_TRACES_EXPORTER")
_LAST_WORDS_SECONDS = 2.0
"""How long the end of a process waits for spans to be sent; a collector that is away must not hold it up."""


class TracingRefused(Exception):
    """The environment asks for a way of exporting that there is not."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.sentence("en"))
        self.code = refused.code
        self.zh = refused.sentence("zh")
        self.en = refused.sentence("en")


class Span(Protocol):
    """A span that is open while its `with` block runs. An exception that leaves the block makes it a failed one."""

    def set(self, name: str, value: Value) -> None: ...

    def rename(self, name: str) -> None: ...

    def failed(self, why: str) -> None:
        """It did not do what it was for; `why` is a class or a code, never a sentence."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class _Off:
    """No span."""

    __slots__ = ()

    def set(self, name: str, value: Value) -> None:
        return

    def rename(self, name: str) -> None:
        return

    def failed(self, why: str) -> None:
        return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return


class _Open:
    __slots__ = ("_span", "_token")

    def __init__(self, span: Recording) -> None:
        self._span = span
        self._token: Any = None

    def set(self, name: str, value: Value) -> None:
        self._span.set_attribute(name, value)

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def failed(self, why: str) -> None:
        self._span.set_attribute("error.type", why)
        self._span.set_status(Status(StatusCode.ERROR))

    def __enter__(self) -> Self:
        self._token = contexts.attach(set_span_in_context(self._span))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.failed(kind.__name__)
        contexts.detach(self._token)
        self._span.end()


OFF: Span = _Off()


class _Tracing:
    tracer: Tracer | None = None


_tracing = _Tracing()


def is_on() -> bool:
    return _tracing.tracer is not None


def span(
    name: str, attributes: Mapping[str, Value] | None = None, *, kind: Kind = "internal", parent: str | None = None
) -> Span:
    """A span below the one that is open here; where none is, below `parent`, a `traceparent` that somebody sent."""
    tracer = _tracing.tracer
    if tracer is None:
        return OFF
    above = None
    if parent is not None and not get_current_span().get_span_context().is_valid:
        above = _context_of(parent)
    return _Open(tracer.start_span(name, above, _KINDS[kind], attributes))


def span_of_facts(
    name: str,
    made_by: Iterable[str | None],
    attributes: Mapping[str, Value] | None = None,
    *,
    kind: Kind = "internal",
) -> Span:
    """A span about facts, given the `traceparent` of each: below the first that is being traced, linked to the others.

    So a single fact continues its own trace, and no fact's trace is lost among those that were taken with it. Facts
    that nobody traces make no span at all.
    """
    tracer = _tracing.tracer
    if tracer is None:
        return OFF
    sampled = [context for sent in dict.fromkeys(made_by) if (context := _read(sent)) and context.trace_flags.sampled]
    if not sampled:
        return OFF
    above = set_span_in_context(NonRecordingSpan(sampled[0]), contexts.Context())
    links = [Link(context) for context in sampled[1:]]
    return _Open(tracer.start_span(name, above, _KINDS[kind], attributes, links))


def current() -> str | None:
    """The span that is open here, as a `traceparent`; None where there is none, and while tracing is off."""
    if _tracing.tracer is None:
        return None
    context = get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def _read(traceparent: str | None) -> SpanContext | None:
    match = _TRACEPARENT.match(traceparent) if traceparent is not None else None
    if match is None:
        return None
    return SpanContext(int(match[1], 16), int(match[2], 16), is_remote=True, trace_flags=TraceFlags(int(match[3], 16)))


def _context_of(traceparent: str) -> contexts.Context | None:
    context = _read(traceparent)
    return set_span_in_context(NonRecordingSpan(context), contexts.Context()) if context else None


# --- on and off --------------------------------------------------------------------------------------------------


def is_asked_for() -> bool:
    """Whether the environment asks for traces. TracingRefused for a way of exporting that there is not."""
    if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    _offered("OTEL_TRACES_EXPORTER", ("otlp", "none"))
    if os.environ.get("OTEL_TRACES_EXPORTER", "").strip() == "none" or not any(map(os.environ.get, _ASKING)):
        return False
    for variable in ("OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"):
        _offered(variable, ("http/protobuf",))
    return True


def _offered(variable: str, offered: Sequence[str]) -> None:
    value = os.environ.get(variable, "").strip()
    if value and value not in offered:
        raise TracingRefused(EXPORTER_UNKNOWN.of(variable=variable, value=value, offered=", ".join(offered)))


@contextlib.contextmanager
def traced(service: str) -> Iterator[None]:
    """Send this process's spans, if the environment asks for it, while the block runs.

    `service` becomes `service.name` unless OTEL_SERVICE_NAME says otherwise. Everything else is the standard's:
    OTEL_EXPORTER_OTLP_* where to, OTEL_TRACES_SAMPLER which, OTEL_RESOURCE_ATTRIBUTES what else is told of the process,
    OTEL_BSP_* how they are gathered.
    """
    if not is_asked_for():
        yield
        return
    # A tenth of a second that only those spend who trace.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import OTELResourceDetector, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    ours = Resource.create({"service.name": service, "service.instance.id": str(uuid4())})
    provider = TracerProvider(resource=ours.merge(OTELResourceDetector().detect()), shutdown_on_exit=False)
    exporter = OTLPSpanExporter()
    provider.add_span_processor(BatchSpanProcessor(exporter))
    _tracing.tracer = provider.get_tracer("zeren")
    try:
        yield
    finally:
        _tracing.tracer = None
        ending = threading.Thread(target=provider.shutdown, name="last spans", daemon=True)
        ending.start()
        ending.join(_LAST_WORDS_SECONDS)
        if ending.is_alive():
            # It would try again for as long as the standard lets it.
            exporter.shutdown()  # type: ignore[no-untyped-call]
            ending.join(_LAST_WORDS_SECONDS)
