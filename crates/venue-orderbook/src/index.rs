use std::collections::BTreeSet;

use seawall_ledger::AccountId;
use seawall_units::{Index, Price, Ratio, Round, Side, Usd, mul_div};

use crate::position::Position;
use crate::tiers::Step;

/// Roundings between the exact key and the exact money test (value, funding, requirement and its
/// deduction, one unit each), and as many to spare.
const SLACK: Usd = Usd::units_i64(8);
/// 10^-6 USD over 10^-8 base on a grid of 10^-18.
const KEY_FACTOR: i128 = 100_000_000_000_000_000_000;

#[derive(Debug, Clone, Default)]
struct Sides {
    longs: BTreeSet<(i128, AccountId)>,
    shorts: BTreeSet<(i128, AccountId)>,
}

/// Finds positions below maintenance by keys that stay constant while a position is untouched.
///
/// Below maintenance in tier t, a long satisfies `P·(1−mmr) − F < (cost − C − settled − ded)/q`,
/// a short `P·(1+mmr) − F > (C + settled − cost + ded)/|q|`. The requirement of a tiered table is
/// the largest over its tiers, so a position is below it exactly if one tier says so: one index a
/// tier. Settling funding changes `C` and `settled` by opposite amounts and leaves the keys alone.
///
/// It never misses one; it may name one that is within a few micro-dollars above.
#[derive(Debug, Clone)]
pub(crate) struct LiquidationIndex {
    tiers: Vec<(Step, Sides)>,
    keys: Vec<Option<(Side, Vec<i128>)>>,
}

impl LiquidationIndex {
    pub(crate) fn new(steps: &[Step], accounts: usize) -> Self {
        Self {
            tiers: steps.iter().map(|step| (*step, Sides::default())).collect(),
            keys: vec![None; accounts],
        }
    }

    /// Puts a position with its margin in its place, or takes a flat one out.
    pub(crate) fn update(&mut self, account: AccountId, position: &Position, margin: Usd) {
        let Some(slot) = self.keys.get_mut(account.index()) else {
            return;
        };
        let keys = position.size.side().map(|side| {
            let key = |(step, _): &(Step, Sides)| key(position, margin, step);
            (side, self.tiers.iter().map(key).collect::<Vec<_>>())
        });
        if *slot == keys {
            return;
        }
        let old = std::mem::replace(slot, keys);
        if let Some((side, keys)) = old {
            for ((_, sides), key) in self.tiers.iter_mut().zip(keys) {
                sides.of(side).remove(&(key, account));
            }
        }
        let new = self.keys.get(account.index()).and_then(Option::as_ref);
        if let Some((side, keys)) = new {
            for ((_, sides), key) in self.tiers.iter_mut().zip(keys) {
                sides.of(*side).insert((*key, account));
            }
        }
    }

    /// Every position that may be below maintenance: tier by tier, longs then shorts, worst first.
    pub(crate) fn candidates(&self, mark: Price, funding: Index) -> Vec<AccountId> {
        let mut found = Vec::new();
        for (step, sides) in &self.tiers {
            let level = |ratio, round| {
                mul_div(mark.units(), Ratio::units(ratio), Price::ONE_UNITS, round)
                    .unwrap_or(i128::MAX)
                    .saturating_sub(funding.units())
            };
            let long = level(Ratio::ONE - step.rate, Round::Floor);
            let short = level(Ratio::ONE + step.rate, Round::Ceil);
            let longs = sides.longs.iter().rev().take_while(|place| place.0 > long);
            let shorts = sides.shorts.iter().take_while(|place| place.0 < short);
            found.extend(longs.chain(shorts).map(|place| place.1));
        }
        if self.tiers.len() > 1 {
            let mut seen = BTreeSet::new();
            found.retain(|account| seen.insert(*account));
        }
        found
    }
}

impl Sides {
    fn of(&mut self, side: Side) -> &mut BTreeSet<(i128, AccountId)> {
        match side {
            Side::Long => &mut self.longs,
            Side::Short => &mut self.shorts,
        }
    }
}

fn key(position: &Position, margin: Usd, step: &Step) -> i128 {
    let backing = margin + position.settled - position.cost + step.deduction;
    let per_base = |value: Usd, round| {
        let units = mul_div(
            value.units(),
            KEY_FACTOR,
            position.size.abs().units(),
            round,
        );
        units.unwrap_or(match value.is_negative() {
            true => i128::MIN,
            false => i128::MAX,
        })
    };
    match position.size.side() {
        Some(Side::Short) => per_base(backing - SLACK, Round::Floor),
        _ => per_base(SLACK - backing, Round::Ceil),
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
