//! The loss of an insolvent close, from its opening to its end.
use seawall_ledger::{Account, Cause, DeficitId, Transfer};
use seawall_units::{Base, Side, Usd};
use seawall_venue::{Deficit, Event, SkipReason, StageEnd, StageId, StageReport};

use crate::draft::Draft;

impl Draft<'_> {
    /// The pool realises its whole gain on an insolvent close and bears what is missing of it:
    /// the only payer of this venue (M-11.6: the amount of its insolvent closes).
    ///
    /// Since the gain is booked first, the pool always holds what it is short of, and nothing is
    /// ever left: a pool that is worth nothing shows as a cut of winners by the profit cap.
    pub(crate) fn bear(&mut self, side: Side, missing: Usd) {
        if !missing.is_positive() {
            return;
        }
        let id = DeficitId::new(self.next_deficit);
        self.next_deficit = self.next_deficit.saturating_add(1);
        let mut deficit = Deficit::open(id, self.account, side, self.now, missing);
        let open = Account::OpenDeficit(id);
        self.pay(open, Account::Pool, missing, Cause::DeficitOpened);
        self.tell(Event::DeficitOpened {
            time: self.now,
            id,
            account: self.account,
            side,
            amount: missing,
            mark: self.prices.mark,
        });
        let capacity = Some(self.pool.cash);
        let absorbed = deficit.pay(self.pool.cash).absorbed;
        self.pay(Account::Pool, open, absorbed, Cause::PoolLoss);
        let residual = deficit.left();
        assert!(
            residual.is_zero() && absorbed + residual == deficit.opening(),
            "invariant: a pool that booked its gain can bear what is missing of it"
        );
        let transfer = Transfer::new(Account::Pool, open, absorbed, Cause::PoolLoss);
        let nothing_left = StageEnd::Skipped(SkipReason::NothingLeft);
        for (stage, absorbed, end, transfers) in [
            (
                StageId::Junior,
                absorbed,
                StageEnd::Cleared,
                transfer.into_iter().collect(),
            ),
            (StageId::Residual, Usd::ZERO, nothing_left, Vec::new()),
        ] {
            self.tell(Event::Stage(StageReport {
                time: self.now,
                stage,
                deficit: Some(id),
                account: Some(self.account),
                closed: Base::ZERO,
                absorbed,
                capacity: capacity.filter(|_| stage == StageId::Junior),
                owner_cost: Usd::ZERO,
                end,
                transfers,
            }));
        }
        self.tell(Event::DeficitClosed {
            time: self.now,
            id,
            residual,
        });
    }
}
