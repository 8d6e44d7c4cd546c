"""How events become bytes and come back, and what may not become bytes at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

import msgspec
import pytest

from shared.codec import Catalogue, UnknownEvent, sealed_fields, type_name
from shared.domain import KeyOf, PersonalText, PersonId, PublicText
from shared.facts import LogStarted, PersonalDataErased


@dataclass(frozen=True, slots=True)
class Part:
    name: PublicText
    weight: Decimal


@dataclass(frozen=True, slots=True)
class TaskSplit:
    STREAM: ClassVar = "task/{task}"
    task: str
    direction: Literal["内分", "外分", "下分"]
    parts: tuple[Part, ...]
    due: date | None
    at: datetime


@dataclass(frozen=True, slots=True)
class OpinionGiven:
    STREAM: ClassVar = "task/{task}"
    task: str
    person: PersonId
    about: Annotated[PersonalText, KeyOf("person")]
    reason: PersonalText | None


SPLIT = TaskSplit(
    "城区内涝治理",
    "内分",
    (Part(PublicText("清淤"), Decimal("40.0")), Part(PublicText("护坡"), Decimal(60))),
    None,
    datetime(2026, 1, 5, 1, tzinfo=UTC),
)
CATALOGUE = Catalogue(own=(TaskSplit, OpinionGiven), published=(TaskSplit,))


def opinion(text: PersonalText) -> OpinionGiven:
    return OpinionGiven("t1", PersonId("person/zhou"), text, None)


def test_a_type_is_the_class_name_in_kebab_case() -> None:
    assert (type_name(TaskSplit), type_name(PersonalDataErased)) == ("task-split", "personal-data-erased")


def test_an_event_is_json_in_the_order_of_its_fields_with_decimals_and_dates_as_strings() -> None:
    assert CATALOGUE.encode(SPLIT).decode() == (
        '{"task":"城区内涝治理","direction":"内分","parts":[{"name":"清淤","weight":"40.0"},{"name":"护坡","weight":"60"}],'
        '"due":null,"at":"2026-01-05T01:00:00Z"}'
    )


def test_an_event_comes_back_as_it_was() -> None:
    assert CATALOGUE.decode("task-split", 1, CATALOGUE.encode(SPLIT)) == SPLIT


def test_the_stream_is_made_of_the_events_own_fields() -> None:
    assert CATALOGUE.stream_of(SPLIT) == "task/城区内涝治理"


def test_a_clear_personal_text_can_never_be_written() -> None:
    with pytest.raises(ValueError, match="must be sealed"):
        CATALOGUE.encode(opinion(PersonalText("周某某迟到三次")))


def test_a_sealed_personal_text_is_written_as_its_token_and_comes_back_sealed() -> None:
    event = opinion(PersonalText("zk1.key.body", sealed=True))
    data = CATALOGUE.encode(event)
    assert b'"about":"zk1.key.body"' in data
    assert CATALOGUE.decode("opinion-given", 1, data) == event


def test_personal_fields_name_whose_key_seals_them() -> None:
    assert sealed_fields(OpinionGiven) == {"about": "person", "reason": None}
    assert sealed_fields(TaskSplit) == {}


def test_an_event_with_a_personal_field_cannot_be_published() -> None:
    with pytest.raises(ValueError, match="opinion-given is published and has personal fields"):
        Catalogue(own=(OpinionGiven,), published=(OpinionGiven,))


@dataclass(frozen=True, slots=True)
class Remark:
    text: PersonalText


@dataclass(frozen=True, slots=True)
class RemarksCollected:
    STREAM: ClassVar = "task/{task}"
    task: str
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class RemarksSummedUp:
    STREAM: ClassVar = "task/{task}"
    task: str
    summary: PersonalText
    remarks: tuple[Remark, ...]


@pytest.mark.parametrize("event", [RemarksCollected, RemarksSummedUp])
def test_a_personal_text_below_the_fields_of_an_event_is_refused(event: type) -> None:
    """Nobody would seal it there."""
    with pytest.raises(ValueError, match="a personal text must be a field of the event itself"):
        Catalogue(own=(event,), published=())


@dataclass(frozen=True, slots=True)
class Score:
    points: float | None


@dataclass(frozen=True, slots=True)
class ScoresGiven:
    STREAM: ClassVar = "task/{task}"
    task: str
    scores: tuple[Score, ...]


def test_an_event_with_a_float_is_refused_when_the_catalogue_is_made() -> None:
    with pytest.raises(ValueError, match="scores-given: a number with a fraction is a Decimal"):
        Catalogue(own=(ScoresGiven,), published=())


def test_a_type_or_a_schema_that_this_program_does_not_know_stops_the_reader() -> None:
    with pytest.raises(UnknownEvent, match="task-merged schema 1"):
        CATALOGUE.decode("task-merged", 1, b"{}")
    with pytest.raises(UnknownEvent, match="task-split schema 2"):
        CATALOGUE.decode("task-split", 2, b"{}")


def test_an_event_of_another_service_may_be_read_but_not_written() -> None:
    reader = Catalogue(own=(), published=(), received=(TaskSplit,))
    assert reader.decode("task-split", 1, CATALOGUE.encode(SPLIT)) == SPLIT
    with pytest.raises(TypeError, match="TaskSplit is not an event of this service"):
        reader.kind_of(SPLIT)


def test_two_classes_with_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two event classes are called log-started"):
        Catalogue(own=(LogStarted,), published=())


def _with_due(plain: dict[str, Any]) -> dict[str, Any]:
    return {**plain, "due": None}


def _with_instant(plain: dict[str, Any]) -> dict[str, Any]:
    return {**plain, "at": "2026-01-05T01:00:00Z"}


def test_an_older_schema_comes_back_through_every_step_since() -> None:
    steps = {("task-split", 1): _with_due, ("task-split", 2): _with_instant}
    newer = Catalogue(own=(TaskSplit,), published=(), upcasters=steps)
    plain = msgspec.json.decode(CATALOGUE.encode(SPLIT))
    del plain["due"], plain["at"]
    assert newer.kind_of(SPLIT).schema == 3
    assert newer.decode("task-split", 1, msgspec.json.encode(plain)) == SPLIT
    assert newer.decode("task-split", 3, newer.encode(SPLIT)) == SPLIT


def test_a_step_that_is_missing_is_noticed_when_the_catalogue_is_made() -> None:
    with pytest.raises(ValueError, match="task-split: the step from schema 1 is missing"):
        Catalogue(own=(TaskSplit,), published=(), upcasters={("task-split", 2): _with_instant})
