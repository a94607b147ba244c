//! Posts a second: transfers checked against the chart and booked, with and without the journal.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use seawall::ledger::Ledger;
use seawall_benches::posts::{ACCOUNTS, ledger, to_fees, to_free, without_journal};

fn posts_from(c: &mut Criterion, setup: fn() -> Ledger, journal: &str) {
    let mut group = c.benchmark_group("ledger");
    group.throughput(Throughput::Elements(ACCOUNTS.into()));
    group.bench_function(format!("10,000 posts, margin to fees{journal}"), |b| {
        b.iter_batched(setup, to_fees, BatchSize::SmallInput);
    });
    group.bench_function(format!("10,000 posts, margin to free{journal}"), |b| {
        b.iter_batched(setup, to_free, BatchSize::SmallInput);
    });
    group.finish();
}

fn posts(c: &mut Criterion) {
    posts_from(c, ledger, "");
    posts_from(c, without_journal, ", no journal");
}

criterion_group!(benches, posts);
criterion_main!(benches);
