//! The order book held against a recorded crash: the first minutes of auto-deleveraging on
//! Hyperliquid, 10 October 2025.
//!
//! | file | idea |
//! |---|---|
//! | `observed` | what was seen, and up to when it may choose a parameter |
//! | `assumptions` | everything that is assumed, with its source in the file |
//! | `fitted` | what the calibration chose, with its trace |
//! | `prices` | the path of marks and of the price that trades were done at |
//! | `population` | who holds what, by seed |
//! | `exchange` | the order book of several coins through the prices |
//! | `tranched` | the same positions in isolated tranched markets |
//! | `record`, `figures` | what is kept of a run, and the figures made of it |
//! | `sweep` | a seed through every variant, and all seeds |
//! | `calibrate` | the search for the few fitted values |
//! | `page`, `document` | the tables as text, Markdown, JSON and CSV, and the page around them |
//!
//! Money is exact as everywhere; floats judge only how well a calibration fits.

mod assumptions;
mod calibrate;
mod clock;
mod document;
mod error;
mod exchange;
mod figures;
mod fitted;
mod observed;
mod page;
mod population;
mod prices;
mod record;
mod spread;
mod sweep;
mod tranched;

pub use assumptions::{
    Anchor, Assumptions, BelowMark, BookAssumptions, CoinAssumptions, Fall, GroupAssumptions,
    PopulationAssumptions, PriceAssumptions,
};
pub use calibrate::{FITTED, calibrate, judged, loss};
pub use clock::Clock;
pub use document::document;
pub use error::ValidationError;
pub use figures::{Figures, first_minutes, minutes, name_of, of_the_day};
pub use fitted::{Fitted, Step, Trace};
pub use observed::{Observed, ObservedBurst, ObservedDay, ObservedGap, ObservedMinute};
pub use page::{Block, Report, Row, Unit, Written};
pub use population::{Crowd, Holding, draw};
pub use prices::{Future, Prices, Second};
pub use record::{Burst, DUST, Record};
pub use spread::Spread;
pub use sweep::{Model, Sample};
pub use tranched::Payers;
