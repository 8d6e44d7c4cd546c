"""Ports on 127.0.0.1 for the servers that an installation runs for itself."""

from __future__ import annotations

import secrets
import socket
import time

_POLL_SECONDS = 0.02
_PORTS = range(21000, 32000)  # below the ephemeral range, so that no outgoing connection takes ours


def free_port(wanted: int | None) -> int | None:
    """`wanted` when nobody listens there, else another; None when all are taken."""
    first = secrets.choice(_PORTS)
    candidates: list[int] = [*range(first, _PORTS.stop), *range(_PORTS.start, first)]
    if wanted is not None:
        candidates.insert(0, wanted)
    return next((port for port in candidates if is_free(port)), None)


def is_free(port: int) -> bool:
    """Whether nobody listens there; the remains of closed connections do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def becomes_free(port: int, seconds: float) -> bool:
    """Wait until nobody listens there any more; False when somebody still does after so many seconds."""
    until = time.monotonic() + seconds
    while not is_free(port):
        if time.monotonic() > until:
            return False
        time.sleep(_POLL_SECONDS)
    return True
