"""A sweep in parts on a Ray cluster:

    python ray_sweep.py SWEEP.toml OUT.parquet --shards 64

The folder of the parts (--parts) has to be one that every node sees.
"""

import argparse
import subprocess

import ray


@ray.remote(num_cpus=1, max_retries=3)
def part(seawall: str, sweep: str, parts: str, shard: str) -> str:
    """Runs one part; the same again is harmless, so Ray may try again when a node is lost."""
    command = [seawall, "sweep", sweep, "--shard", shard, "--results", parts, "--resume"]
    done = subprocess.run([*command, "--threads", "1"], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"part {shard}: status {done.returncode}: {done.stderr}")
    return shard


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("sweep")
    arguments.add_argument("out")
    arguments.add_argument("--shards", type=int, default=64)
    arguments.add_argument("--parts", help="default: OUT.parts")
    arguments.add_argument("--seawall", default="seawall")
    asked = arguments.parse_args()
    parts = asked.parts or f"{asked.out}.parts"

    ray.init()
    shards = [f"{index}/{asked.shards}" for index in range(1, asked.shards + 1)]
    waiting = [part.remote(asked.seawall, asked.sweep, parts, shard) for shard in shards]
    while waiting:
        (ended,), waiting = ray.wait(waiting, num_returns=1)
        print(f"part {ray.get(ended)} done, {len(waiting)} to go", flush=True)
    subprocess.run([asked.seawall, "merge", parts, "--out", asked.out], check=True)


if __name__ == "__main__":
    main()
