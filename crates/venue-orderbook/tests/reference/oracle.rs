//! The price of many sources, and what the market may do at it.

use super::number::{PRICE, Way, price, ratio, rounded, whole};
use super::rules::OracleRules;

/// What one source published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    pub source: u16,
    pub price: i128,
    pub at: u64,
    pub weight: u16,
    pub max_age: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    Live,
    Reopening,
    ReduceOnly,
    Halted,
}

impl Status {
    pub fn has_mark(self) -> bool {
        matches!(self, Self::Live | Self::Reopening)
    }
}

/// The last valid price and what it allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oracle {
    pub price: i128,
    pub status: Status,
    pub valid_at: u64,
    pub reopens_at: u64,
}

impl Oracle {
    /// Takes the second's quotes.
    pub fn observe(&mut self, rules: &OracleRules, now: u64, quotes: &[Seen]) {
        match agreed(rules, now, quotes) {
            Some(price) => {
                if self.status == Status::Halted {
                    self.reopens_at = now + rules.reopening;
                }
                self.status = match now < self.reopens_at {
                    true => Status::Reopening,
                    false => Status::Live,
                };
                (self.price, self.valid_at) = (price, now);
            }
            None if self.status == Status::Halted => {}
            None if now - self.valid_at > rules.grace => self.status = Status::Halted,
            None => self.status = Status::ReduceOnly,
        }
    }
}

/// M-3: the newest fresh quote of each source; their median; without those too far from it, once
/// more; nothing below the quorum.
fn agreed(rules: &OracleRules, now: u64, quotes: &[Seen]) -> Option<i128> {
    let fresh =
        |quote: &&Seen| quote.at <= now && now - quote.at <= quote.max_age.unwrap_or(rules.max_age);
    let mut newest: Vec<Seen> = Vec::new();
    for quote in quotes.iter().filter(fresh) {
        match newest.iter_mut().find(|one| one.source == quote.source) {
            None => newest.push(*quote),
            Some(one) if quote.at > one.at => *one = *quote,
            Some(one) if quote.at == one.at && quote.price < one.price => *one = *quote,
            Some(_) => {}
        }
    }
    let centre = median(&newest)?;
    let reach = price(centre) * ratio(rules.max_deviation);
    newest.retain(|quote| price((quote.price - centre).abs()) <= reach);
    match newest.len() < rules.quorum {
        true => None,
        false => median(&newest),
    }
}

/// The mean, rounded down, of the lowest price with at least half of all weight at or below it and
/// the lowest with more than half.
fn median(quotes: &[Seen]) -> Option<i128> {
    let weight = |quote: &Seen| u64::from(quote.weight.max(1));
    let all: u64 = quotes.iter().map(weight).sum();
    let up_to = |limit: i128| -> u64 {
        quotes
            .iter()
            .filter(|quote| quote.price <= limit)
            .map(weight)
            .sum()
    };
    let lowest = |enough: &dyn Fn(u64) -> bool| {
        quotes
            .iter()
            .map(|quote| quote.price)
            .filter(|price| enough(up_to(*price)))
            .min()
    };
    let lower = lowest(&|so_far| 2 * so_far >= all)?;
    let upper = lowest(&|so_far| 2 * so_far > all)?;
    Some(rounded(
        &((price(lower) + price(upper)) / whole(2)),
        PRICE,
        Way::Down,
    ))
}

#[test]
fn four_sources_by_hand() {
    let rules = OracleRules {
        quorum: 2,
        max_age: 10,
        max_deviation: super::number::ONE / 100,
        grace: 60,
        reopening: 300,
    };
    let cents = |source: u16, cents: i128| Seen {
        source,
        price: cents * 100_000_000,
        at: 0,
        weight: 1,
        max_age: None,
    };
    let four = [
        cents(1, 9_990),
        cents(2, 10_000),
        cents(3, 10_030),
        cents(4, 10_200),
    ];
    // The median of four is 100.15; 102 lies 1.85 % off and goes; the median of three is 100.
    assert_eq!(agreed(&rules, 0, &four), Some(10_000 * 100_000_000));
    assert_eq!(agreed(&rules, 11, &four), None);
}
