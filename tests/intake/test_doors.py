"""What citizens do with a receipt: lodge, follow, come back, rate, prove; and every way in which they are refused."""

from __future__ import annotations

import asyncio
import time
from datetime import date

import pytest

from services.complaints.ports import Answer, Progress
from shared.holding.receipts import Receipts
from shared.running import Running
from shared.views.reading import Reading
from tests.intake.conftest import County, lodging
from tests.intake.county import CHIEF, CLERK, STRANGER, SUPERVISOR

WORDS = "河道清淤工程款已付，河道未见施工。"
NAMED = {
    "name": "梁正直",
    "phone": "0591-8765 4321",
    "identity_number": "11010519491231002X",
    "address": "白水县江滨路9号",
}


async def test_a_report_is_followed_by_its_receipt_before_and_after_it_enters(county: County) -> None:
    receipt = await county.done("receipts", {})
    assert receipt["code"].isdigit()
    assert len(receipt["code"]) == 16

    lodged = await county.done("complaints", lodging(receipt))
    before = await county.done("follow", {"code": receipt["code"]})

    assert lodged == {"lodged_on": "2026-03-04", "received_by": "xinfang", "received_by_name": "县信访局"}
    assert (before["stage"], before["stage_on"], before["answers"]) == ("lodged", "2026-03-04", [])
    assert WORDS not in str(before)

    await county.next_hour()
    typed = f"{receipt['code'][:4]} {receipt['code'][4:8]}-{receipt['code'][8:]}"
    assert (await county.done("follow", {"code": typed}))["stage"] == "lodged"
    (complaint,) = [row["complaint"] for row in await county.rows("select complaint from intake_views.reports_v1")]
    county.handling.progress[complaint] = Progress(
        "answered", date(2026, 3, 20), (Answer("已责令施工单位限期整改。", date(2026, 3, 20)),), date(2026, 4, 19)
    )

    after = await county.done("follow", {"code": receipt["code"]})
    assert (after["stage"], after["stage_on"], after["due"]) == ("answered", "2026-03-20", "2026-04-19")
    assert after["answers"] == [{"text": "已责令施工单位限期整改。", "on": "2026-03-20"}]
    assert after["is_complete"] is True

    rating = {"code": receipt["code"], "satisfaction": "dissatisfied"}
    assert await county.done("ratings", rating) == {"rated_on": "2026-03-04"}
    assert await county.done("ratings", rating) == {"rated_on": "2026-03-04"}
    assert (await county.at("ratings", {**rating, "satisfaction": "satisfied"})).json["code"] == "already-rated"


async def test_a_lost_answer_is_asked_for_again_and_another_report_needs_another_receipt(county: County) -> None:
    receipt = await county.done("receipts", {})
    first = await county.done("complaints", lodging(receipt, reporter=NAMED))

    assert await county.done("complaints", lodging(receipt, reporter=NAMED)) == first
    other = await county.at("complaints", lodging(receipt, words="另一件事。", reporter=NAMED))
    assert (other.status, other.json["code"]) == (422, "receipt-used")


async def test_two_at_once_with_one_receipt_lodge_once(county: County) -> None:
    receipt = await county.done("receipts", {})
    held = "select count(*) as held from intake_held.held where kind = 'complaint'"
    (before,) = await county.rows(held)

    answers = await asyncio.gather(*(county.at("complaints", lodging(receipt)) for _ in range(4)))

    assert {answer.status for answer in answers} == {200}
    (after,) = await county.rows(held)
    assert after["held"] == before["held"] + 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"code": "1234"}, 422, "receipt-invalid"),
        ({"code": "1234567890123456"}, 422, "receipt-invalid"),
        ({"signature": "1.x"}, 422, "receipt-invalid"),
        ({"unit": "nowhere"}, 422, "unit-unknown"),
        ({"words": "  "}, 422, "text-missing"),
        ({"words": "好" * 20_001}, 400, "body-invalid"),
        ({"category": "complaint"}, 400, "body-invalid"),
        ({"reporter": {"name": " "}}, 422, "text-missing"),
        ({"reporter": {"name": "梁正直", "phone": "请勿来电"}}, 422, "phone-invalid"),
        ({"reporter": {"name": "梁正直", "identity_number": "110105194912310021"}}, 422, "identity-number-invalid"),
        ({"ip": "192.0.2.7"}, 400, "body-invalid"),
    ],
)
async def test_what_is_wrong_is_said_in_two_languages_without_repeating_it(
    county: County, change: dict[str, object], status: int, code: str
) -> None:
    receipt = await county.done("receipts", {})
    answer = await county.at("complaints", lodging(receipt, **change), accept_language="en")

    assert (answer.status, answer.json["code"]) == (status, code)
    assert answer.json["zh"] != answer.json["en"] == answer.json["detail"]
    for sent in ("请勿来电", "192.0.2.7", "110105194912310021"):
        assert sent not in answer.body.decode()


async def test_a_receipt_that_opens_nothing_is_refused_alike_at_every_door(county: County) -> None:
    unused = (await county.done("receipts", {}))["code"]
    bodies = {
        "follow": {"code": unused},
        "messages": {"code": unused, "word": "message", "words": "补充"},
        "ratings": {"code": unused, "satisfaction": "satisfied"},
        "proof": {"code": unused},
    }
    for door, body in bodies.items():
        assert (await county.at(door, body)).json["code"] == "receipt-unknown", door
        assert (await county.at(door, {**body, "code": "一二三"})).json["code"] == "receipt-invalid", door


async def test_messages_are_held_once_and_bounded(county: County) -> None:
    receipt = await county.lodged()
    message = {**receipt, "word": "evidence", "words": "附上河道照片的拍摄地点。"}

    assert await county.done("messages", message) == {"sent_on": "2026-03-04"}
    assert await county.done("messages", message) == {"sent_on": "2026-03-04"}
    assert (await county.done("follow", receipt))["sent"] == [{"word": "evidence", "on": "2026-03-04"}]
    assert (await county.at("messages", {**message, "words": " "})).json["code"] == "text-missing"
    for number in range(19):
        await county.done("messages", {**message, "words": f"补充第{number}条"})
    assert (await county.at("messages", {**message, "words": "再补充"})).json["code"] == "messages-waiting-too-many"
    assert (await county.at("ratings", {**receipt, "satisfaction": "satisfied"})).json["code"] == "nothing-to-rate"


async def test_the_day_is_proved_by_a_statement_that_anybody_checks(county: County) -> None:
    receipt = await county.lodged()
    proof = await county.done("proof", receipt)

    assert "于 2026-03-04 提交" in proof["statement"]
    assert receipt["code"] not in str(proof)
    stated = {"statement": proof["statement"], "signature": proof["signature"]}
    assert await county.done("proof/check", stated) == {"is_valid": True}
    forged = {**stated, "statement": proof["statement"].replace("03-04", "03-01")}
    assert await county.done("proof/check", forged) == {"is_valid": False}
    assert await county.done("proof/check", {**stated, "signature": "??"}) == {"is_valid": False}


async def test_whoever_finds_no_slot_is_told_to_come_again(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is bounded: the third at once is told at once, and nothing is lost for the others."""
    desk = county.intake.desk
    assert desk is not None
    receipt = await county.lodged()
    slow = Receipts(county.intake.keys, slots=1, in_line=1)
    hashed = slow._hash

    def slowly(code: str) -> bytes:
        time.sleep(0.3)
        return hashed(code)

    monkeypatch.setattr(slow, "_hash", slowly)
    monkeypatch.setattr(Running, "_reading", _with(slow, Running._reading))

    answers = await asyncio.gather(*(county.at("follow", receipt) for _ in range(5)))

    assert sorted(answer.status for answer in answers) == [200, 200, 429, 429, 429]
    refused = next(answer for answer in answers if answer.status == 429)
    assert refused.json["code"] == "too-many"
    assert refused.headers["retry-after"].isdigit()
    slow.close()


def _with(receipts: Receipts, reading: object) -> object:
    import dataclasses

    def made(self: Running, *given: object) -> Reading:
        found: Reading = reading(self, *given)  # type: ignore[operator]
        assert found.desk is not None
        return dataclasses.replace(found, desk=dataclasses.replace(found.desk, receipts=receipts))

    return made


async def test_a_receipt_asked_for_long_ago_lodges_nothing_new(county: County) -> None:
    drawn = Receipts(county.intake.keys, now=lambda: time.time() - 4_000).draw()
    answer = await county.at("complaints", lodging({"code": drawn.code, "signature": drawn.signature}))
    assert (answer.json["code"], answer.json["values"]) == ("receipt-expired", {"minutes": 60})


# --- clerks -------------------------------------------------------------------------------------------------------


async def test_a_clerk_writes_down_a_letter_for_the_body_they_receive_for(county: County) -> None:
    receipt = await county.done("receipts", {})
    letter = lodging(receipt, body="xinfang", channel="letter", category="redress", received_on="2026-03-02")

    assert (await county.at("registrations", letter)).status == 401
    assert (await county.at("registrations", letter, STRANGER)).status == 403
    assert (await county.at("registrations", letter, CHIEF)).json["code"] == "not-a-receiving-body"
    late = await county.at("registrations", {**letter, "received_on": "2026-03-05"}, CLERK)
    assert late.json["code"] == "received-later"
    assert (await county.done("registrations", letter, CLERK))["lodged_on"] == "2026-03-02"
    assert (await county.done("follow", {"code": receipt["code"]}))["lodged_on"] == "2026-03-02"


async def test_repeats_are_found_by_what_was_typed_and_counted_without_opening_anybody(county: County) -> None:
    await county.lodged(reporter=NAMED, accused="江澜")
    await county.lodged(unit="xiaoxue", reporter={"name": "梁正直", "phone": "059187654321"})
    await county.next_hour()

    found = await county.done("search", {"by": "phone", "text": "0591 8765-4321"}, SUPERVISOR)
    complaints = {item["complaint"] for item in found["items"]}
    assert len(complaints) >= 2
    assert "梁正直" not in str(found)
    assert (await county.done("search", {"by": "phone", "text": "0591 8765-4320"}, SUPERVISOR))["items"] == []
    assert (await county.done("search", {"by": "accused", "text": "江 澜"}, SUPERVISOR))["items"]

    one = next(iter(complaints))
    linked = await county.client.send("GET", f"/api/intake/complaints/{one}/related", person=SUPERVISOR)
    assert linked.json["count"] >= 1
    assert {link["by"] for link in linked.json["links"]} >= {"phone", "name"}


async def test_whoever_is_complained_of_finds_nothing_whatever_post_they_hold(county: County) -> None:
    await county.lodged(accused="江澜")
    await county.next_hour()

    assert (await county.done("search", {"by": "accused", "text": "江澜"}, CHIEF))["items"] == []
    listed = await county.client.send("GET", "/api/intake/complaints", person=CHIEF)
    assert listed.json["items"] == []
    assert (await county.client.send("GET", "/api/intake/complaints", person=STRANGER)).status == 403


async def test_an_official_who_asks_at_the_path_of_a_door_is_counted_and_logged_and_whoever_lodges_is_not(
    county: County,
) -> None:
    logged_before = county.log.getvalue().count('"/api/intake/complaints"')
    await county.lodged()
    assert county.log.getvalue().count('"/api/intake/complaints"') == logged_before
    answer = await county.client.send("GET", "/api/intake/complaints", person=CLERK)
    assert answer.status == 200
    counted = (await county.client.send("GET", "/metrics", person=None)).body.decode().splitlines()
    lines = [line for line in counted if line.startswith("zeren_http") and '"/api/intake/complaints"' in line]
    assert lines
    assert not [line for line in lines if 'method="POST"' in line], lines
    assert county.log.getvalue().count('"/api/intake/complaints"') == logged_before + 1
