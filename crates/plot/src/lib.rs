//! Pictures of what a comparison found and of what orders cost, as SVG and PNG.
//!
//! | module | what it draws |
//! |---|---|
//! | [`waterfall`] | each venue's deficit from its opening down its payers to the residual |
//! | [`cascade`] | a downward spiral by round, and what a sweep of it found |
//! | [`curve`] | the cost of an order by its size |
//! | [`divergence`] | divergence loss by price, and a position over a price path |
//! | [`lines`] | any series of points over common axes, in one panel or several |
//! | [`phase`] | for each pair of two varied parameters, how far a spiral went |
//! | [`sweep`] | one figure over all paths of a sweep: its spread and its mean, by venue and point |
//! | [`ranges`] | observed figures beside the ranges of a model |
//!
//! Positions are computed from exact figures in integers, in hundredths of a pixel; the same
//! figures give the same bytes of SVG. Drawing, fonts and PNG come from `kuva`, which only the
//! private module `canvas` names. The font is DejaVu Sans (Bitstream Vera licence), which `kuva`
//! carries for PNG; an SVG names it and leaves it to the viewer.

mod canvas;
pub mod cascade;
pub mod curve;
pub mod divergence;
pub mod lines;
mod number;
pub mod phase;
pub mod ranges;
mod scale;
mod span;
pub mod sweep;
pub mod waterfall;

pub use canvas::{CannotDraw, Picture};

/// Colours that the colour-blind tell apart (Okabe and Ito, 2008).
mod colour {
    pub(crate) const BLACK: &str = "#222222";
    pub(crate) const GREY: &str = "#666666";
    pub(crate) const PALE: &str = "#dddddd";
    pub(crate) const ORANGE: &str = "#e69f00";
    pub(crate) const SKY: &str = "#56b4e9";
    pub(crate) const GREEN: &str = "#009e73";
    pub(crate) const YELLOW: &str = "#f0e442";
    pub(crate) const BLUE: &str = "#0072b2";
    pub(crate) const VERMILLION: &str = "#d55e00";
    pub(crate) const PURPLE: &str = "#cc79a7";

    /// The colours of series, in their order.
    pub(crate) const SERIES: [&str; 7] = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK];
}
