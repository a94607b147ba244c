use seawall_units::{Rate, Ratio, SECONDS_PER_MINUTE, Usd};

use crate::VaultError;

/// How fees are distributed (M-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct FeeConfig {
    /// The protocol's share of the gross.
    pub protocol: Ratio,
    /// The insurance fund's share of the gross, until its target.
    pub insurance: Ratio,
    /// The insurance fund's target as a share of Senior's value.
    pub insurance_target: Ratio,
    /// The yearly coupon on Senior's value, paid from fees only.
    pub coupon: Rate,
    /// For how many days an unpaid coupon is carried forward.
    pub arrears_days: u16,
    /// Seconds of such a day, counted from midnight UTC on 1970-01-01.
    pub arrears_day: u64,
    /// Senior's share of the rest; Junior gets what is left.
    pub senior_share: Ratio,
}

impl Default for FeeConfig {
    /// 10 % protocol, 10 % insurance up to 5 % of S, 6 % a year coupon with 30 days of arrears,
    /// the rest 20/80.
    fn default() -> Self {
        Self {
            protocol: Ratio::bps(1_000),
            insurance: Ratio::bps(1_000),
            insurance_target: Ratio::bps(500),
            coupon: Rate::whole(6).mul_floor(Ratio::bps(100)),
            arrears_days: 30,
            arrears_day: 86_400,
            senior_share: Ratio::bps(2_000),
        }
    }
}

impl FeeConfig {
    /// Whether every parameter lies in its legal range.
    ///
    /// **Errors** [`VaultError`] for the first one that does not.
    pub fn validate(&self) -> Result<(), VaultError> {
        check_ratio("protocol", self.protocol, Ratio::ZERO, Ratio::ONE)?;
        // Both are taken of the gross, so together they are at most all of it.
        let left = Ratio::ONE - self.protocol;
        check_ratio("insurance", self.insurance, Ratio::ZERO, left)?;
        check_ratio(
            "insurance_target",
            self.insurance_target,
            Ratio::ZERO,
            Ratio::ONE,
        )?;
        check_ratio("senior_share", self.senior_share, Ratio::ZERO, Ratio::ONE)?;
        let (min, max) = (Rate::ZERO, Rate::whole(1));
        if self.coupon < min || self.coupon > max {
            let (field, value) = ("coupon", self.coupon);
            return Err(VaultError::Rate {
                field,
                value,
                min,
                max,
            });
        }
        if self.arrears_days > 3_650 {
            let (field, value, max) = ("arrears_days", self.arrears_days, 3_650);
            return Err(VaultError::Days { field, value, max });
        }
        check_seconds("arrears_day", self.arrears_day)?;
        Ok(())
    }
}

/// Who may come and go, and at what price (M-9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct VaultConfig {
    /// The junior share of both values below which Senior takes nothing in and Junior lets
    /// nothing out.
    pub min_coverage: Ratio,
    /// The junior share of both values that the market aims at.
    pub target_coverage: Ratio,
    /// The junior share of both values above which junior deposits pay the balancing fee.
    pub junior_ceiling: Ratio,
    /// What the part of a junior deposit above the ceiling pays.
    pub balancing_fee: Ratio,
    /// The part of the unsettled utilisation fee that deposits are priced with, unless the fee
    /// split can give a tranche more.
    pub unsettled_share: Ratio,
    /// What the first depositor of a vault pays for the shares that nobody owns.
    pub dead_deposit: Usd,
    /// Seconds of an epoch of withdrawals and of the cap on Junior's loss: whole minutes, counted
    /// from the whole minute in which the scenario starts.
    pub epoch: u64,
    /// Epochs that a senior withdrawal waits: it is executed when so many have begun after it.
    pub senior_epochs: u16,
    /// Epochs that a junior withdrawal waits.
    pub junior_epochs: u16,
    /// The fall of the mark, as a share of it, that Senior's worst case is stated for.
    pub worst_fall: Ratio,
    /// The rise of the mark, as a share of it, that Senior's worst case is stated for.
    pub worst_rise: Ratio,
}

impl Default for VaultConfig {
    /// Coverage 20 % to 60 %, target 35 %; balancing fee 0.5 %; 80 % of unsettled utilisation;
    /// dead shares for 1 USD; epochs of a day, of which Senior waits 1 and Junior 3; a worst case
    /// stated for a price that falls to zero and one that doubles.
    fn default() -> Self {
        Self {
            min_coverage: Ratio::bps(2_000),
            target_coverage: Ratio::bps(3_500),
            junior_ceiling: Ratio::bps(6_000),
            balancing_fee: Ratio::bps(50),
            unsettled_share: Ratio::bps(8_000),
            dead_deposit: Usd::whole(1),
            epoch: 86_400,
            senior_epochs: 1,
            junior_epochs: 3,
            worst_fall: Ratio::ONE,
            worst_rise: Ratio::ONE,
        }
    }
}

impl VaultConfig {
    /// Whether every parameter lies in its legal range.
    ///
    /// **Errors** [`VaultError`] for the first one that does not.
    pub fn validate(&self) -> Result<(), VaultError> {
        // A coverage of one would leave no room for Senior and divide by nothing.
        let most = Ratio::bps(9_900);
        check_ratio("min_coverage", self.min_coverage, Ratio::ZERO, most)?;
        check_ratio(
            "target_coverage",
            self.target_coverage,
            self.min_coverage,
            most,
        )?;
        check_ratio(
            "junior_ceiling",
            self.junior_ceiling,
            self.target_coverage,
            most,
        )?;
        check_ratio(
            "balancing_fee",
            self.balancing_fee,
            Ratio::ZERO,
            Ratio::bps(1_000),
        )?;
        check_ratio(
            "unsettled_share",
            self.unsettled_share,
            Ratio::ZERO,
            Ratio::ONE,
        )?;
        let (min, max) = (Usd::ZERO, Usd::whole(1_000_000));
        if self.dead_deposit < min || self.dead_deposit > max {
            let (field, value) = ("dead_deposit", self.dead_deposit);
            return Err(VaultError::Amount {
                field,
                value,
                min,
                max,
            });
        }
        check_seconds("epoch", self.epoch)?;
        check_epochs("senior_epochs", self.senior_epochs)?;
        check_epochs("junior_epochs", self.junior_epochs)?;
        check_ratio("worst_fall", self.worst_fall, Ratio::ZERO, Ratio::ONE)?;
        let tenfold = Ratio::whole(10);
        check_ratio("worst_rise", self.worst_rise, Ratio::ZERO, tenfold)
    }
}

/// Whole minutes, up to a year: money moves at the minute only.
fn check_seconds(field: &'static str, value: u64) -> Result<(), VaultError> {
    let whole = value.checked_rem(SECONDS_PER_MINUTE) == Some(0);
    match whole && (SECONDS_PER_MINUTE..=31_536_000).contains(&value) {
        true => Ok(()),
        false => Err(VaultError::Seconds { field, value }),
    }
}

fn check_epochs(field: &'static str, value: u16) -> Result<(), VaultError> {
    let (min, max) = (1, 1_000);
    match (min..=max).contains(&value) {
        true => Ok(()),
        false => Err(VaultError::Count {
            field,
            value,
            min,
            max,
        }),
    }
}

fn check_ratio(
    field: &'static str,
    value: Ratio,
    min: Ratio,
    max: Ratio,
) -> Result<(), VaultError> {
    if value < min || value > max {
        return Err(VaultError::Ratio {
            field,
            value,
            min,
            max,
        });
    }
    Ok(())
}
