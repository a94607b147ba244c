//! The price impact of swaps, deposits and withdrawals, and the pool that pays and collects it.
use ethnum::{I256, U256};

use crate::number::{add, apply_factor, divide, or_zero, signed, signed_sub, take};
use crate::power::apply_exponent_factor;
use crate::value::times;
use crate::{ByToken, GmxError, Market, PoolToken, Price, Prices, Rounding, SwapImpactParams};

/// What a change of the pool's balance between its tokens costs or brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SwapImpact {
    /// USD with thirty decimals, above zero for a gain.
    pub usd: I256,
    /// Whether the difference between the tokens became smaller. It decides on the fee.
    pub improved: bool,
}

/// Impact of the pool's two values before and after.
///
/// **Formula** with `d₀`, `d₁` the differences before and after: on the same side
/// `±|f·d₀ᵉ − f·d₁ᵉ|` with the factor of an improvement when `d₁ < d₀`; across the balance
/// `f₊·d₀ᵉ − f₋·d₁ᵉ`. The factor of an improvement is never above the other one. **Units** USD
/// with thirty decimals. **Rounding** down in each term; the power has a relative error of 4·10⁻¹⁷.
///
/// ```
/// use seawall_gmx::{ByToken, I256, ONE, SwapImpactParams, U256, swap_impact};
/// let params = SwapImpactParams {
///     negative_factor: U256::new(300_000_000_000_000_000_000), // 3·10⁻¹⁰
///     positive_factor: U256::new(200_000_000_000_000_000_000),
///     exponent: ONE, // linear, so that the figures are exact
/// };
/// let usd = |n: u128| ONE * U256::new(n);
/// let before = ByToken { long: usd(50_000_000), short: usd(40_000_000) };
/// let after = ByToken { long: usd(50_000_000), short: usd(42_000_000) };
/// // The difference falls from 10 m to 8 m: 2·10⁻¹⁰ · 2 m = 0.0004 USD.
/// let impact = swap_impact::quote(&params, &before, &after)?;
/// assert!(impact.improved);
/// assert_eq!(impact.usd, I256::new(400_000_000_000_000_000_000_000_000));
/// # Ok::<(), seawall_gmx::GmxError>(())
/// ```
///
/// **Errors** [`GmxError::Overflow`].
pub fn quote(
    params: &SwapImpactParams,
    before: &ByToken<U256>,
    after: &ByToken<U256>,
) -> Result<SwapImpact, GmxError> {
    let (d0, d1) = (
        before.long.abs_diff(before.short),
        after.long.abs_diff(after.short),
    );
    let improved = d1 < d0;
    let worse = params.negative_factor;
    let better = params.positive_factor.min(worse);
    let of = |difference, factor| -> Result<I256, GmxError> {
        let raised = apply_exponent_factor(difference, params.exponent)?;
        signed(apply_factor(raised, factor)?)
    };
    let on_one_side = (before.long <= before.short) == (after.long <= after.short);
    let (first, second) = match (on_one_side, improved) {
        (false, _) => (better, worse),
        (true, true) => (better, better),
        (true, false) => (worse, worse),
    };
    Ok(SwapImpact {
        usd: signed_sub(of(d0, first)?, of(d1, second)?)?,
        improved,
    })
}

/// The impact of tokens that come into the pool, at mid prices.
///
/// **Errors** as [`quote`].
pub fn of_deposit(
    market: &Market,
    prices: &Prices,
    amounts: &ByToken<U256>,
) -> Result<SwapImpact, GmxError> {
    let value = |token: PoolToken, amount| times("a deposit", amount, prices.of(token).mid()?);
    let of = |token| value(token, market.pool_amount(token));
    let before = ByToken {
        long: of(PoolToken::Long)?,
        short: of(PoolToken::Short)?,
    };
    let after = ByToken {
        long: add(before.long, value(PoolToken::Long, amounts.long)?)?,
        short: add(before.short, value(PoolToken::Short, amounts.short)?)?,
    };
    quote(&market.params.swap_impact, &before, &after)
}

/// Takes a gain out of the swap impact pool of a token, or puts a cost into it.
///
/// **Formula** a gain is `floor(usd / greatest price)`, no more than the pool holds; a cost is
/// `ceil(|usd| / least price)`. **Units** tokens, above zero for a gain. **Rounding** against the
/// one who acts.
///
/// **Errors** [`GmxError::Overflow`], [`GmxError::DivisionByZero`].
pub fn apply(
    market: &mut Market,
    token: PoolToken,
    price: Price,
    usd: I256,
) -> Result<I256, GmxError> {
    let slot = market.slot(token);
    let held = *market.swap_impact_pool.of(slot);
    if usd.is_negative() {
        let cost = divide(usd.unsigned_abs(), price.min, Rounding::Up)?;
        *market.swap_impact_pool.of_mut(slot) = add(held, cost)?;
        return Ok(signed(cost)?.wrapping_neg());
    }
    let gain = divide(or_zero(usd), price.max, Rounding::Down)?.min(held);
    *market.swap_impact_pool.of_mut(slot) = take("the swap impact pool", held, gain)?;
    signed(gain)
}
