"""Standing rules: what an analyst wants to be told at once, as YAML, JSON or a record of the topic `rules`.

A rule keeps its history: each version counts for what became known while it stood, so that neither a change
nor a removal loses what was still on its way, and whoever concludes anew is told the same alerts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Final

import shapely
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from shapely.geometry import shape

from ontology import iri
from ontology.errors import IriError, LabelError
from ontology.labels import canonical

KIND: Final = "alert: "
"""Begins the kind of the findings that a rule gives; the rule's name follows."""
MOST_SUBJECTS: Final = 1_000
MOST_VERTICES: Final = 10_000
MOST_VERSIONS: Final = 50
"""So many versions of a rule are kept."""

Degrees = Annotated[float, Field(allow_inf_nan=False)]
Lon = Annotated[Degrees, Field(ge=-180, le=180)]
Lat = Annotated[Degrees, Field(ge=-90, le=90)]
Metres = Annotated[float, Field(gt=0, le=2_000_000, allow_inf_nan=False)]
Lasting = Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=366))]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Identified(_Said):
    """Whoever bears an identifier, when the rule is added."""

    scheme: str = Field(min_length=1, max_length=50)
    """MMSI, IMO, CallSign, …"""
    value: str = Field(min_length=1, max_length=200)
    """Its value."""


def _subject(said: object) -> object:
    if not isinstance(said, str) or said.startswith("urn:"):
        return said
    scheme, colon, value = said.partition(":")
    if not colon:
        raise ValueError(f"{said!r} has no scheme: write mmsi:367073680, or {{scheme: IMO, value: …}}")
    try:
        return iri.subject(scheme, value)
    except IriError as error:
        raise ValueError(str(error)) from None


Whom = Annotated[str | Identified, BeforeValidator(_subject)]
"""A subject: its short form, its IRI, or an identifier that it bears."""
Some = Annotated[tuple[Whom, ...], Field(min_length=1, max_length=MOST_SUBJECTS)]


class Circle(_Said):
    """A circle on the ground."""

    lon: Lon
    """Degrees east of its centre, WGS 84."""
    lat: Lat
    """Degrees north of it."""
    radius_m: Metres
    """Its radius, metres."""


def _polygon(said: dict[str, Any]) -> dict[str, Any]:
    geometry: Any = said.get("geometry") if said.get("type") == "Feature" else said
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"a GeoJSON Polygon or MultiPolygon is wanted, not {kind or said!r}")
    try:
        several = geometry["coordinates"] if kind == "MultiPolygon" else [geometry["coordinates"]]
        parts = [[[_position(each) for each in ring] for ring in part] for part in several]
    except (TypeError, KeyError, IndexError):
        raise ValueError("its coordinates are no lists of rings of positions") from None
    rings = [ring for part in parts for ring in part]
    if not rings or any(len(ring) < 4 or ring[0] != ring[-1] for ring in rings):
        raise ValueError("each of its rings has four positions or more, and ends where it begins")
    if sum(map(len, rings)) > MOST_VERTICES:
        raise ValueError(f"it has more than {MOST_VERTICES:,} positions")
    made = {"type": "MultiPolygon", "coordinates": parts}
    if (fault := shapely.is_valid_reason(shape(made))) != "Valid Geometry":
        raise ValueError(f"its rings cross or touch: {fault}")
    return made


def _position(said: Any) -> list[float]:  # noqa: ANN401 - whatever JSON holds
    lon, lat = float(said[0]), float(said[1])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(f"{said!r} is no longitude and latitude in degrees, in this order")
    return [lon, lat]


class Area(_Said):
    """Where: a circle, a polygon, or a place that was learned."""

    circle: Circle | None = None
    """A circle."""
    polygon: Annotated[dict[str, Any], AfterValidator(_polygon)] | None = None
    """A GeoJSON Polygon, MultiPolygon, or a Feature with one; cut at the antimeridian (RFC 7946)."""
    place: Annotated[str, Field(pattern="^urn:diurnal:place:")] | None = None
    """IRI of a place."""
    radius_m: Metres | None = None
    """Of a place: how far it reaches, metres; by default as far as was learned."""
    at: tuple[Lon, Lat] | None = None
    """Of a place: where it is; looked up when the rule is added."""

    @model_validator(mode="after")
    def _one(self) -> Area:
        _exactly_one(self, "circle", "polygon", "place")
        if (self.radius_m, self.at) != (None, None) and self.place is None:
            raise ValueError("radius_m belongs to a place; a circle has its own")
        return self


class Near(_Said):
    """Close to something."""

    subjects: tuple[Whom, ...] = Field(default=(), max_length=MOST_SUBJECTS)
    """To any of these, wherever they are."""
    position: tuple[Lon, Lat] | None = None
    """To a position: longitude and latitude, degrees."""
    place: Annotated[str, Field(pattern="^urn:diurnal:place:")] | None = None
    """To a place, by its IRI."""
    at: tuple[Lon, Lat] | None = None
    """Of a place: where it is; looked up when the rule is added."""
    within_m: Metres = 5_000.0
    """How close, metres."""

    @model_validator(mode="after")
    def _one(self) -> Near:
        _exactly_one(self, "subjects", "position", "place")
        return self


class Meets(_Said):
    """Together with somebody for a while."""

    subjects: Some
    """Any of these."""
    within_m: Metres = 500.0
    """How close, metres."""
    lasting: Lasting = Field(default=timedelta(minutes=10), alias="for")
    """For so long, ISO 8601."""


class Rule(_Said):
    """Tell me when one of them enters or leaves an area, goes silent, comes close, or meets somebody."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    """What it is called: lower-case letters, digits and dashes."""
    note: str | None = Field(default=None, max_length=1_000)
    """What it is for."""
    subjects: Some
    """Who is watched."""
    enters: Area | None = None
    """When one of them comes into an area."""
    leaves: Area | None = None
    """When one of them goes out of an area."""
    silent: Lasting | None = None
    """When nothing is heard of one of them for so long, ISO 8601: PT2H."""
    near: Near | None = None
    """When one of them comes close to something."""
    meets: Meets | None = None
    """When one of them is together with somebody for a while."""
    again_after: Lasting = timedelta(minutes=10)
    """What was before must have lasted so long, else a border crossed to and fro would be told each time."""
    label: str | None = None
    """Who may see the rule and its alerts, beside who may read the view: a security label."""
    expires: AwareDatetime | None = None
    """What becomes known from then on is not told."""

    @model_validator(mode="after")
    def _one(self) -> Rule:
        _exactly_one(self, "enters", "leaves", "silent", "near", "meets")
        if self.label is not None:
            try:
                canonical(self.label)
            except LabelError as error:
                raise ValueError(str(error)) from None
        return self

    @property
    def others(self) -> tuple[str | Identified, ...]:
        """Whom else the rule is about."""
        if self.near is not None:
            return self.near.subjects
        return self.meets.subjects if self.meets is not None else ()

    def resolved(
        self,
        bearers: Callable[[Identified], tuple[str, ...]],
        place: Callable[[str], tuple[float, float, float]],
    ) -> Rule:
        """The rule with subjects for identifiers, and where each place is and how far it reaches.

        Args:
            bearers: the IRIs of the subjects that bear an identifier.
            place: longitude, latitude and radius in metres of a place, by its IRI.
        """

        def known(some: tuple[str | Identified, ...]) -> tuple[str, ...]:
            found = [(each,) if isinstance(each, str) else bearers(each) for each in some]
            return tuple(dict.fromkeys(one for several in found for one in several))

        def reaching(area: Area | None) -> Area | None:
            if area is None or area.place is None:
                return area
            lon, lat, radius = place(area.place)
            return area.model_copy(update={"at": (lon, lat), "radius_m": area.radius_m or radius})

        near = self.near and self.near.model_copy(update={"subjects": known(self.near.subjects)})
        if near is not None and near.place is not None:
            near = near.model_copy(update={"at": place(near.place)[:2]})
        meets = self.meets and self.meets.model_copy(update={"subjects": known(self.meets.subjects)})
        update = {
            "subjects": known(self.subjects),
            "near": near,
            "meets": meets,
            "enters": reaching(self.enters),
            "leaves": reaching(self.leaves),
        }
        return self.model_copy(update=update)


class Version(_Said):
    """A rule as it stood for a time; its subjects are IRIs."""

    rule: Rule
    owner: str
    """Who added it."""
    issuer: str
    """Who vouches for that name."""
    label: str | None = None
    """Canonical label of its alerts; null for that of the view's conclusions."""
    since: AwareDatetime
    """What became known from then on is told,"""
    until: AwareDatetime | None = None
    """and no longer what became known from then on; null while it stands."""


class Standing(_Said):
    """A rule of a view, with its versions, the latest last."""

    view: str
    name: str
    versions: tuple[Version, ...] = Field(min_length=1, max_length=MOST_VERSIONS)

    @property
    def latest(self) -> Version:
        """As it stands, or stood when it was removed."""
        return self.versions[-1]

    @property
    def key(self) -> str:
        """Names it in the topic."""
        return f"{self.view}/{self.name}"


def _exactly_one(said: BaseModel, *names: str) -> None:
    given = [name for name in names if getattr(said, name) not in (None, ())]
    if len(given) != 1:
        had = " and ".join(given) or "none"
        raise ValueError(f"say exactly one of {', '.join(names)}; there is {had}")
