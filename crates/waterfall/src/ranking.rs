//! The ranking of winners (M-8.5).

use std::cmp::Ordering;

use ethnum::I256;
use seawall_units::{Usd, checked_product, product};

use crate::Winner;

/// Orders winners by the score `(uPnL/margin)·(N/E)`, highest first, exactly, ties by account.
///
/// A margin or equity of zero or less scores highest: nothing stands behind the position.
#[must_use]
pub fn score_cmp(a: &Winner, b: &Winner) -> Ordering {
    let ((an, ad), (bn, bd)) = (score(a), score(b));
    let order = match (ad == 0, bd == 0) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => fraction_cmp_wide((bn, bd), (an, ad)),
    };
    order.then(a.account.cmp(&b.account))
}

/// The score of a winner as a fraction.
fn score(winner: &Winner) -> (I256, I256) {
    let wide = |x: Usd, y: Usd| product(x.units(), y.units());
    (
        wide(winner.profit, winner.notional),
        wide(winner.margin.or_zero(), winner.equity.or_zero()),
    )
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

/// A winner in the ranking; the greatest is the first to be closed.
///
/// Most are told apart by the first digits of their scores, which cost one division each; whole
/// scores are compared only where those do not decide.
#[derive(Debug)]
pub(crate) struct Ranked {
    /// The score cut off behind [`Ranked::PLACES`] binary places; `None` where that does not fit, or
    /// nothing stands behind the position.
    digits: Option<I256>,
    pub(crate) winner: Winner,
}

impl Ranked {
    const PLACES: u32 = 96;

    pub(crate) fn new(winner: Winner) -> Self {
        let (gain, behind) = score(&winner);
        let scale = I256::ONE.checked_shl(Self::PLACES);
        let scaled = scale.and_then(|scale| checked_product(gain, scale));
        let digits = scaled.and_then(|scaled| scaled.checked_div(behind));
        Self { digits, winner }
    }
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.digits, other.digits) {
            (Some(own), Some(others)) if own != others => own.cmp(&others),
            // Positions that are alike are common and have no digits that differ.
            _ if alike(&self.winner, &other.winner) => {
                other.winner.account.cmp(&self.winner.account)
            }
            _ => score_cmp(&other.winner, &self.winner),
        }
    }
}

fn alike(a: &Winner, b: &Winner) -> bool {
    let figures = |w: &Winner| (w.profit, w.notional, w.margin, w.equity);
    figures(a) == figures(b)
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked {}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)] // test figures
mod tests {
    use proptest::prelude::*;
    use seawall_ledger::AccountId;
    use seawall_units::Base;

    use super::*;

    /// Of the size of real ones, of a few units so that scores tie, and at the ends of the range.
    fn amount() -> impl Strategy<Value = Usd> {
        let units = prop_oneof![
            -3i128..12,
            1_000_000i128..1_000_000_000_000,
            (0u32..127).prop_map(|bits| 1i128 << bits),
            Just(i128::MAX),
        ];
        units.prop_map(|units| Usd::from_units(units).unwrap_or(Usd::MAX))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        /// The first digits never say anything else than the whole scores.
        #[test]
        fn the_ranking_is_that_of_the_whole_scores(
            winners in prop::collection::vec((amount(), amount(), amount(), amount()), 1..24),
        ) {
            let winner = |(number, (profit, margin, notional, equity)): (u32, (Usd, Usd, Usd, Usd))| Winner {
                account: AccountId::new(number),
                size: Base::whole(1),
                profit: profit.max(Usd::ULP),
                margin,
                notional: notional.max(Usd::ULP),
                equity,
            };
            let mut winners: Vec<Winner> = (0..).zip(winners).map(winner).collect();
            let ranked: std::collections::BinaryHeap<Ranked> =
                winners.iter().copied().map(Ranked::new).collect();
            let mut ranked: Vec<Winner> =
                ranked.into_sorted_vec().into_iter().map(|each| each.winner).collect();
            ranked.reverse();
            winners.sort_by(score_cmp);
            prop_assert_eq!(ranked, winners);
        }
    }
}
