"""Every threshold is documented, with its default."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

from analytics.parameters import HARBOUR

PAGE = Path(__file__).parents[2] / "docs" / "analytics.md"


def test_the_page_lists_each_parameter_with_its_default() -> None:
    section = PAGE.read_text().split("\n## Parameters\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", section, re.MULTILINE)
    assert {name: float(value) for name, value in rows} == {
        name: float(value) for name, value in asdict(HARBOUR).items() if value is not None
    }


def test_the_page_names_each_file_of_the_package() -> None:
    import analytics

    files = {path.stem for path in Path(str(analytics.__file__)).parent.glob("*.py")} - {"__init__"}
    supporting = {"parameters", "geometry", "surprise", "words", "tell", "known", "conclusions", "errors"}
    text = PAGE.read_text()
    assert [name for name in sorted(files - supporting) if f"`{name}`" not in text] == []
