use ethnum::I256;

/// The direction of the one rounding of a product or quotient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// Towards minus infinity.
    Floor,
    /// Towards plus infinity.
    Ceil,
}

/// `a · b / d` with one rounding; `None` when `d` is zero or the result does not fit.
///
/// **Formula** `round(a·b/d)`, the product taken in 256 bits, so it is exact.
/// **Rounding** as named by `round`, also for negative results.
///
/// ```
/// use seawall_units::{mul_div, Round};
/// assert_eq!(mul_div(7, 3, 2, Round::Floor), Some(10));
/// assert_eq!(mul_div(-7, 3, 2, Round::Floor), Some(-11));
/// assert_eq!(mul_div(-7, 3, 2, Round::Ceil), Some(-10));
/// assert_eq!(mul_div(1, 1, 0, Round::Ceil), None);
/// ```
#[must_use]
pub fn mul_div(a: i128, b: i128, d: i128, round: Round) -> Option<i128> {
    match a.checked_mul(b) {
        Some(product) => div(product, d, round),
        None => mul_div_wide(I256::from(a), I256::from(b), I256::from(d), round),
    }
}

fn div(n: i128, d: i128, round: Round) -> Option<i128> {
    // Most operands fit 64 bits, where division is several times cheaper.
    let (q, r) = match (i64::try_from(n), i64::try_from(d)) {
        (Ok(n), Ok(d)) => (i128::from(n.checked_div(d)?), i128::from(n.checked_rem(d)?)),
        _ => (n.checked_div(d)?, n.checked_rem(d)?),
    };
    adjust(q, r.signum(), d.signum(), round)
}

fn adjust(q: i128, r_sign: i128, d_sign: i128, round: Round) -> Option<i128> {
    match (r_sign.checked_mul(d_sign)?, round) {
        (-1, Round::Floor) => q.checked_sub(1),
        (1, Round::Ceil) => q.checked_add(1),
        _ => Some(q),
    }
}

/// [`mul_div`] on 256-bit operands, for aggregates that do not fit 128 bits.
///
/// `None` when `d` is zero, the product leaves 256 bits or the result leaves 128.
///
/// ```
/// use seawall_units::{mul_div_wide, Round};
/// use ethnum::I256;
/// let tera = I256::from(1_000_000_000_000_i64);
/// assert_eq!(mul_div_wide(tera, tera, I256::from(3), Round::Floor), Some(333_333_333_333_333_333_333_333));
/// ```
#[must_use]
pub fn mul_div_wide(a: I256, b: I256, d: I256, round: Round) -> Option<i128> {
    let product = a.checked_mul(b)?;
    // Aggregates mostly fit 128 bits, where division is several times cheaper.
    if let (Ok(product), Ok(d)) = (i128::try_from(product), i128::try_from(d)) {
        return div(product, d, round);
    }
    let q = product.checked_div(d)?;
    // What the quotient leaves, without a second division.
    let r = product.wrapping_sub(q.wrapping_mul(d));
    let q = i128::try_from(q).ok()?;
    adjust(q, r.signum128(), d.signum128(), round)
}
