//! One cascade file through its rounds, and what the file says that it must come to.

use std::fmt;

use seawall_cascade::Run;
use seawall_scenario::{Cascade, Observed};
use seawall_units::{Round, Tokens, mul_div};

use crate::SimError;
use crate::cascade::CascadeMarkets;
use crate::cascade::figure::{CascadeUnit, CascadeValue, UnknownFigure, cascade_figure};

/// Runs a cascade to its end.
///
/// **Errors** [`SimError::Scenario`] when no world can be made of the file, or when its `expected`
/// or `observed` name a figure that there is not.
pub fn run_cascade(cascade: &Cascade) -> Result<Run, SimError> {
    run_in(&CascadeMarkets::load(cascade)?, cascade)
}

/// The same with what was read of its markets of perpetual futures.
pub(crate) fn run_in(markets: &CascadeMarkets, cascade: &Cascade) -> Result<Run, SimError> {
    let run = markets.run(cascade)?;
    for id in cascade.head().expected.keys() {
        cascade_figure(&run, id).map_err(|UnknownFigure { found, legal }| {
            cascade.refuse(&format!("expected.{id}"), &found, &legal)
        })?;
    }
    for (place, one) in cascade.observed().iter().enumerate() {
        cascade_figure(&run, &one.figure).map_err(|UnknownFigure { found, legal }| {
            cascade.refuse(&format!("observed[{place}].figure"), &found, &legal)
        })?;
    }
    Ok(run)
}

/// A figure that is not what the file says it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CascadeMismatch {
    /// Its id.
    pub figure: String,
    /// What the file says.
    pub expected: String,
    /// What the run came to.
    pub found: String,
}

impl fmt::Display for CascadeMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            figure,
            expected,
            found,
        } = self;
        write!(f, "expected.{figure}: expected {expected}, found {found}")
    }
}

/// What of a run is not as the file's `expected` says. A figure agrees when it rounds to the digits
/// that are stated, half away from zero.
#[must_use]
pub fn check_cascade(cascade: &Cascade, run: &Run) -> Vec<CascadeMismatch> {
    let expected = cascade.head().expected.iter();
    let differs = expected.filter_map(|(id, text)| {
        let found = match cascade_figure(run, id).ok()? {
            CascadeValue::Word(word) => word.to_owned(),
            CascadeValue::Number(None, _) => String::from("none"),
            CascadeValue::Number(Some(units), unit) => to_digits(units, unit, text),
        };
        (found != *text).then(|| CascadeMismatch {
            figure: id.clone(),
            expected: text.clone(),
            found,
        })
    });
    differs.collect()
}

/// A number with as many decimals as another text of one has, half away from zero.
fn to_digits(units: i128, unit: CascadeUnit, like: &str) -> String {
    let stated = like.split_once('.').map_or(0, |(_, part)| part.len());
    let stated = u32::try_from(stated).unwrap_or(u32::MAX).min(unit.places());
    let step = 10_u128.saturating_pow(unit.places().saturating_sub(stated));
    let half = step.checked_div(2).unwrap_or(0);
    let rounded = units.unsigned_abs().saturating_add(half).checked_div(step);
    let rounded = rounded.unwrap_or(0);
    let one = 10_u128.saturating_pow(stated);
    let whole = rounded.checked_div(one).unwrap_or(0);
    let part = rounded.checked_rem(one).unwrap_or(0);
    let sign = if units < 0 && rounded > 0 { "-" } else { "" };
    match usize::try_from(stated).unwrap_or(0) {
        0 => format!("{sign}{whole}"),
        width => format!("{sign}{whole}.{part:0width$}"),
    }
}

/// A public figure beside the model's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedBeside<'a> {
    /// What was seen.
    pub observed: &'a Observed,
    /// The upper end of its range.
    pub high: Tokens,
    /// The model's figure, in the unit of what was seen; `None` where it is not defined.
    pub modelled: Option<Tokens>,
    /// How the two stand to each other.
    pub place: Place,
}

/// Where a model's figure lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Below the range.
    Below,
    /// Within it, its ends included.
    Within,
    /// Above it.
    Above,
    /// The model has no such figure.
    Undefined,
}

impl Place {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Below => "below",
            Self::Within => "within",
            Self::Above => "above",
            Self::Undefined => "no figure",
        }
    }
}

/// Every public figure of a file beside the model's.
#[must_use]
pub fn observed_beside<'a>(cascade: &'a Cascade, run: &Run) -> Vec<ObservedBeside<'a>> {
    let beside = |observed: &'a Observed| {
        let high = observed.high.unwrap_or(observed.low);
        let modelled = match cascade_figure(run, &observed.figure) {
            Ok(CascadeValue::Number(Some(units), unit)) => in_unit(units, unit, observed.unit),
            _ => None,
        };
        let place = match modelled {
            None => Place::Undefined,
            Some(found) if found < observed.low => Place::Below,
            Some(found) if found > high => Place::Above,
            Some(_) => Place::Within,
        };
        ObservedBeside {
            observed,
            high,
            modelled,
            place,
        }
    };
    cascade.observed().iter().map(beside).collect()
}

/// A figure in another unit, rounded down.
fn in_unit(units: i128, of: CascadeUnit, unit: Option<Tokens>) -> Option<Tokens> {
    let one = 10_i128.checked_pow(of.places())?;
    let scale = Tokens::ONE_UNITS.checked_div(one)?;
    let units = units.checked_mul(scale)?;
    let unit = unit.map_or(Tokens::ONE_UNITS, Tokens::units);
    Tokens::from_units(mul_div(units, Tokens::ONE_UNITS, unit, Round::Floor)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_rounded_to_the_digits_that_are_stated() {
        let check = |units, like: &str, expect: &str| {
            assert_eq!(to_digits(units, CascadeUnit::Quote, like), expect);
        };
        let units = 2_433_260_643_955_898_000_000;
        check(units, "1.1", "2433.3");
        check(units, "2433.26064396", "2433.26064396");
        check(units, "7", "2433");
        check(500_000_000_000_000_000, "1", "1");
        check(-400_000_000_000_000_000, "1", "0");
        check(-500_000_000_000_000_000, "1", "-1");
        assert_eq!(to_digits(7, CascadeUnit::Count, "7"), "7");
    }
}
