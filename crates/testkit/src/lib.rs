//! Strategies, the slow reference model and the conformance suite for venues
