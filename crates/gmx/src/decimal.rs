//! Numbers as a person writes them, into integers.
use ethnum::U256;

/// Seconds of a year of 365 days.
const YEAR: u128 = 31_536_000;

/// By what a written number is multiplied, exactly, and then divided, rounding down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scale {
    /// Decimals that the integer has; the written number may not have more.
    decimals: u8,
    /// Multiplied before.
    times: U256,
    /// Divided by after.
    per: U256,
    /// What the number is, for the error.
    what: &'static str,
}

impl Scale {
    pub(crate) const ONE: Self =
        Self::new(30, 1, "a number such as \"9e-11\" with up to 30 decimals");
    pub(crate) const PERCENT: Self = Self::new(
        28,
        1,
        "a number of percent such as \"0.5\" with up to 28 decimals",
    );
    pub(crate) const PERCENT_PER_YEAR: Self = Self::new(
        28,
        YEAR,
        "percent per year such as \"75\" with up to 28 decimals",
    );
    /// Hours to seconds.
    pub(crate) const HOURS: Self = Self {
        decimals: 3,
        times: U256::new(3_600),
        per: U256::new(1_000),
        what: "hours such as \"3\" with up to 3 decimals",
    };

    pub(crate) const fn tokens(decimals: u8) -> Self {
        Self::new(
            decimals,
            1,
            "tokens such as \"1627\" with no more decimals than the token has",
        )
    }

    /// Smallest units per second with thirty decimals.
    pub(crate) const fn tokens_per_day(decimals: u8) -> Self {
        Self {
            decimals,
            times: crate::ONE,
            per: U256::new(86_400),
            what: "tokens per day such as \"10\" with no more decimals than the token has",
        }
    }

    const fn new(decimals: u8, per: u128, what: &'static str) -> Self {
        Self {
            decimals,
            times: U256::ONE,
            per: U256::new(per),
            what,
        }
    }
}

/// Digits, perhaps a point and more digits, perhaps an exponent.
pub(crate) fn parse(text: &str, scale: Scale) -> Result<U256, String> {
    let refused = || format!("expected {}", scale.what);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i16>().map_err(|_| refused())?),
        None => (text, 0),
    };
    let (whole, broken) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    let has_point = mantissa.contains('.');
    if whole.is_empty() || !is_number(whole) || !is_number(broken) || has_point == broken.is_empty()
    {
        return Err(refused());
    }
    let broken_digits = i16::try_from(broken.len()).map_err(|_| refused())?;
    let shift = i16::from(scale.decimals)
        .checked_add(exponent)
        .and_then(|shift| shift.checked_sub(broken_digits))
        .ok_or_else(refused)?;
    let digits: U256 = [whole, broken].concat().parse().map_err(|_| refused())?;
    let power = U256::new(10)
        .checked_pow(u32::from(shift.unsigned_abs()))
        .ok_or_else(refused)?;
    let units = if shift < 0 {
        let exact = digits.checked_rem(power) == Some(U256::ZERO);
        digits.checked_div(power).filter(|_| exact)
    } else {
        digits.checked_mul(power)
    };
    units
        .and_then(|units| units.checked_mul(scale.times))
        .and_then(|units| units.checked_div(scale.per))
        .ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_to_the_digit() {
        let one = crate::ONE;
        assert_eq!(
            parse("9e-11", Scale::ONE),
            Ok(U256::new(90_000_000_000_000_000_000))
        );
        assert_eq!(parse("1.62", Scale::ONE), Ok(one * 162 / 100));
        assert_eq!(parse("0.05", Scale::PERCENT), Ok(one / 2_000));
        assert_eq!(parse("3", Scale::HOURS), Ok(U256::new(10_800)));
        // 0.75 · 10³⁰ / 31,536,000 rounded down.
        let yearly = "23782343987823439878234";
        assert_eq!(
            parse("75", Scale::PERCENT_PER_YEAR).unwrap().to_string(),
            yearly
        );
        assert_eq!(parse("0.1", Scale::tokens(1)), Ok(U256::ONE));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "", ".5", "5.", "-1", "1e", "1e-31", "1e99", "0.01x", "1_000", "1e99999",
        ] {
            assert!(parse(text, Scale::ONE).is_err(), "{text}");
        }
        assert!(parse("0.01", Scale::tokens(1)).is_err());
        assert!(parse(&"9".repeat(80), Scale::ONE).is_err());
        assert!(parse(&format!("0.{}", "0".repeat(40_000)), Scale::ONE).is_err());
    }
}
