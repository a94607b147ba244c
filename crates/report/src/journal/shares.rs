use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// One share on the grid of 10^-9.
const ONE: i128 = 1_000_000_000;
const PLACES: usize = 9;

/// A number of shares of whichever tranche, in units of 10^-9; below zero where shares are burned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct ShareCount(pub i128);

impl fmt::Display for ShareCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let units = self.0.unsigned_abs();
        let one = ONE.unsigned_abs();
        let (whole, part) = (units.checked_div(one), units.checked_rem(one));
        let (whole, part) = (whole.unwrap_or_default(), part.unwrap_or_default());
        f.pad(&format!("{sign}{whole}.{part:0PLACES$}"))
    }
}

/// The text is no number of shares.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no number of shares; legal: nine digits after the point, such as `1.000000000`"
)]
pub struct NotShares {
    text: String,
}

impl FromStr for ShareCount {
    type Err = NotShares;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || NotShares {
            text: text.chars().take(40).collect(),
        };
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, part) = digits.split_once('.').ok_or_else(bad)?;
        let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(part) || part.len() != PLACES {
            return Err(bad());
        }
        let number = |text: &str| text.parse::<i128>().map_err(|_| bad());
        let (whole, part) = (number(whole)?, number(part)?);
        let units = whole.checked_mul(ONE).and_then(|w| w.checked_add(part));
        let units = units.ok_or_else(bad)?;
        Ok(Self(if digits.len() < text.len() {
            units.saturating_neg()
        } else {
            units
        }))
    }
}

impl Serialize for ShareCount {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ShareCount {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(d)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_written_with_nine_digits_and_read_back() {
        for (units, text) in [
            (0, "0.000000000"),
            (1, "0.000000001"),
            (-1_500_000_000, "-1.500000000"),
        ] {
            assert_eq!(ShareCount(units).to_string(), text);
            assert_eq!(text.parse(), Ok(ShareCount(units)));
        }
        for text in [
            "",
            "1",
            "1.5",
            "x.000000000",
            "1.00000000x",
            "--1.000000000",
        ] {
            assert!(text.parse::<ShareCount>().is_err(), "{text}");
        }
    }
}
