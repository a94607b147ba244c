//! The laws of the ledger on random postings.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

use proptest::prelude::*;
use seawall_ledger::{
    Account, AccountId, AccountKind, Cause, Ledger, LedgerError, Replay, Transfer,
};
use seawall_units::{Time, Usd};

fn margin(n: u32) -> Account {
    Account::Margin(AccountId::new(n))
}

proptest! {
    /// M-2.4: double entry, with the sum zero at all times.
    #[test]
    fn sum_is_zero_and_replay_is_the_state(posts in prop::collection::vec((0u32..6, 1i64..1_000_000), 1..200)) {
        let mut ledger = Ledger::new(Time::from_secs(1));
        let mut replay = Replay::new();
        for (who, amount) in posts {
            let amount = Usd::units_i64(amount);
            ledger.pay(Account::External, margin(who), amount, Cause::MarginPosted);
            let half = amount.mul_div_floor(Usd::units_i64(1), Usd::units_i64(2)).unwrap();
            ledger.pay(margin(who), Account::Junior, half, Cause::LossRealised);
            ledger.end_step();
            for entry in ledger.drain() {
                prop_assert!(replay.apply(&entry));
            }
        }
        prop_assert_eq!(ledger.recount(), Usd::ZERO);
        prop_assert_eq!(replay.sum(), Usd::ZERO);
        let state: Vec<_> = ledger.balances().collect();
        let mut state_sorted = state.clone();
        state_sorted.sort();
        prop_assert_eq!(state_sorted, replay.balances().collect::<Vec<_>>());
    }
}

#[test]
fn the_chart_refuses_a_misdirected_transfer() {
    let wrong = Transfer::new(
        Account::Senior,
        Account::Insurance,
        Usd::ULP,
        Cause::JuniorLoss,
    );
    assert!(matches!(wrong, Err(LedgerError::NotInChart { .. })));
    let nothing = Transfer::new(Account::External, margin(0), Usd::ZERO, Cause::MarginPosted);
    assert!(matches!(nothing, Err(LedgerError::NotPositive { .. })));
    let itself = Transfer::new(margin(1), margin(1), Usd::ULP, Cause::MarginMoved);
    assert!(matches!(itself, Err(LedgerError::NotInChart { .. })));
}

#[test]
#[should_panic(expected = "invariant: margin:0 is not overdrawn")]
fn an_overdraft_stops() {
    let mut ledger = Ledger::new(Time::default());
    ledger.pay(margin(0), Account::Junior, Usd::ULP, Cause::LossRealised);
}

#[test]
#[should_panic(expected = "invariant: clearing is zero after a step")]
fn nothing_stays_in_passage() {
    let mut ledger = Ledger::new(Time::default());
    ledger.pay(
        Account::External,
        margin(0),
        Usd::whole(5),
        Cause::MarginPosted,
    );
    ledger.pay(
        margin(0),
        Account::Clearing,
        Usd::whole(5),
        Cause::MarginMoved,
    );
    ledger.end_step();
}

#[test]
fn names_round_trip() {
    for kind in AccountKind::ALL {
        let name = kind.name();
        let account: Account = name
            .parse()
            .or_else(|_| format!("{name}:3").parse())
            .unwrap();
        assert_eq!(account.kind(), kind);
        assert_eq!(account.to_string().parse::<Account>().unwrap(), account);
    }
    for cause in Cause::ALL {
        assert_eq!(cause.name().parse::<Cause>().unwrap(), *cause);
        assert!(cause.rule().contains('-'));
    }
    for bad in [
        "",
        "margin",
        "margin:",
        "margin:-1",
        "junior:1",
        "backstop:256",
        "nobody",
    ] {
        assert!(bad.parse::<Account>().is_err(), "{bad:?} was taken");
    }
}

#[test]
fn a_transfer_survives_json() {
    let transfer = Transfer::new(
        Account::Junior,
        Account::Senior,
        Usd::whole(3),
        Cause::TrancheCash,
    )
    .unwrap();
    let json = serde_json::to_string(&transfer).unwrap();
    assert_eq!(
        json,
        r#"{"from":"junior","to":"senior","amount":"3.000000","cause":"tranche_cash"}"#
    );
    assert_eq!(serde_json::from_str::<Transfer>(&json).unwrap(), transfer);
    let planted = json.replace("tranche_cash", "adl_cut");
    assert!(serde_json::from_str::<Transfer>(&planted).is_err());
}

/// Balances come in the order of accounts, those of owners and bidders behind the traders'.
#[test]
fn balances_come_in_the_order_of_accounts() {
    use seawall_ledger::OwnerId;
    let mut ledger = Ledger::new(Time::default());
    let (outside, pool) = (Account::External, Account::Junior);
    let margin = Account::Margin(AccountId::new(1));
    let granted = Account::PendingRedemption(OwnerId::new(1));
    ledger.pay(outside, pool, Usd::whole(9), Cause::VaultDeposit);
    ledger.pay(pool, granted, Usd::whole(4), Cause::VaultRedemption);
    ledger.pay(outside, margin, Usd::whole(3), Cause::MarginPosted);
    let accounts: Vec<Account> = ledger.balances().map(|(account, _)| account).collect();
    assert_eq!(accounts, [outside, pool, margin, granted]);
}
