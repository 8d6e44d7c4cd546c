"""One client of the interface for many officials and citizens: tokens, keys, retries within bounds, and a journal of what was answered."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import aiohttp

_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 1.0
_TIMEOUT = aiohttp.ClientTimeout(total=30)
_LAGS = ("zeren_feed_lag{", "zeren_view_lag_positions{", "zeren_commands_pending{", "zeren_deadlines_due{")
"""The metrics that are told, and are 0, once everything has arrived everywhere and been acted upon."""
_AWAY = re.compile(r"zeren_process_up\{.*\} 0(\.0)?")
"""A process of which nobody can say now how far it is."""
_UNSURE = frozenset({429, 502, 503, 504})
"""Answers after which the same request is sent again under the same key."""

Token = Callable[[str], str]
"""The access token of a person. KeyError when there is none."""


class Unanswered(Exception):
    """The office gave no usable answer for as long as we were ready to ask."""


class Unexpected(Exception):
    """An answer to a question that no well-made client should get; the message names status and address."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the office said: the status, the body (a problem when the status is 400 or more), and for what it recorded
    the `Zeren-Position`."""

    status: int
    body: Mapping[str, Any]
    position: str = ""

    @property
    def code(self) -> str:
        """Why it was refused; empty for a refusal that does not say."""
        return str(self.body.get("code", ""))


class Journal:
    """Everything that was acknowledged, a line of JSON each, on its way to the disk before the next one is sent.

    A line of a command holds key, service, action, person, position and events (type, stream, version): enough to look
    each up in the log. A line of a citizen holds the door, the receipt by its name in the stories and its code, and the
    day that was answered. No text that anybody wrote.

    Receipts are given once and kept by nobody else: those of an earlier run are in `receipts`, by name, if its journal
    is gone on with.
    """

    def __init__(self, path: Path | None) -> None:
        lines = path.read_text(encoding="utf-8").splitlines() if path is not None and path.exists() else []
        told = [json.loads(line) for line in lines]
        self.receipts: dict[str, str] = {line["receipt"]: line["code"] for line in told if "door" in line}
        self._file: IO[str] | None = path.open("a", encoding="utf-8") if path is not None else None

    def record(self, key: str, service: str, action: str, person: str, body: Mapping[str, Any]) -> None:
        """A command of an official."""
        events = [{name: event[name] for name in ("type", "stream", "version")} for event in body["events"]]
        line = {
            "key": key,
            "service": service,
            "action": action,
            "person": person,
            "position": body["position"],
            "events": events,
        }
        self.write(line)

    def handed_in(self, door: str, receipt: str, code: str, body: Mapping[str, Any]) -> None:
        """What a citizen handed in at a door, and the one day in the answer."""
        (on,) = (body[name] for name in body if name.endswith("_on"))
        self.receipts[receipt] = code
        self.write({"door": door, "receipt": receipt, "code": code, "on": on})

    def write(self, line: Mapping[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


class Client:
    """Asks and commands at one address. Raises Unanswered after `patience_seconds` of trying the same thing."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        token: Token,
        journal: Journal,
        *,
        patience_seconds: float = 60,
        per_second: float | None = None,
    ) -> None:
        self._session = session
        self._url = url.rstrip("/")
        self._token = token
        self.journal = journal
        self.patience_seconds = patience_seconds
        self._gap_seconds = 1 / per_second if per_second else 0.0
        self._next_at = 0.0
        self._positions: dict[str, tuple[int, str]] = {}
        """For each service the furthest position that it told, and the header that told it."""
        self.settling = False
        """Whether it waits for the services to catch up with each other, which nobody else should hinder by acting."""
        self.retries = 0
        """How many requests had to be sent again."""

    async def ask(self, service: str, path: str, person: str, **params: str | int | bool) -> Any:
        """The answer to a question, no older than what this client was told before; None for 404."""
        query = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in params.items()}
        headers = {"Authorization": f"Bearer {self._token(person)}"}
        if self._positions:
            headers["Zeren-Position"] = ", ".join(told for _, told in self._positions.values())
        answer = await self._send("GET", service, path, headers, params=query)
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise Unexpected(f"{answer.status} {answer.code} for GET {service}/{path}")
        return answer.body

    async def all(self, service: str, path: str, person: str, **params: str | int | bool) -> list[Any]:
        """Everything in a list that comes in pages."""
        found: list[Any] = []
        cursor: dict[str, str] = {}
        while True:
            page = await self.ask(service, path, person, limit=1000, **params, **cursor)
            if page is None:
                return found
            found += page["items"]
            if page["next"] is None:
                return found
            cursor = {"after": page["next"]}

    async def command(
        self, service: str, action: str, path: str, person: str, key: str, body: Any, version: int | None = None
    ) -> Answer:
        """The answer to a command, whichever it is; what was acknowledged stands in the journal when this returns. It may
        assert the `version` of what it changes."""
        if self._gap_seconds:
            await self._wait_for_turn()
        headers = {"Authorization": f"Bearer {self._token(person)}", "Idempotency-Key": key}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        answer = await self._send("POST", service, path, headers, body=body)
        if answer.status < 400:
            self.journal.record(key, service, action, person, answer.body)
            if (position := answer.body["position"]) is not None:
                self._positions[service] = max((position, answer.position), self._positions.get(service, (0, "")))
        return answer

    async def receipt(self) -> tuple[str, str]:
        """A new code for a citizen, and the signature with which something may be lodged under it."""
        answer = await self._send("POST", "intake", "receipts", {}, body={})
        if answer.status != 200:
            raise Unexpected(f"{answer.status} {answer.code} for a receipt")
        return answer.body["code"], answer.body["signature"]

    async def knock(self, door: str, body: Mapping[str, Any], receipt: str | None) -> Answer:
        """What a door of the intake answers to a citizen, who shows no token; what was acknowledged under the `receipt` of
        this name stands in the journal when this returns. None: something is only asked."""
        answer = await self._send("POST", "intake", door, {}, body=body)
        if answer.status < 400 and receipt is not None:
            self.journal.handed_in(door, receipt, body["code"], answer.body)
        return answer

    async def settle(self) -> None:
        """Wait until every service has received and folded what there is, as its metrics say. Unanswered if it never does."""
        give_up = time.monotonic() + self.patience_seconds
        self.settling = True
        try:
            while time.monotonic() < give_up:
                if await self._has_arrived():
                    return
                await asyncio.sleep(_PAUSE_SECONDS)
        finally:
            self.settling = False
        raise Unanswered("the services did not catch up with each other")

    async def _has_arrived(self) -> bool:
        try:
            async with self._session.get(f"{self._url}/metrics", timeout=_TIMEOUT) as response:
                return _has_arrived((await response.text()).splitlines())
        except (aiohttp.ClientError, TimeoutError, OSError):
            self.retries += 1
            return False

    async def _wait_for_turn(self) -> None:
        now = time.monotonic()
        self._next_at = max(self._next_at + self._gap_seconds, now)
        await asyncio.sleep(self._next_at - now)

    async def _send(
        self,
        method: str,
        service: str,
        path: str,
        headers: Mapping[str, str],
        *,
        params: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> Answer:
        """Send until there is an answer; a connection lost on the way or an answer of `_UNSURE` is no answer yet."""
        give_up = time.monotonic() + self.patience_seconds
        pause = _PAUSE_SECONDS
        address = f"{self._url}/api/{service}/{path}"
        while True:
            try:
                answer = await self._once(method, address, headers, params, body)
                if answer.status not in _UNSURE and answer.code != "conflict":
                    return answer
                problem = f"{answer.status} {answer.code}"
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                problem = type(error).__name__
            if time.monotonic() + pause > give_up:
                raise Unanswered(f"{method} {service}/{path.partition('/')[0]}: {problem}")
            self.retries += 1
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _once(
        self, method: str, address: str, headers: Mapping[str, str], params: Mapping[str, str] | None, body: Any
    ) -> Answer:
        async with self._session.request(
            method, address, headers=headers, params=params, json=body, timeout=_TIMEOUT
        ) as response:
            content = await response.read()
            is_json = "json" in response.content_type
            told = json.loads(content) if content and is_json else {}
            return Answer(response.status, told, response.headers.get("Zeren-Position", ""))


def _has_arrived(lines: Sequence[str]) -> bool:
    """Whether a page of metrics says that every process is there and behind nothing."""
    told = [[line for line in lines if line.startswith(lag)] for lag in _LAGS]
    lags = [float(line.rpartition(" ")[2]) for found in told for line in found]
    return all(told) and not any(lags) and not any(_AWAY.fullmatch(line) for line in lines)
