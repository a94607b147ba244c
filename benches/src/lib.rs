//! Criterion benches of the Seawall crates; see the `benches` targets.
