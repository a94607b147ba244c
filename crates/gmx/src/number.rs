//! Integers with thirty decimals in 256 bits, and the few ways to multiply and divide them.
use ethnum::{I256, U256};

use crate::GmxError;

/// 10³⁰: one, as a factor or in USD.
pub const ONE: U256 = U256::new(1_000_000_000_000_000_000_000_000_000_000);
/// 10¹⁸: one market token or basket token.
pub const ONE_TOKEN: U256 = U256::new(1_000_000_000_000_000_000);

/// Which way a quotient is rounded. For signed numbers the magnitude is meant: `Down` is towards
/// zero, `Up` away from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

/// `value · numerator / denominator`, rounded once.
///
/// **Errors** [`GmxError::DivisionByZero`], and [`GmxError::Overflow`] when the result, or the
/// product of the remainder, does not fit 256 bits.
pub fn mul_div(
    value: U256,
    numerator: U256,
    denominator: U256,
    rounding: Rounding,
) -> Result<U256, GmxError> {
    let overflow = GmxError::Overflow { what: "a product" };
    if denominator == U256::ZERO {
        return Err(GmxError::DivisionByZero { what: "a product" });
    }
    if let Some(product) = value.checked_mul(numerator) {
        return divide(product, denominator, rounding);
    }
    // v·n/d = ⌊v/d⌋·n + (v mod d)·n/d: exact, and its products are smaller.
    let (large, small) = (value.max(numerator), value.min(numerator));
    let whole = large.checked_div(denominator).unwrap_or_default();
    let rest = large.checked_rem(denominator).unwrap_or_default();
    let rest = rest.checked_mul(small).ok_or(overflow.clone())?;
    let rest = divide(rest, denominator, rounding)?;
    let whole = whole.checked_mul(small).ok_or(overflow.clone())?;
    whole.checked_add(rest).ok_or(overflow)
}

/// `a / b`, rounded.
///
/// **Errors** [`GmxError::DivisionByZero`].
pub fn divide(a: U256, b: U256, rounding: Rounding) -> Result<U256, GmxError> {
    let zero = GmxError::DivisionByZero { what: "a quotient" };
    let floor = a.checked_div(b).ok_or(zero.clone())?;
    let rest = a.checked_rem(b).ok_or(zero)?;
    let up = rounding == Rounding::Up && rest != U256::ZERO;
    // A quotient with a remainder is below the greatest number.
    Ok(if up {
        floor.saturating_add(U256::ONE)
    } else {
        floor
    })
}

/// `floor(value · factor / 10³⁰)`.
///
/// **Errors** as [`mul_div`].
///
/// ```
/// use seawall_gmx::{ONE, U256, apply_factor};
/// // 0.06 % of 1,000,000 USD is 600 USD.
/// let million = ONE * U256::new(1_000_000);
/// let fee = ONE * U256::new(6) / U256::new(10_000);
/// assert_eq!(apply_factor(million, fee)?, ONE * U256::new(600));
/// # Ok::<(), seawall_gmx::GmxError>(())
/// ```
pub fn apply_factor(value: U256, factor: U256) -> Result<U256, GmxError> {
    mul_div(value, factor, ONE, Rounding::Down)
}

/// `floor(a · 10³⁰ / b)`.
///
/// **Errors** as [`mul_div`].
pub fn to_factor(a: U256, b: U256) -> Result<U256, GmxError> {
    mul_div(a, ONE, b, Rounding::Down)
}

/// The same of a signed number: its magnitude is rounded.
///
/// **Errors** as [`mul_div`].
pub fn signed_mul_div(
    value: I256,
    numerator: U256,
    denominator: U256,
    rounding: Rounding,
) -> Result<I256, GmxError> {
    let magnitude = mul_div(value.unsigned_abs(), numerator, denominator, rounding)?;
    let signed = signed(magnitude)?;
    Ok(if value.is_negative() {
        signed.wrapping_neg()
    } else {
        signed
    })
}

/// A number without a sign as one that may have one.
///
/// **Errors** [`GmxError::Overflow`] from 2²⁵⁵ on.
pub fn signed(number: U256) -> Result<I256, GmxError> {
    I256::try_from(number).map_err(|_| GmxError::Overflow {
        what: "a signed number",
    })
}

/// `max(number, 0)` without its sign.
#[must_use]
pub fn or_zero(number: I256) -> U256 {
    if number.is_negative() {
        U256::ZERO
    } else {
        number.unsigned_abs()
    }
}

/// `a + b`.
///
/// **Errors** [`GmxError::Overflow`].
pub fn add(a: U256, b: U256) -> Result<U256, GmxError> {
    a.checked_add(b).ok_or(GmxError::Overflow { what: "a sum" })
}

/// `a − b` of an amount that may not fall below zero.
///
/// **Errors** [`GmxError::Insufficient`] with the name of the amount.
pub fn take(what: &'static str, a: U256, b: U256) -> Result<U256, GmxError> {
    a.checked_sub(b).ok_or(GmxError::Insufficient {
        what,
        available: a,
        asked: b,
    })
}

/// `a + b` with signs.
///
/// **Errors** [`GmxError::Overflow`].
pub fn signed_add(a: I256, b: I256) -> Result<I256, GmxError> {
    a.checked_add(b).ok_or(GmxError::Overflow { what: "a sum" })
}

/// `a − b` with signs.
///
/// **Errors** [`GmxError::Overflow`].
pub fn signed_sub(a: I256, b: I256) -> Result<I256, GmxError> {
    a.checked_sub(b).ok_or(GmxError::Overflow {
        what: "a difference",
    })
}

/// `tokens · price`: a value in USD.
///
/// **Errors** [`GmxError::Overflow`].
pub fn in_usd(tokens: U256, price: U256) -> Result<U256, GmxError> {
    tokens.checked_mul(price).ok_or(GmxError::Overflow {
        what: "a value in USD",
    })
}

/// The same of a signed amount.
///
/// **Errors** [`GmxError::Overflow`].
pub fn signed_in_usd(tokens: I256, price: U256) -> Result<I256, GmxError> {
    let usd = signed(in_usd(tokens.unsigned_abs(), price)?)?;
    Ok(if tokens.is_negative() {
        usd.wrapping_neg()
    } else {
        usd
    })
}
