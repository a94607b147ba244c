//! The path of every coin's mark, second by second, and the price that trades were done at.

use seawall_scenario::model::Distribution;
use seawall_sim::{Draws, Group, Purpose};
use seawall_units::geometric::{between, log2, times_power};
use seawall_units::{Price, Ratio, Round, mul_div};

use crate::assumptions::Assumptions;
use crate::observed::Observed;
use crate::{Clock, ValidationError};

const ROWS: &str = include_str!("../../../fixtures/paths/oct10.csv");

/// What comes after the last recorded mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Future {
    /// Marks after the last second that may choose a parameter are not known: every coin stays at
    /// the one before. For the calibration.
    Unseen,
    /// Every coin stays at its last mark.
    Held,
    /// Every coin wins back a stated share of its fall.
    Recovery,
}

/// The prices of one second, in the order of the coins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Second {
    /// The marks.
    pub marks: Vec<Price>,
    /// Where trades are done.
    pub outside: Vec<Price>,
}

/// Prices of every second from the start to the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prices {
    start: Clock,
    seconds: Vec<Second>,
}

type Point = (Clock, Price);

impl Prices {
    /// The paths of a seed into one of the futures.
    ///
    /// Marks are joined in the logarithm, with the stated roughness about the line; a recorded
    /// mark is met exactly. Before a coin's first mark stands the assumed fall.
    ///
    /// **Errors** [`ValidationError`] when the record is not of its form or has no mark of a coin.
    pub fn new(
        (all, observed): (&Assumptions, &Observed),
        future: Future,
        seed: u64,
    ) -> Result<Self, ValidationError> {
        let mut recorded = recorded(all, observed)?;
        if future == Future::Unseen {
            for points in &mut recorded {
                points.retain(|(at, _)| *at <= all.fitted_until);
            }
        }
        let mut paths = Vec::with_capacity(all.coins.len());
        for (place, coin) in all.coins.iter().enumerate() {
            let points = points(all, &recorded, place, future)?;
            // The same numbers for every coin: they move together, each with its volatility.
            let mut draws = Group::new(seed, Purpose::Path, "marks").member(0);
            let roughness = all.prices.roughness.mul_floor(coin.volatility);
            paths.push(path(all, &points, (roughness, &mut draws)));
        }
        let count = paths.first().map_or(0, Vec::len);
        let seconds = (0..count).map(|second| {
            let now = all.start.time().plus(u64::try_from(second).unwrap_or(0));
            let marks: Vec<Price> = paths
                .iter()
                .filter_map(|p| p.get(second).copied())
                .collect();
            let outside = marks.iter().enumerate().map(|(place, mark)| {
                let last = recorded.get(place).and_then(|points| points.last());
                let over = last.is_some_and(|(at, _)| Clock::of(now) > *at);
                match over {
                    true => *mark,
                    false => below(all, Clock::of(now), *mark),
                }
            });
            let outside = outside.collect();
            Second { marks, outside }
        });
        Ok(Self {
            start: all.start,
            seconds: seconds.collect(),
        })
    }

    /// Every second after the first, with its prices.
    pub fn after_start(&self) -> impl Iterator<Item = (Clock, &Second)> {
        let start = self.start.time();
        let seconds = (0_u64..).zip(&self.seconds).skip(1);
        seconds.map(move |(second, prices)| (Clock::of(start.plus(second)), prices))
    }

    /// The marks of the first second.
    #[must_use]
    pub fn opening(&self) -> &[Price] {
        self.seconds.first().map_or(&[], |second| &second.marks)
    }
}

/// The recorded marks of every coin, in time order: those of the path's file, and the prices of the
/// batches that it leaves out for being small.
fn recorded(all: &Assumptions, observed: &Observed) -> Result<Vec<Vec<Point>>, ValidationError> {
    let fault = |line: &str| ValidationError::file("oct10.csv", &format!("cannot read `{line}`"));
    let mut recorded = vec![Vec::new(); all.coins.len()];
    let lines = ROWS.lines().filter(|line| !line.starts_with('#')).skip(1);
    for line in lines {
        let mut cells = line.split(',');
        let (Some(utc), Some(coin), Some(price), Some(kind)) =
            (cells.next(), cells.next(), cells.next(), cells.next())
        else {
            return Err(fault(line));
        };
        let clock = utc
            .get(11..19)
            .and_then(Clock::parse)
            .ok_or_else(|| fault(line))?;
        let price: Price = price.parse().map_err(|_| fault(line))?;
        let place = all.place(coin).and_then(|place| recorded.get_mut(place));
        if let (Some(points), "mark") = (place, kind) {
            points.push((clock, price));
        }
    }
    for burst in &observed.bursts {
        let place = all
            .place(&burst.coin)
            .and_then(|place| recorded.get_mut(place));
        if let Some(points) = place {
            points.push((burst.at, burst.price));
        }
    }
    for (place, points) in recorded.iter_mut().enumerate() {
        points.sort_by_key(|(at, _)| *at);
        points.dedup_by_key(|(at, _)| *at);
        if points.is_empty() {
            let coin = all.coins.get(place).map_or("", |coin| coin.name.as_str());
            let message = format!("no mark of {coin}");
            return Err(ValidationError::file("oct10.csv", &message));
        }
    }
    Ok(recorded)
}

/// The points that a coin's path goes through.
fn points(
    all: &Assumptions,
    recorded: &[Vec<Point>],
    place: usize,
    future: Future,
) -> Result<Vec<Point>, ValidationError> {
    let none = || ValidationError::assumption("prices.anchor.coin", place, "a coin with marks");
    let anchor = &all.prices.anchor;
    let leader = all.place(&anchor.coin).ok_or_else(none)?;
    let leading = recorded.get(leader).ok_or_else(none)?;
    let own = recorded.get(place).ok_or_else(none)?;
    let mut points = own.clone();
    let (first_at, first) = *own.first().ok_or_else(none)?;
    if first_at > anchor.at {
        let price = match place == leader {
            true => anchor.price,
            false => {
                let mut whole = vec![(anchor.at, anchor.price)];
                whole.extend(leading);
                let then = line(&whole, first_at);
                let times = fall_of(all, place);
                let power = log2(anchor.price).saturating_sub(log2(then));
                let power = mul_div(power, times.units(), Ratio::ONE_UNITS, Round::Floor);
                power
                    .and_then(|power| times_power(first, power))
                    .unwrap_or(first)
            }
        };
        points.insert(0, (anchor.at, price));
    }
    let (_, last) = *points.last().ok_or_else(none)?;
    let (_, opening) = *points.first().ok_or_else(none)?;
    if future == Future::Recovery && opening > last {
        let back = log2(opening).saturating_sub(log2(last));
        let back = mul_div(
            back,
            all.prices.recovery.units(),
            Ratio::ONE_UNITS,
            Round::Floor,
        );
        let end = back
            .and_then(|back| times_power(last, back))
            .unwrap_or(last);
        points.push((all.end, end));
    }
    Ok(points)
}

fn fall_of(all: &Assumptions, place: usize) -> Ratio {
    let name = all.coins.get(place).map_or("", |coin| coin.name.as_str());
    let fall = all.prices.falls.iter().find(|fall| fall.coin == name);
    fall.map_or(Ratio::ONE, |fall| fall.times)
}

/// A path's price at a second: straight in the logarithm between two points, level outside them.
fn line(points: &[Point], at: Clock) -> Price {
    let next = points.iter().position(|(clock, _)| *clock >= at);
    let (before, after) = match next {
        Some(0) => return points.first().map_or(Price::ULP, |(_, price)| *price),
        Some(next) => (points.get(next.saturating_sub(1)), points.get(next)),
        None => return points.last().map_or(Price::ULP, |(_, price)| *price),
    };
    match (before, after) {
        (Some((from, low)), Some((to, high))) => {
            let passed = at.time().since(from.time());
            between(*low, *high, passed, to.time().since(from.time()))
        }
        _ => Price::ULP,
    }
}

/// The price of every second: the line through the points, times a rough path that is tied to one
/// at each point.
fn path(
    all: &Assumptions,
    points: &[Point],
    (roughness, draws): (Ratio, &mut Draws),
) -> Vec<Price> {
    let count = all.end.time().since(all.start.time());
    let clocks = (0..=count).map(|second| Clock::of(all.start.time().plus(second)));
    let clocks: Vec<Clock> = clocks.collect();
    let smooth = clocks.iter().map(|at| line(points, *at));
    let Some(steps) = steps(roughness) else {
        return smooth.collect();
    };
    // A walk of its own, as a price from one on, and the line through its points.
    let mut walk: Vec<Point> = Vec::with_capacity(clocks.len());
    let mut level = one();
    for at in &clocks {
        walk.push((*at, level));
        let factor = draws.value(&steps);
        level = level.scaled(factor, Round::Floor).unwrap_or(level);
    }
    let knots: Vec<Point> = points
        .iter()
        .map(|(at, _)| (*at, line(&walk, *at)))
        .collect();
    let rough = smooth.zip(&walk).map(|(price, (at, level))| {
        let tied = line(&knots, *at);
        let outside = knots.first().is_none_or(|(first, _)| at < first)
            || knots.last().is_none_or(|(last, _)| at > last);
        let units = mul_div(price.units(), level.units(), tied.units(), Round::Floor);
        match (
            outside,
            units.and_then(|units| Price::from_units(units).ok()),
        ) {
            (false, Some(rough)) => rough,
            _ => price,
        }
    });
    rough.collect()
}

fn one() -> Price {
    Price::from_units(Price::ONE_UNITS).unwrap_or(Price::ULP)
}

/// The factor of one second; `None` without roughness.
fn steps(roughness: Ratio) -> Option<Distribution<Ratio>> {
    roughness.is_positive().then(|| Distribution::Lognormal {
        median: Ratio::ONE,
        sigma: roughness,
        min: Ratio::bps(5_000),
        max: Ratio::whole(2),
    })
}

/// Where trades are done at a mark.
fn below(all: &Assumptions, at: Clock, mark: Price) -> Price {
    let below = &all.prices.below_mark;
    let (passed, whole) = (
        at.time().since(below.from.time()),
        below.to.time().since(below.from.time()),
    );
    let part = Ratio::units_i64(i64::try_from(passed.min(whole)).unwrap_or(0));
    let whole = Ratio::units_i64(i64::try_from(whole).unwrap_or(1));
    let share = below
        .share
        .mul_div_floor(part, whole)
        .unwrap_or(below.share);
    mark.scaled(Ratio::ONE - share, Round::Floor)
        .unwrap_or(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Clock {
        Clock::parse(text).unwrap()
    }

    fn new(all: &Assumptions, future: Future) -> Prices {
        let observed = Observed::of_10_october().unwrap();
        Prices::new((all, &observed), future, 7).unwrap()
    }

    fn marks(prices: &Prices, clock: &str) -> Vec<Price> {
        let found = prices.after_start().find(|(now, _)| *now == at(clock));
        found.unwrap().1.marks.clone()
    }

    #[test]
    fn recorded_marks_are_met_on_rough_paths_too() {
        let mut all = Assumptions::priors().unwrap();
        for roughness in ["0", "0.002"] {
            all.prices.roughness = roughness.parse().unwrap();
            let prices = new(&all, Future::Held);
            let price = |text: &str| text.parse::<Price>().unwrap();
            assert_eq!(marks(&prices, "21:17:06")[0], price("108416"));
            assert_eq!(marks(&prices, "21:17:47")[2], price("168.21"));
            assert_eq!(marks(&prices, "21:16:04")[3], price("36.2"));
            // Held after the last mark.
            assert_eq!(marks(&prices, "21:26:00")[0], price("107399"));
        }
    }

    /// Bitcoin's mark of 21:19:08 is not seen, and the line to it is not either.
    #[test]
    fn the_calibration_sees_no_later_mark() {
        let mut all = Assumptions::priors().unwrap();
        all.prices.roughness = "0.001".parse().unwrap();
        let price = |text: &str| text.parse::<Price>().unwrap();
        let unseen = new(&all, Future::Unseen);
        assert_eq!(marks(&unseen, "21:17:47")[0], price("107228"));
        assert_eq!(marks(&unseen, "21:18:40")[0], price("107228"));
        assert_eq!(marks(&unseen, "21:18:50")[3], price("34.438"));
        assert_eq!(marks(&unseen, "21:20:00")[3], price("34.438"));
        assert_ne!(
            marks(&new(&all, Future::Held), "21:18:40")[0],
            price("107228")
        );
    }

    /// Bitcoin's first mark of 108,416 is ln(108416/111952) = −3.2095 % from its anchor 95 seconds
    /// earlier. SOL's first is 174 after 85 of them: falling twice as far, it stood at
    /// 174·e^(2·0.032095·85/95) = 184.286 at the anchor.
    #[test]
    fn a_coin_falls_before_its_first_mark_as_assumed() {
        let all = Assumptions::priors().unwrap();
        let prices = new(&all, Future::Held);
        let sol = marks(&prices, "21:15:31")[2];
        assert!(
            sol > "184.28".parse().unwrap() && sol < "184.29".parse().unwrap(),
            "{sol}"
        );
    }

    /// Bitcoin: last mark 107,399 from 111,952; half of the fall back in the logarithm is the
    /// geometric mean, 109,651.9.
    #[test]
    fn the_second_future_wins_back_half() {
        let mut all = Assumptions::priors().unwrap();
        all.prices.roughness = Ratio::ZERO;
        let prices = new(&all, Future::Recovery);
        let last = marks(&prices, "21:27:00")[0];
        assert!(
            last > "109651".parse().unwrap() && last < "109653".parse().unwrap(),
            "{last}"
        );
    }

    #[test]
    fn trades_run_below_the_mark_as_far_as_assumed() {
        let all = Assumptions::priors().unwrap();
        let mark: Price = "100".parse().unwrap();
        let price = |text: &str| text.parse::<Price>().unwrap();
        assert_eq!(below(&all, at("21:15:00"), mark), mark);
        assert_eq!(below(&all, at("21:16:00"), mark), price("99.435"));
        assert_eq!(below(&all, at("21:18:00"), mark), price("98.87"));
    }
}
