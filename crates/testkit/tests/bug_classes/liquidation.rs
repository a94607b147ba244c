//! What a liquidation takes, whom it pays, and how often it strikes.

use std::collections::BTreeMap;

use proptest::prelude::*;
use seawall_ledger::{Account, AccountId, Cause, Transfer};
use seawall_units::{Base, Price, Ratio, Usd};
use seawall_venue::{Event, Liquidation, StageId};

use crate::desk::{Desk, Second, Spoil, desk_params};
use crate::law::{Held, assert_found, require};
use crate::world::{Step, What, acts, endowed, records, tranched, tranched_params, usd};

// B14 ------------------------------------------------------------------------------------------

/// **B14** A liquidation ignores the position's PnL, or pays out a remainder that does not fit when
/// equity is below zero.
///
/// Law: when positions are taken off in one step, margin + PnL − accruals, which is equity, is what
/// their owners keep, what was charged and what the pool took over, less the deficit that was opened;
/// nobody keeps less than nothing, and where a deficit was opened its owner keeps nothing. **Source**
/// sherlock-audit/2023-12-flatmoney-judging, 021-H, 028-H, 039-H.
fn a_liquidation_adds_up(steps: &[Step]) -> Held {
    for step in steps.iter().filter(|step| step.what == What::Liquidation) {
        let gone =
            |view: &&seawall_venue::PositionView| step.after.position(view.account).is_none();
        let gone: Vec<_> = step.before.positions.iter().filter(gone).collect();
        let deficits: BTreeMap<AccountId, Usd> = step.events.iter().filter_map(opened).collect();
        let equity: Usd = gone.iter().map(|view| view.equity).sum();
        let mut kept = Usd::ZERO;
        for view in &gone {
            let free = Account::Free(view.account);
            let his = step.after.balance(free) - step.before.balance(free)
                + step.after.balance(Account::Margin(view.account));
            let owes = deficits.contains_key(&view.account);
            require(
                "B14",
                !his.is_negative() && (his.is_zero() || !owes),
                || format!("account {} keeps {his}, deficit: {owes}", view.account),
            )?;
            kept += his;
        }
        let charged: Usd = [
            Cause::LiquidationFee,
            Cause::Spread,
            Cause::ImpactPaid,
            Cause::TakeoverGain,
        ]
        .into_iter()
        .map(|cause| step.posted(cause))
        .sum();
        let deficit: Usd = deficits.values().copied().sum();
        require(
            "B14",
            gone.is_empty() || equity == kept + charged - deficit,
            || format!("equity {equity}: kept {kept}, charged {charged}, deficit {deficit}"),
        )?;
    }
    Ok(())
}

fn opened(event: &Event) -> Option<(AccountId, Usd)> {
    match event {
        Event::DeficitOpened {
            account, amount, ..
        } => Some((*account, *amount)),
        _ => None,
    }
}

/// A long of 9 from 100 with this margin, closed whole at its first second below maintenance.
fn lost(margin: i32, mark: Price) -> Vec<Step> {
    let long = vec![endowed(0, 9, "100", margin), endowed(1, -3, "100", 200)];
    let mut world = tranched(long, [800_000, 200_000, 5_000], tranched_params());
    world.until(130);
    world.price = mark;
    world.second(true);
    world.steps
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// Above zero, at zero and below it.
    #[test]
    fn b14_liquidation_settles_holds(margin in 20i32..60, cents in 9_000i128..9_900) {
        let mark = Price::from_units(cents * 100_000_007).unwrap();
        a_liquidation_adds_up(&lost(margin, mark))?;
    }
}

#[test]
fn b14_planted_is_found() {
    let mark: Price = "94".parse().unwrap();
    let steps = lost(30, mark);
    let last = steps.last().unwrap();
    assert!(
        last.events.iter().filter_map(opened).count() == 1,
        "{last:?}"
    );
    // Below zero, and the owner is sent what his margin was.
    let free = Account::Free(AccountId::new(0));
    let mut sent = steps.clone();
    sent.last_mut()
        .unwrap()
        .after
        .balances
        .insert(free, usd(30));
    assert_found(a_liquidation_adds_up(&sent), "B14", "account 0 keeps 30");
    // PnL ignored: the deficit that it makes is not opened.
    let mut ignored = steps;
    let last = ignored.last_mut().unwrap();
    last.events.retain(|event| opened(event).is_none());
    assert_found(a_liquidation_adds_up(&ignored), "B14", "deficit 0.000000");
}

// B16 ------------------------------------------------------------------------------------------

/// **B16** Nobody is paid for liquidating an account without equity, so nobody does it.
///
/// Law: after each second with a valid mark no position is left without equity, whatever a
/// liquidation would earn anybody; and what is left below maintenance is in an auction or was
/// reduced within the cooldown. **Source** sherlock-audit/2023-12-flatmoney-judging, 043-H;
/// 2023-05-perennial-judging, 007-M.
fn nobody_waits_for_a_reward(seconds: &[Second], cooldown: u64) -> Held {
    let mut reduced = BTreeMap::<AccountId, u64>::new();
    for second in seconds {
        for (account, was) in &second.before {
            let is = second.after.get(account);
            if is.is_none_or(|is| is.size.abs() < was.size.abs()) {
                reduced.insert(*account, second.now);
            }
        }
        for (account, seen) in &second.after {
            require("B16", seen.equity.is_positive(), || {
                format!(
                    "account {account} is left with an equity of {}",
                    seen.equity
                )
            })?;
            let last = reduced.get(account);
            let served = seen.in_auction || last.is_some_and(|at| second.now - at < cooldown);
            require("B16", seen.equity >= seen.maintenance || served, || {
                format!("account {account} is below maintenance and nothing is done")
            })?;
        }
    }
    Ok(())
}

/// Longs of every size of margin fall through maintenance, in steps and in a gap.
fn fallen(spoil: Spoil) -> Vec<Second> {
    let longs = (0..5).map(|n| endowed(n, 100, "100", 250 + 40 * i32::try_from(n).unwrap()));
    let mut desk = Desk::new([80_000, 20_000, 500], longs.collect(), desk_params(), spoil);
    for mark in ["99", "98.4", "98", "97.6", "97.5", "96.9", "96"] {
        desk.second(0, mark);
        desk.second(29, mark);
    }
    desk.seconds
}

#[test]
fn b16_no_reward_no_liquidation_holds() {
    nobody_waits_for_a_reward(&fallen(Spoil::Nothing), 30).unwrap();
}

#[test]
fn b16_planted_is_found() {
    let seconds = fallen(Spoil::KeeperWantsHisFee);
    assert_found(
        nobody_waits_for_a_reward(&seconds, 30),
        "B16",
        "is left with an equity of",
    );
}

// B19 ------------------------------------------------------------------------------------------

/// **B19** An account is liquidated again before the first liquidation is settled, or pays a fee that
/// is more than it has.
///
/// Law: an account is struck at most once in a second, but for lots of an auction, which are settled
/// one by one; together no more of its position is taken than there was; and what a liquidation
/// charges is at most the equity that was there. **Source**
/// sherlock-audit/2023-07-perennial-judging, 026-H, 051-H, 060-M, 066-M.
fn one_liquidation_a_state(events: &[Event], sizes: &BTreeMap<AccountId, Base>) -> Held {
    let mut struck = BTreeMap::<(AccountId, StageId), u32>::new();
    let mut taken = BTreeMap::<AccountId, Base>::new();
    for Liquidation {
        account,
        stage,
        size,
        ..
    } in events.iter().filter_map(liquidation)
    {
        let times = struck.entry((*account, *stage)).or_default();
        *times += 1;
        require("B19", *times == 1 || *stage == StageId::Auction, || {
            format!("account {account} was struck twice by {stage:?}")
        })?;
        let all = taken.entry(*account).or_default();
        *all += size.abs();
        let had = sizes.get(account).copied().unwrap_or_default().abs();
        require("B19", *all <= had, || {
            format!("{all} of {had} of account {account} were taken")
        })?;
    }
    Ok(())
}

fn liquidation(event: &Event) -> Option<&Liquidation> {
    match event {
        Event::Liquidation(found) => Some(found),
        _ => None,
    }
}

/// The second half of **B19**.
fn fees_are_within_equity(transfers: &[Transfer], equity: &BTreeMap<AccountId, Usd>) -> Held {
    let mut fees = BTreeMap::<AccountId, Usd>::new();
    for transfer in transfers {
        if let (Account::Margin(account), Cause::LiquidationFee) =
            (transfer.from(), transfer.cause())
        {
            *fees.entry(account).or_default() += transfer.amount();
        }
    }
    for (account, fee) in fees {
        let had = equity.get(&account).copied().unwrap_or_default().or_zero();
        require("B19", fee <= had, || {
            format!("account {account} paid {fee} of {had}")
        })?;
    }
    Ok(())
}

fn sizes(step: &Step) -> BTreeMap<AccountId, Base> {
    let views = step.before.positions.iter();
    views.map(|view| (view.account, view.size)).collect()
}

fn equities(step: &Step) -> BTreeMap<AccountId, Usd> {
    let views = step.before.positions.iter();
    views.map(|view| (view.account, view.equity)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// In all three venues.
    #[test]
    fn b19_repeat_liquidation_holds(acts in acts(40)) {
        for (_, steps) in records(&acts) {
            for step in &steps {
                one_liquidation_a_state(&step.events, &sizes(step))?;
                fees_are_within_equity(&step.transfers, &equities(step))?;
            }
        }
    }
}

#[test]
fn b19_planted_is_found() {
    // The same account twice in a second, and no cooldown that would stop it.
    let twice = |spoil| {
        let mut params = desk_params();
        params.waterfall.partial.cooldown = 0;
        let long = vec![endowed(0, 100, "100", 400)];
        let mut desk = Desk::new([80_000, 20_000, 500], long, params, spoil);
        desk.second(0, "96.95");
        let second = desk.seconds.remove(0);
        let sizes = second
            .before
            .iter()
            .map(|(account, seen)| (*account, seen.size));
        one_liquidation_a_state(&second.events, &sizes.collect())
    };
    twice(Spoil::Nothing).unwrap();
    assert_found(twice(Spoil::SeenTwice), "B19", "account 0 was struck twice");
    // A fee on the notional and not on what is left.
    let steps = lost(30, "96.7".parse().unwrap());
    let step = steps.last().unwrap();
    fees_are_within_equity(&step.transfers, &equities(step)).unwrap();
    let fee = Transfer::new(
        Account::Margin(AccountId::new(0)),
        Account::Keeper,
        usd(43),
        Cause::LiquidationFee,
    );
    let found = fees_are_within_equity(&[fee.unwrap()], &equities(step));
    assert_found(found, "B19", "account 0 paid 43.000000");
}

// B32 ------------------------------------------------------------------------------------------

/// What a partial liquidation may close.
struct Policy {
    share: Ratio,
    window: u64,
    whole_below: Usd,
}

const POLICY: Policy = Policy {
    share: Ratio::bps(5_000),
    window: 30,
    whole_below: Usd::whole(1_000),
};

/// **B32** The close factor of a barely unhealthy account can be used again at once: two calls close
/// all of it.
///
/// Law: what partial deleverage closes of a position in any window is at most the stated share of
/// what it was when the window began, unless it is too small for parts. **Source**
/// code-423n4/2023-03-polynomial-findings, H-14.
fn the_close_factor_holds_over_a_window(seconds: &[Second], policy: &Policy) -> Held {
    let closes = |second: &Second, account: AccountId| -> Base {
        let found = second.events.iter().filter_map(liquidation);
        let by_parts =
            found.filter(|l| l.account == account && l.stage == StageId::PartialDeleverage);
        by_parts.map(|l| l.size.abs()).sum()
    };
    for (n, first) in seconds.iter().enumerate() {
        for (account, seen) in &first.before {
            if seen.notional < policy.whole_below || closes(first, *account).is_zero() {
                continue;
            }
            let within = seconds[n..]
                .iter()
                .take_while(|s| s.now - first.now < policy.window);
            let closed: Base = within.map(|second| closes(second, *account)).sum();
            // A notional that is to be closed rounds up to the next unit of size.
            let most = seen.size.abs().mul_ceil(policy.share) + Base::ULP;
            require("B32", closed <= most, || {
                format!(
                    "{closed} of {} were closed in {} s",
                    seen.size, policy.window
                )
            })?;
        }
    }
    Ok(())
}

/// A long whose mark creeps down so that it is barely below maintenance again and again.
fn creeping(cooldown: u64) -> Vec<Second> {
    let mut params = desk_params();
    params.waterfall.partial.cooldown = cooldown;
    let long = vec![endowed(0, 1_000, "100", 4_000)];
    let mut desk = Desk::new([800_000, 200_000, 500], long, params, Spoil::Nothing);
    for mark in ["96.95", "96.6", "96.2", "95.9", "95.5", "95.2"] {
        desk.second(4, mark);
    }
    desk.seconds
}

#[test]
fn b32_close_factor_holds() {
    the_close_factor_holds_over_a_window(&creeping(POLICY.window), &POLICY).unwrap();
    the_close_factor_holds_over_a_window(&fallen(Spoil::Nothing), &POLICY).unwrap();
}

#[test]
fn b32_planted_is_found() {
    // The factor is held by each call and by nothing between two of them.
    assert_found(
        the_close_factor_holds_over_a_window(&creeping(0), &POLICY),
        "B32",
        "were closed in 30 s",
    );
}
