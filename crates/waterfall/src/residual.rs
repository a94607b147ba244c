//! After every payer: the residual. The market halts and traders' positive equity is cut pro rata
//! (M-8.6).

use seawall_units::Usd;
use seawall_venue::{Deficit, SkipReason, StageEnd, StageReport};

use crate::Market;

/// Closes a deficit: gives the residual and the postings that cut traders' equity for it.
pub(crate) fn close(
    deficit: &mut Deficit,
    market: &mut dyn Market,
    report: &mut StageReport,
) -> Usd {
    let residual = deficit.left();
    // What nobody paid leaves the deficit's way here; the cut below is how traders bear it.
    let _ = deficit.pay(residual);
    report.end = StageEnd::Skipped(SkipReason::NothingLeft);
    if residual.is_positive() {
        report.transfers = market.wind_up(residual, deficit.id());
        report.end = StageEnd::Exhausted;
    }
    residual
}
