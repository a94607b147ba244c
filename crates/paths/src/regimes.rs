use std::collections::BTreeMap;

use seawall_units::Ratio;
use serde::{Deserialize, Serialize};

use crate::ParamError;
use crate::error::within;
use crate::gbm::{DRIFT, VOLATILITY};
use crate::luck::{Luck, Process, Uniforms};
use crate::merton::{MOST_A_TICK, MOST_A_YEAR};
use crate::walk::{Walk, float, years};

/// Geometric Brownian motion whose drift and volatility are those of a regime, and regimes that
/// follow each other as a Markov chain in continuous time.
///
/// **Formula** a regime lasts `−ln(u)/q` years, `q` the sum of its rates, and another follows with
/// the probability of its rate in `q`. With the times `tᵢ` that a tick spends in regime i, ln S
/// moves by `Σ(μᵢ − σᵢ²/2)·tᵢ + √(Σσᵢ²·tᵢ)·z`: exact for any tick, as switches need no tick's end.
/// **Source** Hamilton (1989).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Regimes {
    /// The regime at the opening. Default: absent, and each is as likely as its share of all time.
    #[serde(default)]
    pub initial: Option<String>,
    /// The regimes: 1 to 16.
    pub regimes: Vec<Regime>,
}

/// One regime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Regime {
    /// Its name, unlike any other's.
    pub name: String,
    /// μ a year while it lasts, as [`Gbm::drift`](crate::Gbm::drift). Default 0.
    #[serde(default)]
    pub drift: Ratio,
    /// σ a year while it lasts: 0 to 100.
    pub volatility: Ratio,
    /// Switches a year to each other regime, by name: above 0, and at most 31,536,000 and 100 a
    /// tick in all. It lasts one year by their sum on average. Default: none, and it never ends.
    #[serde(default)]
    pub switch: BTreeMap<String, Ratio>,
}

impl Regimes {
    pub(crate) fn validate(&self) -> Result<(), ParamError> {
        let count = self.regimes.len();
        if !(1..=16).contains(&count) {
            let found = format!("{count} long");
            return Err(ParamError::new("regimes", found, "1 to 16 regimes"));
        }
        for (place, regime) in self.regimes.iter().enumerate() {
            let field = |name: &str| format!("regimes[{place}].{name}");
            if regime.name.is_empty() || self.place(&regime.name) != Some(place) {
                let legal = "a name that no earlier regime has";
                return Err(ParamError::new(&field("name"), &regime.name, legal));
            }
            within(&field("drift"), regime.drift, DRIFT)?;
            within(&field("volatility"), regime.volatility, VOLATILITY)?;
            for (to, rate) in &regime.switch {
                let field = field(&format!("switch.{to}"));
                if self.place(to).is_none_or(|other| other == place) {
                    return Err(ParamError::new(&field, rate, "another regime's name"));
                }
                if !rate.is_positive() {
                    return Err(ParamError::new(&field, rate, "above 0"));
                }
                within(&field, *rate, (0, MOST_A_YEAR))?;
            }
        }
        self.validate_initial()
    }

    fn validate_initial(&self) -> Result<(), ParamError> {
        match &self.initial {
            Some(name) if self.place(name).is_none() => {
                Err(ParamError::new("initial", name, "a regime's name"))
            }
            None if !self.connected() => {
                let legal = "a regime's name, as not every regime leads to every other";
                Err(ParamError::new("initial", "absent", legal))
            }
            _ => Ok(()),
        }
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.regimes.iter().position(|regime| regime.name == name)
    }

    /// Whether every regime leads to every other, so that there are shares of all time.
    fn connected(&self) -> bool {
        (0..self.regimes.len()).all(|from| {
            let mut reached = vec![from];
            let mut next = 0;
            while let Some(regime) = reached.get(next).and_then(|place| self.regimes.get(*place)) {
                for to in regime.switch.keys().filter_map(|name| self.place(name)) {
                    if !reached.contains(&to) {
                        reached.push(to);
                    }
                }
                next += 1;
            }
            reached.len() == self.regimes.len()
        })
    }

    pub(crate) fn walk(&self, tick_seconds: u32) -> Result<RegimesWalk, ParamError> {
        let time = years(tick_seconds);
        let mut states = Vec::with_capacity(self.regimes.len());
        for (place, regime) in self.regimes.iter().enumerate() {
            let rates = regime.switch.iter();
            let rates = rates.filter_map(|(to, rate)| Some((self.place(to)?, float(*rate))));
            let rates: Vec<(usize, f64)> = rates.collect();
            let leaving: f64 = rates.iter().map(|(_, rate)| rate).sum();
            if leaving * time > MOST_A_TICK {
                let legal = format!("at most 100 switches in a tick of {tick_seconds} s");
                let field = format!("regimes[{place}].switch");
                return Err(ParamError::new(&field, leaving, legal));
            }
            let volatility = float(regime.volatility);
            states.push(State {
                mean: float(regime.drift) - volatility * volatility / 2.0,
                variance: volatility * volatility,
                rates,
                leaving,
            });
        }
        let initial = match &self.initial {
            Some(name) => Initial::Named(self.place(name).unwrap_or(0)),
            None => Initial::Drawn(shares(&states)),
        };
        Ok(RegimesWalk {
            time,
            states,
            initial,
        })
    }
}

#[derive(Debug)]
struct State {
    /// μ − σ²/2 a year.
    mean: f64,
    /// σ² a year.
    variance: f64,
    /// Where it leads to, and how often a year.
    rates: Vec<(usize, f64)>,
    leaving: f64,
}

#[derive(Debug)]
enum Initial {
    Named(usize),
    /// The share of all time of each.
    Drawn(Vec<f64>),
}

#[derive(Debug)]
pub(crate) struct RegimesWalk {
    time: f64,
    states: Vec<State>,
    initial: Initial,
}

impl Walk for RegimesWalk {
    fn moves(&self, luck: &Luck<'_>, out: &mut [f64]) {
        luck.diffusion(out);
        let mut numbers = luck.uniforms(Process::Regimes);
        let first = numbers.unit();
        let mut place = match &self.initial {
            Initial::Named(place) => *place,
            Initial::Drawn(shares) => chosen(shares.iter().copied().enumerate(), first),
        };
        let mut lasts = self.lasts(place, &mut numbers);
        for number in out {
            let (mut mean, mut variance, mut left) = (0.0, 0.0, self.time);
            while let Some(state) = self.states.get(place) {
                let spent = left.min(lasts);
                mean += state.mean * spent;
                variance += state.variance * spent;
                left -= spent;
                lasts -= spent;
                if lasts > 0.0 {
                    break;
                }
                place = chosen(state.rates.iter().copied(), numbers.unit() * state.leaving);
                lasts = self.lasts(place, &mut numbers);
            }
            *number = mean + libm::sqrt(variance) * *number;
        }
    }
}

impl RegimesWalk {
    /// For how many years a regime lasts that begins now.
    fn lasts(&self, place: usize, numbers: &mut Uniforms) -> f64 {
        let leaving = self.states.get(place).map_or(0.0, |state| state.leaving);
        let drawn = -libm::log(numbers.unit());
        if leaving > 0.0 {
            drawn / leaving
        } else {
            f64::INFINITY
        }
    }
}

/// The first whose weight, with those before it, reaches `level`; the last if none does.
fn chosen(weights: impl Iterator<Item = (usize, f64)>, level: f64) -> usize {
    let (mut sum, mut last) = (0.0, 0);
    for (place, weight) in weights {
        sum += weight;
        last = place;
        if sum >= level {
            break;
        }
    }
    last
}

/// The share of all time that each of connected regimes has.
///
/// **Formula** `π·Q = 0` with `Σπ = 1`, by taking regimes out one after the other, which subtracts
/// nothing. **Source** Grassmann, Taksar and Heyman (1985).
fn shares(states: &[State]) -> Vec<f64> {
    let count = states.len();
    let mut rates = vec![vec![0.0; count]; count];
    for (row, state) in rates.iter_mut().zip(states) {
        for (to, rate) in &state.rates {
            row[*to] += rate;
        }
    }
    for out in (1..count).rev() {
        let leaving: f64 = rates[out][..out].iter().sum();
        for from in 0..out {
            rates[from][out] /= leaving;
            for to in (0..out).filter(|to| *to != from) {
                rates[from][to] += rates[from][out] * rates[out][to];
            }
        }
    }
    let mut shares = vec![1.0; count];
    for place in 1..count {
        shares[place] = (0..place)
            .map(|from| shares[from] * rates[from][place])
            .sum();
    }
    let all: f64 = shares.iter().sum();
    shares.iter().map(|share| share / all).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked by hand: two regimes that are left 12 and 48 times a year share time as 48 to 12; and
    /// of three in a ring with rates 1, 2 and 4 each has time as its stay, 4 to 2 to 1.
    #[test]
    fn shares_of_all_time_are_those_of_the_rates() {
        let state = |rates: &[(usize, f64)]| State {
            mean: 0.0,
            variance: 0.0,
            rates: rates.to_vec(),
            leaving: rates.iter().map(|(_, rate)| rate).sum(),
        };
        let close = |found: &[f64], expected: &[f64]| {
            let pairs = found.iter().zip(expected);
            pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-15) && found.len() == expected.len()
        };
        let two = shares(&[state(&[(1, 12.0)]), state(&[(0, 48.0)])]);
        assert!(close(&two, &[0.8, 0.2]), "{two:?}");
        let ring = shares(&[state(&[(1, 1.0)]), state(&[(2, 2.0)]), state(&[(0, 4.0)])]);
        let sevenths = [4.0 / 7.0, 2.0 / 7.0, 1.0 / 7.0];
        assert!(close(&ring, &sevenths), "{ring:?}");
        assert_eq!(shares(&[state(&[])]), [1.0]);
    }
}
