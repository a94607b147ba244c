//! Makers' capital comes and goes: who owns it, what leaves, what waits.

use seawall_ledger::{Account, BidderId, Cause, OwnerId};
use seawall_units::{Ratio, Tranche, Usd};
use seawall_vault::{Conversion, HolderId, Vault};
use seawall_venue::{Event, LpHolding, Refusal, ShareChange, ShareReason};

use crate::coin::CoinId;
use crate::command::{Decision, positive};
use crate::exchange::Exchange;
use crate::journal::MAKERS;
use crate::parties::Party;

/// Marks the shares of the makers' capital.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MakersCapital;

impl Tranche for MakersCapital {
    const NAME: &'static str = "makers";
}

/// Which way liquidity moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Into the makers' capital.
    In,
    /// Out of it.
    Out,
}

/// A deposit or a redemption of makers' capital that waits for its minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct QueuedLiquidity {
    pub(crate) lp: BidderId,
    pub(crate) way: Way,
    pub(crate) amount: Usd,
}

impl Exchange {
    pub(crate) fn decide_liquidity(&self, asked: QueuedLiquidity) -> Result<Decision, Refusal> {
        positive(asked.amount)?;
        let no = |reason| Err(Refusal::Liquidity { reason });
        if self.parent.is_some() {
            if !self.net_asset_value().is_positive() {
                return no("the parent vault is worth nothing");
            }
            if asked.way == Way::Out {
                self.may_withdraw(asked.lp)?;
            }
            return Ok(Decision::Liquidity(asked));
        }
        if self.equity_of(Party::Makers).is_negative() {
            return no("the makers' equity is below zero");
        }
        if asked.way == Way::Out
            && self
                .shares
                .held(HolderId::provider(asked.lp.number()))
                .is_zero()
        {
            return no("the provider has no share of the makers' capital");
        }
        Ok(Decision::Liquidity(asked))
    }

    /// Executes queued deposits and redemptions in their order. A redemption is limited by what
    /// the provider's shares are worth, and by the makers' cash and their equity beyond the margin
    /// of their position; what the makers cannot pay now waits.
    pub(crate) fn move_liquidity(&mut self) {
        let mut waiting = Vec::new();
        for queued in std::mem::take(&mut self.queued) {
            match (queued.way, self.parent.is_some()) {
                (Way::In, false) => self.take_in(queued),
                (Way::In, true) => self.deposit_to_parent(queued.lp, queued.amount),
                (Way::Out, false) => waiting.extend(self.pay_out(queued)),
                (Way::Out, true) => waiting.extend(self.withdraw_from_parent(queued)),
            }
        }
        self.queued.clear();
        self.waiting.clear();
        for rest in waiting {
            self.enqueue(rest);
        }
    }

    /// Puts a deposit or a redemption in line.
    pub(crate) fn enqueue(&mut self, queued: QueuedLiquidity) {
        if queued.way == Way::Out {
            *self.waiting.entry(queued.lp).or_default() += queued.amount;
        }
        self.queued.push(queued);
    }

    /// Mints shares at the higher of the two values of the makers' equity, for those who stay. A
    /// deposit that has no price lapses.
    fn take_in(&mut self, QueuedLiquidity { lp, amount, .. }: QueuedLiquidity) {
        let (marked, outside) = self.both_equities(Party::Makers);
        let value = marked.max(outside);
        let priced = self.shares.conversion(value.or_zero());
        let Ok(minted) = priced.and_then(|at| at.preview_deposit(amount)) else {
            return;
        };
        if self
            .shares
            .mint(HolderId::provider(lp.number()), minted)
            .is_ok()
        {
            let (from, cause) = (Account::External, Cause::VaultDeposit);
            self.pay(from, Account::Makers, amount, cause);
            self.tell(Event::Shares(ShareChange {
                tranche: MAKERS,
                holder: Some(OwnerId::new(HolderId::provider(lp.number()).number())),
                change: minted.units(),
                assets: Some(amount),
                value: Some(value.or_zero()),
                supply: self.shares.supply().units().saturating_sub(minted.units()),
                why: ShareReason::Deposit,
            }));
        }
    }

    /// Burns shares at the lower value and pays; what waits of it.
    fn pay_out(&mut self, queued: QueuedLiquidity) -> Option<QueuedLiquidity> {
        let of = HolderId::provider(queued.lp.number());
        let at = self.exit_price()?;
        let worth = at.preview_redeem(self.shares.held(of)).unwrap_or_default();
        let amount = queued.amount.min(worth);
        let paid = amount.min(self.makers_free());
        let burned = at.preview_withdraw(paid).ok()?;
        self.shares.burn(of, burned).ok()?;
        let (to, cause) = (Account::External, Cause::VaultRedemption);
        self.pay(Account::Makers, to, paid, cause);
        *self.granted.entry(queued.lp).or_default() += paid;
        self.tell(Event::Shares(ShareChange {
            tranche: MAKERS,
            holder: Some(OwnerId::new(of.number())),
            change: burned.units().saturating_neg(),
            assets: Some(paid),
            value: Some(at.value()),
            supply: at.supply().units(),
            why: ShareReason::Redemption,
        }));
        let rest = QueuedLiquidity {
            amount: amount - paid,
            ..queued
        };
        rest.amount.is_positive().then_some(rest)
    }

    fn exit_price(&self) -> Option<Conversion<MakersCapital>> {
        let (marked, outside) = self.both_equities(Party::Makers);
        let value = marked.min(outside);
        self.shares.conversion(value.or_zero()).ok()
    }

    /// What the makers could pay out: the smaller of cash and equity beyond their own margin.
    pub(crate) fn makers_free(&self) -> Usd {
        let (marked, outside) = self.both_equities(Party::Makers);
        let equity = marked.min(outside);
        let required: Usd = self.coins.iter().map(|(id, _)| self.makers_need(id)).sum();
        let kept = required.max(self.floor_of(Party::Makers));
        (equity - kept).min(self.cash(Party::Makers)).or_zero()
    }

    /// What the makers' position in a coin needs at their own highest leverage.
    fn makers_need(&self, id: CoinId) -> Usd {
        let coin = &self.coins[id];
        let price = coin.mark.max(coin.outside);
        let leverage = Ratio::units_i64(i64::from(coin.params.book.maker_leverage));
        let notional = price.value_ceil(self.makers.of(id).size.abs());
        notional
            .mul_div_ceil(Ratio::ULP, leverage)
            .unwrap_or(notional)
    }

    /// Hands the founder's shares over at one USD each, as they were bought.
    pub(crate) fn hand_over(&mut self, lp: BidderId, amount: Usd) -> Result<(), Refusal> {
        let no = |_| Refusal::Liquidity {
            reason: "the founder has fewer shares of the capital",
        };
        let to = HolderId::provider(lp.number());
        if let Some(parent) = &mut self.parent {
            return parent.owners.hand_over(to, amount).map_err(no);
        }
        let handed = self.shares.hand_over(HolderId::FOUNDER, to, amount);
        handed.map_err(no)
    }

    /// What a provider has, at the mark.
    pub(crate) fn holding(&self, lp: BidderId) -> LpHolding {
        if let Some(parent) = &self.parent {
            return self.holding_of_parent(parent, lp);
        }
        let held = self.shares.held(HolderId::provider(lp.number()));
        let Ok(at) = self
            .shares
            .conversion(self.equity_of(Party::Makers).or_zero())
        else {
            return LpHolding::default();
        };
        let exit = self
            .exit_price()
            .and_then(|at| at.preview_redeem(held).ok());
        LpHolding {
            shares: held.units(),
            share_price: at.share_price().unwrap_or_default(),
            value: at.preview_redeem(held).unwrap_or_default(),
            exit_value: exit.unwrap_or_default(),
            waiting: self.waiting.get(&lp).copied().unwrap_or_default(),
            granted: self.granted.get(&lp).copied().unwrap_or_default(),
            // Paid when it is executed.
            ..LpHolding::default()
        }
    }

    /// The shares of an opening capital above zero, all the founder's.
    pub(crate) fn opening_shares(makers: Usd) -> Option<Vault<MakersCapital>> {
        Vault::open(Usd::ZERO, HolderId::FOUNDER, makers).ok()
    }
}
