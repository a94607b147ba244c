use seawall_units::{Time, Usd};

use crate::balances::Balances;
use crate::{Account, AccountKind, Cause, Entry, Transfer};

/// The balances of one venue and the journal of the running step.
///
/// One ledger serves one isolated market: nothing in it can reach another market's balances.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    balances: Balances,
    journal: Vec<Entry>,
    journaling: Journaling,
    next_seq: u64,
    now: Time,
}

/// Whether postings are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Journaling {
    #[default]
    On,
    Off,
}

impl Ledger {
    /// An empty ledger.
    #[must_use]
    pub fn new(start: Time) -> Self {
        Self {
            now: start,
            ..Self::default()
        }
    }

    /// The same ledger writing no journal: balances and every law stay, [`Ledger::drain`] gives
    /// nothing. For runs of which only figures are wanted.
    ///
    /// ```
    /// use seawall_ledger::{Account, Cause, Ledger};
    /// use seawall_units::{Time, Usd};
    /// let mut ledger = Ledger::new(Time::default()).without_journal();
    /// ledger.pay(Account::External, Account::Junior, Usd::whole(5), Cause::CapitalPaidIn);
    /// ledger.end_step();
    /// assert_eq!(ledger.balance(Account::Junior), Usd::whole(5));
    /// assert_eq!((ledger.posted(), ledger.drain()), (1, Vec::new()));
    /// ```
    #[must_use]
    pub fn without_journal(self) -> Self {
        Self {
            journal: Vec::new(),
            journaling: Journaling::Off,
            ..self
        }
    }

    /// Sets the time that the next entries carry.
    pub fn set_time(&mut self, now: Time) {
        self.now = now;
    }

    /// Makes room for traders' accounts, no more than that, so that a step allocates nothing.
    pub fn reserve_accounts(&mut self, count: usize) {
        self.balances.reserve(count);
    }

    /// What the holder of `account` is owed.
    #[must_use]
    pub fn balance(&self, account: Account) -> Usd {
        self.balances.of(account)
    }

    /// The sum of all balances of a kind.
    #[must_use]
    pub fn subtotal(&self, kind: AccountKind) -> Usd {
        self.balances.sum_of(kind)
    }

    /// Posts one transfer.
    ///
    /// # Panics
    /// Only on our own bug: when a balance that may not be negative would become so.
    pub fn post(&mut self, transfer: Transfer) {
        let left = self.balances.shift(transfer.from, -transfer.amount);
        self.balances.shift(transfer.to, transfer.amount);
        assert!(
            !left.is_negative() || transfer.from.kind().may_be_negative(),
            "invariant: {} is not overdrawn ({left} after {transfer:?})",
            transfer.from,
        );
        if self.journaling == Journaling::On {
            self.journal.push(Entry {
                seq: self.next_seq,
                time: self.now,
                transfer,
            });
        }
        self.next_seq = self.next_seq.saturating_add(1);
    }

    /// Posts `amount ≥ 0`; nothing when it is zero.
    ///
    /// # Panics
    /// Only on our own bug: a negative amount, a pair of accounts outside the cause's chart line,
    /// or an overdraft.
    pub fn pay(&mut self, from: Account, to: Account, amount: Usd, cause: Cause) {
        if amount.is_zero() {
            return;
        }
        match Transfer::new(from, to, amount, cause) {
            Ok(transfer) => self.post(transfer),
            #[allow(clippy::panic)]
            Err(error) => panic!("invariant: engine postings follow the chart: {error}"),
        }
    }

    /// Closes a step: the sum of all balances is zero and nothing is left in passage.
    ///
    /// Costs one addition per kind of account; [`Ledger::recount`] adds up every balance.
    ///
    /// # Panics
    /// Only on our own bug, naming the law.
    pub fn end_step(&mut self) {
        let sum = self.sum();
        assert!(
            sum.is_zero(),
            "invariant: the ledger sums to zero, found {sum}"
        );
        for kind in [AccountKind::Clearing, AccountKind::Funding] {
            let left = self.subtotal(kind);
            assert!(
                left.is_zero(),
                "invariant: {} is zero after a step, found {left}",
                kind.name()
            );
        }
    }

    /// The sum over the kinds of accounts; zero by law.
    #[must_use]
    pub fn sum(&self) -> Usd {
        self.balances.sum()
    }

    /// The sum over every single balance, added up anew; zero by law.
    #[must_use]
    pub fn recount(&self) -> Usd {
        self.balances().map(|(_, balance)| balance).sum()
    }

    /// Every balance that is not zero, in the order of accounts.
    pub fn balances(&self) -> impl Iterator<Item = (Account, Usd)> + '_ {
        self.balances.iter()
    }

    /// Takes the entries posted since the last call.
    pub fn drain(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.journal)
    }

    /// The same into a buffer of the caller's, whose room is used again: what was in it is gone.
    pub fn take(&mut self, buffer: &mut Vec<Entry>) {
        buffer.clear();
        std::mem::swap(buffer, &mut self.journal);
    }

    /// How many transfers have been posted since the start.
    #[must_use]
    pub const fn posted(&self) -> u64 {
        self.next_seq
    }

    /// The entries posted since the last [`Ledger::drain`].
    #[must_use]
    pub fn pending(&self) -> &[Entry] {
        &self.journal
    }
}
