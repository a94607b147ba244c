use rust_decimal::Decimal;

use crate::UnitsError;
use crate::grid::pow10;

/// `units / 10^places` with exactly `places` decimals and never `-0`.
pub(crate) fn fixed(units: i128, places: u32) -> String {
    let one = pow10(places).unsigned_abs();
    let magnitude = units.unsigned_abs();
    let whole = magnitude.checked_div(one).unwrap_or(0);
    let part = magnitude.checked_rem(one).unwrap_or(0);
    let sign = if units < 0 { "-" } else { "" };
    let width = usize::try_from(places).unwrap_or(0);
    format!("{sign}{whole}.{part:0width$}")
}

/// How a type's numbers are written, and which of them are taken in.
#[derive(Clone, Copy)]
pub(crate) struct Format {
    pub(crate) places: u32,
    pub(crate) unit: &'static str,
    pub(crate) min: &'static str,
    pub(crate) max: &'static str,
    pub(crate) forms: Forms,
}

/// In which forms a type may be written.
#[derive(Clone, Copy)]
pub(crate) enum Forms {
    /// Digits alone: `%` of money would mean nothing.
    Plain,
    /// Digits, percent and basis points.
    Fraction,
}

impl Forms {
    const fn such_as(self) -> &'static str {
        match self {
            Self::Plain => "\"12.50\"",
            Self::Fraction => "\"0.04\", \"4%\" or \"400bp\"",
        }
    }

    /// The digits and how many places the suffix moves the point to the left.
    fn split(self, text: &str) -> (&str, u32) {
        let suffixed = |suffix: &str, shift| Some((text.strip_suffix(suffix)?, shift));
        let known = match self {
            Self::Plain => None,
            Self::Fraction => suffixed("%", 2).or_else(|| suffixed("bp", 4)),
        };
        known.unwrap_or((text, 0))
    }
}

impl Format {
    /// The error that a value is outside the range.
    pub(crate) fn out_of_range(&self, value: String) -> UnitsError {
        UnitsError::OutOfRange {
            value,
            unit: self.unit,
            min: self.min,
            max: self.max,
        }
    }
}

/// Whether the digits are a number whose whole part has more digits than any type takes in.
fn is_too_long(digits: &str) -> bool {
    /// More than this many digits are beyond every range, and `Decimal` holds 28.
    const MOST: usize = 28;
    let magnitude = digits.strip_prefix('-').unwrap_or(digits);
    let (whole, part) = magnitude.split_once('.').unwrap_or((magnitude, ""));
    let number = |c: char| c.is_ascii_digit() || c == '_';
    let significant = whole.trim_start_matches(['0', '_']).chars();
    let count = significant.filter(char::is_ascii_digit).count();
    whole.chars().all(number) && part.chars().all(number) && count > MOST
}

/// A decimal from text, exactly or not at all, in one of the forms of its type.
pub(crate) fn parse_decimal(text: &str, format: &Format) -> Result<Decimal, UnitsError> {
    let shown = || text.chars().take(40).collect();
    let bad = || UnitsError::NotANumber {
        text: shown(),
        such_as: format.forms.such_as(),
    };
    let (digits, shift) = format.forms.split(text);
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    if !digits.chars().all(plain) {
        return Err(bad());
    }
    let mut value = Decimal::from_str_exact(digits).map_err(|_| match is_too_long(digits) {
        true => format.out_of_range(shown()),
        false => bad(),
    })?;
    let scale = value.scale().saturating_add(shift);
    value.set_scale(scale).map_err(|_| bad())?;
    Ok(value)
}

/// Text, `FromStr`, and serde by string or integer only.
macro_rules! text_impls {
    ($name:ident, $unit:literal) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&crate::text::fixed(self.0, Self::PLACES))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{self} {}", $unit)
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::UnitsError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::from_decimal_exact(crate::text::parse_decimal(text, &Self::FORMAT)?)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                struct Exact;
                impl serde::de::Visitor<'_> for Exact {
                    type Value = $name;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(
                            f,
                            "an exact number of {} in a string such as \"12.50\"",
                            $unit
                        )
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                    fn visit_i64<E: serde::de::Error>(self, count: i64) -> Result<$name, E> {
                        $name::from_decimal_exact(count.into()).map_err(E::custom)
                    }
                    fn visit_u64<E: serde::de::Error>(self, count: u64) -> Result<$name, E> {
                        $name::from_decimal_exact(count.into()).map_err(E::custom)
                    }
                }
                d.deserialize_any(Exact)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                crate::schema::number(&Self::FORMAT)
            }
        }
    };
}
pub(crate) use text_impls;
