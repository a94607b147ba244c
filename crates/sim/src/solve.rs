//! The value of one key at which a condition begins or ceases to hold.

use rayon::prelude::*;
use seawall_scenario::{Scenario, ScenarioError};

use crate::seeds::{Spread, Sweep, sweep};
use crate::{SimError, VenueName, VenueOutcome, parameters};

/// A key and the values that it may take: `from`, `from + step`, … and `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    name: String,
    places: u32,
    from: i128,
    to: i128,
    step: i128,
    last: i128,
}

/// Short keys, whose grid is that of money (M-11.1).
const SHORT: [&str; 3] = ["market.senior", "market.junior", "market.insurance"];

/// Decimal places of money.
const MONEY: u32 = seawall_units::Usd::PLACES;

impl Key {
    /// A key of a scenario with a bracket and a step, all as decimal texts. The grid is the key's
    /// own: whole numbers for counts, 10^-6 for money, 10^-18 for ratios. Without a step, a
    /// thousandth of the bracket, rounded down to the grid, at least one unit of it.
    ///
    /// **Errors** [`SolveError::Key`] when the scenario has no such key with a number, or a text is
    /// no number on its grid, or the bracket is empty.
    pub fn new(
        scenario: &Scenario,
        name: &str,
        (from, to): (&str, &str),
        step: Option<&str>,
    ) -> Result<Self, SolveError> {
        let places = places(scenario, name)?;
        let refuse = |found: String, legal: String| SolveError::Key {
            key: name.to_owned(),
            found,
            legal,
        };
        let read = |flag: &str, text: &str| {
            let legal = format!("a decimal number with at most {places} decimal places");
            let found = format!("`{flag} {text}`");
            on_grid(text, places).ok_or_else(|| refuse(found, legal))
        };
        let (low, high) = (read("--from", from)?, read("--to", to)?);
        if low >= high {
            let found = format!("bracketed from {from} to {to}");
            return Err(refuse(found, String::from("`--from` below `--to`")));
        }
        let span = high.saturating_sub(low);
        let step = match step {
            None => span.checked_div(1000).unwrap_or(1).max(1),
            Some(text) => match read("--tolerance", text)? {
                step if step > 0 && step <= span => step,
                _ => {
                    let legal = format!("above 0, at most {}", decimal(span, places));
                    return Err(refuse(format!("`--tolerance {text}`"), legal));
                }
            },
        };
        let whole = span.checked_div(step).unwrap_or(1);
        // The last step may be shorter.
        let rest = i128::from(whole.saturating_mul(step) < span);
        Ok(Self {
            name: name.to_owned(),
            places,
            from: low,
            to: high,
            step,
            last: whole.saturating_add(rest),
        })
    }

    /// The key.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The distance between two values.
    #[must_use]
    pub fn step(&self) -> String {
        decimal(self.step, self.places)
    }

    /// The value at a place.
    fn value(&self, place: i128) -> String {
        let units = self.from.saturating_add(self.step.saturating_mul(place));
        decimal(units.min(self.to), self.places)
    }

    /// Places evenly over the bracket, both ends among them.
    fn coarse(&self, parts: u32) -> Vec<i128> {
        let parts = i128::from(parts.max(1));
        let place = |part: i128| self.last.saturating_mul(part).checked_div(parts);
        let mut list: Vec<i128> = (0..=parts).filter_map(place).collect();
        list.dedup();
        list
    }
}

/// Decimal places of a key's grid, from the value that the scenario has there.
fn places(scenario: &Scenario, name: &str) -> Result<u32, SolveError> {
    if SHORT.contains(&name) {
        return Ok(MONEY);
    }
    let list = parameters(scenario)?;
    let refuse = |found: String| SolveError::Key {
        key: name.to_owned(),
        found,
        legal: String::from("the dotted path of a number that the scenario has"),
    };
    let Some(value) = list.get(name) else {
        let names = SHORT.into_iter().chain(list.keys().map(String::as_str));
        let hint = match seawall_scenario::nearest(name, names) {
            Some(near) => format!("not there; did you mean `{near}`?"),
            None => String::from("not there"),
        };
        return Err(refuse(hint));
    };
    let places = value.split_once('.').map_or(0, |(_, part)| part.len());
    let places = u32::try_from(places).unwrap_or(0);
    match on_grid(value, places) {
        Some(_) => Ok(places),
        None => Err(refuse(format!("`{value}`"))),
    }
}

/// A decimal text as a number of units of `10^-places`; `bp` and `%` where they fall on the grid.
///
/// ```
/// use seawall_sim::on_grid;
/// assert_eq!(on_grid("1.5", 6), Some(1_500_000));
/// assert_eq!(on_grid("2%", 18), Some(20_000_000_000_000_000));
/// assert_eq!((on_grid("1.5", 0), on_grid("one", 6)), (None, None));
/// ```
#[must_use]
pub fn on_grid(text: &str, places: u32) -> Option<i128> {
    let text = text.replace(['_', ','], "");
    let text = text.trim();
    let (number, down) = match (text.strip_suffix('%'), text.strip_suffix("bp")) {
        (Some(number), _) => (number.trim(), 2),
        (None, Some(number)) => (number.trim(), 4),
        (None, None) => (text, 0_u32),
    };
    let (sign, number) = match number.strip_prefix('-') {
        Some(number) => (-1, number),
        None => (1, number),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) {
        return None;
    }
    let part = part.trim_end_matches('0');
    let units: i128 = format!("{whole}{part}").parse().ok()?;
    let fine = u32::try_from(part.len()).ok()?.checked_add(down)?;
    let factor = 10_i128.checked_pow(places.checked_sub(fine)?)?;
    units.checked_mul(factor)?.checked_mul(sign)
}

/// Units of `10^-places` as a decimal text without zeros that say nothing.
///
/// ```
/// assert_eq!(seawall_sim::decimal(-1_500_000, 6), "-1.5");
/// ```
#[must_use]
pub fn decimal(units: i128, places: u32) -> String {
    let width = usize::try_from(places).unwrap_or(0);
    let digits = format!(
        "{:0>width$}",
        units.unsigned_abs(),
        width = width.saturating_add(1)
    );
    let (whole, part) = digits.split_at(digits.len().saturating_sub(width));
    let sign = if units < 0 { "-" } else { "" };
    match part.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        part => format!("{sign}{whole}.{part}"),
    }
}

/// What a figure must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Below it.
    Below(i128),
    /// At most it.
    AtMost(i128),
    /// Above it.
    Above(i128),
    /// At least it.
    AtLeast(i128),
}

impl Bound {
    /// Whether a figure is so.
    #[must_use]
    pub const fn holds(self, figure: i128) -> bool {
        match self {
            Self::Below(limit) => figure < limit,
            Self::AtMost(limit) => figure <= limit,
            Self::Above(limit) => figure > limit,
            Self::AtLeast(limit) => figure >= limit,
        }
    }
}

/// For which seeds a condition must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Must {
    /// For the median of the figure.
    Median,
    /// For every seed.
    All,
}

/// What is asked.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// What is varied.
    pub key: &'a Key,
    /// In which venue.
    pub venue: VenueName,
    /// The figure.
    pub figure: &'a (dyn Fn(&VenueOutcome) -> Option<i128> + Sync),
    /// What it must be.
    pub bound: Bound,
    /// How many seeds, from the scenario's own on.
    pub seeds: (u32, Must),
    /// Parts of the bracket at whose ends the condition is tried before anything is halved.
    pub parts: u32,
}

/// One value that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Between which values the answer was known to lie; `None` in the coarse look over the
    /// bracket.
    pub bracket: Option<(String, String)>,
    /// The value.
    pub value: String,
    /// The figure: of more seeds than one the median, or the one that is worst for the condition.
    pub figure: i128,
    /// Whether the condition holds.
    pub holds: bool,
}

/// Where the values lie for which the condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// From the answer upwards: it is the smallest.
    Upwards,
    /// Up to the answer: it is the largest.
    Downwards,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Every trial in the order in which it was made.
    pub trials: Vec<Trial>,
    /// On which side the condition holds.
    pub holding: Holding,
    /// The outermost value for which the condition holds.
    pub holds: Trial,
    /// The next value, for which it does not.
    pub fails: Trial,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SolveError {
    /// A run failed.
    #[error(transparent)]
    Sim(#[from] SimError),
    /// The key cannot be varied so.
    #[error("`{key}` is {found}; legal: {legal}")]
    Key {
        /// The key.
        key: String,
        /// What is wrong.
        found: String,
        /// What is legal.
        legal: String,
    },
    /// The venue has no such figure.
    #[error(
        "the figure does not exist in {venue} at {key} = {value}; legal: a figure that the venue has"
    )]
    NoFigure {
        /// The venue.
        venue: VenueName,
        /// The key.
        key: String,
        /// Its value.
        value: String,
    },
    /// The condition holds at both ends of the bracket, or at neither.
    #[error("the condition {} at both ends of the bracket and between", if *.holds { "holds" } else { "fails" })]
    SameAtBothEnds {
        /// Whether it holds.
        holds: bool,
        /// What was tried.
        trials: Vec<Trial>,
    },
    /// The condition begins and ceases to hold more than once.
    #[error("the condition is not monotone: it {} at {}, {} at {}, and {} again at {}",
        word(.between[0].holds), .between[0].value,
        word(.between[1].holds), .between[1].value,
        word(.between[2].holds), .between[2].value)]
    NotMonotone {
        /// Three trials in the order of their values; the second contradicts the others.
        between: Box<[Trial; 3]>,
        /// What was tried.
        trials: Vec<Trial>,
    },
}

impl From<ScenarioError> for SolveError {
    fn from(error: ScenarioError) -> Self {
        Self::Sim(error.into())
    }
}

const fn word(holds: bool) -> &'static str {
    if holds { "holds" } else { "fails" }
}

/// Finds the outermost value of a key for which a condition holds, by halving a bracket.
///
/// First the condition is tried at the ends of equal parts of the bracket, in parallel. It must
/// hold at one end of the bracket, fail at the other, and change once between. Then the part in
/// which it changes is halved until two neighbouring values are left. A second change that begins
/// and ends within one part is not seen. `tell` is told of every trial in order.
///
/// **Errors** [`SolveError`]: a value is refused by the scenario, the figure does not exist, the
/// ends agree, or the condition changes more than once.
pub fn solve(
    scenario: &Scenario,
    question: &Question<'_>,
    tell: &mut dyn FnMut(&Trial),
) -> Result<Answer, SolveError> {
    let attempt = |place: i128| attempt(scenario, question, place);
    let places = question.key.coarse(question.parts);
    let found: Vec<Result<Trial, SolveError>> =
        places.par_iter().map(|place| attempt(*place)).collect();
    let mut trials = found.into_iter().collect::<Result<Vec<Trial>, _>>()?;
    trials.iter().for_each(&mut *tell);
    let change = one_change(&trials)?;
    let at = |place: usize| places.get(place).copied().unwrap_or_default();
    let (mut low, mut high) = (at(change), at(change.saturating_add(1)));
    let end = |place: usize| match trials.get(place) {
        Some(trial) => trial.clone(),
        None => unreachable!("invariant: a change has a trial on both sides"),
    };
    let (mut below, mut above) = (end(change), end(change.saturating_add(1)));
    while high.saturating_sub(low) > 1 {
        let middle = low.saturating_add(high.saturating_sub(low).div_euclid(2));
        let mut trial = attempt(middle)?;
        trial.bracket = Some((below.value.clone(), above.value.clone()));
        tell(&trial);
        trials.push(trial.clone());
        match trial.holds == below.holds {
            true => (low, below) = (middle, trial),
            false => (high, above) = (middle, trial),
        }
    }
    let (holding, holds, fails) = match above.holds {
        true => (Holding::Upwards, above, below),
        false => (Holding::Downwards, below, above),
    };
    Ok(Answer {
        trials,
        holding,
        holds,
        fails,
    })
}

/// The place before the one change.
fn one_change(trials: &[Trial]) -> Result<usize, SolveError> {
    let pairs = trials.iter().zip(trials.iter().skip(1)).enumerate();
    let changes: Vec<usize> = pairs
        .filter(|(_, (a, b))| a.holds != b.holds)
        .map(|(place, _)| place)
        .collect();
    match changes.as_slice() {
        [] => Err(SolveError::SameAtBothEnds {
            holds: trials.first().is_some_and(|trial| trial.holds),
            trials: trials.to_vec(),
        }),
        [one] => Ok(*one),
        [first, second, ..] => {
            let after = |place: &usize| trials.get(place.saturating_add(1)).cloned();
            let before = trials.get(*first).cloned();
            match (before, after(first), after(second)) {
                (Some(before), Some(between), Some(again)) => Err(SolveError::NotMonotone {
                    between: Box::new([before, between, again]),
                    trials: trials.to_vec(),
                }),
                _ => unreachable!("invariant: a change has a trial on both sides"),
            }
        }
    }
}

/// The figure with one value in its place.
fn attempt(scenario: &Scenario, question: &Question<'_>, place: i128) -> Result<Trial, SolveError> {
    let value = question.key.value(place);
    let scenario = scenario.with(question.key.name(), &value)?;
    let (seeds, must) = question.seeds;
    let runs = Sweep {
        scenarios: &[scenario],
        venues: &[question.venue],
        seeds,
    };
    let measure = |runs: &[crate::Comparison]| {
        let venue = runs.first().and_then(|run| run.venues.first());
        venue.and_then(|venue| (question.figure)(venue))
    };
    let samples = sweep(&runs, &measure, &|_| None, &|_, _| {})?;
    let figures = samples.iter().map(|each| Some((each.seed, each.figures?)));
    let figures: Option<Vec<(u64, i128)>> = figures.collect();
    let spread = figures.and_then(Spread::of);
    let spread = spread.ok_or_else(|| SolveError::NoFigure {
        venue: question.venue,
        key: question.key.name().to_owned(),
        value: value.clone(),
    })?;
    let figure = match (must, question.bound) {
        (Must::Median, _) => spread.median,
        (Must::All, Bound::Below(_) | Bound::AtMost(_)) => spread.max.0,
        (Must::All, Bound::Above(_) | Bound::AtLeast(_)) => spread.min.0,
    };
    let holds = question.bound.holds(figure);
    Ok(Trial {
        bracket: None,
        value,
        figure,
        holds,
    })
}

impl Question<'_> {
    /// The most trials that it can take: those of the coarse look and those of the halving.
    #[must_use]
    pub fn most_trials(&self) -> u64 {
        let places = self.key.coarse(self.parts);
        let pairs = places.iter().zip(places.iter().skip(1));
        let widest = pairs.map(|(low, high)| high.saturating_sub(*low)).max();
        let halvings = widest.unwrap_or(1).max(1).ilog2();
        u64::try_from(places.len())
            .unwrap_or(u64::MAX)
            .saturating_add(u64::from(halvings).saturating_add(1))
    }
}
