"""A report that was handed up leaves for one reader."""

from __future__ import annotations

from datetime import date

import pytest

from services.intake.events import HandedUpConfirmed, HandedUpExported
from services.intake.rules.export_handed_up import ExportHandedUp
from shared.domain import PublicText
from tests.intake.county import CLERK_ACTOR, intake
from tests.intake.rules.facts import COMPLAINT, UP, WENT_UP

KEY, OTHER_KEY = "CQ" + "A" * 41, "B" * 42 + "A"
EXPORT = ExportHandedUp(UP, KEY)
EXPORTED = HandedUpExported(COMPLAINT, KEY, date(2026, 3, 16))


def test_it_is_fixed_for_whom_it_is_sealed() -> None:
    intake.given(WENT_UP).when(EXPORT, by=CLERK_ACTOR).then(EXPORTED)


def test_the_same_reader_again_is_no_second_export() -> None:
    intake.given(WENT_UP, EXPORTED).when(EXPORT, by=CLERK_ACTOR).then()


def test_a_second_reader_is_refused() -> None:
    other = ExportHandedUp(UP, OTHER_KEY)
    intake.given(WENT_UP, EXPORTED).when(other, by=CLERK_ACTOR).then_refused("handed-up-exported")


@pytest.mark.parametrize("key", ["", "AAAA", "钥匙", "A" * 44 + "!", "A" * 43])
def test_what_is_no_key_seals_nothing(key: str) -> None:
    intake.given(WENT_UP).when(ExportHandedUp(UP, key), by=CLERK_ACTOR).then_refused("recipient-key-invalid")


def test_what_has_arrived_leaves_no_more() -> None:
    arrived = HandedUpConfirmed(COMPLAINT, PublicText("市信访局收件回执〔2026〕3号"), date(2026, 3, 10))
    intake.given(WENT_UP, EXPORTED, arrived).when(EXPORT, by=CLERK_ACTOR).then_refused("handed-up-confirmed")
