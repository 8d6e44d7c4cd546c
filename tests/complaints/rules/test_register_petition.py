"""A report is registered by who received it, and never by whom it is about."""

from __future__ import annotations

from dataclasses import replace

from services.complaints import events as e
from services.complaints.events import ComplaintId
from services.complaints.rules.register_petition import RegisterPetition
from shared.domain import PublicText
from tests.complaints.city import (
    CLERK,
    DISCIPLINE,
    FINANCE,
    LODGED,
    REGISTERED,
    REGISTERED_PETITION,
    REPORT,
    TODAY,
    YUNLING,
    complaints,
)

REGISTER = RegisterPetition(REPORT, DISCIPLINE, "accusation")


def test_it_is_registered_under_its_class() -> None:
    complaints.given(*YUNLING, LODGED).when(REGISTER, by=CLERK).then(replace(REGISTERED, registered_on=TODAY))


def test_twice_is_once() -> None:
    complaints.given(*REGISTERED_PETITION).when(REGISTER, by=CLERK).then()


def test_another_class_needs_a_reason() -> None:
    other = replace(REGISTER, category="redress")
    complaints.given(*YUNLING, LODGED).when(other, by=CLERK).then_refused("reclassified-without-reason")
    why = replace(other, reason=PublicText("请求支付工资"))
    complaints.given(*YUNLING, LODGED).when(why, by=CLERK).then_types(e.PetitionRegistered)


def test_a_repeated_report_is_kept_and_names_the_first() -> None:
    again = replace(REGISTER, repeat_of=ComplaintId("信访零"))
    outcome = complaints.given(*YUNLING, LODGED).when(again, by=CLERK)
    assert outcome.event(e.PetitionRegistered).repeat_of == "信访零"
    itself = replace(REGISTER, repeat_of=REPORT)
    complaints.given(*YUNLING, LODGED).when(itself, by=CLERK).then_refused("petition-repeat-of-itself")


def test_what_was_not_received_or_is_about_the_body_itself_is_not_registered_here() -> None:
    complaints.given(*YUNLING).when(REGISTER, by=CLERK).then_refused("report-unknown")
    complaints.given(*YUNLING, LODGED).when(replace(REGISTER, unit=FINANCE), by=CLERK).then_refused(
        "report-not-received-here"
    )
    about_us = replace(LODGED, unit=DISCIPLINE)
    complaints.given(*YUNLING, about_us).when(REGISTER, by=CLERK).then_refused("petition-about-oneself")
