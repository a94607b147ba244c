//! One round, in order. Read it top to bottom.
//!
//! 1. **Shock**: what is scheduled from outside happens.
//! 2. **Arbitrage**: pools are traded to the edge of what their fee leaves of the outside price.
//! 3. **Oracle**: every feed looks once, and what it shows is frozen for the round.
//! 4. **Interest**: debts grow by the seconds of the round.
//! 5. **Liquidation**: every loan that is liquidatable at the frozen price is liquidated once, in
//!    order; what is seized is put aside.
//! 6. **Auction**: lots whose time is up go to keepers, who sell what they have won.
//! 7. **Sale**: what was put aside is sold into the pools, in the same order.
//! 8. **Perps**: markets of perpetual futures live through the round's seconds, and what their
//!    liquidations handed over is hedged in the pools.
//! 9. **Liquidity**: providers whose rule says so withdraw.
//! 10. **Whales**: who has several places raises cash in one for a loan in another.
//! 11. **Measure**: what is left is looked at; nothing moves.
//!
//! A plan is pure and reads the world; its commit posts every movement to the books. Two laws are
//! asserted after every phase, in release builds too: every asset sums to zero and the journal
//! gives the balances, and the books hold what every pool trades with.

mod arbitrage;
mod auction;
mod interest;
mod liquidation;
mod liquidity;
mod measure;
mod oracle;
mod perps;
mod sale;
mod shock;
mod whales;

pub use whales::CashCall;

use seawall_units::{TokenPrice, Tokens};

use crate::books::Asset;
use crate::ids::{MarketId, PoolId};
use crate::place::Place;
use crate::report::{Happened, MarketReport, PoolReport, RoundReport};
use crate::world::World;

/// What the phases of one round hand on to each other.
#[derive(Debug, Default)]
pub(crate) struct Round {
    /// What is told of it in the end.
    pub(crate) report: RoundReport,
    /// What was seized and waits for its sale.
    pub(crate) lots: Vec<Lot>,
}

/// Seized collateral that its liquidator sells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lot {
    pub(crate) market: MarketId,
    pub(crate) asset: Asset,
    pub(crate) amount: Tokens,
    /// What he repaid for it, and in which asset.
    pub(crate) debt: Asset,
    pub(crate) paid: Tokens,
}

impl World {
    /// Runs the next round.
    pub fn step(&mut self) -> RoundReport {
        self.step_with(&mut [])
    }

    /// Runs the next round with the markets of perpetual futures that this world was opened with.
    pub fn step_with(&mut self, places: &mut [Place]) -> RoundReport {
        let mut round = self.begin();
        let phases: [fn(&mut Self, &mut Round); 7] = [
            shock::run,
            arbitrage::run,
            oracle::run,
            interest::run,
            liquidation::run,
            auction::run,
            sale::run,
        ];
        for phase in phases {
            phase(self, &mut round);
            self.end_phase();
        }
        perps::run(self, places, &mut round);
        self.end_phase();
        let phases: [fn(&mut Self, &mut Round); 2] = [liquidity::run, whales::run];
        for phase in phases {
            phase(self, &mut round);
            self.end_phase();
        }
        oracle::note_standing(self);
        measure::run(self, &mut round);
        let told = self.measured();
        let told = told.and_then(|id| round.report.pools.get(id.index()));
        self.met = told.and_then(|pool| pool.ready);
        round.report
    }

    /// The clock goes on, and what is measured against is written down.
    fn begin(&mut self) -> Round {
        self.round = self.round.saturating_add(1);
        self.now = self.now.plus(self.config.rounds.seconds);
        self.books.set_round(self.round);
        let pools = self.exchange.pools.iter().map(|venue| PoolReport {
            pool: venue.name.clone(),
            before: venue.pool.spot(),
            ..PoolReport::default()
        });
        let markets = self.markets.iter().map(|market| MarketReport {
            market: market.name.clone(),
            ..MarketReport::default()
        });
        Round {
            report: RoundReport {
                round: self.round,
                second: self.now.secs(),
                pools: pools.collect(),
                markets: markets.collect(),
                ..RoundReport::default()
            },
            lots: Vec::new(),
        }
    }

    /// What would be told of the world as it stands, without running a round.
    #[must_use]
    pub fn look(&self) -> RoundReport {
        let mut round = self.clone().begin();
        round.report.round = self.round;
        round.report.second = self.now.secs();
        measure::run(self, &mut round);
        round.report
    }

    /// The prices of all pools.
    pub(crate) fn spots(&self) -> Vec<Option<TokenPrice>> {
        let pools = self.exchange.pools.iter();
        pools.map(|venue| venue.pool.spot()).collect()
    }
}

impl Round {
    /// Something happened.
    pub(crate) fn note(&mut self) {
        self.report.happened = Happened::Something;
    }

    /// What is told of a pool.
    pub(crate) fn pool(&mut self, id: PoolId) -> Option<&mut PoolReport> {
        self.report.pools.get_mut(id.index())
    }

    /// What is told of a lending market.
    pub(crate) fn market(&mut self, id: MarketId) -> Option<&mut MarketReport> {
        self.report.markets.get_mut(id.index())
    }
}
