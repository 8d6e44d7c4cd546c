"""An organ has its word for its series, and no other organ has the same."""

from __future__ import annotations

from services.notifications.events import OrganCodeSet, OrganCodeTaken
from services.notifications.rules.set_organ_code import SetOrganCode
from shared.domain import PublicText
from tests.notifications.letters import CITY, CODED, ISSUER, SUPERVISION, YUNLING, letters

WORD, OTHER_WORD = PublicText("云督"), PublicText("云委")
TAKEN = OrganCodeTaken(WORD, CITY)


def test_an_organ_gets_its_word() -> None:
    letters.given(*YUNLING).when(SetOrganCode(CITY, WORD), by=ISSUER).then(TAKEN, CODED)


def test_the_same_again_changes_nothing() -> None:
    letters.given(*YUNLING, TAKEN, CODED).when(SetOrganCode(CITY, WORD), by=ISSUER).then()


def test_no_two_organs_number_under_one_word() -> None:
    there = letters.given(*YUNLING, TAKEN, CODED)
    for word in (WORD, PublicText(" 云督 ")):
        there.when(SetOrganCode(SUPERVISION, word), by=ISSUER).then_refused("organ-code-taken", code="云督")


def test_a_word_that_was_given_up_stays_its_organs() -> None:
    moved_on = (TAKEN, CODED, OrganCodeTaken(OTHER_WORD, CITY), OrganCodeSet(CITY, OTHER_WORD))
    there = letters.given(*YUNLING, *moved_on)
    there.when(SetOrganCode(SUPERVISION, WORD), by=ISSUER).then_refused("organ-code-taken", code="云督")
    there.when(SetOrganCode(CITY, WORD), by=ISSUER).then(CODED)


def test_brackets_belong_to_the_year() -> None:
    letters.given(*YUNLING).when(SetOrganCode(CITY, PublicText("云督〔")), by=ISSUER).then_refused("organ-code-invalid")
