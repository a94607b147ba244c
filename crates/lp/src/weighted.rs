use seawall_units::Ratio;

use crate::numeric::exp_excess;
use crate::weights::float;
use crate::{Curve, DivergenceLoss, Holdings, LpError, PriceRatio, Weights};

/// A pool of any number of assets that keeps `Π xᵢ^wᵢ` and with it the share `wᵢ` of its value in
/// each of them (Balancer).
///
/// **Formula** `V/V₀ = Π Rᵢ^wᵢ`, `H/V₀ = Σ wᵢ·Rᵢ`, divergence loss `1 − V/H`: the gap between an
/// arithmetic and a geometric mean. Prices may be quoted in anything; only their relative moves
/// count.
///
/// **Accuracy** the loss within 16 ulp: with `uᵢ = ln Rᵢ − Σ wⱼ·ln Rⱼ`, whose weighted sum is zero,
/// `H/V − 1 = Σ wᵢ·(e^uᵢ − 1 − uᵢ)`, where no term is negative. It is zero only when all prices move
/// alike.
///
/// **Source** F. Martinelli, N. Mushegian, "Balancer" (2019), the invariant; the loss by algebra.
///
/// ```
/// use seawall_lp::{Basket, PriceRatio, Weights};
/// let pool = Basket::new(Weights::proportional(&[2, 1, 1])?);
/// let ratios = [PriceRatio::ONE, PriceRatio::new(2.0)?, PriceRatio::new(0.5)?];
/// // Holding ½·1 + ¼·2 + ¼·½ = 9/8, the pool √√(2·½) = 1: one ninth is missing.
/// let loss = pool.divergence_loss(&ratios)?.unsigned();
/// assert!((loss - 1.0 / 9.0).abs() < 1e-16);
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basket {
    weights: Weights,
}

impl Basket {
    /// A pool with these weights.
    #[must_use]
    pub fn new(weights: Weights) -> Self {
        Self { weights }
    }

    /// Its weights.
    #[must_use]
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// What a position is worth, `V/V₀ = Π Rᵢ^wᵢ`.
    ///
    /// **Accuracy** 2 ulp for each asset, and `|ln R|` ulp for the rounding of its weight.
    ///
    /// **Errors** [`LpError::Mismatch`] unless there is one ratio for each asset.
    pub fn value(&self, ratios: &[PriceRatio]) -> Result<f64, LpError> {
        let terms = self.pairs(ratios)?;
        let powers = terms.map(|(weight, ratio)| libm::pow(ratio.ratio(), weight));
        Ok(powers.product())
    }

    /// What the first deposit would be worth, held, `H/V₀ = Σ wᵢ·Rᵢ`.
    ///
    /// **Errors** as [`Basket::value`].
    pub fn hold(&self, ratios: &[PriceRatio]) -> Result<f64, LpError> {
        let terms = self.pairs(ratios)?;
        Ok(terms.map(|(weight, ratio)| weight * ratio.ratio()).sum())
    }

    /// What a position holds of each asset, in units of `V₀/P₀ᵢ`: `wᵢ·V/Rᵢ`. It is also its delta to
    /// that asset's price.
    ///
    /// **Errors** as [`Basket::value`].
    pub fn holdings(&self, ratios: &[PriceRatio]) -> Result<Vec<f64>, LpError> {
        let value = self.value(ratios)?;
        let held = |(weight, ratio): (f64, PriceRatio)| weight * value / ratio.ratio();
        Ok(self.pairs(ratios)?.map(held).collect())
    }

    /// How the delta to one asset's price moves with another's, `∂²V/∂Rᵢ∂Rⱼ`, row by row.
    ///
    /// **Formula** `wᵢ·(wⱼ − δᵢⱼ)·V/(Rᵢ·Rⱼ)`.
    ///
    /// **Errors** as [`Basket::value`].
    pub fn gamma(&self, ratios: &[PriceRatio]) -> Result<Vec<Vec<f64>>, LpError> {
        let value = self.value(ratios)?;
        let terms: Vec<_> = self.pairs(ratios)?.collect();
        let entry = |i: usize, j: usize| {
            let ((wi, ri), (wj, rj)) = (terms[i], terms[j]);
            let own = if i == j { wj - 1.0 } else { wj };
            wi * own * value / (ri.ratio() * rj.ratio())
        };
        let all = || 0..terms.len();
        Ok(all()
            .map(|i| all().map(|j| entry(i, j)).collect())
            .collect())
    }

    /// The divergence loss, `1 − Π Rᵢ^wᵢ / Σ wᵢ·Rᵢ`.
    ///
    /// **Errors** as [`Basket::value`].
    pub fn divergence_loss(&self, ratios: &[PriceRatio]) -> Result<DivergenceLoss, LpError> {
        let terms: Vec<_> = self.pairs(ratios)?.collect();
        let own = |ratio: PriceRatio| -> f64 {
            let others = terms.iter();
            others
                .map(|(weight, other)| weight * ratio.ln_over(*other))
                .sum()
        };
        let excess = terms
            .iter()
            .map(|(weight, ratio)| weight * exp_excess(own(*ratio)));
        Ok(DivergenceLoss::from_excess(excess.sum()))
    }

    /// The older name of [`divergence_loss`](Self::divergence_loss).
    ///
    /// **Errors** as [`Basket::value`].
    pub fn impermanent_loss(&self, ratios: &[PriceRatio]) -> Result<DivergenceLoss, LpError> {
        self.divergence_loss(ratios)
    }

    fn pairs(
        &self,
        ratios: &[PriceRatio],
    ) -> Result<impl Iterator<Item = (f64, PriceRatio)>, LpError> {
        if ratios.len() != self.weights.len() {
            return Err(LpError::Mismatch {
                field: "price ratios",
                given: ratios.len(),
                assets: self.weights.len(),
            });
        }
        Ok(self.weights.floats().zip(ratios.iter().copied()))
    }
}

/// A [`Basket`] of two, with the weight `w` on the asset whose price moves.
///
/// **Formula** divergence loss `1 − R^w/(w·R + 1 − w)`; a small move costs `½·w(1−w)·r²`. The loss at
/// `R` with weight `w` is that at `1/R` with `1 − w`.
///
/// **Accuracy** the loss within 12 ulp, zero only at no change.
///
/// ```
/// use seawall_lp::{Curve, PriceRatio, Weighted};
/// let pool = Weighted::new("0.2".parse()?)?;
/// let loss = pool.divergence_loss(PriceRatio::new(4.0)?);
/// assert_eq!(format!("{:.7}", loss.percent()), "17.5307556");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weighted {
    weight: Ratio,
    risky: f64,
    quote: f64,
}

impl Weighted {
    /// A pool with this weight on the risky asset.
    ///
    /// **Errors** [`LpError::Weight`] outside of (0, 1).
    pub fn new(weight: Ratio) -> Result<Self, LpError> {
        if weight <= Ratio::ZERO || weight >= Ratio::ONE {
            return Err(LpError::Weight { number: 1, weight });
        }
        Ok(Self {
            weight,
            risky: float(weight),
            quote: float(Ratio::ONE - weight),
        })
    }

    /// The weight on the risky asset.
    #[must_use]
    pub fn weight(&self) -> Ratio {
        self.weight
    }
}

impl Curve for Weighted {
    fn holdings(&self, at: PriceRatio) -> Holdings {
        Holdings {
            risky: self.risky * libm::pow(at.ratio(), -self.quote),
            quote: self.quote * libm::pow(at.ratio(), self.risky),
        }
    }

    fn gamma(&self, at: PriceRatio) -> f64 {
        -self.risky * self.quote * libm::pow(at.ratio(), self.risky - 2.0)
    }

    fn divergence_loss(&self, at: PriceRatio) -> DivergenceLoss {
        let ln = at.ln();
        let up = self.risky * exp_excess(self.quote * ln);
        DivergenceLoss::from_excess(up + self.quote * exp_excess(-self.risky * ln))
    }

    fn value(&self, at: PriceRatio) -> f64 {
        libm::pow(at.ratio(), self.risky)
    }

    fn hold(&self, at: PriceRatio) -> f64 {
        self.risky * at.ratio() + self.quote
    }
}
