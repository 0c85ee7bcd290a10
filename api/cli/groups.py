"""Which workers run where nobody here supervises them, as in containers: Kafka knows its groups."""

from runtime import kafka
from runtime.concluders import readers
from runtime.errors import TransientError
from runtime.members import members
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.topics import Topics


def in_groups(settings: Settings, endpoints: Endpoints) -> dict[str, str]:
    """Of each worker's group who is in it, as `diurnal status` tells it."""
    admin, topics = kafka.admin(endpoints.kafka_bootstrap), Topics(settings.topic_prefix)
    told: dict[str, str] = {}
    for stage in readers(settings):
        group = topics.name(stage)
        try:
            found = members(admin, group)
        except TransientError as error:
            told[stage] = f"away: {error}"
            continue
        names = ", ".join(sorted(name.removeprefix(f"{group}-") for name in found))
        told[stage] = f"up ({names})" if found else "down"
    return told
