//! Explanations of the fixtures' journals: they add up, by figures worked by hand where there are
//! some, and say what cannot be told.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // helpers of tests

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use seawall_ledger::{Account, AccountId, DeficitId};
use seawall_report::WIDTH;
use seawall_report::explain::{
    Grid, Question, Section, Story, Value, document, explain, markdown, schema, table,
};
use seawall_report::journal::{
    Books, EventRecord, Header, Line, PositionRecord, Sink, replay, trial, walk,
};
use seawall_report::table::Ink;
use seawall_scenario::Scenario;
use seawall_sim::{VenueName, run_one};
use seawall_units::{Index, Price, Usd};
use seawall_venue::StageId;
use support::docs::kept;

mod support {
    pub(crate) mod docs;
}
#[path = "support/answers.rs"]
mod answers;

fn file(scenario: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/scenarios");
    folder.join(format!("{scenario}.toml"))
}

fn journal(scenario: &str, venue: VenueName) -> Vec<u8> {
    let scenario = Scenario::load(file(scenario)).unwrap();
    let mut sink = Sink::new(Vec::new(), Header::new(&scenario, venue).unwrap());
    run_one(&scenario, venue, &mut sink).unwrap();
    sink.finish().unwrap().0
}

/// The fixtures whose journals are small enough to be told of whole.
const FIXTURES: [&str; 16] = [
    "adl-last",
    "coupon-arrears",
    "exit-queue",
    "gap-through-auction",
    "junior-wiped",
    "latency-arbitrage",
    "no-bidders",
    "oracle-outage",
    "recovery",
    "residual",
    "senior-pays",
    "stage-1-partial-deleverage",
    "stage-2-auction",
    "stage-3-junior",
    "stage-4-insurance",
    "stage-5-adl",
];

fn account(text: &str) -> Question {
    Question::Account(text.to_owned())
}

fn ask(journal: &[u8], question: &Question) -> Story {
    explain(journal, question).unwrap_or_else(|error| panic!("{question:?}: {error}"))
}

fn usd(value: &Value) -> Usd {
    match value {
        Value::Usd(usd) | Value::Exact(usd) => *usd,
        Value::Nothing => Usd::ZERO,
        other => panic!("{other:?} is no money"),
    }
}

fn grid<'a>(section: &'a Section, title: &str) -> &'a Grid {
    let mut found = section.grids.iter().filter(|grid| grid.title == title);
    found.next().unwrap_or_else(|| panic!("no table {title}"))
}

/// The cells of a column that every row has.
fn column(grid: &Grid, name: &str) -> Vec<Value> {
    let place = grid.columns.iter().position(|(id, _)| *id == name).unwrap();
    grid.rows.iter().map(|row| row[place].clone()).collect()
}

/// Accounts, parts of the capital and parties that a journal names.
fn subjects(journal: &[u8]) -> (BTreeSet<AccountId>, BTreeSet<String>, BTreeSet<u32>) {
    let (mut traders, mut capital, mut parties) = Default::default();
    let (a, b, c): (
        &mut BTreeSet<AccountId>,
        &mut BTreeSet<String>,
        &mut BTreeSet<u32>,
    ) = (&mut traders, &mut capital, &mut parties);
    walk(journal, &mut |line| {
        let Line::Event(event) = line else { return };
        for each in event.transfers.iter().flat_map(|t| [t.from(), t.to()]) {
            if let Account::Margin(id) = each {
                a.insert(id);
            }
        }
        match &event.event {
            EventRecord::Values(values) => b.extend(values.values.keys().cloned()),
            EventRecord::Shares(record) => c.extend(record.holder.map(|owner| owner.number())),
            _ => {}
        }
    })
    .unwrap();
    (traders, capital, parties)
}

/// Every column of money but the value sums to the change of the value.
fn minutes_add_up(section: &Section, what: &str) {
    let grid = grid(section, "Minute by minute");
    let places = grid.columns.iter().map(|(id, _)| *id);
    let parts: Vec<usize> = places
        .enumerate()
        .filter(|(_, id)| id.ends_with("_usd") && *id != "value_usd")
        .map(|(place, _)| place)
        .collect();
    let values = column(grid, "value_usd");
    let mut before = Usd::ZERO;
    for (row, value) in grid.rows.iter().zip(values) {
        let sum: Usd = parts.iter().map(|place| usd(&row[*place])).sum();
        assert_eq!(before + sum, usd(&value), "{what}: {row:?}");
        before = usd(&value);
    }
    let change = total(section);
    assert_eq!(change, before, "{what}");
}

/// The last row of the parts, which the rows above it sum to.
fn total(section: &Section) -> Usd {
    let parts = grid(section, "From nothing to the end");
    let mut cells = column(parts, "usd");
    let change = usd(&cells.pop().unwrap());
    assert_eq!(cells.iter().map(usd).sum::<Usd>(), change);
    change
}

#[test]
fn every_statement_and_every_change_of_value_adds_up() {
    let (mut statements, mut values, mut holdings) = (0, 0, 0);
    for scenario in FIXTURES {
        for venue in VenueName::ALL {
            let journal = journal(scenario, venue);
            let books = replay(&journal[..]).unwrap().balances;
            let (traders, capital, parties) = subjects(&journal);
            for id in traders.into_iter().take(8) {
                let what = format!("{scenario} in {venue}, margin:{id}");
                let story = ask(&journal, &account(&format!("margin:{id}")));
                let statement = grid(&story.sections[0], "Statement");
                let owed = books.balance(Account::Margin(id)) + books.balance(Account::Free(id));
                let closing = column(statement, "received_usd").pop().unwrap();
                assert_eq!(usd(&closing), owed, "{what}");
                let sum = |name| {
                    let mut cells = column(statement, name);
                    cells.pop().unwrap();
                    let all = usd(&cells.pop().unwrap());
                    assert_eq!(cells.iter().map(usd).sum::<Usd>(), all, "{what}");
                    all
                };
                assert_eq!(sum("received_usd") - sum("paid_usd"), owed, "{what}");
                statements += 1;
            }
            for role in capital {
                let what = format!("{scenario} in {venue}, {role}");
                let story = ask(&journal, &account(&role));
                minutes_add_up(&story.sections[0], &what);
                values += 1;
            }
            for owner in parties {
                let name = format!("pending_redemption:{owner}");
                let story = ask(&journal, &account(&name));
                for section in story.sections.iter().filter(|s| s.id == "holding") {
                    minutes_add_up(section, &format!("{scenario} in {venue}, owner {owner}"));
                    holdings += 1;
                }
            }
        }
    }
    assert!(statements >= 50, "{statements}");
    assert!(values >= 90, "{values}");
    assert!(holdings >= 48, "{holdings}");
}

/// `⌈P·net⌉ − Σ cost − ⌊Σ size·(F − then)⌋` over all positions, in units of 10^-6: what traders'
/// open positions are worth to them (docs/mechanism.md, M-9.1).
fn open_pnl(positions: &BTreeMap<Account, PositionRecord>, mark: Price, funding: Index) -> i128 {
    let (mut net, mut cost, mut owed) = (0_i128, 0_i128, 0_i128);
    for each in positions.values() {
        let then: Index = each.since["funding"].parse().unwrap();
        net += each.size.units();
        cost += each.cost.units();
        owed += each.size.units() * (funding.units() - then.units());
    }
    let value = (net * mark.units()).div_euclid(1_000_000_000_000);
    let ceil = i128::from((net * mark.units()).rem_euclid(1_000_000_000_000) != 0);
    value + ceil - cost - owed.div_euclid(100_000_000_000_000_000_000)
}

#[test]
fn the_part_of_open_profit_is_what_the_positions_are_worth() {
    let mut moved = 0;
    for scenario in FIXTURES {
        let journal = journal(scenario, VenueName::Tranched);
        let (mut positions, mut expect) = (BTreeMap::new(), Vec::new());
        let (mut mark, mut funding, mut before) = (None, Index::ZERO, 0_i128);
        let mut live = Vec::new();
        walk(&journal[..], &mut |line| {
            let event = match line {
                Line::Event(event) => event,
                Line::Header(header) => return mark = Some(header.opening),
                Line::End(_) => return,
            };
            for each in &event.positions {
                positions.insert(each.holder, each.clone());
            }
            match &event.event {
                EventRecord::Mark { price, .. } => mark = Some(*price),
                EventRecord::Index { levels, .. } => funding = levels["funding"].parse().unwrap(),
                EventRecord::Values(values) => {
                    let now = open_pnl(&positions, mark.unwrap(), funding);
                    // Where equity is below zero a value does not follow it.
                    live.push(values.values["senior"] + values.values["junior"]);
                    expect.push(before - now);
                    before = now;
                }
                _ => {}
            }
        })
        .unwrap();
        if live.iter().any(|value| value.is_zero()) {
            continue;
        }
        let story = ask(&journal, &account("junior"));
        let parts = grid(&story.sections[0], "From nothing to the end");
        let ids = column(parts, "id");
        let place = ids.iter().position(|id| *id == Value::from("open_pnl"));
        let told = place.map_or(Usd::ZERO, |place| usd(&column(parts, "usd")[place]));
        assert_eq!(told.units(), expect.iter().sum::<i128>(), "{scenario}");
        moved += i32::from(expect.iter().any(|each| *each != 0));
    }
    assert!(moved >= 8, "{moved}");
}

/// stage-5-adl, worked by hand in the fixture: D = 50 000; Junior 10 000, insurance 15 000, and ADL
/// takes 5 250 + 4 987.5 + 4 738.125 + 4 501.21875 + 4 276.157812 + 1 246.998438 = 25 000.
#[test]
fn a_deficit_is_told_as_worked_by_hand() {
    let journal = journal("stage-5-adl", VenueName::Tranched);
    let story = ask(&journal, &Question::Deficit(DeficitId::new(0)));
    let section = &story.sections[0];
    let payers = grid(section, "Payers in their order");
    let mut gave: BTreeMap<String, Usd> = BTreeMap::new();
    for (stage, paid) in column(payers, "stage")
        .into_iter()
        .zip(column(payers, "absorbed_usd"))
    {
        *gave.entry(stage.read()).or_default() += usd(&paid);
    }
    for (stage, expect) in [
        ("junior", "10000"),
        ("insurance", "15000"),
        ("ADL", "25000"),
        ("senior", "0"),
    ] {
        assert_eq!(gave[stage], expect.parse().unwrap(), "{stage}");
    }
    // Margin 50 000, loss 5 000 · (100 − 80) = 100 000.
    let says = &section.steps[0].says;
    assert!(
        says.contains("held long 5,000 from 100; the mark moved from 100"),
        "{says}"
    );
    assert!(
        says.contains("It gave 50,000.00; of 100,000.00 50,000.00 was missing."),
        "{says}"
    );
    assert!(section.says[0].ends_with("= 50,000.00: exactly the deficit of 50,000.00."));
    let cuts = grid(section, "Winners who were cut, in the order of their rank");
    let taken: Vec<Usd> = column(cuts, "taken_usd").iter().map(usd).collect();
    let worked = [
        "5250",
        "4987.5",
        "4738.125",
        "4501.21875",
        "4276.157812",
        "1246.998438",
    ];
    assert_eq!(taken, worked.map(|text| text.parse::<Usd>().unwrap()));
    // The winner's own account tells the same cuts: 250 of 5 000 first, all of the profit taken.
    let story = ask(&journal, &account("short"));
    let steps = &story.sections[0].steps;
    let cut = steps
        .iter()
        .find(|step| step.says.starts_with("ADL for deficit 0"))
        .unwrap();
    assert!(
        cut.says.contains("rank 1 of 1 in the batch"),
        "{}",
        cut.says
    );
    assert!(
        cut.says.contains("5,250.00 (100.00 %) taken; 0.00 is kept"),
        "{}",
        cut.says
    );
    assert!(
        cut.says.contains("closed at 101 instead of the mark 80"),
        "{}",
        cut.says
    );
}

/// stage-3-junior: long 1 000 from 100, margin 10 000, maintenance 5 %; the mark gaps to 85:
/// requirement 4 250, equity −5 000.
#[test]
fn a_trader_hears_when_each_threshold_was_crossed() {
    let journal = journal("stage-3-junior", VenueName::Tranched);
    let story = ask(&journal, &account("long"));
    let section = &story.sections[0];
    let begins = &section.steps[0].says;
    assert!(
        begins.starts_with("Begins with long 1,000 from 100, margin 10,000.00"),
        "{begins}"
    );
    let crossed = section
        .steps
        .iter()
        .find(|step| step.says.starts_with("Equity"))
        .unwrap();
    assert!(
        crossed
            .says
            .starts_with("Equity -5,000.00 is below zero: mark 85"),
        "{}",
        crossed.says
    );
    assert_eq!(crossed.rule, "M-8.2");
    let settled = "Settled by the pool at the mark 85: long 1,000; equity -5,000.00";
    let mut steps = section.steps.iter();
    assert!(
        steps.any(|step| step.says.starts_with(settled)),
        "{section:?}"
    );
    let figure = |name| {
        let mut found = section.figures.iter().filter(|(id, _)| *id == name);
        usd(&found.next().unwrap().1)
    };
    assert_eq!(figure("result_usd"), Usd::whole(-10_000));
    assert_eq!(figure("deficit_usd"), Usd::whole(5_000));
}

/// Every kind of explanation reads so, keeps to the width, and is a valid document.
#[test]
fn explanations_read_like_this() {
    let validator = jsonschema::validator_for(&schema().to_value()).unwrap();
    let at = |text: &str| Question::At(text.parse().unwrap());
    let (tranched, book) = (VenueName::Tranched, VenueName::Hyperliquid);
    let cases = [
        ("trader", "stage-2-auction", tranched, account("long")),
        ("winner", "stage-5-adl", tranched, account("short")),
        ("winner-book", "stage-5-adl", book, account("short")),
        ("capital", "exit-queue", tranched, account("junior")),
        ("provider", "exit-queue", tranched, account("a")),
        (
            "deficit",
            "senior-pays",
            tranched,
            Question::Deficit(DeficitId::new(0)),
        ),
        (
            "stage",
            "stage-5-adl",
            tranched,
            Question::Stage(StageId::Adl),
        ),
        ("moment", "stage-4-insurance", tranched, at("11")),
    ];
    for (name, scenario, venue, question) in cases {
        let story = ask(&journal(scenario, venue), &question);
        let text = table(&story, Ink::Plain);
        for line in text.lines() {
            assert!(line.chars().count() <= WIDTH, "{name}: {line}");
        }
        let json: serde_json::Value = serde_json::from_str(&document(&story).unwrap()).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&json)
            .map(|e| e.to_string())
            .collect();
        assert_eq!(errors, Vec::<String>::new(), "{name}");
        insta::assert_snapshot!(name, text);
        if name == "deficit" {
            insta::assert_snapshot!("markdown", markdown(&story));
        }
    }
}

#[test]
fn the_schema_file_is_the_derived_schema() {
    let derived = schema().to_value();
    let mut written = serde_json::to_string_pretty(&derived).unwrap();
    written.push('\n');
    let file = kept("schema/explanation.schema.json", &written);
    let file: serde_json::Value = serde_json::from_str(&file).unwrap();
    assert_eq!(file, derived, "UPDATE_DOCS=1 rewrites it");
}

#[test]
fn what_the_journal_does_not_know_is_refused_with_what_it_knows() {
    let journal = journal("stage-5-adl", VenueName::Tranched);
    let check = |question: Question, legal: &str| {
        let error = explain(&journal[..], &question).unwrap_err().to_string();
        assert!(error.contains(legal), "{error}");
    };
    check(account("bob"), "legal: margin:0 to margin:1, long, short, ");
    check(account("margin:77"), "legal: margin:0 to margin:1");
    check(account("pool"), "legal: margin:0 to margin:1");
    check(Question::Deficit(DeficitId::new(1)), "legal: 0 to 0");
    let moments = "legal: 2025-01-01T00:00:01Z to 2025-01-01T00:";
    check(Question::At("12:00:00".parse().unwrap()), moments);
    check(
        Question::At("2024-12-31T00:00:00Z".parse().unwrap()),
        moments,
    );
}

#[test]
fn a_journal_that_was_cut_off_is_told_to_its_last_whole_line() {
    let whole = journal("stage-3-junior", VenueName::Tranched);
    let lines = whole.iter().filter(|byte| **byte == b'\n').count();
    let question = account("long");
    assert_eq!(ask(&whole, &question).note, None);
    // Without its final record, and torn in the middle of the line before.
    let last = whole.len() - 1;
    let end = whole[..last]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .unwrap()
        + 1;
    for (cut, line) in [(end, lines - 1), (end - 20, lines - 2)] {
        let story = ask(&whole[..cut], &question);
        let note = format!("The journal ends at line {line}, before its end.");
        assert_eq!(story.note, Some(note));
        assert!(table(&story, Ink::Plain).contains("Equity -5,000.00 is below zero"));
    }
    // An unknown deficit says that the journal was cut off.
    let error = explain(&whole[..end - 20], &Question::Deficit(DeficitId::new(7))).unwrap_err();
    let expect = format!(
        "The journal ends at line {}, before its end. the journal",
        lines - 2
    );
    assert!(error.to_string().starts_with(&expect), "{error}");
    // A line that was changed is no end.
    let mut changed = whole;
    changed[end - 40] ^= 1;
    assert!(explain(&changed[..], &question).is_err());
}

/// Debits equal credits at any moment, and at the end they are the replayed balances.
#[test]
fn a_trial_balance_balances() {
    let journal = journal("senior-pays", VenueName::Tranched);
    let replayed = replay(&journal[..]).unwrap();
    let (_, last) = replayed.span.unwrap();
    for when in ["0", "11", "12", &last.secs().to_string()] {
        let mut out = Vec::new();
        trial(&journal[..], &mut out, Books::Csv, when.parse().unwrap()).unwrap();
        let text = String::from_utf8(out).unwrap();
        let mut sums = [Usd::ZERO; 2];
        let mut rows = BTreeMap::new();
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let amounts = [cells[1], cells[2]].map(|cell| cell.parse().unwrap_or(Usd::ZERO));
            if cells[0] == "total" {
                assert_eq!(amounts, sums, "{when}");
                assert_eq!(sums[0], sums[1], "{when}");
                continue;
            }
            sums[0] += amounts[0];
            sums[1] += amounts[1];
            rows.insert(cells[0].to_owned(), amounts[1] - amounts[0]);
        }
        assert!(sums[0].is_positive());
        if when.len() > 2 {
            let all = replayed.balances.balances();
            let all: BTreeMap<String, Usd> = all.map(|(a, b)| (a.to_string(), b)).collect();
            assert_eq!(rows, all);
        }
    }
    let mut out = Vec::new();
    let late = trial(
        &journal[..],
        &mut out,
        Books::Ledger,
        "23:00:00".parse().unwrap(),
    );
    assert!(
        late.unwrap_err()
            .to_string()
            .contains("legal: 2025-01-01T00:00:01Z to")
    );
    assert!(out.is_empty());
}
