//! Whom auto-deleveraging may touch, at which price and how often.

use std::collections::BTreeMap;

use proptest::prelude::*;
use seawall_ledger::AccountId;
use seawall_units::{Base, Ratio, Side, Usd};
use seawall_venue::{Event, WinnerCut};

use crate::desk::{Desk, Second, Seen, Spoil, desk_params};
use crate::law::{Held, assert_found, require};
use crate::world::{Step, What, acts, endowed, records};

/// What one batch may take of an account, and how far apart batches are.
struct Policy {
    account_share: Ratio,
    side_share: Ratio,
    interval: u64,
}

const POLICY: Policy = Policy {
    account_share: Ratio::bps(2_500),
    side_share: Ratio::bps(500),
    interval: 60,
};

fn cut(event: &Event) -> Option<&WinnerCut> {
    match event {
        Event::Cut(cut) => Some(cut),
        _ => None,
    }
}

/// The candidate check of **B29**, for every venue: who is closed by ADL is in profit at the mark,
/// is closed for no more than he has, and loses at most the profit of what is closed.
fn only_winners_are_closed(cut: &WinnerCut, size: Base, open_pnl: Usd) -> Held {
    let who = cut.account;
    require("B29", open_pnl.is_positive(), || {
        format!("account {who} was closed with a PnL of {open_pnl}")
    })?;
    let within = cut.closed.abs() <= size.abs();
    require("B29", within, || {
        format!("{} of {size} were closed", cut.closed)
    })?;
    // The mark is the price: the part's profit is the part of the profit, but for the units by which
    // its value and its share of the cost are rounded.
    let part = open_pnl.mul_div_ceil(cut.closed.abs(), size.abs());
    let part = part.unwrap() + Usd::units_i64(2);
    require(
        "B29",
        cut.profit <= part && cut.taken <= cut.profit.or_zero(),
        || {
            format!(
                "{} of {} were taken where the mark gives {part}",
                cut.taken, cut.profit
            )
        },
    )
}

/// **B29** ADL without a check of the candidate, without a bound on the price, or by a clock that is
/// not the batch's.
///
/// Law: beside the candidate check above, a batch closes at most the stated shares of an account and
/// of its side, and the next batch of the side is at least the stated interval away. **Source**
/// sherlock-audit/2023-02-gmx-judging, 044-M, 015-H, 028-M.
fn batches_keep_their_terms(seconds: &[Second], policy: &Policy) -> Held {
    let mut last = BTreeMap::<Side, u64>::new();
    for second in seconds {
        for account in closed_and_not_liquidated(second) {
            let open_pnl = second.before[&account].open_pnl;
            require("B29", open_pnl.is_positive(), || {
                format!("account {account} was closed with a PnL of {open_pnl}")
            })?;
        }
        let mut closed = BTreeMap::<Side, Base>::new();
        for cut in second.events.iter().filter_map(cut) {
            let Some(Seen { size, open_pnl, .. }) = second.before.get(&cut.account) else {
                continue;
            };
            only_winners_are_closed(cut, *size, *open_pnl)?;
            let most = size.abs().mul_floor(policy.account_share);
            require("B29", cut.closed.abs() <= most, || {
                format!("{} of {size} were closed in one batch", cut.closed)
            })?;
            *closed.entry(size.side().unwrap()).or_default() += cut.closed.abs();
        }
        for (side, closed) in closed {
            let of_side = second
                .before
                .values()
                .filter(|seen| seen.size.side() == Some(side));
            let all: Base = of_side.map(|seen| seen.size.abs()).sum();
            let most = second.mark.value_ceil(all).mul_floor(policy.side_share);
            require(
                "B29",
                second.mark.value_ceil(closed) <= most + Usd::ULP,
                || format!("{closed} of the side's {all} were closed in one batch"),
            )?;
            let late = last.insert(side, second.now);
            let apart = late.is_none_or(|at| second.now - at >= policy.interval);
            require("B29", apart, || {
                format!("two batches of {side:?} at {late:?} and {}", second.now)
            })?;
        }
    }
    Ok(())
}

/// Whose position shrank in a second without a liquidation of his own.
fn closed_and_not_liquidated(second: &Second) -> Vec<AccountId> {
    let struck = |account: AccountId| {
        let events = second.events.iter();
        events
            .filter(|event| matches!(event, Event::Liquidation(found) if found.account == account))
            .count()
    };
    let shrank = |(account, was): (&AccountId, &Seen)| {
        let is = second.after.get(account).map(|seen| seen.size.abs());
        (is < Some(was.size.abs()) && struck(*account) == 0).then_some(*account)
    };
    second.before.iter().filter_map(shrank).collect()
}

/// A bankrupt long whose deficit is beyond Junior and insurance; shorts have won, one has not.
fn deleveraged(spoil: Spoil, interval: u64) -> Vec<Second> {
    let mut params = desk_params();
    params.waterfall.adl.interval = interval;
    let mut positions = vec![endowed(0, 400, "100", 900), endowed(1, -100, "60", 4_500)];
    // The first of the ranking is small: its own share binds before the side's.
    positions.push(endowed(2, -20, "100", 60));
    positions.extend((3..6).map(|n| endowed(n, -120, "100", 900)));
    let mut desk = Desk::new([80_000, 2_000, 100], positions, params, spoil);
    for wait in [0, 0, 20, 60, 60, 60] {
        desk.second(wait, "70");
    }
    desk.seconds
}

#[test]
fn b29_adl_terms_holds() {
    let seconds = deleveraged(Spoil::Nothing, 60);
    let batches = seconds
        .iter()
        .filter(|s| s.events.iter().any(|e| cut(e).is_some()));
    assert!(batches.count() >= 3);
    batches_keep_their_terms(&seconds, &POLICY).unwrap();
}

#[test]
fn b29_planted_is_found() {
    // Losers are named among the winners.
    let seconds = deleveraged(Spoil::LosersAreNamed, 60);
    assert_found(
        batches_keep_their_terms(&seconds, &POLICY),
        "B29",
        "account 1 was closed with a PnL of -",
    );
    // A batch every second.
    let seconds = deleveraged(Spoil::Nothing, 1);
    assert_found(
        batches_keep_their_terms(&seconds, &POLICY),
        "B29",
        "two batches",
    );
    // A close beyond the mark: twice the profit that it gives.
    let mut seconds = deleveraged(Spoil::Nothing, 60);
    let cuts = seconds.iter_mut().flat_map(|second| &mut second.events);
    for event in cuts {
        if let Event::Cut(cut) = event {
            cut.profit = cut.profit + cut.profit;
            cut.taken = cut.profit;
        }
    }
    assert_found(
        batches_keep_their_terms(&seconds, &POLICY),
        "B29",
        "where the mark gives",
    );
}

/// The position an ADL found, just before it.
fn found(step: &Step, account: AccountId) -> Option<(Base, Usd)> {
    let view = step.before.position(account)?;
    Some((view.size, view.open_pnl))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// The candidate check, in all three venues.
    #[test]
    fn b29_adl_candidates_holds(acts in acts(40)) {
        for (_, steps) in records(&acts) {
            for step in steps.iter().filter(|step| step.what == What::Liquidation) {
                for cut in step.events.iter().filter_map(cut) {
                    if let Some((size, open_pnl)) = found(step, cut.account) {
                        only_winners_are_closed(cut, size, open_pnl)?;
                    }
                }
            }
        }
    }
}
