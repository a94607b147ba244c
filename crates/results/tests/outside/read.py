"""Prints a results file as each library that is there reads it: a line `# library`, then one line
for each row, values separated by tabs, decimals with all their places."""

import importlib.util
import json
import sys
from decimal import Decimal

FILE = sys.argv[1]


def show(value):
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def tell(library, names, rows):
    print("#", library)
    print("\t".join(names))
    for row in rows:
        print("\t".join(show(value) for value in row))


def by_pyarrow():
    import pyarrow.parquet as parquet

    table = parquet.read_table(FILE)
    tell("pyarrow", table.column_names, zip(*(column.to_pylist() for column in table.columns)))
    print("# metadata")
    for key in ("seawall.format", "seawall.span", "seawall.content_hash", "seawall.head"):
        print(parquet.read_metadata(FILE).metadata[key.encode()].decode())
    for field in table.schema:
        if field.metadata:
            known = {key.decode(): value.decode() for key, value in field.metadata.items()}
            line = [field.name, str(field.type)]
            print("\t".join(line + [known[key] for key in ("label", "unit", "better")]))


def by_duckdb():
    import duckdb

    result = duckdb.execute("SELECT * FROM read_parquet(?)", [FILE])
    tell("duckdb", [column[0] for column in result.description], result.fetchall())


def by_polars():
    import polars

    frame = polars.read_parquet(FILE)
    tell("polars", frame.columns, frame.rows())


for name, reader in (("pyarrow", by_pyarrow), ("duckdb", by_duckdb), ("polars", by_polars)):
    if importlib.util.find_spec(name):
        reader()
