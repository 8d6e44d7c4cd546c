"""`eventsourcing`, obeying the words of `tests/bench/writing.py`, with a thread for each writer.

argv: the settings of its PostgreSQL as JSON, and the payload. Runs in an environment of its own, without the product.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from eventsourcing.application import Application
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import InfrastructureFactory, StoredEvent
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.utils import Environment
from psycopg.sql import SQL


class Task(Aggregate):
    """What is written where the log is read again by the runner of its projections."""

    @event("Issued")
    def __init__(self, data: str) -> None:
        self.data = data


class Tasks(Application):
    """Its log."""


class Seen(PostgresTrackingRecorder):
    """A row for each task: how often its event came."""

    def __init__(self, datastore: Any, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.sql_create_statements.append(
            SQL("create table if not exists seen (key text primary key, times integer not null)")
        )

    def see(self, key: str, tracking: Any) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(
                "insert into seen values (%s, 1) on conflict (key) do update set times = seen.times + 1", (key,)
            )


class SeenTasks(Projection[Seen]):
    name = "seen"
    topics = ()

    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Any) -> None:
        self.view.see(str(domain_event.originator_id), tracking)


def say(told: dict[str, float]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def written(writers: int, seconds: float, write: Callable[[], object]) -> int:
    """How often so many threads wrote in so many seconds."""
    until = time.perf_counter() + seconds

    def work(_: int) -> int:
        done = 0
        while time.perf_counter() < until:
            write()
            done += 1
        return done

    with ThreadPoolExecutor(writers) as pool:
        return sum(pool.map(work, range(writers)))


def rebuilt(settings: dict[str, str], payload: str, writers: int, seconds: float) -> float:
    """Write for so many seconds, then run the projection over all there is; the seconds that this took."""
    tasks = Tasks(settings)
    written(writers, seconds, lambda: tasks.save(Task(payload)))
    last = tasks.recorder.max_notification_id()
    with tasks.factory.datastore.transaction(commit=True) as cursor:
        cursor.execute("drop table if exists seen, seen_tracking cascade")
    began = time.perf_counter()
    with ProjectionRunner(application_class=Tasks, projection_class=SeenTasks, view_class=Seen, env=settings) as runner:
        runner.wait(last, timeout=300)
        took = time.perf_counter() - began
    tasks.close()
    return took


def main() -> None:
    settings = {"PERSISTENCE_MODULE": "eventsourcing.postgres", **json.loads(sys.argv[1])}
    payload = sys.argv[2]
    factory = InfrastructureFactory.construct(Environment("bench", settings))
    recorder = factory.application_recorder()
    state = payload.encode()
    say({})
    for line in sys.stdin:
        word, writers, seconds = line.split()
        began, cpu = time.perf_counter(), time.process_time()
        if word == "write":
            events = written(
                int(writers),
                float(seconds),
                lambda: recorder.insert_events([StoredEvent(uuid4(), 1, "task-issued", state)]),
            )
            took = time.perf_counter() - began
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            say({"events": events, "seconds": took, "cpu": time.process_time() - cpu, "memory": memory})
            continue
        say({"seconds": rebuilt(settings, payload, int(writers), float(seconds))})
    factory.close()


if __name__ == "__main__":
    main()
