//! A journal is read back to the balances it was written from, or refused with its line.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use proptest::prelude::*;
use seawall_ledger::{Account, AccountId, Cause, DeficitId, Entry, Ledger, Transfer};
use seawall_report::journal::{
    Detail, EventLine, EventRecord, Fault, Replayed, Writer, document, replay, table,
};
use seawall_sim::Phase;
use seawall_units::{Side, Time, Usd};
use seawall_venue::{
    Event, Fill, Level, Liquidation, MarketStatus, PositionState, SkipReason, StageEnd, StageId,
    StageReport, WinnerCut,
};
use support::journal::{header, resealed};

mod support {
    pub(crate) mod journal;
}

const TRADER: Account = Account::Margin(AccountId::new(4));

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

/// Capital 1 000 + 200 is paid in, a trader posts 50.25, loses all of it and leaves a deficit of
/// 30 that junior pays.
fn ledger() -> (Ledger, Vec<Entry>) {
    let mut ledger = Ledger::new(Time::from_secs(100));
    let deficit = Account::OpenDeficit(DeficitId::new(1));
    ledger.pay(
        Account::External,
        Account::Senior,
        usd("1000"),
        Cause::CapitalPaidIn,
    );
    ledger.pay(
        Account::External,
        Account::Junior,
        usd("200"),
        Cause::CapitalPaidIn,
    );
    ledger.pay(Account::External, TRADER, usd("50.25"), Cause::MarginPosted);
    ledger.set_time(Time::from_secs(160));
    ledger.pay(TRADER, Account::Junior, usd("50.25"), Cause::LossRealised);
    ledger.pay(deficit, Account::Junior, usd("30"), Cause::DeficitOpened);
    ledger.pay(Account::Junior, deficit, usd("30"), Cause::JuniorLoss);
    ledger.end_step();
    let entries = ledger.drain();
    (ledger, entries)
}

fn report() -> StageReport {
    let deficit = Account::OpenDeficit(DeficitId::new(1));
    let transfer = Transfer::new(Account::Junior, deficit, usd("30"), Cause::JuniorLoss);
    StageReport {
        time: Time::from_secs(160),
        stage: StageId::Junior,
        deficit: Some(DeficitId::new(1)),
        account: None,
        closed: "0".parse().unwrap(),
        absorbed: usd("30"),
        capacity: Some(usd("280.25")),
        owner_cost: Usd::ZERO,
        end: StageEnd::Cleared,
        transfers: vec![transfer.unwrap()],
    }
}

/// One event of every kind.
fn events() -> Vec<Event> {
    let time = Time::from_secs(160);
    let account = AccountId::new(4);
    let mark = "95.5".parse().unwrap();
    let size = "10".parse().unwrap();
    vec![
        Event::Status {
            time,
            status: MarketStatus::ReduceOnly,
        },
        Event::Fill(Fill {
            account,
            asked: size,
            filled: size,
            mark,
            notional: usd("955"),
            cost: usd("-0.1"),
        }),
        Event::Liquidation(Liquidation {
            time,
            account,
            stage: StageId::Auction,
            size,
            price: mark,
            mark,
            equity: usd("-30"),
            maintenance: usd("9.55"),
            taker: Some(Account::Margin(AccountId::new(7))),
        }),
        Event::DeficitOpened {
            time,
            id: DeficitId::new(1),
            account,
            side: Side::Long,
            amount: usd("30"),
            mark,
        },
        Event::Stage(report()),
        Event::Stage(StageReport {
            end: StageEnd::Skipped(SkipReason::NothingLeft),
            ..report()
        }),
        Event::Cut(WinnerCut {
            time,
            account,
            deficit: None,
            closed: "-2".parse().unwrap(),
            profit: usd("7"),
            taken: usd("0.5"),
        }),
        Event::DeficitClosed {
            time,
            id: DeficitId::new(1),
            residual: Usd::ZERO,
        },
    ]
}

/// A line without a place yet.
fn line(time: u64, event: EventRecord, entries: &[Entry]) -> EventLine {
    EventLine {
        seq: 0,
        time: Time::from_secs(time),
        phase: Phase::Liquidation,
        event,
        rule: "M-8.3".into(),
        deficit: None,
        transfers: entries.iter().map(|entry| entry.transfer).collect(),
        positions: Vec::new(),
    }
}

/// A header, the opening with its three postings in line 2, eight events, the last three postings
/// with a position in line 11, the final record in line 12.
fn journal() -> String {
    let mut writer = Writer::new(Vec::new(), &header("storm")).unwrap();
    let (_, entries) = ledger();
    let (opening, loss) = entries.split_at(3);
    writer
        .event(line(100, EventRecord::Opening, opening))
        .unwrap();
    for event in &events() {
        let record = EventRecord::of(event).unwrap();
        writer.event(line(160, record, &[])).unwrap();
    }
    let position = PositionState {
        holder: TRADER,
        size: "0".parse().unwrap(),
        cost: Usd::ZERO,
        since: vec![Level::new("funding", "0.5")],
    };
    let last = EventLine {
        deficit: Some(DeficitId::new(1)),
        positions: vec![position.into()],
        ..line(160, EventRecord::Postings, loss)
    };
    writer.event(last).unwrap();
    String::from_utf8(writer.finish().unwrap().0).unwrap()
}

fn read(text: &str) -> Result<Replayed, String> {
    replay(text.as_bytes()).map_err(|error| error.to_string())
}

/// The message for a journal in which `find` stands as `put`, with a chain that fits.
fn edited(find: &str, put: &str) -> String {
    let journal = journal();
    assert!(journal.contains(find), "{find}");
    read(&resealed(&journal.replacen(find, put, 1))).unwrap_err()
}

#[test]
fn replaying_gives_the_balances_of_the_ledger() {
    let (ledger, entries) = ledger();
    let replayed = read(&journal()).unwrap();
    let balances: Vec<_> = replayed.balances.balances().collect();
    assert_eq!(balances, ledger.balances().collect::<Vec<_>>());
    assert_eq!(
        replayed.balances.entries(),
        u64::try_from(entries.len()).unwrap()
    );
    assert_eq!(replayed.events, 10);
    assert_eq!(replayed.header.venue, "tranched");
    let span = (Time::from_secs(100), Time::from_secs(160));
    assert_eq!(replayed.span, Some(span));
}

#[test]
fn the_lines_read_like_this() {
    insta::assert_snapshot!(journal());
}

#[test]
fn the_balances_read_like_this() {
    let replayed = read(&journal()).unwrap();
    insta::assert_snapshot!(table(&replayed, Detail::Accounts));
    assert!(!table(&replayed, Detail::Kinds).contains("account  "));
    let json = document(&replayed, Detail::Kinds).unwrap();
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["kinds"][2]["kind"], "junior");
    assert_eq!(value["kinds"][2]["balance_usd"], "250.250000");
    assert_eq!(value["sum_usd"], "0.000000");
    assert!(value.get("accounts").is_none());
    let json = document(&replayed, Detail::Accounts).unwrap();
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["accounts"][0]["account"], "external");
    assert_eq!(value["accounts"][0]["balance_usd"], "-1250.250000");
}

#[test]
fn what_is_wrong_is_told_with_line_field_and_legal_value() {
    let check = |find: &str, put: &str, expect: &str| assert_eq!(edited(find, put), expect);
    check(
        "\"seq\":2",
        "\"seq\":3",
        "line 4: field `seq`: 3; legal here: 2, since places have no gaps",
    );
    check(
        "\"time\":160",
        "\"time\":99",
        "line 3: field `time`: 99; legal: 100 or later, as in the event before",
    );
    let starts = |find: &str, put: &str, expect: &str| {
        let found = edited(find, put);
        assert!(found.starts_with("line 2: column "), "{found}");
        assert!(found.contains(expect), "{found}");
    };
    starts(
        "\"amount\":\"50.250000\"",
        "\"amount\":\"0.000000\"",
        "a transfer of 0.000000 from external to margin:4; legal: more than 0",
    );
    starts(
        "\"amount\":\"50.250000\"",
        "\"amount\":50.25",
        "invalid type: floating point `50.25`, expected an exact number of USD in a string such as \"12.50\"",
    );
    starts(
        "\"cause\":\"margin_posted\"",
        "\"cause\":\"gift\"",
        "`gift` names no cause of a transfer",
    );
    starts(
        "\"to\":\"margin:4\"",
        "\"to\":\"insurance\"",
        "margin_posted (M-7) may not move money from external to insurance",
    );
    check(
        "\"lines\":11",
        "\"lines\":12",
        "line 12: field `lines`: 12; legal: 11, as many as there are",
    );
    check(
        "\"version\":2",
        "\"version\":1",
        "line 1: field `version`: 1; legal: 2, journals of other versions are read by the program that wrote them",
    );
    let mood = edited("\"event\":\"status\"", "\"event\":\"mood\"");
    assert!(mood.starts_with("line 3: column "), "{mood}");
    assert!(mood.contains("unknown variant `mood`"), "{mood}");
}

/// An edit shows at its own line, and a forged chain at the final record.
#[test]
fn a_changed_line_breaks_the_chain_at_its_place() {
    let journal = journal();
    let check = |find: &str, put: &str, line: u64| {
        let error = replay(journal.replacen(find, put, 1).as_bytes()).unwrap_err();
        assert!(matches!(error.fault, Fault::Chain { .. }), "{error}");
        assert_eq!(error.line, line, "{error}");
    };
    check("\"scenario\":\"storm\"", "\"scenario\":\"calm\"", 1);
    check("\"1000.000000\"", "\"1000.000001\"", 2);
    check("\"cost\":\"-0.100000\"", "\"cost\":\"0.100000\"", 4);
    let end = journal.rfind("\"chain\":\"").unwrap() + 9;
    let digit = if &journal[end..=end] == "0" { "1" } else { "0" };
    let forged = format!("{}{digit}{}", &journal[..end], &journal[end + 1..]);
    let error = replay(forged.as_bytes()).unwrap_err();
    assert!(matches!(error.fault, Fault::Chain { .. }), "{error}");
    assert_eq!(error.line, 12);
}

#[test]
fn what_is_missing_or_doubled_is_told() {
    let journal = journal();
    let lines: Vec<&str> = journal.lines().collect();
    let without = |skip: usize| -> String {
        let kept = lines.iter().enumerate().filter(|(index, _)| *index != skip);
        kept.map(|(_, line)| format!("{line}\n")).collect()
    };
    let check = |text: &str, expect: &str| assert_eq!(read(text).unwrap_err(), expect);
    check(
        "",
        "line 1: not a journal; legal: a first line with the field `header`",
    );
    check(
        &without(0),
        "line 1: not a journal; legal: a first line with the field `header`",
    );
    check(
        &resealed(&without(2)),
        "line 3: field `seq`: 2; legal here: 1, since places have no gaps",
    );
    assert!(
        read(&without(2))
            .unwrap_err()
            .starts_with("line 3: field `chain`")
    );
    check(
        &without(11),
        "line 11: the file ends without its final record `end`: it was cut off",
    );
    check(
        &format!("{journal}\n"),
        "line 13: a line after the final record; legal: none",
    );
    check(
        &resealed(&format!("{}\n{journal}", lines[0])),
        "line 2: a second header; legal: one, in the first line",
    );
}

#[test]
fn a_spent_balance_cannot_be_spent_again() {
    let mut writer = Writer::new(Vec::new(), &header("storm")).unwrap();
    let transfer = Transfer::new(TRADER, Account::Junior, usd("1"), Cause::LossRealised);
    let spent = EventLine {
        transfers: vec![transfer.unwrap()],
        ..line(0, EventRecord::Postings, &[])
    };
    writer.event(spent).unwrap();
    let (journal, _) = writer.finish().unwrap();
    let error = replay(&journal[..]).unwrap_err();
    assert!(matches!(error.fault, Fault::Overdrawn { .. }));
    assert_eq!(
        error.to_string(),
        "line 2: field `transfers`: leaves `margin:4` at -1.000000 USD; legal: 0 or more"
    );
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let check = |bytes: &[u8], expect: &str| {
        let error = replay(bytes).unwrap_err().to_string();
        assert!(error.starts_with(expect), "{error}");
    };
    let journal = journal();
    let header = journal.lines().next().unwrap();
    let with = |line: &[u8]| [header.as_bytes(), b"\n", line].concat();
    check(b"\xff\xfe{}\n", "line 1: not a journal; legal");
    check(&with(b"\xff\xfe{}\n"), "line 2: not UTF-8 text; legal");
    check(
        &with(&[&b"[".repeat(100_000)[..], b"\n"].concat()),
        "line 2: column ",
    );
    check(
        &with(&[&b"{\"event\":".repeat(10_000)[..], b"\n"].concat()),
        "line 2: column ",
    );
    check(&with(b"\n"), "line 2: column 0: EOF while parsing a value");
    check(
        b"{\"header\":{\"format\":\"seawall-journal\"}}",
        "line 1: column 38: missing field `version`",
    );
}

proptest! {
    /// Whatever one byte is changed to, the journal is refused or says the same.
    #[test]
    fn a_changed_byte_never_changes_a_balance(at in any::<prop::sample::Index>(), byte: u8) {
        let original = read(&journal()).unwrap();
        let mut bytes = journal().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(replayed) = replay(&bytes[..]) {
            prop_assert_eq!(replayed, original);
        }
    }

    /// A journal that ends too early is refused, wherever it is cut.
    #[test]
    fn a_journal_that_was_cut_off_is_refused(at in any::<prop::sample::Index>()) {
        let bytes = journal().into_bytes();
        // Without its last line end it is whole.
        let at = at.index(bytes.len() - 1);
        prop_assert!(replay(&bytes[..at]).is_err());
    }
}
