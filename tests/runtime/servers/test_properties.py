from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runtime.servers.properties import properties


def _read(text: str) -> str:
    """The value of the one line, as java.util.Properties reads what escapes are written."""
    line = text.removesuffix("\n")
    assert line.isascii()
    assert "\n" not in line
    value = line.removeprefix("name=")
    return value.encode().decode("unicode_escape").encode("utf-16", "surrogatepass").decode("utf-16")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda s: s == s.strip()))
def test_any_text_comes_back(text: str) -> None:
    assert _read(properties({"name": text})) == text


def test_truth_is_lower_case() -> None:
    assert properties({"a": True, "b": 3}) == "a=true\nb=3\n"
