//! Pools in which forced sales are made.
