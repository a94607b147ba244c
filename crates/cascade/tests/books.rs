//! The laws of the books.
#![allow(clippy::unwrap_used)] // helpers of tests

use proptest::prelude::*;
use seawall_cascade::books::{Account, AccountKind, Asset, Books, Cause, Replay, Transfer};
use seawall_cascade::{MarketId, OwnerId, PlaceId, PoolId, TokenId};
use seawall_units::Tokens;

fn account(kind: AccountKind, a: u32, b: u32) -> Account {
    let (market, owner) = (MarketId::new(a), OwnerId::new(b));
    match kind {
        AccountKind::External => Account::External,
        AccountKind::Pool => Account::Pool(PoolId::new(a)),
        AccountKind::Issuer => Account::Issuer(PoolId::new(a)),
        AccountKind::Wallet => Account::Wallet(owner),
        AccountKind::Collateral => Account::Collateral(market, owner),
        AccountKind::Loan => Account::Loan(market, owner),
        AccountKind::Lenders => Account::Lenders(market),
        AccountKind::Reserves => Account::Reserves(market),
        AccountKind::Cover => Account::Cover(market),
        AccountKind::Auction => Account::Auction(market),
        AccountKind::Keepers => Account::Keepers(market),
        AccountKind::Liquidator => Account::Liquidator,
        AccountKind::Arbitrageur => Account::Arbitrageur,
        AccountKind::Traders => Account::Traders,
        AccountKind::Attacker => Account::Attacker,
        AccountKind::FlashLender => Account::FlashLender,
        AccountKind::Treasury => Account::Treasury,
        AccountKind::Perp => Account::Perp(PlaceId::new(a)),
    }
}

fn any_account() -> impl Strategy<Value = Account> {
    let kinds = prop::sample::select(AccountKind::ALL);
    (kinds, 0..3_u32, 0..3_u32).prop_map(|(kind, a, b)| account(kind, a, b))
}

fn any_asset() -> impl Strategy<Value = Asset> {
    prop_oneof![
        Just(Asset::Quote),
        (0..2_u32).prop_map(|n| Asset::Token(TokenId::new(n))),
        (0..3_u32).prop_map(|n| Asset::Share(PoolId::new(n))),
    ]
}

/// Whether the books may take a transfer without breaking a law of signs.
fn fits(books: &Books, t: &Transfer) -> bool {
    let left = books.balance(t.asset(), t.from()) - t.amount();
    let there = books.balance(t.asset(), t.to()) + t.amount();
    (!left.is_negative() || t.from().kind().may_be_negative())
        && (!there.is_positive() || !t.to().kind().is_owing())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_legal_postings_conserve_every_asset_and_replay(
        postings in prop::collection::vec(
            (any_asset(), any_account(), any_account(), 1..1_000_i64, prop::sample::select(Cause::ALL)),
            1..200,
        ),
    ) {
        let mut books = Books::new();
        let mut posted = 0;
        for (asset, from, to, amount, cause) in postings {
            let Ok(t) = Transfer::new(asset, (from, to), Tokens::units_i64(amount), cause) else {
                continue;
            };
            if fits(&books, &t) {
                books.post(t);
                posted += 1;
                books.end_step();
            }
        }
        prop_assert_eq!(books.journal().len(), posted);
        prop_assert!(books.recount().values().all(|sum| sum.is_zero()));
        let mut replay = Replay::new();
        for entry in books.journal() {
            prop_assert!(replay.apply(entry));
        }
        prop_assert!(replay.balances().eq(books.balances()));
    }

    #[test]
    fn names_are_read_back(account in any_account(), asset in any_asset()) {
        prop_assert_eq!(account.to_string().parse::<Account>(), Ok(account));
        prop_assert_eq!(asset.to_string().parse::<Asset>(), Ok(asset));
    }
}

#[test]
fn what_names_nothing_is_refused() {
    for text in [
        "",
        "loan",
        "loan:0",
        "loan:0:1:2",
        "wallet:-1",
        "wallet:x",
        "nobody",
    ] {
        assert!(text.parse::<Account>().is_err(), "{text}");
    }
    for text in ["", "quote:0", "token", "token:a", "share:1:2"] {
        assert!(text.parse::<Asset>().is_err(), "{text}");
    }
    assert!("theft".parse::<Cause>().is_err());
    for cause in Cause::ALL {
        assert_eq!(cause.name().parse::<Cause>(), Ok(*cause));
    }
}

#[test]
fn a_transfer_moves_more_than_nothing_along_its_chart() {
    let wallet = Account::Wallet(OwnerId::new(0));
    let one = Tokens::whole(1);
    let make = |asset, route, amount, cause| Transfer::new(asset, route, amount, cause).is_ok();
    assert!(make(
        Asset::Quote,
        (Account::External, wallet),
        one,
        Cause::Endowed
    ));
    assert!(!make(
        Asset::Quote,
        (Account::External, wallet),
        Tokens::ZERO,
        Cause::Endowed
    ));
    assert!(!make(
        Asset::Quote,
        (Account::External, wallet),
        -one,
        Cause::Endowed
    ));
    assert!(!make(
        Asset::Quote,
        (wallet, Account::External),
        one,
        Cause::Endowed
    ));
    assert!(!make(
        Asset::Quote,
        (wallet, wallet),
        one,
        Cause::WalletMoved
    ));
    let issuer = Account::Issuer(PoolId::new(1));
    assert!(make(
        Asset::Share(PoolId::new(1)),
        (issuer, wallet),
        one,
        Cause::SharesIssued
    ));
    assert!(!make(
        Asset::Share(PoolId::new(0)),
        (issuer, wallet),
        one,
        Cause::SharesIssued
    ));
    assert!(!make(
        Asset::Quote,
        (issuer, wallet),
        one,
        Cause::SharesIssued
    ));
}

#[test]
#[should_panic(expected = "accounts keep their sign")]
fn nobody_is_overdrawn() {
    let wallet = Account::Wallet(OwnerId::new(0));
    let mut books = Books::new();
    books.pay(
        Asset::Quote,
        (wallet, Account::External),
        Tokens::whole(1),
        Cause::FundsReturned,
    );
}

#[test]
#[should_panic(expected = "accounts keep their sign")]
fn nobody_repays_more_than_he_owes() {
    let (wallet, loan) = (
        Account::Wallet(OwnerId::new(0)),
        Account::Loan(MarketId::new(0), OwnerId::new(0)),
    );
    let mut books = Books::new();
    books.pay(
        Asset::Quote,
        (loan, wallet),
        Tokens::whole(1),
        Cause::Borrowed,
    );
    books.pay(
        Asset::Quote,
        (Account::External, wallet),
        Tokens::whole(1),
        Cause::Endowed,
    );
    books.pay(
        Asset::Quote,
        (wallet, loan),
        Tokens::whole(2),
        Cause::Repaid,
    );
}
