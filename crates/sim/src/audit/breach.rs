//! What the auditor says when a law does not hold.

use std::fmt;

use seawall_ledger::DeficitId;
use seawall_units::Time;

/// A law that every venue keeps in every second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Law {
    /// Journal entries stand in their places and in time order.
    JournalPlace,
    /// A cause moves money only along its chart line.
    Chart,
    /// No account is overdrawn that may not be; so no payout is ever negative.
    Overdraft,
    /// Nothing is left in passage after a second.
    Passage,
    /// All balances sum to zero.
    LedgerSum,
    /// Replaying the journal gives the balances.
    Replay,
    /// What a venue keeps incrementally equals the same added up anew.
    Recount,
    /// A deficit is opened once, worked on while it is open, and closed once.
    DeficitLife,
    /// A deficit opens with what its account owes in the journal.
    OpeningAmount,
    /// No payer is touched before the one before it is done.
    LossOrder,
    /// A stage works on a deficit once, or again only after it said that it waits.
    StageTwice,
    /// No stage of the loss order is left out; one that did nothing says so.
    StageMissing,
    /// What a stage absorbed is the sum of its transfers into the deficit.
    StageTransfers,
    /// A stage pays under its own cause.
    StageCause,
    /// The payments into a deficit in the journal are those that the stages report.
    PaymentReported,
    /// A stage's end is true: cleared means nothing left, exhausted means nothing to give.
    StageEnd,
    /// What the stages absorbed plus the residual is the opening deficit.
    DeficitSum,
    /// Every deficit comes to its end.
    DeficitOpen,
    /// No winner loses more than its profit.
    CutBound,
    /// A recovery goes back in the reverse order of loss, and nobody gets more than he lost.
    Recovery,
}

impl Law {
    /// The law in words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::JournalPlace => "journal entries stand in their places and in time order",
            Self::Chart => "a cause moves money only along its chart line",
            Self::Overdraft => "no account is overdrawn",
            Self::Passage => "nothing is left in passage after a second",
            Self::LedgerSum => "all balances sum to zero",
            Self::Replay => "replaying the journal gives the balances",
            Self::Recount => "a figure kept equals the figure added up",
            Self::DeficitLife => "a deficit is opened once, worked on while open, closed once",
            Self::OpeningAmount => "a deficit opens with what the journal owes",
            Self::LossOrder => "no payer is touched before the one before it is done",
            Self::StageTwice => "a stage pays a deficit once",
            Self::StageMissing => "no stage is left out without a stated reason",
            Self::StageTransfers => "a stage absorbs what its transfers move",
            Self::StageCause => "a stage pays under its own cause",
            Self::PaymentReported => "the journal's payments are the reported ones",
            Self::StageEnd => "a stage's end is true",
            Self::DeficitSum => "absorbed plus residual is the opening deficit",
            Self::DeficitOpen => "every deficit comes to its end",
            Self::CutBound => "no winner loses more than its profit",
            Self::Recovery => "a recovery goes back to who bore the loss, the last payer first",
        }
    }

    /// Whether a breach counts as an order violation: a payer out of turn, a stage left out, or a
    /// deficit that does not add up.
    #[must_use]
    pub const fn is_order(self) -> bool {
        matches!(
            self,
            Self::LossOrder
                | Self::StageTwice
                | Self::StageMissing
                | Self::DeficitSum
                | Self::DeficitOpen
        )
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text())
    }
}

/// One breach of one law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// Which law.
    pub law: Law,
    /// In which second.
    pub time: Time,
    /// Place in the journal, where it is a matter of one entry.
    pub seq: Option<u64>,
    /// Which deficit, where it is a matter of one.
    pub deficit: Option<DeficitId>,
    /// What the law asks.
    pub expected: String,
    /// What was found.
    pub found: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.time)?;
        if let Some(seq) = self.seq {
            write!(f, " entry {seq}")?;
        }
        if let Some(id) = self.deficit {
            write!(f, " deficit {id}")?;
        }
        let Self {
            law,
            expected,
            found,
            ..
        } = self;
        write!(f, ": {law}: expected {expected}, found {found}")
    }
}
