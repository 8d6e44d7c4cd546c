"""How this installation reaches what is none of it: as its settings say."""

from __future__ import annotations

from shared.outside import Outside
from shared.outside.mail import MailServer
from zeren import home as homes
from zeren.office_refusals import MAIL_INCOMPLETE, OfficeRefused
from zeren.settings import Settings

_PASSWORD = "smtp.password"  # noqa: S105 — the name of a file


def outside(settings: Settings) -> Outside:
    """OfficeRefused where a mail server is named without a sender, or a user of it without a password."""
    return Outside(settings.webhooks_to_loopback, _mail(settings))


def _mail(settings: Settings) -> MailServer | None:
    if settings.smtp_host is None:
        return None
    password = homes.read_secret(settings.home, _PASSWORD) if settings.smtp_user is not None else None
    if settings.smtp_sender is None or (settings.smtp_user is not None and password is None):
        raise OfficeRefused(MAIL_INCOMPLETE.of(path=homes.secret_path(settings.home, _PASSWORD)))
    return MailServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_sender,
        settings.smtp_encryption,
        settings.smtp_user,
        password,
        settings.smtp_ca,
    )
