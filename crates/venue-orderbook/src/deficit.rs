use seawall_ledger::{Account, AccountId, Cause, Transfer};
use seawall_units::{Base, Round, Side, Usd};
use seawall_venue::{Deficit, Event, Liquidation, SkipReason, StageEnd, StageId, StageReport};

use crate::adl::Queues;
use crate::backstop::Uncarried;
use crate::parties::Party;
use crate::position::Position;
use crate::venue::OrderBookVenue;

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

impl OrderBookVenue {
    /// Realises everything that a party below zero has lost at the mark: its cash goes, and what
    /// is missing is its deficit, exactly its equity with the sign turned (M-11.6).
    ///
    /// What stays is its position at a cost of its value at the mark, worth exactly nothing.
    pub(crate) fn open_deficit(&mut self, party: Party) -> OpenDeficit {
        let position = self.held_by(party);
        let (equity, funding) = (self.equity(party), self.funding.index);
        let side = position.size.side().unwrap_or(Side::Long);
        let (account, variation) = (party.account(), Account::Variation);
        let (pnl, owed) = (position.open_pnl(self.mark), position.owed(funding));
        let (profit, loss) = match party {
            Party::User(_) => (Cause::ProfitRealised, Cause::LossRealised),
            _ => (Cause::CounterpartyProfit, Cause::CounterpartyLoss),
        };
        self.pay(variation, account, pnl.or_zero(), profit);
        let received = (-owed).or_zero();
        self.pay(variation, account, received, Cause::FundingReceived);
        let paid = owed.or_zero().min(self.cash(party));
        self.pay(account, variation, paid, Cause::FundingPaid);
        let lost = (-pnl).or_zero().min(self.cash(party));
        self.pay(account, variation, lost, loss);
        let missing = owed.or_zero() - paid + (-pnl).or_zero() - lost;
        assert!(
            missing == -equity && missing.is_positive() && self.cash(party).is_zero(),
            "invariant: a deficit opens at minus the equity, {missing} and {equity}"
        );
        let id = self.next_deficit_id();
        let from = Account::OpenDeficit(id);
        self.pay(from, variation, missing, Cause::DeficitOpened);
        let flat_value = Position {
            size: position.size,
            cost: self.mark.value_floor(position.size),
            settled: funding.owed(position.size, Round::Ceil),
        };
        self.write(party, flat_value);
        let account = self.account_of(party);
        self.tell(Event::DeficitOpened {
            time: self.now,
            id,
            account,
            side,
            amount: missing,
            mark: self.mark,
        });
        OpenDeficit {
            owed: Deficit::open(id, account, side, self.now, missing),
            absorbed: Usd::ZERO,
        }
    }

    /// **Junior**: the vaults fill a deficit in their order, each up to its ring-fenced equity at
    /// the mark.
    pub(crate) fn pay_from_backstops(&mut self, deficit: &mut OpenDeficit) {
        let mut done = Done::skipped(StageId::Junior, SkipReason::NoCapacity);
        for number in self.backstop_numbers() {
            let capacity = self.realised_equity(number);
            let paid = deficit.pay(capacity);
            let (from, to) = (Account::Backstop(number), deficit.account());
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
        self.tell_done(deficit, done);
    }

    /// Marks a vault of positive equity to the mark, so that its cash is its equity; that equity,
    /// zero if there is none.
    pub(crate) fn realised_equity(&mut self, number: u8) -> Usd {
        let party = Party::Backstop(number);
        let equity = self.equity(party);
        if !equity.is_positive() {
            return Usd::ZERO;
        }
        let position = self.held_by(party);
        let (pnl, owed) = (
            position.open_pnl(self.mark),
            position.owed(self.funding.index),
        );
        let (vault, variation) = (party.account(), Account::Variation);
        let profit = Cause::CounterpartyProfit;
        self.pay(variation, vault, pnl.or_zero(), profit);
        self.pay(variation, vault, (-owed).or_zero(), Cause::FundingReceived);
        self.pay(vault, variation, (-pnl).or_zero(), Cause::CounterpartyLoss);
        self.pay(vault, variation, owed.or_zero(), Cause::FundingPaid);
        let marked = Position {
            size: position.size,
            cost: position.cost + pnl,
            settled: position.settled + owed,
        };
        self.write(party, marked);
        equity
    }

    /// A bankrupt user that no vault carries: winners close it, what they do not close goes to the
    /// first vault (without vaults, to the makers) at the mark.
    pub(crate) fn deleverage_user(&mut self, each: Uncarried, queues: &mut Queues) {
        let (mut deficit, user) = (each.deficit, Party::User(each.id));
        let before = self.held_by(user).size;
        self.deleverage(user, &mut deficit, queues);
        let rest = self.held_by(user);
        if !rest.is_flat() {
            let vaults = self.backstop_numbers().map(Party::Backstop);
            let holders: Vec<Party> = match self.backstops.is_empty() {
                true => vec![Party::Makers],
                false => vaults.collect(),
            };
            // If nobody can settle the trade, it stays and is seen again at the next check.
            let trade = (-rest.size, -rest.cost);
            let _holder = holders
                .into_iter()
                .find(|holder| self.exchange(user, *holder, trade).is_some());
        }
        self.release_if_flat(each.id);
        self.tell(Event::Liquidation(Liquidation {
            time: self.now,
            account: each.id,
            stage: StageId::Adl,
            size: before - self.held_by(user).size,
            price: self.batch_price(deficit.owed.side()),
            mark: self.mark,
            equity: -deficit.owed.opening(),
            maintenance: each.required,
            taker: None,
        }));
        self.close_deficit(deficit);
    }

    /// Deleverages vaults, then makers, whose own equity is below zero. A vault's deficit is
    /// placed on ADL first (the other vaults are ring-fenced); the makers' on the vaults first.
    ///
    /// **Source** Hyperliquid docs, trading/auto-deleveraging.
    pub(crate) fn deleverage_counterparties(&mut self) {
        let mut queues = Queues::default();
        for number in self.backstop_numbers() {
            let party = Party::Backstop(number);
            if !self.equity(party).is_negative() {
                continue;
            }
            let mut deficit = self.open_deficit(party);
            let done = Done::skipped(StageId::Junior, SkipReason::NoCapacity);
            self.tell_done(&deficit, done);
            self.deleverage(party, &mut deficit, &mut queues);
            self.close_deficit(deficit);
        }
        if self.equity(Party::Makers).is_negative() {
            let mut deficit = self.open_deficit(Party::Makers);
            self.pay_from_backstops(&mut deficit);
            self.deleverage(Party::Makers, &mut deficit, &mut queues);
            self.close_deficit(deficit);
        }
    }

    pub(crate) fn skip_adl(&mut self, deficit: &OpenDeficit) {
        let done = Done::skipped(StageId::Adl, SkipReason::NothingLeft);
        self.tell_done(deficit, done);
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
        self.tell_done(&deficit, done);
        self.residual += residual;
        self.tell(Event::DeficitClosed {
            time: self.now,
            id: deficit.owed.id(),
            residual,
        });
    }

    pub(crate) fn tell_done(&mut self, deficit: &OpenDeficit, done: Done) {
        let account: AccountId = deficit.owed.account();
        self.tell(Event::Stage(StageReport {
            time: self.now,
            stage: done.stage,
            deficit: Some(deficit.owed.id()),
            account: Some(account),
            closed: done.closed,
            absorbed: done.absorbed,
            capacity: done.capacity,
            owner_cost: Usd::ZERO,
            end: done.end,
            transfers: done.transfers,
        }));
    }
}
