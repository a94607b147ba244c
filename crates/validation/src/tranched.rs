//! The same positions in four isolated tranched markets: who would have paid there.

use std::collections::BTreeMap;

use seawall_ledger::{AccountId, BidderId};
use seawall_units::{Price, Ratio, Usd};
use seawall_venue::{
    Endowment, Event, MarginTable, Setup, SetupError, SourceQuote, StageId, Tick, Venue,
};
use seawall_venue_tranched::{BidderSetup, Capital, Params, TranchedVenue, endowment_use};

use crate::Clock;
use crate::assumptions::Assumptions;
use crate::population::Holding;
use crate::prices::Prices;

/// What the stages of one market came to, at the scale of the order book's open interest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Payers {
    /// Notional that owners lost in steps of the partial deleverage and in auctions.
    pub closed: BTreeMap<StageId, Usd>,
    /// What each stage paid of deficits.
    pub absorbed: BTreeMap<StageId, Usd>,
    /// All deficits.
    pub deficits: Usd,
    /// Notional of winners that ADL closed.
    pub winners_closed: Usd,
    /// Profit that was taken from winners.
    pub taken: Usd,
}

/// Sources of the mark: all publish the same.
const SOURCES: u16 = 3;

/// How capital is split: Senior, Junior and insurance, in tenths of a per cent.
const SENIOR: i32 = 7_910;
const JUNIOR: i32 = 2_000;

pub(crate) struct Market<'a> {
    pub(crate) all: &'a Assumptions,
    pub(crate) coin: usize,
    /// Risk capital of this market.
    pub(crate) capital: Usd,
}

impl Market<'_> {
    /// Runs the positions, shrunk until they fit, up to `until`.
    pub(crate) fn run(
        &self,
        held: &[Holding],
        prices: &Prices,
        until: Clock,
    ) -> Result<Payers, SetupError> {
        let opening = prices
            .opening()
            .get(self.coin)
            .copied()
            .unwrap_or(Price::ULP);
        let (params, capital) = (Params::default(), self.split());
        let whole = self.setup(held, opening, Ratio::ONE);
        let uses = endowment_use(&whole, capital, &params);
        let fits = uses
            .iter()
            .filter_map(|used| used.allowed.ratio_floor(used.value));
        // A thousandth is left for what rounding up may add.
        let fits = fits.min().unwrap_or(Ratio::ONE).min(Ratio::ONE);
        let scale = fits.mul_floor(Ratio::bps(9_990));
        let setup = self.setup(held, opening, scale);
        let bidders = self.bidders(capital);
        let mut venue = TranchedVenue::new(setup, capital, params, bidders)?;
        let mut payers = Payers::default();
        for (now, second) in prices.after_start().take_while(|(now, _)| *now <= until) {
            let mark = second.marks.get(self.coin).copied().unwrap_or(opening);
            let now = now.time();
            let quotes = (0..SOURCES).map(|source| SourceQuote::new(source, mark, now));
            let quotes: Vec<SourceQuote> = quotes.collect();
            venue.observe(&Tick {
                now,
                outside: mark,
                quotes: &quotes,
            });
            venue.accrue();
            venue.liquidate();
            venue.attribute();
            for event in venue.drain_events() {
                payers.note(&event, mark);
            }
            venue.drain_entries();
        }
        venue.finish();
        let last = venue.state().mark;
        for event in venue.drain_events() {
            payers.note(&event, last);
        }
        Ok(payers.over(scale))
    }

    fn split(&self) -> Capital {
        let senior = self.capital.mul_floor(Ratio::bps(SENIOR));
        let junior = self.capital.mul_floor(Ratio::bps(JUNIOR));
        Capital {
            senior,
            junior,
            insurance: self.capital - senior - junior,
        }
    }

    /// The bidders of the crash scenario: 1.5 % of the capital in two purses.
    fn bidders(&self, capital: Capital) -> Vec<BidderSetup> {
        let whole = capital.senior + capital.junior + capital.insurance;
        let purses = [
            (Ratio::bps(100), Ratio::bps(50)),
            (Ratio::bps(50), Ratio::bps(20)),
        ];
        let each = (0..).zip(purses);
        each.map(|(number, (share, discount))| {
            let purse = whole.mul_floor(share);
            BidderSetup {
                id: BidderId::new(number),
                capital: purse,
                discount,
                appetite: purse.mul_floor(Ratio::whole(2)),
                from: self.all.start.time(),
                until: self.all.end.time(),
            }
        })
        .collect()
    }

    fn setup(&self, held: &[Holding], opening: Price, scale: Ratio) -> Setup {
        let leverage = self
            .all
            .coins
            .get(self.coin)
            .and_then(|coin| coin.tiers.first());
        let leverage = i64::from(leverage.map_or(1, |tier| tier.max_leverage.max(1)));
        let rate = |times: i64| {
            let of = Ratio::ULP.ratio_ceil(Ratio::units_i64(leverage.saturating_mul(times)));
            of.unwrap_or(Ratio::ONE)
        };
        let mut endowments: Vec<Endowment> = Vec::with_capacity(held.len());
        for (number, each) in (0..).zip(held.iter().filter(|h| h.coin == self.coin)) {
            let size = each
                .size
                .side()
                .map(|side| side.signed(each.size.abs().mul_floor(scale)));
            let size = size.unwrap_or_default();
            if !size.is_zero() {
                endowments.push(Endowment {
                    account: AccountId::new(number),
                    size,
                    entry: each.entry,
                    margin: each.margin.mul_ceil(scale),
                });
            }
        }
        Setup {
            start: self.all.start.time(),
            opening,
            margin: Some(MarginTable {
                initial: rate(1),
                maintenance: rate(2),
            }),
            accounts: u32::try_from(held.len()).unwrap_or(u32::MAX),
            endowments,
        }
    }
}

impl Payers {
    fn note(&mut self, event: &Event, mark: Price) {
        match event {
            Event::DeficitOpened { amount, .. } => self.deficits += *amount,
            Event::Stage(report) => {
                let notional = mark.value_floor(report.closed.abs());
                *self.closed.entry(report.stage).or_default() += notional;
                *self.absorbed.entry(report.stage).or_default() += report.absorbed;
            }
            Event::DeficitClosed { residual, .. } => {
                *self.absorbed.entry(StageId::Residual).or_default() += *residual;
            }
            Event::Cut(cut) => {
                self.winners_closed += mark.value_floor(cut.closed.abs());
                self.taken += cut.taken;
            }
            _ => {}
        }
    }

    /// The same at the whole scale of the positions.
    fn over(self, scale: Ratio) -> Self {
        let whole = |amount: Usd| amount.mul_div_floor(Ratio::ONE, scale).unwrap_or(amount);
        let each = |stages: BTreeMap<StageId, Usd>| {
            let scaled = stages
                .into_iter()
                .map(|(stage, amount)| (stage, whole(amount)));
            scaled.collect()
        };
        Self {
            closed: each(self.closed),
            absorbed: each(self.absorbed),
            deficits: whole(self.deficits),
            winners_closed: whole(self.winners_closed),
            taken: whole(self.taken),
        }
    }

    /// Adds another market's.
    pub(crate) fn join(&mut self, other: Self) {
        for (stage, amount) in other.closed {
            *self.closed.entry(stage).or_default() += amount;
        }
        for (stage, amount) in other.absorbed {
            *self.absorbed.entry(stage).or_default() += amount;
        }
        self.deficits += other.deficits;
        self.winners_closed += other.winners_closed;
        self.taken += other.taken;
    }
}
