"""What every door with a receipt begins with."""

from __future__ import annotations

from services.intake.refusals import RECEIPT_INVALID, RECEIPT_UNKNOWN
from shared.domain import PersonalText
from shared.holding import Held
from shared.holding.desk import Desk
from shared.holding.receipts import plain_code
from shared.refusals import RefusedRequest
from shared.views.reading import Reading


def desk_of(reading: Reading) -> Desk:
    if reading.desk is None:
        raise TypeError("the intake has a desk")
    return reading.desk


async def opened(reading: Reading, code: PersonalText) -> Held:
    """The report that a receipt opens. RefusedRequest where it opens nothing, or nobody has time to look."""
    plain = plain_code(code.clear())
    if plain is None:
        raise RefusedRequest(RECEIPT_INVALID.of())
    desk = desk_of(reading)
    found = await desk.table.find(await desk.receipts.key(plain))
    if found is None:
        raise RefusedRequest(RECEIPT_UNKNOWN.of())
    return found[0]
