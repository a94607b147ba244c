//! ERC-4626 conversion and the senior/junior tranche pair (M-5, M-9).
//!
//! | what | where |
//! |---|---|
//! | shares for assets and back, with the standard's four roundings | [`Conversion`] |
//! | who holds which shares, and may move them | [`Vault`], [`Allowance`] |
//! | redemptions from request to claim | [`Redemptions`] |
//! | what each tranche is worth, who is paid from which cash | [`Tranches`] |
//! | fees in the order protocol, insurance, coupon, the rest | [`distribute`], [`Arrears`] |
//! | junior cover and who may come or go | [`coverage`], [`PairState`] |
//! | what Senior could lose at once | [`senior_worst_case`] |
//!
//! Nothing here holds money: amounts go in, amounts come out, and the market posts the transfers.
//! Allowances, operators and transfers between holders are there for users of this crate; in the
//! market everybody acts for himself, and only the founder hands shares over, before it starts.
//!
//! ```
//! use seawall_units::Usd;
//! use seawall_vault::{OpenPnl, Tranches};
//! let pair = Tranches { senior_cash: Usd::whole(800), junior_cash: Usd::whole(200), claim: Usd::whole(800) };
//! // Traders have lost 100 that they have not settled yet: the pool is worth 1 100.
//! let values = pair.values(OpenPnl { long: Usd::whole(-100), short: Usd::ZERO }.signed());
//! assert_eq!((values.senior, values.junior), (Usd::whole(800), Usd::whole(300)));
//! ```
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod arrears;
mod config;
mod conversion;
mod coverage;
mod error;
mod fees;
mod redemption;
mod tranches;
mod vault;
mod worst_case;

pub use arrears::Arrears;
pub use config::{FeeConfig, VaultConfig};
pub use conversion::Conversion;
pub use coverage::{GateRefusal, OpenLoss, PairState, Series, coverage};
pub use error::VaultError;
pub use fees::{FeeSplit, Recipients, distribute};
pub use redemption::{
    Epoch, Execution, Fill, OperatorStatus, RedeemRequest, Redemptions, RequestId,
};
pub use tranches::{OpenPnl, PayoutSplit, RefillSplit, TrancheValues, Tranches, Unsettled, values};
pub use vault::{Allowance, HolderId, Vault};
pub use worst_case::{Exposure, SeniorWorstCase, senior_worst_case};

/// Marks the shares of the senior vault: paid fees first, bears losses last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeniorTranche {}

impl seawall_units::Tranche for SeniorTranche {
    const NAME: &'static str = "senior";
}

/// Marks the shares of the junior vault: bears losses first, earns more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum JuniorTranche {}

impl seawall_units::Tranche for JuniorTranche {
    const NAME: &'static str = "junior";
}
