//! A deficit from its opening through its payers to its end (M-8).

use std::collections::BTreeMap;

use crate::books::Books;
use crate::chart::Cause;
use crate::findings::Findings;
use crate::fixed::Usd;
use crate::law::Law;
use crate::names::{Account, AccountKind, End, Skip, Stage};
use crate::record::{Data, DeficitClosed, DeficitOpened, StageReport};

use super::{Event, Laws};

/// Every deficit that is open, and which numbers are used up.
#[derive(Debug, Default)]
pub(crate) struct Deficits {
    open: BTreeMap<u32, Open>,
    /// Numbers below this are used; they are given in turn.
    next: u32,
}

/// An open deficit.
#[derive(Debug)]
struct Open {
    opening: Usd,
    absorbed: Usd,
    /// What the residual's cut of traders has filled.
    cut: Usd,
    /// What ADL has filled since its last report: cuts are posted before it.
    unreported: Usd,
    /// How the payers ended so far, in their order.
    ends: Vec<End>,
    line: u64,
}

impl Open {
    fn left(&self) -> Usd {
        self.opening - self.absorbed
    }

    fn waits(&self) -> bool {
        self.ends.last() == Some(&End::Waiting)
    }
}

/// The causes under which a stage fills a deficit.
const fn pays_under(stage: Stage, cause: Cause) -> bool {
    match stage {
        Stage::PartialDeleverage | Stage::Auction => false,
        Stage::Junior => matches!(
            cause,
            Cause::JuniorLoss | Cause::BackstopLoss | Cause::PoolLoss
        ),
        Stage::Insurance => matches!(cause, Cause::InsuranceLoss),
        Stage::Adl => matches!(cause, Cause::AdlCut),
        Stage::Senior => matches!(cause, Cause::SeniorLoss),
        Stage::Residual => matches!(cause, Cause::ResidualCut),
    }
}

impl Laws for Deficits {
    fn after(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        self.payments(event, findings);
        match &event.data {
            Data::DeficitOpened(opened) => self.open(books, opened, findings),
            Data::Stage(report) => {
                if let Some(id) = event.line.deficit {
                    self.stage(books, id, (event, report), findings);
                }
            }
            Data::DeficitClosed(closed) => self.close(books, closed, findings),
            _ => {}
        }
    }

    fn journal_ends(&mut self, _books: &Books, findings: &mut Findings) {
        findings.applied(Law::DeficitClosed);
        for (id, open) in &self.open {
            let found = format!(
                "deficit {id} of line {} is open with {}",
                open.line,
                open.left()
            );
            findings.broken(Law::DeficitClosed, "every deficit closed at the end", found);
        }
    }
}

impl Deficits {
    /// What goes into a deficit's account stands in the line of a payer; a winner's cut and a
    /// trader's stand in their own lines, before the report of ADL and of the residual.
    fn payments(&mut self, event: &Event<'_>, findings: &mut Findings) {
        let into = |kind| kind == AccountKind::OpenDeficit;
        for posted in event
            .line
            .transfers
            .iter()
            .filter(|posted| into(posted.to.kind))
        {
            findings.applied(Law::StageTransfers);
            let open = self.open.get_mut(&posted.to.number);
            match (&event.data, posted.cause, open) {
                (Data::Cut(_), Cause::AdlCut, Some(open)) => open.unreported += posted.amount,
                (Data::WoundUp(_), Cause::ResidualCut, Some(open)) => open.cut += posted.amount,
                (Data::Stage(_), _, Some(_)) if event.line.deficit == Some(posted.to.number) => {}
                _ => {
                    let expected =
                        format_args!("payments into {} in the line of a payer", posted.to);
                    let found = format_args!("{} in a line of {}", posted.cause, event.line.event);
                    findings.broken(Law::StageTransfers, expected, found);
                }
            }
        }
    }

    fn open(&mut self, books: &Books, opened: &DeficitOpened, findings: &mut Findings) {
        let id = opened.id;
        findings.applied(Law::DeficitLife);
        if id != self.next {
            findings.broken(
                Law::DeficitLife,
                format_args!("deficit {} next", self.next),
                format_args!("deficit {id}"),
            );
        }
        self.next = self.next.max(id.saturating_add(1));
        let owes = -books.balance(Account::deficit(id));
        findings.equal(
            Law::DeficitOpening,
            "what the account owes,",
            owes,
            opened.amount,
        );
        let open = Open {
            opening: opened.amount,
            absorbed: Usd::ZERO,
            cut: Usd::ZERO,
            unreported: Usd::ZERO,
            ends: Vec::new(),
            line: findings.line,
        };
        self.open.insert(id, open);
    }

    fn stage(
        &mut self,
        books: &Books,
        id: u32,
        (event, report): (&Event<'_>, &StageReport),
        findings: &mut Findings,
    ) {
        findings.applied(Law::DeficitLife);
        let Some(open) = self.open.get_mut(&id) else {
            let found = format_args!("{} of deficit {id}", report.stage);
            findings.broken(Law::DeficitLife, "an open deficit", found);
            return;
        };
        let account = Account::deficit(id);
        let mut paid = match report.stage {
            Stage::Adl => std::mem::take(&mut open.unreported),
            _ => Usd::ZERO,
        };
        for posted in event
            .line
            .transfers
            .iter()
            .filter(|posted| posted.to == account)
        {
            paid += posted.amount;
            if !pays_under(report.stage, posted.cause) {
                findings.broken(
                    Law::StageTransfers,
                    format_args!("a cause of {}", report.stage),
                    posted.cause,
                );
            }
        }
        match report.stage {
            Stage::Residual => {
                open.cut += paid;
                all_reported(&books.payers, open, findings);
            }
            stage => {
                findings.equal(
                    Law::StageTransfers,
                    "absorbed as transferred,",
                    paid,
                    report.absorbed,
                );
                in_turn(&books.payers, open, (stage, report), findings);
                open.absorbed += report.absorbed;
            }
        }
        end_is_true(open, report, findings);
        findings.applied(Law::DeficitSum);
        let (owes, left) = (-books.balance(account), open.left() - open.cut);
        if owes != left || left.is_negative() {
            findings.broken(
                Law::DeficitSum,
                format_args!("{account} owes {left}, not less than nothing"),
                owes,
            );
        }
    }

    fn close(&mut self, books: &Books, closed: &DeficitClosed, findings: &mut Findings) {
        let id = closed.id;
        findings.applied(Law::DeficitLife);
        let Some(open) = self.open.remove(&id) else {
            findings.broken(
                Law::DeficitLife,
                "an open deficit",
                format_args!("the end of deficit {id}"),
            );
            return;
        };
        all_reported(&books.payers, &open, findings);
        let total = open.absorbed + closed.residual;
        findings.equal(
            Law::DeficitSum,
            "absorbed plus residual",
            open.opening,
            total,
        );
        let owes = -books.balance(Account::deficit(id));
        findings.equal(
            Law::DeficitSum,
            "the account owes",
            closed.residual - open.cut,
            owes,
        );
    }
}

/// Holds a payer's report against the loss order and takes it in.
fn in_turn(
    payers: &[Stage],
    open: &mut Open,
    (stage, report): (Stage, &StageReport),
    findings: &mut Findings,
) {
    findings.applied(Law::LossOrder);
    let name = |at: usize| payers.get(at).map_or("the residual", |stage| stage.name());
    let next = open.ends.len();
    let Some(place) = payers.iter().position(|payer| *payer == stage) else {
        if !report.absorbed.is_zero() {
            findings.broken(Law::LossOrder, "a payer of the loss order", stage);
        }
        return;
    };
    let again = place.checked_add(1) == Some(next);
    if open.waits() && again {
        open.ends.pop();
    } else if open.waits() {
        let waiting = name(next.saturating_sub(1));
        findings.broken(
            Law::LossOrder,
            format_args!("{waiting}, which waits"),
            stage,
        );
    } else if place < next {
        let last = name(next.saturating_sub(1));
        findings.broken(
            Law::LossOrder,
            name(next),
            format_args!("{stage} after {last}"),
        );
    }
    findings.applied(Law::StageReported);
    for missing in next..place {
        findings.broken(
            Law::StageReported,
            format_args!("a report of {}", name(missing)),
            stage,
        );
    }
    if next < place && report.absorbed.is_positive() {
        findings.broken(
            Law::LossOrder,
            format_args!("{} first", name(next)),
            format_args!("{stage} pays {}", report.absorbed),
        );
    }
    let spent = |end: &End| matches!(end, End::Exhausted | End::Capped | End::Skipped);
    if let Some(before) = open.ends.iter().position(|end| !spent(end))
        && report.absorbed.is_positive()
    {
        let expected = format_args!("{} exhausted, capped or skipped first", name(before));
        findings.broken(
            Law::LossOrder,
            expected,
            format_args!("{stage} pays {}", report.absorbed),
        );
    }
    if open.ends.len() <= place {
        // What was left out is said once; what follows is judged from here.
        open.ends.resize(place, End::Skipped);
        open.ends.push(report.end);
    }
}

fn all_reported(payers: &[Stage], open: &Open, findings: &mut Findings) {
    findings.applied(Law::StageReported);
    for missing in payers.iter().skip(open.ends.len()) {
        findings.broken(
            Law::StageReported,
            format_args!("a report of {missing}"),
            "the end of the deficit",
        );
    }
    if open.waits() {
        findings.broken(
            Law::LossOrder,
            "the stage that waits",
            "the end of the deficit",
        );
    }
}

/// What a stage says of its end has to be so; `open` counts what it absorbed.
fn end_is_true(open: &Open, report: &StageReport, findings: &mut Findings) {
    findings.applied(Law::StageEnd);
    let left = open.left();
    let StageReport {
        stage,
        end,
        absorbed,
        ..
    } = report;
    let skipped = *end == End::Skipped;
    if skipped != report.skip_reason.is_some() {
        let found = format_args!("{stage}: {end}");
        findings.broken(
            Law::StageReported,
            "a reason for a stage that is skipped, for no other",
            found,
        );
    }
    let payer = *stage != Stage::Residual;
    let expected = match (end, report.skip_reason) {
        (End::Cleared, _) if !left.is_zero() => "nothing left after `cleared`",
        (End::Skipped, _) if !absorbed.is_zero() => "nothing absorbed by a stage that is skipped",
        (End::Skipped, Some(Skip::NothingLeft)) if !left.is_zero() => {
            "nothing left before `nothing_left`"
        }
        (End::Exhausted | End::Capped, _) if payer && left.is_zero() => {
            "something left after a payer's end"
        }
        (End::Waiting, _) if *stage != Stage::Adl => "only ADL comes back to a deficit",
        (End::Exhausted, _) if report.capacity.is_some_and(|most| most != *absorbed) => {
            "all of its capacity absorbed by a payer that is exhausted"
        }
        _ if report
            .capacity
            .is_some_and(|most| *absorbed > most.or_zero()) =>
        {
            "at most its capacity"
        }
        (End::Skipped, Some(Skip::NoCapacity)) if report.capacity.is_some_and(Usd::is_positive) => {
            "no capacity of a stage that is skipped for want of it"
        }
        _ => return,
    };
    let capacity = report
        .capacity
        .map_or_else(String::new, |most| format!(" of {most}"));
    findings.broken(
        Law::StageEnd,
        expected,
        format_args!("{stage} {end}: absorbed {absorbed}{capacity}, left {left}"),
    );
}
