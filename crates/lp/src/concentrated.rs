use crate::error::within;
use crate::{Curve, DivergenceLoss, Holdings, LpError, PriceRatio, Range};

/// A position that trades between two prices only (Uniswap v3), entered inside of its range or
/// outside of it.
///
/// **Formula** with the price held in the range, `P̂ = clamp(P, p_a, p_b)`: holdings
/// `x = L·(1/√P̂ − 1/√p_b)`, `y = L·(√P̂ − √p_a)`; divergence loss `1 − (x₁P₁ + y₁)/(x₀P₁ + y₀)`, in
/// range and out of it. Gamma is `−½·L·P^(−3/2)` strictly inside the range, zero elsewhere.
///
/// **Accuracy** the loss within 12 ulp of what range and entry price, divided into each other, say.
/// With `s = √P̂₁`, `s₀ = √P̂₀` it is evaluated as
/// `H − V = L·(s − s₀)·((P₁ − s²) + s·(s − s₀))/(s·s₀)`, whose factors have one sign.
/// Zero at no change, and for a position outside of its range as long as the price does not reach it;
/// there alone.
///
/// **Source** H. Adams et al., "Uniswap v3 Core" (2021), the holdings; the loss by algebra.
///
/// ```
/// use seawall_lp::{Concentrated, Curve, PriceRatio, Range};
/// let position = Concentrated::new(Range::new(50.0, 200.0)?, 100.0)?;
/// let loss = position.divergence_loss(PriceRatio::new(4.0)?);
/// assert_eq!(format!("{:.10}", loss.percent()), "51.7157287525");
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concentrated {
    lower: PriceRatio,
    upper: PriceRatio,
    /// The entry price held in the range, as a multiple of the entry price.
    entry: PriceRatio,
    /// Liquidity for one unit of initial value.
    liquidity: f64,
}

impl Concentrated {
    /// A position in a range, entered at a price.
    ///
    /// **Errors** [`LpError::OutOfRange`] for a price, or a multiple of it, beyond the range of
    /// [`PriceRatio`]; [`LpError::RangeOrder`] when the ends of the range cannot be told apart as
    /// multiples of the entry price.
    pub fn new(range: Range, entry: f64) -> Result<Self, LpError> {
        let lower = PriceRatio::from_prices(entry, range.lower())?;
        let upper = PriceRatio::from_prices(entry, range.upper())?;
        if upper.minus(lower) <= 0.0 {
            return Err(LpError::RangeOrder {
                lower: lower.ratio(),
                upper: upper.ratio(),
            });
        }
        let mut position = Self {
            lower,
            upper,
            entry: PriceRatio::ONE.clamp(lower, upper),
            liquidity: 1.0,
        };
        let value = position.holdings(PriceRatio::ONE).value(PriceRatio::ONE);
        position.liquidity = 1.0 / value;
        Ok(position)
    }

    /// The share of the first deposit that is the risky asset.
    ///
    /// ```
    /// use seawall_lp::{Concentrated, Range};
    /// let position = Concentrated::new(Range::new(90.0, 120.0)?, 100.0)?;
    /// assert_eq!(format!("{:.12}", position.risky_share()), "0.629337169917");
    /// # Ok::<(), seawall_lp::LpError>(())
    /// ```
    #[must_use]
    pub fn risky_share(&self) -> f64 {
        self.holdings(PriceRatio::ONE).risky
    }

    /// Whether the position trades at this price: strictly inside of its range.
    #[must_use]
    pub fn is_in_range(&self, at: PriceRatio) -> bool {
        at.minus(self.lower) > 0.0 && at.minus(self.upper) < 0.0
    }
}

/// `√a − √b` of two price ratios, without cancellation.
fn root_gap(a: PriceRatio, b: PriceRatio) -> f64 {
    a.minus(b) / (a.sqrt() + b.sqrt())
}

impl Curve for Concentrated {
    fn holdings(&self, at: PriceRatio) -> Holdings {
        let held = at.clamp(self.lower, self.upper);
        let inverse_gap = root_gap(self.upper, held) / (held.sqrt() * self.upper.sqrt());
        Holdings {
            risky: self.liquidity * inverse_gap,
            quote: self.liquidity * root_gap(held, self.lower),
        }
    }

    fn gamma(&self, at: PriceRatio) -> f64 {
        match self.is_in_range(at) {
            true => -0.5 * self.liquidity / (at.ratio() * at.sqrt()),
            false => 0.0,
        }
    }

    fn divergence_loss(&self, at: PriceRatio) -> DivergenceLoss {
        DivergenceLoss::from_fraction(self.shortfall(at) / self.hold(at))
    }

    fn shortfall(&self, at: PriceRatio) -> f64 {
        let held = at.clamp(self.lower, self.upper);
        let gap = root_gap(held, self.entry);
        let beyond = at.minus(held) + held.sqrt() * gap;
        self.liquidity * gap * (beyond / (held.sqrt() * self.entry.sqrt()))
    }
}

/// How many times the loss of a constant-product position a range `[P/n, nP]` around the entry
/// price suffers for the same capital, as long as the price stays in it.
///
/// **Formula** `1/(1 − 1/√n)`. **Accuracy** 4 ulp. **Source** algebra; the same factor in "Impermanent
/// loss in Uniswap v3" (Auditless, 2021).
///
/// **Errors** [`LpError::OutOfRange`] unless `1 < n ≤ 10⁵⁰`.
///
/// ```
/// use seawall_lp::concentration_factor;
/// assert_eq!(concentration_factor(4.0)?, 2.0);
/// assert_eq!(format!("{:.7}", concentration_factor(1.1)?), "21.4880885");
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
pub fn concentration_factor(n: f64) -> Result<f64, LpError> {
    let legal = (1.0 + f64::EPSILON, PriceRatio::MAX);
    let n = within(
        "half-width n of the range [P/n, nP]",
        n,
        legal,
        "1 < n <= 10^50",
    )?;
    let root = n.sqrt();
    Ok(root * (root + 1.0) / (n - 1.0))
}
