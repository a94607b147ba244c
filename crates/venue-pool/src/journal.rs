//! The pool as its journal states it.

use seawall_ledger::{Account, AccountId, BidderId, OwnerId};
use seawall_units::{Base, Side, Usd};
use seawall_venue::{Command, Event, Level, PositionState, ShareChange, ShareReason, Standing};

use crate::pool::SideBook;
use crate::position::Position;
use crate::venue::PoolVenue;

/// The name of the pool's tokens in files.
pub(crate) const POOL: &str = "pool";

/// The founder is 0, liquidity provider n is n + 1.
pub(crate) const fn owner(lp: BidderId) -> OwnerId {
    OwnerId::new(lp.number().saturating_add(1))
}

/// A position with the factors that it was settled at; flat when there is none.
pub(crate) fn state_of(account: AccountId, position: Option<&Position>) -> PositionState {
    let holder = Account::Margin(account);
    let Some(position) = position else {
        return PositionState {
            holder,
            size: Base::ZERO,
            cost: Usd::ZERO,
            since: Vec::new(),
        };
    };
    let cost = match position.side {
        Side::Long => position.size,
        Side::Short => -position.size,
    };
    PositionState {
        holder,
        size: position.signed(),
        cost,
        since: vec![
            Level::new("borrowing", position.borrowing_at),
            Level::new("funding_paid", position.funding_paid_at),
            Level::new("funding_received", position.funding_received_at),
            Level::new("pending_impact", position.pending),
        ],
    }
}

/// What a journal says of a command that was executed; orders tell their own fill.
pub(crate) const fn told_of(command: &Command) -> Option<Event> {
    match *command {
        Command::AddMargin { account, amount } => Some(Event::MarginAdded { account, amount }),
        Command::Withdraw { account, amount } => Some(Event::Withdrawn { account, amount }),
        _ => None,
    }
}

impl PoolVenue {
    /// Both sides' cumulative factors.
    pub(crate) fn index_moved(&self) -> Event {
        let levels = |book: &SideBook, names: [&'static str; 3]| {
            let values = [book.borrowing, book.funding_paid, book.funding_received];
            let pairs = names.into_iter().zip(values);
            pairs
                .map(|(name, value)| Level::new(name, value))
                .collect::<Vec<_>>()
        };
        let long = [
            "long.borrowing",
            "long.funding_paid",
            "long.funding_received",
        ];
        let short = [
            "short.borrowing",
            "short.funding_paid",
            "short.funding_received",
        ];
        let mut all = levels(self.pool.side(Side::Long), long);
        all.extend(levels(self.pool.side(Side::Short), short));
        Event::Index {
            levels: all,
            coupon: None,
        }
    }

    /// Every open position.
    pub(crate) fn states(&self) -> Vec<PositionState> {
        let open = self.book.iter().flatten();
        open.map(|position| state_of(position.account, Some(position)))
            .collect()
    }

    /// Every holding of market tokens, the founder's first, as if it had just been made.
    pub(crate) fn register(&self) -> Vec<ShareChange> {
        let founder = (OwnerId::new(0), self.founder.units());
        let providers = self.providers.iter();
        let providers = providers.map(|(lp, provider)| (owner(*lp), provider.tokens.units()));
        let mut supply = 0_i128;
        let all = [founder].into_iter().chain(providers);
        let lines = all.map(|(holder, tokens)| {
            let before = supply;
            supply = supply.saturating_add(tokens);
            ShareChange {
                tranche: POOL,
                holder: Some(holder),
                change: tokens,
                assets: None,
                value: None,
                supply: before,
                why: ShareReason::Opening,
            }
        });
        lines.collect()
    }

    /// The pool at the mark.
    pub(crate) fn stand(&self) -> Standing {
        let value = self.pool.value_at_mark(&self.terms, self.prices);
        Standing {
            values: vec![(POOL.to_owned(), value)],
            claim: None,
            supply: vec![(POOL, self.pool.supply.units())],
        }
    }
}
