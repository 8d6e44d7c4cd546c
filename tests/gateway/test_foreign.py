"""The gateway alone, as a process, over three subgraphs that others could have written, in processes of their own.

The catalogue is made with @apollo/subgraph under Node, the reviews with Strawberry, shipping by hand over graphql-core.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from tests.gateway.nodes import Node
from tests.support.running import REPOSITORY, free_port, until

SECONDS = 60


@dataclass
class Running:
    """The gateway and its subgraphs; `subgraphs` are on the gateway's command line."""

    url: str
    subgraphs: list[str]
    gateway: subprocess.Popen[bytes]
    shipping: subprocess.Popen[bytes]

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        body = orjson.dumps({"query": query, "variables": variables})
        headers = {"content-type": "application/json", "accept": "application/graphql-response+json"}
        asked = urllib.request.Request(f"{self.url}/graphql", body, headers)  # noqa: S310 -- loopback
        try:
            with urllib.request.urlopen(asked, timeout=SECONDS) as response:  # noqa: S310
                found: dict[str, Any] = orjson.loads(response.read())
        except urllib.error.HTTPError as refused:
            found = orjson.loads(refused.read())
        return found

    def page(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=SECONDS) as response:  # noqa: S310
                return response.status, response.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
        except urllib.error.URLError:
            return 0, ""


def started(said: Path, *command: str) -> subprocess.Popen[bytes]:
    with said.open("wb") as out:
        return subprocess.Popen(command, cwd=REPOSITORY, stdout=out, stderr=subprocess.STDOUT)


def gateway(*arguments: str) -> Result:
    """One command of the command line, in this process."""
    return CliRunner().invoke(app, arguments)


def ended(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.wait()


@pytest.fixture(scope="module")
def running(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """All four started at once: the gateway waits until its subgraphs answer."""
    ports = {name: free_port() for name in ("gateway", "catalogue", "reviews", "shipping")}
    urls = {name: f"http://127.0.0.1:{port}/graphql" for name, port in ports.items()}
    folder = tmp_path_factory.mktemp("gateway")
    config, said = folder / "gateway.toml", folder / "said"
    config.write_text(f'[subgraphs.shipping]\nurl = "{urls["shipping"]}"\npatience = {{ answer_seconds = 1.0 }}\n')
    subgraphs = [argument for name in ("catalogue", "reviews") for argument in ("--subgraph", f"{name}={urls[name]}")]
    subgraphs += ["--config", str(config)]
    processes = [
        started(said, sys.executable, "-m", "gateway", "serve", *subgraphs, "--port", str(ports["gateway"])),
        started(folder / "catalogue", *node.command("catalogue.mjs", str(ports["catalogue"]))),
        started(folder / "reviews", sys.executable, "-m", "tests.gateway.foreign.reviews", str(ports["reviews"])),
        started(folder / "shipping", sys.executable, "-m", "tests.gateway.foreign.shipping", str(ports["shipping"])),
    ]
    found = Running(f"http://127.0.0.1:{ports['gateway']}", subgraphs, processes[0], processes[3])
    try:
        until(lambda: found.page("/readyz")[0] == 200 or processes[0].poll() is not None, "the gateway", SECONDS)
        assert processes[0].poll() is None, said.read_text()
        yield found
    finally:
        ended(processes)


def test_an_answer_takes_two_hops_from_one_subgraph_over_the_next_to_the_last(running: Running) -> None:
    answered = running.ask(
        """query Q($id: ID!) {
             item(id: $id) { __typename title ... on Book { pages reviews { text author { name address { town } } } } }
           }""",
        id="b2",
    )
    assert answered == {
        "data": {
            "item": {
                "__typename": "Book",
                "title": "Lost in the post",
                "pages": 90,
                "reviews": [{"text": "Never arrived.", "author": {"name": "悟空", "address": {"town": "花果山"}}}],
            }
        }
    }


def test_what_a_field_requires_is_fetched_however_deep_it_lies_and_is_not_shown(running: Running) -> None:
    answered = running.ask('{ review(id: "r1") { book { postage } } }')
    assert answered == {"data": {"review": {"book": {"postage": 11}}}}


def test_an_interface_and_a_union_are_told_apart_by_type(running: Running) -> None:
    answered = running.ask(
        """{
          items { id title ... on Book { postage } ... on Film { minutes } }
          search(text: "大") { ... on Film { title minutes } ... on Book { title postage } }
        }"""
    )
    assert answered["data"] == {
        "items": [
            {"id": "b1", "title": "西游记", "postage": 11},
            {"id": "f1", "title": "大闹天宫", "minutes": 106},
            {"id": "b2", "title": "Lost in the post", "postage": None},
            {"id": "b3", "title": "Written in haste", "postage": 2},
        ],
        "search": [{"title": "大闹天宫", "minutes": 106}],
    }


def test_an_entity_that_a_subgraph_does_not_know_is_null_and_no_error(running: Running) -> None:
    assert running.ask('{ item(id: "b2") { title ... on Book { postage } } }') == {
        "data": {"item": {"title": "Lost in the post", "postage": None}}
    }


def test_a_mutation_is_answered_with_what_other_subgraphs_know_of_it(running: Running) -> None:
    answered = running.ask('mutation { write(book: "b1", text: "好") { text book { title postage } } }')
    assert answered == {"data": {"write": {"text": "好", "book": {"title": "西游记", "postage": 11}}}}


def test_a_subgraph_that_fails_costs_its_own_field_alone_and_what_it_said_stays_inside(running: Running) -> None:
    answered = running.ask("{ outage items { title } }")
    assert answered["data"]["outage"] is None
    assert len(answered["data"]["items"]) == 4
    [error] = answered["errors"]
    assert error["path"] == ["outage"]
    assert "shipping" in orjson.dumps(error).decode()
    assert "hunter2" not in orjson.dumps(answered).decode()


def test_an_error_of_a_subgraph_is_told_by_its_place_and_never_in_its_words(running: Running) -> None:
    answered = running.ask('{ item(id: "b3") { title ... on Book { reviews { text } } } }')
    assert answered["data"] is None or "item" in answered["data"]
    [error] = answered["errors"]
    assert error["path"] == ["item", "reviews"]
    assert error["extensions"] == {"code": "SUBGRAPH_ERROR", "service": "reviews"}
    assert "secret.db" not in orjson.dumps(answered).decode()


def test_a_subgraph_that_is_too_slow_is_not_waited_for(running: Running) -> None:
    began = time.monotonic()
    answered = running.ask('{ review(id: "r2") { text author { name address { town } } } }')
    assert time.monotonic() - began < 20
    assert answered["data"] == {"review": {"text": "Too long.", "author": {"name": "slow", "address": None}}}
    [error] = answered["errors"]
    assert error["path"] == ["review", "author"]
    assert error["extensions"]["code"] == "SUBGRAPH_TIMED_OUT"


def test_the_schema_is_that_of_all_three(running: Running) -> None:
    answered = running.ask('{ __type(name: "Book") { fields { name } } __schema { queryType { name } } }')
    assert {field["name"] for field in answered["data"]["__type"]["fields"]} == {
        *("id", "title", "pages", "size", "reviews", "postage"),
    }


def test_what_it_does_is_counted(running: Running) -> None:
    running.ask("{ towns }")
    status, metrics = running.page("/metrics")
    assert status == 200
    assert 'gateway_subgraph_requests_total{outcome="answered",subgraph="shipping"}' in metrics
    assert 'gateway_requests_total{status="200"}' in metrics
    assert running.page("/livez") == (200, "ok\n")
    assert running.page("/elsewhere")[0] == 404


def test_the_supergraph_and_a_plan_can_be_looked_at(running: Running, tmp_path: Path) -> None:
    composed = gateway("compose", *running.subgraphs)
    assert composed.exit_code == 0, composed.stderr
    assert 'join__field(graph: SHIPPING, requires: "size { weight { grams } }"' in composed.stdout
    document = tmp_path / "question.graphql"
    document.write_text('{ review(id: "r1") { book { postage } } }')
    planned = gateway("plan", str(document), *running.subgraphs)
    assert planned.exit_code == 0, planned.stderr
    reviews, catalogue, shipping = (planned.stdout.index(name) for name in ("reviews", "catalogue", "shipping"))
    assert reviews < catalogue < shipping


def test_subgraphs_that_do_not_fit_together_are_told_with_every_reason(running: Running, tmp_path: Path) -> None:
    other = tmp_path / "other.graphql"
    link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])'
    other.write_text(f'{link} type Query {{ towns: Int }} type Film @key(fields: "nothing") {{ id: ID! }}')
    failed = gateway("compose", *running.subgraphs, "--subgraph", f"other={other}")
    assert failed.exit_code == 1
    assert failed.stdout == ""
    assert "KEY_INVALID_FIELDS" in failed.stderr
    assert "other" in failed.stderr


def test_subgraphs_that_never_answer_are_named_within_the_time_given(tmp_path: Path) -> None:
    config = tmp_path / "gateway.toml"
    config.write_text(f'start_seconds = 0.5\n[subgraphs.absent]\nurl = "http://127.0.0.1:{free_port()}/graphql"\n')
    failed = gateway("serve", "--config", str(config), "--port", str(free_port()))
    assert failed.exit_code == 1
    assert "absent does not say what it is (SUBGRAPH_UNREACHABLE)" in failed.stderr


def test_a_gateway_that_waits_for_its_subgraphs_says_so_and_ends_when_asked(tmp_path: Path) -> None:
    port = free_port()
    absent = f"absent=http://127.0.0.1:{free_port()}/graphql"
    process = started(
        tmp_path / "said", sys.executable, "-m", "gateway", "serve", "--subgraph", absent, "--port", str(port)
    )
    waiting = Running(f"http://127.0.0.1:{port}", [], process, process)
    try:
        until(lambda: waiting.page("/livez")[0] == 200, "the gateway", SECONDS)
        assert waiting.page("/readyz")[0] == 503
        refused = waiting.ask("{ n }")
        assert refused["errors"][0]["extensions"]["code"] == "NOT_READY"
        process.terminate()
        assert process.wait(SECONDS) == 0
        assert "Traceback" not in (tmp_path / "said").read_text()
    finally:
        ended([process])


def test_what_is_misspelt_in_the_configuration_is_said(tmp_path: Path) -> None:
    config = tmp_path / "gateway.toml"
    config.write_text("[http.limits]\ndeepth = 3\n")
    failed = gateway("serve", "--config", str(config))
    assert (failed.exit_code, "deepth" in failed.stderr) == (1, True)


def test_a_subgraph_that_died_costs_its_fields_alone_and_the_gateway_ends_when_asked(running: Running) -> None:
    """The last one: it ends what the others need."""
    running.shipping.kill()
    running.shipping.wait()
    answered = running.ask('{ item(id: "b1") { title ... on Book { postage reviews { text } } } }')
    assert answered["data"]["item"] == {
        "title": "西游记",
        "postage": None,
        "reviews": [{"text": "读了三遍。"}, {"text": "Too long."}],
    }
    [error] = answered["errors"]
    assert error["path"] == ["item"]
    assert error["extensions"]["code"] == "SUBGRAPH_UNREACHABLE"
    assert "shipping" in error["message"]
    os.kill(running.gateway.pid, signal.SIGTERM)
    assert running.gateway.wait(SECONDS) == 0
