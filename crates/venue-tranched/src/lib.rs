//! The tranched, oracle-anchored AMM perp behind the Venue trait
