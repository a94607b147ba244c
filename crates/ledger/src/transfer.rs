use seawall_units::{Time, Usd};

use crate::{Account, Cause};

/// Why a transfer is no transfer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// A transfer moves more than nothing.
    #[error("a transfer of {amount} from {from} to {to}; legal: more than 0")]
    NotPositive {
        /// Where from.
        from: Account,
        /// Where to.
        to: Account,
        /// How much.
        amount: Usd,
    },
    /// A cause moves money only between the accounts of its chart line.
    #[error("{cause} ({rule}) may not move money from {from} to {to}", rule = cause.rule())]
    NotInChart {
        /// Where from.
        from: Account,
        /// Where to.
        to: Account,
        /// Why.
        cause: Cause,
    },
}

/// One movement of money: `amount > 0` from one account to another, with its cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Transfer {
    /// Who is owed less.
    pub(crate) from: Account,
    /// Who is owed more.
    pub(crate) to: Account,
    /// How much, above zero.
    pub(crate) amount: Usd,
    /// Why.
    pub(crate) cause: Cause,
}

impl Transfer {
    /// A transfer that the chart of postings permits.
    ///
    /// **Errors** [`LedgerError`] when the amount is not above zero or the cause may not move
    /// money between these accounts.
    pub fn new(from: Account, to: Account, amount: Usd, cause: Cause) -> Result<Self, LedgerError> {
        if !amount.is_positive() {
            return Err(LedgerError::NotPositive { from, to, amount });
        }
        if !cause.permits(from.kind(), to.kind()) || from == to {
            return Err(LedgerError::NotInChart { from, to, cause });
        }
        Ok(Self {
            from,
            to,
            amount,
            cause,
        })
    }

    /// Who is owed less.
    #[must_use]
    pub const fn from(&self) -> Account {
        self.from
    }

    /// Who is owed more.
    #[must_use]
    pub const fn to(&self) -> Account {
        self.to
    }

    /// How much, above zero.
    #[must_use]
    pub const fn amount(&self) -> Usd {
        self.amount
    }

    /// Why.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        self.cause
    }
}

impl<'de> serde::Deserialize<'de> for Transfer {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Line {
            from: Account,
            to: Account,
            amount: Usd,
            cause: Cause,
        }
        let line = Line::deserialize(d)?;
        Self::new(line.from, line.to, line.amount, line.cause).map_err(serde::de::Error::custom)
    }
}

/// A transfer with its place in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Entry {
    /// Place in the journal, from zero, without gaps.
    pub seq: u64,
    /// When.
    pub time: Time,
    /// What.
    pub transfer: Transfer,
}
