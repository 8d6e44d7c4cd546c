"""What tests of the gateway share: Node.js, for what others wrote and it is compared with."""

from __future__ import annotations

import pytest

from tests.gateway import nodes


@pytest.fixture(scope="session")
def node() -> nodes.Node:
    """Node.js with the packages of `node/package.json`; a test that needs it is skipped where it cannot be had."""
    return nodes.found()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tests that should have met Node and did not are no success."""
    if nodes.not_run() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say so before the closing line."""
    if reasons := nodes.not_run():
        terminalreporter.section("Node", red=True)
        terminalreporter.line(f"Tests that need Node were not run: {reasons[0]}")
        terminalreporter.line("That fails the run. ZEREN_WITHOUT_NODE=1 is content without.")
