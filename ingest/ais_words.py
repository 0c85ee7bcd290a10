"""What lines of MarineCadastre say of a ship beside where it is; the same words are read once."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.ais_codes import LONGEST_M, WIDEST_M, imo_number, type_name
from ingest.ais_layout import Layout
from ingest.believed import above_zero, plain
from ingest.feed import NOTHING_SAID, Words

_BETWEEN: Final = "\x1f"


def words_of(frame: pl.DataFrame, layout: Layout) -> tuple[NDArray[np.int64], list[Words], dict[str, int]]:
    """Which words each row says, an index or NOTHING_SAID; the words; and what was left out, counted."""
    columns = layout.static
    if not columns or frame.is_empty():
        return np.full(frame.height, NOTHING_SAID, dtype=np.int64), [], {}
    joined = frame.select(pl.concat_str([pl.col(name).fill_null("") for name in columns], separator=_BETWEEN))
    joined.columns = ["text"]
    unique = joined.group_by("text", maintain_order=True).len("often").with_row_index("code")
    codes = (
        joined.join(unique, on="text", how="left", maintain_order="left")["code"].to_numpy().astype(np.int64)
    )
    notes: dict[str, int] = {}
    said = []
    for text, often in unique.select("text", "often").iter_rows():
        words, note = _read_words(dict(zip(columns, text.split(_BETWEEN), strict=False)))
        said.append(words)
        if note:
            notes[note] = notes.get(note, 0) + often
    silent = np.array([not words for words in said])
    return np.where(silent[codes], NOTHING_SAID, codes), said, notes


def _read_words(cells: dict[str, str]) -> tuple[Words, str | None]:
    imo = imo_number(cells.get("imo", ""))
    told = cells.get("imo", "").upper().removeprefix("IMO").strip("0 ")
    code = _number(cells.get("type", ""), 9999.0)
    words = Words(
        name=plain(cells.get("name", "")),
        call_sign=plain(cells.get("call_sign", "")),
        imo=imo,
        type_code=None if code is None else int(code),
        type_name=None if code is None else type_name(int(code)),
        length_m=_number(cells.get("length", ""), LONGEST_M),
        width_m=_number(cells.get("width", ""), WIDEST_M),
    )
    return words, f"IMO number {cells['imo']} fails its check digit" if told and not imo else None


def _number(cell: str, most: float) -> float | None:
    try:
        return above_zero(float(cell), most)
    except ValueError:
        return None
