//! A gap through a hundred bankruptcy prices, with a thousand winners on the other side, from the
//! second of the gap down to the residual.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use seawall::units::Usd;
use seawall::venue::{Event, StageId, Venue};
use seawall_benches::{LOSERS, gap, whole_waterfall};

/// Holds that the bench measures what it says: every loser's deficit goes past every payer.
fn check() {
    let mut venue = whole_waterfall(gap());
    let events = venue.drain_events();
    let opened = events
        .iter()
        .filter(|event| matches!(event, Event::DeficitOpened { .. }));
    assert_eq!(u32::try_from(opened.count()), Ok(LOSERS), "deficits");
    let absorbed = |stage| -> Usd {
        let reports = events.iter().filter_map(|event| match event {
            Event::Stage(report) if report.stage == stage => Some(report.absorbed),
            _ => None,
        });
        reports.sum()
    };
    let payers = [
        StageId::Junior,
        StageId::Insurance,
        StageId::Adl,
        StageId::Senior,
    ];
    for payer in payers {
        assert!(absorbed(payer).is_positive(), "{payer:?} pays a part");
    }
    let all: Usd = payers.into_iter().map(absorbed).sum();
    assert_eq!(all, Usd::whole(24_000), "a hundred times 240 USD");
}

fn waterfall(c: &mut Criterion) {
    check();
    c.bench_function("waterfall/100 bankrupt, 1000 winners", |b| {
        b.iter_batched(gap, whole_waterfall, BatchSize::SmallInput);
    });
}

criterion_group!(benches, waterfall);
criterion_main!(benches);
