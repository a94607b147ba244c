//! The value of one unit of capital, flows left out.

use seawall_units::{Ratio, Usd};

/// The value of one unit put in at the start, chained from flow to flow: between two flows it
/// moves with the value; a flow itself does not move it. Once it is zero it stays zero, because
/// who comes in later did not bear the loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chain {
    /// The unit when the capital was `base`.
    unit: Ratio,
    base: Usd,
    now: Ratio,
    peak: Ratio,
    worst: Ratio,
}

impl Chain {
    /// Begins with one unit.
    pub(crate) const fn new(value: Usd) -> Self {
        Self {
            unit: Ratio::ONE,
            base: value,
            now: Ratio::ONE,
            peak: Ratio::ONE,
            worst: Ratio::ZERO,
        }
    }

    /// A second passed, in which `flow` came in (out when negative) and after which the capital
    /// is `value`.
    ///
    /// **Formula** `unit · (value − flow)/base`. **Rounding** down; a drawdown up.
    pub(crate) fn step(&mut self, value: Usd, flow: Usd) {
        if self.base.is_positive() {
            let own = (value - flow).or_zero();
            let moved = self.unit.mul_div_floor(own, self.base);
            self.now = moved.unwrap_or(self.now);
        }
        if !flow.is_zero() {
            self.unit = self.now;
            self.base = value;
        }
        self.peak = self.peak.max(self.now);
        let fall = (self.peak - self.now).ratio_ceil(self.peak);
        self.worst = self.worst.max(fall.unwrap_or_default());
    }

    /// Largest fall from the peak, as a share of the peak.
    pub(crate) const fn drawdown(&self) -> Ratio {
        self.worst
    }

    /// What one unit gained.
    pub(crate) fn gain(&self) -> Ratio {
        self.now - Ratio::ONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    #[test]
    fn a_flow_is_neither_gain_nor_fall() {
        // 100 gains 10 %, 900 come in, 10 % are lost: 1.1 · 0.9 = 0.99; peak 1.1, fall 10 %.
        let mut chain = Chain::new(Usd::whole(100));
        chain.step(Usd::whole(110), Usd::ZERO);
        chain.step(Usd::whole(1010), Usd::whole(900));
        chain.step(Usd::whole(909), Usd::ZERO);
        assert_eq!(chain.gain(), ratio("-0.01"));
        assert_eq!(chain.drawdown(), ratio("0.1"));
    }

    #[test]
    fn an_exit_is_neither_gain_nor_fall() {
        // 100 gains 10 %, 55 leave, the other 55 gain 20 %: 1.1 · 1.2 = 1.32.
        let mut chain = Chain::new(Usd::whole(100));
        chain.step(Usd::whole(110), Usd::ZERO);
        chain.step(Usd::whole(55), Usd::whole(-55));
        chain.step(Usd::whole(66), Usd::ZERO);
        assert_eq!(chain.gain(), ratio("0.32"));
        assert_eq!(chain.drawdown(), Ratio::ZERO);
    }

    #[test]
    fn what_is_lost_stays_lost_when_others_come_in() {
        let mut chain = Chain::new(Usd::whole(100));
        chain.step(Usd::ZERO, Usd::ZERO);
        chain.step(Usd::whole(50), Usd::whole(50));
        chain.step(Usd::whole(60), Usd::ZERO);
        assert_eq!(chain.gain(), ratio("-1"));
        assert_eq!(chain.drawdown(), Ratio::ONE);
    }
}
