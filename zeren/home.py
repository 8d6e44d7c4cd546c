"""The home of an installation: one folder with its secrets, its lock and the record of where its data lies."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from pathlib import Path
from typing import IO


class HomeInUse(Exception):
    """Another process holds the home; `pid` is None when it has not yet written its number."""

    def __init__(self, pid: int | None) -> None:
        super().__init__(pid)
        self.pid = pid


def make(home: Path) -> None:
    """The folder itself, for its owner alone.

    Root's PostgreSQL runs as another user, who must pass through; the secrets have a folder of their own (0700).
    """
    home.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)


def lock(home: Path) -> IO[str]:
    """Hold the home until the returned file is closed or the process ends, however it ends. Raises HomeInUse."""
    file = (home / "lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        written = file.read().strip()
        file.close()
        raise HomeInUse(int(written) if written.isdecimal() else None) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def log_file(path: Path) -> IO[bytes]:
    """To append lines to. Where it is made, only its owner can read it."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def write(path: Path, text: str) -> None:
    """Put the whole text in place or nothing, readable by its owner only, and on the disk when this returns."""
    fresh = path.with_name(f".{path.name}.new")
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def secret_path(home: Path, name: str) -> Path:
    return home / "secrets" / name


def read_secret(home: Path, name: str) -> str | None:
    """The secret, or None when it was never made."""
    try:
        return secret_path(home, name).read_text().strip()
    except FileNotFoundError:
        return None


def secret(home: Path, name: str) -> str:
    """The secret, 64 hexadecimal digits of 32 random bytes; made and stored (0600) when it is missing."""
    if (known := read_secret(home, name)) is not None:
        return known
    fresh = secrets.token_hex(32)
    secret_path(home, name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write(secret_path(home, name), fresh + "\n")
    return fresh
