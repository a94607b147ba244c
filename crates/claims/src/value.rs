//! What was computed: a number of one of three kinds, or a word.

use seawall_units::{Price, Ratio, TokenPrice, Tokens, Usd};

/// A computed figure and its name within the claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Its name within the claim.
    pub key: &'static str,
    /// What it came to.
    pub value: Value,
}

/// What a figure came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Of a closed form.
    Real(f64),
    /// Of exact arithmetic on a decimal grid: `units · 10^-decimals`.
    Exact {
        /// How many units.
        units: i128,
        /// Decimals of the grid.
        decimals: u32,
    },
    /// A number of things.
    Count(u64),
    /// A yes or a no, or a name.
    Word(String),
}

impl Value {
    /// The value with so many decimals, rounded half away from zero.
    ///
    /// ```
    /// use seawall_claims::Value;
    ///
    /// assert_eq!(Value::Exact { units: 1_234_567, decimals: 6 }.text(3), "1.235");
    /// assert_eq!(Value::Exact { units: -1_234_567, decimals: 6 }.text(1), "-1.2");
    /// assert_eq!(Value::Real(0.125).text(2), "0.13");
    /// assert_eq!(Value::Count(7).text(0), "7");
    /// ```
    #[must_use]
    pub fn text(&self, decimals: usize) -> String {
        match self {
            Self::Real(value) => real_text(*value, decimals),
            Self::Exact {
                units,
                decimals: grid,
            } => exact_text(*units, *grid, decimals),
            Self::Count(count) => count.to_string(),
            Self::Word(word) => word.clone(),
        }
    }

    /// A share as a percentage, without losing a digit.
    #[must_use]
    pub fn percent(share: Ratio) -> Self {
        Self::Exact {
            units: share.units(),
            decimals: 16,
        }
    }

    /// A share as basis points, without losing a digit.
    #[must_use]
    pub fn bp(share: Ratio) -> Self {
        Self::Exact {
            units: share.units(),
            decimals: 14,
        }
    }

    /// A truth.
    #[must_use]
    pub fn yes(is: bool) -> Self {
        Self::Word(String::from(if is { "yes" } else { "no" }))
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<Usd> for Value {
    fn from(value: Usd) -> Self {
        Self::Exact {
            units: value.units(),
            decimals: 6,
        }
    }
}

impl From<Ratio> for Value {
    fn from(value: Ratio) -> Self {
        Self::Exact {
            units: value.units(),
            decimals: 18,
        }
    }
}

impl From<Price> for Value {
    fn from(value: Price) -> Self {
        Self::Exact {
            units: value.units(),
            decimals: 10,
        }
    }
}

impl From<Tokens> for Value {
    fn from(value: Tokens) -> Self {
        Self::Exact {
            units: value.units(),
            decimals: 18,
        }
    }
}

impl From<TokenPrice> for Value {
    fn from(value: TokenPrice) -> Self {
        Self::Exact {
            units: value.units(),
            decimals: 18,
        }
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Self::Count(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Word(value.to_owned())
    }
}

/// Rounded half away from zero at the decimal digits of the shortest form that reads back as
/// `value`, so that 0.125 is 0.13 and what a table prints is what a reader rounds.
fn real_text(value: f64, decimals: usize) -> String {
    let shortest = format!("{value}");
    let (whole, part) = shortest.split_once('.').unwrap_or((&shortest, ""));
    let digits = format!("{whole}{part}").parse::<i128>();
    match (digits, u32::try_from(part.len())) {
        (Ok(digits), Ok(grid)) if value.is_finite() => exact_text(digits, grid, decimals),
        _ => format!("{value:.decimals$}"),
    }
}

fn exact_text(units: i128, grid: u32, decimals: usize) -> String {
    let kept = u32::try_from(decimals).unwrap_or(u32::MAX).min(grid);
    let step = 10_u128.saturating_pow(grid.saturating_sub(kept));
    let magnitude = units.unsigned_abs();
    let mut rounded = magnitude / step;
    if magnitude % step >= step.div_ceil(2) && step > 1 {
        rounded = rounded.saturating_add(1);
    }
    let scale = 10_u128.saturating_pow(kept);
    let sign = if units < 0 && rounded > 0 { "-" } else { "" };
    let whole = rounded / scale;
    if decimals == 0 {
        return format!("{sign}{whole}");
    }
    let width = usize::try_from(kept).unwrap_or(decimals);
    let part = match width {
        0 => String::new(),
        _ => format!("{:0width$}", rounded % scale),
    };
    format!("{sign}{whole}.{part:0<decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: f64, decimals: usize, expect: &str) {
        assert_eq!(Value::Real(value).text(decimals), expect);
    }

    #[test]
    fn reals_are_rounded_where_a_reader_rounds_them() {
        check(5.719_095_841_793_663, 4, "5.7191");
        check(20.0, 0, "20");
        check(20.0, 2, "20.00");
        check(-0.004, 2, "0.00");
        check(-0.005, 2, "-0.01");
        check(0.000_000_000_1, 10, "0.0000000001");
        check(1.005, 2, "1.01");
    }

    #[test]
    fn grids_are_rounded_half_away_from_zero() {
        let value = |units, decimals| Value::Exact { units, decimals };
        assert_eq!(value(-5, 1).text(0), "-1");
        assert_eq!(value(5, 1).text(3), "0.500");
        assert_eq!(value(999_999, 6).text(2), "1.00");
        assert_eq!(Value::percent(Ratio::ONE).text(1), "100.0");
        assert_eq!(Value::yes(true).text(3), "yes");
    }
}
