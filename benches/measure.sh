#!/usr/bin/env bash
# Every timing of docs/performance.md, as rows of its tables: benches/measure.sh [SECTION...]
#
# Sections: machine race criterion engine crash sweep; all of them by default. Builds first, then
# measures for less than ten minutes. Wants an idle machine: what it prints says how busy it was.
# Two more have to be asked for: `native` races with the vector instructions of this machine and builds
# the workspace once more; `futures` runs 100,000 paths and takes up to twenty minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
sections=${*:-machine race criterion engine crash sweep}

# The same packages and features in every call of cargo, or it would build the same crates twice.
packages=(-p seawall-cli -p seawall-benches --features seawall-benches/instructions)
benches=()
for file in benches/benches/*.rs; do
  name=$(basename "$file" .rs)
  if [ "$name" != instructions ]; then benches+=(--bench "$name"); fi
done

wants() { [[ " $sections " == *" $1 "* ]]; }
title() { printf '\n## %s (load %s)\n\n' "$1" "$(cut -d' ' -f1-3 /proc/loadavg)"; }

machine() {
  title machine
  grep -m1 'model name' /proc/cpuinfo
  printf '%s processors, %s MiB of memory\n' "$(nproc)" "$(free -m | awk '/^Mem/ {print $2}')"
  uname -sr
  rustc --version
  git rev-parse --short HEAD
}

race() {
  cargo build -q --release "${packages[@]}" --example common_job_race
  cp "$target/release/examples/common_job_race" "$scratch/race"
  local python=$target/numpy/bin/python
  if ! "$python" -c 'import numpy' 2>/dev/null; then
    python3 -m venv "$target/numpy"
    "$target/numpy/bin/pip" install -q numpy
  fi
  title race
  "$scratch/race" 101
  title 'race beside NumPy'
  "$python" benches/numpy/race.py "$scratch/race" 21
}

native() {
  cargo rustc -q --release -p seawall-benches --example common_job_race -- -C target-cpu=native
  title 'race, vectors of this machine'
  "$target/release/examples/common_job_race" 101
}

criterion() {
  cargo bench -q "${packages[@]}" "${benches[@]}" --no-run
  touch "$scratch/started"
  cargo bench -q "${packages[@]}" "${benches[@]}" -- --warm-up-time 0.5 --measurement-time 2 --noplot \
    >"$scratch/criterion" 2>&1 || { cat "$scratch/criterion"; return 1; }
  python3 benches/measure/rows.py "$target/criterion" "$scratch/started"
}

engine() {
  cargo build -q --release -p seawall-venue-tranched --example many_accounts
  title engine
  printf '```text\n'
  for journal in '' --journal; do
    "$target/release/examples/many_accounts" $journal |
      grep -E '^(accounts|events|postings|wall time|largest)'
  done
  printf '```\n'
}

crash() {
  cargo build -q --release "${packages[@]}" --bin seawall
  title crash
  python3 benches/measure/commands.py 5 \
    "$target/release/seawall compare fixtures/scenarios/crash-2025-10-10.toml"
}

sweep() {
  cargo build -q --release "${packages[@]}" --bin seawall
  title sweep
  local run="$target/release/seawall sweep fixtures/sweeps/crash-futures.toml --paths 2000"
  python3 benches/measure/commands.py 5 \
    "$run --threads 1 --results $scratch/one.parquet" \
    "$run --threads 2 --results $scratch/two.parquet"
  cmp "$scratch/one.parquet" "$scratch/two.parquet" && printf 'both results have the same bytes\n' >&2
}

futures() {
  cargo build -q --release "${packages[@]}" --bin seawall
  title futures
  local run="$target/release/seawall sweep fixtures/sweeps/crash-futures.toml"
  python3 benches/measure/commands.py 1 \
    "$run --paths 1000 --results $scratch/thousand.parquet" \
    "$run --paths 100000 --results $scratch/many.parquet"
}

for section in machine race native criterion engine crash sweep futures; do
  if wants "$section"; then "$section"; fi
done
