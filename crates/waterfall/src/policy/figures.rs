use seawall_units::{Ratio, Usd};

use super::PolicyError;

/// The loss that is put on winners: severity times the deficit.
///
/// **Formula** `B = θ·D`. **Units** USD. **Rounding** down, for the winners.
/// **Errors** [`PolicyError`] for a severity outside 0 to 1 or a negative deficit.
/// **Source** arXiv:2512.01112, section 2.4.
///
/// ```
/// use seawall_units::{Ratio, Usd};
/// use seawall_waterfall::policy::socialised;
/// // Losers at −3 and −12, half of it socialised.
/// assert_eq!(socialised(Usd::whole(15), "0.5".parse::<Ratio>()?)?, "7.5".parse::<Usd>()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn socialised(deficit: Usd, severity: Ratio) -> Result<Usd, PolicyError> {
    if severity.is_negative() || severity > Ratio::ONE {
        return Err(PolicyError::Severity { severity });
    }
    match deficit.is_negative() {
        true => Err(PolicyError::Negative { amount: deficit }),
        false => Ok(deficit.mul_floor(severity)),
    }
}

/// The severity that a budget comes to.
///
/// **Formula** `θ = min(1, B/D)`, 1 for a deficit of zero. **Rounding** down.
/// **Source** arXiv:2602.15182, section 3.
///
/// ```
/// use seawall_units::{Ratio, Usd};
/// use seawall_waterfall::policy::severity;
/// assert_eq!(severity("7.5".parse()?, Usd::whole(15)), "0.5".parse::<Ratio>()?);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn severity(budget: Usd, deficit: Usd) -> Ratio {
    let share = budget.ratio_floor(deficit).unwrap_or(Ratio::ONE);
    share.clamp(Ratio::ZERO, Ratio::ONE)
}

/// What is left to the winner who has most after the cuts.
///
/// **Formula** `v = max (wᵢ − xᵢ)`, zero without winners. **Rounding** none.
/// **Source** arXiv:2512.01112, section 3.1.
#[must_use]
pub fn top_survivor(endowments: &[Usd], cuts: &[Usd]) -> Usd {
    let left = endowments.iter().zip(cuts).map(|(had, cut)| *had - *cut);
    left.max().unwrap_or_default()
}

/// Profitability to total solvency: the top survivor over all that is socialised.
///
/// **Formula** `v/(θ·D)`, of one round; the paper's figure is its mean. `None` when nothing is
/// socialised. **Rounding** down. **Source** arXiv:2512.01112, section 3.1.
///
/// ```
/// use seawall_units::Usd;
/// use seawall_waterfall::policy::ptsr;
/// assert_eq!(ptsr("4.5".parse()?, "7.5".parse()?), Some("0.6".parse()?));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn ptsr(top: Usd, socialised: Usd) -> Option<Ratio> {
    top.ratio_floor(socialised)
}

/// Profitability to the largest single loss, scaled by the severity.
///
/// **Formula** `v/(θ·Δ)`, of one round. `None` when nothing is socialised. **Rounding** down, the
/// denominator too. **Source** arXiv:2512.01112, section 3.1.
///
/// ```
/// use seawall_units::Usd;
/// use seawall_waterfall::policy::pmr;
/// assert_eq!(pmr("4.5".parse()?, "0.5".parse()?, Usd::whole(12)), Some("0.75".parse()?));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn pmr(top: Usd, severity: Ratio, largest_loss: Usd) -> Option<Ratio> {
    top.ratio_floor(largest_loss.mul_floor(severity))
}

/// The same as the published measurements take it: the top survivor over the deficit that is left.
///
/// **Formula** `v/(D − H)`; `None` when nothing is left. **Rounding** down.
/// **Source** the data repository of arXiv:2602.15182 (pluriholonomic/autodeleveraging-analysis).
#[must_use]
pub fn remaining_ptsr(top: Usd, deficit: Usd, taken: Usd) -> Option<Ratio> {
    top.ratio_floor((deficit - taken).or_zero())
}

/// What was taken beyond what was needed; negative when it was less.
///
/// **Formula** `H − B`. **Rounding** none. **Source** arXiv:2602.15182, section 4.
///
/// ```
/// use seawall_units::Usd;
/// use seawall_waterfall::policy::overshoot;
/// assert_eq!(overshoot(Usd::whole(60_108_335), Usd::whole(15_079_670)), Usd::whole(45_028_665));
/// ```
#[must_use]
pub fn overshoot(taken: Usd, needed: Usd) -> Usd {
    taken - needed
}

/// The leverage of many positions added up: notional over the magnitude of equity.
///
/// **Formula** `Σ Nᵢ/|eᵢ|` over positions of an equity other than zero. **Rounding** down, each term.
/// **Source** arXiv:2512.01112, section 2.4.
///
/// ```
/// use seawall_units::{Ratio, Usd};
/// use seawall_waterfall::policy::leverage_mass;
/// let mass = leverage_mass(&[(Usd::whole(30), Usd::whole(10)), (Usd::whole(5), Usd::whole(-2))]);
/// assert_eq!(mass, "5.5".parse::<Ratio>()?);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn leverage_mass(positions: &[(Usd, Usd)]) -> Ratio {
    let terms = positions.iter();
    terms
        .filter_map(|(notional, equity)| notional.abs().ratio_floor(equity.abs()))
        .sum()
}
