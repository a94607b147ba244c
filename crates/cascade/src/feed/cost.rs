//! What it takes to move a price: of a pool at once, or of an average of many blocks.

use seawall_units::geometric::{log2, times_power};
use seawall_units::{Price, Ratio, Round, Tokens, mul_div};

/// A number beyond the range of ratios: `mantissa · 10^exponent`, the mantissa from 1 to below 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Magnitude {
    /// From 1 to below 10, ten decimals.
    pub mantissa: Ratio,
    /// The power of ten.
    pub exponent: i32,
}

/// Quote that is paid in to multiply the spot price of a constant-product pool.
///
/// **Formula** `y·(√M − 1) / (1 − fee)` with `y` of quote in the pool. **Units** quote.
/// **Rounding** up: the one who pays. `None` for `M` below one, a fee of one or more, or an amount
/// out of range.
///
/// ```
/// use seawall_cascade::feed::quote_cost_spot;
/// use seawall_units::{Ratio, Tokens};
/// let pool = Tokens::whole(1);
/// let double = quote_cost_spot(pool, "2".parse()?, Ratio::ZERO);
/// assert_eq!(double, Some("0.414213562373095049".parse()?));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn quote_cost_spot(quote: Tokens, multiple: Ratio, fee: Ratio) -> Option<Tokens> {
    let moved = quote.mul_div_ceil(multiple, Ratio::ONE)?;
    grown(quote, moved, fee)
}

/// Tokens that are sold to bring the spot price of a constant-product pool down to a multiple
/// below one.
///
/// **Formula** `x·(1/√M − 1) / (1 − fee)` with `x` tokens in the pool. **Units** tokens.
/// **Rounding** up: the one who pays. `None` for `M` of zero or less or above one, a fee of one or
/// more, or an amount out of range.
///
/// ```
/// use seawall_cascade::feed::quote_tokens_spot;
/// use seawall_units::{Ratio, Tokens};
/// // From 100 to 25: the pool ends with twice the tokens.
/// let sold = quote_tokens_spot(Tokens::whole(10_000), "0.25".parse()?, Ratio::ZERO);
/// assert_eq!(sold, Some(Tokens::whole(10_000)));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn quote_tokens_spot(token: Tokens, multiple: Ratio, fee: Ratio) -> Option<Tokens> {
    if !multiple.is_positive() {
        return None;
    }
    let moved = token.mul_div_ceil(Ratio::ONE, multiple)?;
    grown(token, moved, fee)
}

/// What brings a reserve to the geometric mean of itself and `moved`, with the fee on top.
fn grown(reserve: Tokens, moved: Tokens, fee: Ratio) -> Option<Tokens> {
    let kept = Ratio::ONE - fee;
    if moved < reserve || fee.is_negative() || !kept.is_positive() {
        return None;
    }
    let brought = reserve.geometric_mean(moved, Round::Ceil) - reserve;
    Tokens::from_units(brought.mul_div_ceil(Ratio::ONE, kept)?.units()).ok()
}

/// How far a price has to be moved in `held` of `blocks` blocks to move their arithmetic mean.
///
/// **Formula** `M = 1 + (R − 1)·N/held`. **Units** multiples of the price. **Rounding** away from
/// one. `None` when no price is far enough: downward beyond `1 − held/N`, or above 10⁹.
///
/// ```
/// use seawall_cascade::feed::spot_for_arithmetic;
/// // One block of 150: ×151 to double the mean; nothing halves it.
/// assert_eq!(spot_for_arithmetic("2".parse()?, 150, 1), Some("151".parse()?));
/// assert_eq!(spot_for_arithmetic("0.5".parse()?, 150, 1), None);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn spot_for_arithmetic(mean: Ratio, blocks: u32, held: u32) -> Option<Ratio> {
    let away = mean.units().checked_sub(Ratio::ONE_UNITS)?;
    let round = match away < 0 {
        true => Round::Floor,
        false => Round::Ceil,
    };
    let away = mul_div(away, blocks.into(), held.min(blocks).into(), round)?;
    let spot = Ratio::from_units(away.checked_add(Ratio::ONE_UNITS)?).ok()?;
    spot.is_positive().then_some(spot)
}

/// What an arithmetic mean never falls to, however low the price in `held` of `blocks` blocks.
///
/// **Formula** `1 − held/N`. **Units** multiples of the price. **Rounding** down. Zero without
/// blocks.
///
/// ```
/// use seawall_cascade::feed::least_arithmetic;
/// assert_eq!(least_arithmetic(150, 1).to_string(), "0.993333333333333333");
/// ```
#[must_use]
pub fn least_arithmetic(blocks: u32, held: u32) -> Ratio {
    let rest = blocks.saturating_sub(held);
    let units = mul_div(rest.into(), Ratio::ONE_UNITS, blocks.into(), Round::Floor);
    Ratio::from_units(units.unwrap_or(0)).unwrap_or(Ratio::ZERO)
}

/// How far a price has to be moved in `held` of `blocks` blocks to move their geometric mean.
///
/// **Formula** `M = R^(N/held)`. **Units** multiples of the price. **Rounding** the mantissa to
/// the nearest of ten decimals, plus a relative error below `N·2⁻⁵⁴`. `None` for `R` outside
/// 10⁻¹⁰ to 10⁹ or without a block held.
///
/// ```
/// use seawall_cascade::feed::spot_for_geometric;
/// // One block of 150: 2^150 to double the mean.
/// let spot = spot_for_geometric("2".parse()?, 150, 1).ok_or("no such price")?;
/// assert_eq!(spot.to_string(), "1.4272476927e45");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn spot_for_geometric(mean: Ratio, blocks: u32, held: u32) -> Option<Magnitude> {
    let price = |units: i128| Price::from_units(units).ok();
    let one = price(Price::ONE_UNITS)?;
    let grid = mul_div(
        mean.units(),
        Price::ONE_UNITS,
        Ratio::ONE_UNITS,
        Round::Floor,
    )?;
    let octaves = log2(price(grid)?).checked_sub(log2(one))?;
    let octaves = mul_div(
        octaves,
        blocks.into(),
        held.min(blocks).into(),
        Round::Floor,
    )?;
    let ten = log2(price(Price::ONE_UNITS.checked_mul(10)?)?).checked_sub(log2(one))?;
    let exponent = octaves.checked_div_euclid(ten)?;
    let rest = octaves.checked_rem_euclid(ten)?;
    let mantissa = times_power(one, rest)?.units();
    let mantissa = mul_div(mantissa, Ratio::ONE_UNITS, Price::ONE_UNITS, Round::Floor)?;
    Some(Magnitude {
        mantissa: Ratio::from_units(mantissa).ok()?,
        exponent: i32::try_from(exponent).ok()?,
    })
}

/// Quote that is paid in to multiply the arithmetic mean of `blocks` blocks of a constant-product
/// pool's price by holding it away for one of them.
///
/// **Formula** `y·(√(1 + (R − 1)·N) − 1)`. **Units** quote. **Rounding** up: the one who pays. `None`
/// for `R` below one or an amount out of range.
///
/// ```
/// use seawall_cascade::feed::quote_cost_arithmetic;
/// use seawall_units::Tokens;
/// let double = quote_cost_arithmetic(Tokens::whole(1), "2".parse()?, 150);
/// assert_eq!(double, Some("11.288205727444507592".parse()?));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn quote_cost_arithmetic(quote: Tokens, mean: Ratio, blocks: u32) -> Option<Tokens> {
    let multiple = spot_for_arithmetic(mean, blocks, 1)?;
    quote_cost_spot(quote, multiple, Ratio::ZERO)
}

impl std::fmt::Display for Magnitude {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = self.mantissa.to_string();
        let shown = digits.get(..12).unwrap_or(&digits);
        write!(f, "{shown}e{}", self.exponent)
    }
}
