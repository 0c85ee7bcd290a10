"""How long to wait before what died is started again."""

from typing import Final

LONGEST_S: Final = 30.0
STEADY_S: Final = 60.0
"""What lived this long starts its back-off anew."""


def wait_s(failures: int) -> float:
    """Seconds to wait after so many failures in a row: none after the first, then 1, 2, 4 and so on."""
    return min(LONGEST_S, 2.0 ** min(failures - 2, 10)) if failures > 1 else 0.0
