//! The search for the few values that are fitted.
//!
//! Coordinate by coordinate: each value is tried larger and smaller by a factor, what is better is
//! kept, and the factor shrinks from pass to pass. It uses seeds of its own and nothing that became
//! known after the stated second. Floats judge; what is judged stays on its grid.

use rayon::prelude::*;
use seawall_units::{Ratio, Usd};

use crate::ValidationError;
use crate::figures::{Figures, first_minutes, large_batches, name_of, of_the_day};
use crate::fitted::{Fitted, Step, Trace};
use crate::sweep::Model;

/// Factors of the passes, in per cent.
const PASSES: [i32; 6] = [200, 150, 150, 125, 125, 110];

/// What is searched one by one: four open interests, headroom, fall, volatility, room, roughness.
const SEARCHED: usize = 9;

/// How many values are fitted: those, and which vault serves which group.
pub const FITTED: usize = SEARCHED + 1;

/// Roughness that is tried, in tenths of a basis point.
const ROUGHNESS: [i64; 8] = [0, 25, 50, 100, 150, 200, 300, 400];

/// Added to both sides before amounts are compared, so that small ones weigh little.
const SCALE: f64 = 5.0e12;

/// Seconds of distance beyond which a batch is simply missed, and those that count as one.
const MISSED: f64 = 30.0;
const APART: f64 = 15.0;

/// The weight of a takeover share against a notional.
const SHARES: f64 = 25.0;

/// How far a run's first minutes are from the record's.
///
/// **Formula** the sum of `ln((m + s)/(o + s))²` over minutes and coins with `s` = 5 M USD, of
/// `(d/15 s)²` over large observed batches with `d` the distance to the nearest modelled one, at
/// most 30 s, and of `25·(m − o)²` over shares of takeovers by minute. **Units** none.
#[must_use]
#[allow(clippy::cast_precision_loss)] // amounts far below 2^53 units of judging
pub fn loss(model: &Model, figures: &Figures) -> f64 {
    let (all, observed) = (&model.all, &model.observed);
    let day = of_the_day(all, observed);
    let value = |of: &Figures, key: &str| of.get(key).copied().unwrap_or(0) as f64;
    let mut sum = 0.0;
    for minute in first_minutes(observed) {
        for coin in &all.coins {
            let key = format!("adl.{}.{}", name_of(minute), coin.name);
            let of = |figures: &Figures| value(figures, &key) + SCALE;
            let apart = libm::log(of(figures) / of(&day));
            sum += apart * apart;
        }
        let key = format!("takeovers.{}", name_of(minute));
        let apart = (value(figures, &key) - value(&day, &key)) / Ratio::ONE_UNITS as f64;
        sum += SHARES * apart * apart;
    }
    for group in &all.groups {
        for at in large_batches(all, observed, &all.coins_of(group)) {
            let apart = figures.get(&format!("apart.{at}.{}", group.name));
            let apart = apart.map_or(MISSED, |apart| (*apart as f64).min(MISSED)) / APART;
            sum += apart * apart;
        }
    }
    sum
}

/// Searches from the values that stand in the model's assumptions, once for each order in which the
/// vaults may serve the groups, and keeps the better end.
///
/// **Errors** [`ValidationError`] when a seed cannot be run with the starting values; what cannot
/// be run later is not kept.
pub fn calibrate(model: &Model, tried: &mut dyn FnMut(&Step)) -> Result<Trace, ValidationError> {
    let start = Fitted::of(&model.all);
    let prior_loss = judged(model, &start)?;
    let turned = Fitted {
        vaults: start.vaults.iter().rev().copied().collect(),
        ..start.clone()
    };
    let mut trace = Trace {
        prior_loss,
        loss: u64::MAX,
        fitted: start.clone(),
        steps: Vec::new(),
    };
    for from in [start, turned] {
        let to = from
            .vaults
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>();
        let loss = judged(model, &from)?;
        let step = Step {
            changed: "vaults by group, and the search begins".to_owned(),
            to: to.join(", "),
            loss,
            kept: true,
        };
        let mut diary = Diary {
            steps: &mut trace.steps,
            tried,
        };
        diary.note(step);
        let (end, loss) = descend(model, (from, loss), &mut diary);
        if loss < trace.loss {
            (trace.fitted, trace.loss) = (end, loss);
        }
    }
    Ok(trace)
}

/// Everything that was tried.
struct Diary<'a> {
    steps: &'a mut Vec<Step>,
    tried: &'a mut dyn FnMut(&Step),
}

impl Diary<'_> {
    fn note(&mut self, step: Step) {
        (self.tried)(&step);
        self.steps.push(step);
    }
}

/// One search, down from a start.
fn descend(
    model: &Model,
    (mut best, mut least): (Fitted, u64),
    diary: &mut Diary<'_>,
) -> (Fitted, u64) {
    for percent in PASSES {
        for place in 0..SEARCHED {
            let variants = best.variants(model, place, Ratio::bps(percent * 100));
            for (changed, to, other) in variants {
                let loss = judged(model, &other).unwrap_or(u64::MAX);
                let kept = loss < least;
                let step = Step {
                    changed,
                    to,
                    loss,
                    kept,
                };
                diary.note(step);
                if kept {
                    (best, least) = (other, loss);
                }
            }
        }
    }
    (best, least)
}

/// The mean loss of some values over the calibration's seeds, in thousandths.
///
/// **Errors** [`ValidationError`] when a value is out of its range or a seed cannot be run.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]
pub fn judged(model: &Model, fitted: &Fitted) -> Result<u64, ValidationError> {
    let mut model = model.clone();
    fitted.put_into(&mut model.all);
    model.all.validate()?;
    let first = model.all.first_calibration_seed;
    let seeds: Vec<u64> = (0..model.all.calibration_seeds)
        .map(|n| first + n)
        .collect();
    let losses: Vec<Result<f64, ValidationError>> = seeds
        .into_par_iter()
        .map(|seed| Ok(loss(&model, &model.first(seed)?)))
        .collect();
    let count = losses.len().max(1) as f64;
    let mut sum = 0.0;
    for loss in losses {
        sum += loss?;
    }
    Ok((sum / count * 1000.0) as u64)
}

impl Fitted {
    /// The same with the value at a place changed, with what was changed to what.
    fn variants(&self, model: &Model, place: usize, factor: Ratio) -> Vec<(String, String, Self)> {
        let mut found = Vec::new();
        let larger = |value: Ratio| value.mul_floor(factor);
        let smaller = |value: Ratio| value.mul_div_floor(Ratio::ONE, factor).unwrap_or(value);
        let coins = self.interest.len();
        if let (Some(interest), Some(coin)) = (self.interest.get(place), model.all.coins.get(place))
        {
            let down = interest
                .mul_div_floor(Ratio::ONE, factor)
                .unwrap_or(*interest);
            for value in [interest.mul_floor(factor), down] {
                // Whole thousands are fine enough, and read better.
                let value = value
                    - Usd::units_i64(i64::try_from(value.units() % 1_000_000_000).unwrap_or(0));
                let mut other = self.clone();
                if let Some(slot) = other.interest.get_mut(place) {
                    *slot = value;
                }
                found.push((
                    format!("interest of {}", coin.name),
                    value.to_string(),
                    other,
                ));
            }
            return found;
        }
        if place + 1 == SEARCHED {
            for tenths in ROUGHNESS {
                let value = Ratio::units_i64(tenths * 10_000_000_000_000);
                let other = Self {
                    roughness: value,
                    ..self.clone()
                };
                if value != self.roughness {
                    found.push(("roughness".to_owned(), value.to_string(), other));
                }
            }
            return found;
        }
        for turn in [&larger as &dyn Fn(Ratio) -> Ratio, &smaller] {
            let turned = |value: Ratio| round(turn(value));
            let mut other = self.clone();
            let (name, value) = match place - coins.min(place) {
                0 => {
                    other.headroom = turned(self.headroom);
                    ("headroom", other.headroom)
                }
                1 => {
                    other.fall = turned(self.fall);
                    ("fall", other.fall)
                }
                2 => {
                    other.volatility = turned(self.volatility);
                    ("volatility", other.volatility)
                }
                _ => {
                    other.room = turned(self.room).min(Ratio::ONE);
                    ("room of the vaults", other.room)
                }
            };
            found.push((name.to_owned(), value.to_string(), other));
        }
        found
    }
}

/// Three places are fine enough.
fn round(value: Ratio) -> Ratio {
    let step = 1_000_000_000_000_000;
    Ratio::from_units(value.units() / step * step).unwrap_or(value)
}
