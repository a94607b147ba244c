"""The medians that Criterion found since a file was touched, as rows of a table.

    python3 benches/measure/rows.py target/criterion STAMP
"""

import json
import sys
from pathlib import Path


def shown(nanoseconds):
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds:.3g} ns"


def rate(throughput, nanoseconds):
    for kind, amount in (throughput or {}).items():
        millions = amount / nanoseconds * 1e3
        return f"{millions:.1f} {'MB' if kind == 'Bytes' else 'million'} a second"
    return ""


def main():
    folder, stamp = Path(sys.argv[1]), Path(sys.argv[2]).stat().st_mtime
    print("| bench | median | interval of 95 % | rate |\n|---|---:|---:|---:|")
    for file in sorted(folder.glob("**/new/benchmark.json")):
        estimates = file.with_name("estimates.json")
        if estimates.stat().st_mtime < stamp:
            continue
        what = json.loads(file.read_text())
        median = json.loads(estimates.read_text())["median"]
        interval = median["confidence_interval"]
        low, high = interval["lower_bound"], interval["upper_bound"]
        point = median["point_estimate"]
        print(
            f"| {what['full_id']} | {shown(point)} | {shown(low)} to {shown(high)} "
            f"| {rate(what.get('throughput'), point)} |"
        )


if __name__ == "__main__":
    main()
