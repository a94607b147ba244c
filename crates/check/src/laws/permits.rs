//! Which causes each kind of event may post under, by venue.

use crate::chart::Cause::{self, *};
use crate::names::AccountKind::{Backstop, External, Makers, PendingRedemption, Variation};
use crate::names::{Kind, Phase, Venue};
use crate::record::Transfer;

/// Whether an event of this kind makes such a posting.
pub(crate) fn permits(venue: Venue, kind: Kind, phase: Phase, posted: &Transfer) -> bool {
    let cause = posted.cause;
    match kind {
        Kind::Opening if cause == CapitalPaidIn => return true,
        Kind::Endowment | Kind::MarginAdded => return cause == MarginPosted,
        Kind::Withdrawn => return cause == CollateralWithdrawn,
        Kind::Claimed => return cause == RedemptionClaimed,
        Kind::Recovery => return cause == Recovery,
        Kind::Shares => return shares(venue, posted),
        _ => {}
    }
    match venue {
        Venue::Tranched => tranched(kind, phase, cause),
        Venue::Hyperliquid => book(kind, phase, posted),
        Venue::Gmx => pool(kind, cause),
    }
}

/// Tranches pay leavers into escrow, the others at once.
fn shares(venue: Venue, posted: &Transfer) -> bool {
    let out = match venue {
        Venue::Tranched => PendingRedemption,
        Venue::Hyperliquid | Venue::Gmx => External,
    };
    match posted.cause {
        VaultDeposit => true,
        VaultRedemption => posted.to.kind == out,
        BalancingFee => venue == Venue::Tranched && posted.from.kind == External,
        _ => false,
    }
}

/// What a position realises and what it owes for time.
const fn settles(cause: Cause) -> bool {
    matches!(
        cause,
        ProfitRealised | LossRealised | FundingPaid | FundingReceived | Utilisation
    )
}

const fn tranched(kind: Kind, phase: Phase, cause: Cause) -> bool {
    let fill = settles(cause)
        || matches!(
            cause,
            MarginPosted | MarginReleased | DeficitOpened | ImpactRebate | ImpactPaid
        )
        || matches!(cause, Spread | TakerFee);
    // What an order settles stands in the first of its lines.
    let of_order = fill && matches!(phase, Phase::Orders);
    match kind {
        Kind::Fill => fill,
        Kind::Liquidation => {
            settles(cause)
                || matches!(cause, ImpactRebate | ImpactPaid | Spread | LiquidationFee)
                || matches!(cause, TakeoverGain | MarginMoved | DeficitOpened)
                || matches!(cause, MarginPosted | MarginReleased)
        }
        Kind::DeficitOpened => of_order || matches!(cause, DeficitOpened),
        Kind::Stage => {
            of_order
                || matches!(cause, JuniorLoss | InsuranceLoss | SeniorLoss)
                || matches!(cause, MarginReleased)
                || (matches!(cause, AdlCut) && matches!(phase, Phase::Orders))
        }
        Kind::AdlClose => settles(cause) || matches!(cause, MarginReleased),
        Kind::Cut => of_order || matches!(cause, AdlCut | MarginReleased),
        Kind::WoundUp => settles(cause) || matches!(cause, ResidualCut | MarginReleased),
        Kind::Released => matches!(cause, MarginReleased),
        Kind::Fees => {
            matches!(cause, ReserveDrip | FeeToProtocol | FeeToInsurance)
                || matches!(cause, Coupon | FeeToSenior | FeeToJunior)
        }
        _ => false,
    }
}

fn book(kind: Kind, phase: Phase, posted: &Transfer) -> bool {
    let cause = posted.cause;
    let of_house = |account| matches!(account, Makers | Backstop);
    let (from, to) = (posted.from.kind, posted.to.kind);
    let house = (of_house(from) && to == Variation) || (from == Variation && of_house(to));
    if house {
        // A vault may be marked before it turns out that it takes nothing over.
        let due = matches!(phase, Phase::Liquidation | Phase::Finish);
        return due || matches!(kind, Kind::Opening | Kind::Fill);
    }
    match kind {
        Kind::Fill => settles(cause) || matches!(cause, MarginPosted | MarginReleased | TakerFee),
        Kind::Liquidation => settles(cause) || matches!(cause, BackstopTakeover | MarginReleased),
        Kind::DeficitOpened => settles(cause) || cause == DeficitOpened,
        Kind::Stage => matches!(cause, BackstopLoss | MarginReleased),
        Kind::Cut => settles(cause) || matches!(cause, AdlCut | MarginReleased),
        Kind::Rebalanced => matches!(cause, HlpSwept | HlpSeeded),
        _ => false,
    }
}

const fn pool(kind: Kind, cause: Cause) -> bool {
    let close = settles(cause)
        || matches!(
            cause,
            PnlCap | ImpactRebate | ImpactPaid | TakerFee | MarginReleased
        );
    match kind {
        Kind::Fill => close || matches!(cause, MarginPosted),
        Kind::Liquidation => close || matches!(cause, LiquidationFee),
        Kind::Cut => close,
        Kind::DeficitOpened => close || matches!(cause, LiquidationFee | DeficitOpened),
        Kind::Stage => matches!(cause, PoolLoss),
        _ => false,
    }
}
