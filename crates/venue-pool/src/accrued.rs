//! What time has charged, exactly, for auditors: the ledger has it rounded.
use ethnum::I256;
use seawall_ledger::AccountId;
use seawall_units::{Side, Usd};

use crate::position::Position;
use crate::venue::PoolVenue;

/// Cumulative charges per USD of size at entry prices, with thirty decimals: of a side up to now,
/// or of a position up to when its dues were settled last. Size times the difference of the two is
/// what the position owes, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accrued {
    /// Borrowing fee.
    pub borrowing: I256,
    /// Funding paid.
    pub paid: I256,
    /// Funding received.
    pub received: I256,
}

impl PoolVenue {
    /// What a side has been charged since the start.
    #[must_use]
    pub fn accrued(&self, side: Side) -> Accrued {
        let book = self.pool.side(side);
        Accrued {
            borrowing: book.borrowing.0,
            paid: book.funding_paid.0,
            received: book.funding_received.0,
        }
    }

    /// What an account's side had been charged when the account settled last; `None` without a
    /// position.
    #[must_use]
    pub fn settled_at(&self, account: AccountId) -> Option<Accrued> {
        let then = |position: &Position| Accrued {
            borrowing: position.borrowing_at.0,
            paid: position.funding_paid_at.0,
            received: position.funding_received_at.0,
        };
        self.held(account).map(then)
    }

    /// Funding that has come into the pool's cash less what has gone out: it belongs to traders.
    #[must_use]
    pub const fn funding_float(&self) -> Usd {
        self.pool.funding_float
    }
}
