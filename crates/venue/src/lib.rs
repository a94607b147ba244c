//! The [`Venue`] trait and the neutral words that every mechanism speaks.
//!
//! A venue is driven through the fixed phases of one second:
//! **Oracle** ([`Venue::observe`]) → **Funding** ([`Venue::accrue`]) → **Orders**
//! ([`Venue::plan`], [`Venue::commit`]) → **Liquidation** ([`Venue::liquidate`]) → **Attribution**
//! ([`Venue::attribute`]) → **Check** (the caller's: [`Venue::ledger`], [`Venue::recount`]).
//!
//! `plan` is pure and decides; `commit` executes what `plan` would have decided and nothing else.
//! A venue's "no" is a value, [`Refusal`].
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod command;
mod deficit;
mod event;
mod lp;
mod profile;
mod setup;
mod stage;
mod state;
mod telling;

pub use command::{Command, FillRule, Presence, Receipt, Refusal, TrancheName};
pub use deficit::{Deficit, Payment};
pub use event::{Event, Fill, Liquidation, MarkMade, WinnerCut};
pub use lp::LpHolding;
pub use profile::{StageRule, VenueProfile};
pub use setup::{Endowment, LimitUse, MarginTable, ParamError, Setup, SetupError};
pub use stage::{SkipReason, StageEnd, StageId, StageReport};
pub use state::{
    ArrearsView, BookRecord, CapitalPart, CapitalParts, LpCapital, PositionView, Quote, QuoteBasis,
    QuoteParts, Recount, TrancheView, VenueState, WorstCase,
};
pub use telling::{
    Detail, FeeRound, Level, PositionState, ShareChange, ShareReason, Standing, Telling, Told,
};

pub use seawall_oracle::{MarketStatus, SourceQuote};

use std::any::Any;

use seawall_ledger::{AccountId, BidderId, Entry, Ledger};
use seawall_units::{Price, Side, Time, Usd};

/// What a venue sees of the world in one second.
#[derive(Debug, Clone, Copy)]
pub struct Tick<'a> {
    /// Now.
    pub now: Time,
    /// The exogenous outside price, the same for every venue.
    pub outside: Price,
    /// What the oracle sources published up to now, faults included.
    pub quotes: &'a [SourceQuote],
}

/// A perpetual-futures mechanism. Object-safe: a comparison holds `Box<dyn Venue>`, and an auditor
/// who knows one mechanism finds it again behind the trait by [`Any`].
pub trait Venue: Any + Send {
    /// The venue's name, its stages and the order in which its payers pay.
    fn profile(&self) -> &VenueProfile;

    /// **Oracle.** Takes the second's observations and sets mark and status.
    fn observe(&mut self, tick: &Tick<'_>);

    /// **Funding.** Brings every index up to now.
    fn accrue(&mut self);

    /// Decides a command without writing anything.
    ///
    /// **Errors** the [`Refusal`] that `commit` would give.
    fn plan(&self, command: &Command) -> Result<Receipt, Refusal>;

    /// **Orders.** Executes a command exactly as [`Venue::plan`] decides it.
    ///
    /// **Errors** the venue's refusal; nothing has changed then.
    fn commit(&mut self, command: &Command) -> Result<Receipt, Refusal>;

    /// **Liquidation.** Runs every liquidation stage that is due now.
    fn liquidate(&mut self);

    /// **Attribution.** Distributes fees and lets LP capital in and out, when a minute begins.
    fn attribute(&mut self);

    /// Drives every open deficit to its end at the last mark; the scenario is over.
    fn finish(&mut self);

    /// What an opening order of `notional` on `side` would get now: pure, for measuring depth.
    fn quote(&self, side: Side, notional: Usd) -> Quote;

    /// What every [`Venue::quote`] is a function of now; `None` of a venue that does not say, which
    /// is asked anew every second.
    fn quote_basis(&self) -> Option<QuoteBasis> {
        None
    }

    /// What an order costs on the venue's curve of quotes, in its parts; `None` when nothing is
    /// quoted, or when the venue cannot tell the parts.
    fn quote_parts(&self, _side: Side, _notional: Usd) -> Option<QuoteParts> {
        None
    }

    /// Sizes at which the curve of quotes on a side bends, the smallest first; empty where it has
    /// no corners.
    fn quote_corners(&self, _side: Side) -> Vec<Usd> {
        Vec::new()
    }

    /// Mark, status, open interest and the capital's values now; O(1).
    fn state(&self) -> VenueState;

    /// What a venue with tranches has to say of them now; `None` without tranches. O(shares in
    /// escrow), for whole minutes.
    fn tranches(&self) -> Option<TrancheView> {
        None
    }

    /// The books.
    fn ledger(&self) -> &Ledger;

    /// Replaces what is in `buffer` by the journal entries posted since the last call. Room that
    /// the buffer has is used again, so that a driver that keeps one allocates nothing a second.
    fn take_entries(&mut self, buffer: &mut Vec<Entry>);

    /// The same into a buffer of its own.
    fn drain_entries(&mut self) -> Vec<Entry> {
        let mut entries = Vec::new();
        self.take_entries(&mut entries);
        entries
    }

    /// From now on tells as much as `detail` says.
    fn set_detail(&mut self, detail: Detail);

    /// Replaces what is in `buffer` by what happened since the last call, with the place of each
    /// event between the postings; see [`Venue::take_entries`].
    fn take_told(&mut self, buffer: &mut Vec<Told>);

    /// The same into a buffer of its own.
    fn drain_told(&mut self) -> Vec<Told> {
        let mut told = Vec::new();
        self.take_told(&mut told);
        told
    }

    /// The same without the places.
    fn drain_events(&mut self) -> Vec<Event> {
        let told = self.drain_told().into_iter();
        told.map(|each| each.event).collect()
    }

    /// Every open position with what it was settled at, the venue's own included; for journals.
    fn position_states(&self) -> Vec<PositionState>;

    /// Every holding of shares as it stands, as if it had just been made; for the first lines of a
    /// journal.
    fn share_register(&self) -> Vec<ShareChange>;

    /// Values, claim and supplies as a journal states them.
    fn standing(&self) -> Standing;

    /// One account's open position, if it has one; O(log n).
    fn position(&self, account: AccountId) -> Option<PositionView>;

    /// Every open position, by account.
    fn positions(&self) -> Vec<PositionView>;

    /// Hands a part of the opening capital, `amount` at its opening value, to a liquidity provider:
    /// from the founder's shares, and without moving money. For the setup only.
    ///
    /// **Errors** [`Refusal::Liquidity`] when the founder has less, or the venue keeps no shares.
    fn endow_lp(
        &mut self,
        _lp: BidderId,
        _tranche: TrancheName,
        _amount: Usd,
    ) -> Result<(), Refusal> {
        let reason = "the venue keeps no shares of its capital";
        Err(Refusal::Liquidity { reason })
    }

    /// What a liquidity provider has in a tranche, or in the venue's one pool; O(log n) in the
    /// providers and their requests, and linear in the junior series that have frozen.
    fn lp_holding(&self, _lp: BidderId, _tranche: TrancheName) -> LpHolding {
        LpHolding::default()
    }

    /// What was seen of the book so far; `None` without a book.
    fn book_record(&self) -> Option<BookRecord> {
        None
    }

    /// Equity of a bidder at the mark; `None` where bidders have no account.
    fn bidder_equity(&self, _bidder: BidderId) -> Option<Usd> {
        None
    }

    /// The account that a bidder takes positions on; `None` where bidders have no account.
    fn bidder_account(&self, _bidder: BidderId) -> Option<AccountId> {
        None
    }

    /// Figures that the venue keeps incrementally beside the same figures added up anew from its
    /// positions; each pair must be equal.
    fn recount(&self) -> Vec<Recount>;
}
