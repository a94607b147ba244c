//! What a lending market believes of prices.
