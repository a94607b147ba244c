//! Steps of a GMX v2 market in its own arithmetic, all checks on.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use seawall::gmx::decrease::{Decrease, Kind};
use seawall::gmx::fees::Dues;
use seawall::gmx::increase::Increase;
use seawall::gmx::liquidation::{Purpose, health};
use seawall::gmx::value::{Valuation, pool_value};
use seawall::gmx::{
    ByToken, DepositTerms, Market, ONE, PoolToken, Position, Preset, Price, Prices, Side, U256,
    WithdrawalTerms, funding,
};

const HOUR: u64 = 3_600;

fn eth(whole: u128) -> U256 {
    U256::new(whole) * 1_000_000_000_000_000_000
}

fn prices(whole: u128) -> Prices {
    let price = |basis: u128| U256::new(whole * basis) * 100_000_000;
    let index = Price {
        min: price(9_999),
        max: price(10_001),
    };
    Prices {
        index,
        long: index,
        short: Price::at(U256::new(10).pow(24)),
    }
}

fn order(whole: u128, collateral: u128) -> Increase {
    Increase {
        collateral: U256::new(collateral * 1_000_000),
        size_usd: ONE * whole,
        acceptable_price: None,
    }
}

/// The live ETH market with 40 m USD on each token and positions on both sides; one of them is
/// given, an hour old.
fn living() -> (Market, Position) {
    let mut market = Market::new(Preset::Eth.market().unwrap().params).unwrap();
    let at = prices(2_000);
    let liquidity = ByToken {
        long: eth(20_000),
        short: U256::new(40_000_000_000_000),
    };
    market.deposit(&at, liquidity, DepositTerms::at(0)).unwrap();
    let mut short = Position::empty(Side::Short, PoolToken::Short);
    let size = order(3_000_000, 400_000);
    market.increase(&mut short, &size, &at, 0).unwrap();
    let mut long = Position::empty(Side::Long, PoolToken::Short);
    let size = order(5_000_000, 500_000);
    market.increase(&mut long, &size, &at, 60).unwrap();
    market.accrue(&at, HOUR).unwrap();
    (market, long)
}

fn steps(c: &mut Criterion) {
    let (market, long) = living();
    let (at, now) = (prices(2_010), HOUR + 60);
    let mut group = c.benchmark_group("gmx-v2");
    let none = Position::empty(Side::Long, PoolToken::Short);
    group.bench_function("open", |b| {
        b.iter(|| {
            let (mut market, mut position) = (market.clone(), none);
            let size = order(100_000, 5_000);
            market
                .increase(&mut position, &size, black_box(&at), now)
                .unwrap()
        });
    });
    group.bench_function("close", |b| {
        b.iter(|| {
            let (mut market, mut position) = (market.clone(), long);
            let close = Decrease::of(Kind::Order, long.size_usd);
            market
                .decrease(&mut position, &close, black_box(&at), now)
                .unwrap()
        });
    });
    group.bench_function("liquidation check", |b| {
        b.iter(|| {
            let dues = Dues::of(&market, &long).unwrap();
            health(&market, &long, black_box(&at), &dues, Purpose::Liquidation).unwrap()
        });
    });
    group.bench_function("funding update", |b| {
        b.iter(|| funding::quote(&market, black_box(&at), now).unwrap());
    });
    group.bench_function("pool value", |b| {
        b.iter(|| pool_value(&market, black_box(&at), Valuation::for_deposit(now)).unwrap());
    });
    group.bench_function("deposit", |b| {
        let amounts = ByToken {
            long: eth(1),
            short: U256::new(1_000_000_000),
        };
        b.iter(|| {
            let mut market = market.clone();
            market
                .deposit(black_box(&at), amounts, DepositTerms::at(now))
                .unwrap()
        });
    });
    group.bench_function("withdrawal", |b| {
        let tokens = eth(1_000);
        b.iter(|| {
            let mut market = market.clone();
            market
                .withdraw(black_box(&at), tokens, WithdrawalTerms::at(now))
                .unwrap()
        });
    });
    group.finish();
}

criterion_group!(benches, steps);
criterion_main!(benches);
