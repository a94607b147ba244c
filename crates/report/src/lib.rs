//! Tables, JSON and sentences from the outcomes of a comparison
