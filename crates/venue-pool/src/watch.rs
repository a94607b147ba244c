//! Which positions could be liquidated at a price, without looking at all of them.
//!
//! A position is charged on its entry value, so no key of it is constant in price and time. The
//! key here is its liquidation price with the dues that it *will* owe when its side's cumulative
//! factors reach a ceiling a little ahead, with the dearer fee and with no profit counted. Until
//! the ceiling is reached a position outside the range cannot be liquidatable; what is inside is
//! tested exactly. When a side reaches its ceiling its keys are made anew.
use std::collections::BTreeSet;

use seawall_ledger::AccountId;
use seawall_units::{Round, Side, Usd, mul_div};

use crate::pool::{Pool, SideBook};
use crate::position::Position;
use crate::prices::Prices;
use crate::terms::Terms;
use crate::wide::{F30, wide};

/// How far ahead of the cumulative factors the ceiling is set: 10⁻⁴ of the size. It decides how
/// often keys are made anew and never what is liquidated.
const AHEAD: i128 = 100_000_000_000_000_000_000_000_000;
/// From USD grid over base grid to price grid.
const PRICE_UNITS: i128 = 1_000_000_000_000;
/// The dues are two sums rounded up, the key one.
const ROUNDINGS: Usd = Usd::units_i64(2);

type Key = i128;

/// The index of one side.
#[derive(Debug, Clone, Default)]
struct SideWatch {
    by_key: BTreeSet<(Key, AccountId)>,
    ceiling: F30,
}

/// The index of both sides and every position's key in it.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    long: SideWatch,
    short: SideWatch,
    keys: Vec<Option<(Side, Key)>>,
}

fn factors(book: &SideBook) -> F30 {
    book.borrowing.plus(book.funding_paid)
}

impl Watch {
    pub(crate) fn new(accounts: usize) -> Self {
        Self {
            long: SideWatch::default(),
            short: SideWatch::default(),
            keys: vec![None; accounts],
        }
    }

    fn side_mut(&mut self, side: Side) -> &mut SideWatch {
        match side {
            Side::Long => &mut self.long,
            Side::Short => &mut self.short,
        }
    }

    /// How many positions it holds.
    pub(crate) fn len(&self) -> usize {
        self.long
            .by_key
            .len()
            .saturating_add(self.short.by_key.len())
    }

    /// Whether a side's factors have passed the ceiling of its keys.
    pub(crate) fn is_stale(&self, pool: &Pool, side: Side) -> bool {
        let watch = match side {
            Side::Long => &self.long,
            Side::Short => &self.short,
        };
        factors(pool.side(side)) > watch.ceiling
    }

    /// Sets a side's ceiling ahead of its factors. Its positions must be set again.
    pub(crate) fn raise(&mut self, pool: &Pool, side: Side) {
        let ceiling = factors(pool.side(side)).plus(F30(wide(AHEAD)));
        self.side_mut(side).ceiling = ceiling;
    }

    /// Enters a position under its present key.
    pub(crate) fn set(&mut self, terms: &Terms, position: &Position, margin: Usd) {
        let (account, side) = (position.account, position.side);
        self.remove(account);
        let watch = self.side_mut(side);
        let key = key(terms, position, margin, watch.ceiling);
        watch.by_key.insert((key, account));
        if let Some(slot) = self.keys.get_mut(account.index()) {
            *slot = Some((side, key));
        }
    }

    /// Takes an account out.
    pub(crate) fn remove(&mut self, account: AccountId) {
        let held = self.keys.get_mut(account.index()).and_then(Option::take);
        if let Some((side, key)) = held {
            self.side_mut(side).by_key.remove(&(key, account));
        }
    }

    /// Every account that could be liquidatable at these prices.
    pub(crate) fn candidates(&self, prices: Prices, found: &mut Vec<AccountId>) {
        let lowest = (prices.min.units(), AccountId::new(0));
        let highest = (prices.max.units(), AccountId::new(u32::MAX));
        found.clear();
        found.extend(
            self.long
                .by_key
                .range(lowest..)
                .map(|(_, account)| *account),
        );
        found.extend(
            self.short
                .by_key
                .range(..=highest)
                .map(|(_, account)| *account),
        );
    }
}

/// A long can only be liquidatable at or below its key, a short at or above it.
///
/// With thin collateral even a position in profit could be, when the cap on profits cuts it: such
/// a one is always a candidate.
fn key(terms: &Terms, position: &Position, margin: Usd, ceiling: F30) -> Key {
    let fees = &terms.params.fees;
    let size = position.size;
    let owed = ceiling
        .minus(position.borrowing_at)
        .minus(position.funding_paid_at);
    let required = size.mul_ceil(terms.maintenance);
    let needed = required.max(terms.params.collateral.min_usd)
        + size.mul_ceil(fees.improving.max(fees.worsening))
        + size.mul_ceil(terms.params.impact.max_for_liquidation)
        + owed.applied(size, Round::Ceil)
        + ROUNDINGS;
    let per_token =
        |worth: Usd, round| mul_div(worth.units(), PRICE_UNITS, position.tokens.units(), round);
    match position.side {
        Side::Long if margin <= needed => Key::MAX,
        Side::Long => per_token(size + needed - margin, Round::Ceil).unwrap_or(Key::MAX),
        Side::Short if margin <= needed => Key::MIN,
        Side::Short => per_token(size + margin - needed, Round::Floor).unwrap_or(Key::MIN),
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)] // small numbers of tests
mod tests {
    use crate::{Funding, Params, PoolVenue};
    use proptest::prelude::*;
    use seawall_ledger::AccountId;
    use seawall_units::{Base, Rate, Ratio, Round, Time, Usd};
    use seawall_venue::{Endowment, Setup, SourceQuote, Tick, Venue};

    /// Positions of a size and entry price, with what they need at 100 and a rest.
    fn world(shapes: &[(i64, i64, i64)], params: Params) -> PoolVenue {
        let endowments = shapes.iter().zip(0..).map(|((size, entry, margin), n)| {
            let loss = (i128::from(entry - 100) * i128::from(*size) / 100).max(0);
            let need = i128::from(size.abs()) * 2 / 100 + loss + 2_000_000;
            Endowment {
                account: AccountId::new(n),
                size: Base::units_i64(if *size == 0 { 1 } else { *size }),
                entry: format!("{entry}").parse().unwrap(),
                margin: Usd::units_i64(*margin) + Usd::from_units(need).unwrap(),
            }
        });
        opened(endowments.collect(), params)
    }

    fn opened(endowments: Vec<Endowment>, params: Params) -> PoolVenue {
        let setup = Setup {
            start: Time::from_secs(0),
            opening: "100".parse().unwrap(),
            margin: None,
            endowments,
            accounts: 16,
        };
        PoolVenue::new(setup, Usd::whole(40_000), params).unwrap()
    }

    fn hot() -> Params {
        let rate = Rate::whole(300);
        let mut params = Params::btc();
        params.funding = Funding::SkewProportional {
            factor: rate,
            max: rate,
        };
        params.borrowing.base = Rate::whole(100);
        params.borrowing.above = Rate::whole(200);
        params.impact.max_for_liquidation = Ratio::bps(5);
        params
    }

    fn observe(venue: &mut PoolVenue, second: u64, mark_bp: i64) {
        let now = Time::from_secs(second);
        let opening: seawall_units::Price = "100".parse().unwrap();
        let ratio = Ratio::bps(i32::try_from(mark_bp).unwrap());
        let price = opening.scaled(ratio, Round::Floor).unwrap();
        let quote = |source| SourceQuote::new(source, price, now);
        let quotes = [quote(1), quote(2)];
        venue.observe(&Tick {
            now,
            outside: price,
            quotes: &quotes,
        });
        venue.accrue();
    }

    proptest! {
        /// Whoever fails the money test is a candidate, at every price and after any time, also
        /// with profits beyond the cap.
        #[test]
        fn no_liquidatable_position_is_outside_the_range(
            shapes in prop::collection::vec(
                (-3_000_000_000i64..3_000_000_000, 60i64..150, 0i64..400_000_000), 1..16),
            seconds in prop::collection::vec((1u64..4_000, 4_000i64..25_000), 1..40),
        ) {
            let mut venue = world(&shapes, hot());
            let mut now = 0;
            for (wait, mark_bp) in seconds {
                now += wait;
                observe(&mut venue, now, mark_bp);
                venue.refresh_watch();
                let mut found = Vec::new();
                venue.watch.candidates(venue.prices, &mut found);
                for position in venue.book.iter().flatten() {
                    let health = venue.draft(position.account).health(position);
                    let inside = found.contains(&position.account);
                    prop_assert!(inside || !health.is_liquidatable(), "{position:?} {health:?}");
                }
                venue.liquidate();
            }
        }
    }

    #[test]
    fn a_quiet_price_has_no_candidates() {
        let shapes = [
            (1_000_000_000, 100, 50_000_000),
            (-1_000_000_000, 100, 50_000_000),
        ];
        let mut venue = world(&shapes, Params::btc());
        observe(&mut venue, 1, 10_000);
        let mut found = Vec::new();
        venue.watch.candidates(venue.prices, &mut found);
        assert!(found.is_empty());
        observe(&mut venue, 2, 9_000);
        venue.watch.candidates(venue.prices, &mut found);
        assert_eq!(found, vec![AccountId::new(0)]);
    }

    /// Ten from 99 with 2 of margin live on their profit of 10. In a pool that has 4 left, the cap
    /// is 90 % of 2: at 110 a profit of about 110 keeps 1.8, and 3.8 less a fee is below the 4.95
    /// required. It is found though the price is far above its entry.
    #[test]
    fn thin_collateral_is_watched_at_every_price() {
        let thin = Endowment {
            account: AccountId::new(0),
            size: Base::whole(10),
            entry: "99".parse().unwrap(),
            margin: Usd::whole(2),
        };
        let mut venue = opened(vec![thin], Params::btc());
        venue.pool.cash = Usd::whole(4);
        observe(&mut venue, 0, 11_000);
        let position = *venue.held(AccountId::new(0)).unwrap();
        let draft = venue.draft(position.account);
        assert!(draft.health(&position).is_liquidatable());
        let mut found = Vec::new();
        venue.watch.candidates(venue.prices, &mut found);
        assert_eq!(found, vec![AccountId::new(0)]);
    }
}
