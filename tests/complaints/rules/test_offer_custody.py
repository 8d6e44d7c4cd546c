"""Whoever has a clue signs it over, to nobody whom it concerns."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.offer_custody import OfferCustody
from tests.complaints.city import (
    CHAIR,
    CLUE,
    DISCIPLINE,
    FANG,
    GAO,
    HANDLER,
    OPENED,
    PAPER,
    QIAN,
    SECOND,
    SHEN,
    TODAY,
    YUNLING,
    complaints,
)

GIVEN = (*YUNLING, OPENED)


def test_it_is_offered_and_stays_until_the_other_signs() -> None:
    complaints.given(*GIVEN).when(OfferCustody(CLUE, GAO), by=HANDLER).then(
        e.CustodyOffered(CLUE, DISCIPLINE, FANG, GAO, TODAY)
    )


def test_only_the_custodian_signs_it_over() -> None:
    complaints.given(*GIVEN).when(OfferCustody(CLUE, GAO), by=SECOND).then_refused("clue-custodian-not-you")


def test_not_to_oneself() -> None:
    complaints.given(*GIVEN).when(OfferCustody(CLUE, FANG), by=HANDLER).then_refused("clue-custody-to-oneself")


def test_not_to_whom_it_concerns() -> None:
    complaints.given(*GIVEN).when(OfferCustody(CLUE, SHEN), by=HANDLER).then_refused("handler-concerned")


def test_not_to_who_handles_nothing_for_the_body() -> None:
    complaints.given(*GIVEN).when(OfferCustody(CLUE, QIAN), by=HANDLER).then_refused("handler-without-post")


def test_a_closed_clue_stays() -> None:
    settled = e.DisposalApproved(CLUE, DISCIPLINE, "settled", PAPER, TODAY, CHAIR)
    complaints.given(*GIVEN, settled).when(OfferCustody(CLUE, GAO), by=HANDLER).then_refused("clue-closed")
