//! The parameters with everything that is derived from them once.
use seawall_units::Ratio;
use seawall_venue::MarginTable;

use crate::params::{Funding, Params};
use crate::wide::F30;

/// The borrowing curve per second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kink {
    pub(crate) optimal: F30,
    pub(crate) base: F30,
    pub(crate) above: F30,
}

/// The funding rule per second.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FundingRate {
    Constant(F30),
    Proportional { factor: F30, max: F30 },
}

/// Parameters, the margin factors that are in force, and yearly rates per second.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub(crate) params: Params,
    /// Least collateral over size for opening.
    pub(crate) initial: Ratio,
    /// Least remaining collateral over size.
    pub(crate) maintenance: Ratio,
    pub(crate) kink: Kink,
    pub(crate) funding: FundingRate,
}

impl Terms {
    /// The venue's own margin factors, or those of a common table (M-11.4).
    pub(crate) fn new(params: Params, table: Option<MarginTable>) -> Self {
        let collateral = &params.collateral;
        let (initial, maintenance) = match table {
            Some(table) => (table.initial, table.maintenance),
            None => (collateral.min_factor, collateral.min_factor_for_liquidation),
        };
        let kink = Kink {
            optimal: F30::of_ratio(params.borrowing.optimal),
            base: F30::per_second(params.borrowing.base),
            above: F30::per_second(params.borrowing.above),
        };
        let funding = match params.funding {
            Funding::None => FundingRate::Constant(F30::ZERO),
            Funding::Constant { rate } => FundingRate::Constant(F30::per_second(rate)),
            Funding::SkewProportional { factor, max } => FundingRate::Proportional {
                factor: F30::per_second(factor),
                max: F30::per_second(max),
            },
        };
        Self {
            params,
            initial,
            maintenance,
            kink,
            funding,
        }
    }
}
