//! Premium, hourly rate and cumulative index.

use super::market::{Market, Side};
use super::number::{
    INDEX, PRICE, RATIO, Way, base, down, price, ratio, rounded, size_for, usd, whole,
};

/// The hour's samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hour {
    pub number: u64,
    pub sum: i128,
    pub samples: i128,
    pub sampled_at: u64,
}

impl Market {
    /// Samples the premium on its grid, and pays the hour that has ended; nothing without a mark.
    pub fn accrue(&mut self) {
        if !self.oracle.status.has_mark() {
            return;
        }
        if self.now - self.hour.sampled_at >= self.rules.funding.sample_every {
            self.hour.sum += self.premium();
            self.hour.samples += 1;
            self.hour.sampled_at = self.now;
        }
        if self.now / 3_600 != self.hour.number {
            if self.hour.samples > 0 {
                self.index += self.hourly_step();
                self.note("an hour is paid");
            }
            self.hour.number = self.now / 3_600;
            (self.hour.sum, self.hour.samples) = (0, 0);
        }
    }

    /// `[max(impact bid − oracle, 0) − max(oracle − impact ask, 0)] / oracle`, rounded down.
    fn premium(&self) -> i128 {
        let bid = self.impact_price(Side::Sell);
        let ask = self.impact_price(Side::Buy);
        let above = bid.map_or(0, |bid| (bid - self.mark).max(0));
        let below = ask.map_or(0, |ask| (self.mark - ask).max(0));
        down(&(price(above - below) / price(self.mark)), RATIO)
    }

    /// The average price of the impact notional, or of what of it can be had.
    fn impact_price(&self, side: Side) -> Option<i128> {
        let notional = self.rules.funding.impact_notional;
        let size = size_for(notional, self.outside, Way::Up);
        let got = self.quotes(side).take(size, None);
        if got.size == 0 {
            return None;
        }
        let way = match side {
            Side::Buy => Way::Up,
            Side::Sell => Way::Down,
        };
        super::trade::legal_price(rounded(&(usd(got.value) / base(got.size)), PRICE, way))
    }

    /// An eighth of `mean + clamp(interest − mean)`, within the cap, at the mark.
    fn hourly_step(&self) -> i128 {
        let rules = &self.rules.funding;
        let mean = down(&(ratio(self.hour.sum) / whole(self.hour.samples)), RATIO);
        let pull = (rules.interest - mean).clamp(-rules.clamp, rules.clamp);
        let rate = down(&(ratio(mean + pull) / whole(8)), RATIO);
        let rate = rate.clamp(-rules.hourly_cap, rules.hourly_cap);
        down(&(ratio(rate) * price(self.mark)), INDEX)
    }
}
