//! Double-entry ledger: accounts, transfers with causes, journal, replay, conservation
