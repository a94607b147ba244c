//! Closing a position, wholly or in part, and the order in which it pays.
use super::accrual::Dues;
use super::books::Purse;
use super::command::No;
use super::market::{Held, Market, worth};
use super::number::{MONEY, PENDING, PRICE, Q, Way, down, is_positive, of_units, or_zero, round};
use super::number::{up, zero};
use super::rules::Side;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closer {
    Owner,
    Liquidator,
    Deleverager,
}

/// What a close came to.
#[derive(Debug, Clone)]
pub(crate) struct Closed {
    pub(crate) price: Q,
    /// Profit of the closed part at the mark.
    pub(crate) profit: Q,
    /// What the cap on profits withheld.
    pub(crate) withheld: Q,
    /// Fee, half-spread and impact against the mark.
    pub(crate) cost: Q,
    /// Loss and funding that the pool did not get.
    pub(crate) missing: Q,
    pub(crate) released: Q,
}

/// The figures of a close on the market as it stands before it.
struct Figures {
    size: Q,
    pnl: Q,
    kept: Q,
    profit: Q,
    own_impact: Q,
    /// With what was pending: above zero a gain, below zero a cost.
    settled: Q,
    /// Cost beyond its cap, above zero.
    excess: Q,
    fee: Q,
}

impl Market {
    /// The part of a pending impact that goes with a part of a position.
    fn pending_part(held: &Held, tokens: &Q) -> Q {
        down(&(&held.pending * tokens / &held.tokens), PENDING)
    }

    fn figures(&self, held: &Held, tokens: &Q) -> Figures {
        // A part's entry value is rounded against its owner.
        let part = &held.size * tokens / &held.tokens;
        let (size, pnl, profit) = match held.side {
            Side::Long => {
                let size = up(&part, MONEY);
                let at = |price| worth(tokens, price, Way::Down);
                let pnl = at(&self.prices.min) - &size;
                let profit = at(&self.prices.mark) - &size;
                (size, pnl, profit)
            }
            Side::Short => {
                let size = down(&part, MONEY);
                let at = |price| worth(tokens, price, Way::Up);
                let pnl = &size - at(&self.prices.max);
                let profit = &size - at(&self.prices.mark);
                (size, pnl, profit)
            }
        };
        let kept = self.capped(held.side, &pnl).min(self.cash());
        let impact = self.impact(held.side, &-tokens.clone(), &-size.clone());
        let own = impact.usd.min(self.most_gain(&size));
        let total = &own + self.pending_usd(&Self::pending_part(held, tokens));
        let most_cost = &size * &self.rules.impact.max_negative;
        let excess = up(&or_zero(-total.clone() - &most_cost), MONEY);
        let within = total.max(-most_cost).min(self.most_gain(&size));
        let settled = down(&within, MONEY).min(self.books.balance(Purse::ImpactPool));
        let fee = up(&(&size * self.fee_tier(impact.improved)), MONEY);
        let own_impact = down(&own, MONEY);
        Figures {
            size,
            pnl,
            kept,
            profit,
            own_impact,
            settled,
            excess,
            fee,
        }
    }

    fn note_turns(&mut self, figures: &Figures) {
        let gain = is_positive(&figures.settled);
        let empty = figures.settled == zero() && is_positive(&figures.own_impact);
        let size = &figures.size;
        let most = down(&self.most_gain(size), MONEY);
        self.turn(gain, "close: impact gained");
        self.turn(gain && figures.settled == most, "close: gain at its cap");
        self.turn(empty, "close: impact pool empty");
        self.turn(
            is_positive(&figures.excess),
            "close: impact cost beyond its cap",
        );
        self.turn(figures.own_impact < zero(), "close: worsens the balance");
        self.turn(
            figures.kept == self.cash() && is_positive(&figures.kept),
            "close: all cash",
        );
        self.turn(*size == zero(), "close: of no entry value");
    }

    /// Closes `tokens` of a position that is there. On a refusal the market is left half done.
    pub(crate) fn close(&mut self, account: u32, tokens: &Q, closer: Closer) -> Result<Closed, No> {
        let mut held = self
            .held
            .get(&account)
            .cloned()
            .expect("a position to close");
        let whole = *tokens == held.tokens;
        let dues = self.dues(&held);
        self.claim(account, &dues.claim);
        let figures = self.figures(&held, tokens);
        self.note_turns(&figures);
        let margin = Purse::Margin(account);
        let income = self.take_profit(account, &figures);
        let before = self.margin(account);
        let (missing, unpaid) = self.settle(account, &figures, (&dues, closer));
        let paid = before - self.margin(account);
        let may_fail = closer == Closer::Liquidator || closer == Closer::Deleverager && whole;
        if is_positive(&unpaid) && !may_fail {
            return Err(No::InitialMargin(-unpaid, zero()));
        }
        let released = match whole {
            true => self.margin(account),
            false => or_zero(income - paid),
        };
        self.pay(margin, Purse::Free(account), &released, "margin_released");
        let closed = Closed {
            price: self.execution(held.side.other(), tokens, &figures.own_impact),
            withheld: &figures.pnl - &figures.kept,
            cost: figures.fee + self.spread(held.side.other(), tokens) - figures.own_impact,
            profit: figures.profit,
            missing,
            released,
        };
        self.held.remove(&account);
        if !whole {
            held.since = self.rates(held.side).clone();
            held.pending -= Self::pending_part(&held, tokens);
            held.tokens -= tokens;
            held.size -= figures.size;
            self.held.insert(account, held);
        }
        Ok(closed)
    }

    /// Earned funding is claimed to free collateral, as far as the pool has cash.
    pub(crate) fn claim(&mut self, account: u32, earned: &Q) {
        let claim = earned.clone().min(or_zero(self.cash()));
        self.turn(claim < *earned, "claim beyond the pool's cash");
        self.float -= &claim;
        self.pay(
            Purse::Pool,
            Purse::Free(account),
            &claim,
            "funding_received",
        );
    }

    /// Profit and a gain of impact come in first. Gives what came in.
    fn take_profit(&mut self, account: u32, figures: &Figures) -> Q {
        let margin = Purse::Margin(account);
        let gross = or_zero(figures.pnl.clone());
        let kept = or_zero(figures.kept.clone());
        // Posted gross, and the cap takes its part back; what the pool has no cash for passes
        // through clearing so that the journal shows both sides of it.
        let without_cash = or_zero(&gross - self.cash());
        self.turn(is_positive(&without_cash), "profit beyond the pool's cash");
        let with_cash = &gross - &without_cash;
        let (realised, cap) = ("profit_realised", "pnl_cap");
        self.pay(Purse::Pool, margin, &with_cash, realised);
        self.pay(Purse::Clearing, margin, &without_cash, realised);
        self.pay(margin, Purse::Clearing, &without_cash, cap);
        self.pay(margin, Purse::Pool, &(with_cash - &kept), cap);
        let gain = or_zero(figures.settled.clone());
        self.pay(Purse::ImpactPool, margin, &gain, "impact_rebate");
        kept + gain
    }

    /// Funding, loss, fees, impact, impact beyond its cap: in this order. Gives what the pool
    /// misses of funding and loss, and all that is unpaid.
    fn settle(
        &mut self,
        account: u32,
        figures: &Figures,
        (dues, closer): (&Dues, Closer),
    ) -> (Q, Q) {
        let loss = or_zero(-figures.pnl.clone());
        let mut missing = self.pay_funding(account, &dues.funding);
        missing += self.pay_up(account, Purse::Pool, (&loss, "loss_realised"));
        let liquidation = match closer {
            Closer::Liquidator => up(&(&figures.size * &self.rules.fees.liquidation), MONEY),
            Closer::Owner | Closer::Deleverager => zero(),
        };
        let fees = [
            (&dues.borrowing, "utilisation"),
            (&figures.fee, "taker_fee"),
            (&liquidation, "liquidation_fee"),
        ];
        let funding_missing = missing != zero() && loss == zero();
        self.turn(funding_missing, "funding unpaid by a winner");
        let left = is_positive(&self.margin(account));
        let mut unpaid = &missing + self.pay_fees(account, &fees);
        self.turn(left && unpaid != missing, "fees paid in part");
        let cost = or_zero(-figures.settled.clone());
        unpaid += self.pay_up(account, Purse::ImpactPool, (&cost, "impact_paid"));
        unpaid += self.pay_up(account, Purse::Pool, (&figures.excess, "impact_paid"));
        let solvent = closer == Closer::Liquidator && unpaid == zero();
        self.turn(solvent, "liquidation that pays all");
        (missing, unpaid)
    }

    /// What an account owes in funding belongs to the receivers, paid or not.
    pub(crate) fn pay_funding(&mut self, account: u32, owed: &Q) -> Q {
        self.float += owed;
        self.pay_up(account, Purse::Pool, (owed, "funding_paid"))
    }

    /// Pays out of the margin as far as it goes; gives what is unpaid.
    fn pay_up(&mut self, account: u32, to: Purse, (amount, why): (&Q, &'static str)) -> Q {
        let paid = amount.clone().min(self.margin(account));
        self.pay(Purse::Margin(account), to, &paid, why);
        amount - paid
    }

    /// Fees are shared with the protocol; what cannot be paid in full goes to the pool alone.
    pub(crate) fn pay_fees(&mut self, account: u32, fees: &[(&Q, &'static str)]) -> Q {
        let all: Q = fees.iter().map(|(fee, _)| *fee).sum();
        let in_full = all <= self.margin(account);
        let mut unpaid = zero();
        for (fee, why) in fees {
            let protocol = match in_full {
                true => down(&(*fee * &self.rules.fees.protocol_share), MONEY),
                false => zero(),
            };
            self.pay(Purse::Margin(account), Purse::Protocol, &protocol, why);
            unpaid += self.pay_up(account, Purse::Pool, (&(*fee - protocol), why));
        }
        unpaid
    }

    /// The price of a trade with its impact, rounded against the trader.
    pub(crate) fn execution(&self, trade: Side, tokens: &Q, impact: &Q) -> Q {
        match trade {
            Side::Long => {
                let paid = worth(tokens, &self.prices.max, Way::Up) - impact;
                round(&(paid / tokens), PRICE, Way::Up)
            }
            Side::Short => {
                let got = worth(tokens, &self.prices.min, Way::Down) + impact;
                let least = of_units(1, PRICE);
                round(&(got / tokens), PRICE, Way::Down).max(least)
            }
        }
    }

    /// What a trade loses against the mark by the half-spread.
    pub(crate) fn spread(&self, trade: Side, tokens: &Q) -> Q {
        let mark = &self.prices.mark;
        match trade {
            Side::Long => worth(tokens, &self.prices.max, Way::Up) - worth(tokens, mark, Way::Down),
            Side::Short => {
                worth(tokens, mark, Way::Up) - worth(tokens, &self.prices.min, Way::Down)
            }
        }
    }
}
