use crate::error::ResultsError;
use crate::head::{DIGITS, Head};
use crate::row::Row;
use crate::span::Span;

/// The rows of a span one by one: path, point, venue.
#[derive(Debug)]
pub(crate) struct Order {
    span: Span,
    points: u32,
    venues: u32,
    /// Values that a row has: drawn keys, figures.
    values: [usize; 2],
    next: (u64, u32, u32),
}

impl Order {
    pub(crate) fn new(head: &Head, span: Span) -> Self {
        let count = |length| u32::try_from(length).unwrap_or(u32::MAX);
        Self {
            span,
            points: count(head.points.len()),
            venues: count(head.venues.len()),
            values: [head.drawn.len(), head.figures.len()],
            next: (span.from, 0, 0),
        }
    }

    /// Refuses a row that is not the next one, or that is not as the head says.
    pub(crate) fn accept(&mut self, row: &Row) -> Result<(), ResultsError> {
        let fault = |reason| {
            Err(ResultsError::Row {
                path: row.path,
                point: row.point,
                venue: row.venue,
                reason,
            })
        };
        let (path, point, venue) = self.next;
        if path >= self.span.until {
            return fault(format!("the rows of {} are complete before it", self.span));
        }
        if (row.path, row.point, row.venue) != self.next {
            return fault(format!(
                "the next row is that of path {path}, point {point}, venue {venue}"
            ));
        }
        let found = [row.drawn.len(), row.figures.len()];
        if found != self.values {
            let [drawn, figures] = self.values;
            return fault(format!(
                "it has {} drawn values and {} figures; legal: {drawn} and {figures}",
                row.drawn.len(),
                row.figures.len()
            ));
        }
        let limit = 10_u128.pow(DIGITS);
        let mut large = row.figures.iter().flatten();
        if let Some(units) = large.find(|units| units.unsigned_abs() >= limit) {
            return fault(format!("a figure is {units} units; legal: 38 digits"));
        }
        self.advance();
        Ok(())
    }

    fn advance(&mut self) {
        let (path, point, venue) = self.next;
        let venue = venue.saturating_add(1);
        self.next = match (venue == self.venues, point.saturating_add(1)) {
            (false, _) => (path, point, venue),
            (true, next) if next == self.points => (path.saturating_add(1), 0, 0),
            (true, next) => (path, next, 0),
        };
    }

    /// Refuses an end before the last row.
    pub(crate) fn end(&self) -> Result<(), ResultsError> {
        let (path, point, venue) = self.next;
        if path >= self.span.until {
            return Ok(());
        }
        Err(ResultsError::Unfinished {
            path,
            point,
            venue,
            span: self.span,
        })
    }
}
