"""Both sides sign a transfer."""

from __future__ import annotations

from dataclasses import replace

from services.complaints import events as e
from services.complaints.rules.transfer_case import TransferCase
from shared.domain import PublicText
from tests.complaints.city import CASE, CASE_RUNNING, DISCIPLINE, FANG, HANDLER, PAPER, TODAY, complaints

TRANSFER = TransferCase(CASE, PublicText("市检察院"), False, PAPER, PublicText("市检察院案管中心"))


def test_both_signatures_stand_in_it() -> None:
    complaints.given(*CASE_RUNNING).when(TRANSFER, by=HANDLER).then(
        e.CaseTransferred(CASE, DISCIPLINE, TRANSFER.organ, False, PAPER, FANG, PublicText("市检察院案管中心"), TODAY)
    )


def test_the_other_side_must_have_signed() -> None:
    unsigned = replace(TRANSFER, signed_there=PublicText(""))
    complaints.given(*CASE_RUNNING).when(unsigned, by=HANDLER).then_refused("text-missing", field="signed_there")
