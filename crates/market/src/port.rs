//! The port through which the waterfall works on the market (M-8).

use seawall_ledger::{Account, AccountId, Cause, DeficitId, Transfer};
use seawall_margin::{Position, maintenance};
use seawall_units::{Base, Price, Ratio, Side, Usd, split_pro_rata};
use seawall_vault::Series;
use seawall_venue::{Event, StageId};
use seawall_waterfall::{Bid, Health, Market, Winner};

use crate::charges::Fee;
use crate::{Gate, IsolatedMarket};

impl IsolatedMarket {
    fn health_of(&self, account: AccountId, position: &Position) -> Health {
        let (margin, now) = (self.margin_of(account), self.accrual());
        let notional = position.notional(self.mark);
        Health {
            account,
            size: position.size(),
            notional,
            equity: position.equity(margin, self.mark, &now),
            maintenance: maintenance(notional, self.margin_table.maintenance),
        }
    }

    /// The liquidation fee: keeper, insurance, and Junior by subtraction (M-5).
    fn charge_liquidation_fee(&mut self, account: AccountId, amount: Usd) -> Usd {
        let fee = amount.min(self.margin_of(account)).or_zero();
        let keeper = fee.mul_floor(self.params.charges.keeper_share);
        let insurance = fee.mul_floor(self.params.charges.insurance_share);
        let parts = [
            (Account::Keeper, keeper),
            (Account::Insurance, insurance),
            (Account::Junior, fee - keeper - insurance),
        ];
        for (to, part) in parts {
            self.ledger
                .pay(Account::Margin(account), to, part, Cause::LiquidationFee);
        }
        fee
    }

    /// Adds `size` (signed) at `price` to an account, closing first what it holds the other way.
    fn take_position(&mut self, account: AccountId, size: Base, price: Price) {
        let held = self.position(account);
        let opposite = held.size().signum() == (-size).signum();
        let closing = if opposite {
            size.abs().min(held.size().abs())
        } else {
            Base::ZERO
        };
        self.realise(account, closing, price, Usd::ZERO);
        let rest = size.abs() - closing;
        if rest.is_positive() {
            let (opened, held) = (
                if size.is_negative() { -rest } else { rest },
                self.position(account),
            );
            let taken = match held.is_flat() {
                true => Position::open(opened, price, &self.accrual()),
                false => held.increased(opened, price),
            };
            self.store_position(account, taken);
        }
        self.refresh_key(account);
    }

    /// Pays for a deficit from both vaults, the payer's own cash first, and lists the postings.
    fn pay_from_vaults(
        &mut self,
        first: Account,
        amount: Usd,
        id: DeficitId,
        cause: Cause,
    ) -> Vec<Transfer> {
        let own = self.ledger.balance(first).or_zero().min(amount);
        let second = if first == Account::Junior {
            Account::Senior
        } else {
            Account::Junior
        };
        let to = Account::OpenDeficit(id);
        let parts = [(first, own), (second, amount - own)];
        self.post_all(
            parts
                .into_iter()
                .filter_map(|(from, part)| Transfer::new(from, to, part, cause).ok()),
        )
    }

    fn post_all(&mut self, transfers: impl Iterator<Item = Transfer>) -> Vec<Transfer> {
        let transfers: Vec<Transfer> = transfers.collect();
        for transfer in &transfers {
            self.ledger.post(*transfer);
        }
        transfers
    }

    /// A loss has brought Junior to zero: its series freezes and the market is reduce-only until
    /// coverage is back at its minimum (M-8.3).
    fn freeze_if_wiped_out(&mut self) {
        if self.values().junior.is_zero() {
            self.series = Series::New;
            self.low_coverage = true;
        }
    }

    /// The profit of closing `size` of a position at the mark, and with funding what the pool would
    /// pay out for it.
    fn payout_of(&self, account: AccountId, size: Base) -> (Usd, Usd) {
        let position = self.position(account);
        let profit = position.close(size, self.mark).pnl.or_zero();
        (profit, profit + (-self.owed(&position).funding).or_zero())
    }
}

impl Market for IsolatedMarket {
    fn mark(&self) -> Price {
        self.mark
    }

    fn tell(&mut self, event: Event) {
        Self::tell(self, event);
    }

    fn maintenance_ratio(&self) -> Ratio {
        self.margin_table.maintenance
    }

    fn liquidation_fee(&self) -> Ratio {
        self.params.charges.liquidation
    }

    fn distressed(&self) -> Vec<Health> {
        let candidates = self.index.candidates(self.levels());
        let healths = candidates.map(|account| self.health_of(account, &self.position(account)));
        let mut below: Vec<Health> = healths.filter(|h| h.equity < h.maintenance).collect();
        below.sort_by(Health::worse_first);
        below
    }

    fn health(&self, account: AccountId) -> Option<Health> {
        let position = self.position(account);
        (!position.is_flat()).then(|| self.health_of(account, &position))
    }

    fn quote_close(&self, account: AccountId, size: Base) -> Usd {
        let change = match self.position(account).side() {
            Some(side) => side.opposite().signed(size),
            None => Base::ZERO,
        };
        let charges = self.charges(change, Gate::Open, Fee::Liquidation);
        charges.spread + charges.impact
    }

    fn close_into_ladder(&mut self, account: AccountId, size: Base) -> Usd {
        let Some(side) = self.position(account).side() else {
            return Usd::ZERO;
        };
        let change = side.opposite().signed(size.abs());
        let charges = self.charges(change, Gate::Open, Fee::Liquidation);
        let margin = Account::Margin(account);
        self.ledger.pay(
            Account::ImpactReserve,
            margin,
            charges.rebate,
            Cause::ImpactRebate,
        );
        self.realise(account, size, self.mark, Usd::ZERO);
        let spread = self.charge(account, Account::Fees, charges.spread, Cause::Spread);
        let reserve = Account::ImpactReserve;
        let impact = self.charge(account, reserve, charges.impact, Cause::ImpactPaid);
        let fee = self.charge_liquidation_fee(account, charges.fee);
        self.refresh_key(account);
        spread + impact + fee - charges.rebate
    }

    fn near_depth(&self) -> Usd {
        self.ladder.near_depth()
    }

    fn bids(&self, owner: AccountId, size: Base, price: Price) -> Vec<Bid> {
        self.bids_for(owner, size, price)
    }

    fn sell_lot(&mut self, owner: AccountId, bidder: AccountId, size: Base, price: Price) {
        let Some(side) = self.position(owner).side() else {
            return;
        };
        self.realise(owner, size, price, Usd::ZERO);
        self.refresh_key(owner);
        self.take_position(bidder, side.signed(size), price);
    }

    fn take_over(&mut self, owner: AccountId, size: Base, price: Price) -> Usd {
        let position = self.position(owner);
        let at_price = position.close(size, price).pnl;
        let at_mark = self.realise(owner, size, self.mark, Usd::ZERO);
        // What the owner's equity in the lot was worth at the mark is the pool's reward.
        let reward = (at_mark - at_price)
            .or_zero()
            .min(self.margin_of(owner))
            .or_zero();
        self.pay_pool(Account::Margin(owner), reward, Cause::TakeoverGain);
        self.refresh_key(owner);
        reward
    }

    fn release(&mut self, account: AccountId) {
        self.release_margin(account);
    }

    fn settle_bankrupt(&mut self, account: AccountId, id: DeficitId) -> Usd {
        let position = self.position(account);
        let owed = self.owed(&position);
        let margin = self.margin_of(account);
        let pnl = position.close(position.size(), self.mark).pnl;
        let clearing = Account::Clearing;
        self.ledger.pay(
            Account::Margin(account),
            clearing,
            margin,
            Cause::MarginMoved,
        );
        let funding = (-owed.funding).or_zero();
        let received = self.pay_from_pool(clearing, funding, Cause::FundingReceived)
            + self.pay_from_pool(clearing, pnl.or_zero(), Cause::ProfitRealised);
        let owes = owed.utilisation + owed.funding.or_zero() + (-pnl).or_zero();
        let missing = (owes - margin - received).or_zero();
        let deficit = Account::OpenDeficit(id);
        self.ledger
            .pay(deficit, clearing, missing, Cause::DeficitOpened);
        self.ledger.pay(
            clearing,
            Account::Fees,
            owed.utilisation,
            Cause::Utilisation,
        );
        self.pay_pool(clearing, owed.funding.or_zero(), Cause::FundingPaid);
        self.pay_pool(clearing, (-pnl).or_zero(), Cause::LossRealised);
        self.write_position(account, Position::FLAT);
        missing
    }

    fn capacity(&self, payer: StageId) -> Usd {
        let values = self.values();
        let cash = self.pool_cash();
        match payer {
            StageId::Junior => values.junior.min(cash),
            StageId::Insurance => self.ledger.balance(Account::Insurance),
            StageId::Senior => values.senior.min(cash),
            _ => Usd::ZERO,
        }
    }

    fn pay(&mut self, payer: StageId, amount: Usd, id: DeficitId) -> Vec<Transfer> {
        match payer {
            StageId::Junior => {
                // What has come in since the last series froze is nobody's loss.
                if self.series == Series::Running {
                    self.junior.borne += amount;
                }
                let paid = self.pay_from_vaults(Account::Junior, amount, id, Cause::JuniorLoss);
                self.freeze_if_wiped_out();
                paid
            }
            StageId::Senior => {
                self.claim -= amount;
                self.senior.borne += amount;
                self.pay_from_vaults(Account::Senior, amount, id, Cause::SeniorLoss)
            }
            _ => {
                self.borne.insurance += amount;
                let to = Account::OpenDeficit(id);
                let paid = Transfer::new(Account::Insurance, to, amount, Cause::InsuranceLoss);
                self.post_all(paid.ok().into_iter())
            }
        }
    }

    fn winners(&self, side: Side) -> Vec<Winner> {
        let winner = |(account, profit)| {
            let position = self.position(account);
            Winner {
                account,
                size: position.size(),
                profit,
                margin: self.margin_of(account),
                notional: position.notional(self.mark),
                equity: self.equity_of(account),
            }
        };
        let in_profit = self.positions.in_profit(side, self.mark);
        in_profit.map(winner).collect()
    }

    fn has_winners(&self, side: Side) -> bool {
        self.positions.in_profit(side, self.mark).next().is_some()
    }

    fn winners_profit(&self, side: Side) -> Usd {
        self.open_profit(side)
    }

    fn open_interest(&self, side: Side) -> Usd {
        self.totals.open_interest(side, self.mark)
    }

    fn close_winner(&mut self, account: AccountId, size: Base) -> Usd {
        if !self.can_pay(self.payout_of(account, size).1) {
            return Usd::ZERO;
        }
        let profit = self.realise(account, size, self.mark, Usd::ZERO);
        self.refresh_key(account);
        profit.min(self.margin_of(account)).or_zero()
    }

    fn book_shortfall(&mut self, account: AccountId, size: Base, id: DeficitId) -> Usd {
        let (profit, payout) = self.payout_of(account, size);
        let amount = profit.min(self.senior_shortfall()).or_zero();
        if !self.can_pay(payout - amount) {
            return Usd::ZERO;
        }
        self.pay_pool(Account::OpenDeficit(id), amount, Cause::DeficitOpened);
        amount
    }

    fn cut_winner(&mut self, account: AccountId, amount: Usd, id: DeficitId) -> Transfer {
        let (from, to) = (Account::Margin(account), Account::OpenDeficit(id));
        match Transfer::new(from, to, amount, Cause::AdlCut) {
            Ok(transfer) => {
                self.ledger.post(transfer);
                *self.borne.adl.entry(account).or_default() += amount;
                self.refresh_key(account);
                transfer
            }
            #[allow(clippy::panic)]
            Err(error) => panic!("invariant: a cut is above zero: {error}"),
        }
    }

    fn open_pnl_and_capital(&self, payers: &[StageId]) -> (Usd, Usd) {
        // Open PnL is left out, so Junior is its cash beyond Senior's claim.
        let junior = (self.pool_cash() - self.claim).or_zero();
        let capital = payers.iter().map(|payer| match payer {
            StageId::Junior => junior,
            StageId::Insurance => self.ledger.balance(Account::Insurance),
            StageId::Senior => self.claim.min(self.pool_cash()),
            _ => Usd::ZERO,
        });
        (self.open_pnl(), capital.sum())
    }

    fn wind_up(&mut self, amount: Usd, id: DeficitId) -> Vec<Transfer> {
        self.wound_up = true;
        let mut open: Vec<(Usd, AccountId)> = self
            .open_positions()
            .map(|(account, position)| (position.open_pnl(self.mark), account))
            .collect();
        open.sort_unstable(); // losers pay in before winners are paid out
        for (_, account) in &open {
            self.close_out(*account);
            let account = *account;
            self.tell(Event::WoundUp { account });
        }
        let equities: Vec<Usd> = open
            .iter()
            .map(|(_, account)| self.margin_of(*account).or_zero())
            .collect();
        let cut = amount.min(equities.iter().copied().sum());
        let parts = split_pro_rata(cut, &equities).unwrap_or_default();
        let to = Account::OpenDeficit(id);
        let cuts = open.iter().zip(parts).filter_map(|((_, account), part)| {
            Transfer::new(Account::Margin(*account), to, part, Cause::ResidualCut).ok()
        });
        let cuts: Vec<Transfer> = cuts.collect();
        for cut in &cuts {
            if let Account::Margin(account) = cut.from() {
                *self.borne.residual.entry(account).or_default() += cut.amount();
            }
        }
        let posted = self.post_all(cuts.into_iter());
        for (_, account) in open {
            self.release_margin(account);
            self.tell(Event::WoundUp { account });
        }
        posted
    }
}

impl IsolatedMarket {
    /// Closes a position at the mark as the market ends: a loss beyond margin or a profit beyond
    /// the pool's cash stops there.
    fn close_out(&mut self, account: AccountId) {
        let position = self.position(account);
        let owed = self.owed(&position);
        let pnl = position.close(position.size(), self.mark).pnl;
        let margin = Account::Margin(account);
        self.pay_from_pool(margin, pnl.or_zero(), Cause::ProfitRealised);
        self.pay_from_pool(margin, (-owed.funding).or_zero(), Cause::FundingReceived);
        let dues = [
            (owed.funding.or_zero(), Cause::FundingPaid),
            ((-pnl).or_zero(), Cause::LossRealised),
        ];
        for (due, cause) in dues {
            let paid = due.min(self.margin_of(account));
            self.pay_pool(margin, paid, cause);
        }
        self.charge(account, Account::Fees, owed.utilisation, Cause::Utilisation);
        self.write_position(account, Position::FLAT);
    }
}
