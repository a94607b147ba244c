use seawall_units::Tokens;

use super::{Account, Asset, Cause};

/// Why a transfer is no transfer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BooksError {
    /// A transfer moves more than nothing.
    #[error("a transfer of {amount} {asset} from {from} to {to}; legal: more than 0")]
    NotPositive {
        /// Of what.
        asset: Asset,
        /// Where from.
        from: Account,
        /// Where to.
        to: Account,
        /// How much.
        amount: Tokens,
    },
    /// A cause moves assets only between the accounts of its chart line, and a pool issues only
    /// its own shares.
    #[error("{cause} may not move {asset} from {from} to {to}")]
    NotInChart {
        /// Of what.
        asset: Asset,
        /// Where from.
        from: Account,
        /// Where to.
        to: Account,
        /// Why.
        cause: Cause,
    },
}

/// One movement of one asset: `amount > 0` from one account to another, with its cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Transfer {
    asset: Asset,
    from: Account,
    to: Account,
    amount: Tokens,
    cause: Cause,
}

/// From one account to another.
pub type Route = (Account, Account);

impl Transfer {
    /// A transfer that the chart of postings permits.
    ///
    /// **Errors** [`BooksError`] when the amount is not above zero or the cause may not move this
    /// asset between these accounts.
    pub fn new(
        asset: Asset,
        (from, to): Route,
        amount: Tokens,
        cause: Cause,
    ) -> Result<Self, BooksError> {
        if !amount.is_positive() {
            return Err(BooksError::NotPositive {
                asset,
                from,
                to,
                amount,
            });
        }
        let legal = cause.permits(from.kind(), to.kind()) && from != to;
        if !legal || !issues_its_own(asset, from) || !issues_its_own(asset, to) {
            return Err(BooksError::NotInChart {
                asset,
                from,
                to,
                cause,
            });
        }
        Ok(Self {
            asset,
            from,
            to,
            amount,
            cause,
        })
    }

    /// What moves.
    #[must_use]
    pub const fn asset(&self) -> Asset {
        self.asset
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
    pub const fn amount(&self) -> Tokens {
        self.amount
    }

    /// Why.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        self.cause
    }
}

/// An issuer deals in the shares of its pool and in nothing else.
fn issues_its_own(asset: Asset, account: Account) -> bool {
    match account {
        Account::Issuer(pool) => asset == Asset::Share(pool),
        _ => true,
    }
}

impl<'de> serde::Deserialize<'de> for Transfer {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Line {
            asset: Asset,
            from: Account,
            to: Account,
            amount: Tokens,
            cause: Cause,
        }
        let line = Line::deserialize(d)?;
        Self::new(line.asset, (line.from, line.to), line.amount, line.cause)
            .map_err(serde::de::Error::custom)
    }
}

/// A transfer with its place in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Entry {
    /// Place in the journal, from zero, without gaps.
    pub seq: u64,
    /// The round; zero before the first.
    pub round: u32,
    /// What.
    pub transfer: Transfer,
}
