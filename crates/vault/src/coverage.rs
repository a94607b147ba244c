use seawall_units::{Ratio, Usd};

use crate::VaultConfig;

/// Junior's share of both values, the cover that stands before Senior; `None` when both are zero.
///
/// **Formula** `J/(S + J)`. **Rounding** down, for Senior.
///
/// ```
/// use seawall_units::{Ratio, Usd};
/// use seawall_vault::coverage;
/// let usd = Usd::whole;
/// assert_eq!(coverage(usd(8_000_000), usd(2_000_000)), Some(Ratio::bps(2_000)));
/// assert_eq!(coverage(Usd::ZERO, Usd::ZERO), None);
/// ```
#[must_use]
pub fn coverage(senior: Usd, junior: Usd) -> Option<Ratio> {
    junior
        .or_zero()
        .ratio_floor(senior.or_zero() + junior.or_zero())
}

/// Whether a loss is being placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OpenLoss {
    /// None.
    #[default]
    None,
    /// A deficit is open.
    Deficit,
    /// ADL is open without a deficit.
    Adl,
}

/// Whether the shares of Junior have a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Series {
    /// The series of shares that exists.
    #[default]
    Running,
    /// The last series is frozen at zero; the next deposit opens a new one at 1:1 (M-8.3).
    New,
}

/// What decides who may come and go (M-9).
///
/// Each gate says how much may pass, or why nothing may. The limit is checked on the state after
/// the operation (M-7): a deposit or an exit up to it keeps the coverage at its minimum or above.
/// Cash and the market's own limits are the caller's to apply on top.
///
/// ```
/// use seawall_units::Usd;
/// use seawall_vault::{PairState, VaultConfig};
/// let usd = Usd::whole;
/// let state = PairState { senior: usd(6_000), junior: usd(2_000), ..PairState::default() };
/// let config = VaultConfig::default();
/// // 2 000 is 20 % of 10 000, and 20 % of 7 500 is what 6 000 needs.
/// assert_eq!(state.gate_senior_deposit(&config), Ok(usd(2_000)));
/// assert_eq!(state.gate_junior_exit(&config), Ok(usd(500)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PairState {
    /// Senior's value S.
    pub senior: Usd,
    /// Junior's value J.
    pub junior: Usd,
    /// Senior's claim less what covers it: above zero while equity is below K.
    pub senior_shortfall: Usd,
    /// Whether a loss is being placed.
    pub loss: OpenLoss,
    /// Whether Junior's next deposit opens a new series.
    pub series: Series,
}

impl PairState {
    /// How much Senior may take in.
    ///
    /// **Formula** `floor(J/min) − S − J`: the deposit at which coverage is at its minimum.
    /// **Errors** [`GateRefusal`] while a deficit is open, when S is zero, and when coverage is
    /// at or below its minimum.
    pub fn gate_senior_deposit(&self, config: &VaultConfig) -> Result<Usd, GateRefusal> {
        self.no_deficit()?;
        if !self.senior.is_positive() {
            return Err(GateRefusal::NoValue);
        }
        let full = self.junior.mul_div_floor(Ratio::ONE, config.min_coverage);
        // Without a minimum there is no limit.
        let limit = full.map_or(Usd::MAX, |full| full - self.senior - self.junior);
        self.above_zero(limit, config)
    }

    /// How much Junior may take in: any amount, against [`balancing_fee`](Self::balancing_fee).
    ///
    /// **Errors** [`GateRefusal`] while a deficit is open; when J is zero, unless the deposit
    /// opens a new series; and while the claim of Senior is not covered, for a new series.
    pub fn gate_junior_deposit(&self) -> Result<Usd, GateRefusal> {
        self.no_deficit()?;
        match self.series {
            Series::Running if !self.junior.is_positive() => Err(GateRefusal::NoValue),
            Series::New if self.senior_shortfall.is_positive() => {
                Err(GateRefusal::ClaimUncovered {
                    shortfall: self.senior_shortfall,
                })
            }
            Series::Running | Series::New => Ok(Usd::MAX),
        }
    }

    /// How much Senior may let out: its value, since its exits raise coverage.
    ///
    /// **Errors** [`GateRefusal`] while a deficit or ADL is open.
    pub fn gate_senior_exit(&self) -> Result<Usd, GateRefusal> {
        self.no_loss()?;
        Ok(self.senior.or_zero())
    }

    /// How much Junior may let out.
    ///
    /// **Formula** `J − ceil(S·min/(1 − min))`: the exit at which coverage is at its minimum.
    /// **Errors** [`GateRefusal`] while a deficit or ADL is open and when coverage is at or below
    /// its minimum.
    pub fn gate_junior_exit(&self, config: &VaultConfig) -> Result<Usd, GateRefusal> {
        self.no_loss()?;
        let needed = junior_at_ceil(self.senior, config.min_coverage);
        self.above_zero(self.junior - needed, config)
    }

    /// What a junior deposit pays for tilting the pair: the fee on the part of it that lies above
    /// the coverage ceiling, so that splitting a deposit changes nothing but roundings.
    ///
    /// **Formula** `fee·max(0, J + assets − max(J, S·c/(1 − c)))`. **Rounding** up, for those who
    /// are in the vault already.
    ///
    /// ```
    /// use seawall_units::Usd;
    /// use seawall_vault::{PairState, VaultConfig};
    /// let usd = Usd::whole;
    /// // The ceiling of 60 % over S = 400 is J = 600: 100 of the 300 lie above it.
    /// let state = PairState { senior: usd(400), junior: usd(400), ..PairState::default() };
    /// assert_eq!(state.balancing_fee(usd(300), &VaultConfig::default()), "0.5".parse::<Usd>()?);
    /// # Ok::<(), seawall_units::UnitsError>(())
    /// ```
    #[must_use]
    pub fn balancing_fee(&self, assets: Usd, config: &VaultConfig) -> Usd {
        let ceiling = junior_at_ceil(self.senior, config.junior_ceiling);
        let above = self.junior + assets - ceiling.max(self.junior);
        above.or_zero().mul_ceil(config.balancing_fee)
    }

    fn no_deficit(&self) -> Result<(), GateRefusal> {
        match self.loss {
            OpenLoss::Deficit => Err(GateRefusal::DeficitOpen),
            OpenLoss::None | OpenLoss::Adl => Ok(()),
        }
    }

    fn no_loss(&self) -> Result<(), GateRefusal> {
        match self.loss {
            OpenLoss::Deficit => Err(GateRefusal::DeficitOpen),
            OpenLoss::Adl => Err(GateRefusal::AdlOpen),
            OpenLoss::None => Ok(()),
        }
    }

    fn above_zero(&self, limit: Usd, config: &VaultConfig) -> Result<Usd, GateRefusal> {
        if limit.is_positive() {
            return Ok(limit);
        }
        Err(GateRefusal::CoverageTooLow {
            coverage: coverage(self.senior, self.junior).unwrap_or(Ratio::ZERO),
            min: config.min_coverage,
        })
    }
}

/// The junior value at which coverage over `senior` is `ratio`: `S·ratio/(1 − ratio)`, up.
fn junior_at_ceil(senior: Usd, ratio: Ratio) -> Usd {
    let junior = senior.or_zero().mul_div_ceil(ratio, Ratio::ONE - ratio);
    junior.unwrap_or(Usd::MAX)
}

/// Why nothing may pass a gate of the vaults (M-9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GateRefusal {
    /// A deficit is open.
    #[error("a deficit is open")]
    DeficitOpen,
    /// ADL is open.
    #[error("ADL is open")]
    AdlOpen,
    /// The tranche is worth nothing, so its shares have no price.
    #[error("the tranche is worth nothing")]
    NoValue,
    /// The pool's equity does not cover Senior's claim, so no new junior series opens.
    #[error("the senior claim lacks {shortfall} USD")]
    ClaimUncovered {
        /// K less the pool's equity.
        shortfall: Usd,
    },
    /// It would bring coverage below its minimum.
    #[error("coverage is {coverage}; at least {min} must be left")]
    CoverageTooLow {
        /// Coverage now.
        coverage: Ratio,
        /// Its minimum.
        min: Ratio,
    },
}
