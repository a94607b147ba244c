//! Sweep files: one scenario over many price paths and sets of parameters.
//!
//! A file names a scenario and says how its prices are drawn, which keys make the points of a grid
//! ([`SweepAxis`]), which are drawn anew for each path ([`SweepDraw`]), and when enough paths were run
//! ([`StopRule`]). [`SweepFile`] is the format; [`Sweep`] is a file that was found legal.

mod file;
mod grid;
mod load;

pub use file::{Redraw, StopRule, SweepAxis, SweepDraw, SweepFile, SweepPrices};
pub use grid::{Setting, SweepPoint};
pub use load::Sweep;
