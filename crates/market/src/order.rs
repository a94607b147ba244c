//! Orders: decided without writing, then executed exactly as decided (M-4, M-7).

use seawall_ledger::{Account, AccountId, Cause};
use seawall_margin::Position;
use seawall_units::{Base, Price, Ratio, Round, Side, Usd};
use seawall_venue::{Fill, FillRule, MarketStatus, Refusal, WinnerCut};
use seawall_waterfall::Waterfall;

use crate::charges::{Charges, Fee};
use crate::settle::Owed;
use crate::{Gate, IsolatedMarket};

/// An order as a trader sends it, with the state of the market around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderTerms {
    /// Who.
    pub account: AccountId,
    /// Signed size.
    pub size: Base,
    /// Margin to post with it.
    pub margin: Usd,
    /// Worst execution price.
    pub limit: Option<Price>,
    /// What to do about a part that cannot be filled.
    pub fill: FillRule,
    /// What orders may do now.
    pub gate: Gate,
    /// What deficits waiting for ADL would take from winners of the position's side.
    pub claim: Usd,
}

/// Everything an order does, decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderPlan {
    /// What it gets.
    pub fill: Fill,
    /// Unsigned size that it closes of the present position.
    pub closing: Base,
    /// Signed size that it opens.
    pub opening: Base,
    /// What it pays against the mark.
    pub charges: Charges,
    /// PnL that the closing part realises.
    pub pnl: Usd,
    /// What a deficit waiting for ADL takes of that profit (M-8.5).
    pub cut: Usd,
    /// What the pool's equity misses for Senior's claim when it pays that profit (M-8.3).
    pub shortfall: Usd,
    /// Minimum fill that it uses (M-4).
    pub minimum_used: Usd,
    margin: Usd,
    closed_side: Option<Side>,
}

/// How much an order may open, and what holds it there.
pub(crate) struct Room {
    pub(crate) size: Base,
    notional: Usd,
    limit: Refusal,
}

impl IsolatedMarket {
    /// Decides an order; pure.
    ///
    /// **Errors** the [`Refusal`], with the limit and the value that broke it.
    pub fn plan_order(&self, terms: &OrderTerms) -> Result<OrderPlan, Refusal> {
        if terms.size.is_zero() || terms.margin.is_negative() {
            return Err(Refusal::NotPositive);
        }
        if terms.gate == Gate::Closed {
            return Err(Refusal::Status {
                status: MarketStatus::Halted,
            });
        }
        let position = self.position(terms.account);
        let opposite = position.size().signum() == (-terms.size).signum();
        let wanted = if opposite {
            terms.size.abs().min(position.size().abs())
        } else {
            Base::ZERO
        };
        let closing = self.closable(terms, wanted)?;
        let sign = |size: Base| {
            if terms.size.is_negative() {
                -size
            } else {
                size
            }
        };
        let (opening, minimum_used) = match terms.size.abs() - wanted {
            rest if rest.is_positive() && closing == wanted => {
                self.openable(terms, sign(rest), sign(closing))?
            }
            _ => (Base::ZERO, Usd::ZERO),
        };
        let filled = sign(closing) + opening;
        if filled != terms.size && terms.fill == FillRule::AllOrNone {
            return Err(Refusal::PartOnly {
                asked: terms.size,
                filled,
            });
        }
        let mut plan = self.price_order(terms, &position, closing, opening);
        plan.minimum_used = minimum_used;
        self.check_limit_price(terms, &plan)?;
        self.check_equity(terms, &position, plan)
    }

    /// How much of the wanted close is allowed: all, but for the last mark's minimum fill.
    fn closable(&self, terms: &OrderTerms, wanted: Base) -> Result<Base, Refusal> {
        if terms.gate == Gate::Open {
            return Ok(wanted);
        }
        let may = match terms.gate {
            Gate::ReduceAtLastMark => {
                let left = self.minimum_left(terms.size, self.values().total());
                wanted.min(self.mark.size_floor(left))
            }
            _ => wanted,
        };
        match may.is_positive() {
            true => Ok(may),
            false => Err(Refusal::Status {
                status: self.refusing_status(),
            }),
        }
    }

    fn refusing_status(&self) -> MarketStatus {
        match self.status() {
            MarketStatus::Live => MarketStatus::ReduceOnly,
            status => status,
        }
    }

    /// What of the minimum fill of this direction is left in the running minute, at this value of
    /// both tranches.
    fn minimum_left(&self, size: Base, total: Usd) -> Usd {
        let config = &self.params.ladder;
        let share = total.mul_floor(config.minimum_fill_share);
        let [long, short] = self.minimum_used;
        let used = if size.is_positive() { long } else { short };
        (config.minimum_fill.max(share) - used).or_zero()
    }

    /// How much of `size` may be opened after `closed`, and the minimum fill that takes.
    fn openable(
        &self,
        terms: &OrderTerms,
        size: Base,
        closed: Base,
    ) -> Result<(Base, Usd), Refusal> {
        if terms.gate != Gate::Open {
            let partial = terms.fill == FillRule::Partial && !closed.is_zero();
            return match partial {
                true => Ok((Base::ZERO, Usd::ZERO)),
                false => Err(Refusal::Status {
                    status: self.refusing_status(),
                }),
            };
        }
        let room = self.room(terms.account, size, closed);
        let opened = size.abs().min(room.size);
        if !opened.is_positive() && closed.is_zero() {
            return Err(room.limit);
        }
        let beyond = (self.mark.value_ceil(opened) - room.notional.or_zero()).or_zero();
        Ok((if size.is_negative() { -opened } else { opened }, beyond))
    }

    /// What the caps leave for opening `size` once `closed` is closed (M-7), with the minimum fill
    /// on top (M-4).
    pub(crate) fn room(&self, account: AccountId, size: Base, closed: Base) -> Room {
        let side = size.side().unwrap_or(Side::Long);
        let (limits, mark) = (&self.params.limits, self.mark);
        let total = self.values().total();
        let cap = total.mul_floor(limits.reserved);
        let net = self.net_size() + closed;
        let outward = if side == Side::Long { net } else { -net };
        let held = self.position(account);
        let held = if held.side() == Some(side) {
            held.notional(mark)
        } else {
            Usd::ZERO
        };
        let uses = [
            ("open interest", self.totals.open_interest(side, mark), cap),
            ("net skew", mark.value_ceil(outward), self.ladder.total()),
            ("account notional", held, cap.mul_floor(limits.account)),
        ];
        let tightest = uses
            .into_iter()
            .min_by_key(|(_, used, allowed)| *allowed - *used);
        let (limit, used, allowed) = tightest.unwrap_or(("open interest", Usd::ZERO, cap));
        let notional = allowed - used;
        let room = mark.size_floor(notional.or_zero() + self.minimum_left(size, total));
        let value = used + mark.value_ceil(size.abs());
        Room {
            size: room,
            notional,
            limit: Refusal::Limit {
                limit,
                value,
                allowed,
            },
        }
    }

    fn price_order(
        &self,
        terms: &OrderTerms,
        position: &Position,
        closing: Base,
        opening: Base,
    ) -> OrderPlan {
        let sign = |size: Base| {
            if terms.size.is_negative() {
                -size
            } else {
                size
            }
        };
        let filled = sign(closing) + opening;
        let charges = self.charges(filled, terms.gate, Fee::Taker);
        let pnl = position.close(closing, self.mark).pnl;
        let pnl = if closing.is_zero() { Usd::ZERO } else { pnl };
        let closed_side = position.side();
        let profit = pnl.or_zero();
        let cut = match closed_side {
            Some(side) if terms.claim.is_positive() && profit.is_positive() => {
                let all = self.open_profit(side);
                let share = profit.mul_div_ceil(terms.claim.min(all), all);
                share.unwrap_or(Usd::ZERO).min(profit)
            }
            _ => Usd::ZERO,
        };
        OrderPlan {
            fill: Fill {
                account: terms.account,
                asked: terms.size,
                filled,
                mark: self.mark,
                notional: self.mark.value_ceil(filled.abs()),
                cost: charges.total(),
            },
            closing,
            opening,
            charges,
            pnl,
            cut,
            shortfall: profit.min(self.senior_shortfall()),
            minimum_used: Usd::ZERO,
            margin: terms.margin,
            closed_side,
        }
    }

    /// Sum of the open profits of one side, in profit only.
    pub(crate) fn open_profit(&self, side: Side) -> Usd {
        self.profits.of(&self.positions, side, self.mark)
    }

    fn check_limit_price(&self, terms: &OrderTerms, plan: &OrderPlan) -> Result<(), Refusal> {
        let Some(limit) = terms.limit else {
            return Ok(());
        };
        let (size, charges) = (plan.fill.filled.abs(), plan.charges);
        let apart = charges.spread + charges.impact - charges.rebate;
        let price = match terms.size.is_positive() {
            true => Price::of(self.mark.value_ceil(size) + apart, size, Round::Ceil),
            false => Price::of(self.mark.value_floor(size) - apart, size, Round::Floor),
        };
        let price = price.unwrap_or(Price::ULP);
        let worse = if terms.size.is_positive() {
            price > limit
        } else {
            price < limit
        };
        if worse {
            Err(Refusal::LimitPrice { price, limit })
        } else {
            Ok(())
        }
    }

    /// Holds the margin rules on the state after the order, and that the pool can pay.
    fn check_equity(
        &self,
        terms: &OrderTerms,
        position: &Position,
        mut plan: OrderPlan,
    ) -> Result<OrderPlan, Refusal> {
        let Owed {
            funding,
            utilisation,
        } = self.owed(position);
        let margin = self.margin_of(terms.account) + terms.margin + plan.pnl
            - funding
            - utilisation
            - plan.charges.total();
        plan.cut = plan.cut.min(margin.or_zero());
        let margin = margin - plan.cut;
        let after = self.position_after(position, plan.closing, plan.opening);
        let equity = margin + after.open_pnl(self.mark);
        let ratio = match plan.opening.is_zero() {
            true => Ratio::ZERO,
            false => self.margin_table.initial,
        };
        let required = after.notional(self.mark).mul_ceil(ratio);
        // What margin misses is drawn from the open profit of the position that stays.
        let drawn = (-margin).or_zero();
        if equity < required || (drawn.is_positive() && after.is_flat()) {
            return Err(Refusal::InitialMargin { equity, required });
        }
        let payout = plan.pnl.or_zero() + (-funding).or_zero() + drawn;
        if !self.can_pay(payout - plan.shortfall) {
            let allowed = self.pool_cash() + plan.shortfall;
            return Err(Refusal::Limit {
                limit: "pool cash",
                value: payout,
                allowed,
            });
        }
        Ok(plan)
    }

    fn position_after(&self, position: &Position, closing: Base, opening: Base) -> Position {
        let now = self.accrual();
        let rest = position.settled(&now).close(closing, self.mark).rest;
        match (opening.is_zero(), rest.is_flat()) {
            (true, _) => rest,
            (false, true) => Position::open(opening, self.mark, &now),
            (false, false) => rest.increased(opening, self.mark),
        }
    }

    /// Executes a plan that [`IsolatedMarket::plan_order`] made of this very state; cannot fail.
    pub fn commit_order(&mut self, plan: &OrderPlan, waterfall: &mut Waterfall) {
        let account = plan.fill.account;
        let margin = Account::Margin(account);
        self.post_margin(account, plan.margin);
        // Booked before the profit is paid: what equity misses for the claim is owed to the pool.
        let missing = Account::OpenDeficit(waterfall.next_deficit());
        self.pay_pool(missing, plan.shortfall, Cause::DeficitOpened);
        let charges = plan.charges;
        self.ledger.pay(
            Account::ImpactReserve,
            margin,
            charges.rebate,
            Cause::ImpactRebate,
        );
        let more = charges.spread + charges.fee + charges.impact + plan.cut;
        self.realise(account, plan.closing, self.mark, more);
        self.ledger
            .pay(margin, Account::Fees, charges.spread, Cause::Spread);
        self.ledger
            .pay(margin, Account::Fees, charges.fee, Cause::TakerFee);
        self.ledger.pay(
            margin,
            Account::ImpactReserve,
            charges.impact,
            Cause::ImpactPaid,
        );
        if !plan.opening.is_zero() {
            let opened = self.position_after(&self.position(account), Base::ZERO, plan.opening);
            self.store_position(account, opened);
        }
        self.use_minimum(plan);
        self.place_winner(plan, waterfall);
        match self.position(account).is_flat() {
            true => self.release_margin(account),
            false => self.refresh_key(account),
        }
    }

    fn use_minimum(&mut self, plan: &OrderPlan) {
        let amount = match self.status() {
            MarketStatus::ReduceOnly => plan.fill.notional,
            _ => plan.minimum_used,
        };
        let [long, short] = &mut self.minimum_used;
        *(if plan.fill.filled.is_positive() {
            long
        } else {
            short
        }) += amount;
    }

    /// A winner who closes pays his share of a deficit that waits for ADL, and opens one where the
    /// pool's equity does not reach Senior's claim.
    fn place_winner(&mut self, plan: &OrderPlan, waterfall: &mut Waterfall) {
        let (Some(side), account) = (plan.closed_side, plan.fill.account) else {
            return;
        };
        if plan.shortfall.is_positive() {
            // The deficit stands against the side that lost to this winner.
            waterfall.open_shortfall((account, side.opposite()), plan.shortfall, self);
        }
        if plan.cut.is_positive() {
            let (closed, profit, taken) = (plan.closing, plan.pnl, plan.cut);
            let time = self.now;
            let cut = WinnerCut {
                time,
                account,
                deficit: None,
                closed,
                profit,
                taken,
            };
            waterfall.contribute(cut, side, self);
        }
    }

    /// Posts margin from free collateral first, then from outside.
    pub(crate) fn post_margin(&mut self, account: AccountId, amount: Usd) {
        let free = self
            .ledger
            .balance(Account::Free(account))
            .or_zero()
            .min(amount);
        let margin = Account::Margin(account);
        self.ledger
            .pay(Account::Free(account), margin, free, Cause::MarginPosted);
        self.ledger.pay(
            Account::External,
            margin,
            amount - free,
            Cause::MarginPosted,
        );
    }

    /// Adds margin to an open position.
    ///
    /// **Errors** [`Refusal`] when nothing is added, there is no position, or the market is halted.
    pub fn plan_margin(&self, account: AccountId, amount: Usd) -> Result<(), Refusal> {
        if !amount.is_positive() {
            return Err(Refusal::NotPositive);
        }
        if !self.status().adds_margin() {
            return Err(Refusal::Status {
                status: self.status(),
            });
        }
        if self.position(account).is_flat() {
            return Err(Refusal::NoPosition { account });
        }
        Ok(())
    }

    /// Executes what [`IsolatedMarket::plan_margin`] allowed.
    pub fn commit_margin(&mut self, account: AccountId, amount: Usd) {
        self.post_margin(account, amount);
        self.refresh_key(account);
    }

    /// Takes free collateral out.
    ///
    /// **Errors** [`Refusal`] when nothing is asked or there is less.
    pub fn plan_withdraw(&self, account: AccountId, amount: Usd) -> Result<(), Refusal> {
        let available = self.ledger.balance(Account::Free(account));
        if !amount.is_positive() {
            return Err(Refusal::NotPositive);
        }
        if amount > available {
            return Err(Refusal::Collateral {
                available,
                asked: amount,
            });
        }
        Ok(())
    }

    /// Executes what [`IsolatedMarket::plan_withdraw`] allowed.
    pub fn commit_withdraw(&mut self, account: AccountId, amount: Usd) {
        let free = Account::Free(account);
        self.ledger
            .pay(free, Account::External, amount, Cause::CollateralWithdrawn);
    }
}
