"""How an installation reaches the outside, as its settings say."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.outside import Outside
from shared.outside.mail import MailServer
from zeren import home as homes
from zeren.office_refusals import OfficeRefused
from zeren.outside import outside
from zeren.settings import Settings

SENDER = "责任台账 <zeren@yunling.example>"


def test_without_settings_nothing_is_mailed_and_this_machine_is_not_called(tmp_path: Path) -> None:
    assert outside(Settings(home=tmp_path)) == Outside(loopback=False, mail=None)


def test_the_password_of_the_mail_server_is_a_secret_of_the_home(tmp_path: Path) -> None:
    homes.secret_path(tmp_path, "smtp.password").parent.mkdir(mode=0o700)
    homes.write(homes.secret_path(tmp_path, "smtp.password"), "geheim\n")
    settings = Settings(home=tmp_path, smtp_host="mx.yunling.example", smtp_sender=SENDER, smtp_user="zeren")
    expected = MailServer("mx.yunling.example", 587, SENDER, "starttls", "zeren", "geheim")
    assert outside(settings).mail == expected
    assert "geheim" not in repr(outside(settings))


def test_half_a_setting_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    without_sender = Settings(home=tmp_path, smtp_host="mx.yunling.example")
    without_password = without_sender.model_copy(update={"smtp_sender": SENDER, "smtp_user": "zeren"})
    for settings in (without_sender, without_password):
        with pytest.raises(OfficeRefused) as refused:
            outside(settings)
        assert refused.value.code == "mail-incomplete"
        assert "smtp.password" in refused.value.zh
