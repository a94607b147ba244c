//! When enough paths were run.

use ethnum::I256;
use seawall_report::figures::Row as Figure;
use seawall_scenario::Sweep;
use seawall_sim::VenueName;
use seawall_units::{Ratio, Tokens};

use crate::plan::metric;
use crate::summary::Summary;
use crate::{FINE_PLACES, SweepError};

/// A stop rule with its places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stop {
    figure: usize,
    venue: usize,
    limit: Limit,
    least: u64,
    every: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    Absolute(Tokens),
    Relative(Ratio),
}

impl Stop {
    pub(crate) fn of(
        sweep: &Sweep,
        figures: &[Figure],
        venues: &[VenueName],
    ) -> Result<Option<Self>, SweepError> {
        let Some(rule) = &sweep.file().stop else {
            return Ok(None);
        };
        let figure = metric(sweep, figures, ("stop.metric", &rule.metric))?;
        let venue = venues.iter().position(|venue| venue.as_str() == rule.venue);
        let Some(venue) = venue else {
            let names: Vec<&str> = venues.iter().map(|venue| venue.as_str()).collect();
            let found = format!("`{}`, which is not run", rule.venue);
            return Err(sweep.refuse("stop.venue", &found, &names.join(", ")).into());
        };
        let absolute = rule.absolute.map(Limit::Absolute);
        let limit = absolute.or(rule.relative.map(Limit::Relative));
        Ok(limit.map(|limit| Self {
            figure,
            venue,
            limit,
            least: rule.least,
            every: rule.every,
        }))
    }

    /// Whether so many paths are enough: looked at after fixed numbers of them only, so that the answer
    /// depends on nothing else.
    pub(crate) fn is_met(&self, summary: &Summary) -> bool {
        let paths = summary.paths();
        if paths < self.least || !paths.is_multiple_of(self.every) {
            return false;
        }
        let points = 0..summary.head().points.len();
        let mut points = points.map(|point| self.is_met_at(summary, point));
        points.all(|met| met == Some(true))
    }

    fn is_met_at(&self, summary: &Summary, point: usize) -> Option<bool> {
        let estimate = summary.cell(point, self.venue, self.figure)?.estimate()?;
        let error = I256::from(estimate.error?);
        let places = summary
            .column(self.figure)?
            .places
            .saturating_add(FINE_PLACES);
        let power = |exponent: u32| I256::from(10).checked_pow(exponent);
        let (error, limit) = match self.limit {
            Limit::Absolute(limit) => (
                error.checked_mul(power(Tokens::PLACES)?)?,
                I256::from(limit.units()).checked_mul(power(places)?)?,
            ),
            // What was never seen may be rare: nothing is a share of nothing.
            Limit::Relative(_) if estimate.mean == 0 => return Some(false),
            Limit::Relative(share) => (
                error.checked_mul(power(Ratio::PLACES)?)?,
                I256::from(estimate.mean.checked_abs()?).checked_mul(I256::from(share.units()))?,
            ),
        };
        Some(error <= limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seawall_results::{Column, Head, Point, Row};

    fn summary(values: &[i128]) -> Summary {
        let mut summary = Summary::new(&Head {
            engine: String::new(),
            question: String::new(),
            plan: String::new(),
            set: Vec::new(),
            seed: 0,
            paths: 100,
            sample: 1,
            points: vec![Point {
                number: 0,
                values: Vec::new(),
            }],
            venues: vec![String::from("tranched")],
            drawn: Vec::new(),
            figures: vec![Column {
                id: String::from("bad_debt"),
                label: String::from("bad debt"),
                unit: String::from("USD"),
                places: 6,
                better: None,
            }],
        });
        for (path, value) in (0..).zip(values) {
            let figures = vec![Some(value * 1_000_000)];
            let (point, venue, drawn, breaches) = (0, 0, Vec::new(), 0);
            summary.take(&[Row {
                path,
                point,
                venue,
                drawn,
                figures,
                breaches,
            }]);
        }
        summary
    }

    /// 2, 4, 4, 4, 5, 5, 7 and 9 USD: mean 5, standard error 0.755929.
    #[test]
    fn it_stops_where_the_error_is_small_enough_and_it_looks() {
        let enough = summary(&[2, 4, 4, 4, 5, 5, 7, 9]);
        let rule = |limit, least, every| Stop {
            figure: 0,
            venue: 0,
            limit,
            least,
            every,
        };
        let absolute = |text: &str| Limit::Absolute(text.parse().unwrap());
        let relative = |text: &str| Limit::Relative(text.parse().unwrap());
        assert!(rule(absolute("0.76"), 2, 4).is_met(&enough));
        assert!(!rule(absolute("0.75"), 2, 4).is_met(&enough));
        // 0.755929 of 5 is 15.12 %.
        assert!(rule(relative("15.2%"), 2, 4).is_met(&enough));
        assert!(!rule(relative("15.1%"), 2, 4).is_met(&enough));
        assert!(!rule(absolute("1"), 9, 4).is_met(&enough), "too few paths");
        assert!(
            !rule(absolute("1"), 2, 3).is_met(&enough),
            "it does not look here"
        );
    }
}
