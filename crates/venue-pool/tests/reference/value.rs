//! Profits of positions and sides, the cap on them, and what the pool is worth.
use super::market::{Held, Market, worth};
use super::number::{MONEY, Q, Way, down, is_positive, or_zero, up, zero};
use super::rules::Side;

/// Which way the pool is valued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// For who leaves.
    Low,
    /// For who enters.
    High,
}

impl Market {
    /// What a position would win if it were closed whole.
    pub(crate) fn pnl(&self, held: &Held) -> Q {
        match held.side {
            Side::Long => worth(&held.tokens, &self.prices.min, Way::Down) - &held.size,
            Side::Short => &held.size - worth(&held.tokens, &self.prices.max, Way::Up),
        }
    }

    pub(crate) fn pnl_at_mark(&self, held: &Held) -> Q {
        match held.side {
            Side::Long => worth(&held.tokens, &self.prices.mark, Way::Down) - &held.size,
            Side::Short => &held.size - worth(&held.tokens, &self.prices.mark, Way::Up),
        }
    }

    /// A side's open profit at one price, rounded up or down.
    fn side_pnl(&self, side: Side, price: &Q, way: Way) -> Q {
        let exact = match side {
            Side::Long => self.tokens(side) * price - self.interest(side),
            Side::Short => self.interest(side) - self.tokens(side) * price,
        };
        super::number::round(&exact, MONEY, way)
    }

    /// A side's open profit at the price that makes it most.
    pub(crate) fn most_pnl(&self, side: Side) -> Q {
        let price = match side {
            Side::Long => &self.prices.max,
            Side::Short => &self.prices.min,
        };
        self.side_pnl(side, price, Way::Up)
    }

    fn least_pnl(&self, side: Side) -> Q {
        let price = match side {
            Side::Long => &self.prices.min,
            Side::Short => &self.prices.max,
        };
        self.side_pnl(side, price, Way::Down)
    }

    /// A part of a side's half of the pool.
    pub(crate) fn part_of_half(&self, factor: &Q) -> Q {
        down(&(self.half() * factor), MONEY)
    }

    /// Whether a side's profit factor is above `factor`.
    pub(crate) fn exceeds(&self, side: Side, factor: &Q) -> bool {
        self.most_pnl(side) > self.part_of_half(factor)
    }

    /// A profit after the cap on traders' profits: beyond it all keep the same share.
    pub(crate) fn capped(&self, side: Side, pnl: &Q) -> Q {
        let (open, cap) = (
            self.most_pnl(side),
            self.part_of_half(&self.rules.profit.traders),
        );
        if !is_positive(pnl) || open <= cap {
            return pnl.clone();
        }
        down(&(pnl * cap / open), MONEY)
    }

    /// The pool's share of borrowing fees that are owed.
    fn borrowing_income(&self) -> Q {
        let owed: Q = Side::BOTH
            .map(|side| self.pending_borrowing(side))
            .iter()
            .sum();
        let protocol = up(&(&owed * &self.rules.fees.protocol_share), MONEY);
        owed - protocol
    }

    /// What all market tokens are worth to who enters or leaves: profits count up to a cap,
    /// losses in full.
    pub(crate) fn value(&self, bound: Bound) -> Q {
        let cap = self.part_of_half(match bound {
            Bound::Low => &self.rules.profit.withdrawals,
            Bound::High => &self.rules.profit.deposits,
        });
        let owed = Side::BOTH.map(|side| match bound {
            Bound::Low => self.most_pnl(side).min(cap.clone()),
            Bound::High => self.least_pnl(side).min(cap.clone()),
        });
        self.cash() - &self.float + self.borrowing_income() - owed.iter().sum::<Q>()
    }

    /// The pool with all open profits and losses at the mark.
    pub(crate) fn value_at_mark(&self) -> Q {
        let owed = Side::BOTH.map(|side| self.side_pnl(side, &self.prices.mark, Way::Up));
        self.cash() - &self.float + self.borrowing_income() - owed.iter().sum::<Q>()
    }

    /// Open interest of a side at the mark.
    pub(crate) fn interest_at_mark(&self, side: Side) -> Q {
        worth(&self.tokens(side), &self.prices.mark, Way::Down)
    }

    pub(crate) fn equity_at_mark(&self, account: u32, held: &Held) -> Q {
        let dues = self.dues(held);
        self.margin(account) + self.pnl_at_mark(held) - dues.borrowing - dues.funding + dues.claim
    }

    /// What would remain of a position that is closed now, and what must.
    pub(crate) fn health(&self, account: u32, held: &Held) -> (Q, Q) {
        let impact = self.impact(held.side, &-held.tokens.clone(), &-held.size.clone());
        let fee = up(&(&held.size * self.fee_tier(impact.improved)), MONEY);
        let dues = self.dues(held);
        let pnl = self.capped(held.side, &self.pnl(held));
        // Impact counts as a cost only, and at most up to a share of the size.
        let pending = self.pending_usd(&held.pending);
        let least = -(&held.size * &self.rules.impact.max_for_liquidation);
        let impact = down(&(impact.usd + pending).min(zero()).max(least), MONEY);
        let remaining = self.margin(account) + pnl + impact - fee - dues.borrowing - dues.funding;
        let rules = &self.rules.collateral;
        let required = up(&(&held.size * &rules.maintenance), MONEY);
        (remaining, required.max(rules.min_usd.clone()))
    }

    pub(crate) fn is_liquidatable(&self, account: u32, held: &Held) -> bool {
        let (remaining, required) = self.health(account, held);
        remaining < required || remaining <= zero()
    }

    pub(crate) fn fee_tier(&self, improved: bool) -> &Q {
        match improved {
            true => &self.rules.fees.improving,
            false => &self.rules.fees.worsening,
        }
    }

    /// Pending impact in money: a gain at the lower price, a cost at the higher one.
    pub(crate) fn pending_usd(&self, pending: &Q) -> Q {
        match *pending < zero() {
            true => pending * &self.prices.max,
            false => pending * &self.prices.min,
        }
    }

    /// The cash that belongs to LPs.
    pub(crate) fn own_cash(&self) -> Q {
        or_zero(self.cash() - &self.float)
    }
}
