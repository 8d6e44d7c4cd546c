"""What asking at a port promises, whichever way the question goes. `neighbours` is a fixture of whoever runs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, cast

import pytest

from shared.ports import MOST_KEYS, Neighbours, Offer, Port, answered, asked
from shared.refusals import RefusedRequest
from shared.views.reading import Reading


@dataclass(frozen=True, slots=True)
class Talk:
    """An integrity talk, as another service is told of it."""

    leader: str | None
    held_on: date
    weight: Decimal
    topics: tuple[str, ...]


NAMES = Port("register/names", str, may=("notifications", "complaints"))
TALKS = Port("register/talks", Talk, may=("notifications",))
SECRETS = Port("register/secrets", str, may=("notifications",))
"""Declared, and not offered."""
AWAY = Port("treasury/names", str, may=("notifications",))
"""Of a service that nobody reaches."""

FIRST_TALK = Talk(None, date(2026, 5, 21), Decimal("33.34"), ("述责述廉", "廉政谈话"))


@dataclass
class Register:
    """The owner of the ports, and the questions that came to be answered."""

    names: dict[str, str] = field(default_factory=lambda: {"p-1": "陈志远", "p-2": "李明"})
    questions: list[tuple[str, ...]] = field(default_factory=list)

    def offers(self) -> tuple[Offer[Any], ...]:
        return Offer(NAMES, self._names), Offer(TALKS, self._talks)

    async def _names(self, reading: Reading, keys: Sequence[str]) -> Mapping[str, str]:
        self.questions.append(tuple(keys))
        return self.names

    async def _talks(self, reading: Reading, keys: Sequence[str]) -> Mapping[str, Talk]:
        return {key: FIRST_TALK for key in keys}

    async def answer_port(self, name: str, asker: str, keys: Sequence[str]) -> Mapping[str, Any]:
        return await answered(self.offers(), name, asker, keys, cast(Reading, None))


Neighbouring = Callable[[str], Neighbours]
"""The neighbours of the service of a name."""


class PortContract:
    async def test_a_service_is_told_what_it_asked_and_nothing_else(
        self, register: Register, neighbours: Neighbouring
    ) -> None:
        told = await asked(neighbours("complaints"), NAMES, ["p-2", "p-9", "p-2"])
        assert told == {"p-2": "李明"}
        assert register.questions == [("p-2", "p-9")]

    async def test_what_is_told_arrives_as_it_was_said(self, neighbours: Neighbouring) -> None:
        assert await asked(neighbours("notifications"), TALKS, ["t-1"]) == {"t-1": FIRST_TALK}

    async def test_many_keys_are_asked_in_bounded_questions(self, register: Register, neighbours: Neighbouring) -> None:
        register.names = {f"p-{number}": f"第{number}人" for number in range(450)}
        assert await asked(neighbours("notifications"), NAMES, register.names) == register.names
        assert [len(keys) for keys in register.questions] == [MOST_KEYS, MOST_KEYS, 50]

    async def test_nobody_is_asked_about_nothing(self, register: Register, neighbours: Neighbouring) -> None:
        assert await asked(neighbours("notifications"), NAMES, []) == {}
        assert register.questions == []

    async def test_nothing_is_kept_of_an_answer(self, register: Register, neighbours: Neighbouring) -> None:
        asking = neighbours("notifications")
        assert await asked(asking, NAMES, ["p-1"]) == {"p-1": "陈志远"}
        del register.names["p-1"]
        assert await asked(asking, NAMES, ["p-1"]) == {}

    async def test_a_service_that_the_port_does_not_name_is_told_nothing(
        self, register: Register, neighbours: Neighbouring
    ) -> None:
        with pytest.raises(RefusedRequest) as refused:
            await asked(neighbours("assessment"), NAMES, ["p-1"])
        assert refused.value.refused.code == "not-allowed"
        assert register.questions == []

    @pytest.mark.parametrize("port", [SECRETS, AWAY], ids=lambda port: port.name)
    async def test_where_nobody_answers_it_is_said_and_nothing_made_up(
        self, neighbours: Neighbouring, port: Port[str]
    ) -> None:
        with pytest.raises(RefusedRequest) as refused:
            await asked(neighbours("notifications"), port, ["p-1"])
        assert refused.value.refused.code == "port-unavailable"
        assert "p-1" not in refused.value.refused.sentence("zh")
