//! A second: the mark and the market's status (M-3), and which commands go where.

use std::collections::BTreeMap;

use seawall_venue::{Command, MarketStatus, Presence, SourceQuote};

use super::number::{base, price, price_down, whole};
use super::orders::Order;
use super::{Answer, Exact, Model};

/// What orders may do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    Open,
    Reduce,
    ReduceAtLastMark,
    Closed,
}

impl Model {
    /// Takes what the sources say at `now`, and brings the indices there.
    pub fn observe(&mut self, now: u64, quotes: &[SourceQuote]) {
        self.now = now;
        match self.median_of_fresh(quotes) {
            Some(mark) => {
                if self.raw_status == MarketStatus::Halted {
                    self.reopens_at = now + self.params.oracle.reopening;
                }
                self.raw_status = match now < self.reopens_at {
                    true => MarketStatus::Reopening,
                    false => MarketStatus::Live,
                };
                (self.mark, self.valid_at) = (mark, now);
            }
            None if self.raw_status == MarketStatus::Halted
                || now - self.valid_at > self.params.oracle.grace =>
            {
                self.raw_status = MarketStatus::Halted;
            }
            None => self.raw_status = MarketStatus::ReduceOnly,
        }
        if now.is_multiple_of(60) {
            self.minimum_used = [0; 2];
            self.accrue_minute();
        }
        self.accrue_second();
        self.reach(match self.status() {
            MarketStatus::Live => "second live",
            MarketStatus::Reopening => "second reopening",
            MarketStatus::ReduceOnly => "second reduce-only",
            MarketStatus::Halted => "second halted",
        });
    }

    /// Stages of the liquidation, then the minute's Attribution.
    pub fn settle_second(&mut self) {
        if self.status() == MarketStatus::Live {
            self.liquidate();
        }
        if self.now.is_multiple_of(60) {
            self.attribute();
        }
    }

    /// The newest quote of each source that is fresh; the median by weight; those too far from it
    /// dropped once; the quorum counts sources (M-3.1).
    fn median_of_fresh(&self, quotes: &[SourceQuote]) -> Option<i128> {
        let oracle = &self.params.oracle;
        let mut newest: BTreeMap<u16, SourceQuote> = BTreeMap::new();
        for quote in quotes {
            let most = quote.max_age.unwrap_or(oracle.max_age);
            if quote.at.secs() > self.now || self.now - quote.at.secs() > most {
                continue;
            }
            let better = newest.get(&quote.source).is_none_or(|other| {
                (quote.at, other.price.units()) > (other.at, quote.price.units())
            });
            if better {
                newest.insert(quote.source, *quote);
            }
        }
        let weighed = |quote: &SourceQuote| (quote.price.units(), i128::from(quote.weight.max(1)));
        let mut seen: Vec<(i128, i128)> = newest.values().map(weighed).collect();
        let centre = median(&mut seen)?;
        let reach = price(centre) * oracle.max_deviation.q();
        seen.retain(|(each, _)| price((each - centre).abs()) <= reach);
        match seen.len() < usize::from(oracle.quorum) {
            true => None,
            false => median(&mut seen),
        }
    }

    /// Halted for good once it is wound up.
    pub fn status(&self) -> MarketStatus {
        if self.wound_up {
            MarketStatus::Halted
        } else {
            self.raw_status
        }
    }

    /// The status that is shown: reduce-only too while ADL waits or coverage is low.
    pub fn shown_status(&self) -> MarketStatus {
        match (self.status(), self.gate()) {
            (MarketStatus::Live, Gate::Reduce) => MarketStatus::ReduceOnly,
            (status, _) => status,
        }
    }

    pub fn gate(&self) -> Gate {
        match self.status() {
            MarketStatus::Halted => Gate::Closed,
            MarketStatus::ReduceOnly => Gate::ReduceAtLastMark,
            MarketStatus::Reopening => Gate::Reduce,
            MarketStatus::Live if self.waits_for_adl() || self.low_coverage => Gate::Reduce,
            MarketStatus::Live => Gate::Open,
        }
    }

    /// Executes a command; the answer stands in `answer`.
    pub fn command(&mut self, command: &Command) {
        let answer = match *command {
            Command::Order {
                account,
                size,
                margin,
                limit,
                fill,
            } => self.order(&Order {
                account: account.number(),
                size: size.units(),
                margin: margin.units(),
                limit: limit.map(|limit| limit.units()),
                fill,
            }),
            Command::AddMargin { account, amount } => {
                self.add_margin(account.number(), amount.units())
            }
            Command::Withdraw { account, amount } => {
                self.withdraw(account.number(), amount.units())
            }
            Command::Provide {
                lp,
                tranche,
                amount,
            } => self.provide(lp.number() + 1, tranche, amount.units()),
            Command::Redeem {
                lp,
                tranche,
                amount,
            } => self.redeem(lp.number() + 1, tranche, amount.units()),
            Command::Claim { lp, tranche } => self.claim(lp.number() + 1, tranche),
            Command::Recover { amount } => self.recover(amount.units()),
            Command::Bidding {
                bidder, presence, ..
            } => match self.bidders.iter().any(|each| each.id == bidder) {
                true => {
                    match presence {
                        Presence::Here => self.gone.remove(&bidder.number()),
                        Presence::Gone => self.gone.insert(bidder.number()),
                    };
                    Answer::Noted
                }
                false => Answer::refused("no bidders"),
            },
        };
        self.answer = answer;
    }

    /// s, down (M-6.1).
    pub fn skew(&self) -> i128 {
        let gross: i128 = self
            .positions
            .values()
            .map(|position| position.size.abs())
            .sum();
        match gross {
            0 => 0,
            _ => super::number::ratio_down(base(self.net()) / base(gross)),
        }
    }
}

/// The mean of the first price with which the weights reach half of all and the first with which
/// they exceed it, down.
fn median(seen: &mut [(i128, i128)]) -> Option<i128> {
    seen.sort_unstable();
    let all: i128 = seen.iter().map(|(_, weight)| weight).sum();
    let first = |enough: &dyn Fn(i128) -> bool| {
        let mut so_far = 0;
        seen.iter().find(|(_, weight)| {
            so_far += weight;
            enough(2 * so_far)
        })
    };
    let reaches = first(&|twice| twice >= all)?.0;
    let exceeds = first(&|twice| twice > all)?.0;
    Some(price_down((price(reaches) + price(exceeds)) / whole(2)))
}
