//! Positions, equity, requirements, liquidation and bankruptcy prices, the liquidation index
