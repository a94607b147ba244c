//! What an account received and paid, by cause.

use std::collections::BTreeMap;

use seawall_ledger::{Account, Cause, Transfer};
use seawall_units::Usd;

use super::value::{Grid, Value};

/// Sums in and out of one holder's accounts; what passes between them is left out.
#[derive(Debug, Clone, Default)]
pub(super) struct Statement {
    own: Vec<Account>,
    sums: BTreeMap<Cause, (Usd, Usd)>,
}

impl Statement {
    pub(super) fn new(own: &[Account]) -> Self {
        Self {
            own: own.to_vec(),
            sums: BTreeMap::new(),
        }
    }

    /// Takes in a posting; whether it changed what the holder has.
    pub(super) fn take(&mut self, transfer: &Transfer) -> bool {
        let [from, to] = [transfer.from(), transfer.to()].map(|each| self.own.contains(&each));
        if from == to {
            return false;
        }
        let (received, paid) = self.sums.entry(transfer.cause()).or_default();
        match to {
            true => *received += transfer.amount(),
            false => *paid += transfer.amount(),
        }
        true
    }

    /// The postings of the holder among these, those between his own accounts too.
    pub(super) fn own(&self, transfers: &[Transfer]) -> Vec<Transfer> {
        let of =
            |each: &&Transfer| self.own.contains(&each.from()) || self.own.contains(&each.to());
        transfers.iter().filter(of).copied().collect()
    }

    /// What was received for a cause, less what was paid.
    pub(super) fn net(&self, cause: Cause) -> Usd {
        let (received, paid) = self.sums.get(&cause).copied().unwrap_or_default();
        received - paid
    }

    /// All that was received less all that was paid: the balance, since every account begins at
    /// zero.
    pub(super) fn balance(&self) -> Usd {
        self.sums
            .values()
            .map(|(received, paid)| *received - *paid)
            .sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sums.is_empty()
    }

    /// The statement as a table, every digit shown: by cause, not in the order of time, so no
    /// balance runs along.
    pub(super) fn grid(&self) -> Grid {
        let mut grid = Grid::new(
            "Statement",
            &[
                ("cause", "cause"),
                ("rule", "rule"),
                ("received_usd", "received USD"),
                ("paid_usd", "paid USD"),
            ],
        );
        let exact = Value::Exact;
        let row =
            |name: &str, received, paid| vec![Value::from(name), Value::from(""), received, paid];
        let (zero, none) = (exact(Usd::ZERO), Value::Nothing);
        grid.rows.push(row("opening", zero, none.clone()));
        let (mut all_in, mut all_out) = (Usd::ZERO, Usd::ZERO);
        for (cause, (received, paid)) in &self.sums {
            all_in += *received;
            all_out += *paid;
            let some = |usd: Usd| match usd.is_zero() {
                true => Value::Nothing,
                false => exact(usd),
            };
            grid.rows.push(vec![
                Value::from(super::words::cause(*cause)),
                Value::from(cause.rule()),
                some(*received),
                some(*paid),
            ]);
        }
        grid.rows.push(row("sum", exact(all_in), exact(all_out)));
        grid.rows.push(row("closing", exact(self.balance()), none));
        grid
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seawall_ledger::AccountId;

    #[test]
    fn what_passes_between_own_accounts_is_no_income() {
        let (margin, free) = (
            Account::Margin(AccountId::new(1)),
            Account::Free(AccountId::new(1)),
        );
        let mut statement = Statement::new(&[margin, free]);
        let pay =
            |from, to, amount, cause| Transfer::new(from, to, Usd::whole(amount), cause).unwrap();
        let posted = pay(Account::External, margin, 100, Cause::MarginPosted);
        let freed = pay(margin, free, 40, Cause::MarginReleased);
        let fee = pay(margin, Account::Fees, 3, Cause::TakerFee);
        let others = pay(Account::External, Account::Senior, 9, Cause::CapitalPaidIn);
        let taken = [posted, freed, fee, others].map(|each| statement.take(&each));
        assert_eq!(taken, [true, false, true, false]);
        assert_eq!(statement.balance(), Usd::whole(97));
        assert_eq!(statement.net(Cause::TakerFee), Usd::whole(-3));
        let exact = |usd| Value::Exact(Usd::whole(usd));
        let mut rows = statement.grid().rows;
        assert_eq!(rows.pop().unwrap()[2..], [exact(97), Value::Nothing]);
        assert_eq!(rows.pop().unwrap()[2..], [exact(100), exact(3)]);
    }
}
