//! Observed beside modelled, as tables.

use std::collections::BTreeMap;
use std::fmt::Write;

use seawall_units::Time;

use crate::figures::{Figures, first_minutes, large_batches, minutes, name_of, of_the_day};
use crate::spread::Spread;
use crate::sweep::{Model, Sample};
use crate::{Clock, ValidationError};

/// What a figure is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Millions of USD.
    Millions,
    /// A number of things.
    Count,
    /// Per cent.
    Share,
    /// Basis points.
    Points,
    /// A time of day.
    Clock,
    /// Seconds.
    Seconds,
}

impl Unit {
    /// A value on its grid as people read it.
    #[must_use]
    pub fn text(self, value: i128) -> String {
        let tenths = |value: i128, unit: i128, places: usize| {
            let step = unit / 10_i128.pow(u32::try_from(places).unwrap_or(0));
            let sign = if value < 0 { "-" } else { "" };
            let count = (value.abs() + step / 2) / step;
            let part = 10_i128.pow(u32::try_from(places).unwrap_or(0));
            format!("{sign}{}.{:0places$}", count / part, count % part)
        };
        match self {
            Self::Millions => tenths(value, 1_000_000_000_000, 1),
            Self::Count => value.to_string(),
            Self::Share => format!("{} %", tenths(value, 10_i128.pow(16), 1)),
            Self::Points => format!("{} bp", tenths(value, 10_i128.pow(14), 1)),
            Self::Seconds => format!("{value} s"),
            Self::Clock => {
                let secs = u64::try_from(value).unwrap_or(0);
                Clock::of(Time::from_secs(secs)).to_string()
            }
        }
    }

    /// Its name in files.
    const fn name(self) -> &'static str {
        match self {
            Self::Millions => "1e-6 USD",
            Self::Count => "count",
            Self::Share | Self::Points => "1e-18",
            Self::Clock => "unix seconds",
            Self::Seconds => "seconds",
        }
    }
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub title: String,
    /// Its key.
    pub key: String,
    /// What it is counted in.
    pub unit: Unit,
}

impl Row {
    fn new(title: impl Into<String>, key: impl Into<String>, unit: Unit) -> Self {
        Self {
            title: title.into(),
            key: key.into(),
            unit,
        }
    }
}

/// Figures that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its heading.
    pub title: &'static str,
    /// What is said above it.
    pub note: String,
    /// The figures.
    pub rows: Vec<Row>,
}

/// A figure with what was seen and what the seeds came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written<'a> {
    /// The figure.
    pub row: &'a Row,
    /// What was seen, where it was.
    pub observed: Option<i128>,
    /// Where the seeds' values lie, where any has one.
    pub spread: Option<Spread>,
}

impl Written<'_> {
    /// Whether what was seen lies in the range of the seeds, or reads like one of its ends; `None`
    /// where nothing was seen.
    #[must_use]
    pub fn hit(&self) -> Option<bool> {
        let observed = self.observed?;
        let reads = |value: i128| self.row.unit.text(value);
        let inside = self.spread.map(|s| {
            (s.low..=s.high).contains(&observed)
                || [s.low, s.high].map(reads).contains(&reads(observed))
        });
        Some(inside.unwrap_or(false))
    }
}

/// Everything that a validation has to say.
#[derive(Debug)]
pub struct Report<'a> {
    model: &'a Model,
    samples: &'a [Sample],
    day: Figures,
    blocks: Vec<Block>,
}

impl<'a> Report<'a> {
    /// Of a model and its seeds.
    #[must_use]
    pub fn new(model: &'a Model, samples: &'a [Sample]) -> Self {
        let mut day = of_the_day(&model.all, &model.observed);
        // Of real accounts in all coins: no measure for cohorts in four.
        day.remove("takeovers");
        Self {
            model,
            samples,
            day,
            blocks: blocks(model),
        }
    }

    /// The model.
    #[must_use]
    pub fn model(&self) -> &Model {
        self.model
    }

    /// How many seeds there are.
    #[must_use]
    pub fn seeds(&self) -> usize {
        self.samples.len()
    }

    /// The tables.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// One figure over the seeds.
    #[must_use]
    pub fn written<'b>(&self, row: &'b Row) -> Written<'b> {
        let values = self
            .samples
            .iter()
            .filter_map(|s| s.figures.get(&row.key).copied());
        Written {
            row,
            observed: self.day.get(&row.key).copied(),
            spread: Spread::of(values),
        }
    }

    /// The figures of a table that people look at: without those that were not observed and are
    /// nothing in every seed.
    fn shown<'b>(&'b self, block: &'b Block) -> impl Iterator<Item = &'b Row> {
        block.rows.iter().filter(|row| {
            let written = self.written(row);
            let nothing = written.spread.is_none_or(|s| s.low == 0 && s.high == 0);
            written.observed.is_some() || !nothing
        })
    }

    /// The cells of a figure: title, observed, 5 %, median, 95 %, verdict.
    fn cells(&self, row: &Row) -> [String; 6] {
        let written = self.written(row);
        let text = |value: i128| row.unit.text(value);
        let none = || "–".to_owned();
        let verdict = match written.hit() {
            Some(true) => "in",
            Some(false) => "out",
            None => "",
        };
        let (low, median, high) = match written.spread {
            Some(s) => (text(s.low), text(s.median), text(s.high)),
            None => (none(), none(), none()),
        };
        let median = match written.spread {
            Some(s) if s.count < self.samples.len() => {
                format!("{median} ({} of {})", s.count, self.samples.len())
            }
            _ => median,
        };
        [
            row.title.clone(),
            written.observed.map_or_else(none, text),
            low,
            median,
            high,
            verdict.to_owned(),
        ]
    }

    /// How many observed figures lie in the range of the seeds, of how many, in one table.
    #[must_use]
    pub fn hits(&self, block: &Block) -> (usize, usize) {
        let hits: Vec<bool> = block
            .rows
            .iter()
            .filter_map(|row| self.written(row).hit())
            .collect();
        (hits.iter().filter(|hit| **hit).count(), hits.len())
    }

    const HEADINGS: [&'static str; 6] = ["", "observed", "5 %", "median", "95 %", "observed lies"];

    /// As Markdown tables.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        for block in &self.blocks {
            let _ = writeln!(text, "## {}\n\n{}\n", block.title, block.note);
            let _ = writeln!(
                text,
                "| {} |\n|---|---:|---:|---:|---:|---|",
                Self::HEADINGS.join(" | ")
            );
            for row in self.shown(block) {
                let _ = writeln!(text, "| {} |", self.cells(row).join(" | "));
            }
            text.push('\n');
        }
        text
    }

    /// As text for a terminal.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = String::new();
        let seeds = self.samples.len();
        let _ = writeln!(
            text,
            "10 October 2025, {seeds} seeds; amounts in millions of USD\n"
        );
        for block in &self.blocks {
            let mut lines = vec![Self::HEADINGS.map(str::to_owned)];
            lines.extend(self.shown(block).map(|row| self.cells(row)));
            let widths: Vec<usize> = (0..6)
                .map(|column| {
                    lines
                        .iter()
                        .map(|cells| cells[column].chars().count())
                        .max()
                        .unwrap_or(0)
                })
                .collect();
            let _ = writeln!(text, "{}", block.title);
            for cells in lines {
                let mut line = String::new();
                for (column, (cell, width)) in cells.iter().zip(&widths).enumerate() {
                    let pad = " ".repeat(width - cell.chars().count());
                    let _ = match column {
                        0 => write!(line, "  {cell}{pad}"),
                        _ => write!(line, "  {pad}{cell}"),
                    };
                }
                let _ = writeln!(text, "{}", line.trim_end());
            }
            text.push('\n');
        }
        text
    }

    /// As CSV: a row for each figure, values on the grid of their unit.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = String::from("table,figure,key,unit,observed,low,median,high,seeds\n");
        for block in &self.blocks {
            for row in &block.rows {
                let written = self.written(row);
                let cell = |value: Option<i128>| value.map_or_else(String::new, |v| v.to_string());
                let of = |part: fn(&Spread) -> i128| cell(written.spread.as_ref().map(part));
                let cells = [
                    quoted(block.title),
                    quoted(&row.title),
                    row.key.clone(),
                    row.unit.name().to_owned(),
                    cell(written.observed),
                    of(|s| s.low),
                    of(|s| s.median),
                    of(|s| s.high),
                    written.spread.map_or(0, |s| s.count).to_string(),
                ];
                let _ = writeln!(text, "{}", cells.join(","));
            }
        }
        text
    }

    /// As JSON: what was fitted, every figure, and every seed's figures; integers as text, on the
    /// grid of their unit.
    ///
    /// **Errors** [`ValidationError`] when it cannot be written, which its types rule out.
    pub fn json(&self) -> Result<String, ValidationError> {
        let tables: Vec<serde_json::Value> = self
            .blocks
            .iter()
            .map(|block| self.block_json(block))
            .collect();
        let seeds = self.samples.iter().map(|sample| {
            let figures: BTreeMap<&String, String> =
                sample.figures.iter().map(|(key, value)| (key, value.to_string())).collect();
            serde_json::json!({ "seed": sample.seed, "digest": sample.digest(), "figures": figures })
        });
        let document = serde_json::json!({
            "format": "seawall-validation-1",
            "fitted": crate::Fitted::of(&self.model.all),
            "tables": tables,
            "seeds": seeds.collect::<Vec<_>>(),
        });
        let text = serde_json::to_string_pretty(&document);
        let text = text.map_err(|fault| ValidationError::file("JSON", &fault))?;
        Ok(text + "\n")
    }

    fn block_json(&self, block: &Block) -> serde_json::Value {
        let rows = block.rows.iter().map(|row| {
            let written = self.written(row);
            let text = |value: Option<i128>| value.map(|value| value.to_string());
            serde_json::json!({
                "key": row.key,
                "title": row.title,
                "unit": row.unit.name(),
                "observed": text(written.observed),
                "low": text(written.spread.map(|s| s.low)),
                "median": text(written.spread.map(|s| s.median)),
                "high": text(written.spread.map(|s| s.high)),
                "seeds": written.spread.map_or(0, |s| s.count),
            })
        });
        serde_json::json!({
            "title": block.title,
            "note": block.note,
            "figures": rows.collect::<Vec<_>>(),
        })
    }
}

fn quoted(text: &str) -> String {
    match text.contains([',', '"']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

fn blocks(model: &Model) -> Vec<Block> {
    let (all, observed) = (&model.all, &model.observed);
    let first = first_minutes(observed);
    let later = minutes(Clock::of(all.fitted_until.time().plus(1)), all.end);
    vec![
        Block {
            title: "ADL by minute and coin",
            note: "Notional at the price of its batch, in millions of USD. These are what the \
                   calibration was fitted to, with other seeds."
                .to_owned(),
            rows: cells(model, "adl", &first),
        },
        batch_block(model),
        manner_block(model),
        together_block(model, &first),
        Block {
            title: "Forecast: the price is held after the last mark",
            note: forecast_note(model),
            rows: cells(model, "held", &later),
        },
        Block {
            title: "Forecast: half of the fall is won back",
            note: "The same with a stated recovery from the last mark of each coin to the end."
                .to_owned(),
            rows: cells(model, "recovery", &later),
        },
        vault_block(model),
        tranched_block(),
    ]
}

fn cells(model: &Model, prefix: &str, stretch: &[Clock]) -> Vec<Row> {
    let mut rows = Vec::new();
    for minute in stretch {
        for coin in &model.all.coins {
            let name = name_of(*minute);
            let title = format!("{name} {}", coin.name);
            rows.push(Row::new(
                title,
                format!("{prefix}.{name}.{}", coin.name),
                Unit::Millions,
            ));
        }
    }
    for coin in &model.all.coins {
        let title = format!("all {}", coin.name);
        rows.push(Row::new(
            title,
            format!("{prefix}.all.{}", coin.name),
            Unit::Millions,
        ));
    }
    rows.push(Row::new("all", format!("{prefix}.all"), Unit::Millions));
    rows
}

fn batch_block(model: &Model) -> Block {
    let (all, observed) = (&model.all, &model.observed);
    let mut rows = Vec::new();
    for group in &all.groups {
        let name = &group.name;
        rows.push(Row::new(
            format!("batches, {name}"),
            format!("batches.{name}"),
            Unit::Count,
        ));
        rows.push(Row::new(
            format!("first batch, {name}"),
            format!("first.{name}"),
            Unit::Clock,
        ));
        for at in large_batches(all, observed, &all.coins_of(group)) {
            let title = format!("from the batch of {at}, {name}, to the nearest modelled one");
            rows.push(Row::new(title, format!("apart.{at}.{name}"), Unit::Seconds));
        }
    }
    rows.push(Row::new(
        "seconds in which groups mix",
        "mixed",
        Unit::Count,
    ));
    for minute in first_minutes(observed) {
        let name = name_of(minute);
        let title = format!("takeovers in {name}, of those in the first minutes");
        rows.push(Row::new(title, format!("takeovers.{name}"), Unit::Share));
    }
    rows.push(Row::new(
        "takeovers of drawn accounts",
        "takeovers",
        Unit::Count,
    ));
    Block {
        title: "Batches and takeovers",
        note:
            "Batches below 10,000 USD are left out as dust. A drawn account stands for a cohort, \
               so takeovers are compared by their shares; the observed ones are of all coins."
                .to_owned(),
        rows,
    }
}

fn manner_block(model: &Model) -> Block {
    let mut rows = vec![
        Row::new(
            "takeovers after ADL in their second",
            "violations",
            Unit::Count,
        ),
        Row::new("ADL closes of whole positions", "whole_closes", Unit::Share),
        Row::new(
            "batches of a coin with several prices",
            "several_prices",
            Unit::Count,
        ),
        Row::new(
            "ADL notional that a vault carried",
            "vault_share",
            Unit::Share,
        ),
    ];
    for coin in &model.all.coins {
        let title = format!("from the price of the batch to the mark, {}", coin.name);
        rows.push(Row::new(title, format!("gap.{}", coin.name), Unit::Points));
    }
    Block {
        title: "How batches are done",
        note:
            "None of these was fitted. The observed gaps are of the whole published table, which \
               reaches beyond the first minutes."
                .to_owned(),
        rows,
    }
}

fn together_block(model: &Model, first: &[Clock]) -> Block {
    let mut rows = cells(model, "together.adl", first);
    for group in &model.all.groups {
        let name = &group.name;
        let title = format!("batches, {name}");
        rows.push(Row::new(
            title,
            format!("together.batches.{name}"),
            Unit::Count,
        ));
    }
    rows.push(Row::new(
        "seconds in which groups mix",
        "together.mixed",
        Unit::Count,
    ));
    Block {
        title: "The same with both vaults for all coins",
        note:
            "The first vault that can carry an account takes it, whatever it holds; nothing else \
               is changed."
                .to_owned(),
        rows,
    }
}

fn forecast_note(model: &Model) -> String {
    let day = &model.observed.day;
    let last = day.last;
    format!(
        "Millions of USD. Marks recorded after {} are the input of the run and chose nothing. \
         Printed beside it, and never used: ADL of the day was {} M USD in {} fills of {} users, all \
         162 coins, the last at {last}.",
        model.all.fitted_until,
        Unit::Millions.text(day.notional.units()),
        day.fills,
        day.users,
    )
}

fn vault_block(model: &Model) -> Block {
    let mut rows = Vec::new();
    for (name, title) in [("base", "as it was"), ("reseeded", "5 M and 30 M")] {
        for coin in &model.all.coins {
            let key = format!("whole.{name}.all.{}", coin.name);
            rows.push(Row::new(
                format!("{title}: ADL in {}", coin.name),
                key,
                Unit::Millions,
            ));
        }
        for (key, what) in [
            ("all", "ADL"),
            ("taken", "taken from winners"),
            ("residual", "paid by nobody"),
        ] {
            let key = format!("whole.{name}.{key}");
            rows.push(Row::new(format!("{title}: {what}"), key, Unit::Millions));
        }
    }
    Block {
        title: "With the vaults of the day after",
        note: "From the first second to the last, the price held after the last mark, the same \
               accounts in both: the vaults hold 0.6 M and 7.5 M as they did, or the 5 M and 30 M \
               that they were given on 11 October. Taken is what the older mark of a batch gave \
               winners less than the mark at it."
            .to_owned(),
        rows,
    }
}

fn tranched_block() -> Block {
    let row = |title: &str, key: &str| Row::new(title, format!("tranched.{key}"), Unit::Millions);
    Block {
        title: "The same positions in isolated tranched markets",
        note: "Four markets, each with its share by open interest of the same risk capital (the \
               makers' and the vaults'), 79.1 % Senior, 20 % Junior, 0.9 % insurance, and bidders \
               with 1.5 % of it. Positions are shrunk by one factor for each market until its \
               limits hold them, and its amounts are given at the scale of the whole positions. A \
               position's share of its account's margin goes with it."
            .to_owned(),
        rows: vec![
            row("closed by partial deleverage", "closed.partial_deleverage"),
            row("sold in auctions or to the pool", "closed.auction"),
            row("deficits", "deficits"),
            row("paid by Junior", "paid.junior"),
            row("paid by insurance", "paid.insurance"),
            row("paid by ADL", "paid.adl"),
            row("paid by Senior", "paid.senior"),
            row("paid by nobody", "paid.residual"),
            row("winners closed by ADL", "winners_closed"),
            row("taken from winners", "taken"),
        ],
    }
}
