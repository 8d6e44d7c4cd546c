"""责令整改: a unit has to put a finding right."""

from dataclasses import replace
from datetime import date

from services.ledger.events import RectificationOrdered
from services.ledger.rules.order_rectification import OrderRectification
from shared.domain import Actor, PersonId, PublicText
from tests.ledger.city import INSPECTOR, WATER, WATER_HEAD
from tests.ledger.course import FINDING, FOUND, INSPECTION, ORDERED, SECOND_INSPECTOR, VERIFIED, and_then
from tests.support.spec import TODAY

ORDER = OrderRectification(FINDING, PublicText("重新检查并建档"), date(2026, 3, 31))


def test_rectification_is_ordered_with_a_time_limit() -> None:
    and_then(*FOUND).when(ORDER, by=INSPECTOR).then(
        RectificationOrdered(
            FINDING,
            INSPECTION,
            WATER,
            "ordinary",
            PublicText("重新检查并建档"),
            TODAY.today,
            date(2026, 3, 31),
            INSPECTOR,
        )
    )


def test_the_time_limit_lies_ahead() -> None:
    given = and_then(*FOUND)
    given.when(replace(ORDER, due=TODAY.today), by=INSPECTOR).then_types(RectificationOrdered)
    given.when(replace(ORDER, due=date(2026, 3, 15)), by=INSPECTOR).then_refused("rectification-due-passed")


def test_it_is_ordered_once() -> None:
    and_then(*ORDERED).when(ORDER, by=INSPECTOR).then_refused("rectification-ordered")
    and_then(*VERIFIED).when(ORDER, by=INSPECTOR).then_refused("rectification-ordered")


def test_the_order_says_what_has_to_be_done() -> None:
    outcome = and_then(*FOUND).when(replace(ORDER, requirement=PublicText("")), by=INSPECTOR)
    outcome.then_refused("text-missing", field="requirement")


def test_not_by_the_unit_itself_nor_by_whom_the_finding_names() -> None:
    and_then(*FOUND).when(ORDER, by=WATER_HEAD).then_refused("own-unit-decided")
    named = Actor("韩溪", SECOND_INSPECTOR.post)
    and_then(*FOUND).when(ORDER, by=named).then_refused("finding-about-oneself")
    for_the_named = replace(SECOND_INSPECTOR, on_behalf=PersonId("韩溪"))
    and_then(*FOUND).when(ORDER, by=for_the_named).then_refused("finding-about-oneself")
