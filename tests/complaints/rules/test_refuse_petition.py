"""A report is not accepted, and the reporter is told why."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.refuse_petition import RefusePetition
from shared.domain import PersonalText, PublicText
from tests.complaints.city import ACCEPTED_PETITION, CLERK, DISCIPLINE, REGISTERED_PETITION, REPORT, TODAY, complaints

REFUSE = RefusePetition(REPORT, PublicText("信访工作条例第三十条"), PersonalText("该事项应当通过诉讼解决"))


def test_the_reporter_is_told() -> None:
    complaints.given(*REGISTERED_PETITION).when(REFUSE, by=CLERK).then(
        e.PetitionNotAccepted(REPORT, DISCIPLINE, PublicText("信访工作条例第三十条"), TODAY, CLERK),
        e.ReporterTold(REPORT, DISCIPLINE, "refusal", PersonalText("该事项应当通过诉讼解决"), TODAY, CLERK),
    )


def test_what_is_accepted_is_handled() -> None:
    complaints.given(*ACCEPTED_PETITION).when(REFUSE, by=CLERK).then_refused("petition-accepted")
