//! The comparison as rows of one figure each.

use seawall_sim::Comparison;

use super::notes::Notes;
use super::rows::rows;
use crate::digits::exact;
use crate::grid::{LONG, csv_text};

/// The comparison as CSV in long form, one row a figure and venue: `metric,unit,venue,value`.
///
/// Values are exact, with every decimal of their grid and without separators; a figure that a
/// venue does not have is an empty value. The ids are those of `docs/metrics.md`; where a figure
/// is by size of order, the size in USD follows its id.
#[must_use]
pub fn csv(comparison: &Comparison) -> String {
    csv_text(&LONG, &lines(comparison))
}

/// The rows of [`csv`].
pub(crate) fn lines(comparison: &Comparison) -> Vec<Vec<String>> {
    let rows = rows(&comparison.venues, &mut Notes::default());
    let mut lines = Vec::new();
    for row in rows {
        for (venue, cell) in comparison.venues.iter().zip(&row.cells) {
            let value = cell.units.map(|units| exact(units, row.unit.places()));
            lines.push(vec![
                row.id.clone(),
                row.unit.name().to_owned(),
                venue.name.to_owned(),
                value.unwrap_or_default(),
            ]);
        }
    }
    lines
}
