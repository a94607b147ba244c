//! What the waterfall says of what it did.

use seawall_ledger::{AccountId, DeficitId};
use seawall_units::{Base, Price, Usd};
use seawall_venue::{Event, Liquidation, StageEnd, StageId, StageReport, WinnerCut};

use crate::{Health, Market, Waterfall};

impl Waterfall {
    /// Takes the events since the last call.
    pub fn drain_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    pub(crate) fn report(&mut self, report: StageReport) {
        self.events.push(Event::Stage(report));
    }

    pub(crate) fn report_position(&mut self, stage: StageId, account: AccountId, end: StageEnd) {
        let report = self.blank(stage, None, end);
        self.report(StageReport {
            account: Some(account),
            ..report
        });
    }

    pub(crate) fn note_cut(&mut self, cut: WinnerCut) {
        self.events.push(Event::Cut(cut));
    }

    pub(crate) fn note_liquidation(
        &mut self,
        stage: StageId,
        health: &Health,
        (size, price): (Base, Price),
        market: &dyn Market,
    ) {
        self.events.push(Event::Liquidation(Liquidation {
            time: self.now,
            account: health.account,
            stage,
            size: health.side().signed(size),
            price,
            mark: market.mark(),
            equity: health.equity,
            maintenance: health.maintenance,
        }));
    }

    /// A report of nothing done yet.
    pub(crate) fn blank(
        &self,
        stage: StageId,
        deficit: Option<DeficitId>,
        end: StageEnd,
    ) -> StageReport {
        StageReport {
            time: self.now,
            stage,
            deficit,
            account: None,
            closed: Base::ZERO,
            absorbed: Usd::ZERO,
            owner_cost: Usd::ZERO,
            end,
            transfers: Vec::new(),
        }
    }
}
