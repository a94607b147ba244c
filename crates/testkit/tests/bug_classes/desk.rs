//! The liquidation of the tranched market through its port, which a test can spoil at one call.

use std::collections::BTreeMap;

use seawall_ledger::{AccountId, DeficitId, Transfer};
use seawall_market::{Capital, IsolatedMarket, Params};
use seawall_units::{Base, Price, Ratio, Side, Time, Usd};
use seawall_venue::{Endowment, Event, MarketStatus, StageId};
use seawall_waterfall::{Bid, Health, Market, Waterfall, WaterfallConfig, Winner};

use crate::world::{setup, usd};

/// Which call of the port is spoilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spoil {
    Nothing,
    /// Nobody liquidates a position whose equity does not pay for his work.
    KeeperWantsHisFee,
    /// Every position below maintenance is seen twice in a second.
    SeenTwice,
    /// The losing positions of the side are named as its winners, by their notional.
    LosersAreNamed,
}

/// The market behind its port.
struct Port<'a> {
    market: &'a mut IsolatedMarket,
    spoil: Spoil,
}

impl Market for Port<'_> {
    fn tell(&mut self, event: Event) {
        self.market.tell(event);
    }
    fn mark(&self) -> Price {
        Market::mark(self.market)
    }
    fn maintenance_ratio(&self) -> Ratio {
        self.market.maintenance_ratio()
    }
    fn liquidation_fee(&self) -> Ratio {
        self.market.liquidation_fee()
    }
    fn distressed(&self) -> Vec<Health> {
        let found = self.market.distressed();
        match self.spoil {
            Spoil::KeeperWantsHisFee => found
                .into_iter()
                .filter(|health| health.equity > usd(1))
                .collect(),
            Spoil::SeenTwice => found.iter().flat_map(|health| [*health; 2]).collect(),
            _ => found,
        }
    }
    fn health(&self, account: AccountId) -> Option<Health> {
        self.market.health(account)
    }
    fn quote_close(&self, account: AccountId, size: Base) -> Usd {
        self.market.quote_close(account, size)
    }
    fn close_into_ladder(&mut self, account: AccountId, size: Base) -> Usd {
        self.market.close_into_ladder(account, size)
    }
    fn near_depth(&self) -> Usd {
        self.market.near_depth()
    }
    fn bids(&self, owner: AccountId, size: Base, price: Price) -> Vec<Bid> {
        self.market.bids(owner, size, price)
    }
    fn sell_lot(&mut self, owner: AccountId, bidder: AccountId, size: Base, price: Price) {
        self.market.sell_lot(owner, bidder, size, price);
    }
    fn take_over(&mut self, owner: AccountId, size: Base, price: Price) -> Usd {
        self.market.take_over(owner, size, price)
    }
    fn release(&mut self, account: AccountId) {
        self.market.release(account);
    }
    fn settle_bankrupt(&mut self, account: AccountId, id: DeficitId) -> Usd {
        self.market.settle_bankrupt(account, id)
    }
    fn capacity(&self, payer: StageId) -> Usd {
        self.market.capacity(payer)
    }
    fn pay(&mut self, payer: StageId, amount: Usd, id: DeficitId) -> Vec<Transfer> {
        self.market.pay(payer, amount, id)
    }
    fn winners(&self, side: Side) -> Vec<Winner> {
        let found = self.market.winners(side);
        if self.spoil != Spoil::LosersAreNamed {
            return found;
        }
        let mark = Market::mark(self.market);
        let losers = self.market.open_positions();
        let losers = losers.filter(|(_, position)| {
            position.side() == Some(side) && position.open_pnl(mark).is_negative()
        });
        let named = losers.map(|(account, position)| Winner {
            account,
            size: position.size(),
            profit: position.notional(mark),
            margin: self.market.margin_of(account),
            notional: position.notional(mark),
            equity: self.market.equity_of(account),
        });
        named.collect()
    }
    fn open_interest(&self, side: Side) -> Usd {
        self.market.open_interest(side)
    }
    fn close_winner(&mut self, account: AccountId, size: Base) -> Usd {
        self.market.close_winner(account, size)
    }
    fn book_shortfall(&mut self, account: AccountId, size: Base, id: DeficitId) -> Usd {
        self.market.book_shortfall(account, size, id)
    }
    fn cut_winner(&mut self, account: AccountId, amount: Usd, id: DeficitId) -> Transfer {
        self.market.cut_winner(account, amount, id)
    }
    fn open_pnl_and_capital(&self, payers: &[StageId]) -> (Usd, Usd) {
        self.market.open_pnl_and_capital(payers)
    }
    fn wind_up(&mut self, amount: Usd, id: DeficitId) -> Vec<Transfer> {
        self.market.wind_up(amount, id)
    }
}

/// One position as it stood.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) size: Base,
    pub(crate) equity: Usd,
    pub(crate) open_pnl: Usd,
    pub(crate) maintenance: Usd,
    pub(crate) notional: Usd,
    pub(crate) in_auction: bool,
}

/// One second of liquidation.
#[derive(Debug, Clone)]
pub(crate) struct Second {
    pub(crate) now: u64,
    pub(crate) mark: Price,
    pub(crate) before: BTreeMap<AccountId, Seen>,
    pub(crate) after: BTreeMap<AccountId, Seen>,
    pub(crate) events: Vec<Event>,
}

/// A market and its waterfall.
pub(crate) struct Desk {
    pub(crate) market: IsolatedMarket,
    waterfall: Waterfall,
    spoil: Spoil,
    now: u64,
    pub(crate) seconds: Vec<Second>,
}

/// Maintenance 1 %, room in the ladder, no accruals, no capital guard and no size that is closed
/// whole.
pub(crate) fn desk_params() -> Params {
    let mut params = Params::default();
    params.limits.account = Ratio::ONE;
    params.limits.reserved = Ratio::whole(100);
    params.ladder.near_senior = Ratio::ONE;
    params.ladder.near_junior = Ratio::ONE;
    params.waterfall.adl.capital_trigger = Ratio::whole(100);
    params
}

/// What has happened since the last call.
fn told(market: &mut IsolatedMarket) -> Vec<Event> {
    let told = market.telling_mut().drain().into_iter();
    told.map(|each| each.event).collect()
}

impl Desk {
    pub(crate) fn new(
        [senior, junior, insurance]: [i32; 3],
        positions: Vec<Endowment>,
        params: Params,
        spoil: Spoil,
    ) -> Self {
        let capital = Capital {
            senior: usd(senior),
            junior: usd(junior),
            insurance: usd(insurance),
        };
        let waterfall: WaterfallConfig = params.waterfall.clone();
        let market = IsolatedMarket::new(&setup(positions), capital, params, Vec::new()).unwrap();
        Self {
            waterfall: Waterfall::new(waterfall).in_epochs(market.epochs()),
            market,
            spoil,
            now: 0,
            seconds: Vec::new(),
        }
    }

    fn seen(&self) -> BTreeMap<AccountId, Seen> {
        let mark = Market::mark(&self.market);
        let of = |(account, position): (AccountId, seawall_margin::Position)| {
            let health = self.market.health(account).unwrap();
            let seen = Seen {
                size: position.size(),
                equity: health.equity,
                open_pnl: position.open_pnl(mark),
                maintenance: health.maintenance,
                notional: health.notional,
                in_auction: self.waterfall.is_in_auction(account),
            };
            (account, seen)
        };
        self.market.open_positions().map(of).collect()
    }

    /// A second at this mark, after so many in which nothing is looked at.
    pub(crate) fn second(&mut self, wait: u64, mark: &str) {
        self.now += 1 + wait;
        let (now, mark) = (Time::from_secs(self.now), mark.parse().unwrap());
        self.market.observe(now, mark, MarketStatus::Live);
        self.waterfall.set_time(now);
        let before = self.seen();
        self.market.ledger_mut().drain();
        let mut port = Port {
            market: &mut self.market,
            spoil: self.spoil,
        };
        self.waterfall.advance(&mut port);
        self.seconds.push(Second {
            now: self.now,
            mark,
            before,
            after: self.seen(),
            events: told(&mut self.market),
        });
    }
}
