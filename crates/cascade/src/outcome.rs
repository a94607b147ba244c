//! What a whole run came to.

use std::collections::{BTreeMap, BTreeSet};

use seawall_units::{Ratio, TokenPrice, Tokens};
use serde::Serialize;

use crate::books::{Account, Cause};
use crate::config::ArbitrageMode;
use crate::ids::{MarketId, OwnerId};
use crate::place::Place;
use crate::report::{AuctionReport, Borne, Happened, RoundReport};
use crate::who_paid::WhoPaid;
use crate::world::World;

/// How a run is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No loan was liquidated.
    Calm,
    /// Loans were liquidated, and the price fell less than `measures.spiral_from` times as far as
    /// the shock alone had made it.
    Contained,
    /// It fell as far or further.
    Spiral,
}

impl Verdict {
    /// Its name in tables and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Contained => "contained",
            Self::Spiral => "spiral",
        }
    }
}

/// A whole run.
#[derive(Debug, Clone)]
pub struct Run {
    /// The world before the first round.
    pub opening: RoundReport,
    /// Every round.
    pub rounds: Vec<RoundReport>,
    /// What it came to.
    pub outcome: Outcome,
    /// The world as it was left, with its books and its journal.
    pub world: World,
}

/// What a run came to. Prices and falls are those of the pool that is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The price before anything happened.
    pub opening_spot: Option<TokenPrice>,
    /// The price at the end; `None` when the pool is drained.
    pub final_spot: Option<TokenPrice>,
    /// The lowest price at the end of a round.
    pub lowest_spot: Option<TokenPrice>,
    /// Rounds in which loans were liquidated.
    pub rounds: u32,
    /// Rounds that were run, quiet ones included.
    pub rounds_run: u32,
    /// Loans that were liquidated, each once.
    pub accounts: u32,
    /// Liquidations.
    pub liquidations: u32,
    /// Of them, above the frontier from which that makes things worse.
    pub toxic: u32,
    /// Tokens sold by force, in all pools.
    pub sold: Tokens,
    /// Quote that they fetched.
    pub proceeds: Tokens,
    /// Debt repaid by liquidators, in what was lent.
    pub repaid: Tokens,
    /// Debt that collateral does not cover, written off or not, in quote at the closing prices.
    pub shortfall: Tokens,
    /// Of it, what was written off, by who bears it, in what was lent.
    pub written_off: Borne,
    /// What auctions of collateral did; `None` when there were none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auctions: Option<AuctionReport>,
    /// How far shocks and the outside price took the price down by themselves.
    pub initial_fall: Tokens,
    /// How far it was down at the end of its worst round.
    pub total_fall: Tokens,
    /// The one over the other; `None` without an initial fall.
    pub amplification: Option<Ratio>,
    /// The loop gain that the first liquidations met, of the market with the largest.
    pub loop_gain: Option<Ratio>,
    /// The largest part of all forced sales that fell into one round, by what they fetched.
    pub largest_round: Option<Ratio>,
    /// What is left of the quote in the pool.
    pub quote_left: Option<Ratio>,
    /// Concentration of the pool's shares at the opening.
    pub concentration: Option<Ratio>,
    /// How it is called.
    pub verdict: Verdict,
    /// Who paid.
    pub who_paid: WhoPaid,
}

impl World {
    /// Runs rounds until nothing is scheduled and nothing has happened for as many rounds as
    /// `rounds.quiet` says, or `rounds.most` are over.
    #[must_use]
    pub fn run(self) -> Run {
        self.run_with(&mut [])
    }

    /// Runs as [`World::run`] with the markets of perpetual futures that this world was opened with.
    #[must_use]
    pub fn run_with(mut self, places: &mut [Place]) -> Run {
        let opening = self.look();
        let concentration = self.measured().and_then(|pool| self.concentration(pool));
        let rules = self.config.rounds.clone();
        let scheduled = self.last_scheduled();
        let mut rounds: Vec<RoundReport> = Vec::new();
        let mut quiet = 0_u32;
        while self.round < rules.most {
            let report = self.step_with(places);
            quiet = match report.happened {
                Happened::Nothing => quiet.saturating_add(1),
                Happened::Something => 0,
            };
            rounds.push(report);
            if quiet >= rules.quiet && self.round >= scheduled {
                break;
            }
        }
        let outcome = self.outcome(&opening, &rounds, concentration);
        Run {
            opening,
            rounds,
            outcome,
            world: self,
        }
    }

    /// The last round for which something is scheduled.
    fn last_scheduled(&self) -> u32 {
        let shocks = self.config.shocks.values().map(|shock| shock.round);
        let paths = self.config.tokens.values().map(|token| token.path.len());
        let paths = paths.map(|length| u32::try_from(length).unwrap_or(u32::MAX));
        let houses = self.markets.iter().filter_map(|of| of.house.as_ref());
        let gas = houses.map(|house| house.scheduled());
        shocks.chain(paths).chain(gas).max().unwrap_or(0)
    }

    fn outcome(
        &self,
        opening: &RoundReport,
        rounds: &[RoundReport],
        concentration: Option<Ratio>,
    ) -> Outcome {
        let falls = Falls::of(self, opening, rounds);
        let amplification = falls.total.ratio_floor(falls.initial);
        let amplification = amplification.filter(|_| falls.initial.is_positive());
        let pools = || rounds.iter().flat_map(|round| &round.pools);
        let markets = || rounds.iter().flat_map(|round| &round.markets);
        let with = rounds
            .iter()
            .filter(|round| round.markets.iter().any(|one| one.liquidated > 0));
        let rounds_with = with.count();
        let liquidations = markets().fold(0_u32, |sum, one| sum.saturating_add(one.liquidated));
        let proceeds: Tokens = pools().map(|one| one.proceeds).sum();
        let written_off = written_off(rounds);
        let open: Tokens = self.market_ids().map(|id| self.shortfall(id)).sum();
        let measured = self.measured().map(|id| id.index());
        let quote_left = measured.and_then(|place| {
            let now = self.exchange.pools.get(place)?.pool.quote_reserve();
            now.ratio_floor(opening.pools.get(place)?.quote)
        });
        let sold_by_round = rounds.iter().map(|round| {
            let sums = round.pools.iter().map(|one| one.proceeds);
            sums.sum::<Tokens>()
        });
        Outcome {
            opening_spot: falls.opening,
            final_spot: self.spot(),
            lowest_spot: falls.lowest,
            rounds: u32::try_from(rounds_with).unwrap_or(u32::MAX),
            rounds_run: self.round,
            accounts: self.accounts(),
            liquidations,
            toxic: markets().fold(0, |sum, one| sum.saturating_add(one.toxic)),
            sold: pools().map(|one| one.sold).sum(),
            proceeds,
            repaid: markets().map(|one| one.repaid).sum(),
            shortfall: open + self.written_off_in_quote(rounds),
            written_off,
            auctions: auctions(rounds),
            initial_fall: falls.initial,
            total_fall: falls.total,
            amplification,
            loop_gain: first_gain(rounds),
            largest_round: sold_by_round
                .max()
                .and_then(|most| most.ratio_floor(proceeds)),
            quote_left,
            concentration,
            verdict: self.verdict(liquidations, amplification, falls.total),
            who_paid: self.who_paid(),
        }
    }

    fn verdict(&self, liquidations: u32, amplification: Option<Ratio>, fall: Tokens) -> Verdict {
        match (liquidations, amplification) {
            (0, _) => Verdict::Calm,
            // Sold out by nothing but its own sales.
            (_, None) if fall.is_positive() => Verdict::Spiral,
            (_, Some(times)) if times >= self.config.measures.spiral_from => Verdict::Spiral,
            _ => Verdict::Contained,
        }
    }

    /// Loans that were liquidated, as the journal tells.
    fn accounts(&self) -> u32 {
        let seized = self.books.journal().iter().map(|entry| entry.transfer);
        let seized = seized.filter(|moved| moved.cause() == Cause::CollateralSeized);
        let touched: BTreeSet<(MarketId, OwnerId)> = seized
            .filter_map(|moved| match moved.from() {
                Account::Collateral(market, owner) => Some((market, owner)),
                _ => None,
            })
            .collect();
        u32::try_from(touched.len()).unwrap_or(u32::MAX)
    }

    fn written_off_in_quote(&self, rounds: &[RoundReport]) -> Tokens {
        let mut by_market: BTreeMap<usize, Tokens> = BTreeMap::new();
        for round in rounds {
            for (place, market) in round.markets.iter().enumerate() {
                *by_market.entry(place).or_default() += market.written_off.total();
            }
        }
        let worth = by_market.into_iter().filter_map(|(place, amount)| {
            let debt = self.markets.get(place)?.debt;
            Some(self.worth(debt, amount, seawall_units::Round::Ceil))
        });
        worth.sum()
    }
}

fn auctions(rounds: &[RoundReport]) -> Option<AuctionReport> {
    let markets = rounds.iter().flat_map(|round| &round.markets);
    let mut all = markets.filter_map(|market| market.auctions);
    let mut sum = all.next()?;
    all.for_each(|one| sum.add(&one));
    Some(sum)
}

fn written_off(rounds: &[RoundReport]) -> Borne {
    let mut sum = Borne::default();
    for market in rounds.iter().flat_map(|round| &round.markets) {
        sum.reserves += market.written_off.reserves;
        sum.cover += market.written_off.cover;
        sum.lenders += market.written_off.lenders;
        sum.holders += market.written_off.holders;
    }
    sum
}

/// The largest gain of the first round in which loans were liquidated.
fn first_gain(rounds: &[RoundReport]) -> Option<Ratio> {
    let first = rounds
        .iter()
        .find(|round| round.markets.iter().any(|one| one.liquidated > 0))?;
    first
        .markets
        .iter()
        .filter_map(|market| market.loop_gain)
        .max()
}

/// How far a price fell by itself, and how far in all.
struct Falls {
    opening: Option<TokenPrice>,
    lowest: Option<TokenPrice>,
    initial: Tokens,
    total: Tokens,
}

impl Falls {
    /// The initial fall is the larger of two: the deepest that the shocks' trades alone would have
    /// taken the price, each by as much as it moved it; and, where somebody trades the pool to the
    /// outside price or no shock moved it, the deepest that this one fell below the opening.
    fn of(world: &World, opening: &RoundReport, rounds: &[RoundReport]) -> Self {
        let place = world.measured().map_or(usize::MAX, |id| id.index());
        let start = opening.pools.get(place).and_then(|pool| pool.spot);
        let told: Vec<_> = rounds
            .iter()
            .filter_map(|round| round.pools.get(place))
            .collect();
        let lowest = told.iter().filter_map(|pool| pool.spot).chain(start).min();
        let mut moved = 0_i128;
        let mut initial = 0_i128;
        for pool in &told {
            if let (Some(before), Some(after)) = (pool.before, pool.shocked) {
                moved = moved
                    .saturating_add(before.units())
                    .saturating_sub(after.units());
                initial = initial.max(moved);
            }
        }
        let outside = told.iter().filter_map(|pool| pool.outside).min();
        let arbitraged = world.config.arbitrage.mode == ArbitrageMode::EveryRound;
        if arbitraged || initial == 0 {
            initial = initial.max(below(start, outside));
        }
        let amount = Tokens::of_sum;
        Self {
            opening: start,
            lowest,
            initial: amount(initial),
            total: amount(below(start, lowest)),
        }
    }
}

fn below(from: Option<TokenPrice>, to: Option<TokenPrice>) -> i128 {
    match (from, to) {
        (Some(from), Some(to)) => from.units().saturating_sub(to.units()).max(0),
        _ => 0,
    }
}
