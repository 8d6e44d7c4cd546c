"""`zeren prepare`: once before the processes of an installation, with an administrator's account of the database."""

from __future__ import annotations

from rich.console import Console

from zeren.issuer import DevelopmentIssuer
from zeren.office import SAMPLE_START, admin_dsn, open_office
from zeren.settings import Settings


async def prepare_installation(settings: Settings, console: Console) -> None:
    """Make databases, roles and secrets that are missing, begin the logs, and record the terms they start with.

    May be repeated, and must be after an upgrade. PostgresRefused.
    """
    starts = SAMPLE_START if settings.sample else None
    office = await open_office(admin_dsn(settings), settings.home, found=True, starts=starts)
    try:
        if settings.env != "production":
            DevelopmentIssuer(settings)  # makes its key, which the processes share
        for running in office.services.values():
            await running.prepare_views()
            console.print(f"✓ {running.service.title} {running.service.name}：日志 {running.log.head} 条（facts）")
    finally:
        await office.stop()
