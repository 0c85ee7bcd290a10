"""Keys: made once, wrapped, destroyed; and what is sealed with them."""

from __future__ import annotations

import threading
from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from runtime.audit.cipher import seal, unseal
from runtime.audit.entry import Secret
from runtime.audit.errors import BrokenError, KeyFileError
from runtime.audit.keys import Keys
from runtime.settings import Settings

DAY = date(2026, 3, 5)
SECRET = Secret("MATCH (n {name: 'ANN EXAMPLE'}) RETURN n", {"a": [1, "b"]}, "case 12")


def test_a_day_has_one_key_whoever_makes_it(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.append(Keys.of(settings).to_seal(DAY).key)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert Keys.of(settings).to_seal(DAY + timedelta(1)).key not in found


def test_no_key_lies_open_and_none_is_for_others(tmp_path: Path) -> None:
    keys = Keys.of(Settings(home=tmp_path))
    key = keys.to_seal(DAY).key
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(path.name for path in files) == ["2026-03-05.key", "master.key"]
    for path in files:
        assert path.stat().st_mode & 0o077 == 0
        assert b64encode(key) not in path.read_bytes()


def test_what_is_sealed_opens_in_its_place_only(tmp_path: Path) -> None:
    keys = Keys.of(Settings(home=tmp_path))
    sealed = seal(keys.to_seal(DAY), SECRET, "w/1")
    assert "EXAMPLE" not in str(sealed)
    assert unseal(keys.of_day, sealed, "w/1") == SECRET
    for changed, bound in ((sealed, "w/2"), (sealed | {"text": sealed["nonce"]}, "w/1")):
        with pytest.raises(BrokenError, match="does not open"):
            unseal(keys.of_day, changed, bound)


def test_a_destroyed_key_opens_nothing_nor_does_its_successor(tmp_path: Path) -> None:
    keys = Keys.of(Settings(home=tmp_path))
    sealed = [seal(keys.to_seal(DAY + timedelta(n)), SECRET, "w/1") for n in range(3)]
    assert keys.destroy(DAY + timedelta(2)) == [DAY, DAY + timedelta(1)]
    again = Keys.of(Settings(home=tmp_path))
    assert [unseal(again.of_day, one, "w/1") for one in sealed] == [None, None, SECRET]
    assert again.to_seal(DAY).id != sealed[0]["key"]
    assert unseal(again.of_day, sealed[0], "w/1") is None
    assert again.destroy(DAY) == []


def test_a_master_key_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "master"
    settings = Settings(home=tmp_path / "home", audit_key_file=file)
    with pytest.raises(KeyFileError, match="cannot be read"):
        Keys.of(settings)
    file.write_text("short")
    file.chmod(0o600)
    with pytest.raises(KeyFileError, match="base64"):
        Keys.of(settings)
    file.write_bytes(b64encode(bytes(range(32))))
    Keys.of(settings).to_seal(DAY)
    file.write_bytes(b64encode(bytes(range(1, 33))))
    with pytest.raises(KeyFileError, match="not one of this master key"):
        Keys.of(settings).to_seal(DAY)
    file.chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        Keys.of(settings)


def test_days_are_those_of_utc(tmp_path: Path) -> None:
    keys = Keys.of(Settings(home=tmp_path))
    keys.to_seal(datetime.now(UTC).date())
    assert keys.days() == [datetime.now(UTC).date()]
