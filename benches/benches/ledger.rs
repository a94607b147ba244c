//! Posts a second: transfers checked against the chart, booked and written to the journal.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use seawall::ledger::{Account, AccountId, Cause, Ledger};
use seawall::units::{Time, Usd};

const ACCOUNTS: u32 = 10_000;

/// Every account with 1,000 USD of margin, the journal drained.
fn ledger() -> Ledger {
    let mut ledger = Ledger::new(Time::from_secs(0));
    for n in 0..ACCOUNTS {
        let margin = Account::Margin(AccountId::new(n));
        let cause = Cause::MarginPosted;
        ledger.pay(Account::External, margin, Usd::whole(1_000), cause);
    }
    ledger.end_step();
    drop(ledger.drain());
    ledger
}

/// One post for each account, far apart from one to the next.
fn post_each(mut ledger: Ledger, to: impl Fn(AccountId) -> Account, cause: Cause) -> Ledger {
    for n in 0..ACCOUNTS {
        let id = AccountId::new(n * 7_919 % ACCOUNTS);
        ledger.pay(Account::Margin(id), to(id), black_box(Usd::ULP), cause);
    }
    ledger
}

fn posts(c: &mut Criterion) {
    let mut group = c.benchmark_group("ledger");
    group.throughput(Throughput::Elements(ACCOUNTS.into()));
    group.bench_function("10,000 posts, margin to fees", |b| {
        let routine = |ledger| post_each(ledger, |_| Account::Fees, Cause::TakerFee);
        b.iter_batched(ledger, routine, BatchSize::SmallInput);
    });
    group.bench_function("10,000 posts, margin to free", |b| {
        let routine = |ledger| post_each(ledger, Account::Free, Cause::MarginReleased);
        b.iter_batched(ledger, routine, BatchSize::SmallInput);
    });
    group.finish();
}

criterion_group!(benches, posts);
criterion_main!(benches);
