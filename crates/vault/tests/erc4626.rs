//! ERC-4626 as a synchronous vault, law by law, over random vaults of both tranches (M-9.2).
//!
//! The numbers are those of docs/vaults.md, section "ERC-4626". No law has a tolerance.
//! **Source** a16z/erc4626-tests, whose list of properties this is, in own words.
#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestCaseResult;
use seawall_units::{Shares, Usd};
use seawall_vault::{Allowance, GateRefusal, SeniorTranche, VaultError};
use support::{AssetAllowance, Book, Case, Exit, Kind, Refused, allow, cases, shares, usd};

for_both_tranches! { cases();
    asset_never_fails,
    total_assets_never_fails,
    convert_to_shares_is_the_same_for_every_caller,
    convert_to_assets_is_the_same_for_every_caller,
    max_deposit_never_fails,
    max_mint_never_fails,
    max_withdraw_never_fails,
    max_redeem_never_fails,
    deposit_mints_at_least_its_preview,
    mint_takes_at_most_its_preview,
    withdraw_burns_at_most_its_preview,
    redeem_pays_at_least_its_preview,
    deposit_moves_assets_of_the_caller_and_shares_to_the_receiver,
    mint_moves_assets_of_the_caller_and_shares_to_the_receiver,
    withdraw_moves_shares_of_the_owner_and_assets_to_the_receiver,
    redeem_moves_shares_of_the_owner_and_assets_to_the_receiver,
    withdraw_without_an_allowance_fails,
    redeem_without_an_allowance_fails,
    redeeming_a_deposit_pays_at_most_the_deposit,
    withdrawing_a_deposit_burns_at_least_its_shares,
    depositing_what_a_redemption_paid_mints_at_most_its_shares,
    minting_after_a_redemption_costs_at_least_what_it_paid,
    withdrawing_what_a_mint_cost_burns_at_least_its_shares,
    redeeming_a_mint_pays_at_most_its_cost,
    minting_after_a_withdrawal_costs_at_least_what_it_paid,
    depositing_a_withdrawal_mints_at_most_what_it_burned,
}

/// 1: the asset is the same money in every state; no shares are none of it.
fn asset_never_fails<T: Kind>(case: &Case) -> TestCaseResult {
    let nothing: Usd = case.book::<T>().at_exit().convert_to_assets(Shares::ZERO)?;
    prop_assert_eq!(nothing, Usd::ZERO);
    Ok(())
}

/// 2: the total is what the vault has, also when that is nothing.
fn total_assets_never_fails<T: Kind>(case: &Case) -> TestCaseResult {
    let mut book = case.book::<T>();
    prop_assert_eq!(book.at_exit().value(), book.value);
    book.value = Usd::ZERO;
    prop_assert_eq!(book.vault.conversion(Usd::ZERO)?.value(), Usd::ZERO);
    Ok(())
}

/// Everything a caller could differ by: his shares and his assets go to another user.
fn as_seen_by_another<T: Kind>(case: &Case, book: &Book<T>) -> Book<T> {
    let [caller, _, _, other] = case.who;
    let mut moved = book.clone();
    moved
        .vault
        .transfer(caller, other, book.vault.held(caller))
        .unwrap();
    moved.set_wallet(caller, Usd::ZERO);
    moved
}

/// 3: who asks makes no difference, whatever he holds.
fn convert_to_shares_is_the_same_for_every_caller<T: Kind>(case: &Case) -> TestCaseResult {
    let book = case.book::<T>();
    let (one, other) = (book.at_exit(), as_seen_by_another(case, &book).at_exit());
    let assets = usd(case.amount);
    prop_assert_eq!(
        one.convert_to_shares(assets),
        other.convert_to_shares(assets)
    );
    Ok(())
}

/// 4: the same for assets.
fn convert_to_assets_is_the_same_for_every_caller<T: Kind>(case: &Case) -> TestCaseResult {
    let book = case.book::<T>();
    let (one, other) = (book.at_exit(), as_seen_by_another(case, &book).at_exit());
    let shares = shares(case.amount);
    prop_assert_eq!(
        one.convert_to_assets(shares),
        other.convert_to_assets(shares)
    );
    Ok(())
}

/// 5: in every state, with the gate open, limited and closed, a limit comes out, and a deposit of
/// all of it is possible.
fn max_deposit_never_fails<T: Kind>(case: &Case) -> TestCaseResult {
    let mut book = case.book::<T>();
    let caller = case.who[0];
    for gate in [
        Ok(Usd::MAX),
        Ok(usd(case.amount)),
        Err(GateRefusal::DeficitOpen),
    ] {
        book.entry_gate = gate;
        let most = book.max_deposit();
        prop_assert!(most <= gate.unwrap_or(Usd::ZERO));
        let mut taken = book.clone();
        taken.set_wallet(caller, most);
        prop_assert!(taken.deposit(caller, most, caller).is_ok());
    }
    Ok(())
}

/// 6: the same for a mint.
fn max_mint_never_fails<T: Kind>(case: &Case) -> TestCaseResult {
    let mut book = case.book::<T>();
    let caller = case.who[0];
    for gate in [
        Ok(Usd::MAX),
        Ok(usd(case.amount)),
        Err(GateRefusal::DeficitOpen),
    ] {
        book.entry_gate = gate;
        let most = book.max_mint();
        let mut taken = book.clone();
        taken.set_wallet(caller, Usd::MAX);
        let paid = taken.mint(caller, most, caller);
        prop_assert!(paid.is_ok_and(|paid| paid <= gate.unwrap_or(Usd::ZERO)));
    }
    Ok(())
}

/// 7: in every state a limit comes out, and a withdrawal of all of it is possible.
fn max_withdraw_never_fails<T: Kind>(case: &Case) -> TestCaseResult {
    let mut book = case.book::<T>();
    let owner = case.who[2];
    for gate in [
        Ok(Usd::MAX),
        Ok(usd(case.amount)),
        Err(GateRefusal::AdlOpen),
    ] {
        book.exit_gate = gate;
        let most = book.max_withdraw(owner);
        prop_assert!(most <= gate.unwrap_or(Usd::ZERO));
        prop_assert!(book.clone().withdraw(Exit::of(owner), most).is_ok());
    }
    Ok(())
}

/// 8: the same for a redemption.
fn max_redeem_never_fails<T: Kind>(case: &Case) -> TestCaseResult {
    let mut book = case.book::<T>();
    let owner = case.who[2];
    for gate in [
        Ok(Usd::MAX),
        Ok(usd(case.amount)),
        Err(GateRefusal::AdlOpen),
    ] {
        book.exit_gate = gate;
        let most = book.max_redeem(owner);
        prop_assert!(most <= book.vault.held(owner));
        let paid = book.clone().redeem(Exit::of(owner), most);
        prop_assert!(paid.is_ok_and(|paid| paid <= gate.unwrap_or(Usd::ZERO)));
    }
    Ok(())
}

/// 9: with a preview seen by somebody else.
fn deposit_mints_at_least_its_preview<T: Kind>(case: &Case) -> TestCaseResult {
    let mut book = case.book::<T>();
    let [caller, receiver, ..] = case.who;
    let assets = usd(case.amount).min(book.max_deposit());
    let preview = as_seen_by_another(case, &book)
        .at_entry()
        .preview_deposit(assets)?;
    let held = book.vault.held(receiver);
    book.deposit(caller, assets, receiver).unwrap();
    prop_assert!(book.vault.held(receiver).units() - held.units() >= preview.units());
    Ok(())
}

/// 10: with a preview seen by somebody else.
fn mint_takes_at_most_its_preview<T: Kind>(case: &Case) -> TestCaseResult {
    let mut book = case.book::<T>();
    let [caller, receiver, ..] = case.who;
    let minted = case.minted(&book);
    let preview = as_seen_by_another(case, &book)
        .at_entry()
        .preview_mint(minted)?;
    let wallet = book.wallet(caller);
    book.mint(caller, minted, receiver).unwrap();
    prop_assert!(wallet - book.wallet(caller) <= preview);
    Ok(())
}

/// 11: with a preview seen by somebody else.
fn withdraw_burns_at_most_its_preview<T: Kind>(case: &Case) -> TestCaseResult {
    let mut book = case.book::<T>();
    let exit = case.exit();
    allow(&mut book, exit, Allowance::Unlimited);
    let assets = case.part_of_assets(&book, exit.owner);
    let preview = as_seen_by_another(case, &book)
        .at_exit()
        .preview_withdraw(assets)?;
    let held = book.vault.held(exit.owner);
    book.withdraw(exit, assets).unwrap();
    prop_assert!(held.units() - book.vault.held(exit.owner).units() <= preview.units());
    Ok(())
}

/// 12: with a preview seen by somebody else.
fn redeem_pays_at_least_its_preview<T: Kind>(case: &Case) -> TestCaseResult {
    let mut book = case.book::<T>();
    let exit = case.exit();
    allow(&mut book, exit, Allowance::Unlimited);
    let burned = case.part_of_shares(&book, exit.owner);
    let preview = as_seen_by_another(case, &book)
        .at_exit()
        .preview_redeem(burned)?;
    let wallet = book.wallet(exit.receiver);
    book.redeem(exit, burned).unwrap();
    prop_assert!(book.wallet(exit.receiver) - wallet >= preview);
    Ok(())
}

/// Sets an allowance of assets that is unlimited in every other case, and gives what is left of
/// it after `assets`.
fn set_asset_allowance<T: Kind>(case: &Case, book: &mut Book<T>, assets: Usd) -> AssetAllowance {
    let (caller, more) = (case.who[0], usd(case.other));
    let (before, after) = match case.part % 2 {
        0 => (AssetAllowance::Unlimited, AssetAllowance::Unlimited),
        _ => (
            AssetAllowance::Limited(assets + more),
            AssetAllowance::Limited(more),
        ),
    };
    book.set_asset_allowance(caller, before);
    after
}

/// 13: the caller pays exactly the assets, of his wallet and his allowance, and the receiver gets
/// the shares; the vault has what was paid.
fn deposit_moves_assets_of_the_caller_and_shares_to_the_receiver<T: Kind>(
    case: &Case,
) -> TestCaseResult {
    let mut book = case.book::<T>();
    let [caller, receiver, ..] = case.who;
    let assets = usd(case.amount).min(book.max_deposit());
    let allowance = set_asset_allowance(case, &mut book, assets);
    let before = book.clone();
    let minted = book.deposit(caller, assets, receiver).unwrap();
    prop_assert_eq!(book.wallet(caller), before.wallet(caller) - assets);
    prop_assert_eq!(
        Some(book.vault.held(receiver)),
        before.vault.held(receiver).checked_add(minted)
    );
    prop_assert_eq!(
        Some(book.vault.supply()),
        before.vault.supply().checked_add(minted)
    );
    prop_assert_eq!(book.asset_allowance(caller), allowance);
    prop_assert_eq!(book.value, before.value + assets);
    Ok(())
}

/// 14: the receiver gets exactly the shares, and the caller pays for them.
fn mint_moves_assets_of_the_caller_and_shares_to_the_receiver<T: Kind>(
    case: &Case,
) -> TestCaseResult {
    let mut book = case.book::<T>();
    let [caller, receiver, ..] = case.who;
    let minted = case.minted(&book);
    let cost = book.at_entry().preview_mint(minted)?;
    let allowance = set_asset_allowance(case, &mut book, cost);
    let before = book.clone();
    let assets = book.mint(caller, minted, receiver).unwrap();
    prop_assert_eq!(book.wallet(caller), before.wallet(caller) - assets);
    prop_assert_eq!(
        Some(book.vault.held(receiver)),
        before.vault.held(receiver).checked_add(minted)
    );
    prop_assert_eq!(
        Some(book.vault.supply()),
        before.vault.supply().checked_add(minted)
    );
    prop_assert_eq!(book.asset_allowance(caller), allowance);
    prop_assert_eq!(book.value, before.value + assets);
    Ok(())
}

/// Allows the caller the shares and some more, or any number in every other case, and gives what
/// is left of it after `burned`.
fn set_allowance<T: Kind>(case: &Case, book: &mut Book<T>, burned: Shares<T>) -> Allowance<T> {
    let (exit, more) = (case.exit(), shares(case.other));
    let enough = Allowance::Limited(burned.checked_add(more).unwrap());
    let (before, after) = match case.part % 2 {
        0 => (Allowance::Unlimited, Allowance::Unlimited),
        // The owner's own shares need no allowance and use none.
        _ if exit.caller == exit.owner => (
            enough,
            Allowance::Limited(burned.checked_add(more).unwrap()),
        ),
        _ => (enough, Allowance::Limited(more)),
    };
    allow(book, exit, before);
    after
}

fn check_exit<T: Kind>(
    exit: Exit,
    before: &Book<T>,
    after: &Book<T>,
    (burned, assets): (Shares<T>, Usd),
) -> TestCaseResult {
    let Exit {
        receiver, owner, ..
    } = exit;
    prop_assert_eq!(
        Some(after.vault.held(owner)),
        before.vault.held(owner).checked_sub(burned)
    );
    prop_assert_eq!(
        Some(after.vault.supply()),
        before.vault.supply().checked_sub(burned)
    );
    prop_assert_eq!(after.wallet(receiver), before.wallet(receiver) + assets);
    prop_assert_eq!(after.value, before.value - assets);
    Ok(())
}

/// 15: the receiver gets exactly the assets, the owner's shares are burned, and the caller's
/// allowance is used.
fn withdraw_moves_shares_of_the_owner_and_assets_to_the_receiver<T: Kind>(
    case: &Case,
) -> TestCaseResult {
    let mut book = case.book::<T>();
    let exit = case.exit();
    let assets = case.part_of_assets(&book, exit.owner);
    let preview = book.at_exit().preview_withdraw(assets)?;
    let allowance = set_allowance(case, &mut book, preview);
    let before = book.clone();
    let burned = book.withdraw(exit, assets).unwrap();
    check_exit(exit, &before, &book, (burned, assets))?;
    prop_assert_eq!(book.vault.allowance(exit.owner, exit.caller), allowance);
    Ok(())
}

/// 16: exactly the shares are burned, and the receiver gets what they are worth.
fn redeem_moves_shares_of_the_owner_and_assets_to_the_receiver<T: Kind>(
    case: &Case,
) -> TestCaseResult {
    let mut book = case.book::<T>();
    let exit = case.exit();
    let burned = case.part_of_shares(&book, exit.owner);
    let allowance = set_allowance(case, &mut book, burned);
    let before = book.clone();
    let assets = book.redeem(exit, burned).unwrap();
    check_exit(exit, &before, &book, (burned, assets))?;
    prop_assert_eq!(book.vault.allowance(exit.owner, exit.caller), allowance);
    Ok(())
}

fn is_not_allowed<R>(result: Result<R, Refused>) -> bool {
    matches!(
        result,
        Err(Refused::Vault(VaultError::NotEnoughAllowance { .. }))
    )
}

/// 17: another's shares are out of reach, and the refusal changes nothing.
fn withdraw_without_an_allowance_fails<T: Kind>(case: &Case) -> TestCaseResult {
    let mut book = case.book::<T>();
    let exit = case.exit();
    let assets = book.max_withdraw(exit.owner);
    prop_assume!(exit.caller != exit.owner && assets.is_positive());
    let before = book.clone();
    prop_assert!(is_not_allowed(book.withdraw(exit, assets)));
    prop_assert!(is_not_allowed(book.withdraw(exit, Usd::ULP)));
    prop_assert_eq!(book, before);
    Ok(())
}

/// 18: the same for a redemption.
fn redeem_without_an_allowance_fails<T: Kind>(case: &Case) -> TestCaseResult {
    let mut book = case.book::<T>();
    let exit = case.exit();
    let burned = book.max_redeem(exit.owner);
    prop_assume!(exit.caller != exit.owner && !burned.is_zero());
    let before = book.clone();
    prop_assert!(is_not_allowed(book.redeem(exit, burned)));
    prop_assert!(is_not_allowed(book.redeem(exit, shares(1))));
    prop_assert_eq!(book, before);
    Ok(())
}

/// What goes in and comes out: a user's wealth does not rise.
fn no_richer<T: Kind>(case: &Case, book: &Book<T>, before: Usd) -> TestCaseResult {
    prop_assert!(book.wealth(case.who[0]) <= before);
    Ok(())
}

/// 19: in by a deposit, out by a redemption of its shares.
fn redeeming_a_deposit_pays_at_most_the_deposit<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, who) = (case.book::<T>(), case.who[0]);
    let before = book.wealth(who);
    let assets = usd(case.amount).min(book.max_deposit());
    let minted = book.deposit(who, assets, who).unwrap();
    prop_assert!(book.redeem(Exit::of(who), minted).unwrap() <= assets);
    no_richer(case, &book, before)
}

/// 20: in by a deposit, out by a withdrawal of the same assets: possible only with other shares
/// when the deposit's are not enough.
fn withdrawing_a_deposit_burns_at_least_its_shares<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, who) = (case.book::<T>(), case.who[0]);
    let before = book.wealth(who);
    let assets = usd(case.amount).min(book.max_deposit());
    let minted = book.deposit(who, assets, who).unwrap();
    match book.withdraw(Exit::of(who), assets) {
        Ok(burned) => prop_assert!(burned >= minted),
        Err(refused) => prop_assert_eq!(refused, Refused::AboveMax),
    }
    no_richer(case, &book, before)
}

/// 21: out by a redemption, in by a deposit of what it paid.
fn depositing_what_a_redemption_paid_mints_at_most_its_shares<T: Kind>(
    case: &Case,
) -> TestCaseResult {
    let (mut book, who) = (case.book::<T>(), case.who[0]);
    let before = book.wealth(who);
    let burned = case.part_of_shares(&book, who);
    let paid = book.redeem(Exit::of(who), burned).unwrap();
    match book.deposit(who, paid, who) {
        Ok(minted) => prop_assert!(minted <= burned),
        Err(refused) => prop_assert_eq!(refused, Refused::AboveMax),
    }
    no_richer(case, &book, before)
}

/// 22: out by a redemption, in by a mint of the same shares.
fn minting_after_a_redemption_costs_at_least_what_it_paid<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, who) = (case.book::<T>(), case.who[0]);
    let before = book.wealth(who);
    let burned = case.part_of_shares(&book, who);
    let paid = book.redeem(Exit::of(who), burned).unwrap();
    match book.mint(who, burned, who) {
        Ok(cost) => prop_assert!(cost >= paid),
        Err(refused) => prop_assert_eq!(refused, Refused::AboveMax),
    }
    no_richer(case, &book, before)
}

/// 23: in by a mint, out by a withdrawal of what it cost.
fn withdrawing_what_a_mint_cost_burns_at_least_its_shares<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, who) = (case.book::<T>(), case.who[0]);
    let before = book.wealth(who);
    let minted = case.minted(&book);
    let cost = book.mint(who, minted, who).unwrap();
    match book.withdraw(Exit::of(who), cost) {
        Ok(burned) => prop_assert!(burned >= minted),
        Err(refused) => prop_assert_eq!(refused, Refused::AboveMax),
    }
    no_richer(case, &book, before)
}

/// 24: in by a mint, out by a redemption of the same shares.
fn redeeming_a_mint_pays_at_most_its_cost<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, who) = (case.book::<T>(), case.who[0]);
    let before = book.wealth(who);
    let minted = case.minted(&book);
    let cost = book.mint(who, minted, who).unwrap();
    prop_assert!(book.redeem(Exit::of(who), minted).unwrap() <= cost);
    no_richer(case, &book, before)
}

/// 25: out by a withdrawal, in by a mint of the shares that it burned.
fn minting_after_a_withdrawal_costs_at_least_what_it_paid<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, who) = (case.book::<T>(), case.who[0]);
    let before = book.wealth(who);
    let assets = case.part_of_assets(&book, who);
    let burned = book.withdraw(Exit::of(who), assets).unwrap();
    match book.mint(who, burned, who) {
        Ok(cost) => prop_assert!(cost >= assets),
        Err(refused) => prop_assert_eq!(refused, Refused::AboveMax),
    }
    no_richer(case, &book, before)
}

/// 26: out by a withdrawal, in by a deposit of the same assets.
fn depositing_a_withdrawal_mints_at_most_what_it_burned<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, who) = (case.book::<T>(), case.who[0]);
    let before = book.wealth(who);
    let assets = case.part_of_assets(&book, who);
    let burned = book.withdraw(Exit::of(who), assets).unwrap();
    match book.deposit(who, assets, who) {
        Ok(minted) => prop_assert!(minted <= burned),
        Err(refused) => prop_assert_eq!(refused, Refused::AboveMax),
    }
    no_richer(case, &book, before)
}

/// The laws above are not empty: most random vaults are worth something to their users, and have
/// been through a gain or a loss.
#[test]
fn the_random_vaults_are_in_use() {
    let (mut in_use, mut at_par, mut wiped) = (0, 0, 0);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..1_000 {
        let case = cases().new_tree(&mut runner).unwrap().current();
        let book = case.book::<SeniorTranche>();
        in_use += usize::from(book.max_withdraw(case.who[2]).is_positive());
        at_par += usize::from(book.value.units() * 1_000 == book.vault.supply().units());
        wiped += usize::from(book.value.is_zero());
    }
    assert!(
        in_use > 500,
        "{in_use} of 1 000 owners have something to withdraw"
    );
    assert!(
        at_par < 300,
        "{at_par} of 1 000 vaults never earned or lost"
    );
    assert!(
        (5..100).contains(&wiped),
        "{wiped} of 1 000 vaults are worth nothing"
    );
}
