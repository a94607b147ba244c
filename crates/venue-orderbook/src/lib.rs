//! A Hyperliquid-style order book with backstop vaults and ADL behind the Venue trait
