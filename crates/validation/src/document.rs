//! docs/validation.md: the tables, and what has to be said around them.

use std::fmt::Write;

use seawall_units::{Ratio, Usd};

use crate::ValidationError;
use crate::calibrate::FITTED;
use crate::figures::large_batches;
use crate::fitted::Trace;
use crate::page::{Report, Unit};
use crate::sweep::Model;

const HEAD: &str = include_str!("document/head.md");
const LESSONS: &str = include_str!("document/lessons.md");

/// The page for these seeds.
///
/// **Errors** [`ValidationError::File`] when the calibration's file is not of its form.
pub fn document(report: &Report<'_>) -> Result<String, ValidationError> {
    let trace = Trace::pinned()?;
    let model = report.model();
    let mut page = HEAD.replace("{seeds}", &report.seeds().to_string());
    page = page.replace("{first}", &model.all.first_seed.to_string());
    page = page.replace("{calibration}", &calibration(model, &trace));
    page = page.replace("{assumed}", &assumed(model));
    page.push('\n');
    page.push_str(&report.markdown());
    page.push_str(LESSONS);
    page.push('\n');
    page.push_str(&misses(report));
    Ok(page)
}

/// Millions, whole or with the decimals that they have.
fn millions(amount: Usd) -> String {
    let text = Unit::Millions.text(amount.units());
    format!("{} M", text.trim_end_matches(".0"))
}

/// A ratio without zeros at its end.
fn plain(ratio: Ratio) -> String {
    let text = ratio.to_string();
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn calibration(model: &Model, trace: &Trace) -> String {
    let observed = &model.observed;
    let cells = observed.minutes.len() * model.all.coins.len();
    let seconds: usize = model
        .all
        .groups
        .iter()
        .map(|group| large_batches(&model.all, observed, &model.all.coins_of(group)).len())
        .sum();
    let shares = observed.minutes.len().saturating_sub(1);
    let tried = trace.steps.len();
    let (before, after) = (trace.prior_loss, trace.loss);
    format!(
        "{FITTED} values are fitted to {} figures: {cells} notionals by minute and coin, the seconds \
         of {seconds} large batches and {shares} independent shares of takeovers. The search tried \
         {tried} sets on {} seeds of its own (from {} on); the loss fell from {}.{:03} to {}.{:03}.",
        cells + seconds + shares,
        model.all.calibration_seeds,
        model.all.first_calibration_seed,
        before / 1000,
        before % 1000,
        after / 1000,
        after % 1000,
    )
}

fn assumed(model: &Model) -> String {
    let all = &model.all;
    let mut text = String::from(
        "| coin | open interest of each side (fitted) | depth within 1 % | highest leverage | roughness |\n\
         |---|---:|---:|---:|---:|\n",
    );
    for coin in &all.coins {
        let leverage = coin.tiers.first().map_or(0, |tier| tier.max_leverage);
        let rough = all.prices.roughness.mul_floor(coin.volatility);
        let _ = writeln!(
            text,
            "| {} | {} | {} | {leverage}x | {} |",
            coin.name,
            millions(coin.interest),
            millions(coin.depth),
            Unit::Points.text(rough.units()),
        );
    }
    text.push_str("\n| vault's coins | equity (which serves which: fitted) | on the day after | drawn longs | shorts |\n|---|---:|---:|---:|---:|\n");
    for group in &all.groups {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            group.coins.join(", "),
            millions(group.vault),
            millions(group.vault_after),
            group.longs,
            group.shorts,
        );
    }
    let fitted = crate::Fitted::of(all);
    let name = all.coins.last().map_or("", |coin| coin.name.as_str());
    let _ = write!(
        text,
        "\nFitted besides: half of the longs have more than {} times their maintenance above it; {name} \
         falls {} times as far as Bitcoin, in the logarithm, from {} to its first mark; {} of the vaults' equity \
         is left for these coins.",
        plain(fitted.headroom),
        plain(fitted.fall),
        all.prices.anchor.at,
        Unit::Share.text(fitted.room.units()),
    );
    text
}

/// Every observed figure outside the seeds' range, in the tables that state one.
fn misses(report: &Report<'_>) -> String {
    let mut text = String::new();
    for block in report.blocks() {
        let (inside, stated) = report.hits(block);
        if stated == 0 {
            continue;
        }
        let _ = writeln!(
            text,
            "**{}**: {inside} of {stated} observed figures lie in the range.",
            block.title
        );
        let out = block.rows.iter().filter_map(|row| {
            let written = report.written(row);
            let (observed, spread) = (written.observed?, written.spread?);
            let text = |value| row.unit.text(value);
            let far = match observed.signum() * spread.median.signum() {
                1 if row.unit == Unit::Millions => {
                    let percent = (spread.median * 100 + observed / 2) / observed;
                    format!(", {percent} % of it")
                }
                _ => String::new(),
            };
            (written.hit() == Some(false)).then(|| {
                format!(
                    "- {}: observed {}, modelled {} ({} to {}){far}",
                    row.title,
                    text(observed),
                    text(spread.median),
                    text(spread.low),
                    text(spread.high),
                )
            })
        });
        let out: Vec<String> = out.collect();
        if !out.is_empty() {
            let _ = writeln!(text, "\n{}", out.join("\n"));
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}
