//! The summary as text.

use std::borrow::Cow;

use seawall_report::WIDTH;
use seawall_report::digits::count;
use seawall_report::sets::columns;
use seawall_report::table::Ink;
use seawall_report::wrap::wrapped;
use seawall_results::Column;

use crate::figure::{fine_of, read, section, share, told};
use crate::long::TAILS;
use crate::moments::Estimate;
use crate::paired::{Contrast, Difference};
use crate::summary::{Cell, Summary, UnknownMetric};

/// Figures that a sweep over several points shows beside the one that is asked for.
const HEADLINES: [&str; 6] = [
    "bad_debt",
    "residual",
    "winners_taken",
    "senior_drawdown",
    "junior_drawdown",
    "lp_return",
];
/// More points than this are not told one by one.
const MOST_POINTS: usize = 60;

const LEGEND: &str = "±: half of the 95 % interval of the mean, Student's over independent samples. n/a: the \
    venue has no such figure. CVaR is the mean of the worst 5 % or 1 % of the paths. Bins put quantiles and CVaR \
    within 1/128 of what these paths have; what other paths would have is a CVaR's s.e. away, if hundreds of \
    paths are in its tail. A difference is taken path by path on the same prices; its interval is that of the \
    mean difference, one that spans 0 shows no difference, and tails may rank otherwise than means. The cost of \
    an order is that of its filled part; a negative cost is a gain. Figures are rounded for reading; the JSON is \
    not.";

/// A summary, the figure that is looked at closely, and how the sweep is called.
#[derive(Debug, Clone, Copy)]
pub struct SummaryReport<'a> {
    pub(crate) summary: &'a Summary,
    pub(crate) by: usize,
    pub(crate) source: &'a str,
}

impl<'a> SummaryReport<'a> {
    /// A report that looks closely at the figure `by`; `source` is the sweep's file, as the command
    /// that runs one path again names it.
    ///
    /// **Errors** [`UnknownMetric`] when no figure is called so.
    pub fn new(summary: &'a Summary, by: &str, source: &'a str) -> Result<Self, UnknownMetric> {
        Ok(Self {
            by: summary.figure(by)?,
            summary,
            source,
        })
    }

    /// For people.
    #[must_use]
    pub fn table(&self, ink: Ink) -> String {
        let mut text = self.heading(ink);
        for section in self.sections() {
            text.push_str(&format!("\n{}\n", ink.bold(&section.title)));
            text.push_str(&columns(&section.lines, ink));
            for note in &section.notes {
                text.push_str(&wrapped("", note, WIDTH));
            }
        }
        text.push('\n');
        text.push_str(&wrapped("", LEGEND, WIDTH));
        text.push_str(&self.breaches());
        text.push_str(&self.worst(ink));
        text
    }

    fn heading(&self, ink: Ink) -> String {
        let mut text: String = wrapped("", &self.summary.head().question, WIDTH)
            .lines()
            .map(|line| format!("{}\n", ink.bold(line)))
            .collect();
        for (name, fact) in self.facts() {
            text.push_str(&wrapped(&format!("  {name}: "), &fact, WIDTH));
        }
        text
    }

    /// What was run, by name.
    pub(crate) fn facts(&self) -> Vec<(&'static str, String)> {
        let head = self.summary.head();
        let plan: String = head.plan.chars().take(12).collect();
        let paths = count(self.summary.paths());
        let paths = match self.summary.part() {
            None => paths,
            Some((from, until)) => format!("{paths} ({from}..{until} of {})", count(head.paths)),
        };
        let paths = match head.sample {
            0 | 1 => format!("{paths}, independent"),
            sample => format!("{paths} in independent samples of {sample}"),
        };
        let mut facts = vec![
            ("sweep", format!("seed {}, plan {plan}", head.seed)),
            ("paths", paths),
            ("venues", head.venues.join(", ")),
        ];
        if head.points.len() > 1 {
            facts.push(("points", head.points.len().to_string()));
        }
        if !head.drawn.is_empty() {
            facts.push(("drawn for each path", head.drawn.join(", ")));
        }
        facts
    }

    /// The tables, those of a single point or those over points.
    pub(crate) fn sections(&self) -> Vec<Table> {
        let head = self.summary.head();
        let mut sections = Vec::new();
        match head.points.len() {
            0 | 1 => sections.push(self.every_figure()),
            _ => sections.extend(self.over_points()),
        }
        sections.push(self.distribution());
        sections.push(self.tails());
        sections.extend(self.contrasts());
        sections
    }

    /// Every figure of the one point.
    fn every_figure(&self) -> Table {
        let head = self.summary.head();
        let mut table = Table::new("Means", head.venues.iter().map(String::as_str));
        let mut last = None;
        let (mut zero, mut absent) = (Vec::new(), Vec::new());
        for (figure, column) in head.figures.iter().enumerate() {
            let cells: Vec<Option<&Cell>> = self.row(0, figure);
            let mut known = cells.iter().flatten();
            if known.clone().all(|cell| cell.is_nothing()) {
                match known.any(|cell| cell.estimate().is_some()) {
                    true => zero.push(column.id.as_str()),
                    false => absent.push(column.id.as_str()),
                }
                continue;
            }
            if let Some(section) =
                section(column).filter(|section| last.replace(*section) != Some(*section))
            {
                table.lines.push(vec![section.title().to_owned()]);
            }
            let largest = largest(&cells);
            let mut means = vec![format!("  {}", column.label)];
            let mut halves = vec![String::new()];
            for cell in cells {
                let estimate = cell.and_then(Cell::estimate);
                means.push(mean(column, estimate, largest));
                halves.push(half(column, estimate, largest));
            }
            table.lines.push(means);
            table.lines.push(halves);
        }
        let notes = [
            ("Zero on every path, in every venue that has it", zero),
            ("No figure on any path in any venue", absent),
        ];
        let notes = notes.iter().filter(|(_, columns)| !columns.is_empty());
        table.notes = notes
            .map(|(what, columns)| format!("{what}: {}.", columns.join(", ")))
            .collect();
        table
    }

    /// The headlines, point by point.
    fn over_points(&self) -> Vec<Table> {
        let head = self.summary.head();
        let named = HEADLINES
            .iter()
            .filter_map(|id| self.summary.figure(id).ok());
        let mut figures = vec![self.by];
        figures.extend(named.filter(|figure| *figure != self.by));
        let mut tables = Vec::new();
        for figure in figures {
            let Some(column) = self.summary.column(figure) else {
                continue;
            };
            let title = format!("Mean of {}", name(column));
            let mut table = Table::new(&title, head.venues.iter().map(String::as_str));
            let rows: Vec<Vec<Option<&Cell>>> = (0..head.points.len())
                .map(|point| self.row(point, figure))
                .collect();
            if rows
                .iter()
                .flatten()
                .flatten()
                .all(|cell| cell.is_nothing())
            {
                continue;
            }
            let largest = scale(rows.iter().flatten());
            for (point, cells) in rows.iter().enumerate().take(MOST_POINTS) {
                let mut line = vec![self.point(point)];
                for cell in cells {
                    let estimate = cell.and_then(Cell::estimate);
                    let (mean, half) = (
                        mean(column, estimate, largest),
                        half(column, estimate, largest),
                    );
                    line.push(format!("{mean} {half}").trim_end().to_owned());
                }
                table.lines.push(line);
            }
            table.cut(head.points.len());
            tables.push(table);
        }
        tables
    }

    /// The distribution of the figure that is looked at.
    fn distribution(&self) -> Table {
        let heads = ["mean", "s.e.", "1 %", "5 %", "median", "95 %", "99 %"];
        self.spread("Distribution", &heads, &|_, cell, estimate| {
            let quantiles = [1, 5, 50, 95, 99].map(|percent| cell.sketch().quantile(percent, 100));
            let mut line = vec![Some(estimate.mean), estimate.error];
            line.extend(quantiles);
            line
        })
    }

    /// Its bad side.
    fn tails(&self) -> Table {
        let heads = ["CVaR 95", "s.e.", "CVaR 99", "s.e.", "worst"];
        self.spread("The bad end", &heads, &|column, cell, _| {
            let tails = TAILS.iter().flat_map(|percent| {
                [
                    cell.shortfall(column.better, *percent),
                    cell.shortfall_error(column.better, *percent),
                ]
            });
            let worst = cell.worst(column.better).map(|(units, _)| fine_of(units));
            tails.chain([worst]).collect()
        })
    }

    /// Statistics of the figure that is looked at, a row for each point and venue.
    fn spread(&self, what: &str, heads: &[&str], statistics: Statistics<'_>) -> Table {
        let head = self.summary.head();
        let Some(column) = self.summary.column(self.by) else {
            return Table::new("", heads.iter().copied());
        };
        let title = format!("{what} of {}", name(column));
        let mut table = Table::new(&title, heads.iter().copied());
        let rows = (0..head.points.len()).map(|point| self.row(point, self.by));
        let largest = scale(rows.collect::<Vec<_>>().iter().flatten());
        for point in (0..head.points.len()).take(MOST_POINTS) {
            for (cell, venue) in self.row(point, self.by).iter().zip(&head.venues) {
                let name = self.place(point, venue);
                let Some((cell, estimate)) = cell.and_then(|cell| Some((cell, cell.estimate()?)))
                else {
                    table.lines.push(vec![name, String::from("n/a")]);
                    continue;
                };
                let shown = |value: Option<i128>| match value {
                    Some(value) => read(column, value, largest),
                    None => String::from("n/a"),
                };
                let mut line = vec![name];
                line.extend(statistics(column, cell, &estimate).into_iter().map(shown));
                table.lines.push(line);
            }
        }
        table.cut(head.points.len());
        table
    }

    /// The differences of the figure that is looked at.
    fn contrasts(&self) -> Option<Table> {
        let column = self.summary.column(self.by)?;
        let heads = ["mean", "s.e.", "95 % from", "to", "better", "equal"];
        let title = format!("Difference of {} on the same paths", name(column));
        let mut table = Table::new(&title, heads);
        for (contrast, figures) in self.summary.differences() {
            let difference = figures.get(self.by)?;
            let point = match contrast {
                Contrast::Venue { point, .. } | Contrast::Point { point, .. } => point,
            };
            if point >= MOST_POINTS {
                continue;
            }
            let mut line = vec![self.contrast(contrast)];
            line.extend(difference_cells(column, difference));
            table.lines.push(line);
        }
        (table.lines.len() > 1).then_some(table)
    }

    /// The command that runs the worst path of each venue again.
    fn worst(&self, ink: Ink) -> String {
        let head = self.summary.head();
        let Some(column) = self.summary.column(self.by) else {
            return String::new();
        };
        let mut text = format!("\n{}\n", ink.bold(&format!("Worst paths by {}", column.id)));
        for (venue, name) in head.venues.iter().enumerate() {
            if let Some(same) = self.same_everywhere(venue) {
                let value = told(column, same);
                text.push_str(&format!("  {name}: {value} on every path\n"));
                continue;
            }
            match self.worst_of(venue) {
                None => text.push_str(&format!("  {name}: n/a\n")),
                Some((units, path, point)) => {
                    let value = told(column, units);
                    text.push_str(&format!("  {name}: {value} on path {path}\n"));
                    let point = match self.summary.point_number(point) {
                        0 => String::new(),
                        number => format!(" --point {number}"),
                    };
                    let (source, flags) = (self.source, flags(&head.set));
                    text.push_str(&format!(
                        "    seawall path {source}{flags} --path {path}{point} --venue {name} --journal worst-{name}.jsonl\n"
                    ));
                }
            }
        }
        text
    }

    /// The value that a venue has on every path at every point, where it is one and the same.
    fn same_everywhere(&self, venue: usize) -> Option<i128> {
        let points = 0..self.summary.head().points.len();
        let cells = points.map(|point| self.summary.cell(point, venue, self.by));
        let ends = cells.flatten().flat_map(|cell| [cell.least(), cell.most()]);
        let mut values = ends.flatten().map(|(value, _)| value);
        let first = values.next()?;
        values.all(|value| value == first).then_some(first)
    }

    /// The worst value of a venue over all points, its path and its point.
    pub(crate) fn worst_of(&self, venue: usize) -> Option<(i128, u64, usize)> {
        let better = self.summary.column(self.by)?.better;
        let mut worst: Option<(i128, u64, usize)> = None;
        for point in 0..self.summary.head().points.len() {
            let cell = self.summary.cell(point, venue, self.by)?;
            let Some((units, path)) = cell.worst(better) else {
                continue;
            };
            let is_worse = |(other, ..): (i128, u64, usize)| match better {
                Some(seawall_results::Better::Higher) => units < other,
                _ => units > other,
            };
            if worst.is_none_or(is_worse) {
                worst = Some((units, path, point));
            }
        }
        worst
    }

    fn breaches(&self) -> String {
        let mut text = String::new();
        for breach in self.summary.breaches() {
            let venue = usize::try_from(breach.venue).ok();
            let venue = venue.and_then(|venue| self.summary.head().venues.get(venue));
            text.push_str(&format!(
                "law broken: path {}, point {}, {}: {} breaches\n",
                breach.path,
                breach.point,
                venue.map_or("", String::as_str),
                breach.count
            ));
        }
        text
    }

    pub(crate) fn row(&self, point: usize, figure: usize) -> Vec<Option<&'a Cell>> {
        let venues = 0..self.summary.head().venues.len();
        venues
            .map(|venue| self.summary.cell(point, venue, figure))
            .collect()
    }

    /// A point's number and values.
    fn point(&self, point: usize) -> String {
        let number = self.summary.point_number(point);
        format!("{number}: {}", self.summary.point_name(point))
    }

    /// A venue, with the point where there are several.
    fn place(&self, point: usize, venue: &str) -> String {
        match self.summary.head().points.len() {
            0 | 1 => venue.to_owned(),
            _ => format!("{}: {venue}", self.summary.point_number(point)),
        }
    }

    pub(crate) fn contrast(&self, contrast: Contrast) -> String {
        let head = self.summary.head();
        let venue = |place: usize| head.venues.get(place).map_or("", String::as_str);
        match contrast {
            Contrast::Venue { point, venue: one } => {
                let one = self.place(point, venue(one));
                format!("{one} − {}", venue(0))
            }
            Contrast::Point { point, venue: one } => {
                let [point, first] = [point, 0].map(|point| self.summary.point_number(point));
                format!("{}: {point} − {first}", venue(one))
            }
        }
    }
}

/// What stands in a row of a table of statistics.
type Statistics<'s> = &'s dyn Fn(&Column, &Cell, &Estimate) -> Vec<Option<i128>>;

/// One table of the summary: the first line is its head.
pub(crate) struct Table {
    pub(crate) title: String,
    pub(crate) lines: Vec<Vec<String>>,
    pub(crate) notes: Vec<String>,
}

impl Table {
    fn new<'h>(title: &str, heads: impl IntoIterator<Item = &'h str>) -> Self {
        let heads = heads.into_iter().map(str::to_owned);
        Self {
            title: title.to_owned(),
            lines: vec![std::iter::once(String::new()).chain(heads).collect()],
            notes: Vec::new(),
        }
    }

    /// Says how many points are left out.
    fn cut(&mut self, points: usize) {
        if points > MOST_POINTS {
            let left = points.saturating_sub(MOST_POINTS);
            let note = format!("{left} more points; --format csv has all of them.");
            self.notes.push(note);
        }
    }
}

/// A figure's label by itself, without what ties it to the row above it in the table of figures.
fn name(column: &Column) -> &str {
    column.label.strip_prefix("of it ").unwrap_or(&column.label)
}

/// The least of the largest magnitudes of several cells: what the decimals of a table of one figure go by,
/// so that its small values are not lost.
fn scale<'c>(cells: impl Iterator<Item = &'c Option<&'c Cell>>) -> u128 {
    let each = cells.map(|cell| largest(&[*cell]));
    each.filter(|largest| *largest > 0).min().unwrap_or(0)
}

fn largest(cells: &[Option<&Cell>]) -> u128 {
    let ends = cells
        .iter()
        .flatten()
        .flat_map(|cell| [cell.least(), cell.most()]);
    let magnitudes = ends
        .flatten()
        .map(|(units, _)| fine_of(units).unsigned_abs());
    magnitudes.max().unwrap_or(0)
}

fn mean(column: &Column, estimate: Option<Estimate>, largest: u128) -> String {
    match estimate {
        Some(estimate) => read(column, estimate.mean, largest),
        None => String::from("n/a"),
    }
}

/// Half of the interval; nothing where there is none or every value is the same.
fn half(column: &Column, estimate: Option<Estimate>, largest: u128) -> String {
    let half = estimate.and_then(|estimate| {
        let (low, _) = estimate.interval?;
        estimate.mean.checked_sub(low)
    });
    match half {
        Some(0) | None => String::new(),
        Some(half) => format!("± {}", read(column, half, largest)),
    }
}

fn difference_cells(column: &Column, difference: &Difference) -> Vec<String> {
    let Some(estimate) = difference.estimate() else {
        return vec![String::from("n/a")];
    };
    let ends = estimate.interval.map_or([0, 0], |(low, high)| [low, high]);
    let parts = [estimate.mean, ends[0], ends[1]];
    let largest = parts.iter().map(|part| part.unsigned_abs()).max();
    let shown = |value: Option<i128>| match value {
        Some(value) => read(column, value, largest.unwrap_or(0)),
        None => String::from("n/a"),
    };
    let count = difference.count();
    vec![
        shown(Some(estimate.mean)),
        shown(estimate.error),
        shown(estimate.interval.map(|(low, _)| low)),
        shown(estimate.interval.map(|(_, high)| high)),
        difference
            .better(column.better)
            .map_or_else(|| String::from("n/a"), |better| share(better, count)),
        share(difference.equal, count),
    ]
}

/// The flags that put these values in the place of what the file states.
fn flags(set: &[(String, String)]) -> String {
    let each = set.iter().map(|(key, value)| match key.as_str() {
        "seed" | "paths" => format!(" --{key} {value}"),
        _ => {
            let text = format!("{key}={value}");
            let quoted = shlex::try_quote(&text).map(Cow::into_owned);
            format!(" --set {}", quoted.unwrap_or(text))
        }
    });
    each.collect()
}
