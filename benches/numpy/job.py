"""The common job as drawn: positions and prices, and what a run is held against.

Every random number comes from SplitMix64, so that this is the job that benches/src/common_job runs.
"""

from dataclasses import dataclass
from math import cos, exp, log, pi, sqrt

import numpy as np

POSITIONS = 10_000
TICKS = 1_440
ENTRY = 60_000.0
MAINTENANCE = 0.005
FUND = 10_000.0
GAP_TICK = 720


@dataclass
class Job:
    """Signed sizes in base, margins in USD, the price of each tick."""

    sizes: np.ndarray
    margins: np.ndarray
    prices: np.ndarray


@dataclass
class Figures:
    """How a run ends; a row of `ticks` is price, long, short, open, fund, bad debt, equity."""

    liquidations: int
    pool: float
    ticks: np.ndarray


def uniforms(state):
    mask = (1 << 64) - 1
    while True:
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        z ^= z >> 31
        yield (z >> 11) * 2.0**-53


def draw(gap=1.0):
    """The job; `gap` multiplies the price once."""
    random = uniforms(42)
    sizes, margins = [], []
    for _ in range(POSITIONS):
        side = 1.0 if next(random) < 0.5 else -1.0
        leverage = 2.0 + 48.0 * next(random)
        notional = 100.0 * 10.0 ** (3.0 * next(random))
        sizes.append(side * notional / ENTRY)
        margins.append(notional / leverage)
    return Job(np.array(sizes), np.array(margins), np.array(prices(gap)))


def prices(gap):
    volatility, dt = 0.8, 60.0 / (365.0 * 86_400.0)
    random, price, path = uniforms(43), ENTRY, []
    for tick in range(TICKS):
        u1, u2 = next(random), next(random)
        z = sqrt(-2.0 * log(1.0 - u1)) * cos(2.0 * pi * u2)
        price *= exp(-0.5 * volatility * volatility * dt + volatility * sqrt(dt) * z)
        if tick == GAP_TICK:
            price *= gap
        path.append(price)
    return path


def hold_published(figures):
    """Stops unless a run without a gap comes to the published figures."""
    fund, bad_debt = figures.ticks[-1][4:6]
    assert figures.liquidations == 2_005, figures.liquidations
    assert abs(fund - 130_290.24) < 1.0, fund
    assert abs(figures.pool - 614_835.18) < 1.0, figures.pool
    assert bad_debt == 0.0, bad_debt


def hold_equal(one, other):
    """Stops unless two runs agree on every figure of every tick within a dollar."""
    assert one.liquidations == other.liquidations
    assert abs(one.pool - other.pool) < 1.0
    assert np.abs(one.ticks - other.ticks).max() < 1.0
