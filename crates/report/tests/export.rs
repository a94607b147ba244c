//! The books of a journal in formats of other tools.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use std::collections::BTreeMap;

use proptest::prelude::*;
use seawall_ledger::{Account, AccountId, Cause, Entry, Transfer};
use seawall_report::journal::{Books, EventLine, EventRecord, Header, Writer, export, replay};
use seawall_sim::Phase;
use seawall_units::{Time, Usd};

mod support {
    pub(crate) mod journal;
}

fn entry(seq: u64, transfer: (Account, Account, &str, Cause)) -> Entry {
    let (from, to, amount, cause) = transfer;
    Entry {
        seq,
        // 2025-10-10 21:00:00 UTC.
        time: Time::from_secs(1_760_130_000 + seq),
        transfer: Transfer::new(from, to, amount.parse().unwrap(), cause).unwrap(),
    }
}

fn journal(entries: &[Entry]) -> Vec<u8> {
    let header = Header {
        scenario_sha256: String::from("00ff"),
        ..support::journal::header("storm\nin a glass")
    };
    let mut writer = Writer::new(Vec::new(), &header).unwrap();
    for entry in entries {
        let line = EventLine {
            seq: 0,
            time: entry.time,
            phase: Phase::Orders,
            event: EventRecord::Postings,
            rule: "M-7".into(),
            deficit: None,
            transfers: vec![entry.transfer],
            positions: Vec::new(),
        };
        writer.event(line).unwrap();
    }
    writer.finish().unwrap().0
}

fn exported(journal: &[u8], books: Books) -> String {
    let mut out = Vec::new();
    export(journal, &mut out, books).unwrap();
    String::from_utf8(out).unwrap()
}

fn two() -> Vec<u8> {
    let margin = Account::Margin(AccountId::new(12));
    journal(&[
        entry(0, (Account::External, margin, "100", Cause::MarginPosted)),
        entry(1, (margin, Account::Fees, "0.000001", Cause::TakerFee)),
    ])
}

#[test]
fn plain_text_books_read_like_this() {
    let text = exported(&two(), Books::Ledger);
    let version = env!("CARGO_PKG_VERSION");
    let expected = format!(
        "\
; seawall {version}: stormin a glass in tranched, seed 7
; scenario sha256 00ff
; claims stand above zero; external mirrors them all

commodity USD
    format 1000.000000 USD

2025-10-10 (0) margin_posted
    ; time: 21:00:00, rule: M-7
    margin:12  100.000000 USD
    external  -100.000000 USD

2025-10-10 (1) taker_fee
    ; time: 21:00:01, rule: M-5
    fees  0.000001 USD
    margin:12  -0.000001 USD
"
    );
    assert_eq!(text, expected);
}

#[test]
fn double_entry_reads_like_this() {
    let expected = "\
seq,utc,cause,rule,account,debit_usd,credit_usd
0,2025-10-10T21:00:00Z,margin_posted,M-7,external,100.000000,
0,2025-10-10T21:00:00Z,margin_posted,M-7,margin:12,,100.000000
1,2025-10-10T21:00:01Z,taker_fee,M-5,margin:12,0.000001,
1,2025-10-10T21:00:01Z,taker_fee,M-5,fees,,0.000001
";
    assert_eq!(exported(&two(), Books::Csv), expected);
}

#[test]
fn a_journal_that_is_not_good_is_refused_with_its_line() {
    let whole = two();
    let cut = &whole[..whole.len() - 40];
    let error = export(cut, &mut Vec::new(), Books::Csv).unwrap_err();
    assert!(error.to_string().starts_with("line 4: "), "{error}");
}

/// An output that takes nothing is our failure and no fault of the journal.
#[test]
fn what_cannot_be_written_is_told() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    for books in [Books::Ledger, Books::Csv] {
        let error = export(two().as_slice(), &mut Full, books).unwrap_err();
        assert!(
            error.to_string().starts_with("cannot be written: "),
            "{error}"
        );
    }
}

/// The balances that follow from the rows of the CSV.
fn from_rows(text: &str) -> BTreeMap<String, i128> {
    let mut balances = BTreeMap::new();
    for row in text.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let units = |cell: &str| cell.parse::<Usd>().map_or(0, |amount| amount.units());
        *balances.entry(cells[4].to_owned()).or_default() += units(cells[6]) - units(cells[5]);
    }
    balances.retain(|_, balance| *balance != 0);
    balances
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Credits less debits are the balances of the replayed journal, to the last unit.
    #[test]
    fn the_rows_come_to_the_balances(amounts in prop::collection::vec((0_u32..4, 1_i128..10_i128.pow(15)), 0..40)) {
        let mut entries = Vec::new();
        for (seq, (account, units)) in (0..).zip(amounts) {
            let amount = Usd::from_units(units).unwrap().to_string();
            let margin = Account::Margin(AccountId::new(account));
            entries.push(entry(seq, (Account::External, margin, &amount, Cause::MarginPosted)));
        }
        let journal = journal(&entries);
        let replayed = replay(journal.as_slice()).unwrap();
        let kept: BTreeMap<String, i128> = replayed
            .balances
            .balances()
            .filter(|(_, balance)| !balance.is_zero())
            .map(|(account, balance)| (account.to_string(), balance.units()))
            .collect();
        prop_assert_eq!(from_rows(&exported(&journal, Books::Csv)), kept);
    }
}
