//! The same question over many seeds, and exact statistics of the answers.

use std::collections::BTreeMap;

use rayon::prelude::*;
use seawall_scenario::Scenario;

use crate::{Comparison, Instance, SimError, Template, VenueName};

/// Which scenarios are run through which venues with which seeds.
///
/// The n-th seed is the scenario's own plus n, from 0. Where several scenarios are run, each takes
/// the same seeds, those of the first: they are paired seed by seed.
#[derive(Debug, Clone, Copy)]
pub struct Sweep<'a> {
    /// The sets of parameters, at least one.
    pub scenarios: &'a [Scenario],
    /// The venues, in the order of the columns.
    pub venues: &'a [VenueName],
    /// How many seeds.
    pub seeds: u32,
}

impl Sweep<'_> {
    /// The seeds in their order. A file holds none above 2^63 − 1, and none is run.
    pub fn seeds(&self) -> impl Iterator<Item = u64> + use<> {
        let first = self.scenarios.first().map_or(0, |one| one.stated_seed());
        (0..u64::from(self.seeds)).map(move |place| first.wrapping_add(place))
    }
}

/// What a sweep keeps of one seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample<F> {
    /// The seed.
    pub seed: u64,
    /// What was measured.
    pub figures: F,
}

/// Runs every seed, in parallel, and keeps of each only what `measure` takes from its comparisons
/// (one per scenario): memory does not grow with the length of the runs. The samples are in the
/// order of the seeds and the same on any number of threads.
///
/// `known` may give the figures of a seed that was run before; `done` is told of every seed that
/// is finished here, in the order in which they finish.
///
/// **Errors** [`SimError`] of the first seed, in their order, that cannot be run.
pub fn sweep<F: Send>(
    sweep: &Sweep<'_>,
    measure: &(dyn Fn(&[Comparison]) -> F + Sync),
    known: &(dyn Fn(u64) -> Option<F> + Sync),
    done: &(dyn Fn(u64, &F) + Sync),
) -> Result<Vec<Sample<F>>, SimError> {
    let templates = sweep.scenarios.iter().map(Template::new);
    let templates = templates.collect::<Result<Vec<Template<'_>>, SimError>>()?;
    let one = |seed: u64| -> Result<Sample<F>, SimError> {
        if let Some(figures) = known(seed) {
            return Ok(Sample { seed, figures });
        }
        let mut runs = Vec::with_capacity(sweep.scenarios.len());
        for (scenario, template) in sweep.scenarios.iter().zip(&templates) {
            if i64::try_from(seed).is_err() {
                // A file says so of it.
                scenario.with("seed", &seed.to_string())?;
            }
            let instance = Instance { seed, prices: None };
            let mut run = template.compare(&instance, sweep.venues)?;
            for venue in &mut run.venues {
                venue.minutes = Vec::new();
            }
            runs.push(run);
        }
        let figures = measure(&runs);
        done(seed, &figures);
        Ok(Sample { seed, figures })
    };
    let seeds: Vec<u64> = sweep.seeds().collect();
    let samples: Vec<Result<Sample<F>, SimError>> = seeds.into_par_iter().map(one).collect();
    samples.into_iter().collect()
}

/// Where the values of one figure lie over the seeds that have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// How many seeds have the figure.
    pub count: u64,
    /// The least, and the first seed that has it.
    pub min: (i128, u64),
    /// A quarter of the values are at most this.
    pub lower_quartile: i128,
    /// Half of the values are at most this.
    pub median: i128,
    /// Three quarters of the values are at most this.
    pub upper_quartile: i128,
    /// The most, and the first seed that has it.
    pub max: (i128, u64),
}

impl Spread {
    /// Of the values of one figure with their seeds; `None` when there are none.
    ///
    /// **Formula** a quantile p of n values in order stands at place `p·(n − 1)`, counted from 0;
    /// between two places it is joined linearly. The median of an even count is so the middle
    /// between the two middle values. **Units** those of the values. **Rounding** down, towards
    /// minus infinity.
    ///
    /// ```
    /// use seawall_sim::Spread;
    /// let of = |values: &[i128]| Spread::of((0..).zip(values.iter().copied())).unwrap();
    /// // Four values: the middle between 2 and 5 is 3.5, rounded down.
    /// assert_eq!(of(&[9, 2, 5, 1]).median, 3);
    /// // The quartiles stand at places 0.75 and 2.25: 1 + 0.75·1 and 5 + 0.25·4.
    /// assert_eq!((of(&[9, 2, 5, 1]).lower_quartile, of(&[9, 2, 5, 1]).upper_quartile), (1, 6));
    /// assert_eq!(of(&[-2, -1]).median, -2);
    /// assert_eq!(Spread::of([]), None);
    /// ```
    #[must_use]
    pub fn of(values: impl IntoIterator<Item = (u64, i128)>) -> Option<Self> {
        let values: Vec<(u64, i128)> = values.into_iter().collect();
        let mut sorted: Vec<i128> = values.iter().map(|(_, value)| *value).collect();
        sorted.sort_unstable();
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let seed = |of: i128| {
            let found = values.iter().find(|(_, value)| *value == of);
            found.map_or(0, |(seed, _)| *seed)
        };
        Some(Self {
            count: u64::try_from(sorted.len()).unwrap_or(u64::MAX),
            min: (min, seed(min)),
            lower_quartile: quantile(&sorted, 1)?,
            median: quantile(&sorted, 2)?,
            upper_quartile: quantile(&sorted, 3)?,
            max: (max, seed(max)),
        })
    }
}

/// So many quarters of the way through values in order, rounded down.
fn quantile(sorted: &[i128], quarters: usize) -> Option<i128> {
    let place = sorted.len().checked_sub(1)?.checked_mul(quarters)?;
    let (below, part) = (place.checked_div(4)?, place.checked_rem(4)?);
    let low = *sorted.get(below)?;
    let high = *sorted.get(below.saturating_add(1)).unwrap_or(&low);
    let way = high.saturating_sub(low);
    let part = i128::try_from(part).ok()?;
    // By quarters, so that no product overflows: way = 4·a + b.
    let (a, b) = (way.div_euclid(4), way.rem_euclid(4));
    let step = a.saturating_mul(part);
    let rest = b.saturating_mul(part).div_euclid(4);
    Some(low.saturating_add(step).saturating_add(rest))
}

/// Which of two values is the better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// The larger.
    Higher,
    /// The smaller.
    Lower,
}

/// How often one column was best in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wins {
    /// Seeds in which it alone was best.
    pub alone: u64,
    /// Seeds in which it was best together with others.
    pub tied: u64,
}

/// How the columns of one row stand over the seeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranking {
    /// One per column.
    pub wins: Vec<Wins>,
    /// The place of each column in the order that is most frequent, best first, from 0; equal
    /// values share a place, and a column without the figure has none. Of two orders that are
    /// equally frequent, the one that was seen first.
    pub order: Vec<Option<usize>>,
    /// Seeds in which the order is another one.
    pub flips: u64,
}

/// How often each column was best, and how often the order was another than the most frequent.
/// `rows` has one value per column for each seed; a column without the figure is not ranked. A
/// seed in which fewer than two columns have the figure has no best.
///
/// ```
/// use seawall_sim::{Better, ranking};
/// let seeds = [[Some(1), Some(2)], [Some(1), Some(3)], [Some(4), Some(4)], [Some(9), Some(8)]];
/// let ranking = ranking(Better::Lower, seeds.iter().map(|seed| seed.as_slice()));
/// assert_eq!((ranking.wins[0].alone, ranking.wins[1].alone), (2, 1));
/// assert_eq!((ranking.wins[0].tied, ranking.wins[1].tied), (1, 1));
/// // The first two seeds agree; the tie and the fourth do not.
/// assert_eq!(ranking.flips, 2);
/// ```
#[must_use]
pub fn ranking<'r>(better: Better, rows: impl IntoIterator<Item = &'r [Option<i128>]>) -> Ranking {
    let mut wins: Vec<Wins> = Vec::new();
    let mut orders: BTreeMap<Vec<Option<usize>>, (u64, usize)> = BTreeMap::new();
    let mut seeds = 0_u64;
    for (place, row) in rows.into_iter().enumerate() {
        seeds = seeds.saturating_add(1);
        wins.resize(row.len().max(wins.len()), Wins::default());
        let order = places(better, row);
        let ranked = order.iter().flatten().count();
        let best = order.iter().filter(|place| **place == Some(0)).count();
        for (column, stands) in wins.iter_mut().zip(&order) {
            match (*stands == Some(0) && ranked > 1, best) {
                (true, 1) => column.alone = column.alone.saturating_add(1),
                (true, _) => column.tied = column.tied.saturating_add(1),
                _ => {}
            }
        }
        let entry = orders.entry(order).or_insert((0, place));
        entry.0 = entry.0.saturating_add(1);
    }
    let most = orders
        .into_iter()
        .max_by_key(|(_, (count, first))| (*count, std::cmp::Reverse(*first)));
    let (order, count) = most.map_or((Vec::new(), 0), |(order, (count, _))| (order, count));
    let flips = seeds.saturating_sub(count);
    Ranking { wins, order, flips }
}

/// The place of each value, best first.
fn places(better: Better, row: &[Option<i128>]) -> Vec<Option<usize>> {
    let ahead = |of: i128| {
        let others = row.iter().flatten();
        let is_better = |other: &&i128| match better {
            Better::Higher => **other > of,
            Better::Lower => **other < of,
        };
        others.filter(is_better).count()
    };
    row.iter().map(|value| value.map(ahead)).collect()
}
