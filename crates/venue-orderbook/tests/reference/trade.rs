//! A position, and what a trade does to both of its parties.

use super::market::{Market, Purse, Who};
use super::number::{INDEX, PRICE, USD, Way, base, down, exact, rounded, up, usd, value};

/// One party's net position: signed size, signed cost of entry, funding settled for the size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    pub size: i128,
    pub cost: i128,
    pub settled: i128,
}

/// A trade as one party sees it: what it gets, what it pays, and the settled funding that goes
/// with the size.
#[derive(Debug, Clone, Copy)]
pub struct Deal {
    pub size: i128,
    pub value: i128,
    pub settled: i128,
}

/// What a trade leaves one party with.
#[derive(Debug, Clone, Copy)]
pub struct Done {
    pub held: Held,
    pub realised: i128,
    pub funding: i128,
    pub cash: i128,
}

/// Funding of a size at an index; who pays rounds up.
pub fn funding_of(size: i128, index: i128) -> i128 {
    up(&(base(size) * exact(index, INDEX)), USD)
}

impl Held {
    pub fn owed(&self, index: i128) -> i128 {
        funding_of(self.size, index) - self.settled
    }

    /// Profit at a price, rounded down.
    pub fn profit(&self, at: i128) -> i128 {
        value(self.size, at, Way::Down) - self.cost
    }

    pub fn equity(&self, cash: i128, at: i128, index: i128) -> i128 {
        cash + self.profit(at) - self.owed(index)
    }

    /// The part of the cost that goes with a part of the size, rounded down; all of it with all.
    pub fn cost_of(&self, part: i128) -> i128 {
        if part == self.size.abs() {
            return self.cost;
        }
        down(&(usd(self.cost) * base(part) / base(self.size.abs())), USD)
    }

    /// The price at which equity is nothing, rounded against the holder; `None` when no legal
    /// price is that bad.
    pub fn bankruptcy(&self, cash: i128, index: i128) -> Option<i128> {
        if self.size == 0 {
            return None;
        }
        let way = if self.size > 0 { Way::Up } else { Way::Down };
        let worth = usd(self.cost + self.owed(index) - cash);
        legal_price(rounded(&(worth / base(self.size)), PRICE, way))
    }

    /// What a trade does. The part against the position closes, the rest opens. `None` when the
    /// party cannot pay what it loses, or on going flat cannot settle its funding.
    pub fn after(&self, cash: i128, deal: &Deal, index: i128) -> Option<Done> {
        let against = self.size.signum() * deal.size.signum() < 0;
        let closing = if against {
            self.size.abs().min(deal.size.abs())
        } else {
            0
        };
        let (released, paid_to_close) = match closing {
            0 => (0, 0),
            part if part == deal.size.abs() => (self.cost_of(part), deal.value),
            part => {
                let of_value = usd(deal.value) * base(part) / base(deal.size.abs());
                (self.cost_of(part), up(&of_value, USD))
            }
        };
        let realised = if closing == 0 {
            0
        } else {
            -paid_to_close - released
        };
        let size = self.size + deal.size;
        let handed_on = self.settled + deal.settled;
        let owed = if size == 0 {
            -handed_on
        } else {
            self.owed(index)
        };
        // A micro-dollar of rounding is not worth a posting while the position lives.
        let due = if size != 0 && owed.abs() <= 1 {
            0
        } else {
            owed
        };
        let in_hand = cash + realised + (-due).max(0);
        if in_hand < 0 || (size == 0 && due > in_hand) {
            return None;
        }
        let funding = due.min(in_hand);
        let held = Held {
            size,
            cost: self.cost - released + deal.value - paid_to_close,
            settled: handed_on + funding,
        };
        let cash = in_hand - funding.max(0);
        Some(Done {
            held,
            realised,
            funding,
            cash,
        })
    }
}

/// A price is above zero and at most 10¹² USD.
pub fn legal_price(units: i128) -> Option<i128> {
    (1..=10_i128.pow(22)).contains(&units).then_some(units)
}

impl Market {
    /// Both sides of a trade that the first party begins; `None` when one of them cannot pay.
    pub fn both_sides(&self, taker: Who, other: Who, trade: (i128, i128)) -> Option<(Done, Done)> {
        let (size, value) = trade;
        let held = self.held(taker);
        // Going flat it hands over all that is settled, so that nothing stays behind.
        let settled = match held.size + size {
            0 => -funding_of(held.size, self.index),
            _ => funding_of(size, self.index),
        };
        let deal = Deal {
            size,
            value,
            settled,
        };
        let mirrored = Deal {
            size: -size,
            value: -value,
            settled: -settled,
        };
        let taken = held.after(self.cash(taker), &deal, self.index)?;
        let given = self
            .held(other)
            .after(self.cash(other), &mirrored, self.index)?;
        Some((taken, given))
    }

    /// Makes a trade, and says what each party realised; nothing is done when one cannot pay.
    pub fn trade(&mut self, taker: Who, other: Who, trade: (i128, i128)) -> Option<(i128, i128)> {
        let (taken, given) = self.both_sides(taker, other, trade)?;
        for (who, done) in [(taker, taken), (other, given)] {
            let gained = done.realised - done.funding;
            self.pay(Purse::Variation, who.purse(), gained);
            if done.funding != 0 {
                let paid = done.funding > 0;
                self.note(if paid {
                    "funding is paid"
                } else {
                    "funding is received"
                });
            }
            assert_eq!(self.cash(who), done.cash);
            self.put(who, done.held);
        }
        Some((taken.realised, given.realised))
    }
}

#[test]
fn a_turn_by_hand() {
    // Long 10 from 100, sells 15 at 110: realises 100 and is short 5 at a cost of −550.
    let million = 1_000_000;
    let held = Held {
        size: 10 * 100_000_000,
        cost: 1_000 * million,
        settled: 0,
    };
    let deal = Deal {
        size: -15 * 100_000_000,
        value: -1_650 * million,
        settled: 0,
    };
    let done = held.after(50 * million, &deal, 0).unwrap();
    assert_eq!((done.realised, done.cash), (100 * million, 150 * million));
    assert_eq!(
        (done.held.size, done.held.cost),
        (-5 * 100_000_000, -550 * million)
    );
}
