"""The common job in NumPy and in Rust, in turn: what each takes, and how it compares with the engine.

    python3 benches/numpy/race.py PATH/TO/common_job_race [ROUNDS]

First every way is held against the published figures, and the two of NumPy against each other with
gaps. Times are the processor's, of one thread; a ratio is the median of the rounds' ratios.
"""

import os
import platform
import statistics
import subprocess
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import first_written
import tuned
from job import POSITIONS, TICKS, draw, hold_equal, hold_published

WAYS = [
    "engine, exact",
    "f64 in Rust, blocked and vectorised",
    "f64 in Rust, obvious loop",
    "NumPy, tuned in place",
    "NumPy, as first written",
]


def hold_figures():
    for gap in (1.0, 0.9, 1.1, 0.7):
        one, other = first_written.run(draw(gap)), tuned.run(draw(gap))
        hold_equal(one, other)
        if gap == 1.0:
            hold_published(one)
            hold_published(other)


def seconds(run, job):
    start = time.thread_time()
    run(job)
    return time.thread_time() - start


def one_round(race, job):
    rust = subprocess.run([race, "1", "--raw"], check=True, capture_output=True, text=True)
    taken = [float(word) for word in rust.stdout.split()]
    return taken + [seconds(tuned.run, job), seconds(first_written.run, job)]


def main():
    race, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 11
    hold_figures()
    job = draw()
    taken = [one_round(race, job) for _ in range(rounds)]
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {rounds} rounds")
    print("| way | median, ms | million position-ticks a second | times the engine's |")
    print("|---|---:|---:|---:|")
    for n, way in enumerate(WAYS):
        median = statistics.median(row[n] for row in taken)
        ratio = statistics.median(row[n] / row[0] for row in taken)
        rate = POSITIONS * TICKS / median / 1e6
        print(f"| {way} | {median * 1e3:.2f} | {rate:.0f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
