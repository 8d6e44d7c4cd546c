"""The ledger tells other services what a person is called and which post they hold, and nobody else."""

from __future__ import annotations

from services.ledger.ports import NAMES, Addressee
from shared.domain import PostId, PublicText, UnitId
from tests.support.two_divisions import TwoDivisions


async def test_a_letter_can_address_a_person_by_name_and_post(world: TwoDivisions) -> None:
    county = world.baishui
    head, bureau = county.people["unit-head"], UnitId(county.ids["unit"])
    told = await world.service("complaints").ask(NAMES, [head, "p-unknown"])
    assert told == {
        head: Addressee(county.names["unit-head"], PostId(county.posts["unit-head"]), PublicText("水务局局长"), bureau),
        "p-unknown": Addressee(None, None, None, None),
    }
