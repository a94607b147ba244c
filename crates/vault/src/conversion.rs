use seawall_units::{Ratio, Round, Shares, Tranche, Usd, mul_div};

use crate::{GateRefusal, VaultError};

/// Virtual shares: 10³, because a share's grid is three decimals finer than money's.
const VIRTUAL_SHARES: i128 = 1_000;
/// The one grid unit of money that stands behind them.
const VIRTUAL_ASSETS: i128 = 1;

/// Shares for assets and back at one value of one vault, as ERC-4626 asks (M-9).
///
/// **Formula** `shares = assets·(supply + 10³)/(value + 1)` and
/// `assets = shares·(value + 1)/(supply + 10³)`, all in grid units: 10⁻⁶ USD and 10⁻⁹ shares, so
/// that an empty vault gives one share for one USD.
/// **Rounding** always for the vault, so that nobody gains from those who stay:
///
/// | | direction | |
/// |---|---|---|
/// | [`preview_deposit`](Self::preview_deposit) | down | the depositor gets shares |
/// | [`preview_mint`](Self::preview_mint) | up | the depositor pays assets |
/// | [`preview_withdraw`](Self::preview_withdraw) | up | the leaver pays shares |
/// | [`preview_redeem`](Self::preview_redeem) | down | the leaver gets assets |
/// | both `convert_` | down | nobody moves anything |
///
/// Deposits are priced on a higher value than exits (M-9): take one `Conversion` for each.
/// **Source** EIP-4626; the virtual shares are those of OpenZeppelin's ERC4626 with offset 3.
///
/// ```
/// use seawall_units::{Shares, Usd};
/// use seawall_vault::{Conversion, SeniorTranche};
/// // 2 USD behind 1 share: (2·10⁶ + 1)/(10⁹ + 10³) units each.
/// let supply = Shares::<SeniorTranche>::from_units(1_000_000_000)?;
/// let at = Conversion::new(Usd::whole(2), supply)?;
/// // 3·10⁶·1 000 001 000/2 000 001 = 1 500 000 749.9.., down and up.
/// assert_eq!(at.preview_deposit(Usd::whole(3))?.units(), 1_500_000_749);
/// assert_eq!(at.preview_withdraw(Usd::whole(3))?.units(), 1_500_000_750);
/// // 10⁹·2 000 001/1 000 001 000 = 1 999 999.0.., down and up.
/// assert_eq!(at.preview_redeem(supply)?, "1.999999".parse()?);
/// assert_eq!(at.preview_mint(supply)?, "2".parse()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conversion<T: Tranche> {
    value: Usd,
    supply: Shares<T>,
}

impl<T: Tranche> Conversion<T> {
    /// The conversion at this value of all the vault's assets and this supply of its shares.
    ///
    /// **Errors** [`VaultError::NegativeAmount`] when the value is below zero.
    pub fn new(value: Usd, supply: Shares<T>) -> Result<Self, VaultError> {
        not_negative::<T>(value)?;
        Ok(Self { value, supply })
    }

    /// The value of all the vault's assets, ERC-4626 `totalAssets`.
    #[must_use]
    pub const fn value(&self) -> Usd {
        self.value
    }

    /// All shares there are.
    #[must_use]
    pub const fn supply(&self) -> Shares<T> {
        self.supply
    }

    /// What one share is worth, rounded down; `None` beyond the range of ratios.
    ///
    /// ```
    /// use seawall_units::{Shares, Usd};
    /// use seawall_vault::{Conversion, SeniorTranche};
    /// let empty = Conversion::<SeniorTranche>::new(Usd::ZERO, Shares::ZERO)?;
    /// assert_eq!(empty.share_price(), Some(seawall_units::Ratio::ONE));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn share_price(&self) -> Option<Ratio> {
        let one = Ratio::ONE_UNITS.checked_mul(VIRTUAL_SHARES)?;
        let units = mul_div(self.assets(), one, self.shares(), Round::Floor)?;
        Ratio::from_units(units).ok()
    }

    /// The shares that these assets are worth, rounded down; without fees or limits.
    ///
    /// **Errors** [`VaultError`] when the assets are below zero or the shares beyond the range.
    pub fn convert_to_shares(&self, assets: Usd) -> Result<Shares<T>, VaultError> {
        self.shares_for(assets, Round::Floor)
    }

    /// The assets that these shares are worth, rounded down; without fees or limits.
    ///
    /// **Errors** [`VaultError::AssetsOutOfRange`].
    pub fn convert_to_assets(&self, shares: Shares<T>) -> Result<Usd, VaultError> {
        self.assets_for(shares, Round::Floor)
    }

    /// The shares that a deposit of exactly `assets` mints, rounded down for those who stay.
    ///
    /// **Errors** as [`convert_to_shares`](Self::convert_to_shares).
    pub fn preview_deposit(&self, assets: Usd) -> Result<Shares<T>, VaultError> {
        self.shares_for(assets, Round::Floor)
    }

    /// The assets that minting exactly `shares` takes, rounded up for those who stay.
    ///
    /// **Errors** [`VaultError::AssetsOutOfRange`].
    pub fn preview_mint(&self, shares: Shares<T>) -> Result<Usd, VaultError> {
        self.assets_for(shares, Round::Ceil)
    }

    /// The shares that a withdrawal of exactly `assets` burns, rounded up for those who stay.
    ///
    /// **Errors** as [`convert_to_shares`](Self::convert_to_shares).
    pub fn preview_withdraw(&self, assets: Usd) -> Result<Shares<T>, VaultError> {
        self.shares_for(assets, Round::Ceil)
    }

    /// The assets that redeeming exactly `shares` pays, rounded down for those who stay.
    ///
    /// **Errors** [`VaultError::AssetsOutOfRange`].
    pub fn preview_redeem(&self, shares: Shares<T>) -> Result<Usd, VaultError> {
        self.assets_for(shares, Round::Floor)
    }

    /// The most that may be deposited now: what the gate lets in and the ranges hold; zero when
    /// the gate is closed. Never too high and never an error.
    #[must_use]
    pub fn max_deposit(&self, gate: Result<Usd, GateRefusal>) -> Usd {
        let Ok(limit) = gate else { return Usd::ZERO };
        let shares = Shares::MAX.checked_sub(self.supply).unwrap_or(Shares::ZERO);
        let by_shares = self.convert_to_assets(shares).unwrap_or(Usd::MAX);
        limit.min(by_shares).min(Usd::MAX - self.value).or_zero()
    }

    /// The most that may be minted now: the shares of [`max_deposit`](Self::max_deposit).
    #[must_use]
    pub fn max_mint(&self, gate: Result<Usd, GateRefusal>) -> Shares<T> {
        self.convert_to_shares(self.max_deposit(gate))
            .unwrap_or(Shares::ZERO)
    }

    /// The most of `held` shares that may be redeemed now: what the gate lets out; zero when it
    /// is closed. Never too high and never an error.
    #[must_use]
    pub fn max_redeem(&self, held: Shares<T>, gate: Result<Usd, GateRefusal>) -> Shares<T> {
        let Ok(limit) = gate else { return Shares::ZERO };
        // Beyond the range of shares there is more room than anybody holds.
        held.min(
            self.convert_to_shares(limit.or_zero())
                .unwrap_or(Shares::MAX),
        )
    }

    /// The most assets that may be withdrawn now: those of [`max_redeem`](Self::max_redeem).
    #[must_use]
    pub fn max_withdraw(&self, held: Shares<T>, gate: Result<Usd, GateRefusal>) -> Usd {
        self.preview_redeem(self.max_redeem(held, gate))
            .unwrap_or(Usd::ZERO)
    }

    fn assets(&self) -> i128 {
        self.value.units().saturating_add(VIRTUAL_ASSETS)
    }

    fn shares(&self) -> i128 {
        self.supply.units().saturating_add(VIRTUAL_SHARES)
    }

    fn shares_for(&self, assets: Usd, round: Round) -> Result<Shares<T>, VaultError> {
        not_negative::<T>(assets)?;
        mul_div(assets.units(), self.shares(), self.assets(), round)
            .and_then(|units| Shares::from_units(units).ok())
            .ok_or(VaultError::SharesOutOfRange {
                vault: T::NAME,
                assets,
            })
    }

    fn assets_for(&self, shares: Shares<T>, round: Round) -> Result<Usd, VaultError> {
        mul_div(shares.units(), self.assets(), self.shares(), round)
            .and_then(|units| Usd::from_units(units).ok())
            .ok_or(VaultError::AssetsOutOfRange {
                vault: T::NAME,
                share_units: shares.units(),
            })
    }
}

fn not_negative<T: Tranche>(amount: Usd) -> Result<(), VaultError> {
    if amount.is_negative() {
        return Err(VaultError::NegativeAmount {
            vault: T::NAME,
            amount,
        });
    }
    Ok(())
}
