use seawall_units::{Ratio, Round, mul_div};

/// What backs a loan of the quote asset, as far as the falling price of one token goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backing {
    /// The falling token alone: its value follows the price.
    Coin,
    /// Half the token, half quote, held: the value falls half as fast.
    Basket,
    /// Shares of a constant-product pool of both: the value follows the root of the price.
    LpShare,
}

impl Backing {
    /// The part `R` of its opening value to which the price of the token may fall before the loan
    /// reaches its threshold.
    ///
    /// **Formula** from `ℓ₀ = θ·V(R)/V₀`: the coin `ℓ₀/θ`, the basket `2ℓ₀/θ − 1`, the LP share
    /// `(ℓ₀/θ)²`. **Units** none. **Rounding** up: the loan is at its threshold no later.
    /// `None` when no fall reaches it, as when half of the value is quote and `ℓ₀ ≤ θ/2`, and for
    /// a threshold not above zero. One and more when the loan opens at or beyond its threshold.
    ///
    /// The LP share lies between: it is reached before the basket, after the coin.
    ///
    /// ```
    /// use seawall_cascade::reuse::Backing;
    /// let ratio = |backing: Backing| {
    ///     let at = backing.liquidation_ratio("60%".parse().ok()?, "80%".parse().ok()?)?;
    ///     Some(at.to_string())
    /// };
    /// assert_eq!(ratio(Backing::Coin).as_deref(), Some("0.750000000000000000"));
    /// assert_eq!(ratio(Backing::LpShare).as_deref(), Some("0.562500000000000000"));
    /// assert_eq!(ratio(Backing::Basket).as_deref(), Some("0.500000000000000000"));
    /// ```
    #[must_use]
    pub fn liquidation_ratio(self, ltv: Ratio, threshold: Ratio) -> Option<Ratio> {
        if !threshold.is_positive() || !ltv.is_positive() {
            return None;
        }
        let coin = ltv.ratio_ceil(threshold)?;
        let reached = match self {
            Self::Coin => coin,
            Self::Basket => (ltv + ltv - threshold).ratio_ceil(threshold)?,
            Self::LpShare => {
                // Squared before it is divided, so that there is one rounding.
                let square = ltv.units().checked_mul(ltv.units())?;
                let below = threshold.units().checked_mul(threshold.units())?;
                let units = mul_div(square, Ratio::ONE_UNITS, below, Round::Ceil)?;
                Ratio::from_units(units).ok()?
            }
        };
        reached.is_positive().then_some(reached)
    }
}
