"""What `make` says on a machine that lacks something: a Python, or what Kafka or the gateway's tests need. Stand-ins make such a machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SCRIPT = REPOSITORY / "deploy" / "venv.sh"


def _python(folder: Path, version: str, *, new_enough: bool, has_venv: bool) -> Path:
    """A stand-in for an interpreter of another machine: it answers the three questions that the script asks."""
    program = folder / "python3"
    program.write_text(f"""#!/bin/sh
case "$2" in
    *python_version*) echo {version} ;;
    *version_info*) exit {0 if new_enough else 1} ;;
    *ensurepip*) exit {0 if has_venv else 1} ;;
esac
""")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("version", "new_enough", "has_venv", "sentence"),
    [
        ("3.9.18", False, True, "Zeren needs Python 3.11 or later, and the newest found here is 3.9.18"),
        (
            "3.11.2",
            True,
            False,
            "Python 3.11.2 lacks its venv module: install it (Debian, Ubuntu: apt install python3-venv)",
        ),
    ],
)
def test_an_unsuitable_python_is_one_sentence(
    tmp_path: Path, version: str, new_enough: bool, has_venv: bool, sentence: str
) -> None:
    python = _python(tmp_path, version, new_enough=new_enough, has_venv=has_venv)
    said = subprocess.run(
        ["/bin/sh", SCRIPT],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHON": str(python)},
        capture_output=True,
        text=True,
    )
    assert said.returncode == 1
    assert said.stderr.startswith(sentence)
    assert said.stderr.count("\n") == 1
    assert not (tmp_path / ".venv").exists()


def test_no_python_at_all_is_one_sentence(tmp_path: Path) -> None:
    said = subprocess.run(
        ["/bin/sh", SCRIPT],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHON": "/nowhere/python3"},
        capture_output=True,
        text=True,
    )
    assert said.returncode == 1
    assert said.stderr.startswith("Zeren needs Python 3.11 or later, and none was found")
    assert said.stderr.count("\n") == 1


# --- Kafka --------------------------------------------------------------------------------------------------------

JAVA = 'echo "openjdk version \\"{version}\\" 2025-04-15" >&2'
MVN = """
for argument; do case "$argument" in -DoutputDirectory=*) folder=${argument#*=} ;; esac; done
mkdir -p "$folder" && echo jar > "$folder/kafka.jar"
"""
MVN_CUT_OFF = (
    MVN
    + 'echo "[ERROR] Could not transfer artifact org.apache.kafka:kafka_2.13:jar:4.3.0"; echo "[ERROR] more"; exit 1'
)
PLACE = Path(".venv/share/kafka-4.3.0")
NODE = Path("tests/gateway/node")


class Machine:
    """A clone on a machine that has only what it is given; every other program is missing."""

    def __init__(self, folder: Path, *, user: int = 1000) -> None:
        self.clone = folder / "zeren"
        self.programs = folder / "programs"
        self.programs.mkdir()
        for name in ("sh", "make", "awk", "cksum", "cmp", "cp", "cut", "dirname", "head", "mkdir", "mv", "paste", "rm"):
            self._link(name)
        for name in ("sed", "cat", "chmod"):
            self._link(name)
        self.gets("id", f"echo {user}")
        shutil.copytree(REPOSITORY / "deploy", self.clone / "deploy")
        shutil.copytree(
            REPOSITORY / "tests" / "gateway" / "node", self.clone / NODE, ignore=shutil.ignore_patterns("node_modules")
        )
        for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
            shutil.copy(REPOSITORY / name, self.clone)
        here = subprocess.run(
            ("sh", "-c", "pwd -P | cksum"), cwd=self.clone, capture_output=True, text=True, check=True
        )
        (self.clone / ".venv" / "bin").mkdir(parents=True)
        self._program(self.clone / ".venv" / "bin" / "zeren", 'echo "zeren $* with ZEREN_FEED=$ZEREN_FEED"')
        self._program(self.clone / ".venv" / "bin" / "python", 'echo "python $*"')
        for stamp in ("runtime", "tools"):
            (self.clone / ".venv" / f".{stamp}-{here.stdout.split()[0]}").touch()

    def _link(self, name: str) -> None:
        found = shutil.which(name)
        assert found is not None
        (self.programs / name).symlink_to(found)

    def _program(self, path: Path, script: str) -> None:
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def gets(self, name: str, script: str) -> None:
        """From now on there is a program of this name."""
        self._program(self.programs / name, script)

    def runs(self, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.clone,
            env={"PATH": str(self.programs), **settings},
            capture_output=True,
            text=True,
        )

    def fetches(self) -> subprocess.CompletedProcess[str]:
        return self.runs("sh", "deploy/kafka/jars.sh")

    def has_jars(self) -> bool:
        return (self.clone / PLACE / "jars" / "kafka.jar").exists()

    def share(self) -> list[str]:
        """What lies where the jars belong, half-done things included."""
        folder = self.clone / ".venv" / "share"
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def _refused(said: subprocess.CompletedProcess[str], chinese: str, english: str) -> None:
    assert said.returncode == 3
    first, second = said.stderr.splitlines()
    assert chinese in first
    assert english in second


@pytest.mark.parametrize(("present", "missing"), [((), "java mvn"), (("java",), "mvn"), (("mvn",), "java")])
def test_what_kafka_lacks_is_named_in_a_sentence(tmp_path: Path, present: tuple[str, ...], missing: str) -> None:
    machine = Machine(tmp_path)
    for name in present:
        machine.gets(name, JAVA.format(version="17.0.15"))
    _refused(machine.fetches(), f"本机缺少：{missing}。", f"missing here: {missing}.")
    assert machine.share() == []


def test_a_java_that_is_too_old_is_named_with_its_version(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.gets("java", JAVA.format(version="11.0.2"))
    machine.gets("mvn", MVN)
    _refused(machine.fetches(), "本机为 11", "this is 11")


def test_for_root_what_kafka_lacks_is_installed_and_said_to_be(tmp_path: Path) -> None:
    machine = Machine(tmp_path, user=0)
    java, mvn = JAVA.format(version="17.0.15"), MVN
    machine.gets(
        "apt-get",
        f"""case "$*" in *install*) ;; *) exit 0 ;; esac
echo "$*" > apt-get.asked
cd {machine.programs}
cat > java <<'END'
#!/bin/sh
{java}
END
cat > mvn <<'END'
#!/bin/sh
{mvn}
END
chmod +x java mvn""",
    )
    said = machine.fetches()
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("Kafka 需要 Java 和 Maven，正在用 apt-get 安装")
    assert (machine.clone / "apt-get.asked").read_text().split()[-2:] == ["default-jre-headless", "maven"]
    assert machine.has_jars()


def test_for_root_what_cannot_be_installed_is_named(tmp_path: Path) -> None:
    machine = Machine(tmp_path, user=0)
    machine.gets("apt-get", "echo no network >&2; exit 100")
    _refused(machine.fetches(), "本机缺少：java mvn。", "missing here: java mvn.")


def test_jars_are_fetched_once_completely_or_not_at_all(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.gets("java", JAVA.format(version="21"))
    machine.gets("mvn", MVN_CUT_OFF)
    _refused(
        machine.fetches(), "未能下载 Apache Kafka 4.3.0：Could not transfer", "could not be fetched: Could not transfer"
    )
    assert machine.share() == []

    machine.gets("mvn", MVN)
    assert machine.fetches().returncode == 0
    assert machine.has_jars()
    assert machine.share() == ["kafka-4.3.0"]

    (machine.programs / "mvn").unlink()
    again = machine.fetches()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")

    # Another choice of jars is fetched in their place.
    with (machine.clone / "deploy" / "kafka" / "pom.xml").open("a") as pom:
        pom.write("<!-- changed -->\n")
    machine.gets("mvn", MVN)
    assert "Apache Kafka 4.3.0" in machine.fetches().stdout
    assert machine.share() == ["kafka-4.3.0"]


def test_make_up_fetches_the_jars_for_kafka_alone(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    assert machine.runs("make", "up").stdout == "zeren up with ZEREN_FEED=direct\n"
    refused = machine.runs("make", "up", "FEED=kafka")
    assert refused.returncode != 0
    assert "本机缺少：java mvn" in refused.stderr
    assert "zeren up" not in refused.stdout
    given = machine.runs("make", "up", "FEED=kafka", ZEREN_KAFKA="kafka.example:9092")
    assert given.stdout == "zeren up with ZEREN_FEED=kafka\n"

    machine.gets("java", JAVA.format(version="17.0.15"))
    machine.gets("mvn", MVN)
    assert machine.runs("make", "up", ZEREN_FEED="kafka").stdout.endswith("zeren up with ZEREN_FEED=kafka\n")
    assert machine.has_jars()


def test_make_test_runs_the_tests_whether_or_not_kafka_can_be_had(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    said = machine.runs("make", "test")
    assert said.stdout == "python -m pytest\n"
    assert "本机缺少：java mvn" in said.stderr
    content = machine.runs("make", "test", ZEREN_WITHOUT_KAFKA="1", ZEREN_WITHOUT_NODE="1")
    assert (content.stdout, content.stderr) == ("python -m pytest\n", "")


@pytest.mark.parametrize(("content_without", "exit_code"), [("0", 1), ("1", 0)])
def test_tests_that_did_not_meet_kafka_fail_the_run_unless_that_was_wanted(
    tmp_path: Path, content_without: str, exit_code: int
) -> None:
    kept_out = ("ZEREN_", "JAVA_HOME", "PYTEST_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(kept_out)}
    said = subprocess.run(
        (
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "tests/shared/feeds/test_topics.py",
            "-k",
            "copies or largest",
        ),
        cwd=REPOSITORY,
        env={**inherited, "JAVA_HOME": str(tmp_path), "ZEREN_WITHOUT_KAFKA": content_without},
        capture_output=True,
        text=True,
    )
    assert said.returncode == exit_code, said.stdout
    closing = said.stdout.splitlines()[-1]
    assert "4 passed, 1 skipped" in closing
    assert ("Tests that need Kafka were not run: Kafka needs Java 17" in said.stdout) == bool(exit_code)


# --- Node ---------------------------------------------------------------------------------------------------------

NPM = 'mkdir -p node_modules && echo "npm $*"'
NPM_CUT_OFF = 'echo "npm error network request failed" >&2; exit 1'


def test_npm_packages_are_installed_once_completely_or_not_at_all(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    install = ("sh", str(NODE / "install.sh"))
    _refused(machine.runs(*install), "本机缺少：nodejs npm。", "missing here: nodejs npm.")
    machine.gets("node", "echo v16.20.2")
    machine.gets("npm", NPM_CUT_OFF)
    _refused(machine.runs(*install), "本机为 16", "this is 16")
    machine.gets("node", "echo v20.20.2")
    _refused(machine.runs(*install), "未能安装 npm 包：network request", "not be installed: network request failed")

    machine.gets("npm", NPM)
    fetched = machine.runs(*install)
    assert (fetched.returncode, fetched.stderr) == (0, "")
    (machine.programs / "npm").unlink()
    again = machine.runs(*install)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_make_test_runs_the_tests_whether_or_not_node_can_be_had(tmp_path: Path) -> None:
    said = Machine(tmp_path).runs("make", "test", ZEREN_WITHOUT_KAFKA="1")
    assert said.stdout == "python -m pytest\n"
    assert "本机缺少：nodejs npm" in said.stderr
