"""What each OpenAPI document promises, asked of the running services by schemathesis: no operation is left out.

For every operation some requests that fit its schema and some that do not, with the token of somebody who may do
everything; half of the fitting ones are about things that exist. Nothing may end as a server error, or be answered in
a way that the document does not name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared.web.auth import Authenticator
from shared.web.bodies import TEXT_LONGEST
from shared.web.rest import build_api, reachable
from tests.support.two_divisions import TwoDivisions
from zeren.office import SERVICES

OPERATIONS: Mapping[str, int] = {"ledger": 90, "assessment": 24, "intake": 23, "complaints": 55, "notifications": 18}
"""How many there are in each document: a question or action that is not in it would not be asked."""

EXCLUDED: tuple[str, ...] = ()
"""Operations left out."""

FITTING, UNFITTING = 5, 3
"""Requests for each operation."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


class NeverAsked:
    """A service of which only the document is wanted."""

    def __init__(self, service: Any) -> None:
        self.service = service


DOCUMENTS = {s.name: build_api(NeverAsked(s), Authenticator([])).openapi() for s in SERVICES}  # type: ignore[arg-type]


def operations() -> Iterator[tuple[str, str, str]]:
    for service, document in DOCUMENTS.items():
        for path, methods in document["paths"].items():
            for method in methods:
                yield service, method.upper(), path


ASKED = list(operations())


def test_every_question_and_action_is_an_operation() -> None:
    found = {service: sum(1 for one in ASKED if one[0] == service) for service in DOCUMENTS}
    declared = {s.name: len(s.questions) + len(reachable(s.actions)) + len(s.doors) for s in SERVICES}
    assert found == declared == OPERATIONS
    assert not EXCLUDED


@pytest.fixture(scope="module")
def schemas() -> Mapping[tuple[str, GenerationMode], Any]:
    """Each document, twice, since requests with texts of up to 20,000 characters take minutes to find.

    What fits with 300 characters fits the document itself. What must not fit is looked for without that limit, so that
    it is wrong in another way; `test_bad_input` sends what is too long.
    """
    generation = GenerationConfig(deterministic=True, database="none")
    config = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(generation=generation)))
    found: dict[tuple[str, GenerationMode], Any] = {}
    for service, document in DOCUMENTS.items():
        written, limit = orjson.dumps(document), b'"maxLength":%d,' % TEXT_LONGEST
        assert limit in written
        for mode, instead in ((GenerationMode.POSITIVE, b'"maxLength":300,'), (GenerationMode.NEGATIVE, b"")):
            easier = orjson.loads(written.replace(limit, instead))
            found[service, mode] = schemathesis.openapi.from_dict(easier, config=config)
    return found


@pytest.mark.parametrize(("service", "method", "path"), ASKED, ids=[f"{s}-{m}-{p}" for s, m, p in ASKED])
async def test_an_operation_answers_as_its_document_says(
    service: str,
    method: str,
    path: str,
    schemas: Mapping[tuple[str, GenerationMode], Any],
    changing_world: TwoDivisions,
) -> None:
    world = changing_world
    base = f"{world.client.base}/api/{service}"
    headers = {"authorization": f"Bearer {world.token(world.whole)}"}
    ids = {"year": 2026, "term": "comprehensive-checks-per-year", "log": "ledger", **world.baishui.ids}

    def asked(mode: GenerationMode, examples: int) -> None:
        operation = schemas[service, mode][path][method]

        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), exists=st.booleans())
        def ask(case: Any, exists: bool) -> None:
            if exists and mode is GenerationMode.POSITIVE and case.path_parameters:
                case.path_parameters = {n: ids.get(n, value) for n, value in case.path_parameters.items()}
            case.call_and_validate(base_url=base, headers=headers, checks=CHECKS)

        ask()

    # schemathesis waits for its answers, so it does it beside the loop that gives them.
    await asyncio.to_thread(asked, GenerationMode.POSITIVE, FITTING)
    await asyncio.to_thread(asked, GenerationMode.NEGATIVE, UNFITTING)
