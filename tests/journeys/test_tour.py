"""The tour of the README, run as a reader would: line by line in a shell, beside a running city, with either feed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.conftest import FEEDS
from tests.support import brokers
from tests.support.pages import show_what_they_say, steps
from tests.support.running import REPOSITORY, start_up


@pytest.mark.parametrize("feed", FEEDS)
def test_the_tour_shows_what_the_readme_says(feed: str, copy_of_city: Callable[[str], Path]) -> None:
    if feed == "kafka":
        brokers.need_a_broker_of_ours()
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    tour = steps(readme[readme.index("## Five minutes") : readme.index("## What is where")])
    up = start_up(copy_of_city(f"tour-{feed}"), ZEREN_FEED=feed).answers()
    try:
        show_what_they_say(tour, up)
    finally:
        up.end()
