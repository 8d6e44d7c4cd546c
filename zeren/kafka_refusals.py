"""Every reason why Apache Kafka, ours or a given one, cannot be had, each with the sentence that tells how to mend it."""

from __future__ import annotations

from shared.domain import Refusal, Refused


class KafkaRefused(Exception):
    """Kafka cannot be had, and somebody can mend it: a code and one sentence in Chinese and in English."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.sentence("en"))
        self.code = refused.code
        self.zh = refused.sentence("zh")
        self.en = refused.sentence("en")


JAVA_MISSING = Refusal(
    "java-missing",
    "Kafka 需要 Java 17 或以上版本，本机未找到。请安装（Debian、Ubuntu：apt install default-jre-headless）后重试。",
    "Kafka needs Java 17 or later, and none was found: install it (Debian, Ubuntu: apt install default-jre-headless) and repeat.",
)
JAVA_TOO_OLD = Refusal(
    "java-too-old",
    "Kafka 需要 Java 17 或以上版本，{java} 版本过低。请安装新版本，或用 JAVA_HOME 指明。",
    "Kafka needs Java 17 or later and {java} is older: install a newer one, or name it with JAVA_HOME.",
)
JARS_MISSING = Refusal(
    "kafka-jars-missing",
    "缺少 Apache Kafka {version} 的程序文件（{jars}），请用 make up FEED=kafka 启动，会自动下载。",
    "The jars of Apache Kafka {version} are missing ({jars}); start with `make up FEED=kafka`, which fetches them.",
)
BROKER_IN_USE = Refusal(
    "kafka-in-use",
    "目录 {folder} 已被进程 {pid} 占用：其 Kafka 已在运行，不能再启动一个。",
    "Kafka is already running on {folder} for process {pid}; a second one cannot be started.",
)
BROKER_PORT_TAKEN = Refusal(
    "kafka-port-taken",
    "Kafka 使用的端口 127.0.0.1:{port} 已被其他程序占用，请结束该程序，或重新启动责任台账以换用其他端口。",
    "Kafka's port 127.0.0.1:{port} is taken by another program; end that program, or start Zeren again to have another port.",
)
DATA_OF_NEWER_VERSION = Refusal(
    "kafka-data-of-newer-version",
    "Kafka 数据目录 {data} 由 Kafka {found} 写入，本版本使用 Kafka {expected}，不能读取。请换用新版本，或移走该目录（事实都在日志中，不会丢失）。",
    "The folder {data} was written by Kafka {found}; this release runs Kafka {expected}. Run the newer release, or move the folder away (every fact is in the logs, nothing is lost).",
)
DATA_OF_ANOTHER_CLUSTER = Refusal(
    "kafka-data-exchanged",
    "Kafka 数据目录 {data} 不属于 {marker} 记载的集群（应为 {expected}，实为 {found}）。",
    "{data} is not of the cluster that {marker} records (expected {expected}, found {found}).",
)
DATA_WITHOUT_RECORD = Refusal(
    "kafka-data-unknown",
    "Kafka 数据目录 {data} 已存在，但缺少记载文件 {marker}；请恢复该文件，或移走数据目录。",
    "The folder {data} exists but {marker} does not; bring that file back, or move the folder away.",
)
RECORD_UNREADABLE = Refusal(
    "kafka-marker-unreadable",
    "记载文件 {marker} 内容损坏，请从备份恢复，或与 Kafka 数据目录一并移走（事实都在日志中，不会丢失）。",
    "{marker} is damaged; restore it, or move it away together with Kafka's data (every fact is in the logs, nothing is lost).",
)
NOT_FORMATTED = Refusal(
    "kafka-not-made", "未能创建 Kafka 数据目录：{reason}。", "Kafka's data folder could not be made: {reason}."
)
NO_MEMORY_FOR_JAVA = Refusal(
    "kafka-not-enough-memory",
    "内存不足，Kafka 无法启动：{reason}。",
    "There is not enough memory to start Kafka: {reason}.",
)
BROKER_NOT_STARTED = Refusal(
    "kafka-not-started",
    "Kafka 未能启动：{reason}（日志：{log}）。",
    "Kafka did not start: {reason} (log: {log}).",
)
BROKER_NOT_STOPPED = Refusal(
    "kafka-not-stopped",
    "使用 {folder} 的 Kafka 进程 {pid} 未能停止，请先将其结束。",
    "The Kafka process {pid} that uses {folder} did not stop; end it first.",
)
