//! ERC-7540: redemptions from request to claim, law by law, over random vaults and queues of both
//! tranches (M-9.2).
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
    Allowance, Conversion, Epoch, Execution, HolderId, JuniorTranche, OperatorStatus,
    RedeemRequest, Redemptions, RequestId, Vault, VaultError,
};
use support::{Case, Kind, USERS, cases, shares, usd, user};

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
    what_is_claimable_does_not_move_with_the_vault,
    claims_in_pieces_sum_to_what_was_set_aside,
    claims_by_shares_sum_to_what_was_set_aside,
    max_redeem_is_what_is_claimable,
    an_operator_needs_no_allowance,
    another_spends_an_allowance,
    without_an_allowance_nobody_asks_for_another,
    only_the_controller_or_his_operator_claims,
    nothing_or_too_much_is_not_a_request,
    a_price_of_another_supply_is_refused,
    the_queue_of_another_vault_is_refused,
}

/// Thousandths of what an owner holds, for a controller, due at an epoch.
#[derive(Debug, Clone, Copy)]
struct Ask {
    owner: u32,
    controller: u32,
    part: i128,
    due: u64,
}

/// A vault, what is asked of it, what it earns or loses meanwhile, and what is available then.
#[derive(Debug, Clone)]
struct Flow {
    case: Case,
    asks: Vec<Ask>,
    /// The value at the execution in thousandths of the one before.
    change: i128,
    /// What is available in thousandths of what is due.
    available: i128,
    at: u64,
}

fn flows() -> BoxedStrategy<Flow> {
    let part = prop_oneof![0i128..=1_000, 0i128..3, Just(1_000)];
    let ask = (0..USERS, 0..USERS, part, 1u64..5);
    let ask = ask.prop_map(|(owner, controller, part, due)| Ask {
        owner,
        controller,
        part,
        due,
    });
    let change = prop_oneof![Just(1_000i128), 0i128..3_000];
    let available = prop_oneof![0i128..1_000, 990i128..=1_000, Just(2_000)];
    (
        cases(),
        prop::collection::vec(ask, 0..9),
        change,
        available,
        1u64..5,
    )
        .prop_map(|(case, asks, change, available, at)| Flow {
            case,
            asks,
            change,
            available,
            at,
        })
        .boxed()
}

/// A vault with its queue and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Desk<T: Kind> {
    vault: Vault<T>,
    queue: Redemptions<T>,
    value: Usd,
}

impl<T: Kind> Desk<T> {
    fn price(&self) -> Conversion<T> {
        self.vault.conversion(self.value).unwrap()
    }

    fn execute(&mut self, epoch: Epoch, available: Usd) -> Execution<T> {
        let price = self.price();
        let done = self
            .queue
            .execute(&mut self.vault, epoch, &price, available)
            .unwrap();
        self.value -= done.assets;
        done
    }

    /// What every controller has due at an epoch.
    fn due(&self, epoch: Epoch) -> BTreeMap<HolderId, Shares<T>> {
        let mut due = BTreeMap::new();
        for (_, controller, shares) in self.queue.waiting().filter(|(at, ..)| *at <= epoch) {
            let sum = due.entry(controller).or_insert(Shares::ZERO);
            *sum = sum.checked_add(shares).unwrap();
        }
        due
    }
}

impl Flow {
    fn empty<T: Kind>(&self) -> Desk<T> {
        let book = self.case.book::<T>();
        Desk {
            vault: book.vault,
            queue: Redemptions::default(),
            value: book.value,
        }
    }

    /// The requests as they are made, each of shares that its owner has.
    fn requests<T: Kind>(&self) -> Vec<(RedeemRequest<T>, Epoch)> {
        let mut vault = self.empty::<T>().vault;
        let mut requests = Vec::new();
        for ask in &self.asks {
            let (owner, controller) = (user(ask.owner), user(ask.controller));
            let some = shares(vault.held(owner).units() * ask.part / 1_000);
            vault.burn(owner, some).unwrap();
            if !some.is_zero() {
                let request = RedeemRequest {
                    shares: some,
                    caller: owner,
                    controller,
                    owner,
                };
                requests.push((request, Epoch::new(ask.due)));
            }
        }
        requests
    }

    /// After these requests, and after the vault's gain or loss.
    fn after<T: Kind>(&self, requests: &[(RedeemRequest<T>, Epoch)]) -> Desk<T> {
        let mut desk = self.empty();
        for (request, due) in requests {
            desk.queue.request(&mut desk.vault, *request, *due).unwrap();
        }
        desk.value = usd(desk.value.units() * self.change / 1_000);
        desk
    }

    fn desk<T: Kind>(&self) -> Desk<T> {
        self.after(&self.requests())
    }

    fn epoch(&self) -> Epoch {
        Epoch::new(self.at)
    }

    /// A part of what is due, or more than it.
    fn cash<T: Kind>(&self, desk: &Desk<T>) -> Usd {
        let due = desk
            .price()
            .preview_redeem(desk.queue.due(self.epoch()))
            .unwrap();
        usd(due.units() * self.available / 1_000)
    }

    fn executed<T: Kind>(&self) -> (Desk<T>, Execution<T>) {
        let mut desk = self.desk();
        let cash = self.cash(&desk);
        let done = desk.execute(self.epoch(), cash);
        (desk, done)
    }
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
    let paid = |fill: &seawall_vault::Fill<T>| (fill.shares, fill.assets);
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

/// O: and with enough then, all that is worth something is filled.
fn the_rest_stays_due_for_the_next_execution<T: Kind>(flow: &Flow) -> TestCaseResult {
    let (mut desk, done) = flow.executed::<T>();
    prop_assert_eq!(desk.queue.due(flow.epoch()), done.left);
    let next = desk.execute(flow.epoch().after(1), Usd::MAX);
    prop_assert!(next.shares_burned >= done.left || !next.left.is_zero());
    let price = desk.price();
    for shares in desk.due(flow.epoch().after(1)).into_values() {
        prop_assert!(
            shares.units() < 1_000 || price.value().units() * 1_000 <= price.supply().units()
        );
        prop_assert!(price.preview_redeem(shares)? <= Usd::ULP);
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

/// Q: nothing is pushed either: it stays until it is claimed, through losses and executions.
fn what_is_claimable_does_not_move_with_the_vault<T: Kind>(flow: &Flow) -> TestCaseResult {
    let (mut desk, _) = flow.executed::<T>();
    let before: Vec<_> = desk.queue.claims().collect();
    desk.value = Usd::ZERO;
    desk.execute(Epoch::new(9), Usd::MAX);
    prop_assert_eq!(desk.queue.claims().collect::<Vec<_>>(), before);
    Ok(())
}

/// R: to the last unit; more is refused and changes nothing.
fn claims_in_pieces_sum_to_what_was_set_aside<T: Kind>(flow: &Flow) -> TestCaseResult {
    let (mut desk, done) = flow.executed::<T>();
    for fill in &done.fills {
        let who = fill.controller;
        let first = usd(fill.assets.units() * flow.case.part / 1_000);
        prop_assert_eq!(desk.queue.claim(who, who, first)?, first);
        let left = fill.assets - first;
        prop_assert_eq!(desk.queue.claimable(who), left);
        prop_assert_eq!(desk.queue.claimable_shares(who).is_zero(), left.is_zero());
        let before = desk.queue.clone();
        let more = desk.queue.claim(who, who, left + Usd::ULP);
        let refused = matches!(more, Err(VaultError::NotEnoughClaimable { .. }));
        prop_assert!(refused);
        let below = desk.queue.claim(who, who, Usd::ZERO - Usd::ULP);
        prop_assert!(below.is_err());
        prop_assert_eq!(&desk.queue, &before);
        prop_assert_eq!(desk.queue.claim(who, who, left)?, left);
    }
    prop_assert_eq!(desk.queue.set_aside(), Usd::ZERO);
    prop_assert_eq!(desk.queue.claims().count(), 0);
    Ok(())
}

/// R: asked for in shares the parts round down, and the last part has the rest.
fn claims_by_shares_sum_to_what_was_set_aside<T: Kind>(flow: &Flow) -> TestCaseResult {
    let (mut desk, done) = flow.executed::<T>();
    for fill in &done.fills {
        let who = fill.controller;
        let some = shares(fill.shares.units() * flow.case.part / 1_000);
        let first = desk.queue.claim_shares(who, who, some)?;
        let exact = BigInt::from(fill.assets.units()) * some.units() / fill.shares.units();
        prop_assert_eq!(BigInt::from(first.units()), exact);
        let rest = desk.queue.claimable_shares(who);
        let last = desk.queue.claim_shares(who, who, rest)?;
        prop_assert_eq!(first + last, fill.assets);
    }
    prop_assert_eq!(desk.queue.claims().count(), 0);
    Ok(())
}

/// S: from nothing to the shares filled, and down with each claim; one unit more is refused.
fn max_redeem_is_what_is_claimable<T: Kind>(flow: &Flow) -> TestCaseResult {
    let (mut desk, done) = flow.executed::<T>();
    for fill in &done.fills {
        let who = fill.controller;
        prop_assert_eq!(desk.queue.claimable_shares(who), fill.shares);
        let some = shares(fill.shares.units() * flow.case.part / 1_000);
        desk.queue.claim_shares(who, who, some)?;
        let left = desk.queue.claimable_shares(who);
        prop_assert_eq!(fill.shares.checked_sub(some), Some(left));
        let more = desk.queue.claim_shares(who, who, shares(left.units() + 1));
        let refused = matches!(more, Err(VaultError::NotEnoughShares { .. }));
        prop_assert!(refused);
    }
    Ok(())
}

/// One request by another than the owner, for whom it is not allowed yet.
fn for_another<T: Kind>(flow: &Flow) -> Option<(Desk<T>, RedeemRequest<T>)> {
    let [caller, controller, owner, _] = flow.case.who;
    let desk = flow.empty::<T>();
    let some = shares(desk.vault.held(owner).units() * flow.case.part / 1_000);
    let request = RedeemRequest {
        shares: some,
        caller,
        controller,
        owner,
    };
    (caller != owner && !some.is_zero()).then_some((desk, request))
}

/// T: and leaves one that he has as it is; when he is one no more, he needs it.
fn an_operator_needs_no_allowance<T: Kind>(flow: &Flow) -> TestCaseResult {
    let Some((mut desk, request)) = for_another::<T>(flow) else {
        return Ok(());
    };
    let (owner, caller) = (request.owner, request.caller);
    let few = Allowance::Limited(shares(1));
    desk.vault.approve(owner, caller, few);
    desk.queue
        .set_operator(owner, caller, OperatorStatus::Approved);
    prop_assert!(desk.queue.is_operator(owner, caller) && !desk.queue.is_operator(caller, owner));
    let mut revoked = desk.clone();
    desk.queue.request(&mut desk.vault, request, flow.epoch())?;
    prop_assert_eq!(desk.vault.allowance(owner, caller), few);
    revoked
        .queue
        .set_operator(owner, caller, OperatorStatus::Revoked);
    let result = revoked
        .queue
        .request(&mut revoked.vault, request, flow.epoch());
    prop_assert_eq!(result.is_ok(), request.shares.units() <= 1);
    Ok(())
}

/// U: exactly what he asks for, unless it is unlimited.
fn another_spends_an_allowance<T: Kind>(flow: &Flow) -> TestCaseResult {
    let Some((desk, request)) = for_another::<T>(flow) else {
        return Ok(());
    };
    let enough = Allowance::Limited(request.shares);
    for (before, after) in [
        (enough, Allowance::NONE),
        (Allowance::Unlimited, Allowance::Unlimited),
    ] {
        let mut desk = desk.clone();
        desk.vault.approve(request.owner, request.caller, before);
        desk.queue.request(&mut desk.vault, request, flow.epoch())?;
        prop_assert_eq!(desk.vault.allowance(request.owner, request.caller), after);
    }
    Ok(())
}

/// U: one unit short is short, and the refusal changes nothing. To be the controller is not enough.
fn without_an_allowance_nobody_asks_for_another<T: Kind>(flow: &Flow) -> TestCaseResult {
    let Some((mut desk, request)) = for_another::<T>(flow) else {
        return Ok(());
    };
    let few = Allowance::Limited(shares(request.shares.units() - 1));
    desk.vault.approve(request.owner, request.caller, few);
    let before = desk.clone();
    for controller in [request.controller, request.caller, request.owner] {
        let request = RedeemRequest {
            controller,
            ..request
        };
        let result = desk.queue.request(&mut desk.vault, request, flow.epoch());
        let refused = matches!(result, Err(VaultError::NotEnoughAllowance { .. }));
        prop_assert!(refused);
        prop_assert_eq!(&desk, &before);
    }
    Ok(())
}

/// V: an allowance of shares is none of claims.
fn only_the_controller_or_his_operator_claims<T: Kind>(flow: &Flow) -> TestCaseResult {
    let (mut desk, done) = flow.executed::<T>();
    for fill in &done.fills {
        let (who, other) = (fill.controller, HolderId::new(77));
        desk.vault.approve(who, other, Allowance::Unlimited);
        let before = desk.queue.clone();
        let results = [
            desk.queue.claim(other, who, fill.assets).err(),
            desk.queue.claim_shares(other, who, fill.shares).err(),
        ];
        let refused =
            |error: &Option<VaultError>| matches!(error, Some(VaultError::NotOperator { .. }));
        prop_assert!(results.iter().all(refused));
        prop_assert_eq!(&desk.queue, &before);
        desk.queue
            .set_operator(who, other, OperatorStatus::Approved);
        prop_assert_eq!(desk.queue.claim(other, who, fill.assets)?, fill.assets);
    }
    Ok(())
}

/// W: no shares, or more than the owner has; the refusal changes nothing, the allowance neither.
fn nothing_or_too_much_is_not_a_request<T: Kind>(flow: &Flow) -> TestCaseResult {
    let mut desk = flow.desk::<T>();
    let [caller, controller, owner, _] = flow.case.who;
    let more = shares(desk.vault.held(owner).units() + 1);
    desk.vault.approve(owner, caller, Allowance::Limited(more));
    let before = desk.clone();
    let mut ask = |shares| {
        let request = RedeemRequest {
            shares,
            caller,
            controller,
            owner,
        };
        desk.queue
            .request(&mut desk.vault, request, flow.epoch())
            .unwrap_err()
    };
    let (nothing, much) = (ask(Shares::ZERO), ask(more));
    let refused = matches!(nothing, VaultError::NothingRequested { .. })
        && matches!(much, VaultError::NotEnoughShares { .. });
    prop_assert!(refused);
    prop_assert_eq!(desk, before);
    Ok(())
}

/// X: taken before somebody came or left, it would be paid at the cost of those who stay.
fn a_price_of_another_supply_is_refused<T: Kind>(flow: &Flow) -> TestCaseResult {
    let mut desk = flow.desk::<T>();
    let price = desk.price();
    desk.vault.mint(user(0), shares(1))?;
    let before = desk.clone();
    let result = desk
        .queue
        .execute(&mut desk.vault, flow.epoch(), &price, Usd::MAX);
    let refused = matches!(result, Err(VaultError::StalePrice { .. }));
    prop_assert!(refused);
    prop_assert_eq!(desk, before);
    Ok(())
}

/// X: its shares are in no escrow of this one.
fn the_queue_of_another_vault_is_refused<T: Kind>(flow: &Flow) -> TestCaseResult {
    let (mut desk, other) = (flow.desk::<T>(), flow.empty::<T>());
    desk.vault = other.vault;
    let before = desk.clone();
    let price = desk.price();
    match desk
        .queue
        .execute(&mut desk.vault, flow.epoch(), &price, Usd::MAX)
    {
        Ok(done) => prop_assert!(done.fills.is_empty()),
        Err(error) => {
            let refused = matches!(error, VaultError::NotEnoughEscrow { .. });
            prop_assert!(refused);
            prop_assert_eq!(desk, before);
        }
    }
    Ok(())
}

/// 100, 200 and 300 shares are due of 1 000 worth 1.50 USD each, and 450 USD are there: shares for
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
