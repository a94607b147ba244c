//! The published cascade of ten borrowers: opening its world, and running it to its end.
#![allow(clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use seawall::cascade::{Config, World};

/// Seven rounds of forced sales and two quiet ones; 125 movements in the books.
const LADDER: &str = r#"
    tokens.T.price = "95"
    pools.main = { token = "T", curve.constant_product = { token = "10000", quote = "1000000" } }
    feeds.spot.pool_spot.pool = "main"
    shocks.sale.act.trade_to = { pool = "main", price = "95" }
    loans.ladder = { market = "main", count = 10, collateral = "500", debt.liquidation_prices = { first = "96", fall = "3" } }

    [lending.main]
    collateral = "T"
    feed = "spot"
    rules.max_ltv = "0.8"
    rules.liquidation_threshold = "0.8"
    rules.close.fixed = { factor = "0.5", full_below = "0.95" }
    rules.bonus.fixed = "0.05"
    rules.protocol_fee = "0"
    rules.rate.kinked = { base = "0", kink = "0.9", slope_1 = "0", slope_2 = "0" }
"#;

fn ladder(c: &mut Criterion) {
    let config: Config = toml::from_str(LADDER).unwrap();
    let world = World::new(&config).unwrap();
    assert_eq!(world.clone().run().outcome.accounts, 10);
    let mut group = c.benchmark_group("cascade");
    group.bench_function("open ten borrowers", |b| {
        b.iter(|| World::new(black_box(&config)).unwrap());
    });
    group.bench_function("run ten borrowers", |b| {
        b.iter(|| black_box(&world).clone().run());
    });
    group.finish();
}

criterion_group!(benches, ladder);
criterion_main!(benches);
