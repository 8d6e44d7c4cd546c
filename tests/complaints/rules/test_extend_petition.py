"""A matter of redress may have thirty days more, once, and the reporter is told."""

from __future__ import annotations

from dataclasses import replace

from services.complaints import events as e
from services.complaints.rules.extend_petition import ExtendPetition
from shared.domain import PersonalText, PublicText
from tests.complaints.city import (
    ACCEPTED_PETITION,
    DISCIPLINE,
    HANDLER,
    REPORT,
    SUPERVISOR,
    TODAY,
    complaints,
    of_class,
)

EXTEND = ExtendPetition(REPORT, 30, PublicText("需要专业鉴定"), PersonalText("延期三十日"))


def test_it_has_more_time_and_the_reporter_is_told_why() -> None:
    complaints.given(*of_class("redress")).when(EXTEND, by=SUPERVISOR).then(
        e.PetitionExtended(REPORT, DISCIPLINE, 30, PublicText("需要专业鉴定"), TODAY, SUPERVISOR),
        e.ReporterTold(REPORT, DISCIPLINE, "extension", PersonalText("延期三十日"), TODAY, SUPERVISOR),
    )


def test_by_at_most_thirty_days_once_and_not_by_its_handler() -> None:
    given = of_class("redress")
    complaints.given(*given).when(replace(EXTEND, days=31), by=SUPERVISOR).then_refused(
        "extension-out-of-range", most=30
    )
    complaints.given(*given).when(EXTEND, by=HANDLER).then_refused("extended-by-handler")
    once = e.PetitionExtended(REPORT, DISCIPLINE, 30, PublicText("需要专业鉴定"), TODAY, SUPERVISOR)
    complaints.given(*given, once).when(EXTEND, by=SUPERVISOR).then_refused("petition-extended")


def test_only_redress_and_only_once_accepted() -> None:
    complaints.given(*ACCEPTED_PETITION).when(EXTEND, by=SUPERVISOR).then_refused("extension-not-for-class")
    complaints.given(*of_class("redress")[:-2]).when(EXTEND, by=SUPERVISOR).then_refused("petition-not-accepted-yet")
