"""批准延期: a task gets a later time limit."""

from dataclasses import replace
from datetime import date

from services.ledger.events import ExtensionAsked, ExtensionGranted
from services.ledger.rules.grant_extension import GrantExtension
from shared.domain import PublicText, moment
from tests.ledger.city import COORDINATOR, DREDGING, PLAN, RIVERS, RIVERS_HEAD, WATER, WATER_DEPUTY, WATER_HEAD
from tests.ledger.course import FIRST, SPLIT, WORKING, and_then, asked

GRANT = GrantExtension(DREDGING, PublicText("情况属实"))
GRANTED = ExtensionGranted(
    task=DREDGING,
    unit=WATER,
    plan=PLAN,
    revision=2,
    extension=1,
    was_due=date(2026, 12, 31),
    due=date(2027, 3, 31),
    reason=PublicText("情况属实"),
    by=COORDINATOR,
)


def test_an_extension_is_granted_as_asked() -> None:
    and_then(asked()).when(GRANT, by=COORDINATOR).then(GRANTED)


def test_or_for_a_shorter_time_but_not_a_longer_one() -> None:
    shorter = replace(GRANT, due=date(2027, 1, 31))
    and_then(asked()).when(shorter, by=COORDINATOR).then(replace(GRANTED, due=date(2027, 1, 31)))
    longer = replace(GRANT, due=date(2027, 4, 1))
    and_then(asked()).when(longer, by=COORDINATOR).then_refused("extension-beyond-asked", until=date(2027, 3, 31))
    earlier = replace(GRANT, due=date(2026, 12, 31))
    and_then(asked()).when(earlier, by=COORDINATOR).then_refused("extension-not-later", due=date(2026, 12, 31))


def test_a_request_made_in_time_may_be_granted_after_the_limit_has_passed() -> None:
    and_then(asked()).when(GRANT, by=COORDINATOR, at=moment(2027, 1, 8)).then(GRANTED)


def test_whoever_asked_does_not_grant_and_neither_does_the_unit() -> None:
    and_then(asked(by=COORDINATOR)).when(GRANT, by=COORDINATOR).then_refused("own-extension")
    and_then(asked()).when(GRANT, by=WATER_HEAD).then_refused("own-extension")
    and_then(asked()).when(GRANT, by=WATER_DEPUTY).then_refused("own-unit-decided")


def test_a_task_does_not_outlast_its_plan() -> None:
    given = and_then(asked(until=date(2029, 1, 1)))
    given.when(GRANT, by=COORDINATOR).then_refused("task-outlasts-plan", to_year=2028)


def test_a_part_does_not_outlast_its_whole() -> None:
    ask = ExtensionAsked(FIRST, RIVERS, PLAN, 1, date(2027, 1, 1), PublicText("汛期提前"), RIVERS_HEAD)
    given = and_then(*SPLIT, ask)
    outcome = given.when(GrantExtension(FIRST, PublicText("情况属实")), by=COORDINATOR)
    outcome.then_refused("split-part-outlasts-task", part="清淤", limit=date(2026, 12, 31))
    within = GrantExtension(FIRST, PublicText("情况属实"), date(2026, 12, 31))
    given.when(within, by=COORDINATOR).then_types(ExtensionGranted)


def test_nothing_is_granted_that_nobody_asked_for_or_without_a_reason() -> None:
    WORKING.when(GRANT, by=COORDINATOR).then_refused("extension-not-asked")
    and_then(asked()).when(replace(GRANT, reason=PublicText("")), by=COORDINATOR).then_refused("reason-missing")
