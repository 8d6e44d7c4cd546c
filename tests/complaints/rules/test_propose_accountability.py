"""Who is to be held accountable, for what a case established, by the catalogues."""

from __future__ import annotations

from dataclasses import replace

from services.complaints import events as e
from services.complaints.rules.propose_accountability import ProposeAccountability
from shared.domain import PostId
from tests.complaints.city import (
    CASE,
    CASE_CONCLUDED,
    CASE_RUNNING,
    DECISION,
    FINANCE,
    GAO,
    HANDLER,
    HE,
    JIANG,
    PROPOSED,
    RIVERS,
    SECRET,
    SUPERVISOR,
    TODAY,
    WATER,
    YUNLING,
    complaints,
)

PROPOSE = ProposeAccountability(
    DECISION, CASE, WATER, "chief", ("DX-03",), "main-leadership", "admonition", SECRET, JIANG, PostId("水务局局长")
)
UNIT = ProposeAccountability(DECISION, CASE, WATER, "committee", ("DX-02",), "principal", "circular", SECRET)


def test_a_person_is_proposed_with_what_was_found_beside_it() -> None:
    complaints.given(*CASE_CONCLUDED).when(PROPOSE, by=SUPERVISOR).then(
        replace(PROPOSED, proposed_on=TODAY), e.FactsFound(DECISION, SECRET)
    )


def test_a_unit_is_proposed() -> None:
    complaints.given(*CASE_CONCLUDED).when(UNIT, by=HANDLER).then_types(e.AccountabilityProposed, e.FactsFound)


def test_so_is_somebody_who_had_signed_for_it() -> None:
    signer = replace(PROPOSE, unit=RIVERS, person=HE, post=PostId("河道科科长"))
    complaints.given(*CASE_CONCLUDED).when(signer, by=SUPERVISOR).then_types(e.AccountabilityProposed, e.FactsFound)


def test_what_does_not_fit_the_catalogues_is_refused_each_for_its_reason() -> None:
    def refused(command: ProposeAccountability, code: str) -> None:
        complaints.given(*CASE_CONCLUDED).when(command, by=SUPERVISOR).then_refused(code)

    refused(replace(PROPOSE, bottom_lines=()), "bottom-lines-missing")
    refused(replace(PROPOSE, bottom_lines=("DX-99",)), "bottom-line-unknown")
    refused(replace(PROPOSE, bottom_lines=("DX-35",)), "bottom-line-not-of-class")
    refused(replace(PROPOSE, form="reorganisation"), "form-not-of-subject")
    refused(replace(PROPOSE, responsibility="principal"), "responsibility-not-of-subject")
    refused(replace(PROPOSE, subject_class="committee"), "class-not-of-subject")
    refused(replace(UNIT, form="admonition"), "form-not-of-subject")
    refused(replace(PROPOSE, ground="heavier"), "ground-text-missing")


def test_only_of_what_was_substantiated() -> None:
    complaints.given(*YUNLING).when(PROPOSE, by=SUPERVISOR).then_refused("case-unknown")
    complaints.given(*CASE_RUNNING).when(PROPOSE, by=SUPERVISOR).then_refused("case-not-substantiated")


def test_only_of_those_whom_the_case_concerns() -> None:
    complaints.given(*CASE_CONCLUDED).when(replace(PROPOSE, person=GAO), by=SUPERVISOR).then_refused(
        "person-not-concerned"
    )
    complaints.given(*CASE_CONCLUDED).when(replace(UNIT, unit=FINANCE), by=SUPERVISOR).then_refused("unit-not-of-case")
