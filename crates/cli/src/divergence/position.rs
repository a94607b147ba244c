//! The position that the flags describe.

use anyhow::{Result, anyhow, bail};
use seawall::lp::outlook::Pool;
use seawall::lp::{
    Basket, Concentrated, ConstantProduct, PriceRatio, Range, StablePair, Weighted, Weights,
};
use seawall::units::{TokenPrice, UnitsError};

use super::args::{PoolKind, PositionArgs};
use super::pair;

/// A position and its names.
pub(crate) struct Position {
    pub(crate) pool: Pool,
    pub(crate) name: String,
    pub(crate) assets: Vec<String>,
    /// Whether it is a constant product.
    pub(crate) is_plain: bool,
}

impl Position {
    /// The position that the flags describe, entered at this price.
    pub(crate) fn of(args: &PositionArgs, entry: TokenPrice) -> Result<Self> {
        let kind = kind(args)?;
        let pair_of = |pool, name: String| Self {
            pool,
            name,
            assets: vec![String::from("risky"), String::from("quote")],
            is_plain: kind == PoolKind::ConstantProduct,
        };
        Ok(match kind {
            PoolKind::ConstantProduct => {
                pair_of(pair(ConstantProduct), String::from("constant product"))
            }
            PoolKind::Weighted => weighted(args, pair_of)?,
            PoolKind::Concentrated => concentrated(args, entry, pair_of)?,
            PoolKind::Stable => stable(args, entry, pair_of)?,
        })
    }
}

/// The kind that is named, or the one that the other flags belong to.
fn kind(args: &PositionArgs) -> Result<PoolKind> {
    let flags = [
        ("--weights", PoolKind::Weighted, args.weights.is_some()),
        ("--range", PoolKind::Concentrated, args.range.is_some()),
        (
            "--amplification",
            PoolKind::Stable,
            args.amplification.is_some(),
        ),
    ];
    let given = flags.iter().filter(|(_, _, is_given)| *is_given);
    let given: Vec<(&str, PoolKind)> = given.map(|(flag, kind, _)| (*flag, *kind)).collect();
    match (args.pool, given.as_slice()) {
        (None, []) => Ok(PoolKind::ConstantProduct),
        (None, [(_, kind)]) => Ok(*kind),
        (Some(kind), []) if kind == PoolKind::ConstantProduct => Ok(kind),
        (Some(kind), []) => {
            let needed = flags.iter().find(|(_, of, _)| *of == kind);
            let needed = needed.map(|(flag, _, _)| *flag).unwrap_or_default();
            bail!("--pool needs {needed} for this kind of pool")
        }
        (Some(kind), [(_, of)]) if kind == *of => Ok(kind),
        (Some(_), [(flag, _)]) => bail!("{flag} does not belong to this kind of --pool"),
        (_, [(first, _), (second, _), ..]) => {
            bail!("{first} and {second} belong to different kinds of pools; legal: one of them")
        }
    }
}

fn weighted(args: &PositionArgs, pair_of: impl Fn(Pool, String) -> Position) -> Result<Position> {
    let Some(weights) = &args.weights else {
        bail!("--pool weighted needs --weights");
    };
    let shown = shown(weights);
    let first = weights.iter().next().unwrap_or_default();
    if weights.len() == 2 {
        let name = format!("weights {shown}");
        return Ok(pair_of(pair(Weighted::new(first)?), name));
    }
    Ok(Position {
        pool: Pool::Basket(Basket::new(weights.clone())),
        name: format!("weights {shown}"),
        assets: (1..=weights.len())
            .map(|number| number.to_string())
            .collect(),
        is_plain: false,
    })
}

/// Weights with six decimals at most, cut off.
fn shown(weights: &Weights) -> String {
    const SHOWN: usize = 8;
    let short = |text: String| {
        let cut: String = text.chars().take(SHOWN).collect();
        cut.trim_end_matches('0').to_owned()
    };
    let each: Vec<String> = weights
        .iter()
        .map(|weight| short(weight.to_string()))
        .collect();
    each.join(", ")
}

fn concentrated(
    args: &PositionArgs,
    entry: TokenPrice,
    pair_of: impl Fn(Pool, String) -> Position,
) -> Result<Position> {
    let text = args.range.as_deref().unwrap_or_default();
    let legal = "legal: LOWER..UPPER, such as 80..125, above 0";
    let Some((lower, upper)) = text.split_once("..") else {
        bail!("--range {text} is no range; {legal}");
    };
    let end = |text: &str| {
        let price: Result<TokenPrice, UnitsError> = text.trim().parse();
        price.map_err(|error| anyhow!("--range {text}: {error}; {legal}"))
    };
    let range = Range::new(float(end(lower)?), float(end(upper)?))?;
    let position = Concentrated::new(range, float(entry))?;
    let name = format!(
        "range {} to {}, entered at {}",
        lower.trim(),
        upper.trim(),
        super::plain(entry)
    );
    Ok(pair_of(pair(position), name))
}

fn stable(
    args: &PositionArgs,
    entry: TokenPrice,
    pair_of: impl Fn(Pool, String) -> Position,
) -> Result<Position> {
    let amplification = args.amplification.unwrap_or_default();
    let at = PriceRatio::between(TokenPrice::ONE, entry);
    let position = StablePair::new(amplification, at)?;
    let name = format!(
        "stable coins, amplification {amplification}, entered at {}",
        super::plain(entry)
    );
    Ok(pair_of(pair(position), name))
}

/// The float nearest to a price, by way of its text.
fn float(price: TokenPrice) -> f64 {
    price.to_string().parse().unwrap_or_default()
}
