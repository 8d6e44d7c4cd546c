"""The command line beside a log: look at it, prove it, look after its views, and say what is wrong with an installation.

On an installation of its own in the tests' PostgreSQL, given by ZEREN_DATABASE_URL, where nothing runs.
"""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import pytest
from aiokafka.admin import NewTopic

from shared.directory import UnitRenamed
from shared.domain import PublicText
from shared.feeds.topics import administration, ensure_topic
from shared.log.append import Append
from shared.log.log import NotFounded
from tests.support.brokers import Kafka
from tests.support.running import environment, until, zeren
from zeren import postgres
from zeren.office import SERVICES, open_office

NAME = "周建国"


@dataclass(frozen=True)
class Installed:
    """An empty installation with its first administrator and a coordinator, everything folded, nothing running."""

    home: Path
    dsn: str
    administrator: str

    def zeren(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return zeren(self.home, 8080, *arguments, **{"ZEREN_DATABASE_URL": self.dsn, **settings})

    def tail(self, log: str = "ledger") -> list[dict[str, Any]]:
        said = self.zeren("log", "tail", log, "-n", "1000", "--json")
        assert said.returncode == 0, said.stderr
        return [orjson.loads(line) for line in said.stdout.splitlines()]

    @asynccontextmanager
    async def superuser(self) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
        connection = await asyncpg.connect(self.dsn.rpartition("/")[0] + "/zeren")
        try:
            yield connection
        finally:
            await connection.close()


@pytest.fixture(scope="module")
async def installed(server: postgres.Server, homes: Path) -> Installed:
    home, dsn = homes / "cli", server.admin_dsn()
    home.mkdir()
    founded = await open_office(dsn, home, found=True)
    await founded.stop()
    made = zeren(
        home,
        8080,
        *("first-administrator", "--name", NAME, "--unit-code", "QH-001", "--unit-name", "中共清河县委员会"),
        *("--level", "county", "--kind", "committee"),
        ZEREN_DATABASE_URL=dsn,
    )
    assert made.returncode == 0, made.stderr
    created = zeren(
        home, 8080, "token", "--role", "coordinator", "--unit", "QH-001", "--create", ZEREN_DATABASE_URL=dsn
    )
    assert created.returncode == 0, created.stderr
    opened = await open_office(dsn, home)
    await opened.start()
    for running in opened.services.values():
        assert await running.runner.reached(await running.log.last_position(), timeout=60)
    await opened.stop()
    return Installed(home, dsn, made.stdout.strip())


# --- log --------------------------------------------------------------------------------------------------------


def test_tail_prints_the_last_facts_in_order_and_no_more_than_asked_for(installed: Installed) -> None:
    positions = [fact["position"] for fact in installed.tail()]
    assert positions == list(range(1, len(positions) + 1))
    last = installed.zeren("log", "tail", "ledger", "-n", "2")
    assert [line.split()[0] for line in last.stdout.splitlines()] == [str(at) for at in positions[-2:]]
    assert "post-filled" in last.stdout


def test_a_printed_log_shows_nobodys_name(installed: Installed) -> None:
    (named, _) = (fact for fact in installed.tail() if fact["type"] == "person-named")
    assert set(named["data"]) == {"person", "name"}
    assert NAME not in installed.zeren("log", "tail", "ledger", "-n", "1000", "--json").stdout
    assert NAME not in installed.zeren("log", "tail", "ledger", "-n", "1000").stdout


def test_tail_follows_what_comes_until_it_is_interrupted(installed: Installed, tmp_path: Path) -> None:
    said = tmp_path / "said"
    with said.open("wb") as output:
        following = subprocess.Popen(
            [sys.executable, "-m", "zeren.cli", "log", "tail", "assessment", "-n", "1", "-f", "--json"],
            env=environment(installed.home, 8080, ZEREN_DATABASE_URL=installed.dsn),
            cwd="/",
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        until(lambda: said.read_text().count("\n") >= 1, "the last fact")
    finally:
        following.send_signal(signal.SIGINT)
        code = following.wait(60)
    assert "Traceback" not in said.read_text()
    assert code in (0, 1, 130)


def test_a_stream_is_printed_in_the_order_of_its_versions(installed: Installed) -> None:
    said = installed.zeren("log", "stream", "ledger", f"person/{installed.administrator}", "--json")
    facts = [orjson.loads(line) for line in said.stdout.splitlines()]
    assert [(fact["version"], fact["type"]) for fact in facts] == [(1, "person-registered"), (2, "person-named")]


def test_a_stream_without_facts_ends_with_exit_code_1(installed: Installed) -> None:
    said = installed.zeren("log", "stream", "ledger", "task/1")
    assert (said.returncode, said.stdout) == (1, "")


def test_an_unknown_log_is_refused_by_name(installed: Installed) -> None:
    refused = installed.zeren("log", "verify", "rumours")
    assert refused.returncode == 1
    assert "rumours" in refused.stderr
    assert "ledger、assessment、intake、complaints、notifications" in refused.stderr


@pytest.mark.parametrize("log", ["ledger", "assessment"])
def test_a_log_that_nobody_touched_verifies_and_names_its_last_chain(installed: Installed, log: str) -> None:
    said = installed.zeren("log", "verify", log)
    assert said.returncode == 0, said.stdout
    assert f"{log}：{len(installed.tail(log))} 条，链值 " in said.stdout
    assert re.search(r"链值 [0-9a-f]{64}", said.stdout)


@pytest.mark.parametrize(
    ("altered", "found"),
    [
        ("data = replace(convert_from(data, 'UTF8'), 'committee', 'department')::bytea", "data_hash"),
        ("actor_subject = 'operator/somebody-else'", "leaf"),
        ("recorded_at = recorded_at - interval '1 day'", "leaf"),
        ("chain = sha256(chain)", "chain"),
    ],
)
async def test_a_row_that_even_a_superuser_altered_is_found_by_its_position(
    installed: Installed, altered: str, found: str
) -> None:
    (position,) = (fact["position"] for fact in installed.tail() if fact["type"] == "unit-registered")
    async with installed.superuser() as superuser:
        await superuser.execute("set session_replication_role = replica")  # no trigger fires in this session
        await superuser.execute("create temporary table kept as select * from ledger.log where position = $1", position)
        await superuser.execute(f"update ledger.log set {altered} where position = {position}")  # noqa: S608
        try:
            said = installed.zeren("log", "verify", "ledger")
        finally:
            await superuser.execute(
                """update ledger.log set data = kept.data, actor_subject = kept.actor_subject,
                       recorded_at = kept.recorded_at, chain = kept.chain
                   from kept where log.position = kept.position"""
            )
    assert said.returncode == 1
    assert f"位置 {position}：" in said.stdout
    assert found in said.stdout
    assert installed.zeren("log", "verify", "ledger").returncode == 0


async def test_a_log_cannot_be_altered_as_long_as_its_triggers_stand(installed: Installed) -> None:
    async with installed.superuser() as superuser:
        with pytest.raises(asyncpg.RaiseError, match="a log is never changed"):
            await superuser.execute("update ledger.log set history = true")


# --- republish --------------------------------------------------------------------------------------------------


async def test_what_was_recorded_before_its_type_became_public_is_republished_once(installed: Installed) -> None:
    opened = await open_office(installed.dsn, installed.home)
    ledger = opened.services["ledger"]
    log, today = ledger.log, ledger.log.clock.moment().today
    (unit,) = ledger.references.folds.directory.units
    renamed = UnitRenamed(unit, PublicText("中共清河县委员会"), None, today)
    private = replace(log.system_event(renamed), published=False)
    await log.append(Append([private], {("ledger", private.stream): await log.version(private.stream)}))
    await opened.stop()
    said = installed.zeren("republish", "unit-renamed")
    assert said.returncode == 0, said.stderr
    assert "ledger：已补发 1 条 unit-renamed" in said.stdout
    last = installed.tail()[-1]
    assert (last["type"], last["stream"], last["history"]) == (
        "fact-republished",
        f"republished/{private.stream}",
        True,
    )
    assert last["data"]["event_id"] == str(private.event_id)
    assert "没有需要补发的事实" in installed.zeren("republish", "unit-renamed", "--log", "ledger").stdout
    assert installed.zeren("log", "verify", "ledger").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("unit-renamed", "--log", "assessment"), "日志 assessment 没有名为 unit-renamed 的自有事件类型"),
        (("person-named",), "含有个人信息字段（name）"),
    ],
)
def test_what_may_not_be_republished_is_refused_in_a_sentence(
    installed: Installed, arguments: tuple[str, ...], sentence: str
) -> None:
    refused = installed.zeren("republish", *arguments)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert sentence in refused.stderr


# --- views ------------------------------------------------------------------------------------------------------


def test_the_list_names_every_view_of_every_service(installed: Installed) -> None:
    said = installed.zeren("views", "list")
    for name in ("plans", "tasks", "people", "standing", "vetoes"):
        assert name in said.stdout


def test_status_is_sound_where_everything_is_folded(installed: Installed) -> None:
    said = installed.zeren("views", "status")
    assert said.returncode == 0, said.stdout
    assert "tasks" in said.stdout
    assert "停止" not in said.stdout


def test_a_view_built_anew_is_what_it_was(installed: Installed) -> None:
    said = installed.zeren("views", "rebuild", "people")
    assert said.returncode == 0, said.stdout
    assert "ledger.people：2 行，与原表不同 0 行，搁置 0 行" in said.stdout


def test_all_views_are_built_anew_when_none_is_named(installed: Installed) -> None:
    said = installed.zeren("views", "rebuild")
    assert said.returncode == 0, said.stdout
    assert {"ledger.tasks", "assessment.standing"} <= {line.partition("：")[0] for line in said.stdout.splitlines()}


async def test_a_view_that_somebody_changed_is_told_and_put_right(installed: Installed) -> None:
    async with installed.superuser() as superuser:
        table = await superuser.fetchval(
            "select relname from pg_class where relnamespace = 'ledger_views'::regnamespace and relname ~ '^people'"
            " and relkind = 'r'"
        )
        await superuser.execute(f"delete from ledger_views.{table}")  # noqa: S608 — a name from the catalogue
    said = installed.zeren("views", "rebuild", "people")
    assert said.returncode == 1
    assert "ledger.people：2 行，与原表不同 2 行" in said.stdout
    assert installed.zeren("views", "rebuild", "people").returncode == 0


async def test_a_parked_row_is_tried_again(installed: Installed) -> None:
    assert "没有搁置的行" in installed.zeren("views", "retry").stdout
    async with installed.superuser() as superuser:
        table = await superuser.fetchval("select name from ledger_views.checkpoints where name ~ '^people_v'")
        await superuser.execute(
            """insert into ledger_views.parked (view, key, position, error)
                select $1, jsonb_build_array(split_part(stream, '/', 2)), position, 'ValueError'
                from ledger.log where type = 'person-named' limit 1""",
            table,
        )
    assert installed.zeren("views", "status").returncode == 1
    said = installed.zeren("views", "retry", "people")
    assert (said.returncode, "ledger.people：恢复 1 行，仍搁置 0 行" in said.stdout) == (0, True), said
    assert installed.zeren("views", "status").returncode == 0


def test_an_unknown_view_is_refused_by_name(installed: Installed) -> None:
    refused = installed.zeren("views", "rebuild", "rumours")
    assert refused.returncode == 1
    assert "rumours" in refused.stderr


# --- doctor -----------------------------------------------------------------------------------------------------


def test_the_doctor_finds_a_sound_installation_sound(installed: Installed) -> None:
    said = installed.zeren("doctor")
    assert said.returncode == 0, said.stdout
    assert "✗" not in said.stdout
    assert "✓ assessment：已接收日志 ledger 至第" in said.stdout


def test_the_doctor_says_how_to_mend_secrets_that_others_can_read(installed: Installed) -> None:
    secrets = installed.home / "secrets"
    secrets.chmod(0o755)
    try:
        said = installed.zeren("doctor")
    finally:
        secrets.chmod(0o700)
    assert said.returncode == 1
    assert said.stdout.count("✗") == 1
    assert "chmod 700" in said.stdout


async def test_the_doctor_finds_a_row_that_waits_to_be_folded(installed: Installed) -> None:
    async with installed.superuser() as superuser:
        await superuser.execute(
            "insert into ledger_views.parked (view, key, position, error)"
            " select name, '[\"1\"]', 5, 'LookupError' from ledger_views.checkpoints where name like 'tasks%' limit 1"
        )
        try:
            said = installed.zeren("doctor")
        finally:
            await superuser.execute("delete from ledger_views.parked")
    assert said.returncode == 1
    assert "✗ ledger：搁置 1 行" in said.stdout


def test_the_doctor_says_when_the_database_cannot_be_reached(installed: Installed) -> None:
    said = installed.zeren("doctor", ZEREN_DATABASE_URL="postgresql://nobody:x@127.0.0.1:9/postgres")
    assert said.returncode == 1
    assert "127.0.0.1:9" in said.stdout


async def test_the_doctor_looks_at_kafka_and_the_topics_where_facts_travel_by_it(
    installed: Installed, kafka: Kafka
) -> None:
    for log in ("assessment", "ledger"):
        await kafka.delete_topic(log)
    by_kafka = {"ZEREN_FEED": "kafka", "ZEREN_KAFKA": kafka.broker().servers}
    said = installed.zeren("doctor", **by_kafka)
    assert said.returncode == 1
    for log in ("assessment", "ledger"):
        assert f"✗ 主题 zeren.{log} 尚未建立" in said.stdout

    async with administration(kafka.broker()) as admin:
        await admin.create_topics([NewTopic("zeren.ledger", 2, 1, topic_configs={"cleanup.policy": "compact"})])
    said = installed.zeren("doctor", **by_kafka)
    assert said.returncode == 1
    assert "✗ 主题 zeren.ledger 的 cleanup.policy 应为 delete，实为 compact" in said.stdout
    assert "✗ 主题 zeren.ledger 的 partitions 应为 1，实为 2" in said.stdout

    await kafka.delete_topic("ledger")
    for service in SERVICES:
        await ensure_topic(kafka.broker(), service.name)
    said = installed.zeren("doctor", **by_kafka)
    assert said.returncode == 0, said.stdout
    assert f"✓ 已连接 Kafka {kafka.broker().servers}" in said.stdout
    assert "✓ ledger：Kafka 主题设置正确" in said.stdout


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "Kafka 未运行，请先执行 make up FEED=kafka"),
        ({"ZEREN_KAFKA": "127.0.0.1:9"}, "无法连接 Kafka 127.0.0.1:9：Unable connect"),
        (
            {"ZEREN_KAFKA": "127.0.0.1:9", "ZEREN_KAFKA_SECURITY": "SSL", "ZEREN_KAFKA_CA": "/nowhere/ca.pem"},
            "文件 /nowhere/ca.pem 不存在",
        ),
    ],
)
def test_the_doctor_says_when_kafka_cannot_be_reached(
    installed: Installed, settings: dict[str, str], told: str
) -> None:
    said = installed.zeren("doctor", ZEREN_FEED="kafka", **settings)
    assert said.returncode == 1
    assert said.stdout.count("✗") == 1
    assert told in said.stdout


def test_the_doctor_says_when_there_is_no_installation_yet(homes: Path) -> None:
    said = zeren(homes / "nowhere", 8080, "doctor")
    assert said.returncode == 1
    assert "make up" in said.stdout


async def test_an_office_whose_logs_were_never_begun_is_not_opened_and_leaves_nothing_open(
    server: postgres.Server, homes: Path
) -> None:
    home = homes / "unfounded"
    home.mkdir()
    with pytest.raises(NotFounded):
        await open_office(server.admin_dsn(), home, prefix="unfounded_")
    connection = await asyncpg.connect(server.admin_dsn())
    try:
        left = "select count(*) from pg_stat_activity where datname like 'unfounded%'"
        async with asyncio.timeout(60):
            while await connection.fetchval(left):  # noqa: ASYNC110 — the server's process ends a moment after its client
                await asyncio.sleep(0.02)
    finally:
        await connection.close()


def test_what_was_typed_is_shown_as_it_was_typed(installed: Installed) -> None:
    refused = installed.zeren("token", "--role", "[/red]", "--unit", "QH-001")
    assert refused.returncode == 1
    assert "没有角色“[/red]”" in refused.stderr


def test_no_token_is_signed_for_a_portal_that_is_not_registered(installed: Installed) -> None:
    refused = installed.zeren("token", "--portal", "yl-zwfw")
    assert refused.returncode == 1
    assert "没有以签发机构 urn:zeren:development 登记的接入平台 yl-zwfw" in refused.stderr


# --- who signs in -----------------------------------------------------------------------------------------------


async def test_a_subject_is_linked_to_a_person_once_and_never_to_another(installed: Installed) -> None:
    city = "https://id.yunling.example"
    trusted = {"ZEREN_ISSUERS": orjson.dumps([{"issuer": city, "audience": "zeren", "jwks": "/keys.json"}]).decode()}

    def link(person: str, issuer: str = city) -> subprocess.CompletedProcess[str]:
        return installed.zeren("link", person, "--issuer", issuer, "--subject", "zhou.jianguo", **trusted)

    (other,) = {fact["data"]["person"] for fact in installed.tail() if fact["type"] == "person-registered"} - {
        installed.administrator
    }
    assert [link(installed.administrator).returncode for _ in range(2)] == [0, 0]
    opened = await open_office(installed.dsn, installed.home)
    try:
        assert await opened.identities.person_of(city, "zhou.jianguo") == installed.administrator
    finally:
        await opened.stop()
    for refused, word in (
        (link(other), "已对应另一人"),
        (link(installed.administrator, "https://id.qingxi.example"), "qingxi"),
        (link("00000000-0000-8000-8000-000000000000"), "00000000"),
    ):
        assert refused.returncode == 1
        assert word in refused.stderr
        assert "zhou.jianguo" not in refused.stderr
