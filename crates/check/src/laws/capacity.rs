//! What each payer could give, derived anew (M-8.2, M-8.3).

use crate::books::Books;
use crate::findings::Findings;
use crate::fixed::{Ratio, Usd};
use crate::law::Law;
use crate::names::{AccountKind, Phase, Skip, Stage, Venue};
use crate::record::{Data, StageReport};
use crate::wide::{Round, times};

use super::hlp::Hlp;
use super::{Event, Laws};

/// The laws of capacities.
#[derive(Debug)]
pub(crate) struct Capacity {
    /// Who pays in an order book.
    hlp: Hlp,
    cap: Option<Ratio>,
    /// Seconds of an epoch of the vaults.
    epoch: u64,
    /// The running epoch and what Junior has given in it.
    running: (u64, Usd),
}

/// A payer that states no capacity was not asked: nothing was left, or it had nothing.
///
/// An order that closes a winner before this second's bankrupts are settled counts their losses at
/// their margin (M-9.1), which is not derived here; a vault's own loss is no matter of the other
/// vaults of an order book.
fn unasked(books: &Books, (event, report): (&Event<'_>, &StageReport), findings: &mut Findings) {
    if books.venue == Venue::Hyperliquid || report.capacity.is_some() {
        return;
    }
    let Some(derived) = worth(books, report.stage) else {
        return;
    };
    let had_nothing = derived.is_zero() || event.line.phase == Phase::Orders;
    let fits = match report.skip_reason {
        Some(Skip::NothingLeft) => true,
        Some(Skip::NoCapacity) => had_nothing,
        _ => false,
    };
    if !fits {
        let expected = format_args!("a capacity of {} of {derived}", report.stage);
        findings.broken(Law::StageCapacity, expected, "none");
    }
}

impl Capacity {
    /// The vaults of an order book: whoever pays by its rules.
    fn of_vaults(
        &self,
        books: &Books,
        (deficit, report): (Option<u32>, &StageReport),
        findings: &mut Findings,
    ) {
        let Some(stated) = report.capacity else {
            return;
        };
        let due = self.hlp.capacities(books, deficit);
        findings.applied(Law::StageCapacity);
        if !due.contains(&stated) {
            let due: Vec<String> = due.iter().map(ToString::to_string).collect();
            let expected = format_args!("{} worth {}", report.stage, due.join(" or "));
            findings.broken(Law::StageCapacity, expected, stated);
        }
    }

    pub(crate) fn new(books: &Books) -> Self {
        Self {
            hlp: Hlp::new(books),
            cap: books.parameters.ratio("waterfall.junior.loss_cap"),
            epoch: books
                .parameters
                .count("vault.epoch")
                .unwrap_or(86_400)
                .max(1),
            running: (0, Usd::ZERO),
        }
    }
}

impl Laws for Capacity {
    fn before(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        let Data::Stage(report) = &event.data else {
            return;
        };
        if event.line.deficit.is_none() {
            return;
        }
        if books.venue == Venue::Hyperliquid && report.stage == Stage::Junior {
            self.of_vaults(books, (event.line.deficit, report), findings);
        } else if let (Some(stated), Some(derived)) = (report.capacity, worth(books, report.stage))
        {
            findings.equal(
                Law::StageCapacity,
                &format!("{} worth", report.stage),
                derived,
                stated,
            );
        }
        unasked(books, (event, report), findings);
        if books.venue == Venue::Tranched && report.stage == Stage::Junior {
            self.cap(books, report, findings);
        }
    }
}

impl Capacity {
    /// **Formula** at most `cap·(value + absorbed this epoch) − absorbed this epoch`.
    fn cap(&mut self, books: &Books, report: &StageReport, findings: &mut Findings) {
        let Some(cap) = self.cap else {
            findings.cannot_apply(
                Law::JuniorCap,
                "no `waterfall.junior.loss_cap` in the header",
            );
            return;
        };
        let origin = books
            .start
            .saturating_sub(books.start.checked_rem(60).unwrap_or(0));
        let epoch = books
            .now
            .saturating_sub(origin)
            .checked_div(self.epoch)
            .unwrap_or(0);
        if epoch != self.running.0 {
            self.running = (epoch, Usd::ZERO);
        }
        let value = books.junior_capacity();
        let room = times(value + self.running.1, cap, Round::Floor) - self.running.1;
        findings.at_most(
            Law::JuniorCap,
            "in one epoch",
            room.min(value).or_zero(),
            report.absorbed,
        );
        self.running.1 += report.absorbed;
    }
}

/// What a payer could give before the event; `None` where the stage is no payer with a value.
fn worth(books: &Books, stage: Stage) -> Option<Usd> {
    Some(match (books.venue, stage) {
        (Venue::Tranched, Stage::Junior) => books.junior_capacity(),
        (Venue::Tranched, Stage::Insurance) => books.of(AccountKind::Insurance),
        (Venue::Tranched, Stage::Senior) => books.senior_capacity(),
        (Venue::Gmx, Stage::Junior) => books.of(AccountKind::Pool),
        _ => return None,
    })
}

/// What the tranches are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TrancheValues {
    pub(crate) senior: Usd,
    pub(crate) junior: Usd,
}

impl Books {
    /// Cash of both vaults.
    pub(crate) fn pool_cash(&self) -> Usd {
        self.of(AccountKind::Senior) + self.of(AccountKind::Junior)
    }

    /// Traders' net open profit, unsettled funding included.
    pub(crate) fn open_pnl(&self) -> Usd {
        let funding = match &self.levels {
            crate::levels::Levels::Tranched(levels) => levels.funding.units(),
            _ => 0,
        };
        self.totals.open_pnl(self.mark, funding)
    }

    /// Senior `min(K, equity)`, Junior `max(0, equity − K)`, both at least zero (M-9.1).
    pub(crate) fn values(&self) -> TrancheValues {
        let equity = self.pool_cash() - self.open_pnl();
        TrancheValues {
            senior: equity.min(self.claim).or_zero(),
            junior: (equity - self.claim.or_zero()).or_zero(),
        }
    }

    fn junior_capacity(&self) -> Usd {
        self.values().junior.min(self.pool_cash())
    }

    fn senior_capacity(&self) -> Usd {
        self.values().senior.min(self.pool_cash())
    }
}
