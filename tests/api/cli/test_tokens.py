"""Tokens: printed once, kept as hashes, replaced by name."""

import stat
from pathlib import Path

import pytest

from api.auth import Tokens
from api.cli.errors import InputError
from api.cli.tokens import issue, tokens_file
from runtime.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, tokens_file=None)


def test_the_api_knows_a_token_that_was_issued(settings: Settings) -> None:
    fresh = issue(settings, "ana")
    assert Tokens(tokens_file(settings)).who(fresh) == "ana"


def test_only_the_hash_is_kept_and_only_the_owner_reads_it(settings: Settings) -> None:
    fresh = issue(settings, "ana")
    path = tokens_file(settings)
    assert fresh not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_second_token_voids_the_first_and_leaves_others(settings: Settings) -> None:
    first, other = issue(settings, "ana"), issue(settings, "ben")
    second = issue(settings, "ana")
    tokens = Tokens(tokens_file(settings))
    assert tokens.who(first) is None
    assert tokens.who(second) == "ana"
    assert tokens.who(other) == "ben"


@pytest.mark.parametrize("name", ["", "two words", "#hidden"])
def test_a_name_is_one_word(settings: Settings, name: str) -> None:
    with pytest.raises(InputError, match="one word"):
        issue(settings, name)
