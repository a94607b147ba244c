//! What liquidity providers asked back and got, what was recovered, and what Senior risked.

use seawall_ledger::{Account, Cause, Transfer};
use seawall_units::Usd;
use seawall_venue::{Command, Receipt, TrancheView, WorstCase};

use crate::{Redemptions, TrancheOutcome};

/// The running figures of a venue's liquidity.
#[derive(Debug, Default)]
pub(crate) struct Vaults {
    redemptions: Redemptions,
    recovered: Usd,
    /// Senior's worst case at the start and at its largest; `None` without tranches.
    worst: Option<(WorstCase, WorstCase)>,
}

impl Vaults {
    pub(crate) fn new(view: Option<TrancheView>) -> Self {
        let worst = view.map(|view| (view.worst_case, view.worst_case));
        Self {
            worst,
            ..Self::default()
        }
    }

    /// A command was accepted.
    pub(crate) fn accepted(&mut self, command: &Command, receipt: &Receipt) {
        if let Command::Redeem { amount, .. } = command {
            self.redemptions.asked += match receipt {
                Receipt::Requested { amount, .. } => *amount,
                _ => *amount,
            };
        }
    }

    pub(crate) fn entry(&mut self, transfer: &Transfer) {
        let amount = transfer.amount();
        match transfer.cause() {
            Cause::VaultRedemption => {
                self.redemptions.granted += amount;
                // What is paid out at once needs no claim.
                if transfer.to() == Account::External {
                    self.redemptions.claimed += amount;
                }
            }
            Cause::RedemptionClaimed => self.redemptions.claimed += amount,
            Cause::Recovery => self.recovered += amount,
            _ => {}
        }
    }

    /// Looks at the tranches of a venue that has some.
    pub(crate) fn look(&mut self, view: Option<TrancheView>) {
        if let (Some((_, most)), Some(view)) = (&mut self.worst, view) {
            *most = worse(*most, view.worst_case);
        }
    }

    pub(crate) const fn redemptions(&self) -> Redemptions {
        self.redemptions
    }

    pub(crate) const fn recovered(&self) -> Usd {
        self.recovered
    }

    pub(crate) fn tranches(&self, view: Option<TrancheView>) -> Option<TrancheOutcome> {
        let ((start, most), view) = (self.worst?, view?);
        Some(TrancheOutcome {
            worst_case_start: start,
            worst_case_most: worse(most, view.worst_case),
            arrears_due: view.arrears.due,
            arrears_oldest: view.arrears.oldest,
            arrears_lapsed: view.arrears.lapsed,
            waiting: view.waiting,
        })
    }
}

/// The one that costs more; the earlier one on a tie.
fn worse(one: WorstCase, other: WorstCase) -> WorstCase {
    match other.loss > one.loss {
        true => other,
        false => one,
    }
}
