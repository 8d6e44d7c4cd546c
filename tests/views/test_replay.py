"""Replay = live: every view of every service, folded again from its log in batches of any size, is what it is.

The views are those that the services declare and those of the kernel; a new one is compared without being named here.
"""

from __future__ import annotations

from typing import Any

import pytest

from shared.views import View
from shared.views.store import all_views
from tests.support.replay import BATCH_SIZES, Dump, dump, replay
from tests.support.two_divisions import TwoDivisions, settle
from zeren.office import SERVICES

VIEWS = [(service.name, view) for service in SERVICES for view in all_views(service)]


@pytest.fixture(scope="module")
async def live(world: TwoDivisions) -> dict[str, Dump]:
    """Every row of every view, once everything that was recorded has had its effect."""
    await settle(world.office)
    return {service.name: await dump(world.service(service.name).log, *all_views(service)) for service in SERVICES}


@pytest.fixture(scope="module", params=BATCH_SIZES, ids=lambda batch: f"batches-of-{batch or 'all'}")
async def replayed(request: pytest.FixtureRequest, world: TwoDivisions, live: dict[str, Dump]) -> dict[str, Dump]:
    """The same, folded again from the beginning with an empty memory between two batches."""
    return {service.name: await replay(service, world.service(service.name).log, request.param) for service in SERVICES}


@pytest.mark.parametrize(("service", "view"), VIEWS, ids=[f"{service}-{view.name}" for service, view in VIEWS])
async def test_a_view_is_what_its_log_says(
    service: str, view: View[Any], live: dict[str, Dump], replayed: dict[str, Dump]
) -> None:
    assert replayed[service][view.name] == live[service][view.name]


@pytest.mark.parametrize(("service", "view"), VIEWS, ids=[f"{service}-{view.name}" for service, view in VIEWS])
async def test_a_view_has_rows_in_the_two_counties(service: str, view: View[Any], live: dict[str, Dump]) -> None:
    """Otherwise its replay would be compared with nothing: give the two counties what it shows."""
    assert live[service][view.name]
