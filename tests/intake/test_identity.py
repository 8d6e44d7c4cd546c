"""Who reported: opened only with a reason, on that day, for whoever gave it; and gone once it is erased."""

from __future__ import annotations

from typing import Any

import pytest

from services.intake.ports import WORDS as WORDS_PORT
from shared.refusals import RefusedRequest
from tests.intake.conftest import County
from tests.intake.county import CHIEF, CLERK, PRIVACY, STRANGER, SUPERVISOR

WORDS = "河道清淤工程款已付，河道未见施工。"
NAMED = {"name": "梁正直", "phone": "0591-8765 4321", "identity_number": "11010519491231002X", "address": "江滨路9号"}


async def tell(county: County, path: str, body: Any, person: Any, key: str) -> Any:
    return await county.client.send("POST", f"/api/intake/{path}", body, person=person, key=key)


async def lodged(county: County, **report: Any) -> str:
    """The id of a named report that has entered."""
    before = {row["complaint"] for row in await county.rows("select complaint from intake_views.reports_v1")}
    await county.lodged(reporter=NAMED, accused="江澜", **report)
    await county.next_hour()
    after = {row["complaint"] for row in await county.rows("select complaint from intake_views.reports_v1")}
    (complaint,) = after - before
    return str(complaint)


async def test_an_identity_is_opened_by_a_fact_and_read_by_nobody_else(county: County) -> None:
    complaint = await lodged(county)
    body = {"complaint": complaint, "reason": "举报人遭打击报复，需核实身份"}
    for person in (CLERK, SUPERVISOR, CHIEF, STRANGER):
        assert (await tell(county, "disclosures", body, person, "o1")).status == 403

    opened = await tell(county, "disclosures", body, PRIVACY, "o1")
    assert opened.status == 201
    assert "打击报复" not in opened.body.decode()
    await county.settled()
    address = f"/api/intake/disclosures/{opened.json['id']}"
    read = await county.client.send("GET", address, person=PRIVACY)

    assert read.json["identity"] == {
        "name": "梁正直",
        "identity_number": "11010519491231002X",
        "phone": "0591-8765 4321",
        "address": "江滨路9号",
    }
    assert read.json["reason"] == "举报人遭打击报复，需核实身份"
    for person in (CLERK, SUPERVISOR, CHIEF, STRANGER):
        assert (await county.client.send("GET", address, person=person)).status == 403
    listed = await county.client.send("GET", "/api/intake/disclosures", person=PRIVACY)
    assert [(item["complaint"], item["by"]) for item in listed.json["items"]] == [(complaint, PRIVACY)]

    for _ in range(4):
        await county.next_hour()
    assert (await county.client.send("GET", address, person=PRIVACY)).json["identity"] is None, "the next day"


async def test_the_words_are_told_at_the_port_to_the_complaints_service_alone_without_who_wrote_them(
    county: County,
) -> None:
    complaint = await lodged(county)
    told = await county.intake.answer_port(WORDS_PORT.name, "complaints", [complaint, "nothing"])
    assert set(told) == {complaint}
    assert (told[complaint].text, told[complaint].accused, told[complaint].messages) == (WORDS, "江澜", ())
    assert "梁正直" not in str(told)
    for service in ("assessment", "notifications", "ledger"):
        with pytest.raises(RefusedRequest, match="not-allowed"):
            await county.intake.answer_port(WORDS_PORT.name, service, [complaint])


async def test_after_an_erasure_nothing_reads_it_any_more_and_the_chain_verifies(county: County) -> None:
    complaint = await lodged(county, unit="xiaoxue")
    reason = {"reason": "举报人申请删除"}
    found = {"by": "identity-number", "text": NAMED["identity_number"]}
    assert complaint in str(await county.done("search", found, SUPERVISOR))

    assert (await tell(county, f"complaints/{complaint}/erase-reporter", reason, CLERK, "e1")).status == 403
    assert (await tell(county, f"complaints/{complaint}/erase-reporter", reason, PRIVACY, "e1")).status == 200
    await county.settled()
    assert complaint not in str(await county.done("search", found, SUPERVISOR))
    again = await tell(county, "disclosures", {"complaint": complaint, **reason}, PRIVACY, "o9")
    assert again.json["code"] == "identity-erased"
    told = await county.intake.answer_port(WORDS_PORT.name, "complaints", [complaint])
    assert told[complaint].text == WORDS

    assert (await tell(county, f"complaints/{complaint}/erase", reason, PRIVACY, "e2")).status == 200
    await county.settled()
    told = await county.intake.answer_port(WORDS_PORT.name, "complaints", [complaint])
    assert (told[complaint].text, told[complaint].accused) == (None, None)
    assert (await county.intake.log.verify()).wrong == []
