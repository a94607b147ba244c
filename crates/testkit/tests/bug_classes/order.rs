//! Who comes first, by number or by time, decides nothing that it should not.

use std::collections::BTreeMap;

use proptest::prelude::*;
use seawall_ledger::{Account, AccountId, Cause};
use seawall_market::LiquidityRequest;
use seawall_units::Usd;
use seawall_venue::{Endowment, StageId, TrancheName, Venue};

use crate::pair::{Pair, TRANCHES, Tranches, open_gates};
use crate::world::{World, endowed, order_book, pool, tranched, tranched_params, usd};

/// Causes by which somebody pays for a deficit.
const PAYMENTS: [Cause; 9] = [
    Cause::DeficitOpened,
    Cause::JuniorLoss,
    Cause::InsuranceLoss,
    Cause::AdlCut,
    Cause::SeniorLoss,
    Cause::ResidualCut,
    Cause::BackstopLoss,
    Cause::PoolLoss,
    Cause::PnlCap,
];

/// What is the same whoever has which number.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    /// What each payer paid in all.
    paid: Vec<(Cause, Usd)>,
    /// What the parts of the capital are worth in the end.
    capital: BTreeMap<&'static str, Usd>,
    /// What each account that did not go under has in the end, by its number.
    others: Vec<Usd>,
    /// What those who went under have in the end, by their places in the list and not by number.
    bankrupts: Vec<Usd>,
}

/// A bankrupt-to-be: size, margin.
type Long = (i32, i32);

const WINNERS: u32 = 3;

/// Winners have the first numbers, longs the others in this order.
fn crowd(longs: &[Long], numbers: &[u32]) -> Vec<Endowment> {
    let size: i32 = longs.iter().map(|long| long.0).sum();
    let short = |n: u32| endowed(n, -(size / 4 + i32::try_from(n).unwrap()), "100", size * 8);
    let longs = longs.iter().zip(numbers);
    let longs = longs.map(|((size, margin), n)| endowed(WINNERS + n, *size, "100", *margin));
    (0..WINNERS).map(short).chain(longs).collect()
}

/// Everything that the gap to `price`, the minutes after it and the end bring.
fn outcome<V: Venue>(mut world: World<V>, price: &str, numbers: &[u32]) -> Outcome {
    world.until(1);
    world.at(price);
    world.until(65);
    world.finish();
    let last = &world.steps.last().unwrap().after;
    let wealth = |n: u32| {
        let account = AccountId::new(n);
        let equity = last.position(account).map_or(Usd::ZERO, |view| view.equity);
        equity + last.balance(Account::Free(account))
    };
    let posted = |cause| world.steps.iter().map(|step| step.posted(cause)).sum();
    Outcome {
        paid: PAYMENTS
            .iter()
            .map(|cause| (*cause, posted(*cause)))
            .collect(),
        capital: last.capital.clone(),
        others: (0..WINNERS).map(wealth).collect(),
        bankrupts: numbers.iter().map(|n| wealth(WINNERS + n)).collect(),
    }
}

/// Longs of which some have the same leverage, so that only their number tells them apart, and two
/// ways to number them.
fn longs() -> impl Strategy<Value = (Vec<Long>, Vec<u32>)> {
    let long = (1i32..6, 20i32..60, any::<bool>()).prop_map(|(size, each, same)| {
        let each = if same { 25 } else { each };
        (size * 10, size * each)
    });
    prop::collection::vec(long, 2..5).prop_flat_map(|longs| {
        let numbers: Vec<u32> = (0..u32::try_from(longs.len()).unwrap()).collect();
        (Just(longs), Just(numbers).prop_shuffle())
    })
}

fn in_tranches(
    longs: &[Long],
    numbers: &[u32],
    junior: i32,
) -> World<seawall_venue_tranched::TranchedVenue> {
    let mut params = tranched_params();
    params.limits.reserved = seawall_units::Ratio::whole(100);
    params.ladder.near_senior = seawall_units::Ratio::ONE;
    params.ladder.near_junior = seawall_units::Ratio::ONE;
    tranched(crowd(longs, numbers), [20_000, junior, 100], params)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// All longs go below zero in one second, in each venue. **Invariant, to the last unit**: what
    /// each payer pays in all, what every part of the capital is worth in the end, and what each
    /// account has, the bankrupt ones too. Numbers only decide in which order the deficits stand
    /// in the journal when two bankrupts have the same equity over notional.
    #[test]
    fn the_numbers_of_bankrupts_decide_nothing((longs, numbers) in longs(), junior in prop_oneof![Just(50i32), Just(500), Just(10_000)]) {
        let in_order: Vec<u32> = (0..u32::try_from(longs.len()).unwrap()).collect();
        let one = outcome(in_tranches(&longs, &in_order, junior), "92", &in_order);
        let other = outcome(in_tranches(&longs, &numbers, junior), "92", &numbers);
        prop_assert_eq!(one, other);
        let in_pool = |numbers: &[u32]| pool(crowd(&longs, numbers), 30_000, seawall_venue_pool::Params::btc());
        let one = outcome(in_pool(&in_order), "92", &in_order);
        prop_assert_eq!(one, outcome(in_pool(&numbers), "92", &numbers));
        let on_book = |numbers: &[u32]| order_book(crowd(&longs, numbers), 30_000);
        let one = outcome(on_book(&in_order), "92", &in_order);
        prop_assert_eq!(one, outcome(on_book(&numbers), "92", &numbers));
    }
}

/// What happens to a tranche in one minute.
#[derive(Debug, Clone)]
enum Minute {
    /// All ask for as much, in this order.
    Redeem(Vec<u32>, i32),
    Lose(i32),
    Recover(i32),
    /// These claim, in this order; the others later.
    Claim(Vec<u32>),
    /// Somebody else comes in.
    Deposit(i32),
}

const HOLDERS: u32 = 4;

fn minutes() -> impl Strategy<Value = Vec<Minute>> {
    let all: Vec<u32> = (0..HOLDERS).collect();
    let order = || Just(all.clone()).prop_shuffle();
    let some = prop::sample::subsequence(all.clone(), 0..=4).prop_shuffle();
    let minute = prop_oneof![
        3 => (order(), 1i32..40_000).prop_map(|(order, amount)| Minute::Redeem(order, amount)),
        2 => (1i32..150_000).prop_map(Minute::Lose),
        2 => (1i32..150_000).prop_map(Minute::Recover),
        2 => some.prop_map(Minute::Claim),
        1 => (1i32..100_000).prop_map(Minute::Deposit),
    ];
    prop::collection::vec(minute, 1..16)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// Four holders of equal shares, who ask and claim in any order, before and after losses,
    /// recoveries and others' deposits, have been paid the same to the last unit once all have
    /// claimed, and what they still hold is worth the same.
    #[test]
    fn equal_shares_get_equal_payouts(minutes in minutes(), at in 0usize..2) {
        let tranche = TRANCHES[at];
        let stage = match tranche { TrancheName::Senior => StageId::Senior, TrancheName::Junior => StageId::Junior };
        let mut pair = Pair::new([400_000, 400_000, 0], Vec::new(), open_gates());
        (0..HOLDERS).for_each(|lp| pair.endow(lp, tranche, usd(80_000)));
        let mut paid = [Usd::ZERO; 4];
        for minute in &minutes {
            match minute {
                Minute::Redeem(order, amount) => for lp in order {
                    let lp = seawall_ledger::BidderId::new(*lp);
                    pair.ask(LiquidityRequest::Redeem { lp, tranche, amount: usd(*amount) });
                },
                Minute::Lose(amount) => {
                    let value = pair.market.values();
                    let value = if at == 0 { value.senior } else { value.junior };
                    pair.lose(stage, usd(*amount).min(value));
                }
                Minute::Recover(amount) => { pair.recover(usd(*amount)); }
                Minute::Claim(order) => for lp in order {
                    paid[*lp as usize] += pair.claim(*lp, tranche);
                },
                Minute::Deposit(amount) => { pair.deposit(9, tranche, usd(*amount)); }
            }
            pair.minute();
        }
        for lp in (0..HOLDERS).rev() {
            paid[lp as usize] += pair.claim(lp, tranche);
        }
        let worth = [0, 1, 2, 3].map(|lp| pair.worth(lp, tranche));
        prop_assert!(paid.iter().all(|each| *each == paid[0]), "{paid:?}");
        prop_assert!(worth.iter().all(|each| *each == worth[0]), "{worth:?}");
    }
}

/// The gaps above do reach Junior, insurance, ADL and the pool: what is never exercised proves
/// nothing.
#[test]
fn the_gaps_reach_the_payers() {
    let (longs, numbers) = ([(50, 100), (40, 80), (30, 150)], [2, 0, 1]);
    let of = |outcome: &Outcome, cause| {
        let found = outcome.paid.iter().find(|(each, _)| *each == cause);
        found.unwrap().1
    };
    let tranched = outcome(in_tranches(&longs, &numbers, 50), "92", &numbers);
    for cause in [Cause::JuniorLoss, Cause::InsuranceLoss, Cause::AdlCut] {
        assert!(
            of(&tranched, cause).is_positive(),
            "{cause} in {tranched:?}"
        );
    }
    let params = seawall_venue_pool::Params::btc();
    let in_pool = outcome(
        pool(crowd(&longs, &numbers), 30_000, params),
        "92",
        &numbers,
    );
    assert!(of(&in_pool, Cause::PoolLoss).is_positive());
    let on_book = outcome(order_book(crowd(&longs, &numbers), 30_000), "92", &numbers);
    assert!(of(&on_book, Cause::DeficitOpened).is_positive());
}
