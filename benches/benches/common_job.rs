//! The common job: exact through the engine's index against bare `f64` that looks at every position.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use seawall_benches::common_job::{draw, engine::Engine, floats};

fn common_job(c: &mut Criterion) {
    let job = draw(1.0);
    let opened = Engine::open(&job);
    let mut group = c.benchmark_group("common job");
    group.bench_function("engine, exact", |b| {
        b.iter_batched(|| opened.clone(), Engine::run, BatchSize::LargeInput);
    });
    group.bench_function("f64, blocked and vectorised", |b| {
        b.iter_batched(|| job.clone(), floats::blocked, BatchSize::LargeInput);
    });
    group.bench_function("f64, obvious loop", |b| {
        b.iter_batched(|| job.clone(), floats::obvious, BatchSize::LargeInput);
    });
    group.finish();
}

criterion_group!(benches, common_job);
criterion_main!(benches);
