"""Every reason why PostgreSQL, ours or a given one, cannot be had, each with the sentence that tells how to mend it."""

from __future__ import annotations

from shared.domain import Refusal, Refused


class PostgresRefused(Exception):
    """PostgreSQL cannot be had, and somebody can mend it: a code and one sentence in Chinese and in English."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.sentence("en"))
        self.code = refused.code
        self.zh = refused.sentence("zh")
        self.en = refused.sentence("en")


HOME_IN_USE = Refusal(
    "home-in-use",
    "目录 {home} 已被进程 {pid} 占用：责任台账已在运行，不能再启动一个。",
    "Zeren is already running on {home}, as process {pid}; a second one cannot be started.",
)
HOME_OF_ANOTHER_USER = Refusal(
    "home-of-another-user",
    "目录 {home} 属于系统用户 {owner}，请以该用户身份启动。",
    "{home} belongs to the system user {owner}; start Zeren as that user.",
)
NOT_WRITABLE = Refusal("home-not-writable", "无法写入 {path}：{reason}。", "{path} cannot be written: {reason}.")
DISK_FULL = Refusal(
    "disk-full",
    "{path} 所在磁盘空间已满，请清理后重新启动。",
    "The disk that holds {path} is full; make room and start again.",
)
NO_MEMORY = Refusal(
    "not-enough-memory",
    "内存不足，PostgreSQL 无法启动：{reason}。",
    "There is not enough memory to start PostgreSQL: {reason}.",
)
NO_ACCOUNT = Refusal(
    "no-system-user",
    "PostgreSQL 不能以 root 身份运行，且无法创建系统用户 {account}：{reason}。请先创建该用户，或改用普通用户启动。",
    "PostgreSQL does not run as root and the system user {account} could not be made ({reason}); make it, or start Zeren as an ordinary user.",
)
UNREACHABLE = Refusal(
    "data-unreachable",
    "系统用户 {account} 无法进入数据目录 {data}，请恢复其上级目录的访问权限。",
    "The system user {account} cannot reach the data folder {data}; give back access to the folders above it.",
)
DATA_MISSING = Refusal(
    "data-missing",
    "{marker} 记载的数据目录 {data} 不存在或不完整。请从备份恢复；不会自动新建空库。",
    "The data folder {data} named by {marker} is gone or incomplete; restore it from a backup. No empty database is made in its place.",
)
DATA_UNKNOWN = Refusal(
    "data-unknown",
    "数据目录 {data} 已存在，但缺少记载文件 {marker}；请恢复该文件，或移走数据目录。",
    "The data folder {data} exists but {marker} does not; bring that file back, or move the folder away.",
)
DATA_EXCHANGED = Refusal(
    "data-exchanged",
    "数据目录 {data} 不是 {marker} 记载的数据库（应为 {expected}，实为 {found}）。",
    "{data} is not the database that {marker} records (expected {expected}, found {found}).",
)
OTHER_VERSION = Refusal(
    "data-of-another-version",
    "数据目录 {data} 由 PostgreSQL {found} 创建，本版本使用 PostgreSQL {expected}，须先升级数据。",
    "The data folder {data} was made by PostgreSQL {found}; this release runs PostgreSQL {expected}, so the data must be upgraded first.",
)
SECRET_MISSING = Refusal(
    "secret-missing", "缺少密钥文件 {path}，请从备份恢复。", "The secret {path} is missing; restore it from a backup."
)
NOT_PREPARED = Refusal(
    "not-prepared",
    "缺少密钥文件 {path}：尚未准备，请先执行 zeren prepare（或 make up）。",
    "The secret {path} is missing: the installation was never prepared; run `zeren prepare` (or `make up`) first.",
)
MARKER_UNREADABLE = Refusal(
    "marker-unreadable", "记载文件 {marker} 内容损坏，请从备份恢复。", "{marker} is damaged; restore it from a backup."
)
NOT_STARTED = Refusal(
    "postgres-not-started",
    "PostgreSQL 未能启动：{reason}（日志：{log}）。",
    "PostgreSQL did not start: {reason} (log: {log}).",
)
DATABASE_PORT_TAKEN = Refusal(
    "postgres-port-taken",
    "PostgreSQL 使用的端口 127.0.0.1:{port} 已被其他程序占用，请结束该程序，或重新启动责任台账以换用其他端口。",
    "PostgreSQL's port 127.0.0.1:{port} is taken by another program; end that program, or start Zeren again to have another port.",
)
NOT_STOPPED = Refusal(
    "postgres-not-stopped",
    "使用 {data} 的 PostgreSQL 进程 {pid} 未能停止，请先将其结束。",
    "The PostgreSQL process {pid} that uses {data} did not stop; end it first.",
)
NOT_MADE = Refusal("postgres-not-made", "未能创建数据库：{reason}。", "The database could not be made: {reason}.")

TOO_OLD = Refusal(
    "database-too-old",
    "数据库为 PostgreSQL {found}，须为 {least} 或以上版本。",
    "The database is PostgreSQL {found}; {least} or later is needed.",
)
NO_CONNECTION = Refusal(
    "database-not-reached",
    "无法连接 {address} 的数据库：{reason}。",
    "The database at {address} cannot be reached: {reason}.",
)
NOT_ALLOWED = Refusal(
    "database-rights-missing",
    "ZEREN_DATABASE_URL 中的账号权限不足，须能创建数据库和角色：{reason}。",
    "The account of ZEREN_DATABASE_URL must be able to create databases and roles: {reason}.",
)
OTHER_ENCODING = Refusal(
    "database-of-another-encoding",
    "数据库 {database} 的编码为 {encoding}、排序规则为 {collation}，须为 UTF8 和 C。",
    "The database {database} has encoding {encoding} and collation {collation}; UTF8 and C are needed.",
)
NOT_RUNNING = Refusal(
    "not-running",
    "目录 {home} 上没有正在运行的责任台账，请先执行 make up。",
    "Zeren is not running on {home}; start it with `make up` first.",
)
PORT_TAKEN = Refusal(
    "port-taken",
    "端口 {host}:{port} 已被占用，请换用其他端口，例如 ZEREN_PORT={other} make up。",
    "{host}:{port} is taken by another program; choose another port, for instance ZEREN_PORT={other} make up.",
)
PORT_REFUSED = Refusal(
    "port-refused",
    "无法监听 {host}:{port}：{reason}。请检查 ZEREN_HOST 和 ZEREN_PORT。",
    "{host}:{port} cannot be listened on: {reason}. Check ZEREN_HOST and ZEREN_PORT.",
)
NO_LOG_YET = Refusal(
    "no-log-yet",
    "日志尚未建立，请先执行 make up。",
    "There is no log yet; start the installation with `make up` first.",
)
NO_SUCH_LOG = Refusal(
    "no-such-log", "没有名为 {log} 的日志，可选：{logs}。", "There is no log {log}; there are: {logs}."
)
