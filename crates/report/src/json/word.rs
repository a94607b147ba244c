//! Words of files: one enum for each list of words, mirroring the venues' own enums, so that a
//! new word there does not compile before it has a name here.

use schemars::JsonSchema;
use seawall_venue::{SkipReason, StageEnd, StageId, StageRule};
use serde::{Deserialize, Serialize};

/// Writes an enum of words with their text in files.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $word:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub enum $name { $($(#[$each])* #[serde(rename = $text)] $word,)+ }

        impl $name {
            /// The word.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$word => $text,)+ }
            }
        }
    };
}

words!(
    /// A stage of the published liquidation order.
    StageWord {
        /// Part of the position is closed against the market's liquidity.
        PartialDeleverage = "partial_deleverage",
        /// The rest is sold in small lots.
        Auction = "auction",
        /// The first-loss capital pays.
        Junior = "junior",
        /// The insurance fund pays.
        Insurance = "insurance",
        /// Winners give up a part of their profit.
        Adl = "adl",
        /// The last-loss capital pays.
        Senior = "senior",
        /// What nobody could pay.
        Residual = "residual",
    }
);

words!(
    /// How a venue relates to a stage.
    RuleWord {
        /// It has the stage.
        Native = "native",
        /// It has something else in its place.
        Equivalent = "equivalent",
        /// It has nothing in its place.
        Absent = "absent",
    }
);

words!(
    /// Why a stage stopped.
    EndWord {
        /// It did all that was left to do.
        Cleared = "cleared",
        /// It gave all it had.
        Exhausted = "exhausted",
        /// It reached its stated cap.
        Capped = "capped",
        /// It waits for its next turn.
        Waiting = "waiting",
        /// It did nothing, for the reason given beside it.
        Skipped = "skipped",
    }
);

words!(
    /// Why a stage was passed over.
    SkipWord {
        /// The stages before it left nothing.
        NothingLeft = "nothing_left",
        /// The payer has nothing.
        NoCapacity = "no_capacity",
        /// There is nobody with a profit to take.
        NoWinners = "no_winners",
        /// Nobody can bid.
        NoBidders = "no_bidders",
        /// The position is below its bankruptcy price already.
        BelowBankruptcy = "below_bankruptcy",
        /// Equity is too thin for this stage.
        TooThin = "too_thin",
        /// The position is too small for it.
        TooSmall = "too_small",
        /// The steps allowed for it are used up.
        StepsUsed = "steps_used",
        /// The venue has no such stage.
        NotInVenue = "not_in_venue",
    }
);

impl From<StageId> for StageWord {
    fn from(stage: StageId) -> Self {
        match stage {
            StageId::PartialDeleverage => Self::PartialDeleverage,
            StageId::Auction => Self::Auction,
            StageId::Junior => Self::Junior,
            StageId::Insurance => Self::Insurance,
            StageId::Adl => Self::Adl,
            StageId::Senior => Self::Senior,
            StageId::Residual => Self::Residual,
        }
    }
}

impl From<StageRule> for RuleWord {
    fn from(rule: StageRule) -> Self {
        match rule {
            StageRule::Native => Self::Native,
            StageRule::Equivalent(_) => Self::Equivalent,
            StageRule::Absent(_) => Self::Absent,
        }
    }
}

impl From<StageEnd> for EndWord {
    fn from(end: StageEnd) -> Self {
        match end {
            StageEnd::Cleared => Self::Cleared,
            StageEnd::Exhausted => Self::Exhausted,
            StageEnd::Capped => Self::Capped,
            StageEnd::Waiting => Self::Waiting,
            StageEnd::Skipped(_) => Self::Skipped,
        }
    }
}

impl From<SkipReason> for SkipWord {
    fn from(reason: SkipReason) -> Self {
        match reason {
            SkipReason::NothingLeft => Self::NothingLeft,
            SkipReason::NoCapacity => Self::NoCapacity,
            SkipReason::NoWinners => Self::NoWinners,
            SkipReason::NoBidders => Self::NoBidders,
            SkipReason::BelowBankruptcy => Self::BelowBankruptcy,
            SkipReason::TooThin => Self::TooThin,
            SkipReason::TooSmall => Self::TooSmall,
            SkipReason::StepsUsed => Self::StepsUsed,
            SkipReason::NotInVenue => Self::NotInVenue,
        }
    }
}

impl SkipWord {
    /// The reason of an end that was a skip.
    #[must_use]
    pub fn of(end: StageEnd) -> Option<Self> {
        match end {
            StageEnd::Skipped(reason) => Some(reason.into()),
            _ => None,
        }
    }
}
