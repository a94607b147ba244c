//! The liquidation stages in order, and the order of who pays
