"""The common job in NumPy, tuned: every array is written in place into memory made once, both sides'
open base and the pool's funding are kept as sums, a closed position has size and margin zero, and
nobody is looked at singly unless somebody is below maintenance."""

import numpy as np

from job import ENTRY, FUND, MAINTENANCE, Figures


def run(job):
    size, margin, magnitude = job.sizes.copy(), job.margins.copy(), np.abs(job.sizes)
    scratch, equity, required = (np.empty_like(size) for _ in range(3))
    below = np.empty(len(size), dtype=bool)
    long, short = float(size[size > 0].sum()), float(-size[size < 0].sum())
    pool, fund, bad_debt, count = 0.0, FUND, 0.0, len(size)
    prices = job.prices.tolist()
    ticks = np.empty((len(prices), 7))
    for tick, price in enumerate(prices):
        fee = price * 2e-6 * (long - short) / (long + short) if long + short > 0 else 0.0
        pool += fee * (long - short)
        np.multiply(size, fee, out=scratch)
        np.subtract(margin, scratch, out=margin)
        np.multiply(size, price - ENTRY, out=equity)
        np.add(equity, margin, out=equity)
        np.multiply(magnitude, MAINTENANCE * price, out=required)
        np.less(equity, required, out=below)
        total = float(equity.sum())
        if below.any():
            closed = np.flatnonzero(below)
            for q, worth, fine in zip(size[closed].tolist(), equity[closed].tolist(), required[closed].tolist()):
                pool -= q * (price - ENTRY)
                total -= worth
                if worth >= 0.0:
                    fund += min(worth, fine)
                else:
                    covered = min(fund, -worth)
                    fund -= covered
                    bad_debt += -worth - covered
                if q > 0.0:
                    long -= q
                else:
                    short += q
            count -= len(closed)
            size[closed] = magnitude[closed] = margin[closed] = 0.0
        ticks[tick] = price, long, short, count, fund, bad_debt, total
    return Figures(len(size) - count, pool, ticks)
