"""What a worker is called among those of its kind."""

import socket

import pytest

from runtime.errors import SettingsError
from runtime.instance import instance_of
from runtime.settings import Settings
from runtime.worker import worker_of


def test_a_number_stays_one_and_a_name_is_the_machines_if_asked_for() -> None:
    assert instance_of("0") == 0
    assert instance_of("12") == 12
    assert instance_of("mapper-b.1") == "mapper-b.1"
    assert instance_of("host") == socket.gethostname()


@pytest.mark.parametrize("text", ["", "a b", "-" * 101, "ä", "a/b"])
def test_what_can_be_no_members_name_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="no name for a worker"):
        instance_of(text)


def test_transactions_are_named_after_group_and_instance() -> None:
    settings = Settings(topic_prefix="p.")
    names = {
        worker_of(settings, "kafka:9092", "ingest", [], instance=each).transactional_id
        for each in (0, 1, "a")
    }
    assert names == {"p.ingest-0", "p.ingest-1", "p.ingest-a"}
