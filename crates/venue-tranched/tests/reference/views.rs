//! What the market shows of itself: quotes, values, Senior's worst case.

use seawall_venue::LpHolding;

use super::books::Purse;
use super::number::{above, usd, usd_up};
use super::providers::Holding;
use super::second::Gate;
use super::{Exact, Model};

impl Holding {
    /// The engine's words.
    pub fn of(told: &LpHolding) -> Self {
        Self {
            shares: told.shares,
            share_price: told.share_price.units(),
            value: told.value.units(),
            exit_value: told.exit_value.units(),
            waiting: told.waiting.units(),
            granted: told.granted.units(),
            recovered: told.recovered.units(),
            claimable: told.claimable.units(),
        }
    }
}

impl Model {
    pub fn bidder_equity(&self, bidder: u32) -> i128 {
        let account = self.accounts + bidder;
        self.equity(account) + self.books.of(Purse::Free(account))
    }

    pub fn parts_of_capital(&self) -> Vec<(&'static str, i128)> {
        let (senior, junior) = self.tranches();
        vec![
            ("senior", senior),
            ("junior", junior),
            ("insurance", self.books.of(Purse::Insurance)),
        ]
    }

    /// The rate, F and both sides' B.
    pub fn indices(&self) -> [i128; 4] {
        [self.rate, self.funding, self.fee[0], self.fee[1]]
    }

    /// What an opening order from nobody would get: notional and cost.
    pub fn quote(&self, side: i128, notional: i128) -> (i128, i128) {
        if self.gate() != Gate::Open {
            return (0, 0);
        }
        let asked = self.bought(notional);
        let filled = asked.min(self.room_to_open(u32::MAX, side));
        let value = if filled == asked {
            notional
        } else {
            self.worth_down(filled)
        };
        match filled {
            0 => (0, 0),
            _ => (
                value,
                self.charges(side * filled, Gate::Open, self.taker_fees())
                    .total(),
            ),
        }
    }

    /// The most that Senior could lose (M-9.5): after both events, a fall, a rise.
    pub fn worst_case(&self) -> [i128; 3] {
        let vault = &self.params.vault;
        let (longs, shorts) = (self.open_interest(1), self.open_interest(-1));
        let share = |notional: i128, by: super::Q| usd_up(usd(notional) * by);
        let (fall, rise) = (vault.worst_fall.q(), vault.worst_rise.q());
        let (short_wins, long_wins) = (share(shorts, fall.clone()), share(longs, rise.clone()));
        let (long_loses, short_loses) = (share(longs, fall), share(shorts, rise));
        [
            self.worst_loss(short_wins + long_wins, long_loses + short_loses),
            self.worst_loss(short_wins, long_loses),
            self.worst_loss(long_wins, short_loses),
        ]
    }

    /// min(S, max(G + U + D − max(0, equity − K), D)); with a cap on Junior's loss, what losers can
    /// lose stands beside D.
    fn worst_loss(&self, gain: i128, losses: i128) -> i128 {
        let positions = i128::try_from(self.positions.len()).unwrap();
        let beyond = self.uncovered(1) + self.uncovered(-1) + positions * 1_000;
        let cushion = above(self.pool_cash() - self.traders_pnl() - self.claim);
        let deficits = self.open_deficits();
        let capped = self.params.waterfall.junior.loss_cap < seawall_units::Ratio::ONE;
        let past_junior = if capped { losses + beyond } else { 0 };
        let loss = (gain + beyond + deficits - cushion).max(deficits + past_junior);
        above(loss).min(self.tranches().0)
    }
}
