//! ERC-7540: requests and their execution, law by law, over random vaults and queues of both
//! tranches (M-9.2). Claims are in tests/erc7540_claims.rs.
//!
//! The letters are those of docs/vaults.md. No law has a tolerance.
//! **Source** EIP-7540.
#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use std::collections::BTreeMap;

use num_bigint::BigInt;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use seawall_units::{Shares, Usd};
use seawall_vault::{
    Conversion, Epoch, Fill, HolderId, JuniorTranche, RedeemRequest, Redemptions, RequestId, Vault,
};
use support::flow::{Desk, Flow, flows};
use support::{Kind, USERS, shares, usd, user};

for_both_tranches! { flows();
    requesting_takes_the_shares_of_the_owner_at_once,
    shares_in_escrow_stay_in_the_supply,
    a_request_is_pending_until_it_is_executed,
    what_is_due_later_is_not_executed,
    pending_and_claimable_are_disjoint,
    views_never_fail_and_sum_to_the_totals,
    views_are_the_same_whoever_holds_the_other_shares,
    the_request_id_is_always_zero,
    the_order_of_requests_makes_no_difference,
    how_long_a_request_waited_makes_no_difference,
    equal_shares_are_paid_equally,
    all_are_filled_at_one_rate,
    with_enough_all_are_paid_the_price_of_the_execution,
    payouts_never_exceed_what_is_available,
    more_available_is_nobody_s_loss,
    an_execution_never_lowers_the_share_price,
    the_rest_stays_due_for_the_next_execution,
    a_worthless_share_is_not_burned,
}

/// A: and nobody else's.
fn requesting_takes_the_shares_of_the_owner_at_once<T: Kind>(flow: &Flow) -> TestCaseResult {
    let mut desk = flow.empty::<T>();
    for (request, due) in flow.requests::<T>() {
        let before = desk.vault.clone();
        desk.queue.request(&mut desk.vault, request, due)?;
        for who in (0..USERS).map(user) {
            let taken = if who == request.owner {
                request.shares
            } else {
                Shares::ZERO
            };
            let left = before.held(who).checked_sub(taken);
            prop_assert_eq!(Some(desk.vault.held(who)), left);
        }
    }
    Ok(())
}

/// B: so that they bear gains and losses; supply is holders, escrow and dead shares.
fn shares_in_escrow_stay_in_the_supply<T: Kind>(flow: &Flow) -> TestCaseResult {
    let (before, mut desk) = (flow.empty::<T>(), flow.desk::<T>());
    let law = |desk: &Desk<T>| {
        let vault = &desk.vault;
        let held: i128 = vault.holders().map(|(_, shares)| shares.units()).sum();
        let sum = held + vault.dead().units() + vault.escrowed().units();
        sum == vault.supply().units() && vault.escrowed() == desk.queue.escrowed()
    };
    prop_assert_eq!(desk.vault.supply(), before.vault.supply());
    prop_assert!(law(&desk));
    let (supply, cash) = (desk.vault.supply(), flow.cash(&desk));
    let done = desk.execute(flow.epoch(), cash);
    prop_assert_eq!(
        supply.checked_sub(done.shares_burned),
        Some(desk.vault.supply())
    );
    prop_assert!(law(&desk));
    Ok(())
}

/// C: nothing is claimable before, however long it waits, so no state is skipped.
fn a_request_is_pending_until_it_is_executed<T: Kind>(flow: &Flow) -> TestCaseResult {
    let mut desk = flow.desk::<T>();
    for (who, pending) in desk.due(Epoch::new(9)) {
        prop_assert_eq!(desk.queue.pending(who), pending);
        prop_assert_eq!(desk.queue.claimable(who), Usd::ZERO);
        prop_assert_eq!(desk.queue.claimable_shares(who), Shares::ZERO);
        prop_assert!(desk.queue.claim(who, who, Usd::ULP).is_err());
        prop_assert!(desk.queue.claim_shares(who, who, shares(1)).is_err());
    }
    Ok(())
}

/// D: an execution leaves what is due at a later epoch as it is.
fn what_is_due_later_is_not_executed<T: Kind>(flow: &Flow) -> TestCaseResult {
    let before = flow.desk::<T>();
    let (after, _) = flow.executed::<T>();
    let later = |desk: &Desk<T>| {
        let waiting = desk.queue.waiting().filter(|(due, ..)| *due > flow.epoch());
        waiting.collect::<Vec<_>>()
    };
    prop_assert_eq!(later(&after), later(&before));
    Ok(())
}

/// E: what a controller asked for is pending or filled, never both: the sum stays.
fn pending_and_claimable_are_disjoint<T: Kind>(flow: &Flow) -> TestCaseResult {
    let before = flow.desk::<T>();
    let (after, done) = flow.executed::<T>();
    for who in (0..USERS).map(user) {
        let (pending, filled) = (after.queue.pending(who), after.queue.claimable_shares(who));
        prop_assert_eq!(pending.checked_add(filled), Some(before.queue.pending(who)));
        let fill = done.fills.iter().find(|fill| fill.controller == who);
        prop_assert_eq!(
            after.queue.claimable(who),
            fill.map_or(Usd::ZERO, |fill| fill.assets)
        );
        prop_assert_eq!(filled, fill.map_or(Shares::ZERO, |fill| fill.shares));
    }
    Ok(())
}

/// F: also for who has never asked.
fn views_never_fail_and_sum_to_the_totals<T: Kind>(flow: &Flow) -> TestCaseResult {
    let (desk, done) = flow.executed::<T>();
    let queue = &desk.queue;
    let stranger = HolderId::new(77);
    prop_assert_eq!(
        (queue.pending(stranger), queue.claimable(stranger)),
        (Shares::ZERO, Usd::ZERO)
    );
    let pending: i128 = (0..USERS).map(|who| queue.pending(user(who)).units()).sum();
    prop_assert_eq!(pending, queue.escrowed().units());
    let claimable: Usd = (0..USERS).map(|who| queue.claimable(user(who))).sum();
    prop_assert_eq!(claimable, queue.set_aside());
    prop_assert_eq!(
        queue.set_aside(),
        queue.claims().map(|(_, assets)| assets).sum()
    );
    prop_assert_eq!(queue.due(flow.epoch()), done.left);
    prop_assert_eq!(queue.due(Epoch::new(u64::MAX)), queue.escrowed());
    prop_assert_eq!(queue.due(Epoch::new(0)), Shares::ZERO);
    Ok(())
}

/// F: the views know the controller only, and neither who asks nor who holds what.
fn views_are_the_same_whoever_holds_the_other_shares<T: Kind>(flow: &Flow) -> TestCaseResult {
    let (mut desk, _) = flow.executed::<T>();
    let views = |desk: &Desk<T>| {
        let of = |who| (desk.queue.pending(who), desk.queue.claimable(who));
        (0..USERS).map(user).map(of).collect::<Vec<_>>()
    };
    let before = views(&desk);
    for who in (0..USERS).map(user) {
        desk.vault
            .transfer(who, flow.case.who[0], desk.vault.held(who))?;
    }
    prop_assert_eq!(views(&desk), before);
    Ok(())
}

/// G: and so what a controller has pending is the sum of what was asked for him.
fn the_request_id_is_always_zero<T: Kind>(flow: &Flow) -> TestCaseResult {
    let mut desk = flow.empty::<T>();
    let mut asked = BTreeMap::new();
    for (request, due) in flow.requests::<T>() {
        let id = desk.queue.request(&mut desk.vault, request, due)?;
        prop_assert_eq!((id, id.number()), (RequestId::AGGREGATE, 0));
        *asked.entry(request.controller).or_insert(0) += request.shares.units();
    }
    for (controller, units) in asked {
        prop_assert_eq!(desk.queue.pending(controller).units(), units);
    }
    Ok(())
}

/// H: the same to the last bit, vault, queue and fills, in the reverse order and in a turned one.
fn the_order_of_requests_makes_no_difference<T: Kind>(flow: &Flow) -> TestCaseResult {
    let mut requests = flow.requests::<T>();
    let once = flow.executed::<T>();
    for turn in 0..2 {
        requests.reverse();
        let turn = turn.min(requests.len());
        requests.rotate_left(turn);
        let mut desk = flow.after(&requests);
        let cash = flow.cash(&desk);
        let done = desk.execute(flow.epoch(), cash);
        prop_assert_eq!(&(desk, done), &once);
    }
    Ok(())
}

/// H: due at this epoch or unfilled since an earlier one is the same.
fn how_long_a_request_waited_makes_no_difference<T: Kind>(flow: &Flow) -> TestCaseResult {
    let mut requests = flow.requests::<T>();
    let once = flow.executed::<T>();
    for (_, due) in &mut requests {
        if *due < flow.epoch() {
            *due = flow.epoch();
        }
    }
    let mut desk = flow.after(&requests);
    // An execution without cash fills nothing and leaves everything in the queue.
    let nothing = desk.execute(Epoch::new(flow.at - 1), Usd::ZERO);
    prop_assert!(nothing.fills.is_empty());
    let cash = flow.cash(&desk);
    let done = desk.execute(flow.epoch(), cash);
    prop_assert_eq!((desk, done), once);
    Ok(())
}

/// I: to the last unit, also when there is not enough.
fn equal_shares_are_paid_equally<T: Kind>(flow: &Flow) -> TestCaseResult {
    let mut desk = flow.empty::<T>();
    let some = (0..USERS)
        .map(|who| desk.vault.held(user(who)))
        .filter(|held| !held.is_zero());
    let Some(some) = some.min() else {
        return Ok(());
    };
    for who in (0..USERS)
        .map(user)
        .filter(|who| desk.vault.held(*who) >= some)
        .collect::<Vec<_>>()
    {
        let request = RedeemRequest::own(who, some);
        desk.queue.request(&mut desk.vault, request, flow.epoch())?;
    }
    desk.value = usd(desk.value.units() * flow.change / 1_000);
    let cash = flow.cash(&desk);
    let done = desk.execute(flow.epoch(), cash);
    let paid = |fill: &Fill<T>| (fill.shares, fill.assets);
    prop_assert!(
        done.fills
            .windows(2)
            .all(|pair| paid(&pair[0]) == paid(&pair[1]))
    );
    let asked = usize::try_from(desk.vault.escrowed().units() / some.units())?;
    prop_assert!(done.fills.is_empty() || asked <= done.fills.len());
    Ok(())
}

/// J: the filled parts of any two differ by less than one unit of shares of either.
fn all_are_filled_at_one_rate<T: Kind>(flow: &Flow) -> TestCaseResult {
    let due = flow.desk::<T>().due(flow.epoch());
    let (_, done) = flow.executed::<T>();
    let units = |shares: Shares<T>| BigInt::from(shares.units());
    for one in &done.fills {
        for other in &done.fills {
            let (of_one, of_other) = (units(due[&one.controller]), units(due[&other.controller]));
            let apart = units(one.shares) * &of_other - units(other.shares) * &of_one;
            prop_assert!(apart < of_one && apart > -of_other);
        }
    }
    Ok(())
}

/// K: the price at the execution, whatever it was at the request.
fn with_enough_all_are_paid_the_price_of_the_execution<T: Kind>(flow: &Flow) -> TestCaseResult {
    let mut desk = flow.desk::<T>();
    let (price, due) = (desk.price(), desk.due(flow.epoch()));
    let worth: Usd = due
        .values()
        .map(|shares| price.preview_redeem(*shares).unwrap())
        .sum();
    let done = desk.execute(flow.epoch(), worth);
    prop_assert_eq!(done.assets, worth);
    for (controller, shares) in due {
        let worth = price.preview_redeem(shares)?;
        prop_assert_eq!(desk.queue.claimable(controller), worth);
        let burned = if worth.is_positive() {
            shares
        } else {
            Shares::ZERO
        };
        prop_assert_eq!(desk.queue.claimable_shares(controller), burned);
    }
    Ok(())
}

/// L: of all fills, which are what is set aside, and at most the value of the vault.
fn payouts_never_exceed_what_is_available<T: Kind>(flow: &Flow) -> TestCaseResult {
    let desk = flow.desk::<T>();
    let (cash, value, due) = (flow.cash(&desk), desk.value, desk.queue.due(flow.epoch()));
    let (desk, done) = flow.executed::<T>();
    prop_assert!(done.assets <= cash && done.assets <= value);
    prop_assert_eq!(done.assets, done.fills.iter().map(|fill| fill.assets).sum());
    prop_assert_eq!(done.assets, desk.queue.set_aside());
    let burned: i128 = done.fills.iter().map(|fill| fill.shares.units()).sum();
    prop_assert_eq!(done.shares_burned.units(), burned);
    prop_assert_eq!(done.shares_burned.checked_add(done.left), Some(due));
    prop_assert!(done.fills.iter().all(|fill| fill.assets.is_positive()));
    Ok(())
}

/// M: nobody is paid less because there is more.
fn more_available_is_nobody_s_loss<T: Kind>(flow: &Flow) -> TestCaseResult {
    let desk = flow.desk::<T>();
    let (few, mut more) = (flow.cash(&desk), desk.clone());
    let (once, _) = flow.executed::<T>();
    more.execute(flow.epoch(), few + usd(flow.case.amount));
    for who in (0..USERS).map(user) {
        prop_assert!(more.queue.claimable(who) >= once.queue.claimable(who));
    }
    Ok(())
}

/// N: as fractions, for those who stay, in escrow and out of it.
fn an_execution_never_lowers_the_share_price<T: Kind>(flow: &Flow) -> TestCaseResult {
    let before = flow.desk::<T>().price();
    let after = flow.executed::<T>().0.price();
    let behind = |at: &Conversion<T>| BigInt::from(at.value().units() + 1);
    let of = |at: &Conversion<T>| BigInt::from(at.supply().units() + 1_000);
    prop_assert!(behind(&after) * of(&before) >= behind(&before) * of(&after));
    Ok(())
}

/// O: and with enough then, all of it that is worth something is filled.
fn the_rest_stays_due_for_the_next_execution<T: Kind>(flow: &Flow) -> TestCaseResult {
    let (mut desk, done) = flow.executed::<T>();
    prop_assert_eq!(desk.queue.due(flow.epoch()), done.left);
    let next = flow.epoch().after(1);
    let (price, due) = (desk.price(), desk.due(next));
    let done = desk.execute(next, Usd::MAX);
    for (controller, shares) in due {
        let fill = done.fills.iter().find(|fill| fill.controller == controller);
        let worth = price.preview_redeem(shares)?;
        let expected = worth.is_positive().then_some((shares, worth));
        prop_assert_eq!(fill.map(|fill| (fill.shares, fill.assets)), expected);
    }
    Ok(())
}

/// P: a vault without value pays nothing and burns nothing, so that what is recovered later finds
/// the shares that bore the loss (M-9.4).
fn a_worthless_share_is_not_burned<T: Kind>(flow: &Flow) -> TestCaseResult {
    let mut desk = flow.desk::<T>();
    desk.value = Usd::ZERO;
    let before = desk.clone();
    let due = desk.queue.due(flow.epoch());
    let done = desk.execute(flow.epoch(), Usd::MAX);
    prop_assert!(done.fills.is_empty() && done.left == due);
    prop_assert_eq!(desk.vault, before.vault);
    prop_assert_eq!(desk.queue.escrowed(), before.queue.escrowed());
    Ok(())
}

/// M-9.2: 100, 200 and 300 shares are due of 1 000 worth 1.50 USD each, and 450 USD are there: shares for
/// half of the 900 that they are worth, at the price after the gain.
///
/// By hand: 1 500 USD behind 1 000 shares: 450·10⁶·1 000 000 001 000/1 500 000 001 =
/// 300 000 000 100.0 → 300 000 000 099 units of shares; 100/600 of them are 50 000 000 016, worth
/// 50 000 000 016·1 500 000 001/1 000 000 001 000 = 74.999 999 96 USD, down. And so on.
#[test]
fn half_of_what_is_due_is_there() {
    let mut vault =
        Vault::<JuniorTranche>::open(Usd::whole(1), user(0), Usd::whole(1_000)).unwrap();
    let mut queue = Redemptions::default();
    for (who, count) in [(3, 300), (1, 100), (2, 200)] {
        let asked = shares(count * 1_000_000_000);
        vault.transfer(user(0), user(who), asked).unwrap();
        queue
            .request(
                &mut vault,
                RedeemRequest::own(user(who), asked),
                Epoch::new(1),
            )
            .unwrap();
    }
    let price = vault.conversion(Usd::whole(1_500)).unwrap();
    let done = queue
        .execute(&mut vault, Epoch::new(1), &price, Usd::whole(450))
        .unwrap();
    let fills: Vec<_> = done
        .fills
        .iter()
        .map(|f| (f.controller, f.shares.units(), f.assets.units()))
        .collect();
    let expected = [
        (user(1), 50_000_000_016, 74_999_999),
        (user(2), 100_000_000_033, 149_999_999),
        (user(3), 150_000_000_049, 224_999_999),
    ];
    assert_eq!(fills, expected);
    assert_eq!(done.left.units(), 600_000_000_000 - 300_000_000_098);
    assert_eq!(queue.claimable(user(3)), usd(224_999_999));
}
