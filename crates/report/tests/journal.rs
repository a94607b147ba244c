//! A journal is read back to the balances it was written from, or refused with its line.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use proptest::prelude::*;
use seawall_ledger::{Account, AccountId, Cause, DeficitId, Entry, Ledger, Transfer};
use seawall_report::journal::{
    Detail, Fault, Header, Replayed, Sink, Writer, document, replay, table,
};
use seawall_sim::JournalSink;
use seawall_units::{Side, Time, Usd};
use seawall_venue::{
    Event, Fill, Liquidation, MarketStatus, SkipReason, StageEnd, StageId, StageReport, WinnerCut,
};

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

fn journal() -> String {
    let header = Header::new("storm", &"0".repeat(64), "tranched", 7);
    let mut writer = Writer::new(Vec::new(), header).unwrap();
    let (_, entries) = ledger();
    for entry in &entries {
        writer.entry(entry).unwrap();
    }
    for event in &events() {
        writer.event(event).unwrap();
    }
    String::from_utf8(writer.finish().unwrap()).unwrap()
}

fn read(text: &str) -> Result<Replayed, String> {
    replay(text.as_bytes()).map_err(|error| error.to_string())
}

/// The message for a journal in which `find` stands as `put`.
fn edited(find: &str, put: &str) -> String {
    let journal = journal();
    assert!(journal.contains(find), "{find}");
    read(&journal.replacen(find, put, 1)).unwrap_err()
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
    assert_eq!(replayed.events, 8);
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
        "line 5: field `time`: 99; legal: 100 or later, as in the entry before",
    );
    check(
        "\"amount\":\"50.250000\"",
        "\"amount\":\"0.000000\"",
        "line 4: column 120: field `entry`: a transfer of 0.000000 from external to margin:4; legal: more than 0",
    );
    check(
        "\"amount\":\"50.250000\"",
        "\"amount\":50.25",
        "line 4: column 89: field `amount`: invalid type: floating point `50.25`, expected an exact number of USD in a string such as \"12.50\"",
    );
    check(
        "\"cause\":\"margin_posted\"",
        "\"cause\":\"gift\"",
        "line 4: column 111: field `transfer`: `gift` names no cause of a transfer",
    );
    check(
        "\"to\":\"margin:4\"",
        "\"to\":\"insurance\"",
        "line 4: column 122: field `entry`: margin_posted (M-7) may not move money from external to insurance",
    );
    check(
        "\"events\":8",
        "\"events\":9",
        "line 16: field `events`: 9; legal: 8, as many as there are",
    );
    check(
        "\"version\":1",
        "\"version\":2",
        "line 1: field `version`: 2; legal: 1",
    );
    check(
        "\"scenario\":\"storm\"",
        "\"scenario\":\"calm\"",
        "line 16: field `sha256`: does not match the lines before it: the journal was changed",
    );
    check(
        "{\"event\":{\"status\"",
        "{\"event\":{\"mood\"",
        "line 8: column 16: field `event`: unknown variant `mood`, expected one of `fill`, `liquidation`, `deficit_opened`, `stage`, `deficit_closed`, `cut`, `status`",
    );
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
        &without(2),
        "line 3: field `seq`: 2; legal here: 1, since places have no gaps",
    );
    check(
        &without(9),
        "line 15: field `events`: 8; legal: 7, as many as there are",
    );
    check(
        &without(15),
        "line 15: the file ends without its final record `end`: it was cut off",
    );
    check(
        &format!("{journal}\n"),
        "line 17: a line after the final record; legal: none",
    );
    check(
        &format!("{}\n{journal}", lines[0]),
        "line 2: a second header; legal: one, in the first line",
    );
}

#[test]
fn a_spent_balance_cannot_be_spent_again() {
    let header = Header::new("storm", &"0".repeat(64), "tranched", 7);
    let mut writer = Writer::new(Vec::new(), header).unwrap();
    let transfer = Transfer::new(TRADER, Account::Junior, usd("1"), Cause::LossRealised);
    let time = Time::from_secs(0);
    let entry = Entry {
        seq: 0,
        time,
        transfer: transfer.unwrap(),
    };
    writer.entry(&entry).unwrap();
    let journal = writer.finish().unwrap();
    let error = replay(&journal[..]).unwrap_err();
    assert!(matches!(error.fault, Fault::Overdrawn { .. }));
    assert_eq!(
        error.to_string(),
        "line 2: field `transfer`: leaves `margin:4` at -1.000000 USD; legal: 0 or more"
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
    check(&with(&b"[".repeat(100_000)), "line 2: column ");
    check(&with(&b"{\"event\":".repeat(10_000)), "line 2: column ");
    check(&with(b"\n"), "line 2: column 0: EOF while parsing a value");
    check(
        b"{\"header\":{\"format\":\"seawall-journal\"}}",
        "line 1: column 38: missing field `version`",
    );
}

/// Takes so many bytes and then is full.
struct Full(usize);

impl std::io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self.0.checked_sub(bytes.len()) {
            Some(left) => self.0 = left,
            None => return Err(std::io::ErrorKind::StorageFull.into()),
        }
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_sink_tells_its_first_error_at_the_end() {
    let run = |space: usize| {
        let header = Header::new("storm", &"0".repeat(64), "tranched", 7);
        let mut sink = Sink::new(Writer::new(Full(space), header).unwrap());
        let (_, entries) = ledger();
        for entry in &entries {
            sink.entry(entry);
        }
        for event in &events() {
            sink.event(event);
        }
        sink.finish()
    };
    assert_eq!(
        run(1000).err().map(|e| e.kind()),
        Some(std::io::ErrorKind::StorageFull)
    );
    assert!(run(journal().len()).is_ok());
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
