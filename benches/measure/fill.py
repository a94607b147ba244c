"""Puts the tables that benches/measure.sh printed into the page, each behind its mark.

    benches/measure.sh | tee measured.md
    python3 benches/measure/fill.py measured.md docs/performance.md

A mark is a line `<!-- measured: TITLE -->`; the lines after it, down to the first blank one, are
replaced with the lines below `## TITLE` that are not blank. Marks without such a title stay as they are.
"""

import re
import sys
from pathlib import Path


def tables(text):
    """The lines below each title; of two of one name the last stands."""
    found = {}
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title, _, body = part.partition("\n")
        name = re.sub(r" \(load .*\)$", "", title)
        found[name] = [line for line in body.splitlines() if line.strip()]
    return found


def main():
    measured, page = (Path(name) for name in sys.argv[1:3])
    found, lines, used, skips = tables(measured.read_text()), [], set(), False
    for line in page.read_text().splitlines():
        skips = skips and bool(line.strip())
        if skips:
            continue
        lines.append(line)
        mark = re.fullmatch(r"<!-- measured: (.+) -->", line)
        if mark and found.get(mark[1]):
            lines += found[mark[1]]
            used.add(mark[1])
            skips = True
    page.write_text("\n".join(lines) + "\n")
    print(f"filled: {', '.join(sorted(used))}")
    print(f"not in the page: {', '.join(sorted(set(found) - used)) or 'nothing'}")


if __name__ == "__main__":
    main()
