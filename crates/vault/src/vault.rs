use std::collections::BTreeMap;

use seawall_units::{Shares, Tranche, Usd};

use crate::{Conversion, VaultError};

/// Who holds shares of a vault.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(transparent)]
pub struct HolderId(u32);

impl HolderId {
    /// The holder with this number.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl std::fmt::Display for HolderId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "holder {}", self.0)
    }
}

/// One series of shares and who holds them (M-9).
///
/// Law: the supply is the sum over the holders and the dead shares, always. The dead shares are
/// paid for by whoever opens the vault and belong to nobody; with the virtual ones of
/// [`Conversion`] they make it pointless to inflate the price of a share of an empty vault.
/// **Source** dead shares as in GMX v2 (first deposit to an address without an owner).
///
/// ```
/// use seawall_units::{Shares, Usd};
/// use seawall_vault::{HolderId, JuniorTranche, Vault};
/// let lp = HolderId::new(1);
/// let mut vault = Vault::<JuniorTranche>::open(Usd::whole(1), lp, Usd::whole(200))?;
/// assert_eq!(vault.held(lp).to_string(), "199.000000000");
/// assert_eq!(vault.supply().to_string(), "200.000000000");
/// // A loss of half: half of the shares of the holder are worth 49.75.
/// let half = Shares::from_units(vault.held(lp).units() / 2)?;
/// let out = vault.conversion(Usd::whole(100))?.preview_redeem(half)?;
/// vault.burn(lp, half)?;
/// assert_eq!(out.to_string(), "49.750000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vault<T: Tranche> {
    holders: BTreeMap<HolderId, Shares<T>>,
    dead: Shares<T>,
    supply: Shares<T>,
}

impl<T: Tranche> Vault<T> {
    /// A series opened by its first deposit, at one share for one USD: `dead_deposit` of it buys
    /// the shares that nobody owns, the rest is the first holder's.
    ///
    /// **Errors** [`VaultError::OpeningTooSmall`] unless something is left for the holder.
    pub fn open(dead_deposit: Usd, first: HolderId, assets: Usd) -> Result<Self, VaultError> {
        if assets <= dead_deposit {
            return Err(VaultError::OpeningTooSmall {
                vault: T::NAME,
                assets,
                least: dead_deposit,
            });
        }
        let empty = Conversion::new(Usd::ZERO, Shares::ZERO)?;
        let dead = empty.preview_deposit(dead_deposit)?;
        let mut vault = Self {
            holders: BTreeMap::new(),
            dead,
            supply: dead,
        };
        let shares = vault
            .conversion(dead_deposit)?
            .preview_deposit(assets - dead_deposit)?;
        vault.mint(first, shares)?;
        Ok(vault)
    }

    /// All shares there are.
    #[must_use]
    pub const fn supply(&self) -> Shares<T> {
        self.supply
    }

    /// The shares that nobody owns.
    #[must_use]
    pub const fn dead(&self) -> Shares<T> {
        self.dead
    }

    /// What a holder has.
    #[must_use]
    pub fn held(&self, holder: HolderId) -> Shares<T> {
        self.holders.get(&holder).copied().unwrap_or(Shares::ZERO)
    }

    /// Everybody who has shares, in order, with how many.
    pub fn holders(&self) -> impl Iterator<Item = (HolderId, Shares<T>)> + '_ {
        self.holders
            .iter()
            .map(|(holder, shares)| (*holder, *shares))
    }

    /// The conversion at this value of the vault's assets.
    ///
    /// **Errors** [`VaultError::NegativeAmount`].
    pub fn conversion(&self, value: Usd) -> Result<Conversion<T>, VaultError> {
        Conversion::new(value, self.supply)
    }

    /// Gives new shares to a holder; their price is the caller's matter.
    ///
    /// **Errors** [`VaultError::SupplyOutOfRange`], and nothing has changed.
    pub fn mint(&mut self, holder: HolderId, shares: Shares<T>) -> Result<(), VaultError> {
        let supply = self.supply.checked_add(shares);
        // What one holder has is at most the supply, so the second sum fits when the first does.
        let (Some(supply), Some(held)) = (supply, self.held(holder).checked_add(shares)) else {
            return Err(VaultError::SupplyOutOfRange {
                vault: T::NAME,
                share_units: shares.units(),
                supply_units: self.supply.units(),
            });
        };
        self.supply = supply;
        self.write(holder, held);
        Ok(())
    }

    /// Takes shares from a holder for good.
    ///
    /// **Errors** [`VaultError::NotEnoughShares`], and nothing has changed.
    pub fn burn(&mut self, holder: HolderId, shares: Shares<T>) -> Result<(), VaultError> {
        let before = self.held(holder);
        let held = before.checked_sub(shares);
        let (Some(supply), Some(held)) = (self.supply.checked_sub(shares), held) else {
            return Err(VaultError::NotEnoughShares {
                vault: T::NAME,
                holder,
                held_units: before.units(),
                wanted_units: shares.units(),
            });
        };
        self.supply = supply;
        self.write(holder, held);
        Ok(())
    }

    fn write(&mut self, holder: HolderId, held: Shares<T>) {
        if held.is_zero() {
            self.holders.remove(&holder);
        } else {
            self.holders.insert(holder, held);
        }
    }
}
