//! One deficit as the auditor follows it from its opening to its end.

use seawall_ledger::Cause;
use seawall_units::Usd;
use seawall_venue::{SkipReason, StageEnd, StageId, StageReport};

use super::Law;

/// A finding before it is dated: the law, what it asks, what was found.
pub(super) type Finding = (Law, String, String);

/// A deficit, followed by its events and journal entries alone.
#[derive(Debug, Default)]
pub(super) struct Followed {
    /// Amount of its opening event; `None` while only the journal knows it.
    pub(super) opening: Option<Usd>,
    /// What the journal owes for it.
    pub(super) owed: Usd,
    /// What its payers filled, the residual cut not counted.
    absorbed: Usd,
    /// What the residual cut filled.
    pub(super) cut: Usd,
    /// One per payer of the loss order that has reported.
    ends: Vec<StageEnd>,
    /// What its closing event says nobody paid.
    pub(super) residual: Option<Usd>,
}

/// The causes under which a stage may fill a deficit.
const fn causes(stage: StageId) -> &'static [Cause] {
    match stage {
        StageId::PartialDeleverage | StageId::Auction => &[],
        StageId::Junior => &[Cause::JuniorLoss, Cause::BackstopLoss, Cause::PoolLoss],
        StageId::Insurance => &[Cause::InsuranceLoss, Cause::BackstopLoss],
        StageId::Adl => &[Cause::AdlCut],
        StageId::Senior => &[Cause::SeniorLoss],
        StageId::Residual => &[Cause::ResidualCut],
    }
}

impl Followed {
    /// What is left to fill.
    fn left(&self) -> Usd {
        self.opening.unwrap_or_default() - self.absorbed
    }

    /// Whether the last payer that reported waits for its next turn.
    fn waits(&self) -> bool {
        self.ends.last() == Some(&StageEnd::Waiting)
    }

    /// Checks one report against the loss order and takes it in. `paid` is the sum of its
    /// transfers into this deficit.
    pub(super) fn report(
        &mut self,
        order: &[StageId],
        report: &StageReport,
        paid: Usd,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        // The residual absorbs nothing: its transfers are how traders bear what nobody paid.
        if paid != report.absorbed && report.stage != StageId::Residual {
            let transfers = format!("{} of {}", paid, report.stage.name());
            findings.push((Law::StageTransfers, transfers, report.absorbed.to_string()));
        }
        let strange = report.transfers.iter().map(seawall_ledger::Transfer::cause);
        for cause in strange.filter(|cause| !causes(report.stage).contains(cause)) {
            let expected = format!("a cause of {}", report.stage.name());
            findings.push((Law::StageCause, expected, cause.to_string()));
        }
        match order.iter().position(|stage| *stage == report.stage) {
            Some(place) => self.payer(order, place, report, &mut findings),
            None if report.stage == StageId::Residual => {
                self.all_reported(order, &mut findings);
                self.cut += paid;
            }
            None if report.absorbed.is_zero() => {}
            None => findings.push((
                Law::LossOrder,
                "a payer of the loss order".into(),
                report.stage.name().into(),
            )),
        }
        findings
    }

    fn payer(
        &mut self,
        order: &[StageId],
        place: usize,
        report: &StageReport,
        findings: &mut Vec<Finding>,
    ) {
        let name = |at: usize| order.get(at).map_or("no stage", |stage| stage.name());
        let next = self.ends.len();
        let returns = self.waits() && place.checked_add(1) == Some(next);
        if returns {
            self.ends.pop();
        } else if self.waits() {
            let waiting = name(next.saturating_sub(1));
            let found = format!("{} while {waiting} waits", name(place));
            findings.push((Law::LossOrder, format!("{waiting} again"), found));
        } else if place.checked_add(1) == Some(next) {
            findings.push((Law::StageTwice, name(next).into(), name(place).into()));
        } else if place < next {
            let found = format!("{} after {}", name(place), name(next.saturating_sub(1)));
            findings.push((Law::LossOrder, name(next).into(), found));
        }
        for missing in next..place {
            findings.push((Law::StageMissing, name(missing).into(), name(place).into()));
        }
        if self.ends.len() <= place {
            // A stage that was left out is reported once; what follows is judged from here.
            self.ends
                .resize(place, StageEnd::Skipped(SkipReason::NotInVenue));
            self.ends.push(report.end);
        }
        self.absorbed += report.absorbed;
        self.end_is_true(report, findings);
    }

    fn end_is_true(&self, report: &StageReport, findings: &mut Vec<Finding>) {
        let left = self.left();
        let mut false_end = |expected: &str| {
            let found = format!(
                "{} absorbed {}, left {left}",
                report.stage.name(),
                report.absorbed
            );
            findings.push((Law::StageEnd, expected.into(), found));
        };
        match report.end {
            StageEnd::Cleared if !left.is_zero() => false_end("nothing left after `cleared`"),
            StageEnd::Skipped(SkipReason::NothingLeft) if !left.is_zero() => {
                false_end("nothing left before `nothing_left`");
            }
            StageEnd::Skipped(_) if !report.absorbed.is_zero() => {
                false_end("nothing absorbed by a skipped stage");
            }
            StageEnd::Waiting if report.stage != StageId::Adl => {
                false_end("only ADL comes back to a deficit");
            }
            _ => {}
        }
        if left.is_negative() {
            let found = format!("{} beyond it", -left);
            findings.push((Law::DeficitSum, "no more than the deficit".into(), found));
        }
    }

    fn all_reported(&self, order: &[StageId], findings: &mut Vec<Finding>) {
        for missing in order.iter().skip(self.ends.len()) {
            findings.push((
                Law::StageMissing,
                missing.name().into(),
                "the deficit's end".into(),
            ));
        }
        if self.waits() {
            let expected = "the waiting stage's end".into();
            findings.push((Law::LossOrder, expected, "the deficit's end".into()));
        }
    }

    /// Checks the closing event.
    pub(super) fn close(&mut self, order: &[StageId], residual: Usd) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.all_reported(order, &mut findings);
        let opening = self.opening.unwrap_or_default();
        let total = self.absorbed + residual;
        if total != opening {
            findings.push((Law::DeficitSum, opening.to_string(), total.to_string()));
        }
        if residual.is_negative() || self.cut > residual {
            let found = format!("{} cut of {residual}", self.cut);
            findings.push((Law::DeficitSum, "a cut within the residual".into(), found));
        }
        self.residual = Some(residual);
        findings
    }
}
