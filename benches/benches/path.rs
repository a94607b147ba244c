//! One path of a sweep in each mechanism, as a sweep runs it: the scenario prepared once, a minute and
//! an hour of a thousand positions.
#![allow(clippy::unwrap_used)]

use criterion::{Criterion, criterion_group, criterion_main};
use seawall::sim::{Instance, Template, VenueName};
use seawall_benches::{hour, minute};

fn paths(c: &mut Criterion) {
    for (length, scenario) in [("60 seconds", minute()), ("3,600 seconds", hour())] {
        let template = Template::new(&scenario).unwrap();
        let mut group = c.benchmark_group(format!("path/{length}"));
        group.sample_size(20);
        let mut seed = 0;
        for name in VenueName::ALL {
            group.bench_function(name.to_string(), |b| {
                b.iter(|| {
                    seed += 1;
                    let instance = Instance { seed, prices: None };
                    template.run_one(&instance, name, &mut ()).unwrap()
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, paths);
criterion_main!(benches);
