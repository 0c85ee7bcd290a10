"""Is this the server that was meant? Asked before the first write, for a port alone says nothing."""

from __future__ import annotations

import logging

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from neo4j import Driver, GraphDatabase, NotificationMinimumSeverity
from neo4j.exceptions import AuthError, ClientError

from runtime.servers.endpoints import Endpoints
from runtime.servers.errors import IdentityError

# A setting of the browser, which is off in our servers: free text that does nothing but be read back.
NONCE_SETTING = "browser.post_connect_cmd"
NONCE_PREFIX = "diurnal-"
_TIMEOUT_S = 10.0
_log = logging.getLogger(__name__)


def kafka_identity(bootstrap: str, timeout: float = _TIMEOUT_S) -> str:
    """Ask a Kafka for the id of its cluster.

    Args:
        bootstrap: `host:port`.
        timeout: Seconds to wait for the answer.

    Raises:
        ConnectionError: Nobody answered as Kafka does.
    """
    client = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0, "socket.timeout.ms": 5000})
    try:
        return str(client.list_topics(timeout=timeout).cluster_id)
    except KafkaException as error:
        raise ConnectionError(f"No Kafka answers at {bootstrap}: {error}") from error


def neo4j_identity(driver: Driver, database: str) -> str:
    """Ask a Neo4j who it is: the nonce in its configuration, or the id of the database if it has none."""
    try:
        rows = driver.execute_query(
            "SHOW SETTINGS $name YIELD value RETURN value AS value",
            name=NONCE_SETTING,
            database_="system",
        ).records
        if rows and str(rows[0]["value"]).startswith(NONCE_PREFIX):
            return str(rows[0]["value"])
    except AuthError:
        raise
    except ClientError:
        _log.debug("A server elsewhere does not let its settings be read: known by its database instead.")
    rows = driver.execute_query("CALL db.info() YIELD id RETURN id", database_=database).records
    return str(rows[0]["id"])


def neo4j_driver(endpoints: Endpoints) -> Driver:
    """Open a driver on the endpoints' Neo4j; the caller closes it."""
    password = endpoints.neo4j_password.get_secret_value()
    return GraphDatabase.driver(
        endpoints.neo4j_uri,
        auth=(endpoints.neo4j_user, password),
        notifications_min_severity=NotificationMinimumSeverity.OFF,
    )


def prove_kafka(endpoints: Endpoints, timeout: float = _TIMEOUT_S) -> None:
    """Check that Kafka is the one that was meant, if one was.

    Raises:
        IdentityError: Another cluster answers there.
        ConnectionError: Nobody answers there.
    """
    found = kafka_identity(endpoints.kafka_bootstrap, timeout)
    if found != (endpoints.kafka_cluster_id or found):
        raise IdentityError(
            f"The Kafka at {endpoints.kafka_bootstrap} has the cluster id {found}, not "
            f"{endpoints.kafka_cluster_id}: it is another server. Nothing was written. "
            "Start Diurnal's servers again, or correct DIURNAL_KAFKA_BOOTSTRAP or DIURNAL_KAFKA_CLUSTER_ID."
        )


def prove_neo4j(endpoints: Endpoints, driver: Driver | None = None) -> None:
    """Check that Neo4j is the one that was meant, if one was.

    Args:
        endpoints: Where it should be, and who.
        driver: An open driver on it; without one, one is opened and closed.

    Raises:
        IdentityError: Another server answers there.
        neo4j.exceptions.DriverError: Nobody answers there.
    """
    if driver is None:
        with neo4j_driver(endpoints) as opened:
            prove_neo4j(endpoints, opened)
        return
    try:
        found = neo4j_identity(driver, endpoints.neo4j_database)
    except AuthError as error:
        raise IdentityError(
            f"The Neo4j at {endpoints.neo4j_uri} does not take the password of {endpoints.neo4j_user}: it is "
            "another server, or the password was changed. Nothing was written. Correct DIURNAL_NEO4J_URI or "
            "DIURNAL_NEO4J_PASSWORD_FILE, or start Diurnal's servers again."
        ) from error
    if found != (endpoints.neo4j_identity or found):
        raise IdentityError(
            f"The Neo4j at {endpoints.neo4j_uri} is {found}, not {endpoints.neo4j_identity}: it is another "
            "server. Nothing was written. Start Diurnal's servers again, or correct DIURNAL_NEO4J_URI or "
            "DIURNAL_NEO4J_IDENTITY."
        )


def prove(endpoints: Endpoints) -> None:
    """Check both servers; see `prove_kafka` and `prove_neo4j`."""
    prove_kafka(endpoints)
    prove_neo4j(endpoints)
