"""问题销号: a verified finding leaves the account."""

from services.ledger.events import FindingStruckOff
from services.ledger.rules.strike_off_finding import StrikeOffFinding
from tests.ledger.city import INSPECTOR, WATER, WATER_HEAD
from tests.ledger.course import FINDING, INSPECTION, ORDERED, VERIFIED, and_then, rectified
from tests.support.spec import TODAY

STRIKE = StrikeOffFinding(FINDING)
STRUCK = FindingStruckOff(FINDING, INSPECTION, WATER, "ordinary", TODAY.today, INSPECTOR)


def test_a_verified_finding_is_struck_off() -> None:
    and_then(*VERIFIED).when(STRIKE, by=INSPECTOR).then(STRUCK)


def test_once() -> None:
    and_then(*VERIFIED, STRUCK).when(STRIKE, by=INSPECTOR).then_refused("finding-struck-off")


def test_nothing_is_struck_off_that_was_not_verified() -> None:
    and_then(*ORDERED).when(STRIKE, by=INSPECTOR).then_refused("finding-not-verified")
    and_then(*rectified()).when(STRIKE, by=INSPECTOR).then_refused("finding-not-verified")


def test_not_by_the_unit_itself() -> None:
    and_then(*VERIFIED).when(STRIKE, by=WATER_HEAD).then_refused("own-unit-decided")
