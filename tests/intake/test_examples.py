"""The examples of the OpenAPI document run: what a portal or a page sends when it copies them is answered as it says."""

from __future__ import annotations

from typing import Any

from tests.intake.conftest import County


async def test_the_examples_of_citizens_doors_run_one_after_the_other(county: County) -> None:
    document = (await county.client.send("GET", "/api/intake/openapi.json", person=None)).json
    known: dict[str, Any] = {}
    refused: dict[str, str] = {}
    for door in ("receipts", "complaints", "follow", "messages", "ratings", "proof", "proof/check"):
        operation = document["paths"][f"/{door}"]["post"]
        example = operation["requestBody"]["content"]["application/json"]["example"]
        answer = await county.at(door, {**example, **{name: known[name] for name in example if name in known}})
        assert str(answer.status) in operation["responses"], door
        if answer.status != 200:
            refused[door] = answer.json["code"]
        if answer.status == 200:
            schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
            named = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            assert set(answer.json) == set(named["properties"]), door
            known |= {name: value for name, value in answer.json.items() if door in ("receipts", "proof")}
    # Nobody has answered the report yet, so that there is nothing to rate.
    assert refused == {"ratings": "nothing-to-rate"}
