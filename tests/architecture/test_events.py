"""Every event is documented, and what was ever written can be read, byte for byte."""

from __future__ import annotations

import pytest

from services.assessment.main import SERVICE as ASSESSMENT
from services.ledger.main import SERVICE as LEDGER
from shared.codec import type_name
from tests.architecture.event_samples import SAMPLES, every_kind, path_of
from zeren.pages import events_page, pages, stale

KINDS = every_kind()
PAGE = events_page()


def test_the_generated_pages_are_fresh() -> None:
    assert stale(pages()) == [], "run `python -m zeren.pages` and commit what it wrote"


@pytest.mark.parametrize("name", KINDS)
def test_every_event_is_on_the_page_and_says_what_happened(name: str) -> None:
    kind, _ = KINDS[name]
    assert f"### `{name}`" in PAGE
    said = kind.event.__doc__ or ""
    assert "(" not in said.split()[0], "the docstring of a dataclass without one is its signature"
    assert len(said) > 30


@pytest.mark.parametrize("name", KINDS)
def test_every_event_has_a_sample_of_each_schema_that_was_ever_written(name: str) -> None:
    kind, _ = KINDS[name]
    for schema in range(1, kind.schema + 1):
        assert path_of(name, schema).exists(), "run `python -m tests.architecture.event_samples` and commit the file"


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_what_was_written_once_is_read_today_and_would_be_written_alike(path: object) -> None:
    name, _, schema = path.stem.rpartition(".")  # type: ignore[attr-defined]
    kind, catalogue = KINDS[name]
    written = path.read_bytes().rstrip(b"\n")  # type: ignore[attr-defined]
    event = catalogue.decode(name, int(schema), written)
    assert type(event) is kind.event
    if int(schema) == kind.schema:
        assert catalogue.encode(event) == written


@pytest.mark.parametrize("event", LEDGER.published, ids=type_name)
def test_the_receiver_reads_what_the_ledger_publishes_as_the_ledger_does(event: type) -> None:
    name = type_name(event)
    received = ASSESSMENT.catalogue()
    if name not in received.kinds:
        pytest.skip("the assessment service has no use for it")
    kind, catalogue = KINDS[name]
    written = path_of(name, kind.schema).read_bytes().rstrip(b"\n")
    assert received.decode(name, kind.schema, written) == catalogue.decode(name, kind.schema, written)
