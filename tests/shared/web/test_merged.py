"""Several processes told as one page of metrics."""

from __future__ import annotations

from prometheus_client import generate_latest

from shared.telemetry import Metrics
from shared.web.merged import merged


def _page(lag: int, requests: int) -> bytes:
    metrics = Metrics()
    metrics.view_lag_positions.labels("assessment", "scores").set(lag)
    for _ in range(requests):
        metrics.request("GET", "/api/assessment/scores", 200, 0.002)
    return generate_latest(metrics.registry)


def _lines(page: bytes, *beginnings: str) -> list[str]:
    return [line for line in page.decode().splitlines() if line.startswith(beginnings)]


def test_every_line_says_of_which_process_it_is_and_one_that_is_missing_is_named() -> None:
    page = merged({"front": _page(0, 1), "assessment-workers": _page(3, 0)}, ["assessment-workers", "relay"])

    assert _lines(page, "zeren_view_lag_positions{") == [
        'zeren_view_lag_positions{log="assessment",process="front",view="scores"} 0.0',
        'zeren_view_lag_positions{log="assessment",process="assessment-workers",view="scores"} 3.0',
    ]
    assert _lines(page, "zeren_process_up{") == [
        'zeren_process_up{process="front"} 1.0',
        'zeren_process_up{process="assessment-workers"} 1.0',
        'zeren_process_up{process="relay"} 0.0',
    ]


def test_counters_and_histograms_stay_what_they_are() -> None:
    page = merged({"front": _page(0, 2), "ledger": _page(0, 5)})

    assert _lines(page, "# TYPE zeren_http_requests_total") == ["# TYPE zeren_http_requests_total counter"]
    assert _lines(page, "zeren_http_requests_total{") == [
        'zeren_http_requests_total{method="GET",process="front",route="/api/assessment/scores",status="200"} 2.0',
        'zeren_http_requests_total{method="GET",process="ledger",route="/api/assessment/scores",status="200"} 5.0',
    ]
    assert 'zeren_http_request_seconds_bucket{le="+Inf",process="ledger",route="/api/assessment/scores"} 5.0' in _lines(
        page, "zeren_http_request_seconds_bucket"
    )
