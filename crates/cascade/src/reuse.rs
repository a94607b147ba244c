//! LP shares as collateral, and loans that are put into the pool again.
//!
//! | what | where |
//! |---|---|
//! | how far the price may fall before a loan is liquidated | [`Backing::liquidation_ratio`] |
//! | turns of depositing, borrowing and depositing again | [`Reuse`], [`Turn`] |
//! | the way out, turn by turn | [`plan_unwinding`], [`Unwinding`] |
//!
//! Everything here is counted in the quote asset and owes nothing to a world: it is the arithmetic
//! with which a world is set up and against which it is measured.

mod backing;
mod turns;
mod unwinding;

pub use backing::Backing;
pub use turns::{Reuse, ReuseError, Turn};
pub use unwinding::{Unwinding, UnwindingTurn, plan_unwinding};
