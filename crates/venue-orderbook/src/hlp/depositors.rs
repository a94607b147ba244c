use std::collections::BTreeMap;

use seawall_units::{Epochs, Shares, Time, Tranche, Usd};
use seawall_vault::{Conversion, HolderId, Vault, VaultError};

use super::params::HlpParams;

/// Marks the shares of the parent vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HlpCapital;

impl Tranche for HlpCapital {
    const NAME: &'static str = "hlp";
}

/// Until when an owner's shares are locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locked {
    /// The first second in which they are not.
    pub until: Time,
}

/// A withdrawal that an owner asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withdrawal {
    /// How much.
    pub asked: Usd,
    /// What the vault can pay now.
    pub payable: Usd,
    /// The net asset value before it.
    pub value: Usd,
    /// When.
    pub now: Time,
}

/// What a withdrawal came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// What is paid now.
    pub paid: Usd,
    /// The shares burned for it.
    pub burned: Shares<HlpCapital>,
    /// What the owner asked for, has shares for, and has to wait for.
    pub waits: Usd,
}

/// The withdrawals of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Day {
    number: u64,
    most: Usd,
    paid: Usd,
}

/// Who owns the parent: shares at net asset value, each owner's lock, and the day's withdrawals.
///
/// A loss is never called from an owner: the value of the vault ends at zero, and shares with it.
///
/// ```
/// use seawall_units::{Time, Usd};
/// use seawall_vault::HolderId;
/// use seawall_venue_orderbook::hlp::{Depositors, HlpParams, Withdrawal};
/// let (params, usd) = (HlpParams::default(), Usd::whole);
/// let (ann, day) = (HolderId::provider(0), 86_400);
/// let mut owners = Depositors::open(usd(200)).expect("above zero");
/// // The vault has gained a tenth: 110·10⁶·(200·10⁹ + 10³)/(220·10⁶ + 1) = 100 000 000 045.4..
/// let shares = owners.deposit(ann, usd(110), usd(220), Time::from_secs(0)).expect("a price");
/// assert_eq!(shares.to_string(), "100.000000045");
/// assert_eq!(owners.locked(ann, Time::from_secs(4 * day - 1), &params).map(|until| until.until), Some(Time::from_secs(4 * day)));
/// assert_eq!(owners.locked(ann, Time::from_secs(4 * day), &params), None);
/// // She asks for 60 and the vault can pay 50 at once.
/// let now = Time::from_secs(4 * day);
/// let asked = Withdrawal { asked: usd(60), payable: usd(50), value: usd(330), now };
/// let grant = owners.withdraw(ann, &asked, &params).expect("shares");
/// assert_eq!((grant.paid, grant.waits), (usd(50), usd(10)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Depositors {
    shares: Vault<HlpCapital>,
    /// When each owner last deposited.
    entered: BTreeMap<HolderId, Time>,
    day: Option<Day>,
}

impl Depositors {
    /// The opening value, all the founder's, at one share for one USD.
    ///
    /// **Errors** [`VaultError`] unless it is above zero.
    pub fn open(value: Usd) -> Result<Self, VaultError> {
        Ok(Self {
            shares: Vault::open(Usd::ZERO, HolderId::FOUNDER, value)?,
            entered: BTreeMap::new(),
            day: None,
        })
    }

    /// The shares and who holds them.
    #[must_use]
    pub const fn shares(&self) -> &Vault<HlpCapital> {
        &self.shares
    }

    /// Gives opening shares of the founder to another owner, at what they cost. They are not
    /// locked.
    ///
    /// **Errors** [`VaultError`], and nothing has changed.
    pub fn hand_over(&mut self, to: HolderId, amount: Usd) -> Result<(), VaultError> {
        self.shares.hand_over(HolderId::FOUNDER, to, amount)
    }

    /// The conversion at this net asset value.
    ///
    /// **Errors** [`VaultError`] below zero.
    pub fn at(&self, value: Usd) -> Result<Conversion<HlpCapital>, VaultError> {
        self.shares.conversion(value)
    }

    /// What an owner's shares are worth at this net asset value, rounded down.
    #[must_use]
    pub fn worth(&self, owner: HolderId, value: Usd) -> Usd {
        let at = self.shares.conversion(value);
        let worth = at.and_then(|at| at.preview_redeem(self.shares.held(owner)));
        worth.unwrap_or_default()
    }

    /// Mints shares for a deposit at the net asset value before it, and locks all of the owner's
    /// anew.
    ///
    /// **Rounding** down, for those who are in.
    /// **Errors** [`VaultError`], and nothing has changed.
    pub fn deposit(
        &mut self,
        owner: HolderId,
        amount: Usd,
        value: Usd,
        now: Time,
    ) -> Result<Shares<HlpCapital>, VaultError> {
        let minted = self.shares.conversion(value)?.preview_deposit(amount)?;
        self.shares.mint(owner, minted)?;
        self.entered.insert(owner, now);
        Ok(minted)
    }

    /// Until when an owner may not withdraw; `None` when he may.
    #[must_use]
    pub fn locked(&self, owner: HolderId, now: Time, params: &HlpParams) -> Option<Locked> {
        let until = self.entered.get(&owner)?.plus(params.lock);
        (now < until).then_some(Locked { until })
    }

    /// Burns shares for a withdrawal and says what is paid for them: at most what was asked,
    /// what the shares are worth, what the day's cap leaves and what the vault can pay now.
    ///
    /// **Rounding** the shares up, for those who stay.
    /// **Errors** [`VaultError`], and nothing has changed.
    pub fn withdraw(
        &mut self,
        owner: HolderId,
        withdrawal: &Withdrawal,
        params: &HlpParams,
    ) -> Result<Grant, VaultError> {
        let Withdrawal { value, now, .. } = *withdrawal;
        let mut day = self.day_of(value, now, params);
        let at = self.shares.conversion(value)?;
        let worth = at.preview_redeem(self.shares.held(owner))?;
        let wanted = withdrawal.asked.min(worth).or_zero();
        let paid = wanted
            .min(withdrawal.payable.or_zero())
            .min(day.most - day.paid);
        let burned = at.preview_withdraw(paid)?;
        self.shares.burn(owner, burned)?;
        day.paid += paid;
        self.day = Some(day);
        Ok(Grant {
            paid,
            burned,
            waits: wanted - paid,
        })
    }

    /// What the cap leaves to be withdrawn today. The day's cap is a share of the value at its
    /// first withdrawal, rounded down.
    #[must_use]
    pub fn room(&self, value: Usd, now: Time, params: &HlpParams) -> Usd {
        let day = self.day_of(value, now, params);
        day.most - day.paid
    }

    fn day_of(&self, value: Usd, now: Time, params: &HlpParams) -> Day {
        let number = Epochs::default().of(now);
        let most = params.daily_withdrawals.map(|share| value.mul_floor(share));
        let fresh = Day {
            number,
            most: most.unwrap_or(Usd::MAX),
            paid: Usd::ZERO,
        };
        let begun = self.day.filter(|day| day.number == number);
        begun.unwrap_or(fresh)
    }
}
