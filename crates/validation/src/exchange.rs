//! The order book of several coins, driven with the recorded marks.

use std::collections::{BTreeMap, BTreeSet};

use seawall_ledger::{AccountId, DeficitId};
use seawall_units::{Price, Ratio, Side, Usd};
use seawall_venue::{Event, SetupError, SourceQuote, StageId, WinnerCut};
use seawall_venue_orderbook::{
    BookParams, Capital, CoinEndowment, CoinId, CoinSetup, CoinTick, Exchange, ExchangeParams,
    ExchangeSetup, MarginMode, Params,
};

use crate::Clock;
use crate::assumptions::{Assumptions, GroupAssumptions};
use crate::population::Crowd;
use crate::prices::{Prices, Second};
use crate::record::{Burst, Record};

/// One exchange of a group's coins, with the vaults that serve them.
pub(crate) struct Market<'a> {
    /// Everything assumed.
    pub(crate) all: &'a Assumptions,
    /// The coins and the vault.
    pub(crate) group: &'a GroupAssumptions,
    /// Equity of each vault.
    pub(crate) vaults: Vec<Usd>,
}

impl Market<'_> {
    /// Runs the crowd through the prices up to `until`.
    pub(crate) fn run(
        &self,
        crowd: &Crowd,
        prices: &Prices,
        until: Clock,
    ) -> Result<Record, SetupError> {
        let coins = self.all.coins_of(self.group);
        let mut exchange = self.open(crowd, prices.opening(), &coins)?;
        let mut record = Record::default();
        let mut deficits = BTreeMap::new();
        for (now, second) in prices.after_start().take_while(|(now, _)| *now <= until) {
            step(&mut exchange, now, second, &coins);
            let told = exchange.drain_told();
            let mut watch = Watch {
                exchange: &exchange,
                coins: &coins,
                now,
                deficits: &mut deficits,
                record: &mut record,
                deleveraged: BTreeSet::new(),
            };
            for (coin, told) in told {
                watch.note(coin, &told.event);
            }
            exchange.drain_entries();
        }
        record.residual = exchange.residual();
        Ok(record)
    }

    fn open(
        &self,
        crowd: &Crowd,
        opening: &[Price],
        coins: &[usize],
    ) -> Result<Exchange, SetupError> {
        // The marks are recorded, so the mark is what the oracle says; and the makers' quotes are
        // one curve, of the assumed depth.
        let mut params = ExchangeParams {
            venue: Params::plain(),
            ..ExchangeParams::default()
        };
        params.venue.mark_interval = 3;
        params.venue.oracle.quorum = 1;
        let makers = self.makers(coins);
        let mut setups = Vec::with_capacity(coins.len());
        for place in coins {
            let (Some(coin), Some(price)) = (self.all.coins.get(*place), opening.get(*place))
            else {
                continue;
            };
            let mut terms = params.venue.coin(&coin.name);
            terms.tiers.clone_from(&coin.tiers);
            terms.book = BookParams {
                depth: coin.depth.ratio_floor(makers).unwrap_or(Ratio::ZERO),
                withdrawal: self.all.book.withdrawal,
                half_life: self.all.book.half_life,
                ..terms.book
            };
            setups.push(CoinSetup {
                params: terms,
                opening: *price,
                table: None,
            });
        }
        let endowments = crowd.holdings.iter().filter_map(|held| {
            let place = coins.iter().position(|coin| *coin == held.coin)?;
            Some(CoinEndowment {
                account: AccountId::new(held.account),
                coin: id(place),
                size: held.size,
                entry: held.entry,
                margin: held.margin,
            })
        });
        let setup = ExchangeSetup {
            start: self.all.start.time(),
            coins: setups,
            accounts: (0..crowd.accounts).map(|_| MarginMode::Cross).collect(),
            deposits: Vec::new(),
            endowments: endowments.collect(),
        };
        let capital = Capital {
            makers,
            backstops: self.vaults.clone(),
        };
        Exchange::new(params, capital, setup)
    }

    /// The makers' equity behind these coins: by depth.
    fn makers(&self, coins: &[usize]) -> Usd {
        let depth = |place: &usize| self.all.coins.get(*place).map_or(Usd::ZERO, |c| c.depth);
        let ours: Usd = coins.iter().map(depth).sum();
        let whole: Usd = self.all.coins.iter().map(|coin| coin.depth).sum();
        let all = self.all.book.makers;
        all.mul_div_floor(ours, whole).unwrap_or(all)
    }
}

fn id(place: usize) -> CoinId {
    CoinId::new(u16::try_from(place).unwrap_or(u16::MAX))
}

/// One second's prices and phases.
fn step(exchange: &mut Exchange, now: Clock, second: &Second, coins: &[usize]) {
    let quotes: Vec<[SourceQuote; 1]> = coins
        .iter()
        .filter_map(|coin| second.marks.get(*coin))
        .map(|mark| [SourceQuote::new(0, *mark, now.time())])
        .collect();
    let outside = coins.iter().filter_map(|coin| second.outside.get(*coin));
    let ticks: Vec<CoinTick<'_>> = outside
        .zip(&quotes)
        .map(|(outside, quotes)| CoinTick {
            outside: *outside,
            quotes,
        })
        .collect();
    exchange.observe(now.time(), &ticks);
    exchange.accrue();
    exchange.liquidate();
    exchange.attribute();
}

/// Reads one second's events into the record.
struct Watch<'a> {
    exchange: &'a Exchange,
    coins: &'a [usize],
    now: Clock,
    /// Whose deficits are open, and the side of the position that left each.
    deficits: &'a mut BTreeMap<DeficitId, AccountId>,
    record: &'a mut Record,
    /// Coins in which ADL has run in this second.
    deleveraged: BTreeSet<usize>,
}

impl Watch<'_> {
    fn note(&mut self, coin: Option<CoinId>, event: &Event) {
        match event {
            Event::Liquidation(taken) if taken.stage == StageId::Junior => {
                self.record.violations += u64::from(!self.deleveraged.is_empty());
                let minute = self.record.takeovers.entry(self.now.minute()).or_default();
                *minute += 1;
            }
            Event::DeficitOpened { id, account, .. } => {
                self.deficits.insert(*id, *account);
            }
            Event::Cut(cut) => {
                if let Some(coin) = coin {
                    self.cut(coin, cut);
                }
            }
            _ => {}
        }
    }

    fn cut(&mut self, coin: CoinId, cut: &WinnerCut) {
        let Some(view) = self.exchange.coin(coin) else {
            return;
        };
        let Some(place) = self.coins.get(coin.index()).copied() else {
            return;
        };
        // Who is closed was a short when the loser was a long.
        let price = match cut.closed.side() {
            Some(Side::Short) => view.previous.max(view.mark),
            _ => view.previous.min(view.mark),
        };
        let notional = price.value_floor(cut.closed.abs());
        let loser = cut.deficit.and_then(|id| self.deficits.get(&id));
        let house = self.exchange.house();
        let of_vault = loser.is_some_and(|loser| *loser > house);
        let left = self.exchange.positions(cut.account);
        let whole = left.iter().all(|position| position.coin != coin);
        self.deleveraged.insert(place);
        let burst = self.burst(place, (price, view.mark));
        burst.notional += notional;
        burst.winners += 1;
        burst.whole += u64::from(whole);
        burst.taken += cut.taken;
        if of_vault {
            burst.of_vaults += notional;
        }
    }

    /// The burst of this second, coin and price.
    fn burst(&mut self, coin: usize, (price, mark): (Price, Price)) -> &mut Burst {
        let now = self.now;
        let bursts = &mut self.record.bursts;
        let same = |burst: &Burst| (burst.at, burst.coin, burst.price) == (now, coin, price);
        let place = bursts.iter().rposition(same).unwrap_or_else(|| {
            bursts.push(Burst {
                at: now,
                coin,
                notional: Usd::ZERO,
                of_vaults: Usd::ZERO,
                price,
                mark,
                winners: 0,
                whole: 0,
                taken: Usd::ZERO,
            });
            bursts.len() - 1
        });
        &mut bursts[place]
    }
}
