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
    /// Somebody may not move that many shares of another holder.
    #[error(
        "{wanted_units} units of 10^-9 {vault} shares of {owner} wanted by {spender}, who may move {allowed_units}"
    )]
    NotEnoughAllowance {
        /// Which vault.
        vault: &'static str,
        /// Whose shares.
        owner: HolderId,
        /// Who moves them.
        spender: HolderId,
        /// What he may move, in grid units.
        allowed_units: i128,
        /// What was asked for, in grid units.
        wanted_units: i128,
    },
    /// Somebody who is neither the controller nor his operator claims.
    #[error("{caller} claims for {controller} of the {vault} vault without being an operator")]
    NotOperator {
        /// Which vault.
        vault: &'static str,
        /// Whose claim.
        controller: HolderId,
        /// Who claims.
        caller: HolderId,
    },
    /// A redemption of no shares.
    #[error("a redemption of no {vault} shares; legal: one unit of 10^-9 or more")]
    NothingRequested {
        /// Which vault.
        vault: &'static str,
    },
    /// Less is set aside for a controller than he claims.
    #[error("{wanted} USD claimed by {controller} of the {vault} vault; set aside: {claimable}")]
    NotEnoughClaimable {
        /// Which vault.
        vault: &'static str,
        /// Whose claim.
        controller: HolderId,
        /// What is set aside.
        claimable: Usd,
        /// What was asked for.
        wanted: Usd,
    },
    /// More shares are to be burned than the vault has in escrow: a queue of another vault.
    #[error(
        "{wanted_units} units of 10^-9 {vault} shares due, {escrowed_units} in escrow: the queue of another vault"
    )]
    NotEnoughEscrow {
        /// Which vault.
        vault: &'static str,
        /// What is in escrow, in grid units.
        escrowed_units: i128,
        /// What is due, in grid units.
        wanted_units: i128,
    },
    /// A price was taken before the supply changed.
    #[error(
        "a {vault} price at {priced_units} units of 10^-9 shares, of which there are {supply_units}"
    )]
    StalePrice {
        /// Which vault.
        vault: &'static str,
        /// The supply of the price, in grid units.
        priced_units: i128,
        /// The supply there is, in grid units.
        supply_units: i128,
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
    /// A parameter that is a span of time is no whole number of minutes or lies outside its range.
    #[error("{field} = {value} seconds; legal: whole minutes, 60 to 31536000 seconds")]
    Seconds {
        /// The name of the parameter.
        field: &'static str,
        /// What was given.
        value: u64,
    },
    /// A parameter that is a count lies outside its range.
    #[error("{field} = {value}; legal: {min} to {max}")]
    Count {
        /// The name of the parameter.
        field: &'static str,
        /// What was given.
        value: u16,
        /// The smallest legal value.
        min: u16,
        /// The largest legal value.
        max: u16,
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
