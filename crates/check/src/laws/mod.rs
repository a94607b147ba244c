//! The laws by what they look at. Each file holds those of one subject.

mod adl;
mod auction;
mod book;
mod capacity;
mod deficits;
mod fees;
mod funding;
mod ledger;
mod liquidation;
mod pool;
mod positions;
mod requirement;
mod tranched;
mod vaults;

pub(crate) use vaults::claim_change;

use crate::books::Books;
use crate::findings::Findings;
use crate::law::Law;
use crate::names::Venue;
use crate::record::{Data, Line};

/// A line of the journal with what it says.
pub(crate) struct Event<'a> {
    pub(crate) line: &'a Line<'a>,
    pub(crate) data: Data<'a>,
}

/// Laws on one subject, with what they have to remember.
pub(crate) trait Laws {
    /// The event is about to be booked: the books are those before it.
    fn before(&mut self, _books: &Books, _event: &Event<'_>, _findings: &mut Findings) {}

    /// The event is booked.
    fn after(&mut self, _books: &Books, _event: &Event<'_>, _findings: &mut Findings) {}

    /// The second of the last event is over; the line is the last one of it.
    fn second_ends(&mut self, _books: &Books, _findings: &mut Findings) {}

    /// The journal is over, with a final record.
    fn journal_ends(&mut self, _books: &Books, _findings: &mut Findings) {}
}

/// The laws of a venue.
pub(crate) fn of(books: &Books, findings: &mut Findings) -> Vec<Box<dyn Laws>> {
    let mut laws: Vec<Box<dyn Laws>> = vec![
        Box::new(ledger::Ledger),
        Box::new(deficits::Deficits::default()),
        Box::new(capacity::Capacity::new(books)),
        Box::new(vaults::Vaults::default()),
        Box::new(positions::Positions::default()),
        Box::new(funding::Funding::new(books)),
        Box::new(liquidation::Liquidations::new(books)),
    ];
    if books.venue == Venue::Tranched {
        match adl::Adl::new(books) {
            Some(adl) => laws.push(Box::new(adl)),
            None => {
                for law in [
                    Law::AdlCandidate,
                    Law::AdlRanking,
                    Law::AdlLimits,
                    Law::AdlShare,
                    Law::AdlPace,
                    Law::AdlUncut,
                ] {
                    findings
                        .cannot_apply(law, "the header has not every parameter of `waterfall.adl`");
                }
            }
        }
        match fees::Fees::new(books) {
            Some(fees) => laws.push(Box::new(fees)),
            None => {
                for law in [
                    Law::FeeSplit,
                    Law::Coupon,
                    Law::LiquidationFee,
                    Law::TakerFee,
                ] {
                    findings.cannot_apply(
                        law,
                        "the header has not every parameter of `fees` and `charges`",
                    );
                }
            }
        }
    }
    laws
}
