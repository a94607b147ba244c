//! Numbers in JSON: exact ones as strings, dimensionless ones as numbers.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use seawall_units::{Base, Price, Ratio, Usd};
use serde::{Deserialize, Serialize};

use crate::digits::nearest_double;

/// Writes a newtype whose text is that of the amount in it, with a schema that says so.
macro_rules! exact {
    ($(#[$doc:meta])* $name:ident, $inner:ty, $schema:literal, $pattern:literal, $description:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl From<$inner> for $name {
            fn from(inner: $inner) -> Self {
                Self(inner)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                $schema.into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern, "description": $description })
            }
        }
    };
}

exact!(
    /// Money in US dollars.
    Money, Usd, "Money", r"^-?[0-9]+\.[0-9]{6}$",
    "US dollars, exact: a string with six decimals."
);
exact!(
    /// A size in the base asset.
    Size, Base, "Size", r"^-?[0-9]+\.[0-9]{8}$",
    "Units of the base asset, exact: a string with eight decimals."
);
exact!(
    /// A price in US dollars per unit of base.
    PriceText, Price, "Price", r"^[0-9]+\.[0-9]{10}$",
    "US dollars per unit of the base asset, exact: a string with ten decimals."
);

/// A dimensionless figure: the double nearest to its exact value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Number(f64);

impl Number {
    /// `units / 10^places`.
    #[must_use]
    pub fn from_units(units: i128, places: u32) -> Self {
        Self(nearest_double(units, places))
    }

    /// A ratio as itself: 0.25 is a quarter.
    #[must_use]
    pub fn ratio(ratio: Ratio) -> Self {
        Self::from_units(ratio.units(), Ratio::PLACES)
    }

    /// A ratio in basis points: 0.25 is 2 500.
    #[must_use]
    pub fn bps(ratio: Ratio) -> Self {
        Self::from_units(ratio.units(), Ratio::PLACES.saturating_sub(4))
    }

    /// Its value.
    #[must_use]
    pub const fn value(self) -> f64 {
        self.0
    }
}

impl JsonSchema for Number {
    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "number",
            "description": "A dimensionless figure: the double nearest to its exact value.",
        })
    }
}
