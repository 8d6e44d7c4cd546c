"""不同意延期: a task keeps its time limit."""

from dataclasses import replace

from services.ledger.events import ExtensionRefused
from services.ledger.rules.refuse_extension import RefuseExtension
from shared.domain import PublicText
from tests.ledger.city import COORDINATOR, DREDGING, PLAN, WATER, WATER_DEPUTY
from tests.ledger.course import WORKING, and_then, asked

REFUSE = RefuseExtension(DREDGING, PublicText("工期充足"))


def test_an_extension_is_refused_with_a_reason() -> None:
    and_then(asked()).when(REFUSE, by=COORDINATOR).then(
        ExtensionRefused(DREDGING, WATER, PLAN, 1, PublicText("工期充足"), COORDINATOR)
    )
    and_then(asked()).when(replace(REFUSE, reason=PublicText("")), by=COORDINATOR).then_refused("reason-missing")


def test_whoever_asked_does_not_refuse_and_neither_does_the_unit() -> None:
    and_then(asked(by=COORDINATOR)).when(REFUSE, by=COORDINATOR).then_refused("own-extension")
    and_then(asked()).when(REFUSE, by=WATER_DEPUTY).then_refused("own-unit-decided")


def test_nothing_is_refused_that_nobody_asked_for() -> None:
    WORKING.when(REFUSE, by=COORDINATOR).then_refused("extension-not-asked")
