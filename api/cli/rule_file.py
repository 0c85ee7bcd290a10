"""A file of standing rules, in YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from api.cli.errors import InputError
from ontology.rules import Rule


def read(path: Path) -> list[Rule]:
    """The rules in a file: one, a list, or a list under `rules`.

    Raises:
        InputError: it cannot be read, or a rule in it cannot be used; it names every fault.
    """
    try:
        said = yaml.safe_load(path.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise InputError(f"{path} is no YAML: {error}") from None
    several = said.get("rules", [said]) if isinstance(said, dict) else said
    if not isinstance(several, list) or not several:
        raise InputError(f"{path} holds no rules: write one, a list of them, or a list under `rules:`")
    faults: list[str] = []
    found: list[Rule] = []
    for number, one in enumerate(several, 1):
        try:
            found.append(Rule.model_validate(one))
        except ValidationError as error:
            faults += [
                f"{_which(number, one)}{_where(each['loc'])}: {_words(each)}" for each in error.errors()
            ]
    names = [rule.name for rule in found]
    faults += [f"rule {name!r} is there twice" for name in sorted({n for n in names if names.count(n) > 1})]
    if faults:
        raise InputError(f"{path}: " + "; ".join(faults))
    return found


def _which(number: int, said: object) -> str:
    name = said.get("name") if isinstance(said, dict) else None
    return f"rule {name!r}" if isinstance(name, str) else f"rule {number}"


def _where(steps: tuple[int | str, ...]) -> str:
    return f", {'.'.join(map(str, steps))}" if steps else ""


def _words(fault: Any) -> str:  # noqa: ANN401 - pydantic's own
    return str(fault["msg"]).removeprefix("Value error, ")
