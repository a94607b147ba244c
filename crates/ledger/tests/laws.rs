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

/// A posting of any cause between any two accounts its chart line allows, numbers small.
fn any_posting() -> impl Strategy<Value = (Account, Account, Cause)> {
    let account = |kind: AccountKind, number: u32| -> Account {
        let single = kind.name().parse();
        single.unwrap_or_else(|_| format!("{}:{number}", kind.name()).parse().unwrap())
    };
    let mut lines = Vec::new();
    for cause in Cause::ALL {
        let pairs = AccountKind::ALL.map(|from| AccountKind::ALL.map(|to| (from, to)));
        let permitted = pairs
            .into_iter()
            .flatten()
            .filter(|(from, to)| cause.permits(*from, *to));
        lines.extend(permitted.map(|(from, to)| (from, to, *cause)));
    }
    let numbers = (0u32..4, 4u32..8);
    (prop::sample::select(lines), numbers)
        .prop_map(move |((from, to, cause), (i, j))| (account(from, i), account(to, j), cause))
        .prop_filter("two accounts", |(from, to, _)| from != to)
}

/// Money from outside for any account, on the way that its kind allows.
fn fund(ledger: &mut Ledger, account: Account, amount: Usd) {
    let trader = margin(3_000);
    let into = |cause: &&Cause| cause.permits(AccountKind::External, account.kind());
    if account.kind().may_be_negative() {
        return;
    }
    if let Some(cause) = Cause::ALL.iter().find(into) {
        ledger.pay(Account::External, account, amount, *cause);
        return;
    }
    ledger.pay(Account::External, trader, amount, Cause::MarginPosted);
    for via in [trader, Account::Junior, Account::Fees, Account::Pool] {
        let into = |cause: &&Cause| cause.permits(via.kind(), account.kind());
        if let Some(cause) = Cause::ALL.iter().find(into) {
            if via != trader {
                fund(ledger, via, amount);
            }
            ledger.pay(via, account, amount, *cause);
            return;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// M-2.4 for every kind of account: the same postings with and without a journal leave the same
    /// balances, those that a replay of the journal gives; sums by kind and single balances agree.
    #[test]
    fn a_ledger_without_a_journal_holds_the_same(posts in prop::collection::vec((any_posting(), 1i64..1_000_000), 1..60)) {
        let mut written = Ledger::new(Time::from_secs(1));
        let mut silent = Ledger::new(Time::from_secs(1)).without_journal();
        for ((from, to, cause), amount) in posts {
            for ledger in [&mut written, &mut silent] {
                fund(ledger, from, Usd::units_i64(amount));
                if from.kind().may_be_negative() || ledger.balance(from) >= Usd::units_i64(amount) {
                    ledger.pay(from, to, Usd::units_i64(amount), cause);
                }
            }
        }
        let mut replay = Replay::new();
        let mut buffer = Vec::new();
        written.take(&mut buffer);
        prop_assert!(buffer.iter().all(|entry| replay.apply(entry)));
        let balances: Vec<_> = silent.balances().collect();
        prop_assert_eq!(&balances, &replay.balances().collect::<Vec<_>>());
        prop_assert_eq!(&balances, &written.balances().collect::<Vec<_>>());
        prop_assert_eq!((silent.sum(), silent.recount()), (Usd::ZERO, Usd::ZERO));
        prop_assert_eq!((silent.posted(), silent.drain().len()), (written.posted(), 0));
        for kind in AccountKind::ALL {
            let of_kind = balances.iter().filter(|(account, _)| account.kind() == kind);
            let counted: Usd = of_kind.map(|(_, balance)| *balance).sum();
            prop_assert_eq!(silent.subtotal(kind), counted);
        }
        for (account, balance) in balances {
            prop_assert_eq!(silent.balance(account), balance);
        }
    }
}

/// The law holds in the state, not in the journal.
#[test]
#[should_panic(expected = "invariant: margin:0 is not overdrawn")]
fn an_overdraft_stops_without_a_journal_too() {
    let mut ledger = Ledger::new(Time::default()).without_journal();
    ledger.pay(margin(0), Account::Junior, Usd::ULP, Cause::LossRealised);
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
