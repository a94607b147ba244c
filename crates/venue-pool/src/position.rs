//! One position: what it owes, what it is worth, and whether it must be closed.
use ethnum::I256;
use seawall_ledger::AccountId;
use seawall_units::{Base, Round, Side, Time, Usd};

use crate::impact::{self, Change, Impact};
use crate::pool::{Pool, SideBook};
use crate::prices::Prices;
use crate::terms::Terms;
use crate::wide::{F30, Tokens, mul, wide};

/// An open position. Its margin is in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) account: AccountId,
    pub(crate) side: Side,
    /// Size in tokens, above zero.
    pub(crate) tokens: Base,
    /// Size at entry prices.
    pub(crate) size: Usd,
    /// Price impact of its opening orders, settled when it is closed.
    pub(crate) pending: Tokens,
    /// When it was opened or increased last.
    pub(crate) increased: Time,
    /// The side's cumulative factors when its dues were settled last.
    pub(crate) borrowing_at: F30,
    pub(crate) funding_paid_at: F30,
    pub(crate) funding_received_at: F30,
}

/// What a position owes since its dues were settled last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dues {
    /// Borrowing fee.
    pub(crate) borrowing: Usd,
    /// Funding to pay.
    pub(crate) funding: Usd,
    /// Funding to receive.
    pub(crate) claim: Usd,
}

/// The two figures that a liquidation compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Health {
    /// Margin + pnl − closing fee − dues.
    pub(crate) remaining: Usd,
    /// What must remain.
    pub(crate) required: Usd,
}

impl Health {
    pub(crate) fn is_liquidatable(self) -> bool {
        self.remaining < self.required || !self.remaining.is_positive()
    }
}

impl Position {
    /// A position of nothing, to be increased.
    pub(crate) fn empty(account: AccountId, side: Side, book: &SideBook) -> Self {
        let mut position = Self {
            account,
            side,
            tokens: Base::ZERO,
            size: Usd::ZERO,
            pending: Tokens::default(),
            increased: Time::default(),
            borrowing_at: F30::ZERO,
            funding_paid_at: F30::ZERO,
            funding_received_at: F30::ZERO,
        };
        position.touch(book);
        position
    }

    /// Notes that its dues are settled up to now.
    pub(crate) fn touch(&mut self, book: &SideBook) {
        self.borrowing_at = book.borrowing;
        self.funding_paid_at = book.funding_paid;
        self.funding_received_at = book.funding_received;
    }

    /// Its part of the side's borrowing sum.
    pub(crate) fn borrowing_term(&self) -> I256 {
        mul(wide(self.size.units()), self.borrowing_at.0)
    }

    /// **Rounding** a payer up, a receiver down: the rest stays with the pool.
    pub(crate) fn dues(&self, book: &SideBook) -> Dues {
        let since = |now: F30, then: F30, round| now.minus(then).applied(self.size, round);
        Dues {
            borrowing: since(book.borrowing, self.borrowing_at, Round::Ceil),
            funding: since(book.funding_paid, self.funding_paid_at, Round::Ceil),
            claim: since(
                book.funding_received,
                self.funding_received_at,
                Round::Floor,
            ),
        }
    }

    /// Its profit if it were closed whole: a long at the lower price, a short at the higher one.
    pub(crate) fn pnl(&self, prices: Prices) -> Usd {
        match self.side {
            Side::Long => prices.sell(self.tokens) - self.size,
            Side::Short => self.size - prices.buy(self.tokens),
        }
    }

    /// Its size with the sign of its side.
    pub(crate) fn signed(&self) -> Base {
        self.side.signed(self.tokens)
    }

    /// The impact of closing it whole.
    fn closing_impact(&self, terms: &Terms, pool: &Pool, prices: Prices) -> Impact {
        let change = Change {
            side: self.side,
            tokens: -self.tokens,
            entry_usd: -self.size,
        };
        impact::of_trade(terms, pool, prices, &change)
    }

    /// The exact money test of a liquidation.
    ///
    /// **Formula** `remaining = margin + capped pnl + impact − position fee − borrowing − funding`;
    /// impact (with what is pending) counts as a cost only and at most up to a share of the size,
    /// zero in live markets; `required = max(min collateral, size · factor)`. The liquidation fee
    /// is no part of it.
    /// **Rounding** remaining down, required up.
    /// **Source** gmx-synthetics, `position/PositionUtils.sol`.
    pub(crate) fn health(&self, terms: &Terms, pool: &Pool, prices: Prices, margin: Usd) -> Health {
        let closing = self.closing_impact(terms, pool, prices);
        let fee = self.size.mul_ceil(fee_tier(terms, closing.improved));
        let dues = self.dues(pool.side(self.side));
        let pnl = pool.capped_pnl(terms, prices, self.side, self.pnl(prices));
        let most = terms.params.impact.max_for_liquidation;
        let impact = match most.is_zero() {
            true => Usd::ZERO,
            false => {
                let total = closing.usd.plus(self.pending.value(prices));
                let floor = impact::portion(most, self.size).negated();
                total.min(F30::ZERO).max(floor).usd(Round::Floor)
            }
        };
        let collateral = &terms.params.collateral;
        Health {
            remaining: margin + pnl + impact - fee - dues.borrowing - dues.funding,
            required: collateral
                .min_usd
                .max(self.size.mul_ceil(terms.maintenance)),
        }
    }
}

/// The position fee of an order by what it does to the balance.
pub(crate) const fn fee_tier(terms: &Terms, improved: bool) -> seawall_units::Ratio {
    match improved {
        true => terms.params.fees.improving,
        false => terms.params.fees.worsening,
    }
}
