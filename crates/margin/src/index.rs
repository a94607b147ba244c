use std::cmp::Ordering;
use std::collections::BTreeSet;

use seawall_ledger::AccountId;
use seawall_units::{Price, Ratio, Round, Side, Usd, mul_div};

use crate::{Accrual, Position};

/// Roundings that stand between the exact key and the exact money test: the value of the position,
/// two accruals and the requirement, one unit each, and one to spare.
const SLACK: Usd = Usd::units_i64(5);

/// A price-like number on a grid of 10⁻¹⁸ USD per base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key(i128);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    key: Key,
    account: AccountId,
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        #[cfg(feature = "count")]
        counting::count();
        (self.key.0, self.account).cmp(&(other.key.0, other.account))
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(feature = "count")]
mod counting {
    use std::cell::Cell;

    thread_local!(static COMPARISONS: Cell<u64> = const { Cell::new(0) });

    pub(super) fn count() {
        COMPARISONS.with(|n| n.set(n.get().saturating_add(1)));
    }

    /// Comparisons that liquidation indices made on this thread so far.
    #[must_use]
    pub fn comparisons() -> u64 {
        COMPARISONS.with(Cell::get)
    }
}
#[cfg(feature = "count")]
pub use counting::comparisons;

/// Where the market stands against the keys of the index: one number a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexLevels {
    long: i128,
    short: i128,
}

impl IndexLevels {
    /// The levels at a mark with a maintenance ratio.
    ///
    /// **Formula** long `P·(1−mmr) − A_long`, short `P·(1+mmr) + A_short`, with `A_long = F + B_long`
    /// and `A_short = B_short − F` (M-6). **Rounding** towards finding more candidates.
    #[must_use]
    pub fn new(mark: Price, mmr: Ratio, now: &Accrual) -> Self {
        let scale = |ratio: Ratio, round| {
            mul_div(mark.units(), ratio.units(), Price::ONE_UNITS, round).unwrap_or(i128::MAX)
        };
        let long =
            scale(Ratio::ONE - mmr, Round::Floor).saturating_sub((now.funding + now.long).units());
        let short =
            scale(Ratio::ONE + mmr, Round::Ceil).saturating_add((now.short - now.funding).units());
        Self { long, short }
    }
}

/// Finds positions below maintenance by a key that stays constant while a position is untouched.
///
/// For a long, `E < mmr·N` is the same as `P·(1−mmr) − A_long < E0 − A0 − C/q`; for a short
/// `P·(1+mmr) + A_short > E0 + A0 + C/|q|` (M-6). The right-hand sides are the keys. Prices and
/// indices move the [levels](IndexLevels) only, so a quiet minute looks at one key a side.
///
/// The index never misses a position below maintenance. It may name one that is within five
/// micro-dollars above: decide with [`Position::equity`] and [`maintenance`](crate::maintenance).
#[derive(Debug, Clone, Default)]
pub struct LiquidationIndex {
    longs: BTreeSet<Place>,
    shorts: BTreeSet<Place>,
    places: Vec<Option<(Side, Key)>>,
}

impl LiquidationIndex {
    /// An empty index.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a position with its margin in its place, or takes a flat one out.
    pub fn update(&mut self, account: AccountId, position: &Position, margin: Usd) {
        let place = position
            .side()
            .map(|side| (side, key(position, margin, side)));
        let index = account.index();
        if self.places.len() <= index {
            self.places.resize(index.saturating_add(1), None);
        }
        let Some(slot) = self.places.get_mut(index) else {
            return;
        };
        if *slot == place {
            return;
        }
        if let Some((side, key)) = std::mem::replace(slot, place) {
            self.side_mut(side).remove(&Place { key, account });
        }
        if let Some((side, key)) = place {
            self.side_mut(side).insert(Place { key, account });
        }
    }

    fn side_mut(&mut self, side: Side) -> &mut BTreeSet<Place> {
        match side {
            Side::Long => &mut self.longs,
            Side::Short => &mut self.shorts,
        }
    }

    /// Every position that may be below maintenance, worst key first, longs before shorts.
    pub fn candidates(&self, levels: IndexLevels) -> impl Iterator<Item = AccountId> + '_ {
        let longs = self
            .longs
            .iter()
            .rev()
            .take_while(move |p| levels.long < p.key.0);
        let shorts = self
            .shorts
            .iter()
            .take_while(move |p| levels.short > p.key.0);
        longs.chain(shorts).map(|place| place.account)
    }

    /// Positions in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.longs.len().saturating_add(self.shorts.len())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.longs.is_empty() && self.shorts.is_empty()
    }
}

fn key(position: &Position, margin: Usd, side: Side) -> Key {
    // 10^-6 USD over 10^-8 base on a grid of 10^-18: a factor of 10^20.
    const FACTOR: i128 = 100_000_000_000_000_000_000;
    let per_base = |value: Usd, round| {
        let units = mul_div(value.units(), FACTOR, position.size().abs().units(), round);
        units.unwrap_or(if value.is_negative() {
            i128::MIN
        } else {
            i128::MAX
        })
    };
    let (funding, utilisation) = (position.funding_then(), position.utilisation_then());
    let key = match side {
        Side::Long => per_base(position.cost() - margin + SLACK, Round::Ceil)
            .saturating_sub((funding + utilisation).units()),
        Side::Short => per_base(-position.cost() + margin - SLACK, Round::Floor)
            .saturating_add((utilisation - funding).units()),
    };
    Key(key)
}
