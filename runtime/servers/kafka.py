"""Our Kafka: one node that is broker and controller (KRaft), on loopback."""

from __future__ import annotations

import uuid
from base64 import urlsafe_b64encode
from importlib import resources
from pathlib import Path

from runtime.servers import jars, java
from runtime.servers.errors import IdentityError
from runtime.servers.identity import kafka_identity
from runtime.servers.ports import LOOPBACK, answers
from runtime.servers.properties import properties
from runtime.servers.server import Server
from runtime.settings import Settings

_TEN_YEARS_MIN = 10 * 366 * 24 * 60
_LONG_MAX = 2**63 - 1


class Kafka(Server):
    """A Kafka whose cluster id is this home's own, made when the home was."""

    name = jars.KAFKA
    main_class = "KafkaServer"
    port_count = 2

    def __init__(self, home: Path, settings: Settings, cluster_id: str) -> None:
        super().__init__(home, settings, settings.kafka_port)
        self.cluster_id = cluster_id

    @property
    def bootstrap(self) -> str:
        """What clients call `bootstrap.servers`."""
        return self.address

    def configure(self) -> None:
        """Write server.properties."""
        (self.folder / "conf" / "server.properties").write_text(properties(self._values()))

    def _values(self) -> dict[str, object]:
        port, controller = self._ports
        return {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.voters": f"1@{LOOPBACK}:{controller}",
            "controller.listener.names": "CONTROLLER",
            "listeners": f"PLAINTEXT://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{controller}",
            "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{port}",
            # Relative to the working directory, so that a comma in the home's path is no second directory.
            "log.dirs": "data",
            "auto.create.topics.enable": False,
            "num.partitions": 4,
            "offsets.topic.num.partitions": 4,
            "offsets.topic.replication.factor": 1,
            "offsets.retention.minutes": _TEN_YEARS_MIN,
            "transaction.state.log.num.partitions": 4,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "share.coordinator.state.topic.num.partitions": 1,
            "share.coordinator.state.topic.replication.factor": 1,
            "share.coordinator.state.topic.min.isr": 1,
            "group.initial.rebalance.delay.ms": 0,
            # The log is the truth: nothing goes by age. The timestamps of Kafka mean nothing, so any will do.
            "log.retention.ms": -1,
            "log.message.timestamp.after.max.ms": _LONG_MAX,
            "log.cleaner.dedupe.buffer.size": 32 * 2**20,
            "broker.heartbeat.interval.ms": 500,
        }

    def jvm_options(self) -> list[str]:
        """Memory, the collector that starts fastest, and where to log."""
        logging = Path(str(resources.files("runtime.servers"))) / "java" / "kafka" / "log4j2.json"
        return [
            *java.compiling(self.settings.jvm_compiler),
            f"-Xmx{self.settings.kafka_heap}",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            f"-Dlog4j2.configurationFile={logging}",
            f"-Ddiurnal.logs={self.logs}",
        ]

    def arguments(self) -> list[str]:
        """Where the properties and the data are, and what the cluster is called."""
        return ["conf/server.properties", "data", self.cluster_id]

    def is_ready(self) -> bool:
        """Whether the broker answers under our cluster id."""
        if not answers(self.port):
            return False
        try:
            found = kafka_identity(self.bootstrap, timeout=2.0)
        except ConnectionError:
            return False
        if found != self.cluster_id:
            raise IdentityError(f"Another Kafka ({found}) answers on port {self.port}.")
        return True


def new_cluster_id() -> str:
    """A random cluster id in Kafka's own form, 22 characters."""
    while (text := urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        # A dash in front would be an option on a command line; Kafka avoids it, too.
        pass
    return text
