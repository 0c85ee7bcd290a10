"""The header `Accept`: what is wanted most of what is offered (RFC 9110, sections 12.4.2 and 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, TypeVar

from api.errors import BadParameterError

_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
_PART: Final = re.compile(rf'(?:[^,"]|{_QUOTED})+')
_PARAMETER: Final = re.compile(rf';\s*([\w!#$%&\'*+.^`|~-]+)=({_QUOTED}|[^;"\s]*)\s*')
_MEDIA: Final = re.compile(r"\*/\*|[\w.+-]+/(?:\*|[\w.+-]+)")
_WEIGHT: Final = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")

T = TypeVar("T")


class _Range(NamedTuple):
    """A media range: how much it is wanted, and how exactly it is told."""

    media: str
    weight: float

    @property
    def exactness(self) -> int:
        """0 for any type, 1 for any of a kind, 2 for one."""
        return 2 - self.media.count("*")

    def takes(self, media: str) -> bool:
        """Whether a type lies within it."""
        return self.media in ("*/*", media, f"{media.partition('/')[0]}/*")


def accepted(accept: str | None, offered: Mapping[str, T]) -> T:
    """What is wanted most of what is offered, by media type.

    The most exact range that a type lies in says how much it is wanted. Of those that are wanted alike, the
    one that is named more exactly goes before, then the one that is named earlier, then the one that is
    offered earlier. Parameters of a type do not matter here, for nothing is offered in two variants.

    Args:
        accept: the header; None accepts anything.
        offered: by media type.

    Raises:
        BadParameterError: none of it is accepted.
    """
    ranges = list(_ranges(accept or "*/*"))
    ranked = [(_rank(media, ranges), thing) for media, thing in offered.items()]
    rank, best = max(ranked, key=lambda pair: pair[0])
    if rank[0] <= 0:
        raise BadParameterError("Accept", f"there is no such form; there are {', '.join(offered)}")
    return best


def _rank(media: str, ranges: list[_Range]) -> tuple[float, int, int]:
    """How much a type is wanted: the weight of its range, how exact that is, and how early it comes."""
    taking = [(said.exactness, -place, said.weight) for place, said in enumerate(ranges) if said.takes(media)]
    if not taking:
        return 0.0, 0, 0
    exactness, place, weight = max(taking)
    return weight, exactness, place


def _ranges(accept: str) -> Iterator[_Range]:
    """The ranges of a header; one that is not written as it should be is none."""
    for part in _PART.findall(accept):
        media = part.partition(";")[0].strip().lower()
        parameters = {name.lower(): value for name, value in _PARAMETER.findall(part)}
        weight = parameters.get("q", "1")
        if _MEDIA.fullmatch(media) and _WEIGHT.fullmatch(weight):
            yield _Range(media, float(weight))
