"""申请延期: the unit asks for a later time limit, before the present one has passed."""

from dataclasses import replace
from datetime import date

from services.ledger.events import ExtensionAsked, ExtensionRefused
from services.ledger.rules.ask_extension import AskExtension
from shared.domain import PublicText, moment
from tests.ledger.city import COORDINATOR, DREDGING, PLAN, WATER, WATER_HEAD
from tests.ledger.course import SUSPENDED, WORKING, and_then, asked, claimed

ASK = AskExtension(DREDGING, date(2027, 3, 31), PublicText("汛期提前"))
ASKED = ExtensionAsked(DREDGING, WATER, PLAN, 1, date(2027, 3, 31), PublicText("汛期提前"), WATER_HEAD)
REFUSED = ExtensionRefused(DREDGING, WATER, PLAN, 1, PublicText("工期充足"), COORDINATOR)


def test_an_extension_is_asked_with_a_date_and_a_reason() -> None:
    WORKING.when(ASK, by=WATER_HEAD).then(ASKED)


def test_requests_are_counted_also_those_refused() -> None:
    and_then(asked(), REFUSED).when(ASK, by=WATER_HEAD).then(replace(ASKED, extension=2))


def test_it_may_be_asked_on_the_last_day_and_not_on_the_next() -> None:
    WORKING.when(ASK, by=WATER_HEAD, at=moment(2026, 12, 31, 23)).then(ASKED)
    too_late = WORKING.when(ASK, by=WATER_HEAD, at=moment(2027, 1, 1))
    too_late.then_refused("extension-after-expiry", due=date(2026, 12, 31))


def test_one_request_at_a_time() -> None:
    and_then(asked()).when(ASK, by=WATER_HEAD).then_refused("extension-pending")


def test_the_date_asked_for_is_later_than_the_present_one() -> None:
    same = replace(ASK, until=date(2026, 12, 31))
    WORKING.when(same, by=WATER_HEAD).then_refused("extension-not-later", due=date(2026, 12, 31))


def test_a_request_has_a_reason() -> None:
    WORKING.when(replace(ASK, reason=PublicText("")), by=WATER_HEAD).then_refused("reason-missing")


def test_nothing_is_extended_that_is_claimed_or_rests() -> None:
    and_then(claimed()).when(ASK, by=WATER_HEAD).then_refused("task-claimed")
    and_then(SUSPENDED).when(ASK, by=WATER_HEAD).then_refused("task-suspended")
