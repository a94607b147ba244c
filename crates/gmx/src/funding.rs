//! What one side pays to the other for the imbalance between them.
use ethnum::{I256, U256};

use crate::distribution::seconds_since;
use crate::number::{add, apply_factor, divide, mul_div, signed, signed_add, take, to_factor};
use crate::power::apply_exponent_factor;
use crate::{
    BySide, ByToken, FundingParams, GmxError, Market, PoolToken, Position, Prices, Rounding, Side,
};

/// 10⁴⁵: one, in an amount per USD of size.
pub const PER_SIZE: U256 = U256::from_words(
    2_938_735,
    298_446_595_904_573_959_823_029_002_645_106_851_840,
);

/// A rate as it is stored, and as it is charged. Above zero longs pay. Thirty decimals per second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextRate {
    /// Between zero and the greatest rate in magnitude; the next step starts from it. Zero in the
    /// static model.
    pub stored: I256,
    /// At least the least rate in magnitude.
    pub charged: I256,
}

/// The next rate from the stored one, the open interest of both sides (USD) and the seconds passed.
///
/// **Formula** with the skew `s = |L − S|^exponent / (L + S)`:
/// * static (`increase` zero): `min(s · factor, max)` paid by the larger side;
/// * adaptive: while the stored rate points the way of the skew it rises by `floor(s · increase)`
///   per second above `stable_threshold`, falls by `decrease` per second below
///   `decrease_threshold`, and holds between. Against the skew, or at zero, it always moves towards
///   the larger side. It is then cut to `max` and stored; the charged rate is the stored one raised
///   to `min`.
///
/// **Rounding** down in each product and quotient.
///
/// ```
/// use seawall_gmx::{BySide, FundingParams, FundingQuirks, I256, ONE, U256, funding};
/// // 75 % a year, reached in three hours at full skew: 4 m against 2 m is a skew of one third.
/// let max = ONE * U256::new(75) / U256::new(100) / U256::new(31_536_000);
/// let params = FundingParams {
///     exponent: ONE,
///     factor: U256::ZERO,
///     increase: max / U256::new(10_800),
///     decrease: U256::ZERO,
///     min: U256::ZERO,
///     max,
///     stable_threshold: ONE * U256::new(4) / U256::new(100),
///     decrease_threshold: U256::ZERO,
///     quirks: FundingQuirks::default(),
/// };
/// let usd = |millions: u128| ONE * U256::new(millions * 1_000_000);
/// let sides = BySide { long: usd(4), short: usd(2) };
/// let hour = funding::next_rate(&params, I256::ZERO, &sides, U256::new(3_600))?;
/// assert_eq!(hour.stored, I256::new(2_642_482_665_313_715_538_000));
/// # Ok::<(), seawall_gmx::GmxError>(())
/// ```
///
/// **Errors** [`GmxError::DivisionByZero`] without any open interest, [`GmxError::Overflow`].
pub fn next_rate(
    params: &FundingParams,
    stored: I256,
    open_interest: &BySide<U256>,
    seconds: U256,
) -> Result<NextRate, GmxError> {
    let (long, short) = (open_interest.long, open_interest.short);
    let larger = if short > long {
        Side::Short
    } else {
        Side::Long
    };
    let difference = long.abs_diff(short);
    let is_static = params.increase == U256::ZERO;
    if difference == U256::ZERO && is_static {
        return Ok(NextRate {
            stored: I256::ZERO,
            charged: I256::ZERO,
        });
    }
    let skew = to_factor(
        apply_exponent_factor(difference, params.exponent)?,
        add(long, short)?,
    )?;
    if is_static {
        let rate = apply_factor(skew, params.factor)?.min(params.max);
        return Ok(NextRate {
            stored: I256::ZERO,
            charged: towards(larger, rate)?,
        });
    }
    let moved = match change(
        params,
        stored,
        &Skew {
            larger,
            difference,
            skew,
        },
    ) {
        Change::Hold => stored,
        Change::Rise => {
            let step = product(apply_factor(skew, params.increase)?, seconds)?;
            signed_add(stored, towards(larger, step)?)?
        }
        Change::Fall => fall(params, stored, seconds)?,
    };
    let next = with_magnitude(moved, moved.unsigned_abs().min(params.max))?;
    Ok(NextRate {
        stored: next,
        charged: charged(params, next, (larger, difference))?,
    })
}

struct Skew {
    larger: Side,
    difference: U256,
    skew: U256,
}

enum Change {
    Hold,
    Rise,
    Fall,
}

fn change(params: &FundingParams, stored: I256, skew: &Skew) -> Change {
    let along = skew.difference != U256::ZERO
        && match skew.larger {
            Side::Long => stored.is_positive(),
            Side::Short => stored.is_negative(),
        };
    if !along || skew.skew > params.stable_threshold {
        Change::Rise
    } else if skew.skew < params.decrease_threshold {
        Change::Fall
    } else {
        Change::Hold
    }
}

fn fall(params: &FundingParams, stored: I256, seconds: U256) -> Result<I256, GmxError> {
    let step = product(params.decrease, seconds)?;
    let magnitude = stored.unsigned_abs();
    match magnitude
        .checked_sub(step)
        .filter(|left| *left > U256::ZERO)
    {
        Some(left) => with_magnitude(stored, left),
        None if params.quirks.decay_keeps_sign => with_magnitude(stored, U256::ONE),
        None => Ok(I256::ZERO),
    }
}

fn charged(
    params: &FundingParams,
    stored: I256,
    (larger, difference): (Side, U256),
) -> Result<I256, GmxError> {
    let magnitude = stored.unsigned_abs().max(params.min);
    if stored != I256::ZERO || params.quirks.zero_rate_charges_longs {
        return with_magnitude(stored, magnitude);
    }
    match difference == U256::ZERO {
        true => Ok(I256::ZERO),
        false => towards(larger, magnitude),
    }
}

fn towards(side: Side, magnitude: U256) -> Result<I256, GmxError> {
    let rate = signed(magnitude)?;
    Ok(match side {
        Side::Long => rate,
        Side::Short => rate.wrapping_neg(),
    })
}

fn with_magnitude(sign: I256, magnitude: U256) -> Result<I256, GmxError> {
    let rate = signed(magnitude)?;
    Ok(if sign.is_negative() {
        rate.wrapping_neg()
    } else {
        rate
    })
}

fn product(a: U256, b: U256) -> Result<U256, GmxError> {
    a.checked_mul(b).ok_or(GmxError::Overflow {
        what: "the funding rate",
    })
}

/// What the funding of a span of time comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FundingStep {
    /// Seconds since the last update.
    pub seconds: U256,
    /// The rate after it, and the rate that is charged for it.
    pub rate: NextRate,
    /// The side that pays.
    pub payer: Side,
    /// What it pays, USD: as it stands for one side, with one token for both sides half of it.
    pub usd: U256,
    /// Rise of the payer's fee per size, tokens with forty-five decimals.
    pub fee_per_size: ByToken<U256>,
    /// Rise of the receiver's claim per size.
    pub claimable_per_size: ByToken<U256>,
}

/// The funding since the last update, nothing written.
///
/// **Formula** `usd = floor(larger side · rate · seconds / 10³⁰)`, split by the paying
/// side's collateral mix. Payer, per collateral token: `ceil(ceil(usd·10⁴⁵/open interest in it) /
/// greatest price)`; receiver, per token: `floor(floor(usd·10⁴⁵/its open interest) / greatest
/// price)`. While one side is empty nothing is charged, and the stored rate is forgotten or kept
/// ([`FundingQuirks::reset_when_one_sided`](crate::FundingQuirks)). **Units** USD with thirty
/// decimals, tokens per USD with forty-five. **Rounding** payer up, receiver down: the dust stays
/// in the pool.
///
/// With one token for both sides everything is counted in two halves which are added in both
/// places, as positions read either.
///
/// **Errors** as [`next_rate`].
pub fn quote(market: &Market, prices: &Prices, now: u64) -> Result<FundingStep, GmxError> {
    let seconds = seconds_since(market.funding.updated_at, now);
    let sides = BySide {
        long: market.open_interest_usd(Side::Long)?,
        short: market.open_interest_usd(Side::Short)?,
    };
    if sides.long == U256::ZERO || sides.short == U256::ZERO {
        return Ok(one_sided(market, seconds));
    }
    let rate = next_rate(&market.params.funding, market.funding.rate, &sides, seconds)?;
    let payer = if rate.charged.is_positive() {
        Side::Long
    } else {
        Side::Short
    };
    let due = product(rate.charged.unsigned_abs(), seconds)?;
    let whole = apply_factor(sides.long.max(sides.short), due)?;
    let usd = divide(whole, market.divisor(), Rounding::Down)?;
    let mut step = FundingStep {
        seconds,
        rate,
        payer,
        usd,
        fee_per_size: ByToken::default(),
        claimable_per_size: ByToken::default(),
    };
    for token in PoolToken::BOTH {
        let in_token = collateral_open_interest(market, payer, token)?;
        let share = mul_div(usd, in_token, *sides.of(payer), Rounding::Down)?;
        let price = prices.of(token).max;
        *step.fee_per_size.of_mut(token) = per_size(share, in_token, price, Rounding::Up)?;
        let receivers = *sides.of(payer.opposite());
        *step.claimable_per_size.of_mut(token) = per_size(share, receivers, price, Rounding::Down)?;
    }
    Ok(step)
}

fn one_sided(market: &Market, seconds: U256) -> FundingStep {
    let stored = match market.params.funding.quirks.reset_when_one_sided {
        true => I256::ZERO,
        false => market.funding.rate,
    };
    FundingStep {
        seconds,
        rate: NextRate {
            stored,
            charged: I256::ZERO,
        },
        payer: Side::Long,
        usd: U256::ZERO,
        fee_per_size: ByToken::default(),
        claimable_per_size: ByToken::default(),
    }
}

/// Open interest of a side with collateral in a token; with one token for both sides half of it.
fn collateral_open_interest(
    market: &Market,
    side: Side,
    token: PoolToken,
) -> Result<U256, GmxError> {
    match market.params.single_token {
        true => divide(
            market.open_interest_usd(side)?,
            market.divisor(),
            Rounding::Down,
        ),
        false => Ok(*market.open_interest.of(side).of(token)),
    }
}

/// Tokens per USD of open interest with forty-five decimals: `usd · 10⁴⁵ / open interest / price`,
/// rounded twice the same way.
///
/// **Errors** [`GmxError::Overflow`], [`GmxError::DivisionByZero`] for a price of nothing.
pub fn per_size(
    usd: U256,
    open_interest: U256,
    price: U256,
    rounding: Rounding,
) -> Result<U256, GmxError> {
    if usd == U256::ZERO || open_interest == U256::ZERO {
        return Ok(U256::ZERO);
    }
    divide(
        mul_div(usd, PER_SIZE, open_interest, rounding)?,
        price,
        rounding,
    )
}

/// Charges the funding up to `now`.
///
/// **Errors** as [`quote`]; nothing has changed then.
pub fn update(market: &mut Market, prices: &Prices, now: u64) -> Result<(), GmxError> {
    let step = quote(market, prices, now)?;
    let fee = market.funding.fee_per_size.of(step.payer);
    let receiver = step.payer.opposite();
    let claimable = market.funding.claimable_per_size.of(receiver);
    let fee = risen(market.params.single_token, fee, &step.fee_per_size)?;
    let claimable = risen(
        market.params.single_token,
        claimable,
        &step.claimable_per_size,
    )?;
    *market.funding.fee_per_size.of_mut(step.payer) = fee;
    *market.funding.claimable_per_size.of_mut(receiver) = claimable;
    market.funding.rate = step.rate.stored;
    market.funding.updated_at = Some(now);
    Ok(())
}

fn risen(
    is_single: bool,
    now: &ByToken<U256>,
    rise: &ByToken<U256>,
) -> Result<ByToken<U256>, GmxError> {
    let rise = match is_single {
        true => {
            let both = add(rise.long, rise.short)?;
            ByToken {
                long: both,
                short: both,
            }
        }
        false => *rise,
    };
    Ok(ByToken {
        long: add(now.long, rise.long)?,
        short: add(now.short, rise.short)?,
    })
}

/// What a position owes and may claim at the last update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FundingDues {
    /// Owed, in tokens of its collateral.
    pub fee: U256,
    /// Claimable, by token.
    pub claim: ByToken<U256>,
}

/// What a position owes and may claim at the last update.
///
/// **Formula** `size · (now − entry) / 10⁴⁵`. **Units** tokens. **Rounding** what is owed up, what
/// is claimed down.
///
/// **Errors** [`GmxError::Insufficient`] for an entry beyond the market's sum,
/// [`GmxError::Overflow`].
pub fn dues(market: &Market, position: &Position) -> Result<FundingDues, GmxError> {
    let fees = market.funding.fee_per_size.of(position.side);
    let claims = market.funding.claimable_per_size.of(position.side);
    let of = |token: PoolToken| {
        let entry = *position.claimable_per_size.of(token);
        amount(position.size_usd, *claims.of(token), entry, Rounding::Down)
    };
    Ok(FundingDues {
        fee: amount(
            position.size_usd,
            *fees.of(position.collateral_token),
            position.funding_fee_per_size,
            Rounding::Up,
        )?,
        claim: ByToken {
            long: of(PoolToken::Long)?,
            short: of(PoolToken::Short)?,
        },
    })
}

/// Tokens of a size between two sums per size.
///
/// **Errors** [`GmxError::Insufficient`] when the sum fell, [`GmxError::Overflow`].
pub fn amount(
    size_usd: U256,
    now: U256,
    entry: U256,
    rounding: Rounding,
) -> Result<U256, GmxError> {
    let since = take("the funding per size", now, entry)?;
    mul_div(size_usd, since, PER_SIZE, rounding)
}

/// Writes the sums of the last update into a position, whose dues have been settled.
pub const fn mark(market: &Market, position: &mut Position) {
    let fees = market.funding.fee_per_size.of(position.side);
    position.funding_fee_per_size = *fees.of(position.collateral_token);
    position.claimable_per_size = *market.funding.claimable_per_size.of(position.side);
}
