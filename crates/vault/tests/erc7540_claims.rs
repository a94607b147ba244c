//! ERC-7540: claims, operators and refusals, law by law, over random vaults and queues of both
//! tranches (M-9.2). Requests and their execution are in tests/erc7540.rs.
//!
//! The letters are those of docs/vaults.md. No law has a tolerance.
//! **Source** EIP-7540.
#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use num_bigint::BigInt;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use seawall_units::{Shares, Usd};
use seawall_vault::{Allowance, Epoch, HolderId, OperatorStatus, RedeemRequest, VaultError};
use support::flow::{Desk, Flow, flows};
use support::{Kind, shares, usd, user};

for_both_tranches! { flows();
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
