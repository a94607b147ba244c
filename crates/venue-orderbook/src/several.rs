use std::collections::BTreeSet;

use seawall_ledger::AccountId;
use seawall_units::{Ratio, Usd};

/// Roundings between an exact look and the exact money test, per coin (value, funding,
/// requirement), and as many to spare.
pub(crate) const SLACK: Usd = Usd::units_i64(8);

/// Finds accounts of several coins that may be below maintenance, looking again at each only when
/// the marks have travelled far enough to have brought it there.
///
/// All coins' marks together travel, in a second, as far as the largest relative move among them.
/// An account that was looked at with `S` above its maintenance and that changes by at most `E`
/// per unit of relative move is still at or above it while the marks have travelled less than
/// `S/(S+E)` since: along any path of length `a` a price stays within `e^a − 1 ≤ a/(1−a)` of where
/// it was. Its next look is entered at that mark of the way.
///
/// It never misses one; it may name one that turns out to be healthy.
#[derive(Debug, Clone, Default)]
pub(crate) struct SeveralCoins {
    /// Units of [`Ratio`] since the start.
    travelled: i128,
    next: BTreeSet<(i128, AccountId)>,
    /// Where in `next` each account stands.
    places: Vec<Option<i128>>,
}

impl SeveralCoins {
    pub(crate) fn new(accounts: usize) -> Self {
        Self {
            places: vec![None; accounts],
            ..Self::default()
        }
    }

    /// Nobody holds several coins, so how far the marks travel is of no use.
    pub(crate) fn is_empty(&self) -> bool {
        self.next.is_empty()
    }

    /// The marks moved by as much as this.
    pub(crate) fn travel(&mut self, by: Ratio) {
        self.travelled = self.travelled.saturating_add(by.units());
    }

    /// An account has changed and must be looked at.
    pub(crate) fn look_at(&mut self, account: AccountId) {
        self.enter(account, Some(self.travelled));
    }

    /// Everybody must be looked at: something moved that is not a mark.
    pub(crate) fn look_at_all(&mut self) {
        let waiting = std::mem::take(&mut self.next);
        let travelled = self.travelled;
        for (_, account) in &waiting {
            if let Some(place) = self.places.get_mut(account.index()) {
                *place = Some(travelled);
            }
        }
        let all = waiting.into_iter().map(|(_, account)| (travelled, account));
        self.next = all.collect();
    }

    pub(crate) fn remove(&mut self, account: AccountId) {
        self.enter(account, None);
    }

    /// An account was looked at and found this much above its maintenance.
    pub(crate) fn found(&mut self, account: AccountId, spare: Usd, exposure: Usd) {
        let bearable = spare.ratio_floor(spare + exposure).unwrap_or_default();
        let until = self.travelled.saturating_add(bearable.or_zero().units());
        self.enter(account, Some(until));
    }

    /// Who must be looked at now.
    pub(crate) fn due(&self) -> Vec<AccountId> {
        let travelled = self.travelled;
        let due = self.next.iter().take_while(|place| place.0 <= travelled);
        due.map(|place| place.1).collect()
    }

    fn enter(&mut self, account: AccountId, until: Option<i128>) {
        let Some(place) = self.places.get_mut(account.index()) else {
            return;
        };
        if *place == until {
            return;
        }
        if let Some(old) = std::mem::replace(place, until) {
            self.next.remove(&(old, account));
        }
        if let Some(new) = until {
            self.next.insert((new, account));
        }
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)] // test figures
mod tests {
    use proptest::prelude::*;
    use seawall_units::{Base, Price, Time};
    use seawall_venue::SourceQuote;

    use super::*;
    use crate::account::MarginMode;
    use crate::coin::{CoinId, CoinSetup};
    use crate::exchange::{CoinTick, Exchange};
    use crate::opening::{CoinEndowment, Deposit, ExchangeSetup};
    use crate::parties::Party;
    use crate::setup::Capital;
    use crate::terms::ExchangeParams;

    const START: Time = Time::from_secs(1_760_130_000);

    #[test]
    fn an_account_is_due_once_the_marks_have_come_far_enough() {
        let (mut several, id) = (SeveralCoins::new(1), AccountId::new(0));
        several.look_at(id);
        assert_eq!(several.due(), [id]);
        // 100 to spare, and 300 lost with every 100 % of the marks: 100/400 = 25 % of the way is
        // safe, for along it a price moves by a third at most.
        several.found(id, Usd::whole(100), Usd::whole(300));
        several.travel(Ratio::bps(2_499));
        assert_eq!(several.due(), []);
        several.travel(Ratio::bps(1));
        assert_eq!(several.due(), [id]);
        several.remove(id);
        assert_eq!(several.due(), []);
    }

    fn exchange(accounts: &[([i64; 3], i64)]) -> Option<Exchange> {
        let mut params = ExchangeParams::default();
        params.venue.book.depth = Ratio::ZERO;
        let opening: Price = "100".parse().unwrap();
        let coin = |name| CoinSetup {
            params: params.venue.coin(name),
            opening,
            table: None,
        };
        let ids = || (0..).map(AccountId::new).zip(accounts);
        let endowments = ids().flat_map(|(account, (sizes, _))| {
            let held = (0..).map(CoinId::new).zip(sizes);
            held.map(move |(coin, size)| CoinEndowment {
                account,
                coin,
                size: Base::units_i64(*size),
                entry: opening,
                margin: Usd::ZERO,
            })
        });
        let deposits = ids().map(|(account, (_, cash))| Deposit {
            account,
            amount: Usd::units_i64(*cash),
        });
        let setup = ExchangeSetup {
            start: START,
            coins: ["A", "B", "C"].map(coin).to_vec(),
            accounts: vec![MarginMode::Cross; accounts.len()],
            deposits: deposits.collect(),
            endowments: endowments.filter(|each| !each.size.is_zero()).collect(),
        };
        let capital = Capital {
            makers: Usd::whole(1_000_000),
            backstops: Vec::new(),
        };
        Exchange::new(params, capital, setup).ok()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// Against a scan of every account after every move of the marks: none is missed.
        #[test]
        fn finds_what_a_scan_finds(
            accounts in prop::collection::vec(
                (prop::array::uniform3(-900_000_000..900_000_000_i64), 60_000_000..900_000_000_i64),
                1..20,
            ),
            moves in prop::collection::vec((prop::array::uniform3(-3_000..3_000_i64), 3..2_000_u64), 1..30),
        ) {
            let Some(mut exchange) = exchange(&accounts) else {
                return Ok(());
            };
            let (mut now, mut prices) = (START, [100_000_000_i64; 3]);
            for (by, seconds) in moves {
                now = now.plus(seconds);
                for (price, by) in prices.iter_mut().zip(by) {
                    *price += *price / 100_000 * by;
                }
                let priced = prices.map(|price| Price::from_units(i128::from(price) * 10_000).unwrap());
                let quotes = priced.map(|price| [1, 2, 3].map(|source| SourceQuote::new(source, price, now)));
                let ticks: Vec<CoinTick<'_>> = priced
                    .iter()
                    .zip(&quotes)
                    .map(|(price, quotes)| CoinTick { outside: *price, quotes })
                    .collect();
                exchange.observe(now, &ticks);
                exchange.accrue();
                let found = exchange.below_maintenance(|_| true);
                for number in 0..u32::try_from(accounts.len()).unwrap() {
                    let id = AccountId::new(number);
                    let healthy = exchange.is_healthy(Party::User(id));
                    prop_assert!(healthy || found.contains(&id), "{id}");
                }
            }
        }
    }
}
