"""Every threshold of movement is documented, with its default."""

import re
from dataclasses import asdict
from pathlib import Path

from analytics.movement.parameters import PEOPLE

PAGE = Path(__file__).parents[3] / "docs" / "analytics.md"


def test_the_page_lists_each_parameter_with_its_default() -> None:
    section = PAGE.read_text().split("| movement | default |")[1].split("\n\n")[0]
    told: dict[str, float] = {}
    for names, values in re.findall(
        r"^\| people: ((?:`\w+`(?:, )?)+) \| ([\d., ]+) \|", section, re.MULTILINE
    ):
        told |= dict(zip(re.findall(r"\w+", names), map(float, values.split(", ")), strict=True))
    assert told == asdict(PEOPLE)
