//! What is computed for each claim; nothing here is copied from a sheet or an article.

mod derivation;
mod loops;
mod spiral;
mod tranched;
mod trap;
mod venues;

use seawall_lp::{ConstantProduct, Curve, PriceRatio};

use crate::bench::Bench;
use crate::{ClaimError, Figure, Value};

/// The figures of one claim.
pub(crate) type Figures = Vec<Figure>;

fn figure(key: &'static str, value: Value) -> Figure {
    Figure { key, value }
}

fn real(value: f64) -> Value {
    Value::Real(value)
}

fn percent(share: f64) -> Value {
    Value::Real(100.0 * share)
}

/// A price that has become so many times what it was.
fn at(ratio: f64) -> Result<PriceRatio, ClaimError> {
    Ok(PriceRatio::new(ratio)?)
}

/// The divergence loss of a constant product, in per cent.
fn loss(ratio: f64) -> Result<Value, ClaimError> {
    let loss = ConstantProduct.divergence_loss(at(ratio)?);
    Ok(Value::Real(loss.percent()))
}

/// What is computed for a claim; nothing for context.
pub(crate) fn figures(id: &str, bench: &Bench) -> Result<Figures, ClaimError> {
    let (article, number) = id.split_once('-').unwrap_or_default();
    let number: u32 = number.parse().unwrap_or_default();
    match article {
        "S0" if number < 22 => spiral::figures(id, bench),
        "S0" => loops::figures(id, bench),
        "S1" => trap::figures(id),
        "S2" => derivation::figures(id),
        "S3" if number < 19 => venues::figures(id, bench),
        "S3" => tranched::figures(id, bench),
        _ => Ok(Vec::new()),
    }
}
