//! The laws by what they look at. Each file holds those of one subject.

mod adl;
mod auction;
mod book;
mod book_adl;
mod capacity;
mod deficits;
mod fees;
mod frame;
mod funding;
mod hlp;
mod house;
mod kinds;
mod ledger;
mod liquidation;
mod marks;
mod open_deficits;
mod permits;
mod pool;
mod pool_adl;
mod positions;
mod reasons;
mod recovery;
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
        Box::new(kinds::Kinds::default()),
        Box::new(ledger::Ledger),
        Box::new(reasons::Reasons::default()),
        Box::new(deficits::Deficits::default()),
        Box::new(open_deficits::OpenDeficits::default()),
        Box::new(frame::Frame::new(books, findings)),
        Box::new(capacity::Capacity::new(books)),
        Box::new(vaults::Vaults::default()),
        Box::new(positions::Positions::default()),
        Box::new(funding::Funding::new(books)),
        Box::new(liquidation::Liquidations::new(books)),
    ];
    match books.venue {
        Venue::Tranched => tranched_laws(books, &mut laws, findings),
        Venue::Hyperliquid => {
            laws.push(Box::new(book_adl::BookAdl::new(books)));
            laws.push(Box::new(hlp::ParentVault::new(books)));
            laws.push(Box::new(house::House::new(books)));
            match marks::Marks::new(books) {
                Some(marks) => laws.push(Box::new(marks)),
                None => {
                    let why = "the header does not say what marks are made of";
                    findings.cannot_apply(Law::MarkMade, why);
                }
            }
        }
        Venue::Gmx => {
            laws.push(Box::new(pool_adl::PoolAdl::new(books)));
            laws.push(Box::new(house::House::new(books)));
        }
    }
    laws
}

/// Those of tranches, where the header has the parameters that they need.
fn tranched_laws(books: &Books, laws: &mut Vec<Box<dyn Laws>>, findings: &mut Findings) {
    laws.push(Box::new(recovery::Recoveries::default()));
    let adl = [
        Law::AdlCandidate,
        Law::AdlRanking,
        Law::AdlLimits,
        Law::AdlShare,
        Law::AdlPace,
        Law::AdlUncut,
    ];
    match adl::Adl::new(books) {
        Some(own) => laws.push(Box::new(own)),
        None => {
            for law in adl {
                findings.cannot_apply(law, "the header has not every parameter of `waterfall.adl`");
            }
        }
    }
    match fees::Fees::new(books) {
        Some(own) => laws.push(Box::new(own)),
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
