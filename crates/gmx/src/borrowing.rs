//! What positions pay to the pool for what it reserves for them.
use ethnum::U256;

use crate::distribution::{grown, seconds_since};
use crate::number::{add, apply_factor, mul_div, take, to_factor};
use crate::power::apply_exponent_factor;
use crate::{
    Borrowing, BorrowingCurve, GmxError, Market, ONE, Position, Prices, Rounding, Side, reserve,
};

/// Borrowing rate of a side per second.
///
/// **Formula** zero while nothing is reserved, and for the side with less open interest when
/// [`Params::skip_borrowing_for_smaller_side`](crate::Params) (equal sides both pay). Else by the
/// curve: `factor · reserved^exponent / pool`, or of the usage `u` of what may be reserved for open
/// interest `u·base + (above − base)·(u − optimal)/(1 − optimal)`, the second term only beyond the
/// kink. **Units** thirty decimals. **Rounding** down in each product and quotient.
///
/// **Errors** [`GmxError::Refused`] when open interest stands against an empty pool,
/// [`GmxError::Overflow`].
pub fn rate(market: &Market, prices: &Prices, side: Side) -> Result<U256, GmxError> {
    let reserved = reserve::reserved_usd(market, prices, side)?;
    if reserved == U256::ZERO || is_skipped(market, side)? {
        return Ok(U256::ZERO);
    }
    let pool = reserve::pool_usd(market, prices, side)?;
    if pool == U256::ZERO {
        return Err(GmxError::Refused {
            reason: "open interest stands against an empty pool: no borrowing rate",
        });
    }
    match market.params.borrowing.of(side) {
        curve @ BorrowingCurve::Power { .. } => curve_rate(curve, reserved, pool),
        curve @ BorrowingCurve::Kink { .. } => {
            let allowed = apply_factor(
                pool,
                reserve::ReserveKind::OpenInterest.factor(market, side),
            )?;
            curve_rate(curve, reserved, allowed)
        }
    }
}

fn is_skipped(market: &Market, side: Side) -> Result<bool, GmxError> {
    let own = market.open_interest_usd(side)?;
    let others = market.open_interest_usd(side.opposite())?;
    Ok(market.params.skip_borrowing_for_smaller_side && own < others)
}

/// The rate of a curve at plain numbers.
///
/// `whole` is the pool for [`BorrowingCurve::Power`], and what may be reserved for open interest
/// for [`BorrowingCurve::Kink`].
///
/// ```
/// use seawall_gmx::{BorrowingCurve, ONE, U256, borrowing};
/// // 45 % a year up to 85 % usage, 90 % at full usage (per second: over 31,536,000).
/// let yearly = |percent: u128| ONE * U256::new(percent) / U256::new(100) / U256::new(31_536_000);
/// let curve = BorrowingCurve::Kink {
///     optimal: ONE * U256::new(85) / U256::new(100),
///     base: yearly(45),
///     above: yearly(90),
/// };
/// let usd = |n: u128| ONE * U256::new(n);
/// // Half used: half of the base rate. Full: the rate above the kink.
/// assert_eq!(borrowing::curve_rate(&curve, usd(50), usd(100))?, yearly(45) / U256::new(2));
/// assert_eq!(borrowing::curve_rate(&curve, usd(100), usd(100))?, yearly(90));
/// # Ok::<(), seawall_gmx::GmxError>(())
/// ```
///
/// **Errors** [`GmxError::DivisionByZero`] for a whole of nothing, [`GmxError::Overflow`].
pub fn curve_rate(curve: &BorrowingCurve, reserved: U256, whole: U256) -> Result<U256, GmxError> {
    match *curve {
        BorrowingCurve::Power { factor, exponent } => {
            let raised = apply_exponent_factor(reserved, exponent)?;
            apply_factor(to_factor(raised, whole)?, factor)
        }
        BorrowingCurve::Kink {
            optimal,
            base,
            above,
        } => {
            let usage = to_factor(reserved, whole)?;
            let low = apply_factor(usage, base)?;
            if usage <= optimal || optimal >= ONE {
                return Ok(low);
            }
            let beyond = take("usage", usage, optimal)?;
            let range = take("one", ONE, optimal)?;
            let high = mul_div(above.saturating_sub(base), beyond, range, Rounding::Down)?;
            add(low, high)
        }
    }
}

/// The cumulative factor of a side as it will stand at `now`.
///
/// **Formula** `cumulative + rate · seconds`: simple, not compounded, with no time before the first
/// update.
///
/// **Errors** as [`rate`].
pub fn next_cumulative(
    market: &Market,
    prices: &Prices,
    side: Side,
    now: u64,
) -> Result<U256, GmxError> {
    let seconds = seconds_since(market.borrowing_updated_at, now);
    let rate = rate(market, prices, side)?;
    grown(market.borrowing.of(side).cumulative, rate, seconds)
}

/// Brings both sides up to `now`.
///
/// **Errors** as [`rate`]; nothing has changed then.
pub fn update(market: &mut Market, prices: &Prices, now: u64) -> Result<(), GmxError> {
    let long = next_cumulative(market, prices, Side::Long, now)?;
    let short = next_cumulative(market, prices, Side::Short, now)?;
    market.borrowing.long.cumulative = long;
    market.borrowing.short.cumulative = short;
    market.borrowing_updated_at = Some(now);
    Ok(())
}

/// What all positions of a side owe up to `now`.
///
/// **Formula** `floor(open interest · next cumulative factor / 10³⁰) − total`. The total is kept as
/// the sum of the floors of each position, so this is never less than the positions' own sum.
/// **Units** USD with thirty decimals.
///
/// **Errors** as [`rate`]; [`GmxError::Insufficient`] when the total does not belong to the open
/// interest.
pub fn pending_usd(
    market: &Market,
    prices: &Prices,
    side: Side,
    now: u64,
) -> Result<U256, GmxError> {
    let next = next_cumulative(market, prices, side, now)?;
    let owed = apply_factor(market.open_interest_usd(side)?, next)?;
    take("pending borrowing", owed, market.borrowing.of(side).total)
}

/// What a position owes at the last update.
///
/// **Formula** `floor(size · (cumulative − entry) / 10³⁰)`. **Units** USD with thirty decimals.
///
/// **Errors** [`GmxError::Insufficient`] for an entry beyond the side's factor,
/// [`GmxError::Overflow`].
pub fn dues_usd(market: &Market, position: &Position) -> Result<U256, GmxError> {
    let cumulative = market.borrowing.of(position.side).cumulative;
    let since = take(
        "the borrowing factor",
        cumulative,
        position.borrowing_factor,
    )?;
    apply_factor(position.size_usd, since)
}

/// Moves a position's share of a side's total from one size and factor to the next.
///
/// **Formula** `total − floor(size · factor / 10³⁰) + floor(next size · next factor / 10³⁰)`.
///
/// **Errors** [`GmxError::Insufficient`] when the position is not part of the total,
/// [`GmxError::Overflow`].
pub fn replace_in_total(
    borrowing: &mut Borrowing,
    (size, factor): (U256, U256),
    (next_size, next_factor): (U256, U256),
) -> Result<(), GmxError> {
    let left = take(
        "total borrowing",
        borrowing.total,
        apply_factor(size, factor)?,
    )?;
    borrowing.total = add(left, apply_factor(next_size, next_factor)?)?;
    Ok(())
}
