use std::collections::BTreeMap;

use seawall_ledger::{AccountId, Cause, Transfer};
use seawall_units::{Base, Side, Usd};
use seawall_venue::{Event, Liquidation, StageEnd, StageId, StageReport};
use smallvec::SmallVec;

use crate::adl::Queues;
use crate::coin::CoinId;
use crate::exchange::Exchange;
use crate::hlp::{DeficitPayers, Ring};
use crate::parties::{Deal, Party};
use crate::position::Position;
use crate::value::Figures;

/// A bankrupt user whose positions no vault could carry, on its way to ADL.
pub(crate) struct Uncarried {
    pub(crate) id: AccountId,
    pub(crate) required: Usd,
    pub(crate) deficit: crate::deficit::OpenDeficit,
}

/// Which accounts a check of the backstop is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TakeOver {
    /// All below the threshold, bankrupt ones too.
    BelowThreshold,
    /// Only those below zero.
    Bankrupt,
}

/// Which coins may be judged at their marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marks {
    /// Those with a valid mark.
    Valid,
    /// All, at the last one: everything comes to its end.
    Last,
}

impl Exchange {
    /// Takes over every account whose equity is below the threshold (2/3) of its maintenance.
    ///
    /// The first vault that can carry them gets all its positions at the marks and all its margin;
    /// the owner keeps nothing of this account. An account below zero leaves a deficit, which the
    /// vaults pay in their order as far as their equity goes; only if it is paid whole may a vault
    /// carry the positions, otherwise they are deleveraged after all takeovers of the second. With
    /// equity of zero or more and no vault to carry them, they stay with their owner and the book.
    ///
    /// **Source** Hyperliquid docs, trading/liquidations; order of takeovers and ADL observed on
    /// 10 October 2025.
    pub(crate) fn take_over(&mut self, which: TakeOver, marks: Marks) {
        let mut uncarried = Vec::new();
        self.cover_children(marks);
        for id in self.below_maintenance(|coin| marks == Marks::Last || coin.has_mark()) {
            let party = Party::User(id);
            if self.holdings(party).is_empty() || !self.may_judge(party, marks) {
                continue;
            }
            let figures = self.figures_of(party);
            if !self.is_below_threshold(&figures) {
                continue;
            }
            match (figures.equity.is_negative(), which) {
                (true, _) => uncarried.extend(self.take_over_bankrupt(id, &figures)),
                (false, TakeOver::BelowThreshold) => {
                    if let Some(number) = self.carrier(self.holdings(party), figures.equity) {
                        self.hand_positions(id, number, &figures);
                    }
                }
                (false, TakeOver::Bankrupt) => {}
            }
        }
        let mut queues: BTreeMap<CoinId, Queues> = BTreeMap::new();
        for each in uncarried {
            self.deleverage_user(each, &mut queues);
        }
    }

    pub(crate) fn may_judge(&self, party: Party, marks: Marks) -> bool {
        marks == Marks::Last || self.is_marked(party)
    }

    /// Opens a bankrupt account's deficit, which the vaults pay; what no vault can carry then.
    fn take_over_bankrupt(&mut self, id: AccountId, figures: &Figures) -> Option<Uncarried> {
        let party = Party::User(id);
        let rule = self.payers_for_users();
        let taker = self.taker(rule, self.holdings(party), figures.equity);
        let mut deficit = self.open_deficit(party);
        self.pay_from(&mut deficit, &self.payers(rule, taker));
        let paid = deficit.left().is_zero();
        let load = self.holdings(party);
        let carrier = match (rule, taker) {
            (DeficitPayers::Taker, Some(taker)) => {
                let able = self.carries(taker, load, Usd::ZERO);
                able.then_some(taker)
            }
            _ => self.carrier(load, Usd::ZERO),
        };
        match carrier.filter(|number| paid && self.hand_positions(id, *number, figures)) {
            Some(_) => {
                self.skip_adl(&deficit);
                self.close_deficit(deficit);
                None
            }
            None => Some(Uncarried {
                id,
                required: figures.required,
                deficit,
            }),
        }
    }

    fn is_below_threshold(&self, figures: &Figures) -> bool {
        // Two thirds are rounded down on the grid of ratios and the product up: exact for money.
        let threshold = figures.required.mul_ceil(self.params.backstop.threshold);
        figures.equity < threshold
    }

    /// The vault that takes these positions, bringing `equity` with them, of those that could carry
    /// them.
    pub(crate) fn carrier(&self, load: &[(CoinId, Position)], equity: Usd) -> Option<u8> {
        let able = self.backstop_numbers();
        let able = able.filter(|number| self.carries(*number, load, equity));
        self.choose(able)
    }

    fn choose(&self, among: impl Iterator<Item = u8>) -> Option<u8> {
        let worth = |number| (number, self.equity_of(Party::Backstop(number)));
        let among: Vec<(u8, Usd)> = among.map(worth).collect();
        self.carrier_rule().choose(&among, self.liquidators.last)
    }

    /// The liquidator whose turn it is to pay for an account below zero and to take it; when none
    /// could carry it, of those that have something the one whose turn it is.
    fn taker(&self, rule: DeficitPayers, load: &[(CoinId, Position)], equity: Usd) -> Option<u8> {
        if rule != DeficitPayers::Taker {
            return None;
        }
        let worth = |number: &u8| self.equity_of(Party::Backstop(*number)).is_positive();
        let some = || self.choose(self.backstop_numbers().filter(worth));
        self.carrier(load, equity).or_else(some)
    }

    /// Liquidators below zero that the others stand for are brought back to zero before they take
    /// anything more over.
    fn cover_children(&mut self, marks: Marks) {
        if self.ring() != Some(Ring::Shared) {
            return;
        }
        for number in self.backstop_numbers() {
            let party = Party::Backstop(number);
            let equity = self.equity_of(party);
            let enough = (self.backing(number) + equity).signum() >= 0;
            if !equity.is_negative() || !enough || !self.may_judge(party, marks) {
                continue;
            }
            let mut deficit = self.open_deficit(party);
            let payers = self.payers(self.payers_for(party), None);
            self.pay_from(&mut deficit, &payers);
            self.skip_adl(&deficit);
            self.close_deficit(deficit);
        }
    }

    /// Whether a vault could carry more: what it and who stands behind it are worth after it is
    /// above zero and at least the carrying ratio of its notional in all coins. One that ADL closes
    /// takes nothing more.
    fn carries(&self, number: u8, load: &[(CoinId, Position)], equity: Usd) -> bool {
        let party = Party::Backstop(number);
        let after = self.equity_of(party) + self.backing(number) + equity;
        let added = |coin: CoinId| {
            let found = load.iter().find(|place| place.0 == coin);
            found.map_or(Base::ZERO, |place| place.1.size)
        };
        let held = self.coins.iter().map(|(id, coin)| {
            let size = self.held_by(party, id).size + added(id);
            coin.notional(size)
        });
        let notional: Usd = held.sum();
        let enough = after.is_positive() && after >= notional.mul_ceil(self.params.backstop.carry);
        enough && !self.is_spent(party)
    }

    /// Moves all positions of an account at the marks, and the margin left, to a vault; `false`
    /// and nothing moved if the vault cannot settle the trades.
    ///
    /// The vault is marked first, so that its cash is its equity and can settle the trades; so is
    /// an account of several coins, which may owe in one what it has in another.
    fn hand_positions(&mut self, id: AccountId, number: u8, figures: &Figures) -> bool {
        let (user, vault) = (Party::User(id), Party::Backstop(number));
        self.realised_equity(vault);
        if self.holdings(user).len() > 1 {
            self.realised_equity(user);
        }
        let held: SmallVec<[(CoinId, Position); 4]> = self.holdings(user).into();
        let balance = self.balance(user);
        let deals: SmallVec<[Deal; 4]> = held.iter().map(|place| self.handed(*place)).collect();
        let settles = |deal: &Deal| self.legs((user, balance), vault, *deal).is_some();
        // One trade is done whole or not at all; of several, each must be possible first.
        if deals.len() > 1 && !deals.iter().all(settles) {
            return false;
        }
        for deal in deals {
            self.exchange(user, vault, deal);
        }
        if !self.holdings(user).is_empty() {
            return false;
        }
        let rest = self.cash(user);
        let (from, to) = (user.account(), vault.account());
        let mut transfer = self.pay(from, to, rest, Cause::BackstopTakeover);
        self.reindex(id);
        self.liquidators.last = Some(number);
        for (coin, position) in held {
            let size = position.size;
            self.tell_taken_over((id, number), (coin, size), figures, transfer.take());
        }
        true
    }

    /// The trade that closes a position at the mark.
    fn handed(&self, (coin, position): (CoinId, Position)) -> Deal {
        Deal {
            coin,
            size: -position.size,
            value: -self.coins[coin].mark.value_floor(position.size),
        }
    }

    /// What the owner loses with his margin is told with the first coin.
    fn tell_taken_over(
        &mut self,
        (id, number): (AccountId, u8),
        (coin, size): (CoinId, Base),
        figures: &Figures,
        margin: Option<Transfer>,
    ) {
        let mark = self.coins[coin].mark;
        let event = Event::Liquidation(Liquidation {
            time: self.now,
            account: id,
            stage: StageId::Junior,
            size,
            price: mark,
            mark,
            equity: figures.equity,
            maintenance: figures.required,
            taker: Some(Party::Backstop(number).account()),
        });
        self.tell_of(coin, event);
        let report = StageReport {
            time: self.now,
            stage: StageId::Junior,
            deficit: None,
            account: Some(id),
            closed: size.abs(),
            absorbed: Usd::ZERO,
            capacity: None,
            owner_cost: margin.map_or(Usd::ZERO, |transfer| transfer.amount()),
            end: StageEnd::Cleared,
            transfers: margin.into_iter().collect(),
        };
        self.tell_of(coin, Event::Stage(report));
    }

    /// Each vault sends a bounded market order for each of its positions to the book, at prices
    /// that leave it at or above zero. No fee.
    pub(crate) fn unwind_backstops(&mut self) {
        for number in self.backstop_numbers() {
            for (coin, position) in self.holdings(Party::Backstop(number)).to_vec() {
                self.unwind_backstop(number, coin, position.size);
            }
        }
    }

    fn unwind_backstop(&mut self, number: u8, coin: CoinId, size: Base) {
        let party = Party::Backstop(number);
        let Some(side) = size.side().map(Side::opposite) else {
            return;
        };
        if !self.equity_of(party).is_positive() || !self.is_marked(party) {
            return;
        }
        let depth = self.curve(coin, side).available();
        let most = depth.mul_floor(self.params.backstop.unwind_share);
        let sold = self.sell_for_backstop(number, coin, side, size.abs().min(most));
        if sold.is_positive() {
            let (vault, size) = (party.account(), side.signed(sold));
            self.tell_of(coin, Event::Unwound { vault, size });
        }
    }
}
