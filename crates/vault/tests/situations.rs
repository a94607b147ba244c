//! ERC-4626 in the situations that are worth a number each, worked by hand (M-9.2).
//!
//! **Source** OpenZeppelin's tests of their ERC4626: empty, donated and full vault, approvals, limits
//! and a history of two users. Their offsets of 0, 6 and 18 do not apply: ours is 3, always.
#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use seawall_units::{Shares, Usd};
use seawall_vault::{Allowance, Conversion, GateRefusal, JuniorTranche, SeniorTranche, VaultError};
use support::{AssetAllowance, Book, Exit, Kind, OPENER, Refused, shares, usd, user};

/// What the four operations say for 10⁷ units of money and 10¹⁰ units of shares, 10 of each, with
/// nobody moving anything.
fn previews<T: Kind>(value: i128, supply: i128) -> [i128; 4] {
    let at = Conversion::<T>::new(usd(value), shares(supply)).unwrap();
    let (assets, some) = (Usd::whole(10), shares(10_000_000_000));
    [
        at.preview_deposit(assets).unwrap().units(),
        at.preview_mint(some).unwrap().units(),
        at.preview_withdraw(assets).unwrap().units(),
        at.preview_redeem(some).unwrap().units(),
    ]
}

/// M-9.2: nothing behind nothing: ten shares for ten dollars, in every direction.
#[test]
fn an_empty_vault_is_at_par() {
    let par = [10_000_000_000, 10_000_000, 10_000_000_000, 10_000_000];
    assert_eq!(previews::<SeniorTranche>(0, 0), par);
    assert_eq!(previews::<JuniorTranche>(0, 0), par);
}

/// One dollar that nobody has shares for: 10⁶ + 1 units behind the 10³ virtual shares.
/// 10⁷·10³/1 000 001 = 9 999.99; 10¹⁰·1 000 001/10³ = 10 000 010 000 000.
#[test]
fn a_donated_vault_gives_few_shares() {
    let dear = [9_999, 10_000_010_000_000, 10_000, 10_000_010_000_000];
    assert_eq!(previews::<SeniorTranche>(1_000_000, 0), dear);
    assert_eq!(previews::<JuniorTranche>(1_000_000, 0), dear);
}

/// 150 USD behind 100 shares: 10⁷·100 000 001 000/150 000 001 = 6 666 666 688.89 and
/// 10¹⁰·150 000 001/100 000 001 000 = 14 999 999.95.
#[test]
fn a_full_vault_rounds_each_way() {
    let full = [6_666_666_688, 15_000_000, 6_666_666_689, 14_999_999];
    assert_eq!(
        previews::<SeniorTranche>(150_000_000, 100_000_000_000),
        full
    );
    assert_eq!(
        previews::<JuniorTranche>(150_000_000, 100_000_000_000),
        full
    );
}

/// Nothing behind 100 shares, one virtual unit: 10⁷·100 000 001 000 shares for ten dollars, and
/// all shares together are worth nothing.
#[test]
fn a_wiped_vault_pays_nothing() {
    let wiped = [1_000_000_010_000_000_000, 1, 1_000_000_010_000_000_000, 0];
    assert_eq!(previews::<SeniorTranche>(0, 100_000_000_000), wiped);
    assert_eq!(previews::<JuniorTranche>(0, 100_000_000_000), wiped);
}

/// The grid of shares is that of money and the offset of three decimals, so never coarser.
#[test]
fn a_share_has_three_decimals_more_than_money() {
    let one = Conversion::<SeniorTranche>::new(Usd::ZERO, Shares::ZERO).unwrap();
    let share = one.preview_deposit(Usd::ULP).unwrap();
    assert_eq!(share.units(), 1_000);
    assert_eq!(
        (share.to_string(), Usd::ULP.to_string()),
        ("0.000001000".into(), "0.000001".into())
    );
}

/// A book with 100 USD of user 1 behind 100 shares, and room for 40 more and 30 less.
fn limited() -> Book<JuniorTranche> {
    let mut book = Book::open(0);
    book.deposit(user(1), Usd::whole(100), user(1)).unwrap();
    book.entry_gate = Ok(Usd::whole(40));
    book.exit_gate = Ok(Usd::whole(30));
    book
}

#[test]
fn a_deposit_above_its_limit_is_refused() {
    let mut book = limited();
    assert_eq!(book.max_deposit(), Usd::whole(40));
    let more = Usd::whole(40) + Usd::ULP;
    assert_eq!(book.deposit(user(1), more, user(1)), Err(Refused::AboveMax));
    assert_eq!(
        book.deposit(user(1), Usd::whole(40), user(1)),
        Ok(shares(40_000_000_000))
    );
}

#[test]
fn a_mint_above_its_limit_is_refused() {
    let mut book = limited();
    assert_eq!(book.max_mint().units(), 40_000_000_000);
    assert_eq!(
        book.mint(user(1), shares(40_000_000_001), user(1)),
        Err(Refused::AboveMax)
    );
    assert_eq!(
        book.mint(user(1), shares(40_000_000_000), user(1)),
        Ok(Usd::whole(40))
    );
}

#[test]
fn a_withdrawal_above_its_limit_is_refused() {
    let mut book = limited();
    let own = Exit::of(user(1));
    assert_eq!(book.max_withdraw(user(1)), Usd::whole(30));
    assert_eq!(
        book.withdraw(own, Usd::whole(30) + Usd::ULP),
        Err(Refused::AboveMax)
    );
    assert_eq!(
        book.withdraw(own, Usd::whole(30)),
        Ok(shares(30_000_000_000))
    );
    // Without a gate the limit is what he holds.
    book.exit_gate = Ok(Usd::MAX);
    assert_eq!(book.max_withdraw(user(1)), Usd::whole(70));
    book.exit_gate = Err(GateRefusal::AdlOpen);
    assert_eq!(book.withdraw(own, Usd::ULP), Err(Refused::AboveMax));
}

#[test]
fn a_redemption_above_its_limit_is_refused() {
    let mut book = limited();
    let own = Exit::of(user(1));
    assert_eq!(book.max_redeem(user(1)).units(), 30_000_000_000);
    assert_eq!(
        book.redeem(own, shares(30_000_000_001)),
        Err(Refused::AboveMax)
    );
    assert_eq!(book.redeem(own, shares(30_000_000_000)), Ok(Usd::whole(30)));
    assert_eq!(book.max_redeem(user(2)), Shares::ZERO);
}

/// M-9.2: user 2 takes 30 of the 100 shares of user 1, who has allowed 40 and then any number.
#[test]
fn an_approval_lets_another_leave_for_the_owner() {
    let mut book = limited();
    let exit = Exit {
        caller: user(2),
        receiver: user(3),
        owner: user(1),
    };
    book.vault
        .approve(user(1), user(2), Allowance::Limited(shares(40_000_000_000)));
    let (wallet, some) = (book.wallet(user(3)), shares(30_000_000_000));
    assert_eq!(book.redeem(exit, some), Ok(Usd::whole(30)));
    assert_eq!(book.wallet(user(3)) - wallet, Usd::whole(30));
    let left = Allowance::Limited(shares(10_000_000_000));
    assert_eq!(book.vault.allowance(user(1), user(2)), left);
    let error = book.withdraw(exit, Usd::whole(30)).unwrap_err();
    let Refused::Vault(error) = error else {
        panic!("{error:?}")
    };
    assert_eq!(
        error.to_string(),
        "30000000000 units of 10^-9 junior shares of holder 1 wanted by holder 2, who may move 10000000000"
    );
    book.vault.approve(user(1), user(2), Allowance::Unlimited);
    assert_eq!(book.withdraw(exit, Usd::whole(30)), Ok(some));
    assert_eq!(book.vault.allowance(user(1), user(2)), Allowance::Unlimited);
    book.vault.approve(user(1), user(2), Allowance::NONE);
    let refused = book.redeem(exit, shares(1));
    assert!(matches!(
        refused,
        Err(Refused::Vault(VaultError::NotEnoughAllowance { .. }))
    ));
}

#[test]
fn a_deposit_needs_assets_and_an_allowance_of_them() {
    let mut book = limited();
    book.set_asset_allowance(user(2), AssetAllowance::Limited(Usd::whole(1)));
    let more = Usd::whole(1) + Usd::ULP;
    assert_eq!(
        book.deposit(user(2), more, user(2)),
        Err(Refused::AssetAllowance)
    );
    assert_eq!(
        book.deposit(user(2), Usd::whole(1), user(2)),
        Ok(shares(1_000_000_000))
    );
    book.set_wallet(user(3), Usd::whole(1));
    assert_eq!(book.deposit(user(3), more, user(3)), Err(Refused::Wallet));
}

/// M-9.2: Alice and Bruce come in, 3 000 units are earned, they come again, 3 000 more are
/// earned, and they leave by halves.
///
/// The opener's unit is behind 1 000 shares. By hand: Bruce's 4 000 and Alice's 2 000 are at par;
/// after 3 000, 2 000·6 002 000/9 002 = 1 333 481.4; Bruce's 2 000 000 cost
/// 2 000 000·11 002/7 335 481 = 2 999.7, up; after 3 000 more, Alice's 1 333 000 shares pay
/// 1 333 000·17 002/9 335 481 = 2 427.7; Bruce's 2 929 burn 2 929·8 002 481/14 575 = 1 608 182.03,
/// up; Alice's last 3 643 burn 3 643·6 394 298/11 646 = 2 000 208.9, up; Bruce's 4 391 817 pay
/// 4 391 817·8 003/4 394 089 = 7 998.9.
#[test]
fn two_users_come_and_go_between_two_gains() {
    let mut book = Book::<SeniorTranche>::open(0);
    let (alice, bruce) = (user(1), user(2));
    assert_eq!(book.mint(alice, shares(2_000_000), alice), Ok(usd(2_000)));
    assert_eq!(
        book.deposit(bruce, usd(4_000), bruce),
        Ok(shares(4_000_000))
    );
    book.earn(3_000);
    let worth = |book: &Book<SeniorTranche>, who| book.max_withdraw(who).units();
    assert_eq!((worth(&book, alice), worth(&book, bruce)), (2_999, 5_999));
    assert_eq!(
        book.deposit(alice, usd(2_000), alice),
        Ok(shares(1_333_481))
    );
    assert_eq!(book.mint(bruce, shares(2_000_000), bruce), Ok(usd(3_000)));
    book.earn(3_000);
    assert_eq!((worth(&book, alice), worth(&book, bruce)), (6_071, 10_927));
    assert_eq!(
        book.redeem(Exit::of(alice), shares(1_333_000)),
        Ok(usd(2_427))
    );
    assert_eq!(
        book.withdraw(Exit::of(bruce), usd(2_929)),
        Ok(shares(1_608_183))
    );
    assert_eq!(
        book.withdraw(Exit::of(alice), usd(3_643)),
        Ok(shares(2_000_209))
    );
    let left = book.vault.held(bruce);
    assert_eq!(left, shares(4_391_817));
    assert_eq!(book.redeem(Exit::of(bruce), left), Ok(usd(7_998)));
    // 272 shares of Alice's are worth less than a unit; 4 units stay behind them and the opener's.
    assert_eq!((book.vault.held(alice), book.value), (shares(272), usd(4)));
    assert_eq!(book.vault.held(OPENER), shares(1_000));
}
