//! The journal of one run: JSON lines from which the balances can be rebuilt.
//!
//! | line | what |
//! |---|---|
//! | first | `{"header":{…}}`: format, version, program, scenario with its hash, venue, parameters |
//! | then | `{"seq","time","phase","event","data","rule","deficit","transfers","positions"}`: one event each with its postings |
//! | last | `{"end":{"lines","transfers","chain"}}`: counts, and the last state of the running hash |
//!
//! Every line but the last carries the running hash up to itself as `chain`. docs/journal.md is the
//! specification.
//!
//! [`Writer`] writes it, [`export`] hands its books to other tools, [`trial`] what every account has
//! at a moment, [`replay`] reads it line by line
//! and keeps nothing but the balances; [`walk`] shows every line to a visitor. A journal that was cut
//! off, spliced or edited is refused with the line that shows it.

mod balances;
mod chain;
mod error;
mod event;
mod export;
mod file;
mod line;
mod read;
mod shares;
mod sink;
mod trial;
mod write;

pub use balances::{Detail, csv, document, markdown, table};
pub use error::{Fault, JournalError};
pub use event::{
    CutRecord, DeficitRecord, EventRecord, FillRecord, LiquidationRecord, ShareRecord, StageRecord,
    ValuesRecord,
};
pub use export::{Books, ExportError, export};
pub use file::{JournalFile, open};
pub use line::{End, EventLine, Header, Line, PositionRecord};
pub use read::{Replayed, replay, walk};
pub use shares::{NotShares, ShareCount};
pub use sink::Sink;
pub use trial::trial;
pub use write::Writer;

/// Name of the format, in every header.
pub const FORMAT: &str = "seawall-journal";
/// Version of the format.
pub const VERSION: u32 = 2;
