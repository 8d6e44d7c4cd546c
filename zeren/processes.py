"""The processes of an installation that is not all in one: which there are, and by which command each runs.

`zeren up` starts just these with ZEREN_FEED=kafka, and docker-compose.yml names the same commands; a test compares.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Process:
    """One process. `arguments` stand behind `zeren`; `serves` names the service whose interface it answers, if any; only
    one that `speaks_kafka` is told how to sign in there."""

    name: str
    arguments: tuple[str, ...]
    serves: str | None = None
    speaks_kafka: bool = False


PREPARE = Process("prepare", ("prepare",))
"""Once before the others, with an administrator's account: makes what is missing, and leaves what is there."""

PROCESSES: tuple[Process, ...] = (
    Process("relay", ("relay",), speaks_kafka=True),
    Process("assessment-workers", ("serve", "assessment", "--part", "workers"), speaks_kafka=True),
    Process("assessment-api", ("serve", "assessment", "--part", "api"), serves="assessment"),
    Process("intake", ("serve", "intake"), serves="intake", speaks_kafka=True),
    Process("complaints", ("serve", "complaints"), serves="complaints", speaks_kafka=True),
    Process("notifications", ("serve", "notifications"), serves="notifications", speaks_kafka=True),
    Process("ledger", ("serve", "ledger"), serves="ledger"),
    Process("front", ("front",)),
)
"""In the order in which they are started. They are ended in the opposite one: first whoever is asked from outside, last
what carries to the others what was said until then."""
