"""Which place of a sort an agent chooses, beside its own history, its neighbours' and the way there.

How probable each place was is a conditional logit whose few weights are learned from all agents together: the
agent's own share of past visits (older ones fade), its neighbours' share, the place's popularity, the way
from home and from where the agent is, and whether it was the last one chosen. Who departs chooses as if all
places of the sort were alike. All features are of what was before the choice.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from analytics.departures import conditional_logit
from analytics.departures.checkins import DAY, CheckIns, Floats, Ints
from analytics.departures.evidence import Evidence
from analytics.departures.homes import positions
from analytics.departures.parameters import PEOPLE, DepartureParameters
from analytics.geometry import METRES_A_DEGREE, compiled, distance

FEATURES: Final = (
    "own share",
    "neighbours' share",
    "popularity",
    "way from home",
    "way from here",
    "last one",
)
WEEK_MS: Final = 7 * DAY
FAINT: Final = 1e-3
"""A neighbours' share that is never less than this stays finite as a logarithm."""


def choices(
    checkins: CheckIns,
    members: Ints,
    group: int,
    home: Ints,
    start_day: int,
    parameters: DepartureParameters = PEOPLE,
) -> Evidence:
    """Every visit to a place of one sort as evidence; weights learned in the weeks before `start_day`.

    Args:
        checkins: all, in the order of time.
        members: codes of the sort's venues, two at least.
        group: of the evidence.
        home: venue where each agent lives, -1 unknown.
        start_day: day since the epoch.
        parameters: the thresholds.
    """
    index = np.full(len(checkins.venue_names), -1, dtype=np.int64)
    index[members] = np.arange(len(members))
    chosen = index[checkins.venues]
    home_lon, home_lat = positions(checkins, home)
    near, weight = _neighbours(home_lon, home_lat, parameters)
    features = _features(
        checkins.agents,
        checkins.times,
        checkins.lons[checkins.venues],
        checkins.lats[checkins.venues],
        chosen,
        checkins.lons[members],
        checkins.lats[members],
        home_lon,
        home_lat,
        near,
        weight,
        parameters.half_life_days * DAY,
    )
    at = np.flatnonzero(chosen >= 0)
    days, taken = checkins.days[at], chosen[at]
    learned = (days >= start_day - parameters.learned_days) & (days < start_day)
    weights = conditional_logit.fit(features[learned], taken[learned])
    usual = conditional_logit.probabilities(weights, features)[np.arange(len(at)), taken]
    usual = np.maximum(usual, 1e-12)
    return Evidence(
        agents=checkins.agents[at],
        days=days,
        groups=np.full(len(at), group, dtype=np.int64),
        ratios=1.0 / (len(members) * usual),
        usual=usual,
        venues=checkins.venues[at],
        times=checkins.times[at],
    )


def _neighbours(lon: Floats, lat: Floats, parameters: DepartureParameters) -> tuple[Ints, Floats]:
    """The agents with the nearest homes, and their weights, which sum to 1; shapes (agents, k)."""
    scale = METRES_A_DEGREE * np.array([np.cos(np.radians(lat.mean())), 1.0])
    at = np.column_stack((lon, lat)) * scale
    wanted = min(parameters.neighbours + 1, len(at))
    far, near = cKDTree(at).query(at, k=wanted)
    far, near = far.reshape(len(at), -1), near.reshape(len(at), -1)
    weight = np.exp(-far / parameters.neighbour_m)
    weight[near == np.arange(len(at))[:, None]] = 0.0
    total = weight.sum(axis=1, keepdims=True)
    return near.astype(np.int64), np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)


@compiled
def _shares(counts: Floats, near: Ints, weight: Floats) -> Floats:
    """What share of their visits an agent's neighbours paid to each place, shape (agents, places)."""
    agents, places = counts.shape
    own = np.empty((agents, places))
    for a in range(agents):
        total = counts[a].sum() + 1.0
        for k in range(places):
            own[a, k] = (counts[a, k] + 1.0 / places) / total
    found = np.zeros((agents, places))
    for a in range(agents):
        for n in range(near.shape[1]):
            for k in range(places):
                found[a, k] += weight[a, n] * own[near[a, n], k]
    return found


@compiled
def _features(
    agents: Ints,
    times: Ints,
    lons: Floats,
    lats: Floats,
    chosen: Ints,
    place_lons: Floats,
    place_lats: Floats,
    home_lons: Floats,
    home_lats: Floats,
    near: Ints,
    weight: Floats,
    half_life: float,
) -> Floats:
    """Features of every place at every visit to one, shape (visits, places, 6); one pass over time."""
    places, everybody = len(place_lons), len(home_lons)
    out = np.zeros(((chosen >= 0).sum(), places, 6))
    own = np.zeros((everybody, places))
    faded = np.zeros(everybody)
    popular = np.zeros(places)
    last = np.full(everybody, -1)
    here_lon, here_lat = home_lons.copy(), home_lats.copy()
    around = _shares(own, near, weight)
    week, visit = -1, 0
    for i in range(len(agents)):
        a = agents[i]
        if times[i] // WEEK_MS != week:
            week = times[i] // WEEK_MS
            around = _shares(own, near, weight)
        if chosen[i] >= 0:
            keep = 0.5 ** ((times[i] - faded[a]) / half_life)
            faded[a] = times[i]
            all_own, all_popular = 0.0, popular.sum() + places
            for k in range(places):
                own[a, k] *= keep
                all_own += own[a, k]
            for k in range(places):
                share = (popular[k] + 1.0) / all_popular
                out[visit, k, 0] = np.log((own[a, k] + share) / (all_own + 1.0))
                out[visit, k, 1] = np.log(around[a, k] + FAINT)
                out[visit, k, 2] = np.log(share)
                out[visit, k, 3] = 1e-3 * distance(home_lons[a], home_lats[a], place_lons[k], place_lats[k])
                out[visit, k, 4] = 1e-3 * distance(here_lon[a], here_lat[a], place_lons[k], place_lats[k])
                out[visit, k, 5] = 1.0 if last[a] == k else 0.0
            visit += 1
            own[a, chosen[i]] += 1.0
            popular[chosen[i]] += 1.0
            last[a] = chosen[i]
        here_lon[a], here_lat[a] = lons[i], lats[i]
    return out
