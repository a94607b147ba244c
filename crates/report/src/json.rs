//! The documented JSON of a comparison.
//!
//! Money, sizes and prices are strings with all their decimals, so that no reader rounds them;
//! dimensionless figures (shares, basis points, minutes) are numbers, the double nearest to the
//! exact value. [`schema`] is derived from the structures here and kept in
//! `docs/schema/comparison.schema.json`; [`markdown`] writes the list of fields, `docs/json.md`.

mod convert;
mod document;
mod exchange;
mod fields;
mod scalar;
mod word;

pub use document::{
    Arbitrageur, CapitalPart, Comparison, CostAtSize, Interest, Minute, Orders, Override, Prices,
    Providers, Reactions, Span, Stage, Venue, Winners, WorstCase,
};
pub use exchange::{Exchange, Isolation, Market};
pub use fields::markdown;
pub use scalar::{Money, Number, PriceText, Size};
pub use word::{EndWord, RuleWord, SkipWord, StageWord};

use schemars::generate::SchemaSettings;

/// Version of the document's structure; raised when it changes.
pub const SCHEMA_VERSION: u32 = 2;

/// The document of a comparison, indented, ending in a newline.
///
/// **Errors** none in practice: every value has a form in JSON.
pub fn render(comparison: &seawall_sim::Comparison) -> serde_json::Result<String> {
    let mut text = serde_json::to_string_pretty(&Comparison::from(comparison))?;
    text.push('\n');
    Ok(text)
}

/// The document of several markets, indented, ending in a newline.
///
/// **Errors** none in practice: every value has a form in JSON.
pub fn render_exchange(exchange: &seawall_sim::ExchangeOutcome) -> serde_json::Result<String> {
    let mut text = serde_json::to_string_pretty(&Exchange::from(exchange))?;
    text.push('\n');
    Ok(text)
}

/// The JSON Schema (draft 2020-12) of the document.
#[must_use]
pub fn schema() -> schemars::Schema {
    schema_of::<Comparison>()
}

/// The JSON Schema (draft 2020-12) of the document of several markets.
#[must_use]
pub fn exchange_schema() -> schemars::Schema {
    schema_of::<Exchange>()
}

fn schema_of<T: schemars::JsonSchema>() -> schemars::Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<T>()
}
