//! The ledger page (docs/ledger.md), worked by hand: M-8.2 to M-8.6 in postings.
//!
//! The vector file is replayed through the ledger; D and the tranches' values are rebuilt from the
//! positions; the page must say what the file says.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use seawall_ledger::{Account, Cause, DeficitId, Ledger, Replay, Transfer};
use seawall_units::{Base, Price, Time, Usd};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    loss_order: String,
    adl_max_batches: u32,
    mark: Price,
    before_step: usize,
    senior_claim: Usd,
    deficit: Usd,
    values: Values,
    values_after: Values,
    absorbed: BTreeMap<String, Usd>,
    positions: Vec<Position>,
    left: Vec<Position>,
    opening: Vec<Balance>,
    posting: Vec<Transfer>,
    closing: Vec<Balance>,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct Values {
    senior: Usd,
    junior: Usd,
    insurance: Usd,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Position {
    held_by: Account,
    size: Base,
    entry: Price,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Balance {
    account: Account,
    balance: Usd,
}

const DEFICIT: Account = Account::OpenDeficit(DeficitId::new(0));

fn text(path: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(path)).unwrap()
}

fn page() -> Page {
    toml::from_str(&text("fixtures/vectors/ledger-page.toml")).unwrap()
}

/// Open profit at the mark; the page's figures lie on the grid, so both roundings agree.
fn open_profit(position: &Position, mark: Price) -> Usd {
    let profit = mark.value_floor(position.size) - position.entry.value_floor(position.size);
    let ceil = mark.value_ceil(position.size) - position.entry.value_ceil(position.size);
    assert_eq!(profit, ceil, "a figure of the page is rounded");
    profit
}

/// Puts the opening balances into a ledger, each against `External`.
fn opened(case: &Case) -> Ledger {
    let mut ledger = Ledger::new(Time::from_secs(0));
    let total: Usd = case.opening.iter().map(|line| line.balance).sum();
    assert!(
        total.is_zero(),
        "case {}: opening sums to {total}",
        case.name
    );
    for line in &case.opening {
        let cause = match line.account {
            Account::External => continue,
            Account::Margin(_) => Cause::MarginPosted,
            _ => Cause::CapitalPaidIn,
        };
        ledger.pay(Account::External, line.account, line.balance, cause);
    }
    ledger.end_step();
    for line in &case.opening {
        assert_eq!(
            ledger.balance(line.account),
            line.balance,
            "{}",
            line.account
        );
    }
    ledger
}

/// Values of the tranches: equity is cash less the traders' open profit (M-9.1).
fn values(ledger: &Ledger, positions: &[Position], mark: Price, claim: Usd) -> Values {
    let open: Usd = positions.iter().map(|p| open_profit(p, mark)).sum();
    let cash = ledger.balance(Account::Senior) + ledger.balance(Account::Junior);
    let equity = cash - open;
    Values {
        senior: claim.min(equity),
        junior: (equity - claim).or_zero(),
        insurance: ledger.balance(Account::Insurance),
    }
}

#[test]
fn replaying_the_postings_gives_the_closing_trial_balance() {
    for case in page().case {
        let mut ledger = opened(&case);
        let mut replay = Replay::new();
        for transfer in &case.posting {
            ledger.post(*transfer);
            assert!(
                ledger.sum().is_zero(),
                "case {}: after {transfer:?}",
                case.name
            );
        }
        ledger.end_step();
        assert!(ledger.drain().iter().all(|entry| replay.apply(entry)));
        assert!(ledger.recount().is_zero() && replay.sum().is_zero());

        let mut closing: Vec<_> = ledger.balances().collect();
        closing.sort();
        let mut want: Vec<_> = case
            .closing
            .iter()
            .map(|l| (l.account, l.balance))
            .collect();
        want.sort();
        assert_eq!(closing, want, "case {}", case.name);
        assert_eq!(closing, replay.balances().collect::<Vec<_>>());
    }
}

#[test]
fn the_deficit_and_the_capacities_follow_from_the_positions() {
    for case in page().case {
        let mut ledger = opened(&case);
        for transfer in &case.posting[..case.before_step] {
            ledger.post(*transfer);
        }
        let bankrupt = &case.positions[0];
        let margin = ledger.balance(bankrupt.held_by);
        let equity = margin + open_profit(bankrupt, case.mark);
        assert_eq!(equity, -case.deficit, "case {}", case.name);
        let before = values(&ledger, &case.positions, case.mark, case.senior_claim);
        assert_eq!(before, case.values, "case {}", case.name);

        for transfer in &case.posting[case.before_step..] {
            ledger.post(*transfer);
        }
        let claim = case.senior_claim - case.absorbed["senior"];
        let after = values(&ledger, &case.left, case.mark, claim);
        assert_eq!(after, case.values_after, "case {}", case.name);
    }
}

#[test]
fn what_each_payer_absorbed_is_the_deficit() {
    let payer = |cause: Cause| match cause {
        Cause::JuniorLoss => Some("junior"),
        Cause::InsuranceLoss => Some("insurance"),
        Cause::AdlCut => Some("adl"),
        Cause::SeniorLoss => Some("senior"),
        Cause::ResidualCut => Some("residual"),
        _ => None,
    };
    for case in page().case {
        let mut absorbed: BTreeMap<String, Usd> = case
            .absorbed
            .keys()
            .map(|name| (name.clone(), Usd::ZERO))
            .collect();
        let mut order = Vec::new();
        for transfer in case.posting.iter().filter(|t| t.to() == DEFICIT) {
            let name = payer(transfer.cause()).unwrap();
            *absorbed.get_mut(name).unwrap() += transfer.amount();
            order.push(name);
        }
        order.dedup();
        assert_eq!(absorbed, case.absorbed, "case {}", case.name);
        assert_eq!(absorbed.values().copied().sum::<Usd>(), case.deficit);
        let legal = match case.loss_order.as_str() {
            "senior_last" => ["junior", "insurance", "adl", "senior", "residual"],
            _ => ["junior", "insurance", "senior", "adl", "residual"],
        };
        assert!(legal.starts_with(&order), "case {}: {order:?}", case.name);
        assert_eq!(case.adl_max_batches, 1);
    }
}

#[test]
fn the_residual_is_cut_pro_rata_of_equity() {
    let case = page()
        .case
        .into_iter()
        .find(|case| case.name == "C")
        .unwrap();
    let is_cut = |transfer: &&Transfer| transfer.cause() == Cause::ResidualCut;
    let cuts: Vec<_> = case.posting.iter().filter(is_cut).collect();
    let mut ledger = opened(&case);
    for transfer in case.posting.iter().take_while(|t| !is_cut(t)) {
        ledger.post(*transfer);
    }
    let equity: Vec<Usd> = cuts.iter().map(|cut| ledger.balance(cut.from())).collect();
    let parts = seawall_units::split_pro_rata(case.absorbed["residual"], &equity).unwrap();
    assert_eq!(
        parts,
        cuts.iter().map(|cut| cut.amount()).collect::<Vec<_>>()
    );
}

/// The cells of a table line without code marks; `None` for any other line.
fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.strip_prefix('|')?.strip_suffix('|')?;
    Some(
        inner
            .split('|')
            .map(|cell| cell.trim().replace('`', ""))
            .collect(),
    )
}

#[test]
fn the_page_says_what_the_file_says() {
    let text = text("docs/ledger.md");
    let sections: Vec<&str> = text.split("\n## Case ").skip(1).collect();
    let cases = page().case;
    assert_eq!(sections.len(), cases.len());
    for (section, case) in sections.iter().zip(&cases) {
        assert!(section.starts_with(&case.name));
        let rows: Vec<_> = section.lines().filter_map(cells).collect();
        let postings: Vec<(usize, Transfer)> = rows
            .iter()
            .filter(|row| row.len() == 5 && row[0].parse::<usize>().is_ok())
            .map(|row| (row[0].parse().unwrap(), transfer(row)))
            .collect();
        // Case B is printed from where it parts from case A.
        let first = postings[0].0;
        let numbers: Vec<_> = postings.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, (first..=case.posting.len()).collect::<Vec<_>>());
        let printed: Vec<_> = postings.iter().map(|(_, transfer)| *transfer).collect();
        assert_eq!(printed, case.posting[first - 1..], "case {}", case.name);

        let balances: Vec<(Account, Usd)> = rows
            .iter()
            .filter(|row| row.len() == 2)
            .filter_map(|row| Some((row[0].parse().ok()?, row[1].parse().ok()?)))
            .collect();
        let lines = |list: &[Balance]| -> Vec<(Account, Usd)> {
            list.iter()
                .map(|line| (line.account, line.balance))
                .collect()
        };
        let opening = if first == 1 {
            lines(&case.opening)
        } else {
            Vec::new()
        };
        let want: Vec<_> = opening.into_iter().chain(lines(&case.closing)).collect();
        assert_eq!(balances, want, "case {}", case.name);
    }
    // What case B does not print is what case A printed.
    assert_eq!(cases[0].posting[..11], cases[1].posting[..11]);
}

fn transfer(row: &[String]) -> Transfer {
    let (from, to) = (row[1].parse().unwrap(), row[2].parse().unwrap());
    Transfer::new(from, to, row[3].parse().unwrap(), row[4].parse().unwrap()).unwrap()
}
