"""The common job in NumPy as one would write it first: whole-array expressions and masks."""

import numpy as np

from job import ENTRY, FUND, MAINTENANCE, Figures


def run(job):
    size, margin = job.sizes, job.margins.copy()
    is_open = np.ones(len(size), dtype=bool)
    pool, fund, bad_debt, liquidations = 0.0, FUND, 0.0, 0
    ticks = []
    for price in job.prices:
        long = size[is_open & (size > 0)].sum()
        short = -size[is_open & (size < 0)].sum()
        rate = 2e-6 * (long - short) / (long + short) if long + short > 0 else 0.0
        paid = np.where(is_open, size * price * rate, 0.0)
        margin = margin - paid
        pool += paid.sum()
        equity = margin + size * (price - ENTRY)
        below = is_open & (equity < MAINTENANCE * np.abs(size) * price)
        for n in np.flatnonzero(below):
            pool -= size[n] * (price - ENTRY)
            if equity[n] >= 0:
                fund += min(equity[n], MAINTENANCE * abs(size[n]) * price)
            else:
                covered = min(fund, -equity[n])
                fund -= covered
                bad_debt += -equity[n] - covered
            liquidations += 1
        is_open = is_open & ~below
        long = size[is_open & (size > 0)].sum()
        short = -size[is_open & (size < 0)].sum()
        ticks.append([price, long, short, is_open.sum(), fund, bad_debt, equity[is_open].sum()])
    return Figures(liquidations, pool, np.array(ticks))
