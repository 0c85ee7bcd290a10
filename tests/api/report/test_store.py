from pathlib import Path

import pytest

from api.errors import ReportStoreError
from api.report.store import ReportStore
from graph.reader.errors import NotKnownError

ABOUT = (
    "{&#34;title&#34;:&#34;A &amp; B&#34;,&#34;start&#34;:&#34;2020-12-01T00:00:00+00:00&#34;,"
    "&#34;end&#34;:&#34;2020-12-0%d&#34;,&#34;known_until&#34;:null,&#34;findings&#34;:2}"
)


def page(day: int) -> str:
    about = (ABOUT % day).replace(f"2020-12-0{day}&", f"2020-12-0{day}T00:00:00+00:00&")
    return f'<!DOCTYPE html><meta name="diurnal-report" content="{about}"><p>Überraschung</p>'


def test_what_is_kept_comes_back_and_is_listed(tmp_path: Path) -> None:
    store = ReportStore(tmp_path / "reports")
    assert store.listed() == ()
    first, second = store.put(page(2)), store.put(page(3))
    assert store.put(page(2)) == first
    assert [report.id for report in store.listed()] == [second.id, first.id]
    assert store.get(first.id).decode() == page(2)
    assert (first.title, first.findings, first.bytes) == ("A & B", 2, len(page(2).encode()))
    assert (tmp_path / "reports" / f"{first.id}.html").stat().st_mode & 0o077 == 0


def test_other_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "note.html").write_text("x")
    (tmp_path / f"{'0' * 64}.html").write_text("not ours")
    assert ReportStore(tmp_path).listed() == ()


@pytest.mark.parametrize("key", ["", "..", "../tokens", "A" * 64, "0" * 64, "0" * 63])
def test_nothing_but_reports_is_given(tmp_path: Path, key: str) -> None:
    with pytest.raises(NotKnownError):
        ReportStore(tmp_path).get(key)


def test_a_report_that_was_changed_is_not_given(tmp_path: Path) -> None:
    store = ReportStore(tmp_path)
    stored = store.put(page(2))
    (tmp_path / f"{stored.id}.html").write_text(page(3))
    with pytest.raises(ReportStoreError, match="has been changed"):
        store.get(stored.id)


def test_a_page_that_does_not_say_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(ReportStoreError):
        ReportStore(tmp_path).put("<p>hello</p>")
