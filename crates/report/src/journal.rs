//! The journal of one run: JSON lines from which the balances can be rebuilt.
//!
//! | line | what |
//! |---|---|
//! | first | `{"header":{…}}`: format, version, program, scenario with its hash, venue, seed |
//! | then | `{"entry":{"seq","time","transfer"}}`: one transfer each, `seq` from zero without gaps |
//! | between | `{"event":{…}}`: fills, liquidations, stage reports, deficits, cuts, status |
//! | last | `{"end":{"entries","events","sha256"}}`: counts, and the hash of every byte before it |
//!
//! [`Writer`] writes it, [`export`] hands its books to other tools, [`replay`] reads it line by line and keeps nothing but the balances.
//! A journal that was cut off, spliced or edited is refused with the line that shows it.

mod balances;
mod error;
mod event;
mod export;
mod line;
mod read;
mod sink;
mod write;

pub use balances::{Detail, csv, document, markdown, table};
pub use error::{Fault, JournalError};
pub use event::{
    CutRecord, DeficitRecord, EventRecord, FillRecord, LiquidationRecord, StageRecord,
};
pub use export::{Books, ExportError, export};
pub use line::{End, Header, Line};
pub use read::{Replayed, replay};
pub use sink::Sink;
pub use write::Writer;

/// Name of the format, in every header.
pub const FORMAT: &str = "seawall-journal";
/// Version of the format.
pub const VERSION: u32 = 1;
