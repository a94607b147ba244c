"""Holds the JSON of a sweep against its Parquet file, with pyarrow and exact decimals."""

import json
import sys
from decimal import Decimal
from fractions import Fraction

import pyarrow.parquet as parquet

table = parquet.read_table(sys.argv[1])
with open(sys.argv[2], encoding="utf-8") as file:
    summary = json.load(file)
rows = table.to_pylist()
compared = 0
for point in summary["points"]:
    for venue, figures in point["venues"].items():
        own = [row for row in rows if row["point"] == point["point"] and row["venue"] == venue]
        assert [row["path"] for row in own] == list(range(summary["paths"]))
        for column in summary["head"]["figures"]:
            told = figures[column["id"]]
            values = [row[column["id"]] for row in own if row[column["id"]] is not None]
            if told is None:
                assert not values
                continue
            assert told["paths"] == len(values)
            assert Decimal(told["least"]["value"]) == min(values)
            assert Decimal(told["most"]["value"]) == max(values)
            assert own[told["most"]["path"]][column["id"]] == max(values)
            mean = sum(map(Fraction, values)) / len(values)
            # A millionth of the figure's grid, rounded to the nearest.
            grid = Fraction(1, 10 ** (column["places"] + 6))
            assert abs(Fraction(told["mean"]) - mean) <= grid / 2, column["id"]
            compared += 1
print(compared, "figures")
