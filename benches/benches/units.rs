//! Products with one rounding, and exact splits.
#![allow(clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use seawall::units::{Base, Price, Ratio, Round, Usd, mul_div, split_pro_rata};

fn products(c: &mut Criterion) {
    let mut group = c.benchmark_group("units");
    let price: Price = "111387.57".parse().unwrap();
    let size: Base = "12.34567891".parse().unwrap();
    let amount: Usd = "1234567.891234".parse().unwrap();
    let ratio: Ratio = "0.0125".parse().unwrap();
    group.bench_function("size × price", |b| {
        b.iter(|| black_box(price).value_floor(black_box(size)));
    });
    group.bench_function("amount × ratio", |b| {
        b.iter(|| black_box(amount).mul_floor(black_box(ratio)));
    });
    // The whole range of a price times the whole range of a size: 150 bits.
    let (wide, divisor) = (Price::MAX.units(), 1_000_000_000_000);
    assert_eq!(wide.checked_mul(Base::MAX.units()), None, "beyond 128 bits");
    group.bench_function("mul_div in 256 bits", |b| {
        b.iter(|| {
            let (size, price) = (black_box(Base::MAX.units()), black_box(wide));
            mul_div(size, price, black_box(divisor), Round::Floor)
        });
    });
    group.finish();
}

fn split(c: &mut Criterion) {
    let weights: Vec<Usd> = (1..=100)
        .map(|n: i64| Usd::units_i64(n * n * 7_919))
        .collect();
    let total: Usd = "1000000.000007".parse().unwrap();
    assert!(split_pro_rata(total, &weights).is_some());
    c.bench_function("units/split among 100", |b| {
        b.iter(|| split_pro_rata(black_box(total), black_box(&weights)));
    });
}

criterion_group!(benches, products, split);
criterion_main!(benches);
