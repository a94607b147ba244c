//! The balances of a replayed journal, as a table and as JSON.

use std::collections::BTreeMap;

use seawall_ledger::{Account, AccountKind};
use seawall_units::Usd;
use serde::Serialize;

use super::Replayed;
use crate::digits::{count, rounded};
use crate::grid::{self, Align};
use crate::json::Money;

/// How much of the balances is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// One line a kind of account.
    #[default]
    Kinds,
    /// One line for every account whose balance is not zero.
    Accounts,
}

/// Number of accounts and sum of balances of each kind that has any.
fn kinds(replayed: &Replayed) -> BTreeMap<AccountKind, (u64, Usd)> {
    let mut kinds: BTreeMap<AccountKind, (u64, Usd)> = BTreeMap::new();
    for (account, balance) in replayed.balances.balances() {
        let (accounts, sum) = kinds.entry(account.kind()).or_default();
        *accounts = accounts.saturating_add(1);
        *sum += balance;
    }
    kinds
}

/// The balances as an aligned table, exact, ending in a newline.
#[must_use]
pub fn table(replayed: &Replayed, detail: Detail) -> String {
    let header = &replayed.header;
    let mut text = format!(
        "{} in {}, seed {}: {} entries, {} events\n\n",
        header.scenario,
        header.venue,
        header.seed,
        count(replayed.balances.entries()),
        count(replayed.events),
    );
    let exact = |balance: Usd| rounded(balance.units(), Usd::PLACES, Usd::PLACES);
    let mut lines = vec![["kind", "accounts", "balance (USD)"].map(str::to_owned)];
    for (kind, (accounts, sum)) in kinds(replayed) {
        lines.push([kind.name().to_owned(), count(accounts), exact(sum)]);
    }
    let sum = exact(replayed.balances.sum());
    lines.push([String::from("sum"), String::new(), sum]);
    text.push_str(&aligned(&lines));
    if detail == Detail::Accounts {
        let mut lines = vec![["account", "", "balance (USD)"].map(str::to_owned)];
        for (account, balance) in replayed.balances.balances() {
            lines.push([account.to_string(), String::new(), exact(balance)]);
        }
        text.push('\n');
        text.push_str(&aligned(&lines));
    }
    text
}

/// The first column to the left, the others to the right.
fn aligned(lines: &[[String; 3]]) -> String {
    let mut widths = [0_usize; 3];
    for line in lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = cell.len().max(*width);
        }
    }
    let [first, second, third] = widths;
    let row = |[name, middle, last]: &[String; 3]| {
        format!("{name:<first$}  {middle:>second$}  {last:>third$}\n")
    };
    lines.iter().map(row).collect()
}

/// The lines of a table for people or programs: what, how many accounts, balance.
fn lines(replayed: &Replayed, detail: Detail) -> Vec<(String, Option<u64>, Usd)> {
    let kinds = kinds(replayed).into_iter();
    let mut lines: Vec<(String, Option<u64>, Usd)> = kinds
        .map(|(kind, (accounts, sum))| (kind.name().to_owned(), Some(accounts), sum))
        .collect();
    lines.push((String::from("sum"), None, replayed.balances.sum()));
    if detail == Detail::Accounts {
        let each = replayed.balances.balances();
        lines.extend(each.map(|(account, balance)| (account.to_string(), None, balance)));
    }
    lines
}

/// The balances as a Markdown table, exact; single accounts follow the sum.
#[must_use]
pub fn markdown(replayed: &Replayed, detail: Detail) -> String {
    let header = &replayed.header;
    let title = format!("{} in {}", header.scenario, header.venue);
    let head = ["kind or account", "accounts", "balance (USD)"].map(str::to_owned);
    let aligns = [Align::Left, Align::Right, Align::Right];
    let head: Vec<(String, Align)> = head.into_iter().zip(aligns).collect();
    let lines: Vec<Vec<String>> = lines(replayed, detail)
        .into_iter()
        .map(|(name, accounts, balance)| {
            let exact = rounded(balance.units(), Usd::PLACES, Usd::PLACES);
            let accounts = accounts.map(count).unwrap_or_default();
            vec![grid::escaped(&name), accounts, grid::escaped(&exact)]
        })
        .collect();
    format!(
        "# {}\n\nSeed {}: {} entries, {} events.\n\n{}",
        grid::escaped(&title),
        header.seed,
        count(replayed.balances.entries()),
        count(replayed.events),
        grid::markdown(&head, &lines)
    )
}

/// The balances as CSV in long form: `metric,unit,venue,value`, with metrics such as
/// `balance:margin` and `accounts:margin`.
#[must_use]
pub fn csv(replayed: &Replayed, detail: Detail) -> String {
    let venue = &replayed.header.venue;
    let mut rows = Vec::new();
    for (name, accounts, balance) in lines(replayed, detail) {
        let mut row = |what: &str, unit: &str, value: String| {
            let metric = format!("{what}:{name}");
            rows.push(vec![metric, unit.to_owned(), venue.clone(), value]);
        };
        row("balance", "USD", balance.to_string());
        if let Some(accounts) = accounts {
            row("accounts", "count", accounts.to_string());
        }
    }
    grid::csv_text(&grid::LONG, &rows)
}

#[derive(Debug, Serialize)]
struct Document<'a> {
    schema_version: u32,
    scenario: &'a str,
    scenario_sha256: &'a str,
    venue: &'a str,
    seed: u64,
    entries: u64,
    events: u64,
    sum_usd: Money,
    kinds: Vec<KindBalance>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accounts: Option<Vec<AccountBalance>>,
}

#[derive(Debug, Serialize)]
struct KindBalance {
    kind: &'static str,
    accounts: u64,
    balance_usd: Money,
}

#[derive(Debug, Serialize)]
struct AccountBalance {
    account: Account,
    balance_usd: Money,
}

/// The balances as JSON, indented, ending in a newline.
///
/// **Errors** none in practice: every value has a form in JSON.
pub fn document(replayed: &Replayed, detail: Detail) -> serde_json::Result<String> {
    let kinds = kinds(replayed).into_iter();
    let all = || {
        let balances = replayed.balances.balances();
        balances.map(|(account, balance)| AccountBalance {
            account,
            balance_usd: balance.into(),
        })
    };
    let document = Document {
        schema_version: 1,
        scenario: &replayed.header.scenario,
        scenario_sha256: &replayed.header.scenario_sha256,
        venue: &replayed.header.venue,
        seed: replayed.header.seed,
        entries: replayed.balances.entries(),
        events: replayed.events,
        sum_usd: replayed.balances.sum().into(),
        kinds: kinds
            .map(|(kind, (accounts, sum))| KindBalance {
                kind: kind.name(),
                accounts,
                balance_usd: sum.into(),
            })
            .collect(),
        accounts: (detail == Detail::Accounts).then(|| all().collect()),
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}
