use crate::{DivergenceLoss, PriceRatio};

/// What a position of two assets holds, for each unit of value that was put in.
///
/// **Units** the risky asset in units of `V₀/P₀`, the other in units of `V₀`: at the first price a
/// constant-product position holds one half and one half.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Holdings {
    /// The asset whose price moves.
    pub risky: f64,
    /// The asset that prices are quoted in.
    pub quote: f64,
}

impl Holdings {
    /// What these holdings are worth at a price, per initial value: `R·risky + quote`.
    #[must_use]
    pub fn value(self, at: PriceRatio) -> f64 {
        at.ratio() * self.risky + self.quote
    }
}

/// A position in a pool of two assets, as a function of the price of the one in the other.
///
/// A position is described per unit of its initial value `V₀` and its prices as multiples `R` of
/// the first price `P₀`: nothing about divergence depends on anything else. For money multiply a
/// value by `V₀`, an amount of the risky asset by `V₀/P₀`, and [`gamma`](Self::gamma) by `V₀/P₀²`.
///
/// Fees are left out; see [`break_even`](crate::break_even).
pub trait Curve: std::fmt::Debug {
    /// What the position holds once arbitrage has moved the pool to the price.
    fn holdings(&self, at: PriceRatio) -> Holdings;

    /// How fast [`delta`](Self::delta) falls with the price, `d²V/dR² ≤ 0`.
    ///
    /// **Formula** `dx/dR`. Half of it times the variance of the price is what rebalancing costs.
    fn gamma(&self, at: PriceRatio) -> f64;

    /// What the position has less than the first deposit, held, as a fraction of the latter.
    ///
    /// **Formula** `1 − V/H`. Never negative; each curve states when it is zero and how accurate
    /// it is. Small moves keep their digits.
    fn divergence_loss(&self, at: PriceRatio) -> DivergenceLoss;

    /// What the position is worth, `V/V₀`.
    fn value(&self, at: PriceRatio) -> f64 {
        self.holdings(at).value(at)
    }

    /// What the first deposit would be worth, held, `H/V₀`.
    fn hold(&self, at: PriceRatio) -> f64 {
        self.holdings(PriceRatio::ONE).value(at)
    }

    /// How the value answers to the price, `dV/dR`.
    ///
    /// **Formula** the amount of the risky asset: along the curve `dy = −R·dx`, so `dV = x·dR`.
    fn delta(&self, at: PriceRatio) -> f64 {
        self.holdings(at).risky
    }

    /// What is missing to the holder, `(H − V)/V₀ ≥ 0`.
    fn shortfall(&self, at: PriceRatio) -> f64 {
        self.divergence_loss(at).unsigned() * self.hold(at)
    }

    /// The older name of [`divergence_loss`](Self::divergence_loss).
    fn impermanent_loss(&self, at: PriceRatio) -> DivergenceLoss {
        self.divergence_loss(at)
    }
}
