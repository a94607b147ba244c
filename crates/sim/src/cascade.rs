//! Markets of perpetual futures for the world of a cascade: the venue of a scenario, in its first
//! second, driven by what the world shows it. Below: cascade files through their rounds.

mod figure;
mod markets;
mod run;
mod sheet;
mod sweep;

use seawall_scenario::Scenario;
use seawall_venue::Venue;

use crate::compare::Prepared;
use crate::{SimError, VenueName};

pub use figure::{
    CASCADE_FIGURES, CascadeFigure, CascadeUnit, CascadeValue, UnknownFigure, cascade_figure,
};
pub use markets::CascadeMarkets;
pub use run::{
    CascadeMismatch, ObservedBeside, Place, check_cascade, observed_beside, run_cascade,
};
pub use sweep::{Ablated, CascadeSummary, CascadeSweep, Standing, ablate, ablations, on_threads};

/// A venue of a scenario in its first second: capital paid in, initial positions taken, bidders
/// registered. What the scenario says of prices and orders later is left to whoever drives it.
///
/// The initial positions are those of a comparison of all venues, whichever is asked for.
///
/// **Errors** [`SimError`] when a parameter is not legal or the venue cannot be started.
pub fn opening_venue(scenario: &Scenario, name: VenueName) -> Result<Box<dyn Venue>, SimError> {
    Prepared::new(scenario)?.build(name)
}
