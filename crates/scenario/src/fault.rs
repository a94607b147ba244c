use serde::{Deserialize, Serialize};

/// Which price source a fault hits: a number from 0, or `"all"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultSource {
    /// This one.
    One(u16),
    /// Every one.
    All,
}

impl Serialize for FaultSource {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(number) => s.serialize_u16(*number),
            Self::All => s.serialize_str("all"),
        }
    }
}

impl<'de> Deserialize<'de> for FaultSource {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Door;
        impl serde::de::Visitor<'_> for Door {
            type Value = FaultSource;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the number of a price source, from 0, or \"all\"")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<FaultSource, E> {
                match text {
                    "all" => Ok(FaultSource::All),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(text), &self)),
                }
            }
            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<FaultSource, E> {
                u16::try_from(number)
                    .map(FaultSource::One)
                    .map_err(|_| E::invalid_value(serde::de::Unexpected::Signed(number), &self))
            }
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<FaultSource, E> {
                u16::try_from(number)
                    .map(FaultSource::One)
                    .map_err(|_| E::invalid_value(serde::de::Unexpected::Unsigned(number), &self))
            }
        }
        d.deserialize_any(Door)
    }
}
