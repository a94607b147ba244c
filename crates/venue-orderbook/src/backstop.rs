use seawall_ledger::{AccountId, Cause};
use seawall_units::{Base, Side, Usd};
use seawall_venue::{Event, Liquidation, StageEnd, StageId, StageReport};

use crate::adl::Queues;
use crate::parties::Party;
use crate::venue::OrderBookVenue;

/// A bankrupt user whose position no vault could carry, on its way to ADL.
pub(crate) struct Uncarried {
    pub(crate) id: AccountId,
    pub(crate) required: Usd,
    pub(crate) deficit: crate::deficit::OpenDeficit,
}

/// Which positions a check of the backstop is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TakeOver {
    /// All below the threshold, bankrupt ones too.
    BelowThreshold,
    /// Only those below zero.
    Bankrupt,
}

impl OrderBookVenue {
    /// Takes over every position whose equity is below the threshold (2/3) of its maintenance.
    ///
    /// The first vault that can carry it gets the position at the mark and all its margin; the
    /// owner keeps nothing. A position below zero leaves a deficit, which the vaults pay in their
    /// order as far as their equity goes; only if it is paid whole may a vault carry the position,
    /// otherwise it is deleveraged after all takeovers of the second. With equity of zero or more
    /// and no vault to carry it, it stays with its owner and the book.
    ///
    /// **Source** Hyperliquid docs, trading/liquidations; order of takeovers and ADL observed on
    /// 10 October 2025.
    pub(crate) fn take_over(&mut self, which: TakeOver) {
        let mut uncarried = Vec::new();
        for id in self.index.candidates(self.mark, self.funding.index) {
            let party = Party::User(id);
            let position = self.held_by(party);
            let (equity, required) = (self.equity(party), self.maintenance(&position));
            if position.is_flat() || !self.is_below_threshold(equity, required) {
                continue;
            }
            if !equity.is_negative() && which == TakeOver::Bankrupt {
                continue;
            }
            if !equity.is_negative() {
                if let Some(number) = self.carrier(position.size, equity) {
                    self.hand_position(id, number, (equity, required));
                }
                continue;
            }
            let mut deficit = self.open_deficit(party);
            self.pay_from_backstops(&mut deficit);
            let paid = deficit.left().is_zero();
            let carrier = self.carrier(position.size, Usd::ZERO);
            let figures = (equity, required);
            match carrier.filter(|number| paid && self.hand_position(id, *number, figures)) {
                Some(_) => {
                    self.skip_adl(&deficit);
                    self.close_deficit(deficit);
                }
                None => uncarried.push(Uncarried {
                    id,
                    required,
                    deficit,
                }),
            }
        }
        let mut queues = Queues::default();
        for each in uncarried {
            self.deleverage_user(each, &mut queues);
        }
    }

    fn is_below_threshold(&self, equity: Usd, required: Usd) -> bool {
        // Two thirds are rounded down on the grid of ratios and the product up: exact for money.
        equity < required.mul_ceil(self.params.backstop.threshold)
    }

    /// The first vault that could carry `size` more, bringing `equity` with it: its equity after it
    /// is above zero and at least the carrying ratio of its notional.
    pub(crate) fn carrier(&self, size: Base, equity: Usd) -> Option<u8> {
        self.backstop_numbers().find(|number| {
            let party = Party::Backstop(*number);
            let after = self.equity(party) + equity;
            let notional = self
                .mark
                .value_ceil((self.held_by(party).size + size).abs());
            after.is_positive() && after >= notional.mul_ceil(self.params.backstop.carry)
        })
    }

    /// Moves a position at the mark, and the margin left, to a vault; `false` and nothing done if
    /// the vault cannot settle the trade.
    ///
    /// The vault is marked first, so that its cash is its equity and can settle the trade.
    fn hand_position(&mut self, id: AccountId, number: u8, (equity, required): (Usd, Usd)) -> bool {
        let (user, vault) = (Party::User(id), Party::Backstop(number));
        let size = self.held_by(user).size;
        self.realised_equity(number);
        let value = -self.mark.value_floor(size);
        if self.exchange(user, vault, (-size, value)).is_none() {
            return false;
        }
        let rest = self.cash(user);
        let (from, to) = (user.account(), vault.account());
        let transfer = self.pay(from, to, rest, Cause::BackstopTakeover);
        self.reindex(id);
        self.tell(Event::Liquidation(Liquidation {
            time: self.now,
            account: id,
            stage: StageId::Junior,
            size,
            price: self.mark,
            mark: self.mark,
            equity,
            maintenance: required,
            taker: Some(vault.account()),
        }));
        self.tell(Event::Stage(StageReport {
            time: self.now,
            stage: StageId::Junior,
            deficit: None,
            account: Some(id),
            closed: size.abs(),
            absorbed: Usd::ZERO,
            capacity: None,
            owner_cost: rest,
            end: StageEnd::Cleared,
            transfers: transfer.into_iter().collect(),
        }));
        true
    }

    /// Each vault with a position sends a bounded market order to the book, at prices that leave
    /// it at or above zero. No fee.
    pub(crate) fn unwind_backstops(&mut self) {
        for number in self.backstop_numbers() {
            let party = Party::Backstop(number);
            let size = self.held_by(party).size;
            let Some(side) = size.side().map(Side::opposite) else {
                continue;
            };
            if !self.equity(party).is_positive() {
                continue;
            }
            let depth = self.curve(side).available();
            let most = depth.mul_floor(self.params.backstop.unwind_share);
            let sold = self.sell_for_backstop(number, side, size.abs().min(most));
            if sold.is_positive() {
                let (vault, size) = (party.account(), side.signed(sold));
                self.tell(Event::Unwound { vault, size });
            }
        }
    }
}
