//! Numbers with a dimension, on a fixed grid (M-2.1), rounded once (M-2.2) in a named direction
//! (M-2.3).
//!
//! | type | grid | meaning |
//! |---|---|---|
//! | [`Usd`] | 10⁻⁶ | money, signed |
//! | [`Base`] | 10⁻⁸ | size in the base asset, long positive |
//! | [`Shares<V>`] | 10⁻⁹ | shares of vault `V` |
//! | [`Price`] | 10⁻¹⁰ | USD per unit of base, strictly positive |
//! | [`Ratio`] | 10⁻¹⁸ | dimensionless |
//! | [`Rate`] | 10⁻¹⁸ | per year (525 600 minutes) |
//! | [`Index`] | 10⁻¹⁸ | USD per unit of base, cumulative |
//! | [`Tokens`] | 10⁻¹⁸ | amount of any token, signed |
//! | [`TokenPrice`] | 10⁻¹⁸ | tokens per token, strictly positive |
//!
//! A `Decimal` goes in ([`Usd::from_decimal_exact`]) and comes out ([`Usd::to_decimal`]); nothing
//! is ever rounded on the way in. Between dimensions there is no `*` and no `/`: every product is
//! a method that says in its name which way the single rounding goes.
//!
//! ```
//! use seawall_units::{Base, Price, Usd};
//! let size: Base = "0.5".parse()?;
//! let mark: Price = "107228.01".parse()?;
//! assert_eq!(mark.value_floor(size), "53614.005".parse::<Usd>()?);
//! # Ok::<(), seawall_units::UnitsError>(())
//! ```
//!
//! # Ranges
//! What enters through a `Decimal` or a string is checked against the stated range (|USD| ≤ 10¹⁵,
//! |base| ≤ 10¹⁵, price ≤ 10¹²). Inside these ranges no product overflows (`tests/laws.rs`).
//! A sum would need more than 10¹⁷ amounts at the limit to leave the integer behind it; arithmetic
//! that leaves it all the same stops with the name of this invariant instead of wrapping.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod error;
pub mod geometric;
mod grid;
mod id;
mod index;
mod price;
mod quantity;
mod round;
#[cfg(feature = "schema")]
mod schema;
mod shares;
mod split;
mod text;
mod time;
mod tokens;

pub use error::UnitsError;
pub use grid::Grid;
pub use index::{Index, MINUTES_PER_YEAR, Rate, Ratio};
pub use price::Price;
pub use quantity::{Base, Side, Usd};
pub use round::{Round, checked_product, mul_div, mul_div_wide, product};
pub use shares::{Shares, Tranche};
pub use split::split_pro_rata;
pub use time::{Epochs, SECONDS_PER_MINUTE, Time};
pub use tokens::{TokenPrice, Tokens, root_floor};

/// Stops the program when an amount leaves the integer behind it.
///
/// Unreachable from any input within the stated ranges; see the crate documentation.
#[cold]
#[inline(never)]
#[allow(clippy::panic)]
pub(crate) fn out_of_integer(what: &'static str) -> ! {
    panic!("invariant: amounts stay inside the stated ranges ({what})")
}
