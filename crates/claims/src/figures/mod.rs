//! What is computed for each claim; nothing here is copied from a sheet or an article.

mod tranched;
mod venues;

use crate::bench::Bench;
use crate::{ClaimError, Figure, Value};

/// The figures of one claim.
pub(crate) type Figures = Vec<Figure>;

fn figure(key: &'static str, value: Value) -> Figure {
    Figure { key, value }
}

/// What is computed for a claim; nothing for context and for what a law alone shows.
pub(crate) fn figures(id: &str, bench: &Bench) -> Result<Figures, ClaimError> {
    let (article, number) = id.split_once('-').unwrap_or_default();
    let number: u32 = number.parse().unwrap_or_default();
    match article {
        "S3" if number < 19 => venues::figures(id, bench),
        "S3" => tranched::figures(id, bench),
        _ => Ok(Vec::new()),
    }
}
