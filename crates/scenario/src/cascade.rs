//! Cascade files: one question about a spiral, its world, and what it must come to.
//!
//! The world of a file is a [`seawall_cascade::Config`]; beside it stand the question, figures to
//! compare with and the rules that the file is there to vary ([`CascadeHead`]). A file may extend
//! another one: then it states only what is different, under `set`.

mod axis;
mod file;
mod head;

pub(crate) use axis::spaced;
pub use axis::{Axis, AxisPoint};
pub use file::Cascade;
pub use head::{CascadeHead, Observed, Vary, VaryPoint};
