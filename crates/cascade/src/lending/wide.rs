use ethnum::I256;
use seawall_units::{Ratio, Round, Tokens, mul_div, mul_div_wide};

/// `a·b·c / (d·e)` on grid units; `None` when the result does not fit or a divisor is zero.
///
/// One rounding where the product fits 256 bits, as it does for every value up to 10²² of quote;
/// beyond that `a·b/d` is rounded first, the same way.
pub(super) fn quotient(top: [i128; 3], bottom: [i128; 2], round: Round) -> Option<i128> {
    let [a, b, c] = top;
    let [d, e] = bottom;
    let pair = I256::from(a).checked_mul(b.into())?;
    let divisor = I256::from(d).checked_mul(e.into())?;
    match pair.checked_mul(c.into()) {
        Some(_) => mul_div_wide(pair, c.into(), divisor, round),
        None => mul_div(mul_div(a, b, d, round)?, c, e, round),
    }
}

/// [`quotient`] as a ratio, at most [`Ratio::MAX`].
pub(super) fn ratio_of(top: [i128; 3], bottom: [i128; 2], round: Round) -> Ratio {
    quotient(top, bottom, round)
        .and_then(|units| Ratio::from_units(units).ok())
        .unwrap_or(Ratio::MAX)
}

/// [`quotient`] as an amount, at most [`Tokens::MAX`].
pub(super) fn tokens_of(top: [i128; 3], bottom: [i128; 2], round: Round) -> Tokens {
    quotient(top, bottom, round)
        .and_then(|units| Tokens::from_units(units).ok())
        .unwrap_or(Tokens::MAX)
}
