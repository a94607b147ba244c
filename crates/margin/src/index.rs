use std::cmp::Ordering;
use std::collections::BTreeSet;

use seawall_ledger::AccountId;
use seawall_units::{Base, Index, Price, Ratio, Round, Side, Usd, mul_div};

use crate::{Accrual, Position};

/// Roundings that stand between the exact key and the exact money test: the value of the position,
/// two accruals, the requirement and its deduction, one unit each, and as many to spare.
const SLACK: Usd = Usd::units_i64(8);

/// A price-like number on a grid of 10⁻¹⁸ USD per base.
type Key = i128;

/// A key and whose it is, in 24 bytes: a whole `i128` would be aligned to 32.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    high: i64,
    low: u64,
    account: AccountId,
}

impl Place {
    #[allow(clippy::as_conversions)] // the upper and the lower half
    const fn new(key: Key, account: AccountId) -> Self {
        Self {
            high: (key >> 64) as i64,
            low: key as u64,
            account,
        }
    }

    #[allow(clippy::as_conversions)] // the halves put together
    const fn key(&self) -> Key {
        ((self.high as i128) << 64) | self.low as i128
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        #[cfg(feature = "count")]
        counting::count();
        (self.high, self.low, self.account).cmp(&(other.high, other.low, other.account))
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
    long: Key,
    short: Key,
}

impl IndexLevels {
    /// The levels at a mark with a maintenance ratio, of a tier its rate.
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

/// What decides the keys of a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backing {
    /// Signed size.
    pub size: Base,
    /// Margin and what it was settled for, less the signed cost: equity is this and `q·P` and what
    /// has accrued since `then`.
    pub amount: Usd,
    /// The index of its side at which nothing had accrued: `A_long` or `A_short` of
    /// [`IndexLevels::new`].
    pub then: Index,
}

impl Backing {
    /// What stands behind a position with its margin.
    #[must_use]
    pub fn of(position: &Position, margin: Usd) -> Self {
        let (funding, utilisation) = (position.funding_then(), position.utilisation_then());
        Self {
            size: position.size(),
            amount: margin - position.cost(),
            then: match position.side() {
                Some(Side::Short) => utilisation - funding,
                _ => funding + utilisation,
            },
        }
    }

    /// **Formula** long `−(amount + deduction)/q − A0`, short `(amount + deduction)/|q| + A0`.
    /// **Rounding** and slack towards being a candidate.
    fn key(&self, side: Side, deduction: Usd) -> Key {
        // 10^-6 USD over 10^-8 base on a grid of 10^-18: a factor of 10^20.
        const FACTOR: i128 = 100_000_000_000_000_000_000;
        let per_base = |value: Usd, round| {
            let units = mul_div(value.units(), FACTOR, self.size.abs().units(), round);
            units.unwrap_or(match value.is_negative() {
                true => i128::MIN,
                false => i128::MAX,
            })
        };
        let backing = self.amount + deduction - SLACK;
        match side {
            Side::Long => per_base(-backing, Round::Ceil).saturating_sub(self.then.units()),
            Side::Short => per_base(backing, Round::Floor).saturating_add(self.then.units()),
        }
    }
}

/// One tier: what it deducts from the requirement, and the positions by their keys.
#[derive(Debug, Clone, Default)]
struct Tier {
    deduction: Usd,
    longs: BTreeSet<Place>,
    shorts: BTreeSet<Place>,
}

impl Tier {
    fn side_mut(&mut self, side: Side) -> &mut BTreeSet<Place> {
        match side {
            Side::Long => &mut self.longs,
            Side::Short => &mut self.shorts,
        }
    }

    fn below(&self, levels: IndexLevels) -> impl Iterator<Item = AccountId> + '_ {
        let longs = self.longs.iter().rev();
        let longs = longs.take_while(move |place| levels.long < place.key());
        let shorts = self.shorts.iter();
        let shorts = shorts.take_while(move |place| levels.short > place.key());
        longs.chain(shorts).map(|place| place.account)
    }
}

/// Finds positions below maintenance by keys that stay constant while a position is untouched.
///
/// For a long, `E < mmr·N` is the same as `P·(1−mmr) − A_long < E0 − A0 − C/q`; for a short
/// `P·(1+mmr) + A_short > E0 + A0 + C/|q|` (M-6). The right-hand sides are the keys. Prices and
/// indices move the [levels](IndexLevels) only, so a quiet minute looks at one key a side.
///
/// With margin tiers the requirement is `N·rate − deduction` of the tier that asks most, so a position
/// is below it exactly if one tier says so: the index keeps one order a tier, whose keys count the
/// tier's deduction as margin.
///
/// The index never misses a position below maintenance. It may name one that is a few micro-dollars
/// above: decide with [`Position::equity`] and [`maintenance`](crate::maintenance).
#[derive(Debug, Clone)]
pub struct LiquidationIndex {
    tiers: Vec<Tier>,
    /// By account, as many as there are tiers.
    keys: Vec<Key>,
    sides: Vec<Option<Side>>,
}

impl Default for LiquidationIndex {
    fn default() -> Self {
        Self::tiered([Usd::ZERO])
    }
}

impl LiquidationIndex {
    /// An empty index for one maintenance ratio of all sizes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty index for margin tiers with these deductions, at least one of them.
    ///
    /// ```
    /// use seawall_ledger::AccountId;
    /// use seawall_margin::{Accrual, IndexLevels, LiquidationIndex, Position};
    /// use seawall_units::{Base, Price, Ratio, Usd};
    /// // 1 % of the notional; above 1 000 USD 2 %, less 10.
    /// let rates = [Ratio::bps(100), Ratio::bps(200)];
    /// let mut index = LiquidationIndex::tiered([Usd::ZERO, Usd::whole(10)]);
    /// let now = Accrual::default();
    /// let (who, entry) = (AccountId::new(0), "100".parse::<Price>()?);
    /// // Long 20 from 100 with 50: below where 20·P − 1 950 < 0.4·P − 10, at 1 940 / 19.6 = 98.97…;
    /// // one per cent alone would say below 1 950 / 19.8 = 98.48….
    /// index.update(who, &Position::open(Base::whole(20), entry, &now), Usd::whole(50));
    /// let named = |mark: &str| -> Result<usize, seawall_units::UnitsError> {
    ///     let mark = mark.parse()?;
    ///     let levels = rates.map(|rate| IndexLevels::new(mark, rate, &now));
    ///     Ok(index.candidates_by_tier(&levels).count())
    /// };
    /// assert_eq!((named("98.98")?, named("98.97")?, named("98.48")?), (0, 1, 2));
    /// # Ok::<(), seawall_units::UnitsError>(())
    /// ```
    #[must_use]
    pub fn tiered(deductions: impl IntoIterator<Item = Usd>) -> Self {
        let tier = |deduction| Tier {
            deduction,
            ..Tier::default()
        };
        let mut tiers: Vec<Tier> = deductions.into_iter().map(tier).collect();
        if tiers.is_empty() {
            tiers.push(Tier::default());
        }
        Self {
            tiers,
            keys: Vec::new(),
            sides: Vec::new(),
        }
    }

    /// Makes room for so many accounts, no more than that.
    pub fn reserve_accounts(&mut self, count: usize) {
        if let Some(more) = count.checked_sub(self.sides.len()) {
            self.sides.reserve_exact(more);
            self.keys
                .reserve_exact(more.saturating_mul(self.tiers.len()));
            self.extend_to(count);
        }
    }

    fn extend_to(&mut self, count: usize) {
        self.sides.resize(count, None);
        self.keys.resize(count.saturating_mul(self.tiers.len()), 0);
    }

    /// Puts a position with its margin in its place, or takes a flat one out.
    pub fn update(&mut self, account: AccountId, position: &Position, margin: Usd) {
        self.update_backing(account, &Backing::of(position, margin));
    }

    /// The same for a position that is kept in another form.
    pub fn update_backing(&mut self, account: AccountId, backing: &Backing) {
        let place = account.index();
        if self.sides.len() <= place {
            self.extend_to(place.saturating_add(1));
        }
        let Some(slot) = self.sides.get_mut(place) else {
            return;
        };
        let new = backing.size.side();
        let old = std::mem::replace(slot, new);
        if (old, new) == (None, None) {
            return;
        }
        let first = place.saturating_mul(self.tiers.len());
        let keys = self.keys.iter_mut().skip(first);
        for (tier, slot) in self.tiers.iter_mut().zip(keys) {
            let key = new.map_or(0, |side| backing.key(side, tier.deduction));
            let gone = std::mem::replace(slot, key);
            if (old, gone) == (new, key) {
                continue;
            }
            if let Some(side) = old {
                tier.side_mut(side).remove(&Place::new(gone, account));
            }
            if let Some(side) = new {
                tier.side_mut(side).insert(Place::new(key, account));
            }
        }
    }

    /// Every position that may be below maintenance with one ratio for all sizes, worst key first,
    /// longs before shorts.
    pub fn candidates(&self, levels: IndexLevels) -> impl Iterator<Item = AccountId> + '_ {
        self.tiers
            .iter()
            .take(1)
            .flat_map(move |tier| tier.below(levels))
    }

    /// The same for margin tiers, the levels of each at its rate: tier by tier. A position that
    /// several tiers name comes once for each.
    pub fn candidates_by_tier<'a>(
        &'a self,
        levels: &'a [IndexLevels],
    ) -> impl Iterator<Item = AccountId> + 'a {
        let tiers = self.tiers.iter().zip(levels);
        tiers.flat_map(|(tier, levels)| tier.below(*levels))
    }

    /// Positions in it.
    #[must_use]
    pub fn len(&self) -> usize {
        let first = self.tiers.first();
        first.map_or(0, |tier| tier.longs.len().saturating_add(tier.shorts.len()))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
