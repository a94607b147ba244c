//! Opening and increasing a position.
use super::books::Purse;
use super::command::No;
use super::market::{Held, Market, worth};
use super::number::{MONEY, PENDING, Q, Way, down, is_positive, up, zero};
use super::rules::Side;

/// What an opening order would get.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    /// What it adds at entry prices.
    size: Q,
    impact: Q,
    fee: Q,
    pub(crate) cost: Q,
    price: Q,
}

impl Market {
    /// The terms of an opening, or the limit that forbids it.
    pub(crate) fn terms(&self, side: Side, tokens: &Q) -> Result<Terms, No> {
        let size = match side {
            Side::Long => worth(tokens, &self.prices.max, Way::Up),
            Side::Short => worth(tokens, &self.prices.min, Way::Down),
        };
        self.require_limits(side, tokens, &size)?;
        let found = self.impact(side, tokens, &size);
        let impact = found.usd.min(self.most_gain(&size));
        let fee = up(&(&size * self.fee_tier(found.improved)), MONEY);
        let gain = down(&impact, MONEY);
        Ok(Terms {
            cost: &fee + self.spread(side, tokens) - &gain,
            price: self.execution(side, tokens, &gain),
            size,
            impact,
            fee,
        })
    }

    /// Open interest and reserve as they would be after the order.
    fn require_limits(&self, side: Side, tokens: &Q, size: &Q) -> Result<(), No> {
        let (interest, reserve) = match side {
            Side::Long => ("long open interest", "long reserve"),
            Side::Short => ("short open interest", "short reserve"),
        };
        let after = self.interest(side) + size;
        let most = &self.rules.max_open_interest;
        if after > *most {
            return Err(No::Limit(interest, after, most.clone()));
        }
        let reserved = match side {
            Side::Long => worth(&(self.tokens(side) + tokens), &self.prices.max, Way::Up),
            Side::Short => after,
        };
        let of_traders = &self.rules.interest_reserve_factor;
        let factor = of_traders.clone().min(self.rules.reserve_factor.clone());
        let most = self.part_of_half(&factor);
        if reserved > most {
            return Err(No::Limit(reserve, reserved, most));
        }
        Ok(())
    }

    /// Opens or increases; gives its cost against the mark. On a refusal the market is left half
    /// done.
    pub(crate) fn open_more(
        &mut self,
        account: u32,
        (side, tokens): (Side, &Q),
        limit: Option<&Q>,
    ) -> Result<Q, No> {
        let terms = self.terms(side, tokens)?;
        Self::require_price(side, &terms.price, limit)?;
        let mut held = self.held.get(&account).cloned().unwrap_or_else(|| Held {
            side,
            tokens: zero(),
            size: zero(),
            pending: zero(),
            increased: self.now,
            since: self.rates(side).clone(),
        });
        self.turn(is_positive(&terms.impact), "open: improves the balance");
        self.turn(
            terms.impact == self.most_gain(&terms.size),
            "open: gain at its cap",
        );
        let dues = self.dues(&held);
        self.claim(account, &dues.claim);
        let mut unpaid = self.pay_funding(account, &dues.funding);
        let fees = [(&dues.borrowing, "utilisation"), (&terms.fee, "taker_fee")];
        unpaid += self.pay_fees(account, &fees);
        self.turn(is_positive(&unpaid), "open: dues beyond the margin");
        held.since = self.rates(side).clone();
        held.increased = self.now;
        held.tokens += tokens;
        held.size += &terms.size;
        // A gain buys tokens at the higher price, a cost at the lower: fewer won, more owed.
        let price = match terms.impact < zero() {
            true => &self.prices.min,
            false => &self.prices.max,
        };
        held.pending += down(&(&terms.impact / price), PENDING);
        self.held.insert(account, held);
        self.require_collateral(account, &unpaid)?;
        self.require_health(account)?;
        Ok(terms.cost)
    }

    pub(crate) fn require_price(side: Side, price: &Q, limit: Option<&Q>) -> Result<(), No> {
        let Some(limit) = limit else {
            return Ok(());
        };
        let worse = match side {
            Side::Long => price > limit,
            Side::Short => price < limit,
        };
        match worse {
            true => Err(No::LimitPrice(price.clone(), limit.clone())),
            false => Ok(()),
        }
    }

    fn require_collateral(&self, account: u32, unpaid: &Q) -> Result<(), No> {
        let (held, rules) = (&self.held[&account], &self.rules.collateral);
        if held.size < rules.min_position {
            return Err(No::BelowMinimum(
                held.size.clone(),
                rules.min_position.clone(),
            ));
        }
        let by_interest = self.interest(held.side) * &rules.interest_multiplier;
        let factor = by_interest.max(rules.initial.clone());
        let required = up(&(&held.size * factor), MONEY).max(rules.min_usd.clone());
        let collateral = self.margin(account) - unpaid;
        match collateral < required {
            true => Err(No::InitialMargin(collateral, required)),
            false => Ok(()),
        }
    }

    /// Nobody may leave an order with a position that would be liquidated.
    pub(crate) fn require_health(&self, account: u32) -> Result<(), No> {
        let Some(held) = self.held.get(&account) else {
            return Ok(());
        };
        let (remaining, required) = self.health(account, held);
        match self.is_liquidatable(account, held) {
            true => Err(No::InitialMargin(remaining, required)),
            false => Ok(()),
        }
    }

    /// Margin comes from free collateral first, the rest from outside.
    pub(crate) fn post(&mut self, account: u32, amount: &Q) {
        let (free, margin) = (Purse::Free(account), Purse::Margin(account));
        let inside = amount.clone().min(self.books.balance(free));
        self.pay(free, margin, &inside, "margin_posted");
        self.pay(Purse::External, margin, &(amount - inside), "margin_posted");
    }
}
