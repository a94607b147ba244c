use seawall_cascade::Run;
use seawall_scenario::Cascade;
use seawall_sim::{CASCADE_FIGURES, ObservedBeside, observed_beside};
use seawall_units::Tokens;
use serde_json::{Map, Value, json};

use super::number::{NONE, amount, figure};
use super::rounds;
use super::section::Section;
use super::{heading, heading_markdown};
use crate::WIDTH;
use crate::digits::exact;
use crate::grid::{Align, csv_text};
use crate::table::Ink;
use crate::wrap::wrapped;

const LEGEND: &str = "Depth is what sales fetch until the price is that much lower, fees apart. \
    Round 0 is the opening; rounds in which nothing happened are left out. Gains are against \
    keeping what one had, at the closing prices of the pools, which may be far from those outside. \
    Figures are rounded for reading; the JSON is exact.";

/// One run of a cascade.
#[derive(Clone, Copy)]
pub struct CascadeReport<'a> {
    /// What was run.
    pub cascade: &'a Cascade,
    /// What came of it.
    pub run: &'a Run,
}

impl CascadeReport<'_> {
    /// For people: rounds, summary, who paid, and what was seen beside it.
    #[must_use]
    pub fn table(&self, ink: Ink) -> String {
        let mut text = heading(self.cascade, ink);
        for section in self.sections() {
            text.push_str(&section.text(ink));
        }
        text.push('\n');
        text.push_str(&wrapped("", LEGEND, WIDTH));
        text
    }

    /// For pages such as GitHub's.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = heading_markdown(self.cascade);
        for section in self.sections() {
            text.push_str(&section.markdown());
        }
        text.push_str(&format!("\n{LEGEND}\n"));
        text
    }

    fn sections(&self) -> Vec<Section> {
        let mut sections = rounds::sections(self.run);
        sections.push(self.summary());
        sections.push(self.paid());
        sections.extend(self.beside());
        sections
    }

    fn summary(&self) -> Section {
        let outcome = &self.run.outcome;
        let title = format!("Summary: {}", outcome.verdict.name());
        let mut section = Section::new(title, &["figure", "value", "unit"], Align::Left);
        for one in CASCADE_FIGURES {
            let Some(units) = one.units(outcome) else {
                continue;
            };
            section.lines.push(vec![
                one.label.to_owned(),
                figure(Some(units), one.unit),
                match one.unit.name() {
                    "share" | "count" | "times" => String::new(),
                    unit => unit.to_owned(),
                },
            ]);
        }
        section
    }

    /// Gains by class, which sum to zero.
    fn paid(&self) -> Section {
        let paid = &self.run.outcome.who_paid;
        let head = ["class", "gained", "lost"];
        let mut section = Section::new("Who paid, in quote", &head, Align::Left);
        for (class, gain) in &paid.classes {
            if *gain == Tokens::ZERO {
                continue;
            }
            let (gained, lost) = match gain.is_negative() {
                true => (String::new(), amount(-*gain)),
                false => (amount(*gain), String::new()),
            };
            section
                .lines
                .push(vec![class.name().replace('_', " "), gained, lost]);
        }
        let sum = amount(paid.sum());
        section
            .lines
            .push(vec![String::from("sum"), sum, String::new()]);
        section
    }

    fn beside(&self) -> Option<Section> {
        let all = observed_beside(self.cascade, self.run);
        let head = ["figure", "observed", "modelled", "", ""];
        let title = "Observed beside modelled";
        let mut section = Section::new(title, &head, Align::Left);
        section.lines.extend(all.iter().map(beside_line));
        (!all.is_empty()).then_some(section)
    }

    /// For programs: every figure exact.
    ///
    /// **Errors** none in practice: every value has a form in JSON.
    pub fn json(&self) -> serde_json::Result<String> {
        let mut text = serde_json::to_string_pretty(&self.document()?)?;
        text.push('\n');
        Ok(text)
    }

    fn document(&self) -> serde_json::Result<Value> {
        let changes = super::changes(self.cascade);
        let changes: Map<String, Value> = changes
            .into_iter()
            .map(|(key, change)| (key, Value::from(change)))
            .collect();
        let beside = observed_beside(self.cascade, self.run);
        let beside = beside.iter().map(|one| {
            json!({
                "name": one.observed.name,
                "figure": one.observed.figure,
                "low": one.observed.low,
                "high": one.high,
                "unit": one.observed.unit,
                "modelled": one.modelled,
                "place": one.place,
                "fitted": one.observed.fitted,
                "source": one.observed.source,
            })
        });
        let figures = CASCADE_FIGURES.iter().map(|one| {
            let units = one.units(&self.run.outcome);
            let value = units.map(|units| exact(units, one.unit.places()));
            (one.id.to_owned(), json!(value))
        });
        Ok(json!({
            "cascade": self.cascade.name(),
            "question": self.cascade.question(),
            "hash": self.cascade.hash(),
            "changes": changes,
            "verdict": self.run.outcome.verdict,
            "figures": figures.collect::<Map<String, Value>>(),
            "opening": serde_json::to_value(&self.run.opening)?,
            "rounds": serde_json::to_value(&self.run.rounds)?,
            "outcome": serde_json::to_value(&self.run.outcome)?,
            "observed": beside.collect::<Vec<Value>>(),
        }))
    }

    /// For programs and spreadsheets: every figure of every round exact, one a row.
    ///
    /// **Errors** none in practice: every value has a form in JSON.
    pub fn csv(&self) -> serde_json::Result<String> {
        let mut lines = Vec::new();
        let opening = [&self.run.opening].into_iter();
        for round in opening.chain(&self.run.rounds) {
            let number = round.round.to_string();
            for pool in &round.pools {
                let scope = format!("pool.{}", pool.pool);
                flat(
                    &[&number, &scope],
                    "",
                    &serde_json::to_value(pool)?,
                    &mut lines,
                );
            }
            for market in &round.markets {
                let scope = format!("market.{}", market.market);
                flat(
                    &[&number, &scope],
                    "",
                    &serde_json::to_value(market)?,
                    &mut lines,
                );
            }
        }
        let outcome = serde_json::to_value(&self.run.outcome)?;
        flat(&["", "outcome"], "", &outcome, &mut lines);
        Ok(csv_text(&["round", "of", "figure", "value"], &lines))
    }
}

fn beside_line(one: &ObservedBeside<'_>) -> Vec<String> {
    let range = match one.high == one.observed.low {
        true => plain(one.high),
        false => format!("{} to {}", plain(one.observed.low), plain(one.high)),
    };
    vec![
        one.observed.name.clone(),
        range,
        one.modelled.map_or(NONE.to_owned(), reading),
        one.place.name().to_owned(),
        match one.observed.fitted {
            true => String::from("fitted"),
            false => String::new(),
        },
    ]
}

/// An amount with the decimals that it has.
fn plain(amount: Tokens) -> String {
    let text = exact(amount.units(), Tokens::PLACES);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// An amount in about four digits.
fn reading(amount: Tokens) -> String {
    let shown = match amount.units().unsigned_abs() {
        at if at >= 10_u128.pow(21) => 0,
        at if at >= 10_u128.pow(18) => 2,
        _ => 4,
    };
    crate::digits::rounded(amount.units(), Tokens::PLACES, shown)
}

/// The scalars of a value, each with its path.
fn flat(scope: &[&str; 2], path: &str, value: &Value, lines: &mut Vec<Vec<String>>) {
    let below = |key: &str| match path.is_empty() {
        true => key.to_owned(),
        false => format!("{path}.{key}"),
    };
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                flat(scope, &below(key), value, lines);
            }
        }
        Value::Array(list) => {
            for (place, value) in list.iter().enumerate() {
                flat(scope, &below(&place.to_string()), value, lines);
            }
        }
        Value::Null => {}
        scalar => {
            let text = scalar
                .as_str()
                .map_or_else(|| scalar.to_string(), str::to_owned);
            let [round, of] = scope.map(str::to_owned);
            lines.push(vec![round, of, path.to_owned(), text]);
        }
    }
}
