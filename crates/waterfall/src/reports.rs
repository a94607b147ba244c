//! What the waterfall says of what it did, told through the market so that each event follows the
//! postings that it made.

use seawall_ledger::{Account, AccountId, DeficitId};
use seawall_units::{Base, Price, Usd};
use seawall_venue::{Event, Liquidation, StageEnd, StageId, StageReport};

use crate::{Health, Market, Waterfall};

impl Waterfall {
    /// Tells what a stage did to a position before there is a deficit.
    pub(crate) fn report_position(
        &self,
        stage: StageId,
        account: AccountId,
        end: StageEnd,
        market: &mut dyn Market,
    ) {
        let report = self.blank(stage, None, end);
        market.tell(Event::Stage(StageReport {
            account: Some(account),
            ..report
        }));
    }

    /// What of a position is taken from its owner, as it stood before; the market has posted it.
    pub(crate) fn note_liquidation(
        &self,
        (stage, taker): (StageId, Option<AccountId>),
        health: &Health,
        (size, price): (Base, Price),
        market: &mut dyn Market,
    ) {
        let mark = market.mark();
        market.tell(Event::Liquidation(Liquidation {
            time: self.now,
            account: health.account,
            stage,
            size: health.side().signed(size),
            price,
            mark,
            equity: health.equity,
            maintenance: health.maintenance,
            taker: taker.map(Account::Margin),
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
            capacity: None,
            owner_cost: Usd::ZERO,
            end,
            transfers: Vec::new(),
        }
    }
}
