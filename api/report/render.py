"""A report as one self-contained page: no script, no request to anywhere, the same data the same bytes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from api.report.data import ReportData
from api.report.map import CELL

_HERE: Final = Path(__file__).parent


def render(data: ReportData) -> str:
    """The page; every text in it is escaped."""
    about = data.about.model_dump_json()
    return _page().render(report=data, about=about, style=Markup(_style()), cell=CELL)  # noqa: S704 - our own file


@cache
def _page() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")


@cache
def _style() -> str:
    return (_HERE / "style.css").read_text(encoding="utf-8")
