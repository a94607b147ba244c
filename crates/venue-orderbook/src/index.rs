use std::collections::BTreeSet;

use seawall_ledger::AccountId;
use seawall_margin::{Accrual, Backing, IndexLevels, LiquidationIndex as Tiered};
use seawall_units::{Index, Price, Ratio, Usd};
use smallvec::SmallVec;

use crate::position::Position;
use crate::tiers::Step;

/// The [index of positions below maintenance](seawall_margin::LiquidationIndex) with a venue's
/// margin tiers.
///
/// Settling funding changes `C` and `settled` by opposite amounts and leaves the keys alone.
#[derive(Debug, Clone)]
pub(crate) struct LiquidationIndex {
    rates: Vec<Ratio>,
    accounts: usize,
    index: Tiered,
}

impl LiquidationIndex {
    pub(crate) fn new(steps: &[Step], accounts: usize) -> Self {
        let mut index = Tiered::tiered(steps.iter().map(|step| step.deduction));
        index.reserve_accounts(accounts);
        Self {
            rates: steps.iter().map(|step| step.rate).collect(),
            accounts,
            index,
        }
    }

    /// Puts a position with its margin in its place, or takes a flat one out.
    pub(crate) fn update(&mut self, account: AccountId, position: &Position, margin: Usd) {
        if account.index() >= self.accounts {
            return;
        }
        let backing = Backing {
            size: position.size,
            amount: margin + position.settled - position.cost,
            then: Index::ZERO,
        };
        self.index.update_backing(account, &backing);
    }

    /// Every position that may be below maintenance: tier by tier, longs then shorts, worst first.
    pub(crate) fn candidates(&self, mark: Price, funding: Index) -> Vec<AccountId> {
        let now = Accrual {
            funding,
            ..Accrual::default()
        };
        let levels = self.rates.iter();
        let levels: SmallVec<[IndexLevels; 8]> = levels
            .map(|rate| IndexLevels::new(mark, *rate, &now))
            .collect();
        let mut found: Vec<AccountId> = self.index.candidates_by_tier(&levels).collect();
        if self.rates.len() > 1 {
            let mut seen = BTreeSet::new();
            found.retain(|account| seen.insert(*account));
        }
        found
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)] // test figures
mod tests {
    use super::*;
    use crate::params::Tier;
    use crate::tiers::MarginTiers;
    use proptest::prelude::*;
    use seawall_units::Base;

    fn position() -> impl Strategy<Value = (Position, Usd)> {
        let size = -1_000_000_000_000_i64..1_000_000_000_000;
        let entry = 90_000_000_i64..110_000_000;
        let margin = 0..40_000_000_000_i64;
        (size, entry, margin, -1_000_000..1_000_000_i64).prop_map(
            |(size, entry, margin, settled)| {
                let entry = Price::from_units(i128::from(entry) * 10_000).unwrap();
                let size = Base::units_i64(size);
                let position = Position {
                    size,
                    cost: entry.value_ceil(size),
                    settled: Usd::units_i64(settled),
                };
                (position, Usd::units_i64(margin))
            },
        )
    }

    proptest! {
        /// Against a scan of every position: none is missed, and what is named is at most a few
        /// micro-dollars above its maintenance.
        #[test]
        fn finds_what_a_scan_finds(
            positions in prop::collection::vec(position(), 1..30),
            mark in 80_000_000_i64..120_000_000,
            funding in -1_000_000_000_000_000_000_i64..1_000_000_000_000_000_000,
            bound in 1_000..900_000_i32,
        ) {
            let tier = |above, max_leverage| Tier { above, max_leverage };
            let tiers = MarginTiers::native(&[tier(Usd::ZERO, 40), tier(Usd::whole(bound), 20)]);
            let mut index = LiquidationIndex::new(tiers.maintenance_steps(), positions.len());
            for (number, (position, margin)) in (0..).zip(&positions) {
                index.update(AccountId::new(number), position, *margin);
            }
            let mark = Price::from_units(i128::from(mark) * 10_000).unwrap();
            let funding = Index::units_i64(funding);
            let found = index.candidates(mark, funding);
            for (number, (position, margin)) in (0..).zip(&positions) {
                let equity = position.equity(*margin, mark, funding);
                let needed = tiers.maintenance(mark.value_ceil(position.size.abs()));
                let named = found.contains(&AccountId::new(number));
                prop_assert!(named || position.is_flat() || equity >= needed);
                prop_assert!(!named || equity < needed + Usd::units_i64(20));
            }
        }
    }
}
