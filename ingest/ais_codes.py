"""What the numbers of AIS mean: kinds of MMSI, ship types, IMO numbers."""

import re
from typing import Final

_SHIP_FIRST: Final = "234567"
_SPECIAL: Final = {"111": "Aircraft"}
"""ITU-R M.585: 111 begins the MMSI of a search and rescue aircraft."""

LONGEST_M: Final = 1022.0
WIDEST_M: Final = 126.0
"""What the dimensions of AIS reach to: two numbers of 9 bits, two of 6."""

_TYPES: Final = {
    30: "fishing",
    31: "towing",
    32: "towing, long or wide",
    33: "dredging or underwater work",
    34: "diving",
    35: "military",
    36: "sailing",
    37: "pleasure craft",
    50: "pilot vessel",
    51: "search and rescue",
    52: "tug",
    53: "port tender",
    54: "anti-pollution",
    55: "law enforcement",
    56: "local vessel",
    57: "local vessel",
    58: "medical transport",
    59: "noncombatant",
}
_TENS: Final = {
    2: "wing in ground",
    4: "high-speed craft",
    6: "passenger",
    7: "cargo",
    8: "tanker",
    9: "other",
}
_DIGITS: Final = re.compile(r"[0-9]{7}", re.ASCII)


def kind(mmsi: str) -> str:
    """The kind of what carries the transponder, a key of SUBJECT_CLASSES, by its nine digits (ITU-R M.585).

    Ships begin with 2 to 7, search and rescue aircraft with 111; coast stations (00), handheld radios (8),
    craft of a parent ship (98), aids to navigation (99), beacons (970, 972, 974) and whatever has no meaning
    are devices, of which no more can be said.
    """
    if mmsi[0] in _SHIP_FIRST:
        return "Ship"
    return _SPECIAL.get(mmsi[:3], "Device")


def type_name(code: int) -> str | None:
    """What a ship type means (ITU-R M.1371-5, table 53), or None where it means nothing."""
    return _TYPES.get(code) or (_TENS.get(code // 10) if code < 100 else None)


def imo_number(text: str) -> str | None:
    """The seven digits of a ship's IMO number, or None where it is none: the last is a check digit.

    Source: IMO resolution A.1117(30): the first six digits times 7 to 2, summed, end in the seventh.
    """
    digits = text.upper().removeprefix("IMO").strip()
    if not _DIGITS.fullmatch(digits) or digits == "0000000":
        return None
    total = sum(int(digit) * weight for digit, weight in zip(digits[:6], range(7, 1, -1), strict=True))
    return digits if total % 10 == int(digits[6]) else None
