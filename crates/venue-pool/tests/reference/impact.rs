//! Price impact: a trade pays for worsening the balance of the sides and earns for improving it.
use super::market::{Market, worth};
use super::number::{Q, Way, abs, or_zero, whole, zero};
use super::rules::{Balance, Side};

#[derive(Debug, Clone)]
pub(crate) struct Impact {
    /// Above zero for a gain.
    pub(crate) usd: Q,
    pub(crate) improved: bool,
}

impl Market {
    /// Open interest as the balance test sees it, if the side changed by so much.
    fn balanced(&self, side: Side, tokens: &Q, entry: &Q) -> Q {
        match self.rules.impact.balance {
            Balance::Tokens => {
                let after = or_zero(self.tokens(side) + tokens);
                worth(&after, &self.prices.mid(), Way::Down)
            }
            Balance::EntryUsd => or_zero(self.interest(side) + entry),
        }
    }

    /// The impact of changing a side by signed `tokens` and signed `entry` of USD.
    pub(crate) fn impact(&self, side: Side, tokens: &Q, entry: &Q) -> Impact {
        let mine = [
            self.balanced(side, &zero(), &zero()),
            self.balanced(side, tokens, entry),
        ];
        let other = self.balanced(side.other(), &zero(), &zero());
        let [before, after] = mine.map(|mine| match side {
            Side::Long => mine - &other,
            Side::Short => &other - mine,
        });
        let (d0, d1) = (abs(before.clone()), abs(after.clone()));
        let improved = d1 < d0;
        let crossed = (before <= zero()) != (after <= zero());
        let usd = match (crossed, improved) {
            (true, _) => self.reward(&d0) - self.penalty(&d1),
            (false, true) => self.reward(&d0) - self.reward(&d1),
            (false, false) => self.penalty(&d0) - self.penalty(&d1),
        };
        Impact { usd, improved }
    }

    /// The positive curve, which is nowhere better than the negative one.
    fn reward(&self, skew: &Q) -> Q {
        let rules = &self.rules.impact;
        let factor = rules
            .factor_positive
            .clone()
            .min(rules.factor_negative.clone());
        let exponent = rules.exponent_positive.min(rules.exponent_negative);
        term(factor, skew, exponent)
    }

    fn penalty(&self, skew: &Q) -> Q {
        let rules = &self.rules.impact;
        term(rules.factor_negative.clone(), skew, rules.exponent_negative)
    }

    /// A gain is at most this.
    pub(crate) fn most_gain(&self, size: &Q) -> Q {
        let rules = &self.rules.impact;
        size * rules.max_positive.clone().min(rules.max_negative.clone())
    }
}

/// `factor · skew^exponent`; a skew below one USD counts for nothing.
fn term(factor: Q, skew: &Q, exponent: u8) -> Q {
    if *skew < whole(1) {
        return zero();
    }
    (0..exponent).fold(factor, |product, _| product * skew)
}
