"""The medians that Criterion found since a file was touched, a table for each group of benches.

    python3 benches/measure/rows.py target/criterion STAMP
"""

import json
import re
import sys
from itertools import groupby
from pathlib import Path


def shown(nanoseconds):
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds:.3g} ns"


def rate(throughput, nanoseconds):
    for kind, amount in (throughput or {}).items():
        millions = amount / nanoseconds * 1e3
        return f"{millions:.3g} {'MB' if kind == 'Bytes' else 'million'}"
    return ""


def measured(file):
    """The bench's name, its median, what it is uncertain by, and its rate."""
    what = json.loads(file.read_text())
    median = json.loads(file.with_name("estimates.json").read_text())["median"]
    interval = median["confidence_interval"]
    low, high = shown(interval["lower_bound"]), shown(interval["upper_bound"])
    point = median["point_estimate"]
    per_second = rate(what.get("throughput"), point)
    return what["full_id"], shown(point), f"{low} to {high}", per_second


def in_order(row):
    """Numbers by their size, not by their digits."""
    parts = re.split(r"(\d[\d,]*)", row[0])
    return [(0, int(p.replace(",", "")), "") if p[:1].isdigit() else (1, 0, p) for p in parts]


def main():
    folder, stamp = Path(sys.argv[1]), Path(sys.argv[2]).stat().st_mtime
    files = folder.glob("**/new/benchmark.json")
    fresh = (f for f in files if f.with_name("estimates.json").stat().st_mtime >= stamp)
    rows = sorted(map(measured, fresh), key=in_order)
    for group, members in groupby(rows, key=lambda row: row[0].split("/")[0]):
        print(f"\n## {group}\n\n| bench | median | interval of 95 % | a second |\n|---|---:|---:|---:|")
        for name, *figures in members:
            print(f"| {name.removeprefix(group).lstrip('/')} | {' | '.join(figures)} |")


if __name__ == "__main__":
    main()
