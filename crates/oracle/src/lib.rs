//! Price sources, their aggregation into a mark, staleness and deviation
