use std::collections::BTreeMap;

use seawall_units::{Time, Usd};

use crate::{Account, AccountKind, Cause, Entry, Transfer};

/// The balances of one venue and the journal of the running step.
///
/// One ledger serves one isolated market: nothing in it can reach another market's balances.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    named: BTreeMap<Account, Usd>,
    margin: Vec<Usd>,
    free: Vec<Usd>,
    subtotals: [Usd; AccountKind::ALL.len()],
    journal: Vec<Entry>,
    next_seq: u64,
    now: Time,
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

    /// Sets the time that the next entries carry.
    pub fn set_time(&mut self, now: Time) {
        self.now = now;
    }

    /// Makes room for traders' accounts, so that a step allocates nothing.
    pub fn reserve_accounts(&mut self, count: usize) {
        if self.margin.len() < count {
            self.margin.resize(count, Usd::ZERO);
            self.free.resize(count, Usd::ZERO);
        }
    }

    /// What the holder of `account` is owed.
    #[must_use]
    pub fn balance(&self, account: Account) -> Usd {
        let dense = |balances: &Vec<Usd>, index: usize| balances.get(index).copied();
        let found = match account {
            Account::Margin(id) => dense(&self.margin, id.index()),
            Account::Free(id) => dense(&self.free, id.index()),
            _ => self.named.get(&account).copied(),
        };
        found.unwrap_or(Usd::ZERO)
    }

    /// The sum of all balances of a kind.
    #[must_use]
    pub fn subtotal(&self, kind: AccountKind) -> Usd {
        self.subtotals[kind.index()]
    }

    /// Posts one transfer.
    ///
    /// # Panics
    /// Only on our own bug: when a balance that may not be negative would become so.
    pub fn post(&mut self, transfer: Transfer) {
        self.shift(transfer.from, -transfer.amount);
        self.shift(transfer.to, transfer.amount);
        let left = self.balance(transfer.from);
        assert!(
            !left.is_negative() || transfer.from.kind().may_be_negative(),
            "invariant: {} is not overdrawn ({left} after {transfer:?})",
            transfer.from,
        );
        self.journal.push(Entry {
            seq: self.next_seq,
            time: self.now,
            transfer,
        });
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

    fn shift(&mut self, account: Account, amount: Usd) {
        let slot = match account {
            Account::Margin(id) => dense_slot(&mut self.margin, id.index()),
            Account::Free(id) => dense_slot(&mut self.free, id.index()),
            _ => self.named.entry(account).or_default(),
        };
        *slot += amount;
        self.subtotals[account.kind().index()] += amount;
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
        self.subtotals.iter().copied().sum()
    }

    /// The sum over every single balance, added up anew; zero by law.
    #[must_use]
    pub fn recount(&self) -> Usd {
        self.balances().map(|(_, balance)| balance).sum()
    }

    /// Every balance that is not zero, in the order of accounts.
    pub fn balances(&self) -> impl Iterator<Item = (Account, Usd)> + '_ {
        let id = |index: usize| crate::AccountId::new(u32::try_from(index).unwrap_or(u32::MAX));
        // The dense accounts stand between the named ones.
        let dense = Account::Margin(id(0));
        let before = self.named.range(..dense);
        let after = self.named.range(dense..);
        let copied = |(account, balance): (&Account, &Usd)| (*account, *balance);
        let margin = self
            .margin
            .iter()
            .enumerate()
            .map(move |(i, b)| (Account::Margin(id(i)), *b));
        let free = self
            .free
            .iter()
            .enumerate()
            .map(move |(i, b)| (Account::Free(id(i)), *b));
        before
            .map(copied)
            .chain(margin)
            .chain(free)
            .chain(after.map(copied))
            .filter(|(_, balance)| !balance.is_zero())
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

fn dense_slot(balances: &mut Vec<Usd>, index: usize) -> &mut Usd {
    if balances.len() <= index {
        balances.resize(index.saturating_add(1), Usd::ZERO);
    }
    &mut balances[index]
}
