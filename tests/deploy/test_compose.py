"""docker-compose.yml without Docker: it is well-formed, runs what `zeren up` runs, and gives each process its secrets."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from compose_spec import PyCompose

from tests.conftest import discard
from tests.support.running import REPOSITORY, zeren
from zeren import kafka, postgres
from zeren.installation import known, relay_dsn
from zeren.office import SERVICES
from zeren.postgres_refusals import PostgresRefused
from zeren.processes import PREPARE, PROCESSES
from zeren.service_key import service_tokens
from zeren.settings import Settings

HOME = "/var/lib/zeren"
DEFAULT = re.compile(r"\$\{[A-Z_]+:-([^}]*)\}")


@pytest.fixture(scope="module")
def written() -> Mapping[str, Any]:
    """The file as YAML says it, its variables at their defaults."""
    parsed: Mapping[str, Any] = _filled(yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text("utf-8")))
    return parsed


def _filled(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _filled(value) for name, value in part.items()}
    if isinstance(part, list):
        return [_filled(value) for value in part]
    return DEFAULT.sub(r"\1", part) if isinstance(part, str) else part


@pytest.fixture(scope="module")
def containers(written: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = written["services"]
    return found


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of what `sh deploy/secrets.sh` makes."""
    deploy = tmp_path_factory.mktemp("checkout") / "deploy"
    deploy.mkdir()
    shutil.copy(REPOSITORY / "deploy" / "secrets.sh", deploy)
    subprocess.run(["sh", "deploy/secrets.sh"], cwd=deploy.parent, check=True, capture_output=True)
    return deploy / "secrets"


def of_container(containers: Mapping[str, Any], name: str, secrets: Path, home: Path) -> Path:
    """A home with the secrets of one container and nothing else."""
    for given in containers[name]["secrets"]:
        target = Path(given["target"])
        assert target.parent == Path(HOME, "secrets"), target
        (home / "secrets").mkdir(parents=True, exist_ok=True)
        shutil.copy(secrets / given["source"], home / "secrets" / target.name)
    return home


def test_it_is_what_the_specification_of_compose_allows(written: Mapping[str, Any]) -> None:
    plain = {name: part for name, part in written.items() if not name.startswith("x-")}
    read = PyCompose.from_yaml(yaml.safe_dump(plain, allow_unicode=True))
    assert sorted(read.service_names()) == sorted(written["services"])


def test_each_process_is_a_container_with_the_very_command_that_zeren_up_runs(containers: Mapping[str, Any]) -> None:
    ours = {name: container["command"] for name, container in containers.items() if "build" in container}
    assert ours == {process.name: ["zeren", *process.arguments] for process in (PREPARE, *PROCESSES)}


def test_postgresql_and_kafka_are_of_the_versions_that_are_tried_here(containers: Mapping[str, Any]) -> None:
    assert containers["postgres"]["image"] == f"postgres:{postgres.MAJOR}"
    assert containers["kafka"]["image"] == f"apache/kafka:{kafka.VERSION}"


def test_the_settings_are_such_as_zeren_reads_and_name_every_process(
    containers: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    known_names = {f"ZEREN_{name.upper()}" for name in Settings.model_fields}
    for process in (PREPARE, *PROCESSES):
        environment = containers[process.name]["environment"]
        assert {name for name in environment if not name.startswith("OTEL_")} <= known_names
        with monkeypatch.context() as patched:
            for name in [name for name in os.environ if name.startswith("ZEREN_")]:
                patched.delenv(name)
            for name, value in environment.items():
                patched.setenv(name, value)
            settings = Settings()
        assert (settings.env, settings.feed, settings.sample) == ("production", "kafka", False)
        assert set(settings.services) == {service.name for service in SERVICES}
        assert set(settings.processes) == {process.name for process in PROCESSES} - {"front"}
        for base in (*settings.services.values(), *settings.processes.values()):
            host, port = re.fullmatch(r"http://([a-z-]+):(\d+)", base).groups()  # type: ignore[union-attr]
            assert host in containers
            assert port == "8080"
        assert settings.kafka == "kafka:9092"


def test_nothing_secret_stands_in_the_file(written: Mapping[str, Any], secrets: Path) -> None:
    made = {path.name for path in secrets.iterdir()}
    assert {name: given["file"] for name, given in written["secrets"].items()} == {
        name: f"./deploy/secrets/{name}" for name in made
    }
    for container in written["services"].values():
        environment = container.get("environment", {})
        assert not [name for name in environment if name.endswith(("PASSWORD", "SECRET", "TOKEN", "KEY"))]
    ignored = (REPOSITORY / ".gitignore").read_text().splitlines()
    assert "deploy/secrets/" in ignored


def test_secrets_are_made_once_and_are_each_different(secrets: Path) -> None:
    before = {path.name: path.read_text() for path in secrets.iterdir()}
    subprocess.run(["sh", "deploy/secrets.sh"], cwd=secrets.parents[1], check=True, capture_output=True)
    assert {path.name: path.read_text() for path in secrets.iterdir()} == before
    assert all(re.fullmatch(r"[0-9a-f]{64}\n", text) for text in before.values())
    assert len(set(before.values())) == len(before)
    assert secrets.stat().st_mode & 0o777 == 0o700


def test_a_container_does_not_run_as_root_nor_write_nor_rise(containers: Mapping[str, Any]) -> None:
    assert "USER 10001" in (REPOSITORY / "deploy" / "Dockerfile").read_text()
    for name, container in containers.items():
        assert container["cap_drop"] == ["ALL"], name
        assert container["security_opt"] == ["no-new-privileges:true"], name
        assert container.get("read_only", False) == ("build" in container), name
    reachable = {name for name, container in containers.items() if "ports" in container}
    assert reachable == {"front", "keycloak"}
    for name in reachable:
        assert all(port.startswith("127.0.0.1:") for port in containers[name]["ports"])


def test_whoever_needs_another_waits_until_it_is_ready(containers: Mapping[str, Any]) -> None:
    for name, container in containers.items():
        for other, how in container.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "test" in containers[other]["healthcheck"], (name, other)
    for process in PROCESSES:
        if process.name != "front":
            given = containers[process.name]["depends_on"]["prepare"]
            assert given == {"condition": "service_completed_successfully"}
        grace = containers[process.name]["stop_grace_period"]
        assert int(grace.removesuffix("s")) >= 20


def test_the_secrets_of_each_container_are_what_its_process_needs_and_no_others(
    containers: Mapping[str, Any], secrets: Path, tmp_path: Path
) -> None:
    url = containers["ledger"]["environment"]["ZEREN_DATABASE_URL"]
    for process in PROCESSES:
        if process.name == "front":
            assert "secrets" not in containers["front"]
            continue
        home = of_container(containers, process.name, secrets, tmp_path / process.name)
        count = len(list((home / "secrets").iterdir()))
        if process.name == "relay":
            assert relay_dsn(url, home)
            assert count == 1
            continue
        log = process.arguments[1]
        assert known(url, home, [log]).logs[log].dsn.endswith("@postgres:5432/zeren")
        assert service_tokens(home).mint(log)
        assert count == 4
        for other in ({service.name for service in SERVICES}) - {log}:
            with pytest.raises(PostgresRefused):
                known(url, home, [other])


def test_prepare_gets_by_with_its_secrets_on_an_empty_database_and_makes_no_others(
    containers: Mapping[str, Any], secrets: Path, tmp_path: Path, homes: Path
) -> None:
    home = of_container(containers, "prepare", secrets, tmp_path / "prepare")
    before = sorted(path.name for path in (home / "secrets").iterdir())
    database = homes / "compose-database"
    (database / "secrets").mkdir(parents=True)
    # The server of the test is made with the same password that the container's is.
    shutil.copy(secrets / "postgres.password", database / "secrets")
    server = postgres.start(database)
    try:
        environment = containers["prepare"]["environment"]
        url = environment["ZEREN_DATABASE_URL"].replace("@postgres:5432", f"@{server.host}:{server.port}")
        prepared = zeren(home, 8080, "prepare", **{**environment, "ZEREN_DATABASE_URL": url})
        assert prepared.returncode == 0, prepared.stderr
    finally:
        discard(server)
    assert sorted(path.name for path in (home / "secrets").iterdir()) == before


def test_the_realm_to_try_with_gives_tokens_for_the_audience_that_is_documented() -> None:
    realm = orjson.loads((REPOSITORY / "deploy" / "keycloak" / "zeren-realm.json").read_bytes())
    (client,) = realm["clients"]
    (mapper,) = client["protocolMappers"]
    assert (realm["realm"], client["clientId"]) == ("zeren", "zeren")
    assert mapper["config"]["included.custom.audience"] == "zeren"
    assert '"issuer": "http://localhost:8081/realms/zeren", "audience": "zeren"' in (
        REPOSITORY / "docs" / "running.md"
    ).read_text("utf-8")
