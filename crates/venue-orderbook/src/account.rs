use seawall_ledger::AccountId;
use seawall_units::Time;

use crate::coin::CoinId;
use crate::holder::Holder;

/// What a margin account may hold, and where its margin comes from and goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarginMode {
    /// All its coins share one margin: their equity and their requirements are added up, and an
    /// open profit in one is margin for another.
    ///
    /// **Source** Hyperliquid docs, trading/margining.
    Cross,
    /// One coin, with a margin of its own out of a cross account and back into it.
    Isolated {
        /// The cross account.
        owner: AccountId,
        /// The coin.
        coin: CoinId,
    },
    /// One coin, isolated, of an owner who has no cross account here: what it sets free is his
    /// free collateral, [`Account::Free`](seawall_ledger::Account::Free).
    Single {
        /// The coin.
        coin: CoinId,
    },
}

impl MarginMode {
    /// The only coin that the account may hold, if it may hold but one.
    #[must_use]
    pub const fn coin(self) -> Option<CoinId> {
        match self {
            Self::Cross => None,
            Self::Isolated { coin, .. } | Self::Single { coin } => Some(coin),
        }
    }
}

/// A user's margin account and what the venue remembers of its liquidation.
#[derive(Debug, Clone)]
pub(crate) struct MarginAccount {
    pub(crate) mode: MarginMode,
    pub(crate) holder: Holder,
    /// Chosen leverage by coin; without one the highest that the tier allows.
    leverage: Vec<(CoinId, u32)>,
    /// When a part of a position of its user was last sent to a book; kept with his cross account.
    pub(crate) parted_at: Option<Time>,
    /// A liquidation that found no quotes has been reported.
    pub(crate) starved: Starved,
}

/// Whether the report that a liquidation found no quotes has been given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Starved {
    #[default]
    No,
    Told,
}

impl MarginAccount {
    pub(crate) fn new(mode: MarginMode) -> Self {
        Self {
            mode,
            holder: Holder::default(),
            leverage: Vec::new(),
            parted_at: None,
            starved: Starved::No,
        }
    }

    pub(crate) fn leverage(&self, coin: CoinId) -> Option<u32> {
        let chosen = self.leverage.iter().find(|place| place.0 == coin);
        chosen.map(|place| place.1)
    }

    pub(crate) fn choose_leverage(&mut self, coin: CoinId, leverage: u32) {
        self.leverage.retain(|place| place.0 != coin);
        self.leverage.push((coin, leverage));
    }
}
