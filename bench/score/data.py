"""Where the data with known truth lies that may not be in this repository."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
VARIABLE: Final = "DIURNAL_SHARED_DATA"


def shared(*names: str) -> Path:
    """A file of the shared data, such as `shared("pol_sim", "atl60_clean_stays_truth.csv")`.

    Raises:
        SystemExit: it is not there.
    """
    folder = Path(os.environ.get(VARIABLE) or ROOT.parent / "shared" / "data")
    path = folder.joinpath(*names)
    if not path.exists():
        raise SystemExit(f"{path} is not there: set {VARIABLE} to the folder that holds {names[0]}/")
    return path
