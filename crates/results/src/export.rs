//! Every row as CSV.

use std::io::Write;

use crate::head::{Column, Head};
use crate::row::Row;

/// Writes rows as CSV: a line of names, then one line for each row, with the columns of the
/// Parquet file; figures with every decimal of their grid, empty where a venue has none.
#[derive(Debug)]
pub struct RowsCsv<W: Write> {
    head: Head,
    out: csv::Writer<W>,
}

impl<W: Write> RowsCsv<W> {
    /// Begins with the names.
    ///
    /// **Errors** what the writer says.
    pub fn new(head: &Head, out: W) -> csv::Result<Self> {
        let mut out = csv::Writer::from_writer(out);
        out.write_record(head.column_names())?;
        let head = head.clone();
        Ok(Self { head, out })
    }

    /// The next row.
    ///
    /// **Errors** what the writer says.
    pub fn write(&mut self, row: &Row) -> csv::Result<()> {
        let place = |place: u32| usize::try_from(place).unwrap_or(usize::MAX);
        let point = self.head.points.get(place(row.point));
        let venue = self.head.venues.get(place(row.venue));
        self.out.write_field(row.path.to_string())?;
        let number = point.map_or(row.point, |point| point.number);
        self.out.write_field(number.to_string())?;
        for (_, value) in point.into_iter().flat_map(|point| &point.values) {
            self.out.write_field(value)?;
        }
        for value in &row.drawn {
            self.out.write_field(value)?;
        }
        self.out.write_field(venue.map_or("", String::as_str))?;
        for (column, units) in self.head.figures.iter().zip(&row.figures) {
            let shown = units.map(|units| column.decimal(units));
            self.out.write_field(shown.unwrap_or_default())?;
        }
        self.out.write_field(row.breaches.to_string())?;
        self.out.write_record(None::<&[u8]>)
    }

    /// Hands over what is still held back.
    ///
    /// **Errors** what the writer says.
    pub fn finish(mut self) -> csv::Result<()> {
        Ok(self.out.flush()?)
    }
}

impl Column {
    /// A value of its grid as a decimal, with every place.
    ///
    /// ```
    /// # use seawall_results::Column;
    /// let usd = Column {
    ///     id: String::from("bad_debt"),
    ///     label: String::from("Bad debt (USD)"),
    ///     unit: String::from("USD"),
    ///     places: 6,
    ///     better: None,
    /// };
    /// assert_eq!(usd.decimal(-1_500_000), "-1.500000");
    /// ```
    #[must_use]
    pub fn decimal(&self, units: i128) -> String {
        let sign = if units < 0 { "-" } else { "" };
        let places = usize::try_from(self.places).unwrap_or(usize::MAX);
        let mut digits = units.unsigned_abs().to_string();
        let missing = places.saturating_add(1).saturating_sub(digits.len());
        digits.insert_str(0, &"0".repeat(missing));
        let (whole, rest) = digits.split_at(digits.len().saturating_sub(places));
        match rest {
            "" => format!("{sign}{whole}"),
            rest => format!("{sign}{whole}.{rest}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_every_place_of_their_grid() {
        let shown = |units, places| {
            let column = Column {
                id: String::new(),
                label: String::new(),
                unit: String::new(),
                places,
                better: None,
            };
            column.decimal(units)
        };
        assert_eq!(shown(0, 6), "0.000000");
        assert_eq!(shown(-1, 6), "-0.000001");
        assert_eq!(shown(123, 0), "123");
        assert_eq!(shown(-1_234_567, 3), "-1234.567");
        let nines = "9".repeat(38);
        assert_eq!(
            shown(10_i128.pow(38).saturating_sub(1), 38),
            format!("0.{nines}")
        );
    }
}
