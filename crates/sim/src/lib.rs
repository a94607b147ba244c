//! The clock, the command stream and the comparison of venues.
//!
//! | file | idea |
//! |---|---|
//! | `world` | the outside price and what the oracle's sources publish of it |
//! | `draw` | random numbers with addresses; the only floats |
//! | `endow` | initial positions: stated, drawn, shrunk |
//! | `positions` | all of them as every venue can hold them |
//! | `agents` | rules that watch one venue and send it commands |
//! | `commands` | the one command stream that goes to every venue |
//! | `run` | one venue through the fixed phases of every second |
//! | `audit` | the independent auditor: every law, from the journal and the events alone |
//! | `metrics` | what the figures of [`VenueOutcome`] are added up from |
//! | `entrants` | the concrete venues and what each takes from a scenario |
//! | `compare` | one scenario through several venues |
//! | `template` | a scenario prepared once, run at many seeds and prices |
//! | `cascade` | cascade files: a run, its figures, sweeps; a scenario's venue as a place in one |
//! | `exchange` | several isolated markets on one clock, and the proof that they are |
//! | `quote` | what an order would cost at one moment, by size |
//! | `parameters` | every parameter that a run goes by, and what differs between two scenarios |
//! | `seeds` | the same question over many seeds, and exact statistics of the answers |
//! | `solve` | the value of one key at which a condition begins or ceases to hold |
//! | `expected` | what a scenario says a run must come to |
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

pub mod agents;
pub mod audit;
mod cascade;
mod commands;
mod compare;
mod draw;
mod endow;
mod entrants;
mod error;
mod exchange;
mod expected;
mod metrics;
mod name;
mod outcome;
mod parameters;
mod positions;
mod quote;
mod run;
mod seeds;
mod sink;
mod solve;
mod template;
mod world;

pub use agents::arbitrage::Arbitrage;
pub use audit::{Auditor, Breach, Law};
pub use cascade::{
    Ablated, CASCADE_FIGURES, CascadeFigure, CascadeMarkets, CascadeMismatch, CascadeSummary,
    CascadeSweep, CascadeUnit, CascadeValue, ObservedBeside, Place, Standing, UnknownFigure,
    ablate, ablations, cascade_figure, check_cascade, observed_beside, on_threads, opening_venue,
    run_cascade,
};
pub use commands::{CommandSources, CommandStream, Reach, TimedCommand};
pub use compare::{compare, run_one};
pub use draw::{Drawn, Draws, Group, Purpose, arrivals};
pub use endow::{Required, draw_crowd, fitting_factor, shrunk, topped_up};
pub use error::SimError;
pub use exchange::{
    ExchangeOutcome, Fingerprint, Isolation, MarketOutcome, compare_markets, run_market,
};
pub use expected::{Mismatch, check_expected};
pub use metrics::ProbeSizes;
pub use name::{UnknownVenue, VenueName};
pub use outcome::{
    ArbitrageOutcome, Comparison, CostAtSize, HouseDeficit, LpRun, MinuteRow, OrderFill, Reactions,
    Redemptions, StageOutcome, TrancheOutcome, VenueOutcome, Winners,
};
pub use parameters::{Difference, differences, parameters, venue_parameters};
pub use quote::{Quotation, QuoteAsk, QuotePoint, VenueCurve, quote};
pub use run::{Plan, Seat, drive, drive_together, drive_with};
pub use seeds::{Better, Ranking, Sample, Spread, Sweep, Wins, ranking, sweep};
pub use sink::{JournalSink, Phase, Step};
pub use solve::{
    Answer, Bound, Holding, Key, Must, Question, SolveError, Trial, decimal, on_grid, solve,
};
pub use template::{Instance, Template};
pub use world::{PriceSources, Second, World};
