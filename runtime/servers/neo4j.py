"""Our Neo4j Community: Bolt on loopback, nothing else."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from neo4j import GraphDatabase
from neo4j.exceptions import AuthError, DriverError, Neo4jError
from pydantic import SecretStr

from runtime.servers import jars, java
from runtime.servers.errors import IdentityError
from runtime.servers.identity import NONCE_SETTING, neo4j_identity
from runtime.servers.ports import LOOPBACK, answers
from runtime.servers.properties import properties
from runtime.servers.server import Server
from runtime.settings import Settings

USER = "neo4j"
PASSWORD_FILE = Path("secrets") / "neo4j-password"


class Neo4j(Server):
    """A Neo4j with a nonce in its configuration and a password that only this home knows."""

    name = jars.NEO4J
    main_class = "Neo4jServer"
    port_count = 1

    def __init__(
        self,
        home: Path,
        settings: Settings,
        nonce: str,
        password: SecretStr,
        *,
        folder: str = jars.NEO4J,
        fixed_port: int | None = None,
    ) -> None:
        """Nothing is started yet.

        Args:
            home: the home.
            settings: what to start and how.
            nonce: the mark by which it is known.
            password: the home's.
            folder: the name of its folder in the home, and of that of its logs.
            fixed_port: another than the settings'; 0 takes a free one.
        """
        super().__init__(home, settings, settings.neo4j_port if fixed_port is None else fixed_port)
        self.folder = home.resolve() / folder
        self.logs = home.resolve() / "logs" / folder
        self.nonce = nonce
        self.password = password

    @property
    def uri(self) -> str:
        """The address for drivers; `bolt://`, for one server needs no routing."""
        return f"bolt://{self.address}"

    def configure(self) -> None:
        """Write neo4j.conf, and lay the guard where Neo4j finds it."""
        plugins = self.folder / "plugins"
        shutil.rmtree(plugins, ignore_errors=True)
        plugins.mkdir(mode=0o700)
        shutil.copy(java.plugin(self.settings), plugins / "diurnal-guard.jar")
        (self.folder / "conf" / "neo4j.conf").write_text(properties(self._values()))

    def _values(self) -> dict[str, object]:
        return {
            NONCE_SETTING: self.nonce,
            "server.bolt.listen_address": self.address,
            "server.bolt.advertised_address": self.address,
            "server.default_listen_address": LOOPBACK,
            "server.http.enabled": False,
            "server.https.enabled": False,
            "server.directories.logs": self.logs,
            "server.directories.import": "import",
            "server.directories.plugins": "plugins",
            # The guard runs queries under what the reader may see, which takes the kernel itself.
            "dbms.security.procedures.unrestricted": "diurnal.*",
            "dbms.security.procedures.allowlist": "diurnal.*",
            "server.memory.pagecache.size": self.settings.neo4j_page_cache,
            # Workers stop before their servers: nobody is left to wait for.
            "db.shutdown_transaction_end_timeout": "1s",
            # Else Bolt idles for ten seconds after the databases were closed.
            "internal.server.bolt.connection_shutdown_wait_time": "1s",
            "internal.server.bolt.thread_pool_shutdown_wait_time": "1s",
            # A file of 256 MB for each database before the first write suits no laptop and no test.
            "db.tx_log.preallocate": False,
            # Queries and their parameters are data, and may be more secret than a log file.
            "db.logs.query.enabled": "OFF",
            "dbms.security.allow_csv_import_from_file_urls": False,
            # Nothing leaves this machine.
            "client.allow_telemetry": False,
            "dbms.usage_report.enabled": False,
            "dbms.fleet_manager.enabled": False,
            "server.fleet_discovery.enabled": False,
            "server.bolt.telemetry.enabled": False,
        }

    def jvm_options(self) -> list[str]:
        """Memory, a collector for throughput, and what Neo4j's own start script opens to it."""
        opened = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
        return [
            *java.compiling(self.settings.jvm_compiler),
            f"-Xmx{self.settings.neo4j_heap}",
            "-XX:+UseParallelGC",
            "-XX:-OmitStackTraceInFastThrow",
            # A reader's list may be larger than the heap: their query fails, and the server does not.
            "-XX:-ExitOnOutOfMemoryError",
            *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in opened),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.tryReflectionSetAccessible=true",
            "-Djdk.nio.maxCachedBufferSize=1024",
            "-Dlog4j2.disable.jmx=true",
        ]

    def arguments(self) -> list[str]:
        """Where Neo4j's home, its configuration and the file of its first password are."""
        (self.folder / "import").mkdir(exist_ok=True)
        return [".", "conf/neo4j.conf", str(".." / PASSWORD_FILE)]

    def is_ready(self) -> bool:
        """Whether the database answers under our nonce and password."""
        if not answers(self.port):
            return False
        with contextlib.suppress(DriverError, Neo4jError):
            found = self._identity()
            if found != self.nonce:
                raise IdentityError(f"Another Neo4j ({found}) answers on port {self.port}.")
            return True
        return False

    def _identity(self) -> str:
        with GraphDatabase.driver(self.uri, auth=(USER, self.password.get_secret_value())) as driver:
            try:
                driver.execute_query("RETURN 1", database_=self.settings.neo4j_database)
                return neo4j_identity(driver, self.settings.neo4j_database)
            except AuthError as error:
                raise IdentityError(
                    f"The Neo4j on port {self.port} does not take this home's password ({error.message})."
                ) from error
