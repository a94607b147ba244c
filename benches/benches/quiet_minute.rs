//! What a quiet minute costs, by the number of positions in the tranched market.
//!
//! `minute` is the one second on a whole minute: Oracle, Funding, Liquidation and Attribution.
//! `sixty seconds` is a whole minute of seconds, the whole one among them. The requirement is that
//! `minute` at a million positions takes at most four times what it takes at a thousand.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use seawall_benches::tranched;

const POSITIONS: [u32; 4] = [1_000, 10_000, 100_000, 1_000_000];

fn quiet_minute(c: &mut Criterion) {
    let mut group = c.benchmark_group("quiet minute");
    for positions in POSITIONS {
        let mut driven = tranched(positions);
        group.bench_function(BenchmarkId::new("minute", positions), |b| {
            b.iter(|| driven.minute());
        });
        group.bench_function(BenchmarkId::new("sixty seconds", positions), |b| {
            b.iter(|| (0..60).for_each(|_| driven.second()));
        });
    }
    group.finish();
}

criterion_group!(benches, quiet_minute);
criterion_main!(benches);
