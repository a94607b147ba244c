//! Statistics of one figure as text.

use seawall_report::digits::{exact, rounded};
use seawall_report::metric::{METRICS, Section};
use seawall_results::Column;

use crate::{FINE, FINE_PLACES};

/// The section of the table in which a figure stands; `None` for one that this version does not know.
pub(crate) fn section(column: &Column) -> Option<Section> {
    let id = column.id.split('[').next().unwrap_or_default();
    let metric = METRICS.iter().find(|metric| metric.id == id);
    metric.map(|metric| metric.section)
}

/// A statistic for reading, in a row whose largest magnitude is `largest`; both in millionths of a grid
/// unit.
pub(crate) fn read(column: &Column, fine: i128, largest: u128) -> String {
    let places = column.places.saturating_add(FINE_PLACES);
    let whole = 10_u128.checked_pow(places).unwrap_or(u128::MAX);
    let billions = largest.checked_div(whole).unwrap_or(0) >= 1_000_000_000;
    let decimals = match column.unit.as_str() {
        "USD" if billions => 0,
        "base" => 4,
        // Below one per cent two decimals say little.
        "%" if largest < whole => 4,
        _ => 2,
    };
    rounded(fine, places, decimals)
}

/// A value of a path for reading, with its unit.
pub(crate) fn told(column: &Column, units: i128) -> String {
    let text = plain(&rounded(units, column.places, column.places.min(6)));
    match column.unit.as_str() {
        "" => text,
        unit => format!("{text} {unit}"),
    }
}

/// A statistic with every decimal that it has, for programs.
pub(crate) fn precise(column: &Column, fine: i128) -> String {
    plain(&exact(fine, column.places.saturating_add(FINE_PLACES)))
}

/// A value of a path with every decimal that it has, for programs.
pub(crate) fn value(column: &Column, units: i128) -> String {
    plain(&exact(units, column.places))
}

/// A value of a path in the grid of statistics.
pub(crate) const fn fine_of(units: i128) -> i128 {
    units.saturating_mul(FINE)
}

/// `part` of `all` in per cent with one decimal, to the nearest.
pub(crate) fn share(part: u64, all: u64) -> String {
    let thousandths = u128::from(part).saturating_mul(1_000);
    let half = u128::from(all).checked_div(2).unwrap_or(0);
    let rounded = thousandths
        .saturating_add(half)
        .checked_div(u128::from(all));
    let units = i128::try_from(rounded.unwrap_or(0)).unwrap_or(0);
    format!("{} %", exact(units, 1))
}

fn plain(text: &str) -> String {
    match text.contains('.') && !text.starts_with(['<', '>']) {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_to_a_tenth() {
        assert_eq!(share(1, 3), "33.3 %");
        assert_eq!(share(2, 3), "66.7 %");
        assert_eq!(share(0, 0), "0.0 %");
        assert_eq!(share(7, 7), "100.0 %");
    }
}
