"""结束督查: no further finding is recorded."""

from services.ledger.events import InspectionClosed
from services.ledger.rules.close_inspection import CloseInspection
from tests.ledger.city import INSPECTOR, OFFICE
from tests.ledger.course import INSPECTION, OPENED, and_then
from tests.support.spec import TODAY

CLOSE = CloseInspection(INSPECTION)
CLOSED = InspectionClosed(INSPECTION, OFFICE, TODAY.today, INSPECTOR)


def test_an_inspection_is_closed() -> None:
    and_then(OPENED).when(CLOSE, by=INSPECTOR).then(CLOSED)


def test_once() -> None:
    and_then(OPENED, CLOSED).when(CLOSE, by=INSPECTOR).then_refused("inspection-closed")
