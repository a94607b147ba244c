//! Recoveries against the losses that the journal has seen: in reverse order, never more than lost.

use std::collections::BTreeMap;

use seawall_ledger::{AccountKind, Cause, Transfer};
use seawall_units::Usd;
use seawall_venue::StageId;

use super::Law;
use super::deficit::Finding;

/// What each payer has lost and not got back.
#[derive(Debug, Default)]
pub(super) struct Losses {
    open: BTreeMap<StageId, Usd>,
}

/// The payer whose loss a payment into a deficit is.
const fn payer(cause: Cause) -> Option<StageId> {
    match cause {
        Cause::JuniorLoss => Some(StageId::Junior),
        Cause::InsuranceLoss => Some(StageId::Insurance),
        Cause::AdlCut => Some(StageId::Adl),
        Cause::SeniorLoss => Some(StageId::Senior),
        Cause::ResidualCut => Some(StageId::Residual),
        _ => None,
    }
}

/// Who may be meant by an account that gets a recovery.
const fn repaid(kind: AccountKind) -> &'static [StageId] {
    match kind {
        AccountKind::Senior => &[StageId::Senior],
        AccountKind::Insurance => &[StageId::Insurance],
        AccountKind::Free => &[StageId::Residual, StageId::Adl],
        _ => &[StageId::Junior],
    }
}

impl Losses {
    /// Follows one entry; `order` is that of the payers, without the residual.
    pub(super) fn entry(&mut self, order: &[StageId], transfer: &Transfer) -> Option<Finding> {
        let (cause, amount) = (transfer.cause(), transfer.amount());
        if let Some(payer) = payer(cause) {
            *self.open.entry(payer).or_default() += amount;
        }
        if cause != Cause::Recovery {
            return None;
        }
        let may = repaid(transfer.to().kind());
        let back = order.iter().rev().copied();
        let turn = |stage: &StageId| self.of(*stage).is_positive();
        let next = [StageId::Residual].into_iter().chain(back).find(turn);
        let found = format!("{amount} to {}", transfer.to());
        let Some(next) = next.filter(|next| may.contains(next)) else {
            let expected = format!("the last payer that lost: {next:?}");
            return Some((Law::Recovery, expected, found));
        };
        let left = self.of(next) - amount;
        self.open.insert(next, left.or_zero());
        let expected = || format!("at most {}", left + amount);
        left.is_negative()
            .then(|| (Law::Recovery, expected(), found))
    }

    fn of(&self, stage: StageId) -> Usd {
        self.open.get(&stage).copied().unwrap_or_default()
    }
}
