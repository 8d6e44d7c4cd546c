"""Who reported is opened by the privacy officer alone, and every opening is a fact with a reason."""

from __future__ import annotations

from datetime import date

from services.intake.events import DisclosureId, DisclosureReasoned, ReporterIdentityDisclosed
from services.intake.rules.disclose_identity import DiscloseIdentity
from shared.domain import Actor, PersonalText
from tests.intake.county import CHIEF, CHIEF_POST, DIRECTORY, PRIVACY_ACTOR, intake
from tests.intake.rules.facts import COMPLAINT, LODGED, NAMED, WRITTEN

REASON = PersonalText("举报人遭打击报复，需核实身份予以保护")
DISCLOSURE = DisclosureId("公开-1")
DISCLOSE = DiscloseIdentity(DISCLOSURE, COMPLAINT, REASON)
REPORTED = (*DIRECTORY, LODGED, WRITTEN, NAMED)


def test_an_opening_names_who_opened_and_keeps_the_reason_apart() -> None:
    intake.given(*REPORTED).when(DISCLOSE, by=PRIVACY_ACTOR, asked=False).then(
        ReporterIdentityDisclosed(DISCLOSURE, COMPLAINT, date(2026, 3, 16), PRIVACY_ACTOR),
        DisclosureReasoned(DISCLOSURE, REASON),
    )


def test_an_opening_has_a_reason() -> None:
    unreasoned = DiscloseIdentity(DISCLOSURE, COMPLAINT, PersonalText(" "))
    intake.given(*REPORTED).when(unreasoned, by=PRIVACY_ACTOR, asked=False).then_refused("text-missing", field="reason")


def test_nobody_is_opened_where_nobody_is_named() -> None:
    anonymous = (*DIRECTORY, LODGED, WRITTEN)
    intake.given(*anonymous).when(DISCLOSE, by=PRIVACY_ACTOR, asked=False).then_refused("complaint-anonymous")
    intake.given(*DIRECTORY).when(DISCLOSE, by=PRIVACY_ACTOR, asked=False).then_refused("complaint-unknown")


def test_what_is_erased_stays_so() -> None:
    intake.given(*REPORTED).when(DISCLOSE, by=PRIVACY_ACTOR, asked=True).then_refused("identity-erased")


def test_nobody_of_the_unit_complained_of_opens_its_reporter() -> None:
    chief = Actor(CHIEF, CHIEF_POST)
    intake.given(*REPORTED).when(DISCLOSE, by=chief, asked=False).then_refused("recused")
