//! Double entry by asset: every movement is a [`Transfer`] of one asset between two [`Account`]s
//! with a [`Cause`].
//!
//! Laws, asserted in release builds too:
//! 1. The sum of all balances of an asset is zero after every posting.
//! 2. Only [`Account::External`] may be of any sign; [`Account::Issuer`] and [`Account::Loan`] are
//!    never above zero, all others never below.
//! 3. A cause moves assets only between the accounts its [chart line](Cause::permits) names.
//! 4. Replaying the journal gives the balances ([`Replay`]).
//!
//! The names and the laws are those of the ledger of a perpetual market (`seawall_ledger`), which
//! counts one currency on 10⁻⁶ in dense accounts of margin; these books count many assets on
//! 10⁻¹⁸ in places of which few are the same.
//!
//! ```
//! use seawall_cascade::OwnerId;
//! use seawall_cascade::books::{Account, Asset, Books, Cause};
//! use seawall_units::Tokens;
//! let mut books = Books::new();
//! let wallet = Account::Wallet(OwnerId::new(7));
//! books.pay(Asset::Quote, (Account::External, wallet), Tokens::whole(50), Cause::Endowed);
//! books.end_step();
//! assert_eq!(books.balance(Asset::Quote, wallet), Tokens::whole(50));
//! assert_eq!(books.balance(Asset::Quote, Account::External), Tokens::whole(-50));
//! ```

mod account;
mod cause;
mod replay;
mod transfer;

pub use account::{Account, AccountKind, Asset, UnknownName};
pub use cause::Cause;
pub use replay::Replay;
pub use transfer::{BooksError, Entry, Route, Transfer};

use std::collections::BTreeMap;

use seawall_units::Tokens;

/// The balances of one world and its journal.
#[derive(Debug, Clone, Default)]
pub struct Books {
    balances: BTreeMap<(Asset, Account), Tokens>,
    journal: Vec<Entry>,
    replayed: Replay,
    next_seq: u64,
    round: u32,
}

impl Books {
    /// Empty books.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the round that the next entries carry.
    pub fn set_round(&mut self, round: u32) {
        self.round = round;
    }

    /// What the holder of `account` is owed.
    #[must_use]
    pub fn balance(&self, asset: Asset, account: Account) -> Tokens {
        let found = self.balances.get(&(asset, account)).copied();
        found.unwrap_or_default()
    }

    /// Posts one transfer.
    ///
    /// # Panics
    /// Only on our own bug: when a balance would take a sign that its account may not have.
    pub fn post(&mut self, transfer: Transfer) {
        let asset = transfer.asset();
        let from = self.shift(asset, transfer.from(), -transfer.amount());
        let to = self.shift(asset, transfer.to(), transfer.amount());
        let overdrawn = from.is_negative() && !transfer.from().kind().may_be_negative();
        let overpaid = to.is_positive() && transfer.to().kind().is_owing();
        assert!(
            !overdrawn && !overpaid,
            "invariant: accounts keep their sign ({from} and {to} after {transfer:?})",
        );
        self.journal.push(Entry {
            seq: self.next_seq,
            round: self.round,
            transfer,
        });
        self.next_seq = self.next_seq.saturating_add(1);
    }

    /// Posts `amount ≥ 0`; nothing when it is zero.
    ///
    /// # Panics
    /// Only on our own bug: a negative amount, a pair of accounts outside the cause's chart line,
    /// or a balance of the wrong sign.
    pub fn pay(&mut self, asset: Asset, route: Route, amount: Tokens, cause: Cause) {
        if amount.is_zero() {
            return;
        }
        match Transfer::new(asset, route, amount, cause) {
            Ok(transfer) => self.post(transfer),
            #[allow(clippy::panic)]
            Err(error) => panic!("invariant: postings follow the chart: {error}"),
        }
    }

    fn shift(&mut self, asset: Asset, account: Account, amount: Tokens) -> Tokens {
        let slot = self.balances.entry((asset, account)).or_default();
        *slot += amount;
        *slot
    }

    /// Closes a step: every asset sums to zero and the journal gives the balances.
    ///
    /// # Panics
    /// Only on our own bug, naming the law.
    pub fn end_step(&mut self) {
        let done = self.replayed.entries();
        if done == self.next_seq {
            // Balances move by postings alone.
            return;
        }
        let first = usize::try_from(done).unwrap_or(usize::MAX);
        for entry in self.journal.get(first..).unwrap_or_default() {
            let in_place = self.replayed.apply(entry);
            assert!(in_place, "invariant: the journal has no gap ({entry:?})");
        }
        assert!(
            self.replayed.balances().eq(self.balances()),
            "invariant: the journal gives the balances",
        );
        let astray = self.recount().into_iter().find(|(_, sum)| !sum.is_zero());
        assert!(
            astray.is_none(),
            "invariant: every asset sums to zero, found {astray:?}",
        );
    }

    /// The sum over every balance of each asset, added up anew; zero by law.
    #[must_use]
    pub fn recount(&self) -> BTreeMap<Asset, Tokens> {
        let mut sums = BTreeMap::new();
        for ((asset, _), balance) in &self.balances {
            *sums.entry(*asset).or_insert(Tokens::ZERO) += *balance;
        }
        sums
    }

    /// Every balance that is not zero, in the order of assets and accounts.
    pub fn balances(&self) -> impl Iterator<Item = (Asset, Account, Tokens)> + '_ {
        self.balances
            .iter()
            .map(|((asset, account), balance)| (*asset, *account, *balance))
            .filter(|(_, _, balance)| !balance.is_zero())
    }

    /// Everything posted since the start.
    #[must_use]
    pub fn journal(&self) -> &[Entry] {
        &self.journal
    }
}
