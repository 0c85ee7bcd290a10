from __future__ import annotations

from pathlib import Path

import pytest

from runtime.servers import Stack, java
from runtime.servers import training as trainer
from runtime.servers.server import Server


def _options(server: Server) -> list[str]:
    return (server.folder / "conf" / "java.arguments").read_text().splitlines()


def test_servers_start_from_an_archive_that_the_jvm_accepts(stack: Stack) -> None:
    for server in (stack.kafka, stack.neo4j):
        archive = server.archive(java.prepare(server.name, stack.settings))
        assert archive.exists()
        assert f'"-XX:AOTCache={archive}"' in _options(server)
        assert str(archive) in Path(f"/proc/{server.pid}/maps").read_text()


def test_a_failed_training_is_said_and_not_tried_again(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "jars").symlink_to(java.jar_folder(stack.settings), target_is_directory=True)
    settings = stack.settings.model_copy(update={"cache": tmp_path, "start_timeout": 0.1})
    trainer.prepare(["kafka"], settings)
    assert "No quick start for kafka: kafka did not answer within" in capsys.readouterr().err
    monkeypatch.setattr(trainer, "_train_one", None)
    trainer.prepare(["kafka"], settings)
    assert capsys.readouterr().err == ""
