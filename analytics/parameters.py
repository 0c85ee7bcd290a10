"""The thresholds of the analytics, in one frozen record: two runs with equal parameters conclude alike."""

from dataclasses import dataclass

from analytics.movement.parameters import MovementParameters


@dataclass(frozen=True, slots=True)
class Parameters:
    """The field's usual thresholds, for a harbour. Metres, seconds, metres a second, civil days.

    The stay's circle and dwell are trackintel's defaults (100 m, 5 min); the place's reach is wider, so
    that the several berths of one pier are one place.
    """

    stay_radius_m: float = 100.0
    """A fix further than this from the mean of the stay's fixes is outside."""
    stay_dwell_s: float = 300.0
    """Shorter than this is no stay."""
    silence_s: float = 1200.0
    """A pause between two fixes longer than this is a silence; about 17 times AIS's median pace here."""
    gap_m: float = 1000.0
    """A silence that ends further than this from where it began is a gap."""
    longest_inferred_s: float = 72 * 3600.0
    """A silence that ends where it began is taken for a stay only up to this long: a weekend at the berth."""
    max_speed: float = 50.0
    """Nothing watched moves faster (97 knots): a single fix that would need it is set aside."""
    place_radius_m: float = 150.0
    """A stay whose centre lies within this of a place's centre is at that place."""
    step_s: float = 3600.0
    """On the stream, conclusions are drawn in steps of so much of the data's time."""
    baseline_days: int = 56
    """How far back a routine looks."""
    small_sample_days: int = 10
    """Fewer comparable days than this are called a small sample wherever their counts are told."""
    routine_days: int = 2
    """On fewer days than this at a place there is no routine there."""
    week_days: int = 28
    """From so many days watched on, hours are compared with the same day of the week only."""
    usual_days: int = 4
    """On fewer comparable days watched than this no visit is called usual."""
    usual_share: float = 0.8
    """An hour is usual where a subject was there on at least this share of the comparable days."""
    hour_days: int = 3
    """On fewer comparable days than this no hour is unusual."""
    hour_stays: int = 5
    """After fewer stays at a place on those days than this no hour there is unusual."""
    hour_margin: int = 1
    """A visit within so many hours of one that has been before is not at an unusual hour."""
    settled_days: int = 4
    """On fewer days watched before than this no place is unusual."""
    settled_stays: int = 12
    """Fewer stays than this before, and no place can be unusual."""
    settled_rate: float = 0.1
    """A subject that founds new places at a higher rate than this has no settled places."""
    new_place_m: float = 500.0
    """A new place nearer than this to one known to the subject is another berth there, not a departure."""
    findings_floor: float = 3.0
    """Findings of less surprise than this, in bits, are not told: what happens one time in eight."""
    movement: MovementParameters | None = None
    """Where given, stays are found by change points, with these thresholds, instead of by the circle."""


HARBOUR = Parameters()
"""The defaults."""
