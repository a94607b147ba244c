//! Random numbers with an address: seed, process, name, path.
//!
//! Numbers are never taken from a generator that somebody else also draws from, so no worker, no
//! other process and no longer run shifts anybody's numbers: those of an address are the same on
//! every machine, on any number of threads, in whatever order they are asked for.
//!
//! | look for | in |
//! |---|---|
//! | a process and its path | [`Stream`] |
//! | the numbers of one path | [`Numbers`] |
//! | the inverse of the normal distribution | [`normal_quantile`] |
//!
//! Floats go through `libm` and plain arithmetic, which give the same bits on every machine.

mod numbers;
mod quantile;
mod stream;

pub use numbers::Numbers;
pub use quantile::normal_quantile;
pub use stream::Stream;
