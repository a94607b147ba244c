//! A power with a broken exponent, digit for digit as the contracts' fixed-point library has it:
//! eighteen decimals, a binary logarithm by repeated squaring, a binary exponential by a table.
//!
//! The contracts take every power through this logarithm, so that even the exponent two is not
//! exactly a square: the error is about 2·10⁻¹⁷ of the result.
use ethnum::U256;

use crate::GmxError;
use crate::number::Rounding::Down;
use crate::number::{ONE, divide, mul_div};

/// One with eighteen decimals.
const UNIT: u128 = 1_000_000_000_000_000_000;
/// From eighteen decimals to thirty.
const STEP: U256 = U256::new(1_000_000_000_000);

/// `valueᵉ` of an amount of USD, **zero below one USD** and the value itself at the exponent one.
///
/// **Formula** `(value/10¹²)^(exponent/10¹²)` with eighteen decimals, times 10¹².
/// **Units** both with thirty decimals.
/// **Rounding** by the logarithm and the exponential, in no fixed direction: at most 4·10⁻¹⁷ of the
/// true power, measured for 1 to 10¹² USD and exponents from 1.5 to 2.2.
/// **Errors** [`GmxError::Overflow`] when the result does not fit 192 bits.
/// **Source** `applyExponentFactor` of gmx-synthetics and UD60x18 of PRBMath 2.
///
/// ```
/// use seawall_gmx::{ONE, U256, power::apply_exponent_factor};
/// let squared = apply_exponent_factor(U256::new(2_000_000) * ONE, U256::new(2) * ONE)?;
/// assert_eq!(squared.to_string(), "3999999999999999932221728056905000000000000");
/// assert_eq!(apply_exponent_factor(ONE - U256::ONE, ONE)?, U256::ZERO);
/// # Ok::<(), seawall_gmx::GmxError>(())
/// ```
pub fn apply_exponent_factor(value: U256, exponent: U256) -> Result<U256, GmxError> {
    if value < ONE {
        return Ok(U256::ZERO);
    }
    if exponent == ONE {
        return Ok(value);
    }
    let power = pow(divide(value, STEP, Down)?, divide(exponent, STEP, Down)?)?;
    power.checked_mul(STEP).ok_or(OVERFLOW)
}

const OVERFLOW: GmxError = GmxError::Overflow { what: "a power" };

/// `xʸ` with eighteen decimals, for `x` of at least one.
///
/// **Formula** `2^(log₂x · y)`, the product rounded to the nearest.
/// **Errors** those of [`log2`] and [`exp2`].
pub fn pow(x: U256, y: U256) -> Result<U256, GmxError> {
    let unit = U256::new(UNIT);
    let product = log2(x)?.checked_mul(y).ok_or(OVERFLOW)?;
    let half = U256::new(UNIT >> 1);
    exp2(mul_div(
        product.checked_add(half).ok_or(OVERFLOW)?,
        U256::ONE,
        unit,
        Down,
    )?)
}

/// `log₂x` with eighteen decimals.
///
/// **Formula** the highest bit of the whole part, then one binary digit for each squaring of what
/// remains between one and two, until the digit is below 10⁻¹⁸.
/// **Rounding** down, each squaring too: up to about 20 units of 10⁻¹⁸ too small.
/// **Errors** [`GmxError::Param`] below one.
///
/// ```
/// use seawall_gmx::{U256, power::log2};
/// let unit = 1_000_000_000_000_000_000;
/// assert_eq!(log2(U256::new(8 * unit))?, U256::new(3 * unit));
/// # Ok::<(), seawall_gmx::GmxError>(())
/// ```
pub fn log2(x: U256) -> Result<U256, GmxError> {
    let whole = divide(x, U256::new(UNIT), Down)?;
    let Some(highest) = 255_u32.checked_sub(whole.leading_zeros()) else {
        return Err(GmxError::Param {
            field: "logarithm",
            value: x.to_string(),
            legal: "at least one, 10^18",
        });
    };
    // Between one and two, with eighteen decimals: its square fits 128 bits.
    let mut rest = x.wrapping_shr(highest).as_u128();
    let mut log = UNIT.saturating_mul(u128::from(highest));
    let mut digit = UNIT >> 1;
    while digit > 0 && rest != UNIT {
        rest = rest.saturating_mul(rest).checked_div(UNIT).unwrap_or(rest);
        if rest >= UNIT << 1 {
            log = log.saturating_add(digit);
            rest >>= 1;
        }
        digit >>= 1;
    }
    Ok(U256::new(log))
}

/// `2ˣ` with eighteen decimals.
///
/// **Formula** the fraction of `x` in 64 binary digits; for each digit that is set, one
/// multiplication by `2^(2^-k)` from a table with 64 binary digits; then the whole part as a shift.
/// **Rounding** down in each multiplication.
/// **Errors** [`GmxError::Overflow`] from 192 on.
///
/// ```
/// use seawall_gmx::{U256, power::exp2};
/// let unit = 1_000_000_000_000_000_000;
/// assert_eq!(exp2(U256::new(10 * unit))?, U256::new(1024 * unit));
/// assert!(exp2(U256::new(192 * unit)).is_err());
/// # Ok::<(), seawall_gmx::GmxError>(())
/// ```
pub fn exp2(x: U256) -> Result<U256, GmxError> {
    if x >= U256::new(192_u128.saturating_mul(UNIT)) {
        return Err(OVERFLOW);
    }
    let binary = divide(x.wrapping_shl(64), U256::new(UNIT), Down)?;
    let (whole, fraction) = (binary.wrapping_shr(64).as_u32(), binary.as_u64());
    let mut result = U256::ONE.wrapping_shl(191);
    for (place, root) in (0_u32..).zip(ROOTS) {
        if fraction & (1_u64 << 63_u32.saturating_sub(place)) != 0 {
            // The result stays below 2^192 and the product below 2^256.
            result = result
                .checked_mul(U256::new(root))
                .ok_or(OVERFLOW)?
                .wrapping_shr(64);
        }
    }
    let scaled = result.checked_mul(U256::new(UNIT)).ok_or(OVERFLOW)?;
    Ok(scaled.wrapping_shr(191_u32.saturating_sub(whole)))
}

/// `2^(2^-k)` for `k` from 1 to 64, with 64 binary digits after the point, to the nearest.
const ROOTS: [u128; 64] = [
    0x1_6a09_e667_f3bc_c909,
    0x1_306f_e0a3_1b71_52df,
    0x1_172b_83c7_d517_adce,
    0x1_0b55_86cf_9890_f62a,
    0x1_059b_0d31_5857_43ae,
    0x1_02c9_a3e7_7806_0ee7,
    0x1_0163_da9f_b333_56d8,
    0x1_00b1_afa5_abcb_ed61,
    0x1_0058_c86d_a1c0_9ea2,
    0x1_002c_605e_2e8c_ec50,
    0x1_0016_2f39_0405_1fa1,
    0x1_000b_175e_ffdc_76ba,
    0x1_0005_8ba0_1fb9_f96d,
    0x1_0002_c5cc_37da_9492,
    0x1_0001_62e5_25ee_0547,
    0x1_0000_b172_5577_5c04,
    0x1_0000_58b9_1b5b_c9ae,
    0x1_0000_2c5c_89d5_ec6d,
    0x1_0000_162e_43f4_f831,
    0x1_0000_0b17_21bc_fc9a,
    0x1_0000_058b_90cf_1e6e,
    0x1_0000_02c5_c863_b73f,
    0x1_0000_0162_e430_e5a2,
    0x1_0000_00b1_7218_3551,
    0x1_0000_0058_b90c_0b49,
    0x1_0000_002c_5c86_01cc,
    0x1_0000_0016_2e42_fff0,
    0x1_0000_000b_1721_7fbb,
    0x1_0000_0005_8b90_bfce,
    0x1_0000_0002_c5c8_5fe3,
    0x1_0000_0001_62e4_2ff1,
    0x1_0000_0000_b172_17f8,
    0x1_0000_0000_58b9_0bfc,
    0x1_0000_0000_2c5c_85fe,
    0x1_0000_0000_162e_42ff,
    0x1_0000_0000_0b17_217f,
    0x1_0000_0000_058b_90c0,
    0x1_0000_0000_02c5_c860,
    0x1_0000_0000_0162_e430,
    0x1_0000_0000_00b1_7218,
    0x1_0000_0000_0058_b90c,
    0x1_0000_0000_002c_5c86,
    0x1_0000_0000_0016_2e43,
    0x1_0000_0000_000b_1721,
    0x1_0000_0000_0005_8b91,
    0x1_0000_0000_0002_c5c8,
    0x1_0000_0000_0001_62e4,
    0x1_0000_0000_0000_b172,
    0x1_0000_0000_0000_58b9,
    0x1_0000_0000_0000_2c5d,
    0x1_0000_0000_0000_162e,
    0x1_0000_0000_0000_0b17,
    0x1_0000_0000_0000_058c,
    0x1_0000_0000_0000_02c6,
    0x1_0000_0000_0000_0163,
    0x1_0000_0000_0000_00b1,
    0x1_0000_0000_0000_0059,
    0x1_0000_0000_0000_002c,
    0x1_0000_0000_0000_0016,
    0x1_0000_0000_0000_000b,
    0x1_0000_0000_0000_0006,
    0x1_0000_0000_0000_0003,
    0x1_0000_0000_0000_0001,
    0x1_0000_0000_0000_0001,
];

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;

    use super::*;

    fn usd(whole: u128) -> U256 {
        U256::new(whole) * ONE
    }

    /// Each entry again, by 64 square roots with 400 binary digits.
    #[test]
    fn the_table_holds_the_roots_of_two() {
        let mut root = BigUint::from(2_u8) << 400_u32;
        for entry in ROOTS {
            root = (root << 400_u32).sqrt();
            let nearest = (&root + (BigUint::from(1_u8) << 335_u32)) >> 336_u32;
            assert_eq!(BigUint::from(entry), nearest);
        }
    }

    /// Executed contracts: 3e-11·((2m)² − (1m)²) gave 89.999999999999998474988881280370 USD.
    #[test]
    fn the_square_of_the_contracts_is_met_digit_for_digit() {
        let factor = U256::new(30_000_000_000_000_000_000);
        let two = apply_exponent_factor(usd(2_000_000), usd(2)).unwrap();
        let one = apply_exponent_factor(usd(1_000_000), usd(2)).unwrap();
        let impact =
            crate::apply_factor(two, factor).unwrap() - crate::apply_factor(one, factor).unwrap();
        assert_eq!(impact.to_string(), "89999999999999998474988881280370");
    }

    /// 1,000^1.62: log10 is 3 · 1.62 = 4.86, so 72,443.596007499009... USD.
    #[test]
    fn a_broken_exponent_is_close_to_the_true_power() {
        let exponent = U256::new(162) * ONE / U256::new(100);
        let power = apply_exponent_factor(usd(1_000), exponent).unwrap();
        let text = power.to_string();
        assert!(text.starts_with("7244359600749900"), "{text}");
    }

    #[test]
    fn below_one_dollar_it_is_zero_at_any_exponent() {
        let cent_short = ONE - U256::ONE;
        assert_eq!(apply_exponent_factor(cent_short, ONE).unwrap(), U256::ZERO);
        assert_eq!(
            apply_exponent_factor(cent_short, usd(2)).unwrap(),
            U256::ZERO
        );
        assert_eq!(apply_exponent_factor(ONE, usd(2)).unwrap(), ONE);
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert!(apply_exponent_factor(U256::MAX, usd(2)).is_err());
        assert!(apply_exponent_factor(usd(2), U256::MAX).is_err());
        assert!(log2(U256::new(UNIT - 1)).is_err());
    }
}
