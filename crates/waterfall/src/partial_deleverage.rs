//! Stage 1, partial deleverage (M-8.1).

use ethnum::I256;
use seawall_units::{Base, Price, Ratio, Round, Usd, mul_div_wide};
use seawall_venue::SkipReason;

use crate::{Health, PartialConfig};

/// What stage 1 does with a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartialStep {
    /// Close this much of it, unsigned.
    Close(Base),
    /// Close all of it: it is small.
    CloseAll,
    /// It has been closed in part a moment ago; wait.
    CoolDown,
    /// Pass it on to the auction, and why.
    ToAuction(SkipReason),
}

/// How often and when stage 1 has worked on a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StepsTaken {
    /// Steps so far.
    pub count: u32,
    /// Seconds since the last one.
    pub seconds_since_last: Option<u64>,
}

/// What stage 1 needs to know of the market.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CloseTerms {
    /// The mark price.
    pub mark: Price,
    /// Maintenance margin ratio.
    pub mmr: Ratio,
    /// f of the rule: the liquidation fee plus the average spread and impact of closing half of
    /// the position, a rebate counted as zero.
    pub fee: Ratio,
}

/// Decides stage 1 for a position with `0 < E < maintenance`.
///
/// **Source** M-8.1.
#[must_use]
pub fn plan_partial(
    health: &Health,
    terms: &CloseTerms,
    taken: StepsTaken,
    config: &PartialConfig,
) -> PartialStep {
    if health.notional < config.full_close_below {
        return PartialStep::CloseAll;
    }
    let thin = health.equity < health.maintenance.mul_ceil(config.auction_below);
    if thin || health.notional.mul_ceil(terms.fee) >= health.equity {
        return PartialStep::ToAuction(SkipReason::TooThin);
    }
    if taken.count >= config.max_steps {
        return PartialStep::ToAuction(SkipReason::StepsUsed);
    }
    if taken
        .seconds_since_last
        .is_some_and(|secs| secs < config.cooldown)
    {
        return PartialStep::CoolDown;
    }
    let target = terms.mmr.mul_floor(config.target);
    let Some(amount) = close_amount(health.notional, health.equity, target, terms.fee) else {
        return PartialStep::ToAuction(SkipReason::TooThin);
    };
    let least = health.notional.mul_ceil(config.min_share);
    let most = health.notional.mul_floor(config.max_share);
    let size = terms.mark.size_ceil(amount.max(least).min(most.max(least)));
    PartialStep::Close(size.min(health.size.abs()))
}

/// The notional to close so that equity over notional comes back to `target`.
///
/// **Formula** `x = (t·N − E)/(t − f)`, exact, rounded down once. **Units** USD.
/// **Errors** `None` when `t ≤ f`: closing would not raise the ratio.
///
/// ```
/// use seawall_units::{Ratio, Usd};
/// use seawall_waterfall::close_amount;
/// let x = close_amount(Usd::whole(10_000), Usd::whole(480), "6.25%".parse()?, "0.5%".parse()?);
/// assert_eq!(x, Some("2521.739130".parse::<Usd>()?));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn close_amount(notional: Usd, equity: Usd, target: Ratio, fee: Ratio) -> Option<Usd> {
    let gain = target - fee;
    if !gain.is_positive() {
        return None;
    }
    let wide = |a: i128, b: i128| I256::from(a).checked_mul(I256::from(b));
    let wanted = wide(notional.units(), target.units())?
        .checked_sub(wide(equity.units(), Ratio::ONE_UNITS)?)?;
    let units = mul_div_wide(wanted, I256::ONE, I256::from(gain.units()), Round::Floor)?;
    Usd::from_units(units).ok().map(Usd::or_zero)
}
