use std::collections::BTreeMap;

use seawall_ledger::{Account, Cause};
use seawall_ledger::{BidderId, DeficitId, Entry, Ledger, Transfer};
use seawall_units::{Price, Ratio, Time, Usd};
use seawall_vault::Vault;
use seawall_venue::{Event, SourceQuote};

use crate::account::MarginAccount;
use crate::backstop::{Marks, TakeOver};
use crate::chronicle::Chronicle;
use crate::coin::{CoinId, Coins, MarkMoved};
use crate::funding::sampled;
use crate::holder::Holder;
use crate::liquidity::{MakersCapital, QueuedLiquidity};
use crate::params::Params;
use crate::parent::{Liquidators, Parent};
use crate::several::SeveralCoins;
use crate::terms::AccountParams;
use crate::timer::Timer;

/// What an exchange sees of one coin in one second.
#[derive(Debug, Clone, Copy)]
pub struct CoinTick<'a> {
    /// The exogenous outside price.
    pub outside: Price,
    /// What the oracle sources published up to now, faults included.
    pub quotes: &'a [SourceQuote],
}

/// An order book with several coins: margin accounts that hold one or several of them, makers and
/// backstop vaults that hold all, and one ledger.
///
/// Every second is driven through its phases in this order: [`observe`](Self::observe),
/// [`accrue`](Self::accrue), [`commit`](Self::commit) for each command,
/// [`liquidate`](Self::liquidate), and when a minute begins [`attribute`](Self::attribute).
#[derive(Debug, Clone)]
pub struct Exchange {
    pub(crate) params: Params,
    pub(crate) account_params: AccountParams,
    pub(crate) coins: Coins,
    pub(crate) accounts: Vec<MarginAccount>,
    pub(crate) makers: Holder,
    pub(crate) backstops: Vec<Holder>,
    /// What is remembered of them.
    pub(crate) liquidators: Liquidators,
    /// The vault that owns makers and backstops, where there is one.
    pub(crate) parent: Option<Parent>,
    /// Accounts with several coins.
    pub(crate) several: SeveralCoins,
    pub(crate) ledger: Ledger,
    pub(crate) chronicle: Chronicle,
    pub(crate) queued: Vec<QueuedLiquidity>,
    /// What of `queued` is to be taken out, by provider.
    pub(crate) waiting: BTreeMap<BidderId, Usd>,
    /// Whose the makers' capital is.
    pub(crate) shares: Vault<MakersCapital>,
    /// What redemptions were granted, by provider.
    pub(crate) granted: BTreeMap<BidderId, Usd>,
    /// Bidders who have vanished, with their share of the quotes.
    pub(crate) gone: BTreeMap<BidderId, Ratio>,
    pub(crate) now: Time,
    pub(crate) takeover_timer: Timer,
    pub(crate) unwind_timer: Timer,
    pub(crate) adl_timer: Timer,
    /// What no payer of a closed deficit had.
    pub(crate) residual: Usd,
    pub(crate) next_deficit: u32,
}

impl Exchange {
    /// **Oracle.** Takes the second's prices, `ticks[n]` for coin n; a coin without one stands
    /// still. The books follow the outside prices at once; a mark moves on its own grid and only
    /// when its sources give a valid one.
    pub fn observe(&mut self, now: Time, ticks: &[CoinTick<'_>]) {
        self.now = now;
        self.ledger.set_time(now);
        for coin in self.coins.ids() {
            match ticks.get(coin.index()) {
                Some(tick) => self.observe_coin(coin, tick),
                None => self.coins[coin].moved = MarkMoved::No,
            }
        }
        if !self.several.is_empty() {
            let moves = self.coins.iter().map(|(_, coin)| coin.relative_move());
            self.several.travel(moves.max().unwrap_or_default());
        }
    }

    fn observe_coin(&mut self, id: CoinId, tick: &CoinTick<'_>) {
        let now = self.now;
        let coin = &mut self.coins[id];
        let outside = std::mem::replace(&mut coin.outside, tick.outside);
        coin.depth.observe(now, tick.outside);
        coin.marking.observe(now, tick.outside);
        let variance = coin.depth.variance();
        coin.quoters.observe(now, tick.outside, variance);
        let seen = coin.oracle.observe(now, tick.quotes);
        if seen.status != coin.status {
            coin.status = seen.status;
            let event = Event::Status {
                time: now,
                status: seen.status,
            };
            self.tell_of(id, event);
        }
        self.place_quotes(id);
        let top = self.top(id);
        let (coin, watch) = (&mut self.coins[id], &self.params.watch);
        coin.watch.bid(watch, coin.oracle_price, top.bid);
        coin.move_mark(now, seen.price, &top);
        if coin.moved == MarkMoved::Yes {
            coin.watch.marked(watch, coin.previous, coin.mark);
        }
        if coin.moved == MarkMoved::Yes || outside != coin.outside {
            let event = Event::Mark {
                price: coin.mark,
                outside: coin.outside,
                previous: Some(coin.previous),
                made_of: coin.made_of,
            };
            self.tell_of(id, event);
        }
    }

    /// **Funding.** Samples the premium of each coin and pays the hour that has ended; positions
    /// settle when touched.
    pub fn accrue(&mut self) {
        for coin in self.coins.ids() {
            if self.coins[coin].has_mark() {
                self.accrue_coin(coin);
            }
        }
    }

    fn accrue_coin(&mut self, id: CoinId) {
        let (now, coin) = (self.now, &self.coins[id]);
        if coin.funding.sample_is_due(&coin.params.funding, now) {
            let (rule, oracle) = (coin.params.funding.premium, coin.oracle_price);
            let sample = sampled(rule, oracle, self.impact_prices(id));
            self.coins[id].funding.sample(now, sample);
        }
        let coin = &mut self.coins[id];
        let (before, price) = (coin.funding.index, coin.funding_price());
        coin.funding.pay(&coin.params.funding, now, price);
        if coin.funding.index != before {
            self.several.look_at_all();
            self.tell_of(id, self.index_moved(id));
        }
    }

    /// **Liquidation.** Book liquidations when a mark has moved, then takeovers, then ADL, then
    /// the vaults' orders; nothing without any valid mark, and nothing to an account that holds a
    /// coin without one.
    pub fn liquidate(&mut self) {
        if !self.coins.iter().any(|(_, coin)| coin.has_mark()) {
            return;
        }
        self.liquidate_in_book();
        let batch = self.adl_timer.strikes(self.now);
        if self.takeover_timer.strikes(self.now) {
            self.take_over(TakeOver::BelowThreshold, Marks::Valid);
        } else if batch {
            // An account below zero is deleveraged with the batch: the previous mark is still the
            // one before the move that took it there.
            self.take_over(TakeOver::Bankrupt, Marks::Valid);
        }
        if batch {
            self.deleverage_counterparties(Marks::Valid);
        }
        if self.unwind_timer.strikes(self.now) {
            self.unwind_backstops();
        }
        self.ledger.end_step();
    }

    /// **Attribution.** Lets capital in and out, in the order asked, as far as margin allows;
    /// then the parent rebalances its children; when a minute begins.
    pub fn attribute(&mut self) {
        self.move_liquidity();
        self.rebalance();
        self.ledger.end_step();
    }

    /// Takes over and deleverages what is due at the last marks, outside the grids; every deficit
    /// is closed in the second it is opened, so none waits.
    pub fn finish(&mut self) {
        self.take_over(TakeOver::BelowThreshold, Marks::Last);
        self.deleverage_counterparties(Marks::Last);
        self.ledger.end_step();
    }

    /// Takes the journal entries posted since the last call.
    pub fn drain_entries(&mut self) -> Vec<Entry> {
        self.ledger.drain()
    }

    /// The same into a buffer of the caller's, whose room is used again.
    pub(crate) fn take_entries(&mut self, buffer: &mut Vec<Entry>) {
        self.ledger.take(buffer);
    }

    pub(crate) fn next_deficit_id(&mut self) -> DeficitId {
        let id = DeficitId::new(self.next_deficit);
        self.next_deficit = self.next_deficit.saturating_add(1);
        id
    }

    /// Posts `amount ≥ 0` and gives the transfer, if there was one.
    pub(crate) fn pay(
        &mut self,
        from: Account,
        to: Account,
        amount: Usd,
        cause: Cause,
    ) -> Option<Transfer> {
        self.ledger.pay(from, to, amount, cause);
        Transfer::new(from, to, amount, cause).ok()
    }
}
