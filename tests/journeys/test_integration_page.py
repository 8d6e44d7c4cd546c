"""The page for portals, run as an engineer would: a portal is registered, lodges, follows, is pushed to, and is revoked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.support.pages import show_what_they_say, steps
from tests.support.running import REPOSITORY, free_port, start_up


def test_a_portal_is_integrated_as_the_page_says(copy_of_city: Callable[[str], Path]) -> None:
    page = steps((REPOSITORY / "docs" / "integration.md").read_text(encoding="utf-8"))
    up = start_up(copy_of_city("integration"), ZEREN_WEBHOOKS_TO_LOOPBACK="1").answers()
    try:
        show_what_they_say(page, up, HOOK_PORT=str(free_port()))
    finally:
        assert up.end() == 0, up.output()
