"""The OpenAPI document says what the service does: valid, complete, and true for whatever schemathesis thinks of."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_spec_validator import validate

from shared.web.auth import Authenticator
from shared.web.rest import build_api
from tests.shared.web.conftest import Client
from tests.shared.web.small import SmallService
from zeren.issuer import DevelopmentIssuer


@pytest.fixture
def document(small: SmallService, issuer: DevelopmentIssuer) -> Any:
    return build_api(small, Authenticator([issuer.trusted()])).openapi()


def test_the_document_is_valid_openapi(document: Any) -> None:
    validate(document)


def test_every_action_and_question_is_an_operation_with_words_and_an_identity(document: Any) -> None:
    operations = {
        (method, path): operation for path, item in document["paths"].items() for method, operation in item.items()
    }
    assert {key: operation["operationId"] for key, operation in operations.items()} == {
        ("post", "/tasks"): "issueTask",
        ("post", "/tasks/{task}/split"): "splitTask",
        ("get", "/tasks"): "listTasks",
        ("get", "/tasks/{task}"): "getTask",
        ("get", "/secrets"): "listSecrets",
    }
    for operation in operations.values():
        assert operation["summary"]
        assert operation["description"]


def test_a_body_has_no_field_of_the_path_and_none_that_is_allotted(document: Any) -> None:
    schemas = document["components"]["schemas"]
    assert set(schemas["IssueTaskBody"]["properties"]) == {"title"}
    assert set(schemas["SplitTaskBody"]["properties"]) == {"direction", "parts", "opinion"}
    assert schemas["SplitTaskBody"]["additionalProperties"] is False


def test_a_page_is_described_with_its_items(document: Any) -> None:
    schema = document["paths"]["/tasks"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    page = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    assert page["properties"]["items"]["items"] == {"$ref": "#/components/schemas/TaskCard"}


def test_the_refusals_of_the_service_stand_with_their_status(document: Any) -> None:
    answers = document["paths"]["/tasks/{task}/split"]["post"]["responses"]
    assert "split-weights-not-100" in answers["422"]["description"]
    assert "version-mismatch" in answers["412"]["description"]


async def test_the_document_is_served_without_a_token(client: Client) -> None:
    answer = await client.send("GET", "/openapi.json", person=None)
    assert (answer.status, answer.json["openapi"]) == (200, "3.1.0")
