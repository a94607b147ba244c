//! The Venue trait and the neutral words every mechanism speaks
