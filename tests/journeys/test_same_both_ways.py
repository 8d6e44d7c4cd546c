"""Whichever way facts travel, a city ends the same: every fact of every log, every row of every view.

It compares what the other tests of this folder left behind in two cities that began as copies of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from shared.views import View
from shared.views.store import all_views
from tests.journeys.conftest import FEEDS
from tests.support.left_behind import Left, Told, differences, left_behind
from tests.support.running import Up
from zeren import postgres
from zeren.office import SERVICES, open_office

VIEWS = [(service.name, view) for service in SERVICES for view in all_views(service)]
MOST_SHOWN = 10

Both = tuple[Mapping[str, Left], Mapping[str, Left]]


@pytest.fixture(scope="module")
async def both(cities: dict[str, Up]) -> Both:
    """What the two cities left behind, by service: the direct one's and the one's over Kafka. It ends them."""
    if set(cities) != set(FEEDS):
        pytest.skip("in this run no city went both ways: run tests/journeys as a whole, with Kafka")
    direct, kafka = [await _left(cities[feed]) for feed in FEEDS]
    return direct, kafka


async def _left(up: Up) -> Mapping[str, Left]:
    assert up.end() == 0, up.output()
    server = postgres.start(up.home)
    try:
        office = await open_office(server.admin_dsn(), up.home)
        try:
            return {name: await left_behind(running) for name, running in office.services.items()}
        finally:
            await office.stop()
    finally:
        postgres.stop(server)


def same(one: Told, other: Told) -> None:
    found = differences(one, other)
    assert not found, "\n".join([f"{len(found)} differences", *found[:MOST_SHOWN]])


@pytest.mark.parametrize("service", [service.name for service in SERVICES])
def test_the_logs_hold_the_same_facts(both: Both, service: str) -> None:
    direct, kafka = (city[service] for city in both)
    assert direct.facts
    same(direct.facts, kafka.facts)


@pytest.mark.parametrize(("service", "view"), VIEWS, ids=[f"{service}-{view.name}" for service, view in VIEWS])
def test_a_view_shows_the_same_rows(both: Both, service: str, view: View[Any]) -> None:
    direct, kafka = (city[service].views[view.name] for city in both)
    same(direct, kafka)


def test_what_was_received_stands_in_the_order_of_its_feed_and_is_what_its_owner_published(both: Both) -> None:
    assert len(both[0]["ledger"].published) > 3000
    for city in both:
        for left in city.values():
            for source, received in left.received.items():
                assert [number for number, _ in received] == list(range(1, len(received) + 1))
                assert list(received) == list(city[source].published)


def test_one_altered_column_of_one_row_would_be_noticed(both: Both) -> None:
    direct, kafka = (city["assessment"].views["standing"] for city in both)
    key = next(iter(kafka))
    for name, value in kafka[key].items():
        altered = {**kafka, key: {**kafka[key], name: f"not {value}"}}
        assert len(differences(direct, altered)) == len(differences(direct, kafka)) + 1
    assert differences(direct, {k: row for k, row in kafka.items() if k != key})
