"""The secrets of an installation in containers."""

import os
import stat
from pathlib import Path

import pytest

from api.cli.deployment import make

NAMES = ("DIURNAL_KAFKA_CLUSTER_ID", "DIURNAL_NEO4J_IDENTITY", "DIURNAL_UID", "DIURNAL_GID")


def said(folder: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in (folder / ".env").read_text().splitlines())


def test_secrets_are_made_once_and_for_their_owners_eyes(tmp_path: Path) -> None:
    made = make(tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in made} == {
        "secrets/neo4j-password",
        "secrets/neo4j-auth",
        "secrets/issuer.pem",
        "secrets/issuer.jwks",
        ".env",
    }
    for path in made:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = {path: path.read_bytes() for path in made}
    assert make(tmp_path) == []
    assert {path: path.read_bytes() for path in made} == before


def test_diurnal_and_neo4j_get_the_same_password(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "neo4j-password").write_text("mine\n")
    make(tmp_path)
    assert (tmp_path / "secrets" / "neo4j-auth").read_text() == "neo4j/mine"
    assert (tmp_path / "secrets" / "neo4j-password").read_text() == "mine\n"


def test_each_installation_is_one_of_its_own(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        make(tmp_path / name)
    one, two = said(tmp_path / "one"), said(tmp_path / "two")
    assert tuple(one) == tuple(two) == NAMES
    assert one["DIURNAL_NEO4J_IDENTITY"].startswith("diurnal-")
    for name in NAMES[:2]:
        assert one[name] != two[name]


@pytest.mark.parametrize("user", [0, 1234])
def test_workers_run_as_the_owner_of_the_secrets_and_never_as_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: int
) -> None:
    owned: dict[str, tuple[int, int]] = {}
    monkeypatch.setattr(os, "getuid", lambda: user)
    monkeypatch.setattr(os, "getgid", lambda: user)
    monkeypatch.setattr(os, "chown", lambda path, *ids: owned.update({Path(path).name: ids}))
    make(tmp_path)
    expected = user or 10001
    assert said(tmp_path)["DIURNAL_UID"] == said(tmp_path)["DIURNAL_GID"] == str(expected)
    assert owned == (
        {}
        if user
        else dict.fromkeys(("neo4j-password", "issuer.pem", "issuer.jwks", "secrets"), (10001, 10001))
    )
