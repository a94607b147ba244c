use std::collections::BTreeMap;

use seawall_ledger::{Account, AccountId, Cause, DeficitId, Transfer};
use seawall_units::{Base, Round, Side, Usd};
use seawall_venue::{Deficit, Event, Liquidation, SkipReason, StageEnd, StageId, StageReport};

use crate::adl::Queues;
use crate::backstop::{Marks, Uncarried};
use crate::coin::CoinId;
use crate::exchange::Exchange;
use crate::hlp::{DeficitPayers, Payer, Ring, payers_of};
use crate::parties::{Deal, Party};
use crate::position::Position;

/// A deficit on its way through its payers, with what they have filled so far.
#[derive(Debug)]
pub(crate) struct OpenDeficit {
    pub(crate) owed: Deficit,
    absorbed: Usd,
}

impl OpenDeficit {
    pub(crate) fn left(&self) -> Usd {
        self.owed.left()
    }

    pub(crate) fn account(&self) -> Account {
        Account::OpenDeficit(self.owed.id())
    }

    /// A payer with this capacity fills what it can; what it filled.
    pub(crate) fn pay(&mut self, capacity: Usd) -> Usd {
        let paid = self.owed.pay(capacity).absorbed;
        self.absorbed += paid;
        paid
    }
}

/// What a stage did to a deficit.
pub(crate) struct Done {
    pub(crate) stage: StageId,
    pub(crate) closed: Base,
    pub(crate) absorbed: Usd,
    /// The most that the payers could give, where the stage asked for it.
    pub(crate) capacity: Option<Usd>,
    pub(crate) end: StageEnd,
    pub(crate) transfers: Vec<Transfer>,
}

impl Done {
    pub(crate) const fn skipped(stage: StageId, reason: SkipReason) -> Self {
        Self {
            stage,
            closed: Base::ZERO,
            absorbed: Usd::ZERO,
            capacity: None,
            end: StageEnd::Skipped(reason),
            transfers: Vec::new(),
        }
    }
}

/// What a party's positions come to at the marks, gains and losses apart.
#[derive(Debug, Clone, Copy, Default)]
struct Marked {
    gain: Usd,
    loss: Usd,
    received: Usd,
    owed: Usd,
}

impl Exchange {
    /// Everything that a party has gained, lost, and owes of funding at the marks.
    fn marked(&self, party: Party) -> Marked {
        let mut marked = Marked::default();
        for (id, position) in self.holdings(party) {
            let coin = &self.coins[*id];
            let pnl = position.open_pnl(coin.mark);
            let owed = position.owed(coin.funding.index);
            marked.gain += pnl.or_zero();
            marked.loss += (-pnl).or_zero();
            marked.received += (-owed).or_zero();
            marked.owed += owed.or_zero();
        }
        // What was advanced on open profits is owed as if it had been lost.
        marked.loss += self.drawn(party);
        marked
    }

    /// Realises everything that a party below zero has lost at the marks: its cash goes, and what
    /// is missing is its deficit, exactly its equity with the sign turned (M-11.6).
    ///
    /// What stays is its positions at a cost of their value at the marks, worth exactly nothing.
    /// The deficit is named after the side of the largest one.
    pub(crate) fn open_deficit(&mut self, party: Party) -> OpenDeficit {
        let (equity, marked) = (self.equity_of(party), self.marked(party));
        let (account, variation) = (party.account(), Account::Variation);
        self.pay(variation, account, marked.gain, party.profit_cause());
        let received = marked.received;
        self.pay(variation, account, received, Cause::FundingReceived);
        let paid = marked.owed.min(self.cash(party));
        self.pay(account, variation, paid, Cause::FundingPaid);
        let lost = marked.loss.min(self.cash(party));
        self.pay(account, variation, lost, party.loss_cause());
        self.forget_drawn(party);
        let missing = marked.owed - paid + marked.loss - lost;
        assert!(
            missing == -equity && missing.is_positive() && self.cash(party).is_zero(),
            "invariant: a deficit opens at minus the equity, {missing} and {equity}"
        );
        let id = self.next_deficit_id();
        let from = Account::OpenDeficit(id);
        self.pay(from, variation, missing, Cause::DeficitOpened);
        let (coin, side) = self.largest(party);
        self.write_at_marks(party);
        let account = self.account_of(party);
        let event = Event::DeficitOpened {
            time: self.now,
            id,
            account,
            side,
            amount: missing,
            mark: self.coins[coin].mark,
        };
        self.tell_of(coin, event);
        OpenDeficit {
            owed: Deficit::open(id, account, side, self.now, missing),
            absorbed: Usd::ZERO,
        }
    }

    /// The coin and side of a party's largest position; of the first coin when it has none.
    fn largest(&self, party: Party) -> (CoinId, Side) {
        let mut largest = (Usd::ZERO, CoinId::default(), Side::Long);
        for (id, position) in self.holdings(party) {
            let notional = self.coins[*id].notional(position.size);
            if let Some(side) = position.size.side()
                && notional > largest.0
            {
                largest = (notional, *id, side);
            }
        }
        (largest.1, largest.2)
    }

    /// Writes a party's positions as if they had been opened now, at the marks.
    fn write_at_marks(&mut self, party: Party) {
        if self.holdings(party).is_empty() {
            // A journal hears of who was marked, with or without positions.
            self.write(party, CoinId::default(), Position::default());
        }
        for (id, position) in self.holdings(party).to_vec() {
            let coin = &self.coins[id];
            let marked = Position {
                size: position.size,
                cost: coin.mark.value_floor(position.size),
                settled: coin.funding.index.owed(position.size, Round::Ceil),
            };
            self.write(party, id, marked);
        }
    }

    /// **Junior**: the payers fill a deficit in their order, each up to its equity at the marks, the
    /// parent up to its cash.
    pub(crate) fn pay_from(&mut self, deficit: &mut OpenDeficit, payers: &[Payer]) {
        let mut done = Done::skipped(StageId::Junior, SkipReason::NoCapacity);
        for payer in payers {
            let (from, capacity) = match *payer {
                Payer::Liquidator(number) => {
                    let party = Party::Backstop(number);
                    (party.account(), self.realised_equity(party))
                }
                Payer::Parent => (Account::Parent, self.parent_cash()),
                Payer::Strategies => (Account::Makers, self.realised_equity(Party::Makers)),
            };
            let paid = deficit.pay(capacity);
            let to = deficit.account();
            let transfer = self.pay(from, to, paid, Cause::BackstopLoss);
            done.transfers.extend(transfer);
            done.absorbed += paid;
            done.capacity = Some(done.capacity.unwrap_or_default() + capacity);
        }
        if done.absorbed.is_positive() {
            done.end = match deficit.left().is_zero() {
                true => StageEnd::Cleared,
                false => StageEnd::Exhausted,
            };
        }
        self.tell_done(deficit, None, done);
    }

    /// Marks a party of positive equity to the marks, so that its cash is its equity; that equity,
    /// zero if there is none.
    pub(crate) fn realised_equity(&mut self, party: Party) -> Usd {
        let equity = self.equity_of(party);
        if !equity.is_positive() {
            return Usd::ZERO;
        }
        let marked = self.marked(party);
        let (account, variation) = (party.account(), Account::Variation);
        self.pay(variation, account, marked.gain, party.profit_cause());
        let received = marked.received;
        self.pay(variation, account, received, Cause::FundingReceived);
        self.pay(account, variation, marked.loss, party.loss_cause());
        self.pay(account, variation, marked.owed, Cause::FundingPaid);
        self.forget_drawn(party);
        self.write_at_marks(party);
        equity
    }

    /// A bankrupt user that no vault carries: winners close it coin by coin, what they do not close
    /// goes to the first vault (without vaults, to the makers) at the mark.
    pub(crate) fn deleverage_user(
        &mut self,
        each: Uncarried,
        queues: &mut BTreeMap<CoinId, Queues>,
    ) {
        let (mut deficit, user) = (each.deficit, Party::User(each.id));
        let mut closed = Vec::new();
        for (coin, before) in self.holdings(user).to_vec() {
            let queue = queues.entry(coin).or_default();
            self.place_on_winners((user, coin), &mut deficit, queue);
            self.pass_on(user, coin);
            let size = before.size - self.held_by(user, coin).size;
            closed.push((coin, size, before.size.side()));
        }
        self.release_if_flat(each.id);
        for (coin, size, side) in closed {
            let here = &self.coins[coin];
            let event = Event::Liquidation(Liquidation {
                time: self.now,
                account: each.id,
                stage: StageId::Adl,
                size,
                price: here.batch_price(side.unwrap_or(Side::Long)),
                mark: here.mark,
                equity: -deficit.owed.opening(),
                maintenance: each.required,
                taker: None,
            });
            self.tell_of(coin, event);
        }
        self.close_deficit(deficit);
    }

    /// Hands what winners did not close to the first vault that can settle it, without vaults to
    /// the makers, at its cost: the value at the mark.
    fn pass_on(&mut self, user: Party, coin: CoinId) {
        let rest = self.held_by(user, coin);
        if rest.is_flat() {
            return;
        }
        let vaults = self.backstop_numbers().map(Party::Backstop);
        let holders: Vec<Party> = match self.backstops.is_empty() {
            true => vec![Party::Makers],
            false => vaults.collect(),
        };
        // If nobody can settle the trade, it stays and is seen again at the next check.
        let deal = Deal {
            coin,
            size: -rest.size,
            value: -rest.cost,
        };
        let _holder = holders
            .into_iter()
            .find(|holder| self.exchange(user, *holder, deal).is_some());
    }

    /// Deleverages vaults, then makers, whose own equity is below zero, in all their coins. A
    /// vault's deficit is placed on ADL first (the other vaults are ring-fenced); the makers' on
    /// the vaults first. With a parent its rules say who stands for whom, and what they pay whole
    /// stays open.
    ///
    /// **Source** Hyperliquid docs, trading/auto-deleveraging.
    pub(crate) fn deleverage_counterparties(&mut self, marks: Marks) {
        let mut queues = BTreeMap::new();
        let vaults = self.backstop_numbers().map(Party::Backstop);
        for party in vaults.chain([Party::Makers]) {
            if !self.may_judge(party, marks) {
                continue;
            }
            if self.equity_of(party).is_negative() {
                self.deleverage_counterparty(party, &mut queues);
            } else if !self.holdings(party).is_empty() && self.is_spent(party) {
                self.deleverage_spent(party, &mut queues);
            }
        }
    }

    fn deleverage_counterparty(&mut self, party: Party, queues: &mut BTreeMap<CoinId, Queues>) {
        let mut deficit = self.open_deficit(party);
        let payers = self.payers(self.payers_for(party), None);
        self.pay_from(&mut deficit, &payers);
        if self.ring() == Some(Ring::Shared) && deficit.left().is_zero() {
            self.skip_adl(&deficit);
        } else {
            for (coin, _) in self.holdings(party).to_vec() {
                let queue = queues.entry(coin).or_default();
                self.place_on_winners((party, coin), &mut deficit, queue);
            }
        }
        self.close_deficit(deficit);
    }

    fn place_on_winners(
        &mut self,
        (party, coin): (Party, CoinId),
        deficit: &mut OpenDeficit,
        queue: &mut Queues,
    ) {
        let done = self.deleverage((party, coin), &mut Some(&mut *deficit), queue);
        if let Some(done) = done {
            self.tell_done(deficit, Some(coin), done);
        }
    }

    /// Closes a child that is above zero and has lost what it may, at the marks before: nothing is
    /// owed.
    fn deleverage_spent(&mut self, party: Party, queues: &mut BTreeMap<CoinId, Queues>) {
        self.realised_equity(party);
        for (coin, _) in self.holdings(party).to_vec() {
            let queue = queues.entry(coin).or_default();
            let done = self.deleverage((party, coin), &mut None, queue);
            if let Some(done) = done.filter(|done| done.closed.is_positive()) {
                let whose = (None, self.account_of(party));
                self.tell_stage(whose, Some(coin), done);
            }
        }
    }

    /// The payers of a rule, by name.
    pub(crate) fn payers(&self, rule: DeficitPayers, taker: Option<u8>) -> Vec<Payer> {
        let count = u8::try_from(self.backstops.len()).unwrap_or(u8::MAX);
        payers_of(rule, count, taker)
    }

    pub(crate) fn skip_adl(&mut self, deficit: &OpenDeficit) {
        let done = Done::skipped(StageId::Adl, SkipReason::NothingLeft);
        self.tell_done(deficit, None, done);
    }

    /// **Residual**: what nobody paid stays in the deficit's account as bad debt.
    pub(crate) fn close_deficit(&mut self, deficit: OpenDeficit) {
        let residual = deficit.left();
        assert!(
            deficit.absorbed + residual == deficit.owed.opening(),
            "invariant: absorbed and residual add up to the opening deficit"
        );
        assert!(
            self.ledger.balance(deficit.account()) == -residual,
            "invariant: a closed deficit's account holds its residual"
        );
        let mut done = Done::skipped(StageId::Residual, SkipReason::NothingLeft);
        if residual.is_positive() {
            done.end = StageEnd::Exhausted;
        }
        self.tell_done(&deficit, None, done);
        self.residual += residual;
        self.tell(Event::DeficitClosed {
            time: self.now,
            id: deficit.owed.id(),
            residual,
        });
    }

    /// Tells what a stage did to a deficit, in one coin or in none of them.
    pub(crate) fn tell_done(&mut self, deficit: &OpenDeficit, coin: Option<CoinId>, done: Done) {
        let whose = (Some(deficit.owed.id()), deficit.owed.account());
        self.tell_stage(whose, coin, done);
    }

    fn tell_stage(
        &mut self,
        (deficit, account): (Option<DeficitId>, AccountId),
        coin: Option<CoinId>,
        done: Done,
    ) {
        let event = Event::Stage(StageReport {
            time: self.now,
            stage: done.stage,
            deficit,
            account: Some(account),
            closed: done.closed,
            absorbed: done.absorbed,
            capacity: done.capacity,
            owner_cost: Usd::ZERO,
            end: done.end,
            transfers: done.transfers,
        });
        match coin {
            Some(coin) => self.tell_of(coin, event),
            None => self.tell(event),
        }
    }
}
