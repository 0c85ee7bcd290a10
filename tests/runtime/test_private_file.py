"""Files for their owner's eyes: whole or not at all, whoever else writes them."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from runtime.private_file import write_private


@pytest.mark.parametrize("content", ["Überraschung\n", b"\xff\r\n"])
def test_what_is_written_is_there_for_its_owner_alone(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "folder" / "file"
    path.parent.mkdir()
    path.write_text("before")
    path.chmod(0o644)
    assert write_private(path, content) == path
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_its_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = write_private(tmp_path / "folder" / "file", b"")
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_many_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    contents = [bytes([number]) * 200_000 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for content in [pool.submit(write_private, path, content) for content in contents * 5]:
            content.result()
    assert path.read_bytes() in contents
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    (path / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        write_private(path, b"new")
    assert list(tmp_path.iterdir()) == [path]
