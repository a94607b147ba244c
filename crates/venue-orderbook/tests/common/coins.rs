//! A small world of several coins.

use seawall_ledger::{Account, AccountId};
use seawall_units::{Base, Price, Ratio, Usd};
use seawall_venue::{Event, FillRule, MarginTable, Receipt, Refusal, SourceQuote};
use seawall_venue_orderbook::{
    Capital, CoinEndowment, CoinId, CoinSetup, CoinTick, Deposit, Exchange, ExchangeCommand,
    ExchangeParams, ExchangeSetup, MarginMode,
};

use super::{START, id, price, usd};

pub const A: CoinId = CoinId::new(0);
pub const B: CoinId = CoinId::new(1);

/// A coin with one margin table for all sizes.
pub fn coin(params: &ExchangeParams, name: &str, opening: &str, table: (&str, &str)) -> CoinSetup {
    let ratio = |text: &str| text.parse::<Ratio>().unwrap();
    CoinSetup {
        params: params.venue.coin(name),
        opening: price(opening),
        table: Some(MarginTable {
            initial: ratio(table.0),
            maintenance: ratio(table.1),
        }),
    }
}

pub fn setup(coins: Vec<CoinSetup>, accounts: Vec<MarginMode>) -> ExchangeSetup {
    ExchangeSetup {
        start: START,
        coins,
        accounts,
        deposits: Vec::new(),
        endowments: Vec::new(),
    }
}

pub fn deposit(account: u32, amount: &str) -> Deposit {
    Deposit {
        account: id(account),
        amount: usd(amount),
    }
}

pub fn endowment(
    account: u32,
    coin: CoinId,
    size: i32,
    entry: &str,
    margin: &str,
) -> CoinEndowment {
    CoinEndowment {
        account: id(account),
        coin,
        size: Base::whole(size),
        entry: price(entry),
        margin: usd(margin),
    }
}

pub fn order(account: u32, coin: CoinId, size: &str, margin: &str) -> ExchangeCommand {
    ExchangeCommand::Order {
        account: id(account),
        coin,
        size: size.parse().unwrap(),
        margin: usd(margin),
        limit: None,
        fill: FillRule::Partial,
    }
}

pub struct Floor {
    pub exchange: Exchange,
    pub second: u64,
    pub told: Vec<(Option<CoinId>, Event)>,
}

impl Floor {
    pub fn new(params: ExchangeParams, capital: Capital, setup: ExchangeSetup) -> Self {
        Self {
            exchange: Exchange::new(params, capital, setup).unwrap(),
            second: 0,
            told: Vec::new(),
        }
    }

    /// The next second, sources and outside prices of all coins at these prices.
    pub fn tick(&mut self, prices: &[&str]) {
        let prices: Vec<Price> = prices.iter().map(|text| price(text)).collect();
        self.tick_at(&prices);
    }

    pub fn tick_at(&mut self, prices: &[Price]) {
        self.second += 1;
        let now = START.plus(self.second);
        let quotes: Vec<_> = prices
            .iter()
            .map(|price| [1, 2, 3].map(|source| SourceQuote::new(source, *price, now)))
            .collect();
        let ticks: Vec<_> = quotes
            .iter()
            .zip(prices)
            .map(|(quotes, price)| CoinTick {
                outside: *price,
                quotes,
            })
            .collect();
        self.exchange.observe(now, &ticks);
        self.exchange.accrue();
        self.exchange.liquidate();
        if now.is_whole_minute() {
            self.exchange.attribute();
        }
        self.hear();
    }

    pub fn until(&mut self, second: u64, prices: &[&str]) {
        while self.second < second {
            self.tick(prices);
        }
    }

    pub fn ask(&mut self, command: ExchangeCommand) -> Result<Receipt, Refusal> {
        let planned = self.exchange.plan(&command);
        let done = self.exchange.commit(&command);
        assert_eq!(planned, done);
        self.hear();
        done
    }

    pub fn finish(&mut self) {
        self.exchange.finish();
        self.hear();
    }

    fn hear(&mut self) {
        let told = self.exchange.drain_told().into_iter();
        self.told
            .extend(told.map(|(coin, told)| (coin, told.event)));
    }

    pub fn balance(&self, account: Account) -> Usd {
        self.exchange.ledger().balance(account)
    }

    pub fn size(&self, account: u32, coin: CoinId) -> Base {
        let held = self.exchange.positions(id(account));
        let place = held.iter().find(|place| place.coin == coin);
        place.map_or(Base::ZERO, |place| place.size)
    }
}

pub fn margin(account: u32) -> Account {
    Account::Margin(AccountId::new(account))
}

/// Every law that holds after every step.
pub fn assert_laws(exchange: &Exchange) {
    let ledger = exchange.ledger();
    assert_eq!((ledger.sum(), ledger.recount()), (Usd::ZERO, Usd::ZERO));
    for (coin, row) in exchange.recount() {
        assert_eq!(row.kept, row.counted, "{} of {coin:?}", row.what);
    }
    for (account, balance) in ledger.balances() {
        let may = account.kind().may_stay_negative();
        assert!(may || !balance.is_negative(), "{account} {balance}");
    }
}
