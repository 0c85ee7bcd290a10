"""`diurnal settings`: what can be set, what it is now, and what it means."""

from pathlib import Path
from typing import Annotated, Any, Final

import platformdirs
import typer
from pydantic import SecretStr

from api.cli import context
from api.cli.output import AsJson, emit_rows, emit_text
from runtime.settings import Settings

PREFIX = "DIURNAL_"


def settings(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print docs/settings.md anew.")] = False,
    as_json: AsJson = False,
) -> None:
    """List every setting, its value now and its meaning. Set one by the environment variable of its name."""
    if markdown:
        emit_text(page())
        return
    now = context.settings()
    rows = [
        {"setting": name, "value": _plain(getattr(now, field)), "meaning": said}
        for field, name, said in _all()
    ]
    emit_rows(rows, ["setting", "value", "meaning"], as_json=as_json)


def page() -> str:
    """The text of docs/settings.md."""
    rows = [f"| `{name}` | {_default(field)} | {said.replace('|', '/')} |" for field, name, said in _all()]
    return "\n".join(
        [
            "# Settings",
            "",
            "Each is an environment variable; `diurnal settings` shows its value now. This page is printed",
            "by `diurnal settings --markdown`, and a test holds it to the code.",
            "",
            "| setting | default | meaning |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _all() -> list[tuple[str, str, str]]:
    return [
        (name, PREFIX + name.upper(), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def _default(field: str) -> str:
    """A default as the page shows it: folders of the user by what they are, not where they are here."""
    value = Settings.model_fields[field].default
    folders = {
        platformdirs.user_data_dir("diurnal"): "the user's data folder",
        platformdirs.user_cache_dir("diurnal"): "the user's cache folder",
    }
    if isinstance(value, Path) and str(value) in folders:
        return folders[str(value)]
    return "none" if value is None else f"`{_plain(value)}`"


def _plain(value: Any) -> str:  # noqa: ANN401 - a setting may be of any type
    if isinstance(value, SecretStr):
        return "set"
    if isinstance(value, dict):
        return str(value) if value else "{}"
    return "-" if value is None else str(value)


COMMANDS: Final = (settings,)
