"""The recorder of `eventsourcing`, obeying the words of `tests/bench/writing.py`, with a thread for each writer.

argv: the settings of its PostgreSQL as JSON, and the payload. Runs in an environment of its own, without the product.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from eventsourcing.persistence import InfrastructureFactory, StoredEvent
from eventsourcing.utils import Environment


def say(told: dict[str, float]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def main() -> None:
    settings, payload = json.loads(sys.argv[1]), sys.argv[2].encode()
    factory = InfrastructureFactory.construct(
        Environment("bench", {"PERSISTENCE_MODULE": "eventsourcing.postgres", **settings})
    )
    recorder = factory.application_recorder()
    say({})
    for line in sys.stdin:
        _, writers, seconds = line.split()
        began, cpu = time.perf_counter(), time.process_time()
        until = began + float(seconds)

        def work(_: int, until: float = until) -> int:
            done = 0
            while time.perf_counter() < until:
                recorder.insert_events([StoredEvent(uuid4(), 1, "task-issued", payload)])
                done += 1
            return done

        with ThreadPoolExecutor(int(writers)) as pool:
            events = sum(pool.map(work, range(int(writers))))
        took = time.perf_counter() - began
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        told = {"events": events, "seconds": took, "cpu": time.process_time() - cpu, "memory": memory}
        say(told)
    factory.close()


if __name__ == "__main__":
    main()
