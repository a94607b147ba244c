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

/// A decimal from text, exactly or not at all; `%` and `bp` are understood.
pub(crate) fn parse_decimal(text: &str) -> Result<Decimal, UnitsError> {
    let bad = || UnitsError::NotANumber {
        text: text.chars().take(40).collect(),
    };
    let (digits, shift) = match text {
        _ if text.ends_with('%') => (text.trim_end_matches('%'), 2),
        _ if text.ends_with("bp") => (text.trim_end_matches("bp"), 4),
        _ => (text, 0),
    };
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    if !digits.chars().all(plain) {
        return Err(bad());
    }
    let mut value = Decimal::from_str_exact(digits).map_err(|_| bad())?;
    let scale = value.scale().saturating_add(shift);
    value.set_scale(scale).map_err(|_| bad())?;
    Ok(value)
}

/// Text, `FromStr`, and serde by string or integer only.
macro_rules! text_impls {
    ($name:ident, $places:literal, $unit:literal) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&crate::text::fixed(self.0, $places))
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
                Self::from_decimal_exact(crate::text::parse_decimal(text)?)
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
    };
}
pub(crate) use text_impls;
