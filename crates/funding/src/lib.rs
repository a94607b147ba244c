//! Per-minute funding and utilisation rates and their cumulative indices
