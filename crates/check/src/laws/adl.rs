//! Auto-deleveraging (M-8.5).

use crate::books::Books;
use crate::findings::Findings;
use crate::law::Law;
use crate::record::Data;

use super::{Event, Laws};

/// The laws of ADL.
#[derive(Debug)]
pub(crate) struct Adl;

impl Adl {
    pub(crate) fn new(_books: &Books) -> Self {
        Self
    }
}

impl Laws for Adl {
    fn before(&mut self, _books: &Books, event: &Event<'_>, findings: &mut Findings) {
        if let Data::Cut(cut) = &event.data {
            findings.at_most(
                Law::AdlPrincipal,
                "taken of the profit,",
                cut.profit.or_zero(),
                cut.taken,
            );
        }
    }
}
