//! Divergence (impermanent) loss, loss versus rebalancing (LVR) and the value functions of pools.
//!
//! Nothing here moves money. Closed forms are evaluated in `f64` with the accuracy that each
//! function states; where algebra is exact, so is the function.
