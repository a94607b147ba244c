//! Nobody gains at the cost of another by when or in which order he comes and goes (M-9).
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

mod common;

use common::{
    ask, cash, check, granted, holder, market_with, minute, minute_at, params, position, price,
    provide, redeem, redeem_all, try_ask,
};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use seawall_ledger::{Account, AccountId, Cause};
use seawall_market::{Gate, IsolatedMarket, LiquidityRequest, OrderTerms};
use seawall_units::{Price, Ratio, Time, Usd};
use seawall_vault::{FeeConfig, OpenLoss};
use seawall_venue::{
    FillRule, MarketStatus, StageId, TrancheName,
    TrancheName::{Junior, Senior},
};
use seawall_waterfall::{Waterfall, WaterfallConfig};

const LPS: u32 = 4;

fn tranche() -> impl Strategy<Value = TrancheName> {
    prop_oneof![Just(Senior), Just(Junior)]
}

fn amount() -> impl Strategy<Value = Usd> {
    (1i64..3_000_000_000_000).prop_map(Usd::units_i64)
}

/// (provider, tranche, amount) of several requests, and an order of them.
fn requests() -> impl Strategy<Value = (Vec<(u32, TrancheName, Usd)>, Vec<usize>)> {
    prop::collection::vec((0..LPS, tranche(), amount()), 1..8).prop_flat_map(|requests| {
        let places: Vec<usize> = (0..requests.len()).collect();
        (Just(requests), Just(places).prop_shuffle())
    })
}

/// Providers with shares in both tranches, and positions that hold a part of the capital.
fn started() -> IsolatedMarket {
    let mut terms = params();
    terms.limits.account = Ratio::ONE;
    terms.vault.junior_epochs = 1;
    let positions = vec![position(0, 60_000, 200_000), position(1, -50_000, 200_000)];
    let mut market = market_with([6_000_000, 3_000_000, 0], positions, terms);
    for lp in 0..LPS {
        ask(&mut market, provide(lp, Senior, Usd::whole(400_000)));
        ask(&mut market, provide(lp, Junior, Usd::whole(250_000)));
    }
    minute(&mut market, 1);
    market
}

type Books = (Vec<(Account, Usd)>, Vec<String>);

fn books(market: &IsolatedMarket) -> Books {
    let shares = (0..LPS).map(|lp| format!("{:?}", market.shares(holder(lp))));
    (market.ledger().balances().collect(), shares.collect())
}

/// The books after the requests in this order, at a mark that has moved before they are executed.
fn after(asked: &[LiquidityRequest], places: &[usize], mark: Price) -> Books {
    let mut market = started();
    market.observe(Time::from_secs(61), price(), MarketStatus::Live);
    for place in places {
        let _ = try_ask(&mut market, asked[*place]);
    }
    minute_at(&mut market, 2, mark, OpenLoss::None);
    minute_at(&mut market, 3, mark, OpenLoss::None);
    books(&market)
}

fn mark() -> impl Strategy<Value = Price> {
    (9_000i32..11_500).prop_map(|bps| {
        let by = Ratio::bps(bps);
        price().scaled(by, seawall_units::Round::Floor).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// M-9.2: the order of an epoch's exits decides nothing, to the last unit.
    #[test]
    fn the_order_of_exits_decides_nothing((asked, places) in requests(), mark in mark()) {
        // One request a provider and tranche: what is worth more than he holds is cut to that.
        let mut seen = std::collections::BTreeSet::new();
        let once = asked.into_iter().filter(|(lp, tranche, _)| seen.insert((*lp, *tranche)));
        let asked: Vec<_> = once.map(|(lp, tranche, amount)| redeem(lp, tranche, amount)).collect();
        let places: Vec<usize> = places.into_iter().filter(|place| *place < asked.len()).collect();
        let in_order: Vec<usize> = (0..asked.len()).collect();
        prop_assert_eq!(after(&asked, &in_order, mark), after(&asked, &places, mark));
    }

    /// M-9.4: nor does the order of a minute's deposits, however often one provider asks.
    #[test]
    fn the_order_of_deposits_decides_nothing((asked, places) in requests(), mark in mark()) {
        let asked: Vec<_> = asked
            .into_iter()
            .map(|(lp, tranche, amount)| provide(lp, tranche, amount))
            .collect();
        let in_order: Vec<usize> = (0..asked.len()).collect();
        prop_assert_eq!(after(&asked, &in_order, mark), after(&asked, &places, mark));
    }

    /// M-9.2: equal shares are paid equally, filled whole or in part.
    #[test]
    fn equal_shares_are_paid_equally(tranche in tranche(), amount in amount(), mark in mark()) {
        let mut market = started();
        for lp in 0..LPS {
            ask(&mut market, redeem(lp, tranche, amount));
        }
        minute_at(&mut market, 2, mark, OpenLoss::None);
        for lp in 1..LPS {
            prop_assert_eq!(granted(&market, lp), granted(&market, 0));
        }
    }

    /// M-9.2: what a request is told it is worth is what is granted when nothing happens meanwhile.
    #[test]
    fn a_request_is_granted_what_it_was_told(tranche in tranche(), amount in amount()) {
        let mut market = started();
        let seawall_venue::Receipt::Requested { amount: told, .. } =
            ask(&mut market, redeem(0, tranche, amount.min(Usd::whole(200_000))))
        else {
            panic!("not requested");
        };
        minute(&mut market, 2);
        prop_assert_eq!(granted(&market, 0), told);
    }

    /// Who opens a series with as little as he can, gives it money and waits for another to come
    /// in never takes out more than he spent (M-9.2).
    #[test]
    fn inflating_a_new_series_costs_the_attacker(
        first in 1_000_001i64..3_000_000, given in 0i64..3_000_000_000_000, victim in amount(),
    ) {
        let mut market = market_with([1_000, 2_000_000, 0], Vec::new(), open_gates());
        common::lose(&mut market, &[(StageId::Junior, 2_000_000)]);
        let first = Usd::units_i64(first);
        ask(&mut market, provide(0, Junior, first));
        minute(&mut market, 1);
        let given = Usd::units_i64(given);
        market
            .ledger_mut()
            .pay(Account::External, Account::Junior, given, Cause::VaultDeposit);
        ask(&mut market, provide(1, Junior, victim));
        let before = cash(&market)[1];
        minute(&mut market, 2);
        let paid = cash(&market)[1] - before;
        let _ = try_ask(&mut market, redeem_all(0, Junior));
        let victims = try_ask(&mut market, redeem_all(1, Junior));
        minute(&mut market, 3);
        prop_assert!(granted(&market, 0) <= first + given);
        // A deposit that buys no share is not taken.
        prop_assert_eq!(victims.is_err(), paid.is_zero());
        check(&market);
    }
}

/// A chance to come in just before income is settled or just after a loss.
#[derive(Debug, Clone)]
struct Visit {
    tranche: TrancheName,
    amount: Usd,
    minutes: u64,
    lost: i32,
    touched: Vec<u32>,
    insured: bool,
    fees: FeeConfig,
    mark: Price,
    /// What the impact reserve holds beyond its need.
    excess: i32,
    /// Minutes that he stays.
    stays: u64,
}

fn visits() -> impl Strategy<Value = Visit> {
    let touched = prop::collection::vec(0u32..2, 0..3);
    let place = (tranche(), amount(), 1u64..2_000, 0i32..400_000);
    let mark = prop_oneof![Just(price()), mark()];
    let excess = prop_oneof![Just(0), 1i32..400_000];
    let drip = (excess, prop_oneof![3 => Just(1), 1 => 1u64..180]);
    (place, touched, any::<bool>(), fees(), mark, drip).prop_map(
        |((tranche, amount, minutes, lost), touched, insured, fees, mark, (excess, stays))| Visit {
            tranche,
            amount,
            minutes,
            lost,
            touched,
            insured,
            fees,
            mark,
            excess,
            stays,
        },
    )
}

/// Every split of fees that is legal, the ends of the ranges among them.
fn fees() -> impl Strategy<Value = FeeConfig> {
    let share = || prop_oneof![Just(0), Just(10_000), 0i32..=10_000];
    let default = FeeConfig::default();
    let any = (share(), share(), share()).prop_map(move |(protocol, part, senior)| FeeConfig {
        protocol: Ratio::bps(protocol),
        insurance: Ratio::bps((10_000 - protocol) * part / 10_000),
        senior_share: Ratio::bps(senior),
        // A coupon takes from Junior's part what the price counts as Junior's.
        coupon: seawall_units::Rate::ZERO,
        ..default
    });
    prop_oneof![Just(default), any]
}

/// Puts into the impact reserve what it does not need: there is no impact in this market.
fn fill_reserve(market: &mut IsolatedMarket, amount: i32) {
    let (amount, payer) = (Usd::whole(amount), Account::Margin(AccountId::new(3)));
    let ledger = market.ledger_mut();
    ledger.pay(Account::External, payer, amount, Cause::MarginPosted);
    ledger.pay(payer, Account::ImpactReserve, amount, Cause::ImpactPaid);
    ledger.end_step();
}

/// What a visitor paid in, and what he was granted when he left at the first chance after his
/// stay; `None` when he was not let in.
fn visit(visit: &Visit) -> Option<(Usd, Usd)> {
    let mut market = earning(visit.insured, visit.fees);
    let comes = 2 + visit.minutes;
    for at in 2..comes {
        market.observe(Time::from_secs(60 * at), price(), MarketStatus::Live);
        market.accrue_second();
        market.accrue_minute();
    }
    market.observe(Time::from_secs(60 * comes), visit.mark, MarketStatus::Live);
    if visit.lost > 0 {
        common::lose(&mut market, &[(StageId::Junior, visit.lost)]);
    }
    fill_reserve(&mut market, visit.excess);
    ask(&mut market, provide(9, visit.tranche, visit.amount));
    minute_at(&mut market, comes, visit.mark, OpenLoss::None);
    let paid = paid_in(&market, visit.tranche);
    let comes = comes + visit.stays - 1;
    for at in comes - visit.stays + 2..=comes {
        minute_at(&mut market, at, visit.mark, OpenLoss::None);
    }
    try_ask(&mut market, redeem_all(9, visit.tranche)).ok()?;
    for account in &visit.touched {
        close(&mut market, AccountId::new(*account));
    }
    minute_at(&mut market, comes + 1, visit.mark, OpenLoss::None);
    Some((paid, granted(&market, 9)))
}

/// M-9.1: who comes in just before what is earned is paid out, or just after a loss, and leaves
/// at the next chance, takes out at most what he put in, to the micro-dollar.
#[test]
fn coming_for_income_or_after_a_loss_gains_nothing() {
    let (cases, admitted) = (256, std::cell::Cell::new(0));
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let held = TestRunner::new(config).run(&visits(), |each| {
        if let Some((paid, granted)) = visit(&each) {
            admitted.set(admitted.get() + 1);
            prop_assert!(granted <= paid, "{granted} of {paid}");
        }
        Ok(())
    });
    assert!(held.is_ok(), "{}", held.unwrap_err());
    let admitted = admitted.get();
    assert!(admitted >= cases / 2, "{admitted} of {cases} were let in");
}

/// M-9.1: without a protocol's share and with all of the rest for Junior, more than 80 % of what
/// is settled a minute later is Junior's.
#[test]
fn junior_is_priced_with_all_that_it_can_get() {
    let all_for_junior = FeeConfig {
        protocol: Ratio::ZERO,
        insurance: Ratio::ZERO,
        senior_share: Ratio::ZERO,
        coupon: seawall_units::Rate::ZERO,
        ..FeeConfig::default()
    };
    let (paid, granted) = visit(&Visit {
        tranche: Junior,
        amount: Usd::whole(1_000_000),
        minutes: 1_500,
        lost: 0,
        touched: vec![0, 1],
        insured: true,
        fees: all_for_junior,
        mark: price(),
        excess: 0,
        stays: 1,
    })
    .unwrap();
    assert!(granted <= paid, "{granted} of {paid}");
    // And not by more than what roundings cost: the price is no higher than it must be.
    assert!(granted >= paid - Usd::units_i64(3), "{granted} of {paid}");
}

/// M-9.1: a deposit of 50 000 takes no part in the 400 000 that the impact reserve holds beyond its
/// need. Junior is 3 000 000 and gets all fees. In the minute in which he comes 6 666.666666 drips,
/// before his shares are priced: of the other 393 333.333334 another sixtieth a minute, 6 555.56 in
/// the next one. Priced without them he would have 50 000/3 056 667 of those, 107.2.
#[test]
fn a_deposit_takes_no_part_in_what_is_still_to_drip() {
    let fees = FeeConfig {
        protocol: Ratio::ZERO,
        insurance: Ratio::ZERO,
        senior_share: Ratio::ZERO,
        coupon: seawall_units::Rate::ZERO,
        ..FeeConfig::default()
    };
    let stay = |stays, tranche, fees| {
        let visit = Visit {
            tranche,
            amount: Usd::whole(50_000),
            minutes: 1,
            lost: 0,
            touched: vec![0, 1],
            insured: true,
            fees,
            mark: price(),
            excess: 400_000,
            stays,
        };
        self::visit(&visit).unwrap()
    };
    let (paid, granted) = stay(1, Junior, fees);
    assert!(granted <= paid, "{granted} of {paid}");
    // Once all has dripped and utilisation is settled he has what he paid, but for roundings: the
    // price counts no more than there is.
    let (paid, granted) = stay(3_000, Junior, fees);
    assert!(granted <= paid, "{granted} of {paid}");
    assert!(granted >= paid - Usd::units_i64(3), "{granted} of {paid}");
    // Senior with all of it: the same.
    let fees = FeeConfig {
        senior_share: Ratio::ONE,
        ..fees
    };
    let (paid, granted) = stay(3_000, Senior, fees);
    assert!(granted <= paid, "{granted} of {paid}");
    assert!(granted >= paid - Usd::units_i64(3), "{granted} of {paid}");
}

/// Gates that let all but everything out.
fn open_gates() -> seawall_market::Params {
    let mut terms = params();
    terms.vault.junior_epochs = 1;
    terms.vault.min_coverage = Ratio::ZERO;
    terms.vault.balancing_fee = Ratio::ZERO;
    terms
}

/// A market in which nothing but time earns: no fee, no spread, no impact.
fn earning(insured: bool, fees: FeeConfig) -> IsolatedMarket {
    let mut terms = open_gates();
    terms.fees = fees;
    terms.vault.min_coverage = Ratio::bps(100);
    terms.vault.target_coverage = Ratio::bps(200);
    terms.limits.account = Ratio::ONE;
    terms.charges.taker_inward = Ratio::ZERO;
    terms.charges.taker_outward = Ratio::ZERO;
    terms.ladder.half_spread = Ratio::ZERO;
    terms.ladder.near_width = Ratio::ZERO;
    terms.ladder.far_width = Ratio::ZERO;
    let positions = vec![
        position(0, 40_000, 1_000_000),
        position(1, -35_000, 1_000_000),
    ];
    let insurance = if insured { 300_000 } else { 0 };
    market_with([6_000_000, 3_000_000, insurance], positions, terms)
}

/// What has come into a vault by deposits, fees left out.
fn paid_in(market: &IsolatedMarket, tranche: TrancheName) -> Usd {
    let vault = match tranche {
        Senior => Account::Senior,
        Junior => Account::Junior,
    };
    let entries = market.ledger().pending().iter().map(|entry| entry.transfer);
    let deposits = entries.filter(|t| t.cause() == Cause::VaultDeposit && t.to() == vault);
    deposits.map(|t| t.amount()).sum()
}

fn close(market: &mut IsolatedMarket, account: AccountId) {
    let size = -market.position(account).size();
    let terms = OrderTerms {
        account,
        size,
        margin: Usd::ZERO,
        limit: None,
        fill: FillRule::Partial,
        gate: Gate::Open,
        claim: Usd::ZERO,
    };
    let mut waterfall = Waterfall::new(WaterfallConfig::default());
    if let Ok(plan) = market.plan_order(&terms) {
        market.commit_order(&plan, &mut waterfall);
        market.ledger_mut().end_step();
    }
}
