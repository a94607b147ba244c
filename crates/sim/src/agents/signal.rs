//! What everybody sees: a time that comes, a move of the mark.

use std::collections::VecDeque;

use seawall_scenario::Signal;
use seawall_scenario::model::Move;
use seawall_units::{Price, Ratio, Round, Time, mul_div};

/// Watches for a signal; it strikes when its condition begins to hold, and again only after it has
/// ceased to.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    signal: Signal,
    highest: Extreme,
    lowest: Extreme,
    holds: Holds,
}

/// Whether the condition held a second ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    No,
    Yes,
}

impl Holds {
    /// Whether a condition has begun to hold; notes that it does.
    pub(super) fn begins(&mut self, now: bool) -> bool {
        let before = std::mem::replace(self, if now { Self::Yes } else { Self::No });
        now && before == Self::No
    }
}

/// The highest or lowest mark of the last seconds: candidates in the order of time, each more
/// extreme than all that follow.
#[derive(Debug, Clone, Default)]
struct Extreme {
    candidates: VecDeque<(Time, Price)>,
}

impl Extreme {
    /// Takes a mark in and gives the extreme of the window, `beats` telling which of two stands.
    fn of(
        &mut self,
        (now, mark): (Time, Price),
        within: u64,
        beats: fn(Price, Price) -> bool,
    ) -> Price {
        while self
            .candidates
            .back()
            .is_some_and(|(_, last)| !beats(*last, mark))
        {
            self.candidates.pop_back();
        }
        self.candidates.push_back((now, mark));
        while let Some((at, _)) = self.candidates.front()
            && now.since(*at) > within
        {
            self.candidates.pop_front();
        }
        self.candidates.front().map_or(mark, |(_, price)| *price)
    }
}

/// Whether `to` is away from `from` by at least a share of `from`.
fn moved(from: Price, to: Price, by: Ratio) -> bool {
    let span = to.units().saturating_sub(from.units()).saturating_abs();
    let least = mul_div(from.units(), by.units(), Ratio::ONE_UNITS, Round::Ceil);
    least.is_some_and(|least| span >= least)
}

impl Watch {
    pub(super) fn new(signal: Signal) -> Self {
        Self {
            signal,
            highest: Extreme::default(),
            lowest: Extreme::default(),
            holds: Holds::No,
        }
    }

    /// Takes the second's mark in; whether the signal strikes now. Call it every second.
    pub(super) fn strikes(&mut self, now: Time, mark: Price) -> bool {
        let holds = match self.signal {
            Signal::At(at) => now >= at,
            Signal::MarkFall(Move { by, within }) => {
                let top = self.highest.of((now, mark), within, |a, b| a > b);
                moved(top, mark, by)
            }
            Signal::MarkRise(Move { by, within }) => {
                let bottom = self.lowest.of((now, mark), within, |a, b| a < b);
                moved(bottom, mark, by)
            }
            Signal::Volatility(Move { by, within }) => {
                let top = self.highest.of((now, mark), within, |a, b| a > b);
                let bottom = self.lowest.of((now, mark), within, |a, b| a < b);
                moved(bottom, top, by)
            }
        };
        self.holds.begins(holds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seconds in which a signal strikes on this path, one mark a second.
    fn strikes(signal: Signal, path: &[i32]) -> Vec<u64> {
        let mut watch = Watch::new(signal);
        let marks = (0_u64..).zip(path);
        let hits = marks.filter(|(second, price)| {
            let mark: Price = price.to_string().parse().unwrap();
            watch.strikes(Time::from_secs(*second), mark)
        });
        hits.map(|(second, _)| second).collect()
    }

    fn within(by: &str, within: u64) -> Move {
        let by = by.parse().unwrap();
        Move { by, within }
    }

    #[test]
    fn a_fall_counts_from_the_highest_mark_of_the_window() {
        let path = [100, 98, 96, 95, 94, 94, 94, 94, 89];
        // 95 is 5 % below the 100 of three seconds before.
        assert_eq!(strikes(Signal::MarkFall(within("5%", 3)), &path), [3, 8]);
        // Two seconds back stand 98, 96, 95; 94 is 4.08 % below 98. Then 89 from 94 is 5.3 %.
        assert_eq!(strikes(Signal::MarkFall(within("5%", 2)), &path), [8]);
        // It held from second 3 on without a pause.
        assert_eq!(strikes(Signal::MarkFall(within("5%", 60)), &path), [3]);
    }

    #[test]
    fn a_rise_counts_from_the_lowest_and_volatility_from_low_to_high() {
        assert_eq!(
            strikes(Signal::MarkRise(within("5%", 9)), &[100, 104, 105]),
            [2]
        );
        // 100 over 96 is 4.17 %, 101 over 96 is 5.2 %; after 8 seconds both are gone.
        let path = [100, 96, 101, 100, 100, 100];
        assert_eq!(strikes(Signal::Volatility(within("5%", 2)), &path), [2]);
        assert_eq!(strikes(Signal::Volatility(within("4%", 2)), &path), [1]);
    }

    #[test]
    fn a_time_comes_once() {
        assert_eq!(strikes(Signal::At(Time::from_secs(2)), &[1, 1, 1, 1]), [2]);
    }
}
