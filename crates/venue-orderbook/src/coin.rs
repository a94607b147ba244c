use std::fmt;
use std::ops::{Index, IndexMut};

use seawall_oracle::{MarketStatus, Oracle};
use seawall_units::{Base, Price, Ratio, Round, Side, Time, Usd, mul_div};
use seawall_venue::{MarginTable, MarkMade};

use crate::depth::{Depth, Taken};
use crate::funding::Funding;
use crate::index::LiquidationIndex;
use crate::makers::Makers;
use crate::mark::{BookTop, MarkParts, MarkRule, Marking};
use crate::params::FundingPrice;
use crate::position::Position;
use crate::terms::CoinParams;
use crate::tiers::MarginTiers;
use crate::timer::Timer;
use crate::watch::{Around, Watch};

/// A coin by its place among the coins of an exchange.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(transparent)]
pub struct CoinId(u16);

impl CoinId {
    /// The coin with this number.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Its place in a dense vector.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl fmt::Display for CoinId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Whether the mark moved in this second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MarkMoved {
    No,
    Yes,
}

/// One coin's market: its prices, its book, its funding and the users' interest in it.
#[derive(Debug, Clone)]
pub(crate) struct Coin {
    pub(crate) params: CoinParams,
    pub(crate) tiers: MarginTiers,
    pub(crate) oracle: Oracle,
    pub(crate) depth: Depth,
    /// Calm depth within 1 % over the makers' whole equity.
    pub(crate) quoted: Ratio,
    /// The most that the makers hold over their whole equity.
    pub(crate) reach: Ratio,
    /// The makers who quote for themselves.
    pub(crate) quoters: Makers,
    pub(crate) funding: Funding,
    /// Accounts that hold this coin and no other.
    pub(crate) index: LiquidationIndex,
    pub(crate) outside: Price,
    pub(crate) mark: Price,
    /// The mark before its last move: the price of ADL.
    pub(crate) previous: Price,
    /// The oracle price at that move.
    pub(crate) oracle_price: Price,
    pub(crate) marking: Marking,
    /// What the mark was made of, in the second in which it moved.
    pub(crate) made_of: Option<MarkMade>,
    /// The price of the last unit that the book gave or took.
    pub(crate) last_trade: Option<Price>,
    pub(crate) watch: Watch,
    pub(crate) status: MarketStatus,
    pub(crate) mark_timer: Timer,
    pub(crate) moved: MarkMoved,
    pub(crate) open_longs: Base,
    pub(crate) open_shorts: Base,
}

/// A coin as an exchange is started with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoinSetup {
    /// Its rules.
    pub params: CoinParams,
    /// The outside price in the first second.
    pub opening: Price,
    /// One margin table for all sizes instead of the tiers (`[terms.common]`, M-11.4).
    pub table: Option<MarginTable>,
}

impl CoinSetup {
    pub(crate) fn tiers(&self) -> MarginTiers {
        match &self.table {
            Some(table) => MarginTiers::common(table),
            None => MarginTiers::native(&self.params.tiers),
        }
    }
}

impl Coin {
    /// A coin at its opening, in an exchange of this many accounts.
    pub(crate) fn open(setup: CoinSetup, start: Time, accounts: usize, mark_interval: u64) -> Self {
        let (tiers, params, opening) = (setup.tiers(), setup.params, setup.opening);
        let leverage = i32::try_from(params.book.maker_leverage).unwrap_or(1);
        Self {
            quoted: params.book.depth.mul_floor(params.makers_share),
            reach: Ratio::whole(leverage).mul_floor(params.makers_share),
            oracle: Oracle::new(params.oracle, opening, start),
            depth: Depth::new(&params.book, opening, start),
            quoters: Makers::new(&params.book, opening, start),
            marking: Marking::new(&params.mark, opening, start),
            oracle_price: opening,
            made_of: None,
            last_trade: None,
            watch: Watch::new(start),
            funding: Funding::new(start),
            index: LiquidationIndex::new(tiers.maintenance_steps(), accounts),
            params,
            tiers,
            outside: opening,
            mark: opening,
            previous: opening,
            status: MarketStatus::Live,
            mark_timer: Timer::new(mark_interval, start),
            moved: MarkMoved::No,
            open_longs: Base::ZERO,
            open_shorts: Base::ZERO,
        }
    }

    /// Whether this second has a valid mark.
    pub(crate) fn has_mark(&self) -> bool {
        matches!(self.status, MarketStatus::Live | MarketStatus::Reopening)
    }

    /// Moves the mark on its grid, if there is a valid price to move it to.
    pub(crate) fn move_mark(&mut self, now: Time, oracle: Price, top: &BookTop) {
        (self.moved, self.made_of) = (MarkMoved::No, None);
        if self.has_mark() && self.mark_timer.strikes(now) {
            self.previous = self.mark;
            self.oracle_price = oracle;
            self.mark = self.next_mark(now, top);
            self.moved = MarkMoved::Yes;
        }
    }

    /// The mark at an update of the oracle.
    fn next_mark(&mut self, now: Time, top: &BookTop) -> Price {
        let (params, oracle) = (&self.params.mark, self.oracle_price);
        let parts = match params.rule {
            MarkRule::Oracle => MarkParts::default(),
            MarkRule::Documented => self.marking.update(params, now, oracle, top),
        };
        self.made_of = Some(MarkMade {
            oracle,
            based: parts.based,
            book: parts.book,
            perps: parts.perps,
            book_average: parts.book_average,
        });
        parts.mark().unwrap_or(oracle)
    }

    /// The price that funding is paid on.
    pub(crate) fn funding_price(&self) -> Price {
        match self.params.funding.price {
            FundingPrice::Oracle => self.oracle_price,
            FundingPrice::Mark => self.mark,
        }
    }

    /// The makers gave a taker of this side so much.
    pub(crate) fn consume(&mut self, now: Time, side: Side, taken: &Taken) {
        self.depth.eat(side, taken.size);
        self.quoters.take(side, taken.size);
        self.last_trade = taken.last.or(self.last_trade);
        let around = Around {
            oracle: self.oracle_price,
            outside: self.outside,
        };
        self.watch.traded(now, side, taken, &around);
    }

    /// How far the mark moved in this second, over the mark before; rounded up.
    pub(crate) fn relative_move(&self) -> Ratio {
        if self.moved == MarkMoved::No {
            return Ratio::ZERO;
        }
        let (mark, previous) = (self.mark.units(), self.previous.units());
        let span = mark.saturating_sub(previous).saturating_abs();
        mul_div(span, Ratio::ONE_UNITS, previous, Round::Ceil)
            .and_then(|units| Ratio::from_units(units).ok())
            .unwrap_or(Ratio::MAX)
    }

    /// What a position is worth beyond the cash behind it: profit at the mark less funding owed.
    pub(crate) fn worth(&self, position: &Position) -> Usd {
        position.open_pnl(self.mark) - position.owed(self.funding.index)
    }

    /// Notional at the mark, rounded up.
    pub(crate) fn notional(&self, size: Base) -> Usd {
        self.mark.value_ceil(size.abs())
    }

    pub(crate) fn maintenance(&self, size: Base) -> Usd {
        self.tiers.maintenance(self.notional(size))
    }

    /// What a position needs to be opened or increased at a chosen leverage: at least what its
    /// tier asks.
    pub(crate) fn initial(&self, size: Base, leverage: Option<u32>) -> Usd {
        let notional = self.notional(size);
        let tier = self.tiers.initial(notional);
        let chosen = leverage.and_then(|times| {
            let times = Ratio::units_i64(i64::from(times.max(1)));
            notional.mul_div_ceil(Ratio::ULP, times)
        });
        chosen.map_or(tier, |chosen| chosen.max(tier))
    }

    /// How much better for a loser of this side the previous mark is than the mark.
    pub(crate) fn gap(&self, side: Side) -> Option<Price> {
        let (previous, mark) = (self.previous.units(), self.mark.units());
        let units = match side {
            Side::Long => previous.saturating_sub(mark),
            Side::Short => mark.saturating_sub(previous),
        };
        Price::from_units(units).ok()
    }

    /// The price at which a loser of this side is closed against winners.
    pub(crate) fn batch_price(&self, loser: Side) -> Price {
        match self.gap(loser) {
            Some(_) => self.previous,
            None => self.mark,
        }
    }
}

/// The coins of an exchange. Ids are checked at the door, so that every id inside has its coin.
#[derive(Debug, Clone)]
pub(crate) struct Coins(Vec<Coin>);

impl Coins {
    pub(crate) fn new(coins: Vec<Coin>) -> Self {
        Self(coins)
    }

    pub(crate) fn has(&self, id: CoinId) -> bool {
        id.index() < self.0.len()
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = CoinId> + use<> {
        let count = u16::try_from(self.0.len()).unwrap_or(u16::MAX);
        (0..count).map(CoinId)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (CoinId, &Coin)> {
        self.ids().zip(&self.0)
    }
}

impl Index<CoinId> for Coins {
    type Output = Coin;
    fn index(&self, id: CoinId) -> &Coin {
        &self.0[id.index()]
    }
}

impl IndexMut<CoinId> for Coins {
    fn index_mut(&mut self, id: CoinId) -> &mut Coin {
        &mut self.0[id.index()]
    }
}
