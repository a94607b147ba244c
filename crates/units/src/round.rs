use ethnum::{I256, U256};

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
        None => mul_div_narrow(a, b, d, round),
    }
}

fn div(n: i128, d: i128, round: Round) -> Option<i128> {
    // Most operands fit 64 bits, where division is several times cheaper; of the others most have
    // no sign to take off and put back.
    let q = match (i64::try_from(n), i64::try_from(d)) {
        (Ok(n), Ok(d)) => i128::from(n.checked_div(d)?),
        _ if n >= 0 && d > 0 => {
            let q = n.unsigned_abs().checked_div(d.unsigned_abs())?;
            i128::try_from(q).ok()?
        }
        _ => n.checked_div(d)?,
    };
    // What the quotient leaves, without a second division; it lies between −|d| and |d|.
    let r = n.wrapping_sub(q.wrapping_mul(d));
    adjust(q, r.signum(), d.signum(), round)
}

/// [`mul_div`] for a product beyond 128 bits. A divisor below 2^64, such as every grid's one and
/// most amounts, needs two divisions of 128 bits by 64 instead of one of 256 by 256.
fn mul_div_narrow(a: i128, b: i128, d: i128, round: Round) -> Option<i128> {
    let Ok(divisor) = u64::try_from(d.unsigned_abs()) else {
        return mul_div_wide(I256::from(a), I256::from(b), I256::from(d), round);
    };
    let product = U256::from(a.unsigned_abs()).wrapping_mul(U256::from(b.unsigned_abs()));
    let (q, r) = div_narrow(product.into_words(), divisor)?;
    let sign = a.signum().wrapping_mul(b.signum());
    let q = match sign.wrapping_mul(d.signum()) {
        -1 => 0_i128.checked_sub_unsigned(q)?,
        _ => i128::try_from(q).ok()?,
    };
    let r_sign = if r > 0 { sign } else { 0 };
    adjust(q, r_sign, d.signum(), round)
}

/// Quotient and remainder of `(high·2^128 + low) / d`; `None` when `d` is zero or the quotient
/// does not fit.
fn div_narrow((high, low): (u128, u128), d: u64) -> Option<(u128, u128)> {
    const HALF: u32 = 64;
    let d = u128::from(d);
    if high >= d {
        return None; // so is a divisor of zero
    }
    // Every rest is below d, so that the next 64 bits fit behind it.
    let upper = (high << HALF) | (low >> HALF);
    let upper_q = upper.checked_div(d)?;
    let rest = upper.wrapping_sub(upper_q.wrapping_mul(d));
    let lower = (rest << HALF) | (low & u128::from(u64::MAX));
    let lower_q = lower.checked_div(d)?;
    let rest = lower.wrapping_sub(lower_q.wrapping_mul(d));
    Some(((upper_q << HALF) | lower_q, rest))
}

/// `a · b` in 256 bits; `None` when it does not fit.
///
/// **Formula** `a·b`, exact. The same as [`I256::checked_mul`], which finds out by a division
/// whether the product fits; here the lengths of the factors tell it first.
///
/// ```
/// use seawall_units::checked_product;
/// use ethnum::I256;
/// let most = I256::from(i128::MIN);
/// assert_eq!(checked_product(most, most), Some(I256::ONE << 254));
/// assert_eq!(checked_product(I256::MAX, I256::from(2)), None);
/// ```
#[must_use]
pub fn checked_product(a: I256, b: I256) -> Option<I256> {
    let length = |n: I256| I256::BITS.wrapping_sub(n.unsigned_abs().leading_zeros());
    // |a| < 2^m and |b| < 2^n make |a·b| < 2^(m + n).
    match length(a).saturating_add(length(b)) < I256::BITS {
        true => Some(a.wrapping_mul(b)),
        false => a.checked_mul(b),
    }
}

/// [`checked_product`] of two numbers of 128 bits, which always fits.
///
/// ```
/// use seawall_units::product;
/// use ethnum::I256;
/// assert_eq!(product(i128::MAX, -2), I256::from(i128::MAX) * I256::from(-2));
/// ```
#[must_use]
pub fn product(a: i128, b: i128) -> I256 {
    // |a·b| is at most 2^254.
    I256::from(a).wrapping_mul(I256::from(b))
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
/// use ethnum::{I256, U256};
/// let tera = I256::from(1_000_000_000_000_i64);
/// assert_eq!(mul_div_wide(tera, tera, I256::from(3), Round::Floor), Some(333_333_333_333_333_333_333_333));
/// ```
#[must_use]
pub fn mul_div_wide(a: I256, b: I256, d: I256, round: Round) -> Option<i128> {
    // Aggregates mostly fit 128 bits, where division is several times cheaper.
    if let (Ok(a), Ok(b), Ok(d)) = (i128::try_from(a), i128::try_from(b), i128::try_from(d))
        && let Some(product) = a.checked_mul(b)
    {
        return div(product, d, round);
    }
    let product = checked_product(a, b)?;
    if let (Ok(product), Ok(d)) = (i128::try_from(product), i128::try_from(d)) {
        return div(product, d, round);
    }
    let q = product.checked_div(d)?;
    // What the quotient leaves, without a second division.
    let r = product.wrapping_sub(q.wrapping_mul(d));
    let q = i128::try_from(q).ok()?;
    adjust(q, r.signum128(), d.signum128(), round)
}
