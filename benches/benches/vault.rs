//! Deposits and redemptions: shares for assets and back, and the register of holders.
#![allow(clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use seawall::units::Usd;
use seawall::vault::{HolderId, SeniorTranche, Vault};

const HOLDERS: u32 = 10_000;

/// A vault with ten thousand holders of 100,000 USD each, whose value has since grown by 3 %.
fn vault() -> (Vault<SeniorTranche>, Usd) {
    let each = Usd::whole(100_000);
    let mut vault = Vault::open(Usd::whole(1), HolderId::new(0), each).unwrap();
    let mut value = each;
    for n in 1..HOLDERS {
        let conversion = vault.conversion(value).unwrap();
        let shares = conversion.preview_deposit(each).unwrap();
        vault.mint(HolderId::new(n), shares).unwrap();
        value += each;
    }
    let growth = Usd::whole(30_000_000);
    (vault, value + growth)
}

fn conversions(c: &mut Criterion) {
    let (vault, value) = vault();
    let conversion = vault.conversion(value).unwrap();
    let amount: Usd = "1234567.891234".parse().unwrap();
    let shares = conversion.preview_deposit(amount).unwrap();
    let mut group = c.benchmark_group("vault");
    group.bench_function("preview a deposit", |b| {
        b.iter(|| black_box(conversion).preview_deposit(black_box(amount)));
    });
    group.bench_function("preview a redemption", |b| {
        b.iter(|| black_box(conversion).preview_redeem(black_box(shares)));
    });
    group.finish();
}

fn round_trip(c: &mut Criterion) {
    let (mut vault, value) = vault();
    let amount: Usd = "1234.567891".parse().unwrap();
    let mut n = 0;
    c.bench_function("vault/deposit and redeem, 10,000 holders", |b| {
        b.iter(|| {
            n = (n + 7_919) % HOLDERS;
            let holder = HolderId::new(n);
            let shares = vault.conversion(value).unwrap().preview_deposit(amount);
            let shares = shares.unwrap();
            vault.mint(holder, shares).unwrap();
            let conversion = vault.conversion(value + amount).unwrap();
            let assets = conversion.preview_redeem(shares).unwrap();
            vault.burn(holder, shares).unwrap();
            assets
        });
    });
}

criterion_group!(benches, conversions, round_trip);
criterion_main!(benches);
