//! `seawall divergence`

use std::process::ExitCode;

use anyhow::{Result, bail};
use seawall::lp::break_even::Income;
use seawall::lp::level::{self, Levels};
use seawall::lp::outlook::{self, Pool};
use seawall::lp::{ConstantProduct, Curve, DivergenceLoss, PriceRatio};
use seawall::plot::divergence::{LossCurve, by_price};
use seawall::report::divergence::{Row, Sheet, csv, document, markdown, table};
use seawall::report::table::Ink;
use seawall::units::{Ratio, TokenPrice};

use crate::args::Format;
use crate::output::{self, Target};
use crate::picture::Frame;

mod args;
mod position;
mod walk;

pub(crate) use args::DivergenceArgs;
use position::Position;

/// Says what divergence costs a position at the prices that are asked about.
pub(crate) fn divergence(args: &DivergenceArgs) -> Result<ExitCode> {
    check(args)?;
    output::refuse_out_as_plot(args.out.as_deref(), args.plot.as_deref())?;
    if let Some(path) = &args.at.path {
        return walk::walk(args, path);
    }
    let entry = args.position.from.unwrap_or(TokenPrice::ONE);
    let position = Position::of(&args.position, entry)?;
    let frame = args.plot.as_deref();
    let frame = frame.map(|path| Frame::hang(path, &[])).transpose()?;
    let target = args.out.as_deref().map(Target::open).transpose()?;
    let sheet = sheet(args, &position)?;
    if let Some(frame) = frame {
        frame.fill(&picture(&position, &sheet)?)?;
    }
    let text = match args.format {
        Format::Table => table(&sheet, ink(target.as_ref())),
        Format::Json => document(&sheet)?,
        Format::Markdown => markdown(&sheet),
        Format::Csv => csv(&sheet),
    };
    put(target, &text)
}

/// Ink for stdout, none for a file.
fn ink(target: Option<&Target>) -> Ink {
    match target {
        Some(_) => Ink::Plain,
        None => output::ink(),
    }
}

/// Writes a text into its file, or to stdout.
fn put(target: Option<Target>, text: &str) -> Result<ExitCode> {
    match target {
        Some(target) => target.fill(text)?,
        None => output::to_stdout(text)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn sheet(args: &DivergenceArgs, position: &Position) -> Result<Sheet> {
    let (income, apr) = income(args)?;
    let asked = asked(args, position)?;
    let row = |(name, ratios): (String, Vec<PriceRatio>)| -> Result<Row> {
        let outlook = position.pool.outlook(&ratios, income)?;
        Ok(Row { name, outlook })
    };
    Ok(Sheet {
        pool: position.name.clone(),
        assets: position.assets.clone(),
        head: String::from(match args.at.to.is_empty() {
            true => "price ratio",
            false => "price",
        }),
        deposit: args.deposit,
        income,
        apr,
        rows: asked.into_iter().map(row).collect::<Result<_>>()?,
    })
}

/// Refuses amounts below zero.
fn check(args: &DivergenceArgs) -> Result<()> {
    for (flag, ratio) in [
        ("--fees", args.fees),
        ("--rewards", args.rewards),
        ("--apr", args.apr),
    ] {
        if let Some(ratio) = ratio.filter(|ratio| ratio.is_negative()) {
            bail!("{flag} is {ratio}; legal: 0 or more, as a fraction or in percent");
        }
    }
    if args.deposit.is_some_and(|deposit| !deposit.is_positive()) {
        bail!("--deposit is not above 0; legal: above 0, up to 10^15 USD");
    }
    Ok(())
}

/// Fees and rewards, and rewards per year.
fn income(args: &DivergenceArgs) -> Result<(Income, Option<f64>)> {
    let days = args.days.unwrap_or_default();
    if !(0.0..=36_500.0).contains(&days) {
        bail!("--days is {days}; legal: 0 to 36500");
    }
    let float = |ratio: Option<Ratio>| ratio.map(fraction);
    let apr = float(args.apr);
    let accrued = apr
        .map(|apr| outlook::accrued(apr, days))
        .unwrap_or_default();
    let rewards = float(args.rewards).unwrap_or_default() + accrued;
    let income = Income::new(float(args.fees).unwrap_or_default(), rewards)?;
    Ok((income, apr.filter(|apr| *apr > 0.0)))
}

/// The float nearest to a ratio, by way of its text.
fn fraction(ratio: Ratio) -> f64 {
    ratio.to_string().parse().unwrap_or_default()
}

/// What is asked about, in words and as ratios of prices.
fn asked(args: &DivergenceArgs, position: &Position) -> Result<Vec<(String, Vec<PriceRatio>)>> {
    let at = &args.at;
    if !at.loss.is_empty() {
        return at_losses(&at.loss, position);
    }
    if !at.to.is_empty() {
        let Some(from) = args.position.from else {
            bail!("--to needs --from, the price at entry");
        };
        let to = |to: &TokenPrice| (plain(*to), vec![PriceRatio::between(from, *to)]);
        return Ok(at.to.iter().map(to).collect());
    }
    let wanted = position.pool.prices();
    let ratios = |text: &String| -> Result<(String, Vec<PriceRatio>)> {
        let mut ratios = Vec::new();
        for part in text.split(':') {
            let ratio: TokenPrice = match part.trim().parse() {
                Ok(ratio) => ratio,
                Err(error) => bail!("--ratio {text}: {error}"),
            };
            ratios.push(PriceRatio::between(TokenPrice::ONE, ratio));
        }
        match ratios.len() == wanted {
            true => Ok((text.clone(), ratios)),
            false => bail!(
                "--ratio {text} names {} ratios; legal: {wanted} for this pool, joined by colons",
                ratios.len()
            ),
        }
    };
    at.ratio.iter().map(ratios).collect()
}

/// The falls and rises at which these losses occur.
fn at_losses(losses: &[Ratio], position: &Position) -> Result<Vec<(String, Vec<PriceRatio>)>> {
    let Some(curve) = position.pool.curve() else {
        bail!("--loss needs a pool of two assets");
    };
    let mut rows = Vec::new();
    for loss in losses {
        let Ok(level) = DivergenceLoss::from_unsigned(fraction(*loss)) else {
            bail!("--loss {loss}; legal: 0 <= loss < 1");
        };
        let Levels { below, above } = level::levels(curve, level);
        for at in [below, above].into_iter().flatten() {
            rows.push((format!("{:.9}", at.ratio()), vec![at]));
        }
    }
    match rows.is_empty() {
        true => {
            bail!("--loss: no price between 10^-50 and 10^50 times the first one costs as much")
        }
        false => Ok(rows),
    }
}

/// A price without the zeros at its end.
fn plain(price: TokenPrice) -> String {
    let text = price.to_string();
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn picture(position: &Position, sheet: &Sheet) -> Result<seawall::plot::Picture> {
    let Some(curve) = position.pool.curve() else {
        bail!("--plot needs a pool of two assets");
    };
    let ratios = sheet.rows.iter().flat_map(|row| &row.outlook.ratios);
    let farthest = ratios.fold(1.0_f64, |far, at| {
        far.max(at.ratio()).max(at.inverse().ratio())
    });
    let named = |name: &str, curve: &dyn Curve| LossCurve {
        name: name.to_owned(),
        points: outlook::loss_by_ratio(curve, farthest),
    };
    let mut curves = vec![named(&position.name, curve)];
    if !position.is_plain {
        curves.push(named("constant product", &ConstantProduct));
    }
    Ok(by_price("Divergence (impermanent) loss", &curves))
}

/// A pool of two assets along a curve.
fn pair(curve: impl Curve + 'static) -> Pool {
    Pool::Pair(Box::new(curve))
}
