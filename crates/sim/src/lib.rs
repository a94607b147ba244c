//! The clock, the command stream and the comparison of venues
