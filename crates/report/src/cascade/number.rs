//! Numbers of cascades for people.

use seawall_sim::CascadeUnit;
use seawall_units::{Ratio, TokenPrice, Tokens};

use crate::digits::rounded;

/// Decimals of the grid of amounts, prices and ratios.
const PLACES: u32 = 18;
/// Where there is no figure.
pub(super) const NONE: &str = "–";

/// A price in about five digits.
pub(super) fn price(price: Option<TokenPrice>) -> String {
    price.map_or(NONE.to_owned(), |price| {
        rounded(price.units(), PLACES, decimals(price.units()))
    })
}

fn decimals(units: i128) -> u32 {
    const ONE: u128 = 1_000_000_000_000_000_000;
    match units.unsigned_abs() {
        at if at >= ONE.saturating_mul(100) => 2,
        at if at >= ONE => 4,
        _ => 6,
    }
}

/// An amount: with two decimals, from a million on without.
pub(super) fn amount(amount: Tokens) -> String {
    let whole = amount.units().unsigned_abs() >= 10_u128.pow(24);
    rounded(amount.units(), PLACES, if whole { 0 } else { 2 })
}

/// An amount, and nothing where it is zero.
pub(super) fn some(value: Tokens) -> String {
    match value == Tokens::ZERO {
        true => String::new(),
        false => amount(value),
    }
}

/// A share in percent.
pub(super) fn percent(share: Ratio) -> String {
    format!("{} %", rounded(share.units(), PLACES.saturating_sub(2), 1))
}

/// How many times.
pub(super) fn times(ratio: Option<Ratio>) -> String {
    ratio.map_or(NONE.to_owned(), |ratio| rounded(ratio.units(), PLACES, 3))
}

/// A count, and nothing where it is zero.
pub(super) fn count(count: u32) -> String {
    match count {
        0 => String::new(),
        count => crate::digits::count(count.into()),
    }
}

/// A figure by its unit.
pub(super) fn figure(units: Option<i128>, unit: CascadeUnit) -> String {
    let Some(units) = units else {
        return NONE.to_owned();
    };
    match unit {
        CascadeUnit::Price => rounded(units, PLACES, decimals(units)),
        CascadeUnit::Quote | CascadeUnit::Tokens => {
            Tokens::from_units(units).map_or(NONE.to_owned(), amount)
        }
        CascadeUnit::Share => Ratio::from_units(units).map_or(NONE.to_owned(), percent),
        CascadeUnit::Times => rounded(units, PLACES, 3),
        CascadeUnit::Count => rounded(units, 0, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_fine_as_they_are_read() {
        let tokens = |text: &str| text.parse::<Tokens>().unwrap_or_default();
        assert_eq!(amount(tokens("4882.856204976141")), "4,882.86");
        assert_eq!(amount(tokens("1234567.89")), "1,234,568");
        assert_eq!(some(Tokens::ZERO), "");
        assert_eq!(percent(Ratio::bps(5_025)), "50.3 %");
        assert_eq!(price("0.00005".parse().ok()), "0.000050");
        assert_eq!(price("43.611077".parse().ok()), "43.6111");
        assert_eq!(price(None), "–");
    }
}
