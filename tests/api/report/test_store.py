from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import pytest

from api.errors import ReportStoreError
from api.report.access import Access
from api.report.store import ReportStore
from graph.reader.errors import NotKnownError
from graph.sight import Sight

ABOUT = (
    "{&#34;title&#34;:&#34;A &amp; B&#34;,&#34;start&#34;:&#34;2020-12-01T00:00:00+00:00&#34;,"
    "&#34;end&#34;:&#34;2020-12-0%d&#34;,&#34;known_until&#34;:null,&#34;findings&#34;:2}"
)

BY = Sight.of({1, 2}, "all")


def anybody(_: Access) -> bool:
    return True


def sees(*pairs: int) -> Callable[[Access], bool]:
    return lambda access: access.view == "all" and access.allowed <= set(pairs)


def page(day: int) -> str:
    about = (ABOUT % day).replace(f"2020-12-0{day}&", f"2020-12-0{day}T00:00:00+00:00&")
    return f'<!DOCTYPE html><meta name="diurnal-report" content="{about}"><p>Überraschung</p>'


def test_what_is_kept_comes_back_and_is_listed(tmp_path: Path) -> None:
    store = ReportStore(tmp_path / "reports")
    assert store.listed(anybody) == ()
    first, second = store.put(page(2), BY), store.put(page(3), BY)
    assert store.put(page(2), BY) == first
    assert [report.id for report in store.listed(anybody)] == [second.id, first.id]
    assert store.get(first.id, anybody).decode() == page(2)
    assert (first.title, first.findings, first.bytes) == ("A & B", 2, len(page(2).encode()))
    for path in (tmp_path / "reports").iterdir():
        assert path.stat().st_mode & 0o077 == 0


def test_a_report_is_read_by_who_sees_all_that_its_maker_saw(tmp_path: Path) -> None:
    store = ReportStore(tmp_path)
    key = store.put(page(2), BY).id
    assert store.get(key, sees(1, 2, 3))
    assert [each.id for each in store.listed(sees(1, 2))] == [key]
    for fewer in (sees(), sees(1), sees(2, 3)):
        assert store.listed(fewer) == ()
        with pytest.raises(NotKnownError):
            store.get(key, fewer)


def test_the_same_bytes_made_from_less_are_read_by_more(tmp_path: Path) -> None:
    store = ReportStore(tmp_path)
    key = store.put(page(2), BY).id
    store.put(page(2), Sight.of({1}, "all"))
    store.put(page(2), Sight.of({1, 2, 3}, "all"))
    store.put(page(2), Sight.of({5}, "other"))
    assert store.get(key, sees(1))
    with pytest.raises(NotKnownError):
        store.get(key, sees(2, 3))
    kept = orjson.loads((tmp_path / f"{key}.access.json").read_bytes())
    assert kept == [{"view": "all", "allowed": [1]}, {"view": "other", "allowed": [5]}]


def test_many_who_make_the_same_report_at_once_may_all_read_it(tmp_path: Path) -> None:
    """Stores of their own, as a command line beside the API has one."""
    makers = range(32)
    with ThreadPoolExecutor(16) as pool:
        made = [pool.submit(ReportStore(tmp_path).put, page(2), Sight.of({n}, "all")) for n in makers]
        (key,) = {each.result(30).id for each in made}
    for maker in makers:
        assert ReportStore(tmp_path).get(key, sees(maker)).decode() == page(2)
    assert {path.name for path in tmp_path.iterdir()} == {f"{key}.html", f"{key}.access.json", ".lock"}


@pytest.mark.parametrize("kept", [None, b"", b"{}", b"[]", b"[1]", b'[{"view": "all"}]', b"null"])
def test_a_report_without_its_access_is_nobodys(tmp_path: Path, kept: bytes | None) -> None:
    store = ReportStore(tmp_path)
    key = store.put(page(2), BY).id
    (tmp_path / f"{key}.access.json").unlink()
    if kept is not None:
        (tmp_path / f"{key}.access.json").write_bytes(kept)
    assert store.listed(anybody) == ()
    with pytest.raises(NotKnownError):
        store.get(key, anybody)


def test_other_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "note.html").write_text("x")
    (tmp_path / f"{'0' * 64}.html").write_text("not ours")
    assert ReportStore(tmp_path).listed(anybody) == ()


@pytest.mark.parametrize("key", ["", "..", "../tokens", "A" * 64, "0" * 64, "0" * 63])
def test_nothing_but_reports_is_given(tmp_path: Path, key: str) -> None:
    with pytest.raises(NotKnownError):
        ReportStore(tmp_path).get(key, anybody)


def test_a_report_that_was_changed_is_not_given(tmp_path: Path) -> None:
    store = ReportStore(tmp_path)
    stored = store.put(page(2), BY)
    (tmp_path / f"{stored.id}.html").write_text(page(3))
    with pytest.raises(ReportStoreError, match="has been changed"):
        store.get(stored.id, anybody)


def test_a_page_that_does_not_say_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(ReportStoreError):
        ReportStore(tmp_path).put("<p>hello</p>", BY)
