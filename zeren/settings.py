"""What an installation may be told from outside: environment variables, all beginning with ZEREN_."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.feeds.broker import Broker, Mechanism, Security
from shared.outside.mail import Encryption


class TrustedIssuer(BaseModel):
    """One OIDC issuer whose access tokens are believed: exactly this `iss`, `aud` containing `audience`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    audience: str
    jwks: str
    """Where its public keys are: an https:// address, or the path of a file."""
    algorithms: tuple[Literal["RS256", "PS256", "ES256", "EdDSA"], ...] = ("RS256", "ES256")


class Settings(BaseSettings):
    """Read once at the start, `Settings()`; a value that does not fit is refused there by name."""

    model_config = SettingsConfigDict(env_prefix="ZEREN_", frozen=True, env_ignore_empty=True)

    home: Path = Field(default=Path(".zeren"), validate_default=True)
    """ZEREN_HOME: the folder with secrets, data and logs; relative to where the command was started."""

    host: str = "127.0.0.1"
    """ZEREN_HOST: the address served; only this machine unless told otherwise."""

    port: int = Field(default=8080, ge=1, le=65535)
    """ZEREN_PORT: the TCP port served."""

    database_url: SecretStr | None = None
    """ZEREN_DATABASE_URL: an administrator's postgresql:// URL of a PostgreSQL 15 or later; absent: the embedded one."""

    feed: Literal["direct", "kafka"] = "direct"
    """ZEREN_FEED: how facts travel between services: read in the same PostgreSQL by one process, or over Apache Kafka
    between one process for each service."""

    services: Mapping[str, str] = Field(default_factory=dict)
    """ZEREN_SERVICES: a JSON object of where each service is served, such as {"ledger": "http://ledger:8080"}; for feeds
    that pull and for the front."""

    processes: Mapping[str, str] = Field(default_factory=dict)
    """ZEREN_PROCESSES: a JSON object of where every process tells how it is, such as {"relay": "http://relay:8080"}; for
    the front, which asks them all."""

    kafka: str | None = None
    """ZEREN_KAFKA: host:port of Kafka brokers, several separated by commas; absent: the one that `zeren up` starts."""

    kafka_security: Security = "PLAINTEXT"
    """ZEREN_KAFKA_SECURITY: whether the connection is encrypted (SSL) and we sign in (SASL)."""

    kafka_ca: Path | None = None
    """ZEREN_KAFKA_CA: a PEM file of authorities that the brokers' certificates stem from; absent: the system's."""

    kafka_certificate: Path | None = None
    """ZEREN_KAFKA_CERTIFICATE, ZEREN_KAFKA_KEY: PEM files that we show to brokers which ask for a certificate."""

    kafka_key: Path | None = None

    kafka_mechanism: Mechanism = "SCRAM-SHA-512"
    """ZEREN_KAFKA_MECHANISM: how we sign in, as ZEREN_KAFKA_USER with ZEREN_KAFKA_PASSWORD."""

    kafka_user: str | None = None

    kafka_password: SecretStr | None = None

    env: Literal["development", "production"] = "development"
    """ZEREN_ENV: production refuses the development token issuer."""

    issuers: tuple[TrustedIssuer, ...] = ()
    """ZEREN_ISSUERS: a JSON list of issuers, such as
    [{"issuer": "https://id.example.gov.cn", "audience": "zeren", "jwks": "https://id.example.gov.cn/keys"}]."""

    webhooks_to_loopback: bool = False
    """ZEREN_WEBHOOKS_TO_LOOPBACK: whether facts may be pushed to this very machine, even unencrypted: for development."""

    smtp_host: str | None = None
    """ZEREN_SMTP_HOST: the mail server at which letters are handed in; absent: nothing is mailed."""

    smtp_port: int = Field(default=587, ge=1, le=65535)
    """ZEREN_SMTP_PORT: its TCP port."""

    smtp_encryption: Encryption = "starttls"
    """ZEREN_SMTP_ENCRYPTION: `starttls`, `tls` from the first byte, or `none`, for a server on this machine."""

    smtp_ca: Path | None = None
    """ZEREN_SMTP_CA: a PEM file of authorities that its certificate stems from; absent: the system's."""

    smtp_sender: str | None = None
    """ZEREN_SMTP_SENDER: in whose name letters are mailed, such as 责任台账 <zeren@example.gov.cn>."""

    smtp_user: str | None = None
    """ZEREN_SMTP_USER: how we sign in, with the secret `smtp.password` of the home; absent: we do not."""

    sample: bool = True
    """ZEREN_SAMPLE: whether a new installation is the sample city on a simulated clock, or empty and on the real one."""

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().resolve()

    def broker(self) -> Broker | None:
        """The brokers given; None when `zeren up` starts its own."""
        if self.kafka is None:
            return None
        return Broker(
            self.kafka,
            self.kafka_security,
            self.kafka_ca,
            self.kafka_certificate,
            self.kafka_key,
            self.kafka_mechanism,
            self.kafka_user,
            self.kafka_password.get_secret_value() if self.kafka_password else None,
        )
