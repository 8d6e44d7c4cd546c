"""Both who must know are told, once each."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.report_clue_up import ReportClueUp
from tests.complaints.city import CLUE, DISCIPLINE, OPENED, PAPER, SUPERVISOR, TODAY, YUNLING, complaints


def test_it_is_reported_to_both() -> None:
    complaints.given(*YUNLING, OPENED).when(ReportClueUp(CLUE, "upper-discipline-body", PAPER), by=SUPERVISOR).then(
        e.ClueReportedUp(CLUE, DISCIPLINE, "upper-discipline-body", PAPER, TODAY, SUPERVISOR)
    )


def test_not_twice_to_the_same() -> None:
    told = e.ClueReportedUp(CLUE, DISCIPLINE, "same-level-committee", PAPER, TODAY, SUPERVISOR)
    complaints.given(*YUNLING, OPENED, told).when(
        ReportClueUp(CLUE, "same-level-committee", PAPER), by=SUPERVISOR
    ).then_refused("clue-reported-already")
