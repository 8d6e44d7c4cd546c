"""What the environment may say, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from zeren.settings import Settings


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "HOST", "PORT", "DATABASE_URL", "ENV"):
        monkeypatch.delenv(f"ZEREN_{name}", raising=False)


def test_without_settings_it_is_a_trial_on_this_machine_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings()
    assert settings.home == tmp_path.resolve() / ".zeren"
    assert (settings.host, settings.port, settings.env, settings.database_url) == (
        "127.0.0.1",
        8080,
        "development",
        None,
    )


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZEREN_PORT", "")
    assert Settings().port == 8080


@pytest.mark.parametrize(("name", "value"), [("PORT", "0"), ("PORT", "八千"), ("ENV", "prod")])
def test_a_value_that_does_not_fit_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"ZEREN_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_the_database_url_shows_itself_to_nobody_by_accident(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZEREN_DATABASE_URL", "postgresql://admin:fixed-for-this-test@db.example:5432/postgres")
    assert "fixed-for-this-test" not in repr(Settings())


def test_every_setting_of_kafka_stands_on_the_page_for_operators() -> None:
    page = (Path(__file__).parents[2] / "docs" / "kafka.md").read_text("utf-8")
    named = set(re.findall(r"`(ZEREN_KAFKA\w*)`", page))
    assert named == {f"ZEREN_{field}".upper() for field in Settings.model_fields if field.startswith("kafka")}
