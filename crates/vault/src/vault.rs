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

    /// Who paid the opening capital in.
    pub const FOUNDER: Self = Self(0);

    /// The holder behind the liquidity provider with this number: providers follow the founder.
    ///
    /// ```
    /// use seawall_vault::HolderId;
    /// assert_eq!(HolderId::provider(0).number(), HolderId::FOUNDER.number() + 1);
    /// ```
    #[must_use]
    pub const fn provider(number: u32) -> Self {
        Self(number.saturating_add(1))
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

/// How many shares of another holder somebody may move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance<T: Tranche> {
    /// This many, less with each use.
    Limited(Shares<T>),
    /// Any number, never used up.
    Unlimited,
}

impl<T: Tranche> Allowance<T> {
    /// Not any.
    pub const NONE: Self = Self::Limited(Shares::ZERO);
}

/// One series of shares and who holds them (M-9).
///
/// Law: the supply is the sum over the holders, the shares in escrow and the dead shares, always.
///
/// Shares in escrow wait to be redeemed ([`Redemptions`](crate::Redemptions)); they are nobody's,
/// but bear gains and losses like any other. The dead shares are paid for by whoever opens the
/// vault and belong to nobody. With the virtual ones of [`Conversion`] they make it pointless to
/// inflate the price of a share of an empty vault: with dead shares for 1 USD, who deposits after
/// an attacker loses at most two units of rounding and 10⁻⁹ of what the attacker has given away,
/// and the attacker never gains (`docs/vaults.md`).
///
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
    escrowed: Shares<T>,
    supply: Shares<T>,
    /// (owner, spender); no entry of zero.
    allowances: BTreeMap<(HolderId, HolderId), Allowance<T>>,
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
            escrowed: Shares::ZERO,
            supply: dead,
            allowances: BTreeMap::new(),
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

    /// The shares that wait to be redeemed.
    #[must_use]
    pub const fn escrowed(&self) -> Shares<T> {
        self.escrowed
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
        let held = self.held(holder);
        let left = held.checked_sub(shares);
        let (Some(supply), Some(left)) = (self.supply.checked_sub(shares), left) else {
            return Err(not_enough(holder, held, shares));
        };
        self.supply = supply;
        self.write(holder, left);
        Ok(())
    }

    /// Gives shares of `from` to `to`.
    ///
    /// **Errors** [`VaultError::NotEnoughShares`], and nothing has changed.
    pub fn transfer(
        &mut self,
        from: HolderId,
        to: HolderId,
        shares: Shares<T>,
    ) -> Result<(), VaultError> {
        let held = self.held(from);
        let left = held
            .checked_sub(shares)
            .ok_or(not_enough(from, held, shares))?;
        self.write(from, left);
        // Both together are at most the supply.
        let held = self.held(to).checked_add(shares).unwrap_or(Shares::MAX);
        self.write(to, held);
        Ok(())
    }

    /// Gives shares of `from` to `to` that cost `amount` when the series opened, one USD each. No
    /// money moves and the supply stays.
    ///
    /// **Errors** [`VaultError::NegativeAmount`] and [`VaultError::NotEnoughShares`], and nothing
    /// has changed.
    ///
    /// ```
    /// use seawall_units::Usd;
    /// use seawall_vault::{HolderId, JuniorTranche, Vault};
    /// let (founder, lp) = (HolderId::FOUNDER, HolderId::provider(0));
    /// let mut vault = Vault::<JuniorTranche>::open(Usd::whole(1), founder, Usd::whole(200))?;
    /// vault.hand_over(founder, lp, Usd::whole(50))?;
    /// assert_eq!(vault.held(lp).to_string(), "50.000000000");
    /// assert_eq!(vault.held(founder).to_string(), "149.000000000");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hand_over(
        &mut self,
        from: HolderId,
        to: HolderId,
        amount: Usd,
    ) -> Result<(), VaultError> {
        let opening = Conversion::<T>::new(Usd::ZERO, Shares::ZERO)?;
        self.transfer(from, to, opening.preview_deposit(amount)?)
    }

    /// Lets `spender` move shares of `owner`, instead of what he was allowed before.
    pub fn approve(&mut self, owner: HolderId, spender: HolderId, allowance: Allowance<T>) {
        match allowance {
            Allowance::Limited(shares) if shares.is_zero() => {
                self.allowances.remove(&(owner, spender))
            }
            some => self.allowances.insert((owner, spender), some),
        };
    }

    /// What `spender` may move of the shares of `owner`. His own shares need no allowance.
    #[must_use]
    pub fn allowance(&self, owner: HolderId, spender: HolderId) -> Allowance<T> {
        match self.allowances.get(&(owner, spender)) {
            None => Allowance::NONE,
            Some(Allowance::Limited(shares)) => Allowance::Limited(*shares),
            Some(Allowance::Unlimited) => Allowance::Unlimited,
        }
    }

    /// Uses up an allowance, unless it is unlimited or the shares are the spender's own.
    ///
    /// **Errors** [`VaultError::NotEnoughAllowance`], and nothing has changed.
    pub fn spend_allowance(
        &mut self,
        owner: HolderId,
        spender: HolderId,
        shares: Shares<T>,
    ) -> Result<(), VaultError> {
        if owner == spender {
            return Ok(());
        }
        let Allowance::Limited(allowed) = self.allowance(owner, spender) else {
            return Ok(());
        };
        let left = allowed
            .checked_sub(shares)
            .ok_or(VaultError::NotEnoughAllowance {
                vault: T::NAME,
                owner,
                spender,
                allowed_units: allowed.units(),
                wanted_units: shares.units(),
            })?;
        self.approve(owner, spender, Allowance::Limited(left));
        Ok(())
    }

    /// That a holder has this many shares.
    pub(crate) fn check_held(&self, holder: HolderId, shares: Shares<T>) -> Result<(), VaultError> {
        let held = self.held(holder);
        if shares > held {
            return Err(not_enough(holder, held, shares));
        }
        Ok(())
    }

    /// That a price was taken at the supply there is.
    pub(crate) fn check_price(&self, price: &Conversion<T>) -> Result<(), VaultError> {
        if price.supply() != self.supply {
            return Err(VaultError::StalePrice {
                vault: T::NAME,
                priced_units: price.supply().units(),
                supply_units: self.supply.units(),
            });
        }
        Ok(())
    }

    /// Takes shares from a holder without changing the supply.
    pub(crate) fn escrow(&mut self, holder: HolderId, shares: Shares<T>) -> Result<(), VaultError> {
        let held = self.held(holder);
        let left = held.checked_sub(shares);
        let escrowed = self.escrowed.checked_add(shares);
        let (Some(left), Some(escrowed)) = (left, escrowed) else {
            return Err(not_enough(holder, held, shares));
        };
        self.escrowed = escrowed;
        self.write(holder, left);
        Ok(())
    }

    /// Takes shares out of escrow for good.
    pub(crate) fn burn_escrowed(&mut self, shares: Shares<T>) -> Result<(), VaultError> {
        let escrowed = self.escrowed.checked_sub(shares);
        let (Some(supply), Some(escrowed)) = (self.supply.checked_sub(shares), escrowed) else {
            return Err(VaultError::NotEnoughEscrow {
                vault: T::NAME,
                escrowed_units: self.escrowed.units(),
                wanted_units: shares.units(),
            });
        };
        (self.supply, self.escrowed) = (supply, escrowed);
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

fn not_enough<T: Tranche>(holder: HolderId, held: Shares<T>, wanted: Shares<T>) -> VaultError {
    VaultError::NotEnoughShares {
        vault: T::NAME,
        holder,
        held_units: held.units(),
        wanted_units: wanted.units(),
    }
}
