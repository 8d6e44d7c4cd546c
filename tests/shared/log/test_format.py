"""The page `docs/log-format.md` is true: a second implementation, written from it, finds the same hashes."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from shared.log import format as log_format
from shared.log.format import Row

PAGE = Path(__file__).parents[3] / "docs" / "log-format.md"
(_BLOCK,) = re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)
LOGS: list[dict[str, Any]] = json.loads(_BLOCK)
by_hash = pytest.mark.parametrize("log", LOGS, ids=[log["hash"] for log in LOGS])


# From the page's text alone; nothing of `shared` is used here.


def H(name: str, data: bytes) -> bytes:
    return hashlib.new({"sha-256": "sha256", "sm3": "sm3"}[name], data).digest()


def frame(value: str | int | bool | None) -> bytes:
    if value is None:
        return b"\xff\xff\xff\xff"
    text = {True: "1", False: "0"}[value] if isinstance(value, bool) else str(value)
    return len(text.encode()).to_bytes(4, "big") + text.encode()


HEADER = [
    "source",
    "source_incarnation",
    "source_seq",
    "event_id",
    "stream",
    "version",
    "type",
    "schema",
    "occurred",
    "recorded_at",
    "history",
    "actor_subject",
    "actor_post",
    "actor_on_behalf",
    "command_id",
    "correlation_id",
    "causation_id",
    "traceparent",
]


def rebuilt(log: dict[str, Any]) -> list[dict[str, str]]:
    """The hashes of every row, as the page says they are made."""
    previous, found = bytes(32), []
    for row in log["rows"]:
        data_hash = bytes.fromhex(row["data_hash"])
        if row["data"] is not None:
            data_hash = H(log["hash"], bytes.fromhex(row["salt"]) + row["data"].encode())
        header = frame("zeren-leaf-1") + b"".join(frame(row[name]) for name in HEADER)
        leaf = H(log["hash"], header + data_hash)
        numbers = row["position"].to_bytes(8, "big") + row["incarnation"].to_bytes(8, "big")
        previous = H(log["hash"], b"zeren-chain-1" + previous + numbers + frame(row["learned_at"]) + leaf)
        found.append({"data_hash": data_hash.hex(), "leaf": leaf.hex(), "chain": previous.hex()})
    return found


# The two implementations and the page


def row_of(vector: dict[str, Any]) -> Row:
    def uuid(text: str | None) -> UUID | None:
        return None if text is None else UUID(text)

    read = {
        **vector,
        **{name: uuid(vector[name]) for name in ("event_id", "command_id", "correlation_id", "causation_id")},
        **{name: datetime.fromisoformat(vector[name]) for name in ("recorded_at", "learned_at")},
        **{name: bytes.fromhex(vector[name]) for name in ("data_hash", "leaf", "chain")},
        "salt": None if vector["salt"] is None else bytes.fromhex(vector["salt"]),
        "data": None if vector["data"] is None else vector["data"].encode(),
    }
    return Row(**read)


@by_hash
def test_the_page_can_be_rebuilt_by_an_outsider(log: dict[str, Any]) -> None:
    assert rebuilt(log) == [{name: row[name] for name in ("data_hash", "leaf", "chain")} for row in log["rows"]]


@by_hash
def test_our_own_implementation_agrees_with_the_page(log: dict[str, Any]) -> None:
    previous = log_format.NO_CHAIN
    for vector in log["rows"]:
        row = row_of(vector)
        assert log_format.problems(row, previous, log_format.hasher(log["hash"])) == []
        previous = row.chain


def test_the_vectors_show_every_form_that_the_page_describes() -> None:
    assert [log["hash"] for log in LOGS] == ["sha-256", "sm3"]
    for log in LOGS:
        rows = log["rows"]
        assert json.loads(rows[0]["data"])["hash"] == log["hash"]
        for name in ("source_seq", "actor_post", "command_id", "causation_id", "traceparent", "data", "salt"):
            assert {row[name] is None for row in rows} == {True, False}, name
        assert {len(row["occurred"]) for row in rows} == {10, 27}
        assert any(row["actor_post"] == "" for row in rows)
        assert any(row["source"] != rows[0]["source"] for row in rows)
        assert {row["history"] for row in rows} == {True, False}
        assert any(not row["stream"].isascii() for row in rows)


def test_the_page_lists_the_header_fields_in_their_order() -> None:
    listed = re.findall(r"^\| \d+ \| `(\w+)` \|", PAGE.read_text(), re.MULTILINE)
    assert listed == HEADER


def test_absent_and_empty_differ() -> None:
    assert log_format.framed(None) != log_format.framed("")


def test_a_text_cannot_run_into_the_next_field() -> None:
    row = row_of(LOGS[0]["rows"][1])
    moved = row._replace(stream=row.stream + "2", version=1)
    also = row._replace(stream=row.stream, version=21)
    assert log_format.header_of(moved) != log_format.header_of(also)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        ("2026-01-05T09:00:00+08:00", "2026-01-05T01:00:00.000000Z"),
        ("2026-01-05T01:00:00.000001+00:00", "2026-01-05T01:00:00.000001Z"),
    ],
)
def test_an_instant_is_written_in_utc_with_six_digits(instant: str, text: str) -> None:
    assert log_format.instant_text(datetime.fromisoformat(instant)) == text
    assert log_format.occurred_value(text) == datetime.fromisoformat(instant)
