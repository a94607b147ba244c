//! The crash of 10 October 2025 through every mechanism, the file read outside the timing.
//!
//! Drawing the positions and the orders, the independent audit and the figures are inside.
#![allow(clippy::unwrap_used)]

use criterion::{Criterion, criterion_group, criterion_main};
use seawall::sim::{VenueName, compare};
use seawall_benches::crash;

fn crash_of_october(c: &mut Criterion) {
    let scenario = crash();
    let mut group = c.benchmark_group("compare");
    group.sample_size(10);
    group.bench_function("all three, in parallel", |b| {
        b.iter(|| compare(&scenario, &VenueName::ALL).unwrap());
    });
    for name in VenueName::ALL {
        group.bench_function(format!("{name} alone"), |b| {
            b.iter(|| compare(&scenario, &[name]).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, crash_of_october);
criterion_main!(benches);
