"""The ledger's events as bytes: what is written comes back equal, and nothing published is personal."""

from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

from services.ledger.events import EVENTS, PUBLISHED
from shared.codec import Catalogue, sealed_fields, type_name
from shared.domain import PersonalText
from shared.references import REFERENCE_EVENTS

CATALOGUE = Catalogue((*EVENTS, *REFERENCE_EVENTS), PUBLISHED)
SAMPLES: dict[Any, Any] = {
    str: "市水务局〔2026〕6号",
    int: 3,
    bool: True,
    Decimal: Decimal("33.330000"),
    date: date(2026, 5, 21),
    datetime: datetime(2026, 5, 21, 1, 30, tzinfo=UTC),
    PersonalText: PersonalText("zk1.key.body", sealed=True),
}


def sample(hint: Any) -> Any:
    """A value of a type, with something in every optional and every tuple."""
    if hint in SAMPLES:
        return SAMPLES[hint]
    if hasattr(hint, "__supertype__"):
        return sample(hint.__supertype__)
    if get_origin(hint) is Literal:
        return get_args(hint)[0]
    if get_origin(hint) in (Union, UnionType):
        return sample(next(option for option in get_args(hint) if option is not NoneType))
    if get_origin(hint) is tuple:
        return (sample(get_args(hint)[0]),) * 2
    hints = get_type_hints(hint)
    return hint(**{field.name: sample(hints[field.name]) for field in fields(hint)})


@pytest.mark.parametrize("event", [*EVENTS, *REFERENCE_EVENTS], ids=type_name)
def test_what_is_written_comes_back_equal(event: type) -> None:
    written = sample(event)
    assert CATALOGUE.decode(type_name(event), 1, CATALOGUE.encode(written)) == written


@pytest.mark.parametrize("event", PUBLISHED, ids=type_name)
def test_what_leaves_the_ledger_has_no_personal_field(event: type) -> None:
    assert sealed_fields(event) == {}


@pytest.mark.parametrize("event", EVENTS, ids=type_name)
def test_every_event_says_how_long_it_is_kept_or_whose_sibling_it_is(event: type) -> None:
    said = event.__doc__ or ""
    assert "Kept for ever." in said or "Private." in said
