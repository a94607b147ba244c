use seawall_results::{Better, Column, Head, Row};

use crate::moments::{Estimate, Moments};
use crate::paired::{Contrast, Difference};
use crate::sketch::{Sketch, Tail};

/// Breaches that are told one by one.
const MOST_BREACHES: usize = 100;

/// Everything that a sweep came to, taken path by path; its memory does not grow with the paths.
///
/// ```
/// use seawall_results::{Better, Column, Head, Point, Row};
/// use seawall_sweep::Summary;
/// let loss = Column {
///     id: "bad_debt".into(), label: "of it bad debt (USD)".into(), unit: "USD".into(),
///     places: 6, better: Some(Better::Lower),
/// };
/// let head = Head {
///     engine: "0".into(), question: "Which venue loses more?".into(), plan: "00".into(), set: vec![], seed: 1, paths: 2,
///     sample: 1, points: vec![Point { number: 0, values: vec![] }], venues: vec!["a".into(), "b".into()],
///     drawn: vec![], figures: vec![loss],
/// };
/// let mut summary = Summary::new(&head);
/// for (path, [a, b]) in [(0, [1_000_000, 3_000_000]), (1, [2_000_000, 6_000_000])] {
///     let row = |venue, units| Row {
///         path, point: 0, venue, drawn: vec![], figures: vec![Some(units)], breaches: 0,
///     };
///     summary.take(&[row(0, a), row(1, b)]);
/// }
/// let mean = |venue| summary.cell(0, venue, 0).unwrap().estimate().unwrap().mean;
/// // In millionths of a micro-dollar.
/// assert_eq!([mean(0), mean(1)], [1_500_000_000_000, 4_500_000_000_000]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    head: Head,
    /// By point, venue and figure.
    cells: Vec<Cell>,
    /// By contrast and figure.
    differences: Vec<(Contrast, Vec<Difference>)>,
    /// The sample to which the last path belonged.
    sample: Option<u64>,
    /// The first path.
    first: Option<u64>,
    paths: u64,
    breaches: Vec<Breach>,
    broken: u64,
}

/// One figure in one venue at one point.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    moments: Moments,
    sketch: Sketch,
    /// The least value with the first path that has it.
    least: Option<(i128, u64)>,
    /// The largest.
    most: Option<(i128, u64)>,
}

/// A law that was broken, which is a fault of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breach {
    /// The path.
    pub path: u64,
    /// The place of the point.
    pub point: u32,
    /// The place of the venue.
    pub venue: u32,
    /// How many breaches.
    pub count: u32,
}

/// No figure of a sweep has this id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownMetric {
    /// What was asked for.
    pub id: String,
}

impl Cell {
    fn take(&mut self, value: i128, path: u64) {
        self.moments.take(value);
        self.sketch.take(value);
        if self.least.is_none_or(|(least, _)| value < least) {
            self.least = Some((value, path));
        }
        if self.most.is_none_or(|(most, _)| value > most) {
            self.most = Some((value, path));
        }
    }

    /// Mean, standard error and interval; `None` where no path has the figure.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        self.moments.estimate()
    }

    /// The distribution.
    #[must_use]
    pub const fn sketch(&self) -> &Sketch {
        &self.sketch
    }

    /// The least value and the first path that has it.
    #[must_use]
    pub const fn least(&self) -> Option<(i128, u64)> {
        self.least
    }

    /// The largest value and the first path that has it.
    #[must_use]
    pub const fn most(&self) -> Option<(i128, u64)> {
        self.most
    }

    /// The worst value and the first path that has it: the least where more is better, else the largest.
    #[must_use]
    pub const fn worst(&self, better: Option<Better>) -> Option<(i128, u64)> {
        match better {
            Some(Better::Higher) => self.least,
            _ => self.most,
        }
    }

    /// Whether every value is zero, or there is none.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        let ends = [self.least, self.most];
        ends.iter().flatten().all(|(value, _)| *value == 0)
    }

    /// The expected shortfall at `percent` on the bad side; `None` for a figure that only describes.
    #[must_use]
    pub fn shortfall(&self, better: Option<Better>, percent: u64) -> Option<i128> {
        self.sketch.tail(bad_side(better)?, percent, 100)
    }

    /// The standard error of [`Cell::shortfall`] ([`Sketch::tail_error`]); `None` also where paths are
    /// sampled together, as mirrored ones are.
    #[must_use]
    pub fn shortfall_error(&self, better: Option<Better>, percent: u64) -> Option<i128> {
        let Estimate { count, samples, .. } = self.estimate()?;
        if count != samples {
            return None;
        }
        self.sketch.tail_error(bad_side(better)?, percent, 100)
    }
}

fn bad_side(better: Option<Better>) -> Option<Tail> {
    Some(match better? {
        Better::Higher => Tail::Lower,
        Better::Lower => Tail::Upper,
    })
}

impl Summary {
    /// The summary of no path yet.
    #[must_use]
    pub fn new(head: &Head) -> Self {
        let (points, venues) = (head.points.len(), head.venues.len());
        let figures = head.figures.len();
        let cells = points.saturating_mul(venues).saturating_mul(figures);
        let between = |point| (1..venues).map(move |venue| Contrast::Venue { point, venue });
        let along = |venue| (1..points).map(move |point| Contrast::Point { point, venue });
        let contrasts = (0..points).flat_map(between);
        let contrasts = contrasts.chain((0..venues).flat_map(along));
        Self {
            cells: vec![Cell::default(); cells],
            differences: contrasts
                .map(|contrast| (contrast, vec![Difference::default(); figures]))
                .collect(),
            head: head.clone(),
            sample: None,
            first: None,
            paths: 0,
            breaches: Vec::new(),
            broken: 0,
        }
    }

    /// Makes a sweep that its stop rule ended one of so many paths, which is what its results say, too.
    pub(crate) fn end_at(&mut self, paths: u64) {
        self.head.paths = paths;
    }

    /// Takes the rows of a file in their order.
    ///
    /// **Errors** the first one among the rows; those before it are taken.
    pub fn take_all<E>(&mut self, rows: impl Iterator<Item = Result<Row, E>>) -> Result<(), E> {
        let mut path: Vec<Row> = Vec::new();
        for row in rows {
            let row = row?;
            if path.first().is_some_and(|first| first.path != row.path) {
                self.take(&path);
                path.clear();
            }
            path.push(row);
        }
        self.take(&path);
        Ok(())
    }

    /// Takes all rows of one path. Paths of one independent sample must follow one another; a sample counts
    /// in means and errors from its last path on.
    pub fn take(&mut self, rows: &[Row]) {
        let Some(path) = rows.first().map(|row| row.path) else {
            return;
        };
        let sample = path.checked_div(self.head.sample.max(1));
        if self.sample != sample {
            self.close();
            self.sample = sample;
        }
        self.first.get_or_insert(path);
        self.paths = self.paths.saturating_add(1);
        for row in rows {
            self.take_row(row);
        }
        let mut differences = std::mem::take(&mut self.differences);
        for (contrast, figures) in &mut differences {
            let (one, other) = self.rows_of(*contrast, rows);
            let pairs = one.iter().zip(other).zip(figures);
            for ((one, other), difference) in pairs {
                if let (Some(one), Some(other)) = (one, other) {
                    difference.take(*one, *other);
                }
            }
        }
        self.differences = differences;
        if path
            .saturating_add(1)
            .is_multiple_of(self.head.sample.max(1))
        {
            self.close();
        }
    }

    fn take_row(&mut self, row: &Row) {
        let place = self.place(row.point.try_into().ok(), row.venue.try_into().ok());
        let cells = place.and_then(|place| self.cells.get_mut(place..));
        for (cell, value) in cells.into_iter().flatten().zip(&row.figures) {
            if let Some(value) = value {
                cell.take(*value, row.path);
            }
        }
        if row.breaches > 0 {
            self.broken = self.broken.saturating_add(1);
            if self.breaches.len() < MOST_BREACHES {
                self.breaches.push(Breach {
                    path: row.path,
                    point: row.point,
                    venue: row.venue,
                    count: row.breaches,
                });
            }
        }
    }

    fn rows_of<'r>(
        &self,
        contrast: Contrast,
        rows: &'r [Row],
    ) -> (&'r [Option<i128>], &'r [Option<i128>]) {
        let figures = |point: usize, venue: usize| {
            let place = point.saturating_mul(self.head.venues.len());
            let row = rows.get(place.saturating_add(venue));
            row.map_or(&[][..], |row| row.figures.as_slice())
        };
        match contrast {
            Contrast::Venue { point, venue } => (figures(point, venue), figures(point, 0)),
            Contrast::Point { point, venue } => (figures(point, venue), figures(0, venue)),
        }
    }

    fn close(&mut self) {
        self.cells.iter_mut().for_each(|cell| cell.moments.close());
        let figures = self.differences.iter_mut().flat_map(|(_, each)| each);
        figures.for_each(Difference::close);
    }

    /// The place of the first figure of a venue at a point.
    fn place(&self, point: Option<usize>, venue: Option<usize>) -> Option<usize> {
        let (point, venue) = (point?, venue?);
        if point >= self.head.points.len() || venue >= self.head.venues.len() {
            return None;
        }
        let column = point
            .checked_mul(self.head.venues.len())?
            .checked_add(venue)?;
        column.checked_mul(self.head.figures.len())
    }

    /// What the sweep says of itself.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// Paths taken.
    #[must_use]
    pub const fn paths(&self) -> u64 {
        self.paths
    }

    /// One figure in one venue at one point, by their places.
    #[must_use]
    pub fn cell(&self, point: usize, venue: usize, figure: usize) -> Option<&Cell> {
        self.head.figures.get(figure)?;
        let place = self.place(Some(point), Some(venue))?;
        self.cells.get(place.checked_add(figure)?)
    }

    /// The differences of every figure, contrast by contrast.
    pub fn differences(&self) -> impl Iterator<Item = (Contrast, &[Difference])> {
        let each = self.differences.iter();
        each.map(|(contrast, figures)| (*contrast, figures.as_slice()))
    }

    /// The place of a figure by its id.
    ///
    /// **Errors** [`UnknownMetric`] when no figure has it.
    pub fn figure(&self, id: &str) -> Result<usize, UnknownMetric> {
        let place = self.head.figures.iter().position(|one| one.id == id);
        place.ok_or_else(|| UnknownMetric { id: id.to_owned() })
    }

    /// A figure by its place.
    #[must_use]
    pub fn column(&self, figure: usize) -> Option<&Column> {
        self.head.figures.get(figure)
    }

    /// The first breaches of a law, at most a hundred; none, by law.
    #[must_use]
    pub fn breaches(&self) -> &[Breach] {
        &self.breaches
    }

    /// Runs in which a law was broken.
    #[must_use]
    pub const fn broken(&self) -> u64 {
        self.broken
    }

    /// The number of a point among all points of the sweep, also where some are left out.
    #[must_use]
    pub fn point_number(&self, point: usize) -> u32 {
        self.head.points.get(point).map_or(0, |point| point.number)
    }

    /// The first path and the first after the last one, when they are not all of the sweep's.
    #[must_use]
    pub fn part(&self) -> Option<(u64, u64)> {
        let part = (self.first?, self.first?.saturating_add(self.paths));
        (self.paths != self.head.paths).then_some(part)
    }

    /// What a point is called: its values, or nothing when there is one point only.
    #[must_use]
    pub fn point_name(&self, point: usize) -> String {
        let values = self.head.points.get(point).map(|point| &point.values);
        let each = values.into_iter().flatten();
        let each = each.map(|(key, value)| format!("{key} = {value}"));
        each.collect::<Vec<String>>().join(", ")
    }
}
