//! One path of a sweep in each mechanism: a minute and an hour of a thousand positions.
#![allow(clippy::unwrap_used)]

use criterion::{Criterion, criterion_group, criterion_main};
use seawall::sim::{VenueName, run_one};
use seawall_benches::{hour, minute};

fn paths(c: &mut Criterion) {
    for (length, scenario) in [("60 seconds", minute()), ("3,600 seconds", hour())] {
        let mut group = c.benchmark_group(format!("path/{length}"));
        group.sample_size(20);
        for name in VenueName::ALL {
            group.bench_function(name.to_string(), |b| {
                b.iter(|| run_one(&scenario, name, &mut ()).unwrap());
            });
        }
        group.finish();
    }
}

criterion_group!(benches, paths);
criterion_main!(benches);
