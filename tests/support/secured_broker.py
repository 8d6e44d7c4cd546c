"""A broker as an operator would secure one: every client listener is encrypted, and asks who is there.

`SIGNED_IN` takes users by SCRAM and PLAIN over TLS; `SHOWN` takes a certificate. It has no other listener for clients.
Whoever is let in may do only what rights say: `grant` gives the user those that docs/kafka.md names. The certificate is
an administrator's.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from aiokafka.protocol.admin import CreateAclsRequest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from shared.feeds.broker import Broker
from shared.feeds.topics import administration
from tests.support.running import free_port, until
from zeren import kafka

USER, PASSWORD = "zeren", "fixed-for-this-test"
WITHOUT_RIGHTS = "visitor"
"""Another user, with the same password, to whom nothing is granted."""

TOPIC, GROUP = 2, 3
_PREFIXED, _ALLOW = 4, 3
_OPERATIONS = {"Read": 3, "Write": 4, "Create": 5, "Describe": 8, "DescribeConfigs": 10}
"""Numbers of Kafka's protocol."""

RIGHTS = (
    *((TOPIC, operation) for operation in ("Create", "Describe", "DescribeConfigs", "Read", "Write")),
    (GROUP, "Read"),
)
"""On topics and groups whose names begin with `zeren.`; all that a service needs."""

_SETTINGS = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
inter.broker.listener.name=SHOWN
listeners=SIGNED_IN://127.0.0.1:{signed_in},SHOWN://127.0.0.1:{shown},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=SIGNED_IN://127.0.0.1:{signed_in},SHOWN://127.0.0.1:{shown}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,SIGNED_IN:SASL_SSL,SHOWN:SSL
log.dirs=data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
ssl.keystore.type=PEM
ssl.keystore.location=broker.pem
ssl.truststore.type=PEM
ssl.truststore.location=authority.pem
listener.name.shown.ssl.client.auth=required
listener.name.signed_in.sasl.enabled.mechanisms=SCRAM-SHA-256,SCRAM-SHA-512,PLAIN
listener.name.signed_in.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.signed_in.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.signed_in.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_{user}="{password}";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:CN=broker;User:CN=client
"""


@dataclass(frozen=True, slots=True)
class SecuredBroker:
    """Where its two listeners are, and PEM files: whom to trust, whom not, and what a client shows."""

    signed_in: str
    shown: str
    authority: Path
    other_authority: Path
    certificate: Path
    key: Path


@contextmanager
def secured_broker(folder: Path) -> Iterator[SecuredBroker]:
    """Run one in `folder`, until the block ends."""
    ports = {"signed_in": free_port(), "shown": free_port(), "controller": free_port()}
    (folder / "server.properties").write_text(_SETTINGS.format(user=USER, password=PASSWORD, **ports))
    authority, other = Authority("Zeren test"), Authority("Somebody else")
    (folder / "authority.pem").write_bytes(authority.pem())
    (folder / "other.pem").write_bytes(other.pem())
    key, certificate = authority.issued("broker")
    (folder / "broker.pem").write_bytes(key + certificate)
    key, certificate = authority.issued("client")
    (folder / "client.key").write_bytes(key)
    (folder / "client.pem").write_bytes(certificate)
    scram = [
        f"--add-scram=SCRAM-SHA-{bits}=[name={name},password={PASSWORD}]"
        for name, bits in ((USER, 256), (USER, 512), (WITHOUT_RIGHTS, 512))
    ]
    java = [shutil.which("java") or "java", *kafka.JVM, "-cp", f"{kafka.jars()}/*"]
    java.insert(1, f"-Dlog4j2.configurationFile={kafka.DEPLOY / 'log4j2.properties'}")
    java.insert(1, "-Dzeren.kafka.log=kafka.log")
    subprocess.run(
        [*java, "kafka.tools.StorageTool", "format", "-t", "zerenzerenzerenzerenzw", "-c", "server.properties", *scram],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    with (folder / "start.log").open("wb") as said:
        process = subprocess.Popen([*java, "kafka.Kafka", "server.properties"], cwd=folder, stdout=said, stderr=said)
    try:
        until(lambda: _started(folder) or process.poll() is not None, "the start of a secured broker")
        assert process.poll() is None, (folder / "kafka.log").read_text()
        yield SecuredBroker(
            f"127.0.0.1:{ports['signed_in']}",
            f"127.0.0.1:{ports['shown']}",
            *(folder / name for name in ("authority.pem", "other.pem", "client.pem", "client.key")),
        )
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()


async def grant(secured: SecuredBroker) -> None:
    """Give `USER` the rights of a service."""
    administrator = Broker(secured.shown, "SSL", ca=secured.authority, certificate=secured.certificate, key=secured.key)
    async with administration(administrator) as admin:
        for kind, operation in RIGHTS:
            right = CreateAclsRequest(kind, "zeren.", _PREFIXED, f"User:{USER}", "*", _OPERATIONS[operation], _ALLOW)
            # aiokafka knows this request and has no method for it.
            answer = await admin._send_to_controller(right)
            assert [code for code, _ in answer.creation_responses] == [0]


def _started(folder: Path) -> bool:
    log = folder / "kafka.log"
    return log.exists() and "Kafka Server started" in log.read_text()


class Authority:
    """An authority of its own, with a key of its own."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        self._certificate = _certificate(self._name, self._name, self._key, self._key, may_sign=True)

    def pem(self) -> bytes:
        return self._certificate.public_bytes(Encoding.PEM)

    def issued(self, name: str) -> tuple[bytes, bytes]:
        """A fresh key and a certificate for 127.0.0.1."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(_named(name), self._name, key, self._key, may_sign=False)
        return (
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
            certificate.public_bytes(Encoding.PEM),
        )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signed_with: ec.EllipticCurvePrivateKey,
    *,
    may_sign: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=may_sign, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_with.public_key()),
            critical=False,
        )
        .sign(signed_with, hashes.SHA256())
    )
