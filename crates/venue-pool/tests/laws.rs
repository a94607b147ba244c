//! The laws of the venue on random streams of commands and prices.
#![allow(clippy::unwrap_used)] // the driver is a helper of tests
mod world;

use proptest::prelude::*;
use seawall_ledger::{BidderId, Entry, Replay};
use seawall_units::{Base, Price, Rate, Ratio, Usd};
use seawall_venue::{Command, Event, FillRule, TrancheName, Venue};
use seawall_venue_pool::{Funding, Params, PoolVenue};
use world::*;

#[derive(Debug, Clone)]
struct Step {
    move_bp: i32,
    wait: u64,
    command: Command,
}

fn command() -> impl Strategy<Value = Command> {
    let order = (
        0u32..6,
        -3_000_000_000_000i64..3_000_000_000_000,
        0i64..60_000_000_000,
    )
        .prop_map(|(who, size, margin)| Command::Order {
            account: account(who),
            size: Base::units_i64(size),
            margin: Usd::units_i64(margin),
            limit: None,
            fill: FillRule::Partial,
        });
    let add = (0u32..6, -10i64..5_000_000_000).prop_map(|(who, amount)| Command::AddMargin {
        account: account(who),
        amount: Usd::units_i64(amount),
    });
    let withdraw = (0u32..6, 1i64..50_000_000_000).prop_map(|(who, amount)| Command::Withdraw {
        account: account(who),
        amount: Usd::units_i64(amount),
    });
    let liquidity = (any::<bool>(), 1i64..300_000_000_000).prop_map(|(enter, amount)| {
        let (lp, tranche) = (BidderId::new(0), TrancheName::Senior);
        let amount = Usd::units_i64(amount);
        match enter {
            true => Command::Provide {
                lp,
                tranche,
                amount,
            },
            false => Command::Redeem {
                lp,
                tranche,
                amount,
            },
        }
    });
    prop_oneof![8 => order, 1 => add, 1 => withdraw, 1 => liquidity]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let moves = prop_oneof![6 => -100i32..100, 2 => -1_500i32..1_500, 1 => -6_000i32..9_000];
    let wait = prop_oneof![4 => Just(1u64), 1 => 1u64..100_000];
    let step = (moves, wait, command()).prop_map(|(move_bp, wait, command)| Step {
        move_bp,
        wait,
        command,
    });
    prop::collection::vec(step, 1..60)
}

fn world(params: &Params) -> PoolVenue {
    let endowments = vec![
        endowment(0, "5000", "100", "20000"),
        endowment(1, "-4000", "104", "50000"),
        endowment(2, "1000", "96", "3000"),
    ];
    let mut venue = venue(setup("100", endowments), "1000000", params.clone());
    let lp = BidderId::new(0);
    venue
        .endow_lp(lp, TrancheName::Senior, Usd::whole(600_000))
        .unwrap();
    venue
}

fn hot() -> Params {
    let rate = Rate::whole(100);
    let mut params = Params::btc();
    params.funding = Funding::SkewProportional {
        factor: rate,
        max: rate,
    };
    params.borrowing.base = Rate::whole(10);
    params.borrowing.above = Rate::whole(20);
    params.impact.max_for_liquidation = Ratio::bps(10);
    params.impact_pool = Usd::whole(100);
    params
}

/// Runs a stream with every check of a second; gives the journal and the events.
fn run(params: &Params, steps: &[Step]) -> (Vec<Entry>, Vec<Event>) {
    let mut venue = world(params);
    let (mut entries, mut events) = (Vec::new(), Vec::new());
    let (mut second, mut mark) = (0, price("100"));
    for step in steps {
        second += step.wait;
        let factor = Ratio::bps(10_000 + step.move_bp);
        let moved = mark.scaled(factor, seawall_units::Round::Floor).unwrap();
        mark = moved.clamp(price("0.01"), Price::from_units(10_i128.pow(16)).unwrap());
        observe(&mut venue, second, mark);
        let _ = commit(&mut venue, &step.command);
        kept_is_counted(&venue);
        venue.liquidate();
        kept_is_counted(&venue);
        venue.attribute();
        kept_is_counted(&venue);
        for (holder, left) in venue.ledger().balances() {
            assert!(
                !left.is_negative() || holder.kind().may_stay_negative(),
                "{holder}: {left}"
            );
        }
        entries.extend(venue.drain_entries());
        events.extend(venue.drain_events());
    }
    let mut replay = Replay::new();
    assert!(entries.iter().all(|entry| replay.apply(entry)));
    assert!(replay.balances().eq(venue.ledger().balances()));
    (entries, events)
}

fn deficits_add_up(events: &[Event]) {
    let mut left = Usd::ZERO;
    for event in events {
        match event {
            Event::DeficitOpened { amount, .. } => left += *amount,
            Event::Stage(report) => left -= report.absorbed,
            Event::DeficitClosed { residual, .. } => assert_eq!(left, *residual),
            Event::Cut(cut) => {
                assert!(
                    !cut.taken.is_negative() && cut.taken <= cut.profit,
                    "{cut:?}"
                );
            }
            _ => {}
        }
    }
    assert_eq!(left, Usd::ZERO);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn every_second_keeps_the_laws(steps in steps()) {
        let (entries, events) = run(&Params::btc(), &steps);
        deficits_add_up(&events);
        prop_assert_eq!(run(&Params::btc(), &steps), (entries, events));
    }

    #[test]
    fn the_laws_hold_with_hot_rates(steps in steps()) {
        let (_, events) = run(&hot(), &steps);
        deficits_add_up(&events);
    }

    /// Opening and closing at an unchanged mark never earns anything.
    #[test]
    fn a_round_trip_costs(size in 1_000_000i64..1_000_000_000_000, long in any::<bool>()) {
        let params = Params { impact_pool: Usd::whole(1_000), ..Params::btc() };
        let mut venue = venue(setup("100", vec![]), "1000000", params);
        let size = if long { Base::units_i64(size) } else { Base::units_i64(-size) };
        let order = |size, margin| Command::Order {
            account: account(0), size, margin, limit: None, fill: FillRule::Partial,
        };
        let margin = Usd::whole(200_000);
        commit(&mut venue, &order(size, margin)).unwrap();
        commit(&mut venue, &order(-size, Usd::ZERO)).unwrap();
        let back = balance(&venue, seawall_ledger::Account::Free(account(0)));
        prop_assert!(back < margin);
        let (pool, impact) = (seawall_ledger::Account::Pool, seawall_ledger::Account::ImpactPool);
        let lps = balance(&venue, pool) + balance(&venue, impact);
        prop_assert!(lps >= Usd::whole(1_000_000));
    }
}
