"""What should have been tested and was not, as something lacked on this machine. Such a run is no success."""

from __future__ import annotations

import pytest

_REASONS: dict[str, str] = {}

CONTENT = {
    "Kafka": "ZEREN_KAFKA names brokers to test with; ZEREN_WITHOUT_KAFKA=1 is content without.",
    "Node": "ZEREN_WITHOUT_NODE=1 is content without.",
}
"""What may lack, and what to do about it."""


def not_run(lacking: str, reason: str) -> None:
    """A test is skipped that needs what lacks, one of `CONTENT`; `reason` says why it lacks."""
    _REASONS.setdefault(lacking, reason)


def finished(session: pytest.Session) -> None:
    """At the end of a run."""
    if _REASONS and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def said(reporter: pytest.TerminalReporter) -> None:
    """Before the closing line."""
    for lacking, reason in _REASONS.items():
        reporter.section(lacking, red=True)
        reporter.line(f"Tests that need {lacking} were not run: {reason}")
        reporter.line(f"That fails the run. {CONTENT[lacking]}")
