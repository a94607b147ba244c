//! Orders through the `Venue` trait, in every mechanism with ten thousand positions.
//!
//! An opening order is one base (100 USD) for an account without a position; a closing order is
//! the same back. A commit is timed by itself: before each a quiet second passes, and what it did
//! is undone after it, both outside the timing. Two readings of the clock are inside.
#![allow(clippy::unwrap_used)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use seawall::venue::Command;
use seawall_benches::{Driven, mechanisms, order, trader};

const POSITIONS: u32 = 10_000;

fn commit(driven: &mut Driven, command: &Command) -> Duration {
    let start = Instant::now();
    let receipt = driven.venue.commit(black_box(command));
    let taken = start.elapsed();
    black_box(receipt.unwrap());
    taken
}

/// Opens and closes again `count` times: what the opens and what the closes took.
fn round_trips(driven: &mut Driven, count: u64) -> (Duration, Duration) {
    let account = trader(POSITIONS);
    let (open, close) = (order(account, 1, 20), order(account, -1, 0));
    let (mut opens, mut closes) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..count {
        driven.second();
        opens += commit(driven, &open);
        closes += commit(driven, &close);
        driven.drain();
    }
    (opens, closes)
}

fn orders(c: &mut Criterion) {
    for (name, mut driven) in mechanisms(POSITIONS) {
        let account = trader(POSITIONS);
        let open = order(account, 1, 20);
        let mut group = c.benchmark_group(format!("orders/{name}"));
        group.bench_function("plan an open", |b| {
            b.iter(|| driven.venue.plan(black_box(&open)).unwrap());
        });
        group.bench_function("commit an open", |b| {
            b.iter_custom(|count| round_trips(&mut driven, count).0);
        });
        group.bench_function("commit a close", |b| {
            b.iter_custom(|count| round_trips(&mut driven, count).1);
        });
        driven.venue.commit(&open).unwrap();
        let close = order(account, -1, 0);
        group.bench_function("plan a close", |b| {
            b.iter(|| driven.venue.plan(black_box(&close)).unwrap());
        });
        group.finish();
    }
}

criterion_group!(benches, orders);
criterion_main!(benches);
