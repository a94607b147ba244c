//! Cash, debt, reserves, and who bears debt that nothing stands against.

use seawall_units::{Ratio, Tokens};

use super::params::LossPayer;

/// One lending market, in the token that is lent.
///
/// The lenders' claim is what is left of cash and debt beyond the reserves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Market {
    /// Tokens that lie in the market.
    pub cash: Tokens,
    /// Debt of all borrowers.
    pub borrowed: Tokens,
    /// The protocol's own part of cash and debt; negative once it has paid more than it had, which
    /// only a market that absorbs can do.
    pub reserves: Tokens,
    /// A stake outside the market that answers for it, such as Aave's Umbrella.
    pub cover: Tokens,
    /// Bad debt that is recorded and borne by nobody yet, Aave's `deficit`.
    pub uncovered: Tokens,
}

impl Market {
    /// What lenders may claim.
    ///
    /// **Formula** `cash + borrowed + uncovered − reserves`: nobody has told them of the uncovered.
    #[must_use]
    pub fn lenders_claim(&self) -> Tokens {
        self.cash + self.borrowed + self.uncovered - self.reserves
    }

    /// The share of what is lendable that is lent, from zero to one.
    ///
    /// **Formula** `borrowed / (cash + borrowed − reserves)`, one when that is not above the debt.
    /// **Rounding** up: the rate follows it. **Source** Compound v2 `utilizationRate`.
    ///
    /// ```
    /// use seawall_cascade::lending::Market;
    /// use seawall_units::{Ratio, Tokens};
    /// let market = Market {
    ///     cash: Tokens::whole(30),
    ///     borrowed: Tokens::whole(80),
    ///     reserves: Tokens::whole(10),
    ///     ..Market::default()
    /// };
    /// assert_eq!(market.utilisation(), Ratio::bps(8_000));
    /// ```
    #[must_use]
    pub fn utilisation(&self) -> Ratio {
        if !self.borrowed.is_positive() {
            return Ratio::ZERO;
        }
        let lendable = self.cash + self.borrowed - self.reserves;
        if lendable <= self.borrowed {
            return Ratio::ONE;
        }
        self.borrowed.ratio_ceil(lendable).unwrap_or(Ratio::ONE)
    }

    /// Interest becomes debt; the reserves take their share of it, rounded up.
    pub fn accrue(&mut self, interest: Tokens, reserve_factor: Ratio) {
        self.borrowed += interest;
        self.reserves += interest.mul_ceil(reserve_factor);
    }

    /// Who would bear so much bad debt, in this order; whoever is asked twice pays once.
    ///
    /// ```
    /// use seawall_cascade::lending::{LossPayer, Market};
    /// use seawall_units::Tokens;
    /// let market = Market {
    ///     cash: Tokens::whole(30),
    ///     borrowed: Tokens::whole(80),
    ///     reserves: Tokens::whole(10),
    ///     ..Market::default()
    /// };
    /// let order = [LossPayer::Reserves, LossPayer::Lenders];
    /// let plan = market.plan_write_off(Tokens::whole(25), &order);
    /// assert_eq!((plan.reserves, plan.lenders), (Tokens::whole(10), Tokens::whole(15)));
    /// ```
    #[must_use]
    pub fn plan_write_off(&self, loss: Tokens, order: &[LossPayer]) -> WriteOff {
        let mut plan = WriteOff::default();
        let mut left = loss.or_zero().min(self.borrowed.or_zero());
        for payer in order {
            let (paid, able) = match payer {
                LossPayer::Reserves => (&mut plan.reserves, self.reserves),
                LossPayer::Cover => (&mut plan.cover, self.cover),
                LossPayer::Lenders => (&mut plan.lenders, self.lenders_claim()),
            };
            let more = (able.or_zero() - *paid).min(left);
            *paid += more;
            left -= more;
        }
        plan.uncovered = left;
        plan
    }

    /// Takes bad debt off the books and has its payers pay.
    pub fn commit_write_off(&mut self, plan: &WriteOff) {
        self.borrowed -= plan.total();
        self.reserves -= plan.reserves;
        self.cover -= plan.cover;
        self.cash += plan.cover;
        self.uncovered += plan.uncovered;
    }
}

/// Who bears a bad debt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WriteOff {
    /// The market's reserves.
    pub reserves: Tokens,
    /// The stake that answers for the market; it brings cash.
    pub cover: Tokens,
    /// The lenders: their claim shrinks.
    pub lenders: Tokens,
    /// Nobody yet.
    pub uncovered: Tokens,
}

impl WriteOff {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> Tokens {
        self.reserves + self.cover + self.lenders + self.uncovered
    }
}
