//! A condition on a figure, as text: `tranched.senior_drawdown < 1%`.

use seawall_scenario::nearest;
use seawall_sim::{Bound, VenueName, on_grid};

use crate::figures::{Row, rows};
use crate::metric::Unit;

/// A condition on one figure of one venue.
#[derive(Clone)]
pub struct Condition {
    /// In which venue.
    pub venue: VenueName,
    /// The figure.
    pub row: Row,
    /// What it must be.
    pub bound: Bound,
}

/// Why a text is no condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` {found}; legal: {legal}")]
pub struct NoCondition {
    text: String,
    found: String,
    legal: String,
}

impl Condition {
    /// From a text: a metric of docs/metrics.md, an operator (`<`, `<=`, `>`, `>=`) and a number in
    /// the unit of the JSON. A share may be given in per cent, a cost also with `bp`. A venue and
    /// a dot may stand before the metric; without them the tranched market is meant.
    ///
    /// **Errors** [`NoCondition`] with what is legal, and the nearest metric.
    ///
    /// ```
    /// use seawall_report::condition::Condition;
    /// use seawall_sim::{Bound, VenueName};
    /// let condition = Condition::parse("senior_drawdown < 1%")?;
    /// assert_eq!(condition.venue, VenueName::Tranched);
    /// assert_eq!(condition.bound, Bound::Below(10_000_000_000_000_000));
    /// let same = Condition::parse("tranched.senior_drawdown<0.01")?;
    /// assert_eq!(same.bound, condition.bound);
    /// let error = Condition::parse("senior_drawdwn < 1%").err().map(|error| error.to_string());
    /// assert!(error.unwrap_or_default().contains("did you mean `senior_drawdown`?"));
    /// # Ok::<(), seawall_report::condition::NoCondition>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, NoCondition> {
        Self::parse_among(text, &rows())
    }

    /// The same with these rows, such as those of a scenario with arbitrageurs.
    ///
    /// **Errors** as [`Condition::parse`].
    pub fn parse_among(text: &str, rows: &[Row]) -> Result<Self, NoCondition> {
        let refuse = |found: String, legal: &str| NoCondition {
            text: text.chars().take(200).collect(),
            found,
            legal: legal.to_owned(),
        };
        let Some(at) = text.find(['<', '>']) else {
            let legal = "METRIC < NUMBER, with <, <=, > or >=";
            return Err(refuse(String::from("has no operator"), legal));
        };
        let (left, right) = text.split_at(at);
        let is_below = right.starts_with('<');
        let right = right.get(1..).unwrap_or_default();
        let (includes, limit) = match right.strip_prefix('=') {
            Some(limit) => (true, limit.trim()),
            None => (false, right.trim()),
        };
        let (venue, id) = match left.trim().split_once('.') {
            None => (VenueName::Tranched, left.trim()),
            Some((venue, id)) => match venue.parse() {
                Ok(venue) => (venue, id),
                Err(_) => {
                    let found = format!("names no venue: `{venue}`");
                    return Err(refuse(found, "tranched, hyperliquid, gmx"));
                }
            },
        };
        let Some(row) = rows.iter().find(|row| row.id == id) else {
            let hint = nearest(id, rows.iter().map(|row| row.id.as_str()));
            let hint = hint.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            let found = format!("names no metric: `{id}`{hint}");
            return Err(refuse(found, "a metric of docs/metrics.md"));
        };
        let Some(units) = limit_units(row, limit) else {
            let found = format!("has no limit: `{limit}`");
            let legal = format!("a number in the unit of `{id}` in the JSON, {}", unit(row));
            return Err(refuse(found, &legal));
        };
        let bound = match (is_below, includes) {
            (true, false) => Bound::Below(units),
            (true, true) => Bound::AtMost(units),
            (false, false) => Bound::Above(units),
            (false, true) => Bound::AtLeast(units),
        };
        Ok(Self {
            venue,
            row: row.clone(),
            bound,
        })
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (operator, limit) = match self.bound {
            Bound::Below(limit) => ("<", limit),
            Bound::AtMost(limit) => ("<=", limit),
            Bound::Above(limit) => (">", limit),
            Bound::AtLeast(limit) => (">=", limit),
        };
        let limit = self.row.fine(limit);
        write!(f, "{}.{} {operator} {limit}", self.venue, self.row.id)
    }
}

/// The limit on the row's grid.
fn limit_units(row: &Row, text: &str) -> Option<i128> {
    let has_suffix = text.ends_with('%') || text.ends_with("bp");
    let places = match (row.metric.unit, has_suffix) {
        // A ratio has two places more than its per cent and four more than its basis points.
        (Unit::Percent | Unit::Bps, true) => 18,
        (_, true) => return None,
        (_, false) => row.places(),
    };
    on_grid(text, places)
}

const fn unit(row: &Row) -> &'static str {
    match row.metric.unit {
        Unit::Usd | Unit::ExactUsd => "USD with at most six decimals",
        Unit::Base => "units of the base asset",
        Unit::Percent => "a share such as 0.01 or 1%",
        Unit::Bps => "basis points such as 25 or 0.25%",
        Unit::Count => "a whole number",
        Unit::Minutes => "minutes",
    }
}
