"""Whole processes in turn: the median of their wall and processor time and of their largest memory.

    python3 benches/measure/commands.py ROUNDS 'COMMAND ...' ['COMMAND ...' ...]

Every round gives each command its turn. A ratio is the median of the rounds' ratios, the first command
to this one, so above 1 is faster than the first. A results file of an earlier round is removed before.
Memory below 15,000 KiB is the launcher's own.
"""

import os
import shlex
import statistics
import subprocess
import sys
import time


def run(words):
    for flag, value in zip(words, words[1:]):
        if flag == "--results" and os.path.exists(value):
            os.remove(value)
    start = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{shlex.join(words)}: status {status}\n{complaint.decode()}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def without_folder(word):
    """A file outside this folder by its name alone."""
    return os.path.basename(word) if os.path.isabs(word) else word


def main():
    rounds, commands = int(sys.argv[1]), [shlex.split(text) for text in sys.argv[2:]]
    taken = [[run(words) for words in commands] for _ in range(rounds)]
    print("| command | wall, s | processor, s | largest memory, KiB | times as fast |")
    print("|---|---:|---:|---:|---:|")
    for n, words in enumerate(commands):
        wall, processor, memory = (
            statistics.median(row[n][figure] for row in taken) for figure in range(3)
        )
        ratio = statistics.median(row[0][0] / row[n][0] for row in taken)
        name = shlex.join([os.path.basename(words[0]), *map(without_folder, words[1:])])
        print(f"| `{name}` | {wall:.2f} | {processor:.2f} | {memory:.0f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
