use seawall_units::{Rate, Ratio, Usd};

use crate::HolderId;

/// What cannot be computed, or is configured wrongly.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// An amount that may not be below zero is.
    #[error("{amount} USD for a {vault} vault; legal: 0 or more")]
    NegativeAmount {
        /// Which vault.
        vault: &'static str,
        /// What was given.
        amount: Usd,
    },
    /// The shares for these assets are more than a vault may have.
    #[error("{assets} USD are more {vault} shares than the range of shares holds")]
    SharesOutOfRange {
        /// Which vault.
        vault: &'static str,
        /// The assets that were to be converted.
        assets: Usd,
    },
    /// The assets for these shares leave the range of money.
    #[error("{share_units} units of 10^-9 {vault} shares are worth more than the range of USD")]
    AssetsOutOfRange {
        /// Which vault.
        vault: &'static str,
        /// The shares that were to be converted, in grid units.
        share_units: i128,
    },
    /// The vault would have more shares than the range holds.
    #[error("{share_units} units of 10^-9 {vault} shares on top of {supply_units} are too many")]
    SupplyOutOfRange {
        /// Which vault.
        vault: &'static str,
        /// The shares that were to be minted, in grid units.
        share_units: i128,
        /// The supply before, in grid units.
        supply_units: i128,
    },
    /// A holder does not have that many shares.
    #[error(
        "{wanted_units} units of 10^-9 {vault} shares wanted of {holder}, who has {held_units}"
    )]
    NotEnoughShares {
        /// Which vault.
        vault: &'static str,
        /// Whose shares.
        holder: HolderId,
        /// What the holder has, in grid units.
        held_units: i128,
        /// What was asked for, in grid units.
        wanted_units: i128,
    },
    /// The opening deposit does not pay for the shares that nobody owns.
    #[error("{assets} USD open no {vault} vault; legal: more than {least}")]
    OpeningTooSmall {
        /// Which vault.
        vault: &'static str,
        /// What was given.
        assets: Usd,
        /// What the dead shares cost.
        least: Usd,
    },
    /// A parameter that is a ratio lies outside its range.
    #[error("{field} = {value}; legal: {min} to {max}")]
    Ratio {
        /// The name of the parameter.
        field: &'static str,
        /// What was given.
        value: Ratio,
        /// The smallest legal value.
        min: Ratio,
        /// The largest legal value.
        max: Ratio,
    },
    /// A parameter that is a yearly rate lies outside its range.
    #[error("{field} = {value} per year; legal: {min} to {max}")]
    Rate {
        /// The name of the parameter.
        field: &'static str,
        /// What was given.
        value: Rate,
        /// The smallest legal value.
        min: Rate,
        /// The largest legal value.
        max: Rate,
    },
    /// A parameter that is money lies outside its range.
    #[error("{field} = {value} USD; legal: {min} to {max}")]
    Amount {
        /// The name of the parameter.
        field: &'static str,
        /// What was given.
        value: Usd,
        /// The smallest legal value.
        min: Usd,
        /// The largest legal value.
        max: Usd,
    },
    /// A parameter that is a count of days lies outside its range.
    #[error("{field} = {value} days; legal: 0 to {max}")]
    Days {
        /// The name of the parameter.
        field: &'static str,
        /// What was given.
        value: u16,
        /// The largest legal value.
        max: u16,
    },
}
