"""Which errors tell of the database and the way to it, and not of what was asked."""

from __future__ import annotations

import asyncpg

CONNECTION_LOST: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,  # the server is being stopped, or its postmaster was killed
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the driver's own state is broken by a connection that ends in mid-answer
    OSError,  # among them ConnectionError and TimeoutError
)
"""The connection broke or cannot be made. A value that the driver cannot encode is an InterfaceError, too, and a ValueError:
see `is_connection_lost`."""
DATABASE_ERRORS: tuple[type[Exception], ...] = (asyncpg.PostgresError, *CONNECTION_LOST)
"""Everything that the database or its driver raises. Not all of it has a `sqlstate`."""


def is_connection_lost(error: BaseException) -> bool:
    """Whether the connection broke, so that it is not known what became of a statement under way."""
    return isinstance(error, CONNECTION_LOST) and not isinstance(error, ValueError)
