//! Price impact: a trade pays for worsening the balance of the sides and earns for improving it.
use super::market::{Market, worth};
use super::number::{FACTOR, Q, Way, abs, down, or_zero, power, whole, zero};
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
        let own = self.between(&before, &after);
        let Some(others) = self.rules.impact.others.clone() else {
            return own;
        };
        if own.usd >= zero() {
            return own;
        }
        let usd = self.on_all_markets(side, (tokens, entry), &others);
        Impact {
            usd: usd.min(own.usd.clone()),
            ..own
        }
    }

    /// The impact on what all markets of the token hold together, seen as one book that the trade
    /// moves. A decrease first stands on both sides.
    fn on_all_markets(&self, side: Side, (tokens, entry): (&Q, &Q), others: &Q) -> Q {
        let mid = self.prices.mid();
        let at_mid = |tokens: Q| match tokens < zero() {
            true => -worth(&-tokens, &mid, Way::Down),
            false => worth(&tokens, &mid, Way::Down),
        };
        let (short, size) = match self.rules.impact.balance {
            Balance::Tokens => (
                at_mid(others + self.tokens(Side::Short) - self.tokens(Side::Long)),
                at_mid(abs(tokens.clone())),
            ),
            Balance::EntryUsd => (
                at_mid(others.clone()) + self.interest(Side::Short) - self.interest(Side::Long),
                abs(entry.clone()),
            ),
        };
        let grows = *tokens > zero();
        let moved = if grows { size } else { -size };
        // The difference of both sides is all that counts.
        let before = -short;
        let after = match side {
            Side::Long => &before + moved,
            Side::Short => &before - moved,
        };
        self.between(&before, &after).usd
    }

    /// The impact of moving the difference, longs less shorts.
    fn between(&self, before: &Q, after: &Q) -> Impact {
        let (d0, d1) = (abs(before.clone()), abs(after.clone()));
        let improved = d1 < d0;
        let crossed = (*before <= zero()) != (*after <= zero());
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
        let of_gains = rules.exponent_positive.clone();
        let exponent = of_gains.min(rules.exponent_negative.clone());
        self.term(factor, skew, &exponent)
    }

    fn penalty(&self, skew: &Q) -> Q {
        let rules = &self.rules.impact;
        self.term(
            rules.factor_negative.clone(),
            skew,
            &rules.exponent_negative,
        )
    }

    /// A gain is at most this.
    pub(crate) fn most_gain(&self, size: &Q) -> Q {
        let rules = &self.rules.impact;
        size * rules.max_positive.clone().min(rules.max_negative.clone())
    }

    /// `factor · skew^exponent`; a skew below one USD counts for nothing. Exact while both
    /// exponents are 1 or 2, else as the contracts' power and one rounding have it.
    fn term(&self, factor: Q, skew: &Q, exponent: &Q) -> Q {
        if *skew < whole(1) {
            return zero();
        }
        let rules = &self.rules.impact;
        let is_whole = |exponent: &Q| *exponent == whole(1) || *exponent == whole(2);
        match is_whole(&rules.exponent_positive) && is_whole(&rules.exponent_negative) {
            true if *exponent == whole(1) => factor * skew,
            true => factor * skew * skew,
            false => down(&(power(skew, exponent) * factor), FACTOR),
        }
    }
}
