"""Several processes told as one: their readiness and their metrics, gathered by the process in front of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

import aiohttp
import orjson
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from shared.telemetry import Metrics
from shared.web.proxy import fetched

_ASK_SECONDS = 5.0
UP = "zeren_process_up"
"""The metric that is 1 for every process that answered, 0 for one that did not."""


async def problems_of(session: aiohttp.ClientSession, processes: Mapping[str, str]) -> Sequence[str]:
    """Why the processes (base URLs by name) are not ready; one that does not answer is named."""
    answers = await asyncio.gather(*(fetched(session, f"{base}/readyz", _ASK_SECONDS) for base in processes.values()))
    found: list[str] = []
    for name, answer in zip(processes, answers, strict=True):
        if answer is None:
            found.append(f"{name}: does not answer")
        elif answer[0] != 200:
            found += _told(answer[1]) or [f"{name}: answers {answer[0]}"]
    return list(dict.fromkeys(found))  # the parts of one service may say the same


def _told(body: bytes) -> list[str]:
    try:
        return [str(problem) for problem in orjson.loads(body)["problems"]]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return []


def scrape_of(
    session: aiohttp.ClientSession, processes: Mapping[str, str], own: tuple[str, Metrics]
) -> Callable[[Request], Awaitable[Response]]:
    """What answers `/metrics`: those of all processes and our own (name and metrics), each with a label `process`."""

    async def scrape(request: Request) -> Response:
        answers = await asyncio.gather(
            *(fetched(session, f"{base}/metrics", _ASK_SECONDS) for base in processes.values())
        )
        pages = {own[0]: generate_latest(own[1].registry)}
        for name, answer in zip(processes, answers, strict=True):
            if answer is not None and answer[0] == 200:
                pages[name] = answer[1]
        return Response(merged(pages, processes), headers={"content-type": CONTENT_TYPE_LATEST})

    return scrape


def merged(pages: Mapping[str, bytes], expected: Iterable[str] = ()) -> bytes:
    """Pages of metrics by process as one page. Of the `expected` ones it says which are missing."""
    families: dict[str, Metric] = {}
    up = GaugeMetricFamily(UP, "1 while the process answers.", labels=["process"])
    for process in dict.fromkeys((*pages, *expected)):
        up.add_metric([process], int(process in pages))
    for process, page in pages.items():
        for family in text_string_to_metric_families(page.decode()):
            one = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            for sample in family.samples:
                one.add_sample(sample.name, {"process": process, **sample.labels}, sample.value, sample.timestamp)
    registry = CollectorRegistry()
    registry.register(_Given([up, *families.values()]))
    return generate_latest(registry)


class _Given(Collector):
    """Metrics that are there already."""

    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Sequence[Metric]:
        return self._families
