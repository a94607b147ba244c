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

/// `value · numerator / denominator`, rounded once; the product may have 512 bits.
///
/// **Errors** [`GmxError::DivisionByZero`], and [`GmxError::Overflow`] when the result does not fit
/// 256 bits.
pub fn mul_div(
    value: U256,
    numerator: U256,
    denominator: U256,
    rounding: Rounding,
) -> Result<U256, GmxError> {
    if denominator == U256::ZERO {
        return Err(GmxError::DivisionByZero { what: "a product" });
    }
    if let Some(product) = value.checked_mul(numerator) {
        return divide(product, denominator, rounding);
    }
    let overflow = GmxError::Overflow { what: "a product" };
    let (quotient, rest) =
        divide_wide(widening_mul(value, numerator), denominator).ok_or(overflow.clone())?;
    if rounding == Rounding::Up && rest != U256::ZERO {
        return quotient.checked_add(U256::ONE).ok_or(overflow);
    }
    Ok(quotient)
}

/// A product of 512 bits: its upper and its lower half.
fn widening_mul(a: U256, b: U256) -> (U256, U256) {
    let halves = |number: U256| {
        let (high, low) = number.into_words();
        (U256::new(high), U256::new(low))
    };
    let ((a_high, a_low), (b_high, b_low)) = (halves(a), halves(b));
    // Products of 128 bits each fit 256.
    let (middle, carry) = a_high
        .wrapping_mul(b_low)
        .overflowing_add(a_low.wrapping_mul(b_high));
    let (low, carry_low) = a_low
        .wrapping_mul(b_low)
        .overflowing_add(middle.wrapping_shl(128));
    let carries = U256::from(carry_low).wrapping_add(U256::from(carry).wrapping_shl(128));
    let high = a_high
        .wrapping_mul(b_high)
        .wrapping_add(middle.wrapping_shr(128))
        .wrapping_add(carries);
    (high, low)
}

/// Quotient and rest, bit by bit; `None` when the quotient has more than 256 bits.
fn divide_wide((high, low): (U256, U256), denominator: U256) -> Option<(U256, U256)> {
    if high >= denominator {
        return None;
    }
    let (mut rest, mut quotient) = (high, U256::ZERO);
    for place in (0..256_u32).rev() {
        let carry = rest.leading_zeros() == 0;
        let bit = low.wrapping_shr(place) & U256::ONE;
        rest = rest.wrapping_shl(1) | bit;
        quotient = quotient.wrapping_shl(1);
        if carry || rest >= denominator {
            rest = rest.wrapping_sub(denominator);
            quotient |= U256::ONE;
        }
    }
    Some((quotient, rest))
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

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;
    use proptest::prelude::*;

    use super::*;

    fn number() -> impl Strategy<Value = U256> {
        (any::<(u128, u128)>(), 0..256_u32)
            .prop_map(|((high, low), shift)| U256::from_words(high, low).wrapping_shr(shift))
    }

    fn big(number: U256) -> BigUint {
        number.to_string().parse().unwrap()
    }

    proptest! {
        #[test]
        fn a_product_of_512_bits_is_divided_exactly(
            (a, b, d) in (number(), number(), number()),
            up in any::<bool>(),
        ) {
            prop_assume!(d > U256::ZERO);
            let rounding = if up { Rounding::Up } else { Rounding::Down };
            let product = big(a) * big(b);
            let expected = match up {
                true => (product + big(d) - 1_u8) / big(d),
                false => product / big(d),
            };
            match mul_div(a, b, d, rounding) {
                Ok(quotient) => prop_assert_eq!(big(quotient), expected),
                Err(_) => prop_assert!(expected > big(U256::MAX)),
            }
        }
    }

    #[test]
    fn the_greatest_numbers() {
        let max = U256::MAX;
        assert_eq!(mul_div(max, max, max, Rounding::Up), Ok(max));
        assert!(mul_div(max, max, max - 1_u128, Rounding::Down).is_err());
        assert!(mul_div(max, max, U256::ZERO, Rounding::Down).is_err());
        assert!(mul_div(U256::ZERO, max, U256::ZERO, Rounding::Down).is_err());
    }
}
