"""`diurnal token`: what it makes is trusted by the same home, and holds what was said."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import context
from api.cli.errors import InputError
from api.cli.main import app
from api.cli.tokens import held, issue, seconds
from api.identity.errors import TokenRefusedError
from api.identity.trusted import verifier
from runtime.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("DIURNAL_HOME", str(tmp_path))
    monkeypatch.setattr(context, "_overrides", {})
    return Settings()


def printed(*words: str) -> str:
    done = CliRunner().invoke(app, ["token", *words])
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


def test_the_api_of_the_home_knows_who_it_is_and_what_they_hold(settings: Settings) -> None:
    made = printed(
        "--user",
        "ana",
        "--attribute",
        "clearance=secret",
        "--attribute",
        "nationality=GBR",
        "--attribute",
        "nationality=FRA",
        "--attribute",
        "note=a=b",
        "--for",
        "30m",
    )
    found = verifier(settings).clearance(made)
    assert found.name == "ana"
    assert found.attributes == {
        "clearance": ("secret",),
        "nationality": ("FRA", "GBR"),
        "note": ("a=b",),
    }


def test_a_new_key_voids_the_tokens_before_it(settings: Settings) -> None:
    before = printed("--user", "ana")
    assert printed("--new-key") == ""
    with pytest.raises(TokenRefusedError):
        verifier(settings).clearance(before)
    assert verifier(settings).clearance(printed("--user", "ben", "--new-key")).name == "ben"


def test_without_a_user_there_is_no_token(settings: Settings) -> None:
    assert settings.local_issuer
    assert CliRunner().invoke(app, ["token"]).exit_code != 0


@pytest.mark.parametrize("name", ["", " ", " a", "a\nb", "a\x00", "a" * 257])
def test_a_name_is_a_line(settings: Settings, name: str) -> None:
    with pytest.raises(InputError, match="no name"):
        issue(settings, name, {}, 60)


@pytest.mark.parametrize("text", ["clearance", "=secret", "clearance=", "="])
def test_attributes_are_written_with_their_value(text: str) -> None:
    with pytest.raises(InputError, match="NAME=VALUE"):
        held([text])


def test_durations() -> None:
    assert [seconds(text) for text in ("30m", "8h", "7d", "90d")] == [1800, 28_800, 604_800, 7_776_000]


@pytest.mark.parametrize("text", ["", "8", "h", "0h", "-1h", "1.5h", "8 h", "91d", "99999d", "1y"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(InputError, match="at most 90d"):
        seconds(text)
