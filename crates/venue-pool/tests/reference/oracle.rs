//! The mark of several sources: their median, once more without those that lie too far off.
use super::number::{PRICE, Q, abs, down, whole};
use super::rules::OracleRules;

/// One quote of one source.
#[derive(Debug, Clone)]
pub(crate) struct Quoted {
    pub(crate) source: u16,
    pub(crate) price: Q,
    pub(crate) at: u64,
    pub(crate) weight: u64,
    /// Seconds for which it is fresh, where the source has its own.
    pub(crate) max_age: Option<u64>,
}

/// The mark, or nothing without a quorum.
pub(crate) fn mark(rules: &OracleRules, now: u64, quotes: &[Quoted]) -> Option<Q> {
    let fresh = |quote: &&Quoted| {
        let max_age = quote.max_age.unwrap_or(rules.max_age);
        quote.at <= now && quote.at + max_age >= now
    };
    let mut counted: Vec<&Quoted> = Vec::new();
    for quote in quotes.iter().filter(fresh) {
        // Of each source the newest; of two of one second the lower.
        match counted.iter_mut().find(|held| held.source == quote.source) {
            None => counted.push(quote),
            Some(held) => {
                let same_second = quote.at == held.at && quote.price < held.price;
                if quote.at > held.at || same_second {
                    *held = quote;
                }
            }
        }
    }
    let centre = median(&counted)?;
    let reach = &rules.max_deviation * &centre;
    counted.retain(|quote| abs(&quote.price - &centre) <= reach);
    if counted.len() < rules.quorum {
        return None;
    }
    median(&counted)
}

/// One entry per unit of weight, laid out in a row: its middle, or the mean of the two in the
/// middle.
fn median(quotes: &[&Quoted]) -> Option<Q> {
    let mut row: Vec<Q> = Vec::new();
    for quote in quotes {
        for _ in 0..quote.weight.max(1) {
            row.push(quote.price.clone());
        }
    }
    row.sort();
    let (lower, upper) = (
        row.get(row.len().checked_sub(1)? / 2)?,
        row.get(row.len() / 2)?,
    );
    Some(down(&((lower + upper) / whole(2)), PRICE))
}
