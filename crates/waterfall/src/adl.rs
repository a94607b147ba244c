//! Stage 5, auto-deleveraging in small batches (M-8.5).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use seawall_ledger::AccountId;
use seawall_units::{Base, Price, Usd, product};

use crate::ranking::Ranked;
use crate::{AdlConfig, Winner};

/// The limits of one batch, in amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdlCaps {
    /// Profit at which the batch stops.
    pub profit: Usd,
    /// Notional at which the batch stops.
    pub notional: Usd,
}

/// What one batch closes: accounts with unsigned sizes, best score first.
pub type AdlBatch = Vec<(AccountId, Base)>;

/// Compares `a.0/a.1` with `b.0/b.1` for positive denominators, without rounding.
pub(crate) fn fraction_cmp(a: (Usd, Usd), b: (Usd, Usd)) -> Ordering {
    let (a, b) = ((a.0.units(), a.1.units()), (b.0.units(), b.1.units()));
    // Most products fit 128 bits, where they cost a tenth.
    match (a.0.checked_mul(b.1), b.0.checked_mul(a.1)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => product(a.0, b.1).cmp(&product(b.0, a.1)),
    }
}

/// Plans one batch down the ranking, at the mark.
///
/// Closes at most the account share of each position, until the profit realised reaches
/// `caps.profit` or the notional closed reaches `caps.notional`. **Rounding** sizes that reach the
/// profit round up, sizes that meet a cap round down.
#[must_use]
pub fn plan_batch(
    winners: Vec<Winner>,
    mark: Price,
    caps: AdlCaps,
    config: &AdlConfig,
) -> AdlBatch {
    let mut ranked: BinaryHeap<Ranked> = winners.into_iter().map(Ranked::new).collect();
    let (mut profit_left, mut notional_left) = (caps.profit, caps.notional);
    let mut batch = AdlBatch::new();
    while let Some(Ranked { winner, .. }) = ranked.pop() {
        if !profit_left.is_positive() || !notional_left.is_positive() {
            break;
        }
        let all = winner.size.abs();
        let share = all.mul_floor(config.account_share);
        let enough = all.mul_div_ceil(profit_left, winner.profit).unwrap_or(all);
        let size = share.min(enough).min(mark.size_floor(notional_left));
        if !size.is_positive() {
            continue;
        }
        profit_left -= winner.profit.mul_div_floor(size, all).unwrap_or(Usd::ZERO);
        notional_left -= mark.value_ceil(size);
        batch.push((winner.account, size));
    }
    batch
}
