//! Stage 5, auto-deleveraging in small batches (M-8.5).

use std::cmp::Ordering;

use ethnum::I256;
use seawall_ledger::AccountId;
use seawall_units::{Base, Price, Usd};

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

/// Orders winners by the score `(uPnL/margin)·(N/E)`, highest first, exactly, ties by account.
///
/// A margin or equity of zero or less scores highest: nothing stands behind the position.
#[must_use]
pub fn score_cmp(a: &Winner, b: &Winner) -> Ordering {
    let score = |w: &Winner| {
        let wide = |x: Usd, y: Usd| I256::from(x.units()).saturating_mul(I256::from(y.units()));
        (
            wide(w.profit, w.notional),
            wide(w.margin.or_zero(), w.equity.or_zero()),
        )
    };
    let ((an, ad), (bn, bd)) = (score(a), score(b));
    let order = match (ad == 0, bd == 0) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => fraction_cmp_wide((bn, bd), (an, ad)),
    };
    order.then(a.account.cmp(&b.account))
}

/// Compares `a.0/a.1` with `b.0/b.1` for positive denominators, without rounding.
pub(crate) fn fraction_cmp(a: (Usd, Usd), b: (Usd, Usd)) -> Ordering {
    let wide = |x: Usd, y: Usd| I256::from(x.units()).saturating_mul(I256::from(y.units()));
    wide(a.0, b.1).cmp(&wide(b.0, a.1))
}

/// Compares fractions of 256 bits by their continued parts, so that no product can overflow.
fn fraction_cmp_wide(a: (I256, I256), b: (I256, I256)) -> Ordering {
    let (mut a, mut b) = (a, b);
    let mut flipped = false;
    loop {
        let parts = |x: (I256, I256)| Some((x.0.checked_div(x.1)?, x.0.checked_rem(x.1)?));
        let (Some((aq, ar)), Some((bq, br))) = (parts(a), parts(b)) else {
            return Ordering::Equal;
        };
        let order = match (aq.cmp(&bq), ar == 0, br == 0) {
            (Ordering::Equal, true, true) => Ordering::Equal,
            (Ordering::Equal, true, false) => Ordering::Less,
            (Ordering::Equal, false, true) => Ordering::Greater,
            (Ordering::Equal, false, false) => {
                // Equal whole parts: compare what is left, upside down.
                (a, b) = ((a.1, ar), (b.1, br));
                flipped = !flipped;
                continue;
            }
            (order, _, _) => order,
        };
        return if flipped { order.reverse() } else { order };
    }
}

/// Plans one batch down the ranking, at the mark.
///
/// Closes at most the account share of each position, until the profit realised reaches
/// `caps.profit` or the notional closed reaches `caps.notional`. **Rounding** sizes that reach the
/// profit round up, sizes that meet a cap round down.
#[must_use]
pub fn plan_batch(
    mut winners: Vec<Winner>,
    mark: Price,
    caps: AdlCaps,
    config: &AdlConfig,
) -> AdlBatch {
    winners.sort_by(score_cmp);
    let (mut profit_left, mut notional_left) = (caps.profit, caps.notional);
    let mut batch = AdlBatch::new();
    for winner in winners {
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
