//! What ERC-4626 asks beyond the list of tests/erc4626.rs, over random vaults of both tranches
//! (M-9.2).
//!
//! The letters are those of docs/vaults.md. No law has a tolerance.
//! **Source** crytic/properties (ERC-4626), whose list of properties this is, in own words.
#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use num_bigint::BigInt;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use seawall_units::{Shares, Usd};
use seawall_vault::{Allowance, Conversion, GateRefusal, VaultError};
use support::{Book, Case, Exit, Kind, OPENER, Refused, USERS, allow, cases, shares, usd, user};

for_both_tranches! { cases();
    converting_holds_over_the_range_of_money,
    deposit_takes_exactly_the_assets,
    mint_gives_exactly_the_shares,
    withdraw_pays_exactly_the_assets,
    redeem_burns_exactly_the_shares,
    a_proxy_redeems_what_it_is_allowed_to_the_last_unit,
    a_proxy_withdraws_what_it_is_allowed_to_the_last_unit,
    a_proxy_does_not_redeem_more_than_it_is_allowed,
    a_proxy_does_not_withdraw_more_than_it_is_allowed,
    max_deposit_does_not_look_at_the_wallet,
    max_mint_does_not_look_at_the_wallet,
    preview_deposit_does_not_look_at_holdings,
    preview_mint_does_not_look_at_holdings,
    preview_withdraw_does_not_look_at_holdings,
    preview_redeem_does_not_look_at_holdings,
    nothing_gives_no_shares,
    no_shares_give_nothing,
    shares_are_never_minted_for_nothing,
    assets_are_never_withdrawn_for_nothing,
    converting_to_shares_and_back_never_gains,
    converting_to_assets_and_back_never_gains,
    entering_raises_supply_and_assets,
    leaving_lowers_supply_and_assets,
    previews_do_not_look_at_limits,
    an_entry_is_priced_no_lower_than_an_exit,
    no_operation_lowers_the_share_price,
    a_transfer_moves_shares_and_nothing_else,
    everybody_can_leave_in_any_order,
}

/// A: assets of the whole range convert as long as a share keeps a thousand-millionth of its first
/// price, shares as long as they are worth an amount in the range. Outside it is an error.
fn converting_holds_over_the_range_of_money<T: Kind>(case: &Case) -> TestCaseResult {
    let now = case.book::<T>().at_exit();
    let behind = (now.value().units() + 1, now.supply().units() + 1_000);
    let fits = BigInt::from(behind.1) <= BigInt::from(behind.0) * BigInt::from(10i128.pow(12));
    prop_assert!(!fits || now.convert_to_shares(Usd::MAX).is_ok());
    prop_assert!(now.convert_to_assets(now.supply()).is_ok());
    for shares in [shares(case.amount), shares(10i128.pow(26)), Shares::MAX] {
        let worth = BigInt::from(shares.units()) * BigInt::from(behind.0) / BigInt::from(behind.1);
        let fits = worth <= BigInt::from(Usd::MAX.units());
        prop_assert_eq!(now.convert_to_assets(shares).is_ok(), fits);
    }
    Ok(())
}

/// B: not a unit more or less than was said.
fn deposit_takes_exactly_the_assets<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, [caller, to, ..]) = (case.book::<T>(), case.who);
    let (assets, before) = (
        usd(case.amount).min(book.max_deposit()),
        book.wallet(caller),
    );
    book.deposit(caller, assets, to).unwrap();
    prop_assert_eq!(before - book.wallet(caller), assets);
    Ok(())
}

/// B: the same for the shares of a mint.
fn mint_gives_exactly_the_shares<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, [caller, to, ..]) = (case.book::<T>(), case.who);
    let (minted, before) = (case.minted(&book), book.vault.held(to));
    book.mint(caller, minted, to).unwrap();
    prop_assert_eq!(book.vault.held(to).checked_sub(before), Some(minted));
    Ok(())
}

/// B: the same for the assets of a withdrawal.
fn withdraw_pays_exactly_the_assets<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, exit) = (case.book::<T>(), case.exit());
    allow(&mut book, exit, Allowance::Unlimited);
    let assets = case.part_of_assets(&book, exit.owner);
    let before = book.wallet(exit.receiver);
    book.withdraw(exit, assets).unwrap();
    prop_assert_eq!(book.wallet(exit.receiver) - before, assets);
    Ok(())
}

/// B: the same for the shares of a redemption.
fn redeem_burns_exactly_the_shares<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, exit) = (case.book::<T>(), case.exit());
    allow(&mut book, exit, Allowance::Unlimited);
    let burned = case.part_of_shares(&book, exit.owner);
    let before = book.vault.held(exit.owner);
    book.redeem(exit, burned).unwrap();
    prop_assert_eq!(
        before.checked_sub(book.vault.held(exit.owner)),
        Some(burned)
    );
    Ok(())
}

/// C: with an allowance of exactly the shares, which is used up then.
fn a_proxy_redeems_what_it_is_allowed_to_the_last_unit<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, exit) = (case.book::<T>(), case.exit());
    let burned = case.part_of_shares(&book, exit.owner);
    prop_assume!(exit.caller != exit.owner);
    allow(&mut book, exit, Allowance::Limited(burned));
    prop_assert!(book.redeem(exit, burned).is_ok());
    prop_assert_eq!(
        book.vault.allowance(exit.owner, exit.caller),
        Allowance::NONE
    );
    Ok(())
}

/// C: an allowance counts shares, of a withdrawal too.
fn a_proxy_withdraws_what_it_is_allowed_to_the_last_unit<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, exit) = (case.book::<T>(), case.exit());
    let assets = case.part_of_assets(&book, exit.owner);
    prop_assume!(exit.caller != exit.owner);
    let burned = book.at_exit().preview_withdraw(assets)?;
    allow(&mut book, exit, Allowance::Limited(burned));
    prop_assert!(book.withdraw(exit, assets).is_ok());
    prop_assert_eq!(
        book.vault.allowance(exit.owner, exit.caller),
        Allowance::NONE
    );
    Ok(())
}

fn one_less<T: Kind>(burned: Shares<T>) -> Allowance<T> {
    Allowance::Limited(shares(burned.units() - 1))
}

fn check_not_allowed<T: Kind, R>(
    (before, after): (&Book<T>, &Book<T>),
    refused: Result<R, Refused>,
) -> TestCaseResult {
    let few = matches!(
        refused,
        Err(Refused::Vault(VaultError::NotEnoughAllowance { .. }))
    );
    prop_assert!(few);
    prop_assert_eq!(after, before, "a refusal changes nothing");
    Ok(())
}

/// C: one unit short is short.
fn a_proxy_does_not_redeem_more_than_it_is_allowed<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, exit) = (case.book::<T>(), case.exit());
    let burned = case.part_of_shares(&book, exit.owner);
    prop_assume!(exit.caller != exit.owner && !burned.is_zero());
    allow(&mut book, exit, one_less(burned));
    let before = book.clone();
    let refused = book.redeem(exit, burned);
    check_not_allowed((&before, &book), refused)
}

/// C: the same for a withdrawal.
fn a_proxy_does_not_withdraw_more_than_it_is_allowed<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, exit) = (case.book::<T>(), case.exit());
    let assets = case.part_of_assets(&book, exit.owner);
    prop_assume!(exit.caller != exit.owner && assets.is_positive());
    let burned = book.at_exit().preview_withdraw(assets)?;
    allow(&mut book, exit, one_less(burned));
    let before = book.clone();
    let refused = book.withdraw(exit, assets);
    check_not_allowed((&before, &book), refused)
}

/// D: the limit is the vault's, not the wallet's.
fn max_deposit_does_not_look_at_the_wallet<T: Kind>(case: &Case) -> TestCaseResult {
    let mut book = case.book::<T>();
    let before = book.max_deposit();
    (0..USERS).for_each(|number| book.set_wallet(user(number), usd(case.other)));
    prop_assert_eq!(book.max_deposit(), before);
    Ok(())
}

/// D: the same for shares.
fn max_mint_does_not_look_at_the_wallet<T: Kind>(case: &Case) -> TestCaseResult {
    let mut book = case.book::<T>();
    let before = book.max_mint();
    (0..USERS).for_each(|number| book.set_wallet(user(number), usd(case.other)));
    prop_assert_eq!(book.max_mint(), before);
    Ok(())
}

/// E: what a price says before and after all shares and assets have gone to one user.
fn same_for_all_holdings<T: Kind, R: PartialEq + std::fmt::Debug>(
    case: &Case,
    seen: impl Fn(&Book<T>) -> R,
) -> TestCaseResult {
    let mut book = case.book::<T>();
    let before = seen(&book);
    for from in (0..USERS).map(user).chain([OPENER]) {
        let held = book.vault.held(from);
        book.vault.transfer(from, case.who[0], held)?;
        book.set_wallet(from, Usd::ZERO);
    }
    prop_assert_eq!(seen(&book), before);
    Ok(())
}

/// E: a deposit's.
fn preview_deposit_does_not_look_at_holdings<T: Kind>(case: &Case) -> TestCaseResult {
    same_for_all_holdings::<T, _>(case, |book| {
        book.at_entry().preview_deposit(usd(case.amount))
    })
}

/// E: a mint's.
fn preview_mint_does_not_look_at_holdings<T: Kind>(case: &Case) -> TestCaseResult {
    same_for_all_holdings::<T, _>(case, |book| {
        book.at_entry().preview_mint(shares(case.amount))
    })
}

/// E: a withdrawal's.
fn preview_withdraw_does_not_look_at_holdings<T: Kind>(case: &Case) -> TestCaseResult {
    same_for_all_holdings::<T, _>(case, |book| {
        book.at_exit().preview_withdraw(usd(case.amount))
    })
}

/// E: a redemption's.
fn preview_redeem_does_not_look_at_holdings<T: Kind>(case: &Case) -> TestCaseResult {
    same_for_all_holdings::<T, _>(case, |book| {
        book.at_exit().preview_redeem(shares(case.amount))
    })
}

/// F: no assets, no shares, in any way of asking; the operation succeeds and does nothing.
fn nothing_gives_no_shares<T: Kind>(case: &Case) -> TestCaseResult {
    let mut book = case.book::<T>();
    let before = book.clone();
    prop_assert_eq!(book.at_exit().convert_to_shares(Usd::ZERO)?, Shares::ZERO);
    prop_assert_eq!(book.at_entry().preview_deposit(Usd::ZERO)?, Shares::ZERO);
    prop_assert_eq!(
        book.deposit(case.who[0], Usd::ZERO, case.who[1]),
        Ok(Shares::ZERO)
    );
    prop_assert_eq!(book, before);
    Ok(())
}

/// F: no shares, no assets.
fn no_shares_give_nothing<T: Kind>(case: &Case) -> TestCaseResult {
    let mut book = case.book::<T>();
    let before = book.clone();
    prop_assert_eq!(book.at_exit().convert_to_assets(Shares::ZERO)?, Usd::ZERO);
    prop_assert_eq!(book.at_exit().preview_redeem(Shares::ZERO)?, Usd::ZERO);
    prop_assert_eq!(book.redeem(case.exit(), Shares::ZERO), Ok(Usd::ZERO));
    prop_assert_eq!(book, before);
    Ok(())
}

/// G: one unit of shares costs at least one unit of money, previewed and done.
fn shares_are_never_minted_for_nothing<T: Kind>(case: &Case) -> TestCaseResult {
    let mut book = case.book::<T>();
    for minted in [shares(1), shares(case.amount + 1)] {
        // Beyond the range of money there is no price, least of all none.
        prop_assert!(
            book.at_entry()
                .preview_mint(minted)
                .is_ok_and(Usd::is_positive)
                || minted > book.max_mint()
        );
    }
    if book.max_mint() >= shares(1) {
        prop_assert!(
            book.mint(case.who[0], shares(1), case.who[1])
                .unwrap()
                .is_positive()
        );
    }
    Ok(())
}

/// G: one unit of money costs at least one unit of shares, previewed and done.
fn assets_are_never_withdrawn_for_nothing<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, owner) = (case.book::<T>(), case.who[2]);
    prop_assert!(!book.at_exit().preview_withdraw(Usd::ULP)?.is_zero());
    if book.max_withdraw(owner).is_positive() {
        prop_assert!(!book.withdraw(Exit::of(owner), Usd::ULP).unwrap().is_zero());
    }
    Ok(())
}

/// H: assets to shares to assets.
fn converting_to_shares_and_back_never_gains<T: Kind>(case: &Case) -> TestCaseResult {
    let now = case.book::<T>().at_exit();
    if let Ok(shares) = now.convert_to_shares(usd(case.amount)) {
        prop_assert!(now.convert_to_assets(shares)? <= usd(case.amount));
    }
    Ok(())
}

/// H: shares to assets to shares.
fn converting_to_assets_and_back_never_gains<T: Kind>(case: &Case) -> TestCaseResult {
    let now = case.book::<T>().at_exit();
    if let Ok(assets) = now.convert_to_assets(shares(case.amount)) {
        prop_assert!(now.convert_to_shares(assets)? <= shares(case.amount));
    }
    Ok(())
}

/// I: deposit and mint, each by what it says.
fn entering_raises_supply_and_assets<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, [caller, to, ..]) = (case.book::<T>(), case.who);
    let (value, supply) = (book.value, book.vault.supply());
    let assets = usd(case.other).min(book.max_deposit());
    let got = book.deposit(caller, assets, to).unwrap();
    prop_assert_eq!(book.value, value + assets);
    prop_assert_eq!(Some(book.vault.supply()), supply.checked_add(got));
    let (value, supply) = (book.value, book.vault.supply());
    let minted = case.minted(&book);
    let paid = book.mint(caller, minted, to).unwrap();
    prop_assert_eq!(book.value, value + paid);
    prop_assert_eq!(Some(book.vault.supply()), supply.checked_add(minted));
    Ok(())
}

/// I: withdraw and redeem, each by what it says.
fn leaving_lowers_supply_and_assets<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, owner) = (case.book::<T>(), case.who[2]);
    let (value, supply) = (book.value, book.vault.supply());
    let assets = case.part_of_assets(&book, owner);
    let burned = book.withdraw(Exit::of(owner), assets).unwrap();
    prop_assert_eq!(book.value, value - assets);
    prop_assert_eq!(Some(book.vault.supply()), supply.checked_sub(burned));
    let (value, supply) = (book.value, book.vault.supply());
    let burned = case.part_of_shares(&book, owner);
    let paid = book.redeem(Exit::of(owner), burned).unwrap();
    prop_assert_eq!(book.value, value - paid);
    prop_assert_eq!(Some(book.vault.supply()), supply.checked_sub(burned));
    Ok(())
}

/// J: a preview is the same with the gates open and closed, and an operation above its limit is
/// refused although its preview is not.
fn previews_do_not_look_at_limits<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, [caller, to, ..]) = (case.book::<T>(), case.who);
    let previews = |book: &Book<T>| {
        let (entry, exit) = (book.at_entry(), book.at_exit());
        let (assets, shares) = (usd(case.amount + 1), shares(case.other + 1));
        let into = (entry.preview_deposit(assets), entry.preview_mint(shares));
        (
            into,
            exit.preview_withdraw(assets),
            exit.preview_redeem(shares),
        )
    };
    let before = previews(&book);
    book.entry_gate = Err(GateRefusal::DeficitOpen);
    book.exit_gate = Err(GateRefusal::DeficitOpen);
    prop_assert_eq!(previews(&book), before);
    let (assets, shares) = (usd(case.amount + 1), shares(case.other + 1));
    prop_assert_eq!(book.deposit(caller, assets, to), Err(Refused::AboveMax));
    prop_assert_eq!(book.mint(caller, shares, to), Err(Refused::AboveMax));
    prop_assert_eq!(
        book.withdraw(Exit::of(caller), assets),
        Err(Refused::AboveMax)
    );
    prop_assert_eq!(
        book.redeem(Exit::of(caller), shares),
        Err(Refused::AboveMax)
    );
    Ok(())
}

/// K: what deposits are priced on is never below what exits are (M-9.1), so a deposit gives at
/// most the shares that it converts to, and a mint costs at least what its shares convert to.
fn an_entry_is_priced_no_lower_than_an_exit<T: Kind>(case: &Case) -> TestCaseResult {
    let book = case.book::<T>();
    let (entry, exit) = (book.at_entry(), book.at_exit());
    let (assets, minted) = (usd(case.amount), shares(case.other));
    match (
        entry.preview_deposit(assets),
        exit.convert_to_shares(assets),
    ) {
        (Ok(got), Ok(worth)) => prop_assert!(got <= worth),
        (got, worth) => prop_assert!(worth.is_err() || got.is_ok()),
    }
    match (entry.preview_mint(minted), exit.convert_to_assets(minted)) {
        (Ok(cost), Ok(worth)) => prop_assert!(cost >= worth),
        (cost, worth) => prop_assert!(cost.is_err() || worth.is_ok()),
    }
    Ok(())
}

/// Whether a share is worth no less than before, as fractions.
fn no_lower<T: Kind>(before: &Conversion<T>, after: &Conversion<T>) -> bool {
    let parts = |at: &Conversion<T>| {
        let (value, supply) = (at.value().units() + 1, at.supply().units() + 1_000);
        (BigInt::from(value), BigInt::from(supply))
    };
    let (old, new) = (parts(before), parts(after));
    new.0 * old.1 >= old.0 * new.1
}

/// L: neither the entry's price nor the exit's falls, whoever comes or goes: those who stay lose
/// nothing.
fn no_operation_lowers_the_share_price<T: Kind>(case: &Case) -> TestCaseResult {
    let who = case.who[0];
    type Operation<T> = fn(&mut Book<T>, &Case) -> Result<(), Refused>;
    let operations: [Operation<T>; 4] = [
        |book, case| {
            let assets = usd(case.amount).min(book.max_deposit());
            book.deposit(case.who[0], assets, case.who[1]).map(drop)
        },
        |book, case| {
            book.mint(case.who[0], case.minted(book), case.who[1])
                .map(drop)
        },
        |book, case| {
            let assets = case.part_of_assets(book, case.who[0]);
            book.withdraw(Exit::of(case.who[0]), assets).map(drop)
        },
        |book, case| {
            let burned = case.part_of_shares(book, case.who[0]);
            book.redeem(Exit::of(case.who[0]), burned).map(drop)
        },
    ];
    let mut book = case.book::<T>();
    for operation in operations {
        let (entry, exit) = (book.at_entry(), book.at_exit());
        prop_assert_eq!(operation(&mut book, case), Ok(()));
        prop_assert!(no_lower(&entry, &book.at_entry()), "{}", who);
        prop_assert!(no_lower(&exit, &book.at_exit()), "{}", who);
    }
    Ok(())
}

/// M: the sum of two holders is as before, and so is everything else; more than there is, is
/// refused.
fn a_transfer_moves_shares_and_nothing_else<T: Kind>(case: &Case) -> TestCaseResult {
    let (mut book, [from, to, ..]) = (case.book::<T>(), case.who);
    let (before, moved) = (book.clone(), case.part_of_shares(&book, from));
    book.vault.transfer(from, to, moved)?;
    if from == to {
        prop_assert_eq!(&book, &before);
    } else {
        prop_assert_eq!(
            before.vault.held(from).checked_sub(moved),
            Some(book.vault.held(from))
        );
        prop_assert_eq!(
            before.vault.held(to).checked_add(moved),
            Some(book.vault.held(to))
        );
    }
    let held: i128 = book.vault.holders().map(|(_, held)| held.units()).sum();
    prop_assert_eq!(
        book.vault.supply().units(),
        held + book.vault.dead().units()
    );
    let before = book.clone();
    let more = shares(book.vault.held(from).units() + 1);
    let refused = book.vault.transfer(from, to, more);
    let few = matches!(refused, Err(VaultError::NotEnoughShares { .. }));
    prop_assert!(few);
    prop_assert_eq!(book, before);
    Ok(())
}

/// N: each user is paid at least what his shares were worth before the others left, and the vault
/// pays all of them.
fn everybody_can_leave_in_any_order<T: Kind>(case: &Case) -> TestCaseResult {
    let mut book = case.book::<T>();
    let mut order: Vec<_> = (0..USERS).map(user).chain([OPENER]).collect();
    let (turn, long) = (usize::try_from(case.part)?, order.len());
    order.rotate_left(turn % long);
    let start = book.at_exit();
    for who in order {
        let held = book.vault.held(who);
        let paid = book.redeem(Exit::of(who), held).unwrap();
        prop_assert!(paid >= start.convert_to_assets(held)?);
    }
    prop_assert_eq!(book.vault.supply(), book.vault.dead());
    prop_assert!(!book.value.is_negative());
    Ok(())
}
