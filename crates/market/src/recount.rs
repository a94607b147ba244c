//! The kept sums beside the same sums added up anew.

use seawall_ledger::{Account, AccountKind};
use seawall_units::{Base, Usd};
use seawall_venue::Recount;

use crate::{IsolatedMarket, Totals};

impl IsolatedMarket {
    /// Open size, cost, open PnL and equity of the pool, the index, the vaults' shares and what was
    /// granted, as kept and as added up from the positions, holders and queues.
    #[must_use]
    pub fn recount(&self) -> Vec<Recount> {
        let mut counted = Totals::default();
        let (mut cost, mut net) = (Usd::ZERO, Base::ZERO);
        for (_, position) in self.open_positions() {
            counted.replace(&seawall_margin::Position::FLAT, &position);
            cost += position.cost();
            net += position.size();
        }
        let open = i128::from(counted.long.count).saturating_add(counted.short.count.into());
        let cash = self.ledger.balance(Account::Senior) + self.ledger.balance(Account::Junior);
        let pnl = counted.open_pnl(self.mark, &self.accrual());
        let indexed = i128::try_from(self.index.len()).unwrap_or(i128::MAX);
        let pending = self.ledger.subtotal(AccountKind::PendingRedemption);
        let pair = |what, kept, counted| Recount {
            what,
            kept,
            counted,
        };
        vec![
            pair("net open size", self.totals.net().units(), net.units()),
            pair(
                "cost of entry",
                (self.totals.long.cost + self.totals.short.cost).units(),
                cost.units(),
            ),
            pair("traders' open pnl", self.open_pnl().units(), pnl.units()),
            pair(
                "pool equity",
                self.pool_equity().units(),
                (cash - pnl).units(),
            ),
            pair("positions in the liquidation index", indexed, open),
            pair(
                "senior shares",
                self.senior.vault.supply().units(),
                self.senior.counted(),
            ),
            pair(
                "junior shares",
                self.junior.vault.supply().units(),
                self.junior.counted(),
            ),
            pair(
                "granted redemptions",
                pending.units(),
                self.granted().units(),
            ),
        ]
    }
}
