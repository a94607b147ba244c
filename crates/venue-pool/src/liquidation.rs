//! Liquidation: the whole position is closed at the oracle price.
use seawall_ledger::AccountId;
use seawall_units::{Ratio, Side};
use seawall_venue::{Event, Liquidation, StageId};

use crate::close::Closer;
use crate::venue::PoolVenue;

impl PoolVenue {
    /// Closes every position that fails the money test: the lowest remaining collateral over
    /// size first, ties to the lower account. Each is tested again at its turn, because a close
    /// before it moves the fee tier and the cap on profits.
    pub(crate) fn liquidate_due(&mut self) {
        self.refresh_watch();
        let mut found = std::mem::take(&mut self.candidates);
        self.watch.candidates(self.prices, &mut found);
        let mut due: Vec<(Ratio, AccountId)> = Vec::new();
        for account in &found {
            due.extend(self.distress(*account).map(|ratio| (ratio, *account)));
        }
        self.candidates = found;
        due.sort_unstable();
        for (_, account) in due {
            self.liquidate_one(account);
        }
    }

    /// Remaining collateral over size of a liquidatable position; `None` of any other.
    fn distress(&self, account: AccountId) -> Option<Ratio> {
        let draft = self.draft(account);
        let position = draft.position.as_ref()?;
        let health = draft.health(position);
        let ratio = health.remaining.ratio_floor(position.size);
        health
            .is_liquidatable()
            .then(|| ratio.unwrap_or(Ratio::ZERO))
    }

    fn liquidate_one(&mut self, account: AccountId) {
        let mut draft = self.draft(account);
        let Some(position) = draft.position else {
            return;
        };
        let health = draft.health(&position);
        if !health.is_liquidatable() {
            return;
        }
        let price = draft.prices.of_trade(position.side.opposite());
        let Ok(closed) = draft.close(position.tokens, Closer::Liquidator) else {
            return;
        };
        draft.tell(Event::Liquidation(Liquidation {
            time: draft.now,
            account,
            stage: StageId::PartialDeleverage,
            size: position.signed(),
            price,
            mark: draft.prices.mark,
            equity: health.remaining,
            maintenance: health.required,
            taker: None,
        }));
        if closed.withheld.is_positive() {
            draft.note_cut(&closed, position.signed());
        }
        draft.bear(position.side, closed.shortfall);
        let plan = draft.into_plan();
        self.write(plan);
    }

    /// Makes the keys of a side anew when its cumulative factors have passed their ceiling.
    pub(crate) fn refresh_watch(&mut self) {
        for side in Side::BOTH {
            if !self.watch.is_stale(&self.pool, side) {
                continue;
            }
            self.watch.raise(&self.pool, side);
            for position in self.book.iter().flatten() {
                if position.side == side {
                    let account = seawall_ledger::Account::Margin(position.account);
                    let margin = self.ledger.balance(account);
                    self.watch.set(&self.terms, position, margin);
                }
            }
        }
    }
}
