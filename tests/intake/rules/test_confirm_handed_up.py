"""Once the upper body has the report, what was kept of it here is erased."""

from __future__ import annotations

from datetime import date

from services.intake.events import HandedUpConfirmed, HandedUpExported
from services.intake.rules.confirm_handed_up import ConfirmHandedUp
from shared.domain import PersonalText, PublicText
from shared.facts import PersonalDataErased
from tests.intake.county import CLERK_ACTOR, intake
from tests.intake.rules.facts import COMPLAINT, REPORTER, UP, WENT_UP

DOCUMENT = PublicText("市信访局收件回执〔2026〕3号")
CONFIRM = ConfirmHandedUp(UP, DOCUMENT)
EXPORTED = HandedUpExported(COMPLAINT, "A" * 43, date(2026, 3, 10))
CONFIRMED = HandedUpConfirmed(COMPLAINT, DOCUMENT, date(2026, 3, 16))
CONTENT = PersonalDataErased(f"stream/complaint/{COMPLAINT}", PersonalText(DOCUMENT))
IDENTITY = PersonalDataErased(f"person/{REPORTER}", PersonalText(DOCUMENT))


def test_words_and_reporter_are_erased() -> None:
    intake.given(WENT_UP, EXPORTED).when(CONFIRM, by=CLERK_ACTOR, asked=REPORTER).then(CONFIRMED, CONTENT, IDENTITY)


def test_an_anonymous_report_has_its_words_erased() -> None:
    intake.given(WENT_UP, EXPORTED).when(CONFIRM, by=CLERK_ACTOR, asked=None).then(CONFIRMED, CONTENT)


def test_what_never_left_has_not_arrived() -> None:
    intake.given(WENT_UP).when(CONFIRM, by=CLERK_ACTOR, asked=None).then_refused("handed-up-not-exported")


def test_a_confirmation_is_a_paper_that_can_be_found() -> None:
    blank = ConfirmHandedUp(UP, PublicText(" "))
    intake.given(WENT_UP, EXPORTED).when(blank, by=CLERK_ACTOR, asked=None).then_refused(
        "text-missing", field="document"
    )


def test_it_arrives_once() -> None:
    intake.given(WENT_UP, EXPORTED, CONFIRMED).when(CONFIRM, by=CLERK_ACTOR, asked=None).then_refused(
        "handed-up-confirmed"
    )
