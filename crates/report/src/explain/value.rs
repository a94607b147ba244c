//! Figures that keep all their digits until they are written, and tables of them.

use seawall_units::{Base, Price, Ratio, Time, Usd};
use serde::{Serialize, Serializer};

use crate::digits::{count, rounded};
use crate::grid::Align;
use crate::journal::ShareCount;

/// One figure or word of a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// There is none.
    Nothing,
    /// Words.
    Text(String),
    /// Money, rounded to cents for reading.
    Usd(Usd),
    /// Money of which every digit is read: of a statement that adds up.
    Exact(Usd),
    /// A price.
    Price(Price),
    /// A size, signed.
    Size(Base),
    /// Shares.
    Shares(ShareCount),
    /// A share of a whole, shown as a percentage.
    Share(Ratio),
    /// A ratio, such as the price of a share, shown with six decimals.
    Ratio(Ratio),
    /// A number of things.
    Count(u64),
    /// A moment.
    Time(Time),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Value {
    /// A number of things that were listed.
    pub(super) fn count(number: usize) -> Self {
        Self::Count(number.try_into().unwrap_or(u64::MAX))
    }

    /// As people read it where there is no room for cents.
    pub(super) fn short(&self) -> String {
        match self {
            Self::Usd(usd) => rounded(usd.units(), Usd::PLACES, 0),
            other => other.read(),
        }
    }

    /// As people read it.
    #[must_use]
    pub fn read(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Text(text) => text.clone(),
            Self::Usd(usd) => rounded(usd.units(), Usd::PLACES, 2),
            Self::Exact(usd) => rounded(usd.units(), Usd::PLACES, Usd::PLACES),
            Self::Price(price) => trimmed(&rounded(price.units(), Price::PLACES, 4)),
            Self::Size(size) => trimmed(&rounded(size.units(), Base::PLACES, Base::PLACES)),
            Self::Shares(shares) => rounded(shares.0, 9, 2),
            Self::Share(ratio) => {
                let places = Ratio::PLACES.saturating_sub(2);
                format!("{} %", rounded(ratio.units(), places, 2))
            }
            Self::Ratio(ratio) => rounded(ratio.units(), Ratio::PLACES, 6),
            Self::Count(number) => count(*number),
            Self::Time(time) => time.clock(),
        }
    }

    /// On which side of its column it stands.
    const fn align(&self) -> Align {
        match self {
            Self::Text(_) | Self::Time(_) | Self::Nothing => Align::Left,
            _ => Align::Right,
        }
    }
}

/// Every digit: money, prices, sizes and ratios as strings, counts and seconds as numbers.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => s.serialize_none(),
            Self::Text(text) => s.serialize_str(text),
            Self::Usd(usd) | Self::Exact(usd) => s.collect_str(usd),
            Self::Price(price) => s.collect_str(price),
            Self::Size(size) => s.collect_str(size),
            Self::Shares(shares) => s.collect_str(shares),
            Self::Share(ratio) | Self::Ratio(ratio) => s.collect_str(ratio),
            Self::Count(number) => s.serialize_u64(*number),
            Self::Time(time) => s.serialize_u64(time.secs()),
        }
    }
}

/// Without the zeros that end a fraction.
fn trimmed(text: &str) -> String {
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    }
}

/// A table of figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// What it shows.
    pub title: String,
    /// Its columns: the name in files, and the head for people.
    pub columns: Vec<(&'static str, String)>,
    /// Its rows, each with one value a column.
    pub rows: Vec<Vec<Value>>,
    /// How many rows people are shown; all of them are written for programs.
    pub shown: usize,
    /// How many columns people are shown.
    pub(super) wide: usize,
}

impl Grid {
    /// A table without rows, of which people see every row.
    pub(super) fn new(title: &str, columns: &[(&'static str, &str)]) -> Self {
        let columns = columns.iter().map(|(id, head)| (*id, (*head).to_owned()));
        Self {
            title: title.to_owned(),
            columns: columns.collect(),
            rows: Vec::new(),
            shown: usize::MAX,
            wide: usize::MAX,
        }
    }

    /// Leaves the last column to programs.
    pub(super) fn hide_last(&mut self) {
        self.wide = self.columns.len().saturating_sub(1);
    }

    /// The rows that people are shown.
    pub(super) fn head(&self) -> &[Vec<Value>] {
        self.rows.get(..self.shown).unwrap_or(&self.rows)
    }

    /// How many rows people are not shown.
    pub(super) fn hidden(&self) -> usize {
        self.rows.len().saturating_sub(self.shown)
    }

    /// On which side each column stands: on the left where it holds words.
    pub(super) fn aligns(&self) -> Vec<Align> {
        let column = |place: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(place));
            let mut filled = cells.filter(|cell| **cell != Value::Nothing);
            filled.next().map_or(Align::Left, Value::align)
        };
        (0..self.columns.len()).map(column).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_rounded_for_people_and_whole_for_programs() {
        let check = |value: Value, people: &str, programs: &str| {
            assert_eq!(value.read(), people);
            assert_eq!(serde_json::to_string(&value).unwrap(), programs);
        };
        let usd: Usd = "1234.567891".parse().unwrap();
        check(Value::Usd(usd), "1,234.57", "\"1234.567891\"");
        check(Value::Exact(usd), "1,234.567891", "\"1234.567891\"");
        let price = "107690.0530163081".parse().unwrap();
        check(Value::Price(price), "107,690.053", "\"107690.0530163081\"");
        check(
            Value::Size("-1.5".parse().unwrap()),
            "-1.5",
            "\"-1.50000000\"",
        );
        check(
            Value::Size("100".parse().unwrap()),
            "100",
            "\"100.00000000\"",
        );
        check(Value::Nothing, "", "null");
        check(Value::Time(Time::from_secs(61)), "00:01:01", "61");
        let share = "0.085437".parse().unwrap();
        check(Value::Share(share), "8.54 %", "\"0.085437000000000000\"");
    }
}
