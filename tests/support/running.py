"""The office as anybody runs it: `zeren` in processes of its own, and HTTP over loopback. Nothing is reached from inside.

What is waited for is waited for by name, within a bound that says that something is wrong, not how long it takes.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlencode
from uuid import uuid4

from zeren.processes import PROCESSES

T = TypeVar("T")

REPOSITORY = Path(__file__).parents[2]
BOUND_SECONDS = 300
"""Far more than anything takes on two loaded cores."""

ANSWERS = "Ctrl-C"
"""What stands in the last line of the greeting: from then on requests are answered."""


def until(condition: Callable[[], T | None], what: str, seconds: float = BOUND_SECONDS) -> T:
    """The first result of `condition` that is not None or False. AssertionError names `what` never came."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        found = condition()
        if found is not None and found is not False:
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {what}")


_PORTS = range(20000, 21000)
"""Below those that the system lends to outgoing connections and those that the embedded PostgreSQL takes."""


def free_port() -> int:
    """A port that nobody listens on."""
    for port in random.sample(_PORTS, len(_PORTS)):
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


def environment(home: Path, port: int, **more: str) -> dict[str, str]:
    """Ours without any ZEREN_ setting, and with those given. Compiled files are kept, as they are for anybody."""
    left_out = ("ZEREN_", "FORCE_COLOR", "PYTHONDONTWRITEBYTECODE")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return {
        **inherited,
        "ZEREN_HOME": str(home),
        "ZEREN_PORT": str(port),
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONUNBUFFERED": "1",
        # Compiled once for all processes of a run, also where the surroundings forbid it: a start is seconds faster.
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(home.parent / "bytecode"),
        "NO_COLOR": "1",
        "COLUMNS": "200",
        **more,
    }


def zeren(home: Path, port: int, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """One command of the command line, to its end.

    It runs in this process, which has everything imported already, in a thread that has no event loop. The parts of the
    program are the same; that the program starts as such, every `zeren up` shows.
    """
    from zeren import cli

    out, err = io.StringIO(), io.StringIO()
    code = 0

    def run() -> None:
        nonlocal code
        try:
            cli.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)

    kept = dict(os.environ), sys.argv
    try:
        os.environ.clear()
        os.environ.update(environment(home, port, **settings))
        sys.argv = ["zeren", *arguments]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            thread = threading.Thread(target=run)
            thread.start()
            thread.join()
    finally:
        os.environ.clear()
        os.environ.update(kept[0])
        sys.argv = kept[1]
    return subprocess.CompletedProcess(["zeren", *arguments], code, out.getvalue(), err.getvalue())


@dataclass
class Up:
    """A `zeren up` that was started; `said` is where its output goes."""

    process: subprocess.Popen[bytes]
    home: Path
    port: int
    said: Path

    def output(self) -> str:
        return self.said.read_text("utf-8")

    def answers(self) -> Up:
        """Wait for the end of the greeting."""
        until(lambda: ANSWERS in self.output() or self.process.poll() is not None, "the greeting of zeren up")
        assert ANSWERS in self.output(), self.output()
        return self

    def ended(self) -> int:
        """Wait for its end; the exit code."""
        until(lambda: self.process.poll() is not None, "the end of zeren up")
        return self.process.wait()

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, and wait; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.ended()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def token(self) -> str:
        """The development token of the greeting."""
        (line,) = (line for line in self.output().splitlines() if line.startswith("export TOKEN="))
        return line.removeprefix("export TOKEN=")


UP = (sys.executable, "-m", "zeren.cli", "up")

_started: list[Up] = []


def start_up(
    home: Path,
    port: int | None = None,
    *,
    command: Sequence[str | Path] = UP,
    user: pwd.struct_passwd | None = None,
    **settings: str,
) -> Up:
    """Start `zeren up` on a home, in a process group of its own, and do not wait."""
    port = port or free_port()
    said = home.with_name(f"{home.name}.{port}.{time.monotonic_ns()}.said")
    with said.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            env=environment(home, port, **settings),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )
    up = Up(process, home, port, said)
    _started.append(up)
    return up


def kill_all() -> None:
    """End what failed tests have left running."""
    for up in _started:
        if up.process.poll() is None:
            up.kill()


def processes_of(home: Path) -> list[int]:
    """Every process that works inside the home: that is what the server's processes do."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdecimal() and (entry / "cwd").resolve(strict=True).is_relative_to(home.resolve()):
                found.append(int(entry.name))
    return found


def children(up: Up) -> dict[str, int]:
    """The processes that a supervisor keeps, by name."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    found = {}
    for line in listed.splitlines()[1:]:
        pid, parent, arguments = line.split(None, 2)
        for process in PROCESSES:
            if int(parent) == up.process.pid and arguments.endswith(f"-m zeren.cli {' '.join(process.arguments)}"):
                found[process.name] = int(pid)
    return found


def status_of(port: int, path: str) -> int | None:
    """What is answered; None while nobody does."""
    with suppress(OSError):
        return Caller(port, "").send("GET", path, None, {}).status
    return None


def is_ready(port: int) -> bool:
    return status_of(port, "/readyz") == 200


def discard_home(home: Path) -> None:
    """Whatever still runs there is ended, and its data removed."""
    for pid in processes_of(home):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until(lambda: not processes_of(home), "the end of what ran in a home")
    shutil.rmtree(home, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered. `body` is its JSON, or its text when it is none."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> str | None:
        """Of a problem."""
        return self.body.get("code") if isinstance(self.body, dict) else None


@dataclass
class Caller:
    """One person at one office, by token; somebody who has none is nobody whom the office knows."""

    port: int
    token: str
    position: dict[str, str] = field(default_factory=dict)
    """For each service the `Zeren-Position` of the last thing told; all go along with every question to any of them."""
    key: Callable[[], str] = field(default=lambda: uuid4().hex)
    """Draws the idempotency key of what is told without one."""
    acknowledged: list[tuple[str, Any, str, Any]] = field(default_factory=list)
    """What was told and done: path, body and key, and what was answered."""

    def ask(self, path: str, **params: str | int | bool) -> Answer:
        """GET /api/<path>, no older than what this person told before."""
        query = urlencode({name: str(value).lower() if value is True else value for name, value in params.items()})
        address = f"/api/{quote(path, safe='/')}" + (f"?{query}" if query else "")
        return self.send("GET", address, None, self._known())

    def get(self, path: str, **params: str | int | bool) -> Any:
        """The body of an answer of 200."""
        answer = self.ask(path, **params)
        assert answer.status == 200, answer
        return answer.body

    def all(self, path: str, **params: str | int | bool) -> list[Any]:
        """The items of all pages."""
        items: list[Any] = []
        page = self.get(path, limit=200, **params)
        items += page["items"]
        while page["next"] is not None:
            page = self.get(path, limit=200, after=page["next"], **params)
            items += page["items"]
        return items

    def tell(self, path: str, body: Any, *, key: str | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """POST /api/<path> under an idempotency key."""
        given = {"idempotency-key": key or self.key()}
        return self.send("POST", f"/api/{path}", body, {**given, **(headers or {})})

    def done(self, path: str, body: Any, *, key: str | None = None) -> Any:
        """The body of an answer of 200 or 201; its position is remembered."""
        key = key or self.key()
        answer = self.tell(path, body, key=key)
        assert answer.status in (200, 201), answer
        self.acknowledged.append((path, body, key, answer.body))
        if "zeren-position" in answer.headers:
            self.position[path.partition("/")[0]] = answer.headers["zeren-position"]
        return answer.body

    def refused(self, path: str, body: Any) -> str | None:
        """The code of the refusal; AssertionError when there was none."""
        answer = self.tell(path, body)
        assert 400 <= answer.status < 500, answer
        return answer.code

    def query(self, service: str, text: str, **variables: Any) -> Any:
        """The data of a GraphQL query that has no error."""
        answer = self.send("POST", f"/api/{service}/graphql", {"query": text, "variables": variables}, self._known())
        assert answer.status == 200, answer
        assert "errors" not in answer.body, answer
        return answer.body["data"]

    def _known(self) -> dict[str, str]:
        return {"zeren-position": ", ".join(self.position.values())} if self.position else {}

    def send(self, method: str, address: str, body: Any, headers: Mapping[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            content = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
            known = {"authorization": f"Bearer {self.token}"} if self.token else {}
            sent = {**known, "content-type": "application/json", **headers}
            connection.request(method, address, content, sent)
            response = connection.getresponse()
            read = response.read()
            is_json = "json" in (response.getheader("content-type") or "")
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, json.loads(read) if is_json and read else read.decode())
        finally:
            connection.close()
