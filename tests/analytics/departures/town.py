"""A small town: who goes to work skips it or not, who goes out chooses as ever or anyhow."""

from dataclasses import dataclass

import numpy as np

from analytics.departures.checkins import DAY, CheckIns, checkins

FIRST = 19_723  # a Monday
DAYS = 70
START = FIRST + 56
AGENTS = 150
SKIPPERS = tuple(range(8))
WANDERERS = tuple(range(8, 16))
HOUR = 3_600_000
SORTS = {"home": 0, "work": 1000, "pub": 2000, "cafe": 3000}


@dataclass(frozen=True)
class Town:
    given: CheckIns
    columns: tuple[np.ndarray, ...]


def build(agents: int = AGENTS, days: int = DAYS, seed: int = 7, changed: bool = True) -> Town:
    random = np.random.default_rng(seed)
    rows: list[tuple[int, int, int]] = []
    pubs, cafes = (random.dirichlet(np.full(8, 0.25), agents) for _ in range(2))
    for agent in range(agents):
        home, work = SORTS["home"] + agent, SORTS["work"] + agent // 10

        def at(day: int, hour: float, venue: int, agent: int = agent) -> None:
            rows.append((agent, (FIRST + day) * DAY + int(hour * HOUR), venue))

        for day in range(days):
            after = changed and day >= START - FIRST
            weekend = day % 7 >= 5
            skips = after and agent in SKIPPERS and random.random() < 0.6
            if not weekend and not skips:
                at(day, 8.0, work)
                if random.random() < 0.6:
                    at(day, 12.5, SORTS["cafe"] + int(random.choice(8, p=cafes[agent])))
                    at(day, 13.0, work)
                at(day, 17.0, home)
            if random.random() < 0.6:
                anyhow = after and agent in WANDERERS
                chosen = int(random.integers(8)) if anyhow else int(random.choice(8, p=pubs[agent]))
                at(day, 19.0 + random.random(), SORTS["pub"] + chosen)
                at(day, 22.0, home)
    who, when, where = (np.array(each) for each in zip(*rows, strict=True))
    spot = np.random.default_rng(seed + 1).uniform(-0.01, 0.01, (4000, 2))
    columns = (who, when, where, -84.0 + spot[where, 0], 33.0 + spot[where, 1])
    return Town(checkins(*columns), columns)
