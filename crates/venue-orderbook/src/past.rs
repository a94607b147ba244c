use std::collections::VecDeque;

use seawall_units::Time;

/// What was to be seen in the last seconds, for those who see it late.
#[derive(Debug, Clone)]
pub(crate) struct Past<T> {
    opening: T,
    /// How many seconds back anybody looks.
    reach: u64,
    /// With the second from which it stood, the oldest first.
    seen: VecDeque<(Time, T)>,
}

impl<T: Copy> Past<T> {
    pub(crate) fn new(opening: T, start: Time, reach: u64) -> Self {
        Self {
            opening,
            reach,
            seen: VecDeque::from([(start, opening)]),
        }
    }

    pub(crate) fn observe(&mut self, now: Time, now_seen: T) {
        self.seen.push_back((now, now_seen));
        let forgotten = |second: Option<&(Time, T)>| {
            second.is_some_and(|(from, _)| now.since(*from) >= self.reach)
        };
        // The first one that is as old as the reach still tells what stood then.
        while self.seen.len() > 1 && forgotten(self.seen.get(1)) {
            self.seen.pop_front();
        }
    }

    /// What stood `lag` seconds before `now`; before the first second, the opening.
    pub(crate) fn before(&self, now: Time, lag: u64) -> T {
        let old_enough = |(from, _): &&(Time, T)| now.since(*from) >= lag && *from <= now;
        let found = self.seen.iter().rev().find(old_enough);
        found.map_or(self.opening, |(_, then)| *then)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seawall_units::Price;

    #[test]
    fn looks_back_as_far_as_it_reaches() {
        let price = |whole: i128| Price::from_units(whole * Price::ONE_UNITS).unwrap();
        let at = Time::from_secs;
        let mut past = Past::new(price(100), at(0), 3);
        for (second, whole) in [(1, 101), (2, 102), (5, 105), (6, 106)] {
            past.observe(at(second), price(whole));
        }
        assert_eq!(past.before(at(6), 0), price(106));
        assert_eq!(past.before(at(6), 1), price(105));
        // Nothing was seen in seconds 3 and 4: the price of second 2 stood.
        assert_eq!(past.before(at(6), 2), price(102));
        assert_eq!(past.before(at(6), 3), price(102));
        assert!(past.seen.len() <= 3);
        assert_eq!(Past::new(price(100), at(0), 3).before(at(1), 3), price(100));
    }
}
