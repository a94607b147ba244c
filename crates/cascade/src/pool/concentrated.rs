use seawall_units::{Ratio, Round, TokenPrice, Tokens, root_floor};

use super::segment::{Segment, within};
use super::{FeeHome, Pool, PoolError, checked_amount, checked_fee};

/// Liquidity between two prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RangeLiquidity {
    /// Where the range begins: below it the position is all token.
    pub lower: TokenPrice,
    /// Where it ends: above it the position is all quote.
    pub upper: TokenPrice,
    /// What is put in, counted in quote at the spot price.
    pub value: Tokens,
}

/// The most ranges that a pool is stacked from.
const MAX_RANGES: usize = 1_000;

impl Pool {
    /// A pool whose liquidity lies between two prices only, as one position of Uniswap v3.
    ///
    /// **Formula** holdings `x = L(1/√p̂ − 1/√p_b)`, `y = L(√p̂ − √p_a)` with
    /// `p̂ = clamp(p, p_a, p_b)`, `L` such that `x·p + y` is `value`. **Rounding** down; holdings
    /// are exact to a part of `10⁻¹⁷/w` where `w` is the relative width of the range.
    ///
    /// **Errors** [`PoolError`] for a range upside down, a value or fee outside its range, or a
    /// range so narrow that its liquidity leaves the grid.
    ///
    /// ```
    /// use seawall_cascade::pool::Pool;
    /// use seawall_units::{Ratio, Tokens};
    /// let pool = Pool::concentrated(
    ///     "25".parse()?, "400".parse()?, "100".parse()?, Tokens::whole(2_000), Ratio::ZERO,
    /// )?;
    /// // Half its value in tokens, as the range is centred on the price.
    /// assert_eq!((pool.token_reserve(), pool.quote_reserve()), (Tokens::whole(10), Tokens::whole(1_000)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn concentrated(
        lower: TokenPrice,
        upper: TokenPrice,
        spot: TokenPrice,
        value: Tokens,
        fee: Ratio,
    ) -> Result<Self, PoolError> {
        Self::stacked(
            &[RangeLiquidity {
                lower,
                upper,
                value,
            }],
            spot,
            fee,
        )
    }

    /// A pool stacked from ranges that may overlap and may leave gaps: between any two ends the
    /// liquidities of the ranges that cover the stretch add up.
    ///
    /// **Rounding** and **Errors** as of [`Pool::concentrated`], and for no range or more than a
    /// thousand.
    pub fn stacked(
        ranges: &[RangeLiquidity],
        spot: TokenPrice,
        fee: Ratio,
    ) -> Result<Self, PoolError> {
        checked_fee(fee)?;
        if ranges.is_empty() || ranges.len() > MAX_RANGES {
            return Err(PoolError::Ranges {
                count: ranges.len(),
                max: MAX_RANGES,
            });
        }
        let positions = ranges
            .iter()
            .map(|range| Position::new(range, spot))
            .collect::<Result<Vec<_>, _>>()?;
        let mut ends: Vec<TokenPrice> = ranges.iter().flat_map(|r| [r.lower, r.upper]).collect();
        ends.sort_unstable();
        ends.dedup();
        let mut segments = Vec::new();
        for (lower, upper) in ends.iter().zip(ends.iter().skip(1)) {
            segments.extend(stretch(&positions, (*lower, *upper), spot)?);
        }
        Ok(Self::new(segments, fee, FeeHome::Beside))
    }
}

/// A range and its virtual quote reserve at `at`, the spot price clamped to it.
struct Position {
    lower: TokenPrice,
    upper: TokenPrice,
    at: TokenPrice,
    virtual_quote: Tokens,
}

impl Position {
    /// **Formula** `ŷ = V/((p/p̂)(1 − √(p̂/p_b)) + 1 − √(p_a/p̂))`.
    fn new(range: &RangeLiquidity, spot: TokenPrice) -> Result<Self, PoolError> {
        let RangeLiquidity {
            lower,
            upper,
            value,
        } = *range;
        if lower >= upper {
            return Err(PoolError::Range { lower, upper });
        }
        checked_amount("value", value)?;
        let at = spot.clamp(lower, upper);
        let in_quote = Ratio::ONE - root_of(lower, at);
        let in_token = Ratio::ONE - root_of(at, upper);
        // Below the range the tokens are worth less than at its lower end.
        let worth = in_token
            .mul_div_floor(spot.min(at), at)
            .unwrap_or(Ratio::ZERO);
        let worth = worth.max(Ratio::ZERO) + in_quote;
        let virtual_quote = within(value.mul_div_floor(Ratio::ONE, worth))
            .ok_or(PoolError::Liquidity { lower, upper })?;
        Ok(Self {
            lower,
            upper,
            at,
            virtual_quote,
        })
    }

    /// Its virtual quote reserve when the price is `at`.
    fn virtual_quote_at(&self, at: TokenPrice) -> Option<Tokens> {
        within(
            self.virtual_quote
                .mul_div_floor(root_of_any(at, self.at)?, Ratio::ONE),
        )
    }
}

/// The stretch between two neighbouring ends; `None` where there is no liquidity.
fn stretch(
    positions: &[Position],
    (lower, upper): (TokenPrice, TokenPrice),
    spot: TokenPrice,
) -> Result<Option<Segment>, PoolError> {
    let refused = PoolError::Liquidity { lower, upper };
    let at = spot.clamp(lower, upper);
    let mut virtual_quote = Tokens::ZERO;
    let mut covered = false;
    for position in positions {
        if position.lower <= lower && upper <= position.upper {
            covered = true;
            virtual_quote += position.virtual_quote_at(at).ok_or(refused.clone())?;
        }
    }
    if !covered {
        return Ok(None);
    }
    let virtual_token = seawall_units::mul_div(
        virtual_quote.units(),
        TokenPrice::ONE_UNITS,
        at.units(),
        Round::Floor,
    )
    .and_then(|units| Tokens::from_units(units).ok());
    let virtual_token = virtual_token.filter(|amount| amount.is_positive());
    let (Some(virtual_token), true) = (virtual_token, virtual_quote.is_positive()) else {
        return Err(refused);
    };
    let token_offset = virtual_token.mul_ceil(root_of(at, upper));
    let quote_offset = virtual_quote.mul_ceil(root_of(lower, at));
    Ok(Some(Segment {
        token: virtual_token - token_offset,
        quote: virtual_quote - quote_offset,
        token_offset,
        quote_offset,
    }))
}

/// `√(a/b)` of two prices, `a ≤ b`; rounded down.
fn root_of(a: TokenPrice, b: TokenPrice) -> Ratio {
    root_of_any(a, b).unwrap_or(Ratio::ONE)
}

/// `√(a/b)`, rounded down; `None` when it leaves the range of a ratio.
fn root_of_any(a: TokenPrice, b: TokenPrice) -> Option<Ratio> {
    // A price is at most 10^33 units, so the dividend stays below 10^69.
    let wide = |units: i128| ethnum::U256::from(units.unsigned_abs());
    let square = wide(Ratio::ONE_UNITS).checked_mul(wide(Ratio::ONE_UNITS))?;
    let quotient = wide(a.units())
        .checked_mul(square)?
        .checked_div(wide(b.units()))?;
    Ratio::from_units(i128::try_from(root_floor(quotient)).ok()?).ok()
}
