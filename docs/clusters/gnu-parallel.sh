#!/bin/bash
# A sweep in parts, as many at a time as there are cores:
#   ./gnu-parallel.sh SWEEP.toml OUT.parquet
# More machines: PARALLEL='--sshloginfile hosts --workdir .' with a folder that all of them see.
set -euo pipefail

sweep=$1
out=$2
seawall=${SEAWALL:-seawall}
shards=${SHARDS:-64}
parts=${PARTS:-$out.parts}

mkdir -p "$parts"
# A part that fails is tried once more; the log says which and why.
seq "$shards" | parallel --retries 2 --joblog "$parts/joblog" --halt soon,fail=1 \
  "$seawall" sweep "$sweep" --shard "{}/$shards" --results "$parts" --resume --threads 1 \
  --out "$parts/summary-{}.txt"
"$seawall" merge "$parts" --out "$out"
