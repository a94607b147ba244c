//! What divergence costs a provider of liquidity: text, Markdown, CSV and JSON.

use seawall_lp::break_even::Income;
use seawall_lp::outlook::{InMoney, Outlook, percent};
use seawall_units::Usd;
use serde::Serialize;

use crate::digits::rounded;
use crate::grid::{self, Align};
use crate::json::Money;
use crate::table::Ink;
use crate::wrap::wrapped;

pub mod walk;

/// A position of one kind at several prices.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// What kind of position it is.
    pub pool: String,
    /// The names of its assets.
    pub assets: Vec<String>,
    /// What the rows are told by, such as `price ratio`.
    pub head: String,
    /// What is put in; figures are per unit of it without.
    pub deposit: Option<Usd>,
    /// Fees and rewards that each row is told with.
    pub income: Income,
    /// Rewards per year as a fraction of the deposit.
    pub apr: Option<f64>,
    /// The rows in their order.
    pub rows: Vec<Row>,
}

/// How the position stands at one price.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The price or the ratio, as it was asked for.
    pub name: String,
    /// How the position stands.
    pub outlook: Outlook,
}

const NOTE: &str = "pool: what the position is worth; holding: what the first deposit would be worth, held. loss: \
    what the pool has less than holding, in percent of holding: 1 - V/H, zero or above (V/H - 1 is \
    the same below zero). missing: the same per deposit. fees, rewards even: what makes up for it, in \
    percent of the pool's value and of the deposit. net: pool, fees and rewards against holding, per \
    deposit. Fees and trading costs of the pool itself are left out.";

const HELD: &str = "In units of the deposit over the asset's first price. The amount of an asset is also how \
    the position's value answers to its price (delta); gamma is how the first amount answers to it.";

impl Sheet {
    fn money(&self, row: &Row) -> Option<InMoney> {
        self.deposit.map(|deposit| row.outlook.in_money(deposit))
    }

    fn days(&self, row: &Row) -> Option<f64> {
        self.apr.map(|apr| row.outlook.days_to_break_even(apr))
    }

    fn title(&self) -> String {
        format!("Divergence (impermanent) loss: {}", self.pool)
    }

    fn facts(&self) -> String {
        let mut facts = Vec::new();
        if let Some(deposit) = self.deposit {
            facts.push(format!("deposit {} USD", usd(deposit)));
        }
        if self.income.fees > 0.0 {
            let fees = figure(percent(self.income.fees), 4);
            facts.push(format!("fees {fees} % of the pool's value"));
        }
        if self.income.rewards > 0.0 {
            let rewards = figure(percent(self.income.rewards), 4);
            facts.push(format!("rewards {rewards} % of the deposit"));
        }
        match facts.is_empty() {
            true => String::from("no fees, no rewards; per unit of the deposit"),
            false => facts.join(", "),
        }
    }

    fn heads(&self) -> Vec<&str> {
        let mut heads = vec![self.head.as_str()];
        heads.extend(match self.deposit {
            Some(_) => ["pool USD", "holding USD", "loss %", "missing USD"],
            None => ["pool", "holding", "loss %", "missing %"],
        });
        heads.extend(["fees even %", "rewards even %"]);
        if self.apr.is_some() {
            heads.push("days even");
        }
        heads.push(if self.deposit.is_some() {
            "net USD"
        } else {
            "net %"
        });
        heads
    }

    fn line(&self, row: &Row) -> Vec<String> {
        let outlook = &row.outlook;
        let loss = figure(outlook.loss.percent(), 4);
        let mut cells = vec![row.name.clone()];
        let money = self.money(row);
        match money {
            Some(money) => cells.extend([
                usd(money.value),
                usd(money.hold),
                loss,
                usd(money.shortfall),
            ]),
            None => cells.extend([
                figure(outlook.value, 6),
                figure(outlook.hold, 6),
                loss,
                figure(percent(outlook.shortfall), 4),
            ]),
        }
        cells.push(figure(percent(outlook.fees_to_break_even), 4));
        cells.push(figure(percent(outlook.rewards_to_break_even), 4));
        if let Some(days) = self.days(row) {
            cells.push(figure(days, 1));
        }
        cells.push(match money {
            Some(money) => usd(money.net),
            None => figure(percent(outlook.net), 4),
        });
        cells
    }

    fn held_heads(&self) -> Vec<&str> {
        let mut heads = vec![self.head.as_str()];
        heads.extend(self.assets.iter().map(String::as_str));
        if self.rows.iter().any(|row| row.outlook.gamma.is_some()) {
            heads.push("gamma");
        }
        heads
    }

    fn held(&self, row: &Row) -> Vec<String> {
        let mut cells = vec![row.name.clone()];
        let amounts = row.outlook.holdings.iter();
        cells.extend(amounts.map(|amount| figure(*amount, 6)));
        cells.extend(row.outlook.gamma.map(|gamma| figure(gamma, 6)));
        cells
    }
}

fn usd(amount: Usd) -> String {
    rounded(amount.units(), Usd::PLACES, 2)
}

/// A float with so many decimals; what is not zero never reads as zero.
fn figure(float: f64, decimals: usize) -> String {
    let text = format!("{float:.decimals$}");
    let reads_as_zero = text.chars().all(|digit| matches!(digit, '0' | '.' | '-'));
    if !float.is_finite() {
        return String::from("never");
    }
    if !reads_as_zero {
        return text;
    }
    let least = format!("0.{:0>decimals$}", 1);
    match float.partial_cmp(&0.0) {
        Some(std::cmp::Ordering::Greater) => format!("<{least}"),
        Some(std::cmp::Ordering::Less) => format!(">-{least}"),
        _ => format!("{:.decimals$}", 0.0),
    }
}

/// The sheet as text, ending in a newline.
#[must_use]
pub fn table(sheet: &Sheet, ink: Ink) -> String {
    let lines = |of: &dyn Fn(&Row) -> Vec<String>| -> Vec<Vec<String>> {
        sheet.rows.iter().map(of).collect()
    };
    let losses = lines(&|row| sheet.line(row));
    let held = lines(&|row| sheet.held(row));
    let mut text = format!("{}\n  {}\n\n", ink.bold(&sheet.title()), sheet.facts());
    text.push_str(&grid::aligned(&sheet.heads(), &losses, Align::Right));
    text.push_str(&format!("\n{}\n", ink.bold("What it holds")));
    text.push_str(&grid::aligned(&sheet.held_heads(), &held, Align::Right));
    text.push('\n');
    text.push_str(&wrapped("", &format!("{NOTE} {HELD}"), crate::WIDTH));
    text
}

/// The sheet as Markdown, ending in a newline.
#[must_use]
pub fn markdown(sheet: &Sheet) -> String {
    let table = |heads: Vec<&str>, of: &dyn Fn(&Row) -> Vec<String>| {
        let head: Vec<(String, Align)> = heads
            .into_iter()
            .map(|name| (grid::escaped(name), Align::Right))
            .collect();
        let cells = |row| of(row).iter().map(|cell| grid::escaped(cell)).collect();
        let lines: Vec<Vec<String>> = sheet.rows.iter().map(cells).collect();
        grid::markdown(&head, &lines)
    };
    let losses = table(sheet.heads(), &|row| sheet.line(row));
    let held = table(sheet.held_heads(), &|row| sheet.held(row));
    format!(
        "# {}\n\n{}\n\n{losses}\n**What it holds**\n\n{held}\n{}\n{}\n",
        grid::escaped(&sheet.title()),
        grid::escaped(&sheet.facts()),
        grid::escaped(NOTE),
        grid::escaped(HELD),
    )
}

/// The sheet as CSV, one row a price: every figure with all its digits, money empty without a
/// deposit.
#[must_use]
pub fn csv(sheet: &Sheet) -> String {
    let asset = |what: &str| -> Vec<String> {
        let names = sheet.assets.iter();
        names.map(|name| format!("{what}_{name}")).collect()
    };
    let ratios: Vec<String> = match sheet.rows.first().map(|row| row.outlook.ratios.len()) {
        Some(1) | None => vec![String::from("price_ratio")],
        Some(_) => asset("price_ratio"),
    };
    let held = asset("holding");
    let mut head: Vec<&str> = vec!["asked"];
    head.extend(ratios.iter().map(String::as_str));
    head.extend([
        "value",
        "hold",
        "divergence_loss",
        "divergence_loss_signed",
        "shortfall",
        "fees_to_break_even",
        "rewards_to_break_even",
        "days_to_break_even",
        "net",
        "gamma",
        "value_usd",
        "hold_usd",
        "shortfall_usd",
        "net_usd",
    ]);
    head.extend(held.iter().map(String::as_str));
    let lines: Vec<Vec<String>> = sheet.rows.iter().map(|row| exact(sheet, row)).collect();
    grid::csv_text(&head, &lines)
}

fn exact(sheet: &Sheet, row: &Row) -> Vec<String> {
    let outlook = &row.outlook;
    let mut cells = vec![row.name.clone()];
    cells.extend(outlook.ratios.iter().map(|at| at.ratio().to_string()));
    let figures = [
        outlook.value,
        outlook.hold,
        outlook.loss.unsigned(),
        outlook.loss.signed(),
        outlook.shortfall,
        outlook.fees_to_break_even,
        outlook.rewards_to_break_even,
    ];
    cells.extend(figures.map(|float| float.to_string()));
    let maybe = |float: Option<f64>| float.map(|float| float.to_string()).unwrap_or_default();
    cells.push(maybe(sheet.days(row).filter(|days| days.is_finite())));
    cells.push(outlook.net.to_string());
    cells.push(maybe(outlook.gamma));
    let money = sheet.money(row);
    let money = money.map(|money| [money.value, money.hold, money.shortfall, money.net]);
    match money {
        Some(money) => cells.extend(money.map(|amount| amount.to_string())),
        None => cells.extend([const { String::new() }; 4]),
    }
    cells.extend(outlook.holdings.iter().map(|amount| amount.to_string()));
    cells
}

#[derive(Debug, Serialize)]
struct Document<'a> {
    schema_version: u32,
    pool: &'a str,
    assets: &'a [String],
    deposit_usd: Option<Money>,
    fees: f64,
    rewards: f64,
    rewards_per_year: Option<f64>,
    rows: Vec<Point<'a>>,
}

#[derive(Debug, Serialize)]
struct Point<'a> {
    asked: &'a str,
    price_ratios: Vec<f64>,
    value: f64,
    hold: f64,
    divergence_loss: f64,
    divergence_loss_signed: f64,
    shortfall: f64,
    holdings: &'a [f64],
    gamma: Option<f64>,
    fees_to_break_even: f64,
    rewards_to_break_even: f64,
    days_to_break_even: Option<f64>,
    net: f64,
    money: Option<PointMoney>,
}

#[derive(Debug, Serialize)]
struct PointMoney {
    value_usd: Money,
    hold_usd: Money,
    shortfall_usd: Money,
    net_usd: Money,
}

/// The sheet as JSON, indented, ending in a newline: floats with all their digits, money exact in
/// strings.
///
/// **Errors** none in practice: every value has a form in JSON.
pub fn document(sheet: &Sheet) -> serde_json::Result<String> {
    let document = Document {
        schema_version: 1,
        pool: &sheet.pool,
        assets: &sheet.assets,
        deposit_usd: sheet.deposit.map(Money),
        fees: sheet.income.fees,
        rewards: sheet.income.rewards,
        rewards_per_year: sheet.apr,
        rows: sheet.rows.iter().map(|row| as_json(sheet, row)).collect(),
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}

fn as_json<'a>(sheet: &Sheet, row: &'a Row) -> Point<'a> {
    let outlook = &row.outlook;
    Point {
        asked: &row.name,
        price_ratios: outlook.ratios.iter().map(|at| at.ratio()).collect(),
        value: outlook.value,
        hold: outlook.hold,
        divergence_loss: outlook.loss.unsigned(),
        divergence_loss_signed: outlook.loss.signed(),
        shortfall: outlook.shortfall,
        holdings: &outlook.holdings,
        gamma: outlook.gamma,
        fees_to_break_even: outlook.fees_to_break_even,
        rewards_to_break_even: outlook.rewards_to_break_even,
        days_to_break_even: sheet.days(row).filter(|days| days.is_finite()),
        net: outlook.net,
        money: sheet.money(row).map(|money| PointMoney {
            value_usd: money.value.into(),
            hold_usd: money.hold.into(),
            shortfall_usd: money.shortfall.into(),
            net_usd: money.net.into(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_zero_never_reads_as_zero() {
        let check = |float, expect: &str| assert_eq!(figure(float, 4), expect);
        check(0.0, "0.0000");
        check(-0.0, "0.0000");
        check(1e-9, "<0.0001");
        check(-1e-9, ">-0.0001");
        check(5.719_095_84, "5.7191");
        check(f64::INFINITY, "never");
    }
}
