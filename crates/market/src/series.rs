//! One series of shares: who holds them, which of them wait, and what the series has lost.

use seawall_ledger::OwnerId;
use seawall_units::{Tranche, Usd};
use seawall_vault::{HolderId, Redemptions, Vault, VaultError};

/// The holder as the books know him.
pub(crate) const fn owner(holder: HolderId) -> OwnerId {
    OwnerId::new(holder.number())
}

/// One series of shares of a tranche.
#[derive(Debug)]
pub(crate) struct ShareSeries<T: Tranche> {
    pub(crate) vault: Vault<T>,
    /// Shares that wait for their epoch, and what was granted for others.
    pub(crate) queue: Redemptions<T>,
    /// What it paid for deficits and has not got back (M-9.4), by those who hold its shares now.
    pub(crate) borne: Usd,
    /// The same by those who held them before others came in, oldest first.
    pub(crate) before: Vec<Bearers>,
}

/// Who held all of a series when others came in after a loss: what had been borne is theirs, and
/// not the newcomers' (M-9.4).
#[derive(Debug)]
pub(crate) struct Bearers {
    pub(crate) borne: Usd,
    /// With how many shares, in order.
    pub(crate) owners: Vec<(HolderId, i128)>,
    pub(crate) dead: i128,
}

impl<T: Tranche> ShareSeries<T> {
    pub(crate) fn new(vault: Vault<T>) -> Self {
        Self {
            vault,
            queue: Redemptions::default(),
            borne: Usd::ZERO,
            before: Vec::new(),
        }
    }

    /// Those who have borne what has not come back, before somebody else comes in; `None` when
    /// nothing is owed.
    pub(crate) fn bearers(&self) -> Option<Bearers> {
        self.borne.is_positive().then(|| Bearers {
            borne: self.borne,
            owners: self.owners(),
            dead: self.vault.dead().units(),
        })
    }

    /// Somebody has come in: what was borne until then is owed to these.
    pub(crate) fn set_apart(&mut self, bearers: Option<Bearers>) {
        self.borne = Usd::ZERO;
        self.before.extend(bearers);
    }

    pub(crate) fn open(dead: Usd, first: HolderId, assets: Usd) -> Result<Self, VaultError> {
        Vault::open(dead, first, assets).map(Self::new)
    }

    /// Shares added up from holders, escrow and the dead ones.
    pub(crate) fn counted(&self) -> i128 {
        let held = self.vault.holders().map(|(_, shares)| shares.units());
        let escrow = self.queue.escrowed().units();
        let held: i128 = held.sum();
        held.saturating_add(escrow)
            .saturating_add(self.vault.dead().units())
    }

    /// Everybody whose shares are in the series, in escrow or not, in order, with how many.
    pub(crate) fn owners(&self) -> Vec<(HolderId, i128)> {
        let mut owners = std::collections::BTreeMap::<HolderId, i128>::new();
        let held = self.vault.holders().map(|(who, s)| (who, s.units()));
        let waiting = self.queue.waiting().map(|(_, who, s)| (who, s.units()));
        for (who, units) in held.chain(waiting) {
            let sum = owners.entry(who).or_default();
            *sum = sum.saturating_add(units);
        }
        owners.into_iter().collect()
    }
}
