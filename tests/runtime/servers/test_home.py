from __future__ import annotations

import stat
from pathlib import Path

import pytest

from runtime.servers import EndpointsError
from runtime.servers.home import identity_of, password_of
from runtime.servers.kafka import new_cluster_id


def test_a_home_keeps_its_identity_and_no_two_share_one(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    assert identity_of(first) == identity_of(first)
    assert identity_of(first).kafka_cluster_id != identity_of(second).kafka_cluster_id
    assert identity_of(first).neo4j_nonce != identity_of(second).neo4j_nonce


def test_the_password_is_its_owners_alone(tmp_path: Path) -> None:
    assert password_of(tmp_path) == password_of(tmp_path)
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "secrets" / "neo4j-password").stat().st_mode) == 0o600


def test_a_damaged_identity_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "identity.json").write_text("{}")
    with pytest.raises(EndpointsError, match="damaged"):
        identity_of(tmp_path)


def test_a_cluster_id_has_kafkas_form() -> None:
    made = {new_cluster_id() for _ in range(500)}
    assert len(made) == 500
    assert all(len(each) == 22 and not each.startswith("-") for each in made)
