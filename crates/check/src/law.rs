//! Every law by name: what `docs/check.md` lists.

use std::fmt;

use crate::names::Venue::{self, Gmx, Hyperliquid, Tranched};

/// All three venues.
const ALL: &[Venue] = Venue::ALL;
const T: &[Venue] = &[Tranched];
const H: &[Venue] = &[Hyperliquid];
const G: &[Venue] = &[Gmx];
const TH: &[Venue] = &[Tranched, Hyperliquid];
const HG: &[Venue] = &[Hyperliquid, Gmx];

macro_rules! laws {
    ($($name:ident = $id:literal, $rule:literal, $venues:ident, $text:literal, $needs:literal;)+) => {
        /// A law that a journal can break.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)] // each has its sentence beside it
        pub enum Law { $($name,)+ }

        impl Law {
            /// Every law, in the order of the report.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Its stable name.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)+ }
            }

            /// The rule that it follows from, or the part of the format.
            #[must_use]
            pub const fn rule(self) -> &'static str {
                match self { $(Self::$name => $rule,)+ }
            }

            /// The venues in which it holds.
            #[must_use]
            pub const fn venues(self) -> &'static [Venue] {
                match self { $(Self::$name => $venues,)+ }
            }

            /// The law in a sentence.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// What a journal has to hold for it to be applied.
            #[must_use]
            pub const fn needs(self) -> &'static str {
                match self { $(Self::$name => $needs,)+ }
            }

            /// Its place in a vector of one entry a law.
            #[must_use]
            pub(crate) const fn index(self) -> usize {
                #[allow(clippy::as_conversions)] // a fieldless enum
                { self as usize }
            }
        }
    };
}

laws! {
    // The file.
    Record = "record", "format", ALL, "every line is a record of the format, with the fields of its kind and venue", "a line";
    Chain = "chain", "format", ALL, "every line carries the hash of all before it and itself", "a line";
    Sequence = "sequence", "format", ALL, "events are numbered from 0 without gaps", "an event";
    TimeOrder = "time-order", "format", ALL, "time never goes back", "an event";
    PhaseOrder = "phase-order", "format", ALL, "the phases of a second come in their order", "an event";
    KindPhase = "kind-phase", "format", ALL, "a kind of event stands in its phases only; setup is first, the second of the finish last", "an event";
    EndRecord = "end-record", "format", ALL, "the final record counts the lines and transfers, holds the last hash and stands last", "a final record";
    ExpectedHash = "expected-hash", "format", ALL, "the final hash is the one that was expected", "--expect-hash";
    // The ledger.
    Amount = "amount", "M-2.4", ALL, "a transfer moves more than nothing between two different accounts", "a transfer";
    Chart = "chart", "M-2.4", ALL, "a cause moves money only along its line in the chart of postings", "a transfer";
    PostingReason = "posting-reason", "M-2.4", ALL, "a posting is one that its line makes, for the line's own account and of the amount that it states", "a transfer";
    VenueAccount = "venue-account", "M-1.5", ALL, "only accounts of this kind of venue are used", "a transfer";
    Overdraft = "overdraft", "M-8", ALL, "no balance stands below zero but those of the outside, variation margin and open deficits", "a transfer";
    Passage = "passage", "M-2.4", ALL, "nothing is left in clearing or funding when a second ends", "an event";
    SumZero = "sum-zero", "M-2.4", ALL, "all balances sum to zero", "the end of the journal";
    // Deficits.
    DeficitLife = "deficit-life", "M-8.2", ALL, "a deficit is opened once, worked on while it is open, and closed once", "a deficit";
    DeficitOpening = "deficit-opening", "M-8.2", ALL, "a deficit opens with what its account owes", "a deficit";
    DeficitOwner = "deficit-owner", "M-8.2", ALL, "a deficit is that of the account and side whose position was taken", "a deficit";
    OpenDeficit = "open-deficit", "M-8.2", ALL, "what stands on a deficit's account when a second ends is what an opened deficit still misses", "a posting of a deficit";
    LossOrder = "loss-order", "M-8", ALL, "no payer is touched before each one before it is exhausted, capped or skipped for a stated reason", "a stage of a deficit";
    StageReported = "stage-reported", "M-8", ALL, "no stage of the loss order is left out; one that did nothing says why", "a deficit";
    StageTransfers = "stage-transfers", "M-8", ALL, "a stage absorbs what its transfers move into the deficit, under its own cause", "a stage of a deficit";
    StageEnd = "stage-end", "M-8", ALL, "a stage's end is true: cleared leaves nothing, exhausted gave all, skipped gave nothing", "a stage of a deficit";
    StageCapacity = "stage-capacity", "M-8.2", ALL, "a payer's capacity is what it was worth at the mark, derived anew from cash and positions", "a stage with a capacity";
    JuniorCap = "junior-cap", "M-8.3", T, "Junior gives at most its cap in one epoch", "a junior stage";
    DeficitSum = "deficit-sum", "M-8", ALL, "absorbed plus residual is the opening deficit, and the account holds what is left", "a deficit";
    DeficitClosed = "deficit-closed", "M-8", ALL, "no deficit is open at the end", "the end of the journal";
    // ADL.
    AdlCandidate = "adl-candidate", "M-8.5", ALL, "only positions in profit are closed, on one side", "a cut";
    AdlRanking = "adl-ranking", "M-8.5", ALL, "winners are closed in the order of the ranking and nobody is passed over", "a cut";
    AdlLimits = "adl-limits", "M-8.5", T, "a batch closes at most its share of an account and of the side", "a batch";
    AdlShare = "adl-share", "M-8.5", T, "a batch takes the same share of each profit, min(1, D/Q)", "a batch with a deficit";
    AdlPrincipal = "adl-principal", "M-8.5", ALL, "nobody loses more than the profit that was realised", "a cut";
    AdlPace = "adl-pace", "M-8.5", T, "batches of a side lie at least their interval apart and a deficit has at most its number of them", "a batch";
    AdlUncut = "adl-uncut", "M-8.5", T, "ADL without a deficit takes nothing", "a cut without a deficit";
    AdlPrice = "adl-price", "HL-4", H, "ADL closes at the mark before its last move, at the mark where that is worse for the loser", "a cut";
    // Fees.
    FeeSplit = "fee-split", "M-5.2", T, "fees are split by the waterfall: protocol, insurance, coupon, rest", "a distribution of fees";
    Coupon = "coupon", "M-5.2", T, "the coupon due grows by its rate on Senior's value and is paid from fees only", "a minute";
    LiquidationFee = "liquidation-fee", "M-5.1", T, "the liquidation fee is parted among keeper, insurance and Junior and is at most its rate", "a liquidation fee";
    TakerFee = "taker-fee", "M-5", ALL, "a taker fee lies within the schedule", "a taker fee";
    // Vaults.
    ShareSupply = "share-supply", "M-9.2", ALL, "shares are made and burned by stated changes only, and the supply is their sum", "a change of shares";
    SharePrice = "share-price", "M-9.2", ALL, "shares are made and burned at the stated value, rounded for those who stay", "a change of shares";
    Claim = "claim", "M-9.1", T, "Senior's claim moves by deposits, coupon, fees, exits, its losses and recoveries only", "a valuation";
    Valuations = "valuations", "M-9.1", ALL, "the venue is valued at every whole minute and once at the end, with its roles, claim and supply", "a final record";
    Values = "values", "M-9.1", ALL, "what the venue says that each role is worth is what cash and positions come to", "a valuation";
    VaultCash = "vault-cash", "M-9.1", T, "a loser refills Senior's cash up to its claim first; a winner is paid from Junior's cash first", "a transfer of a vault";
    // Liquidation.
    LiquidationTrigger = "liquidation-trigger", "M-8", ALL, "a position is liquidated only below its requirement", "a liquidation";
    LiquidationFigures = "liquidation-figures", "M-6", ALL, "stated equity and requirement are those of position, margin, mark and indices", "a liquidation";
    LiquidationStatus = "liquidation-status", "M-3.3", ALL, "nothing is liquidated while there is no live mark", "a liquidation";
    PartialClose = "partial-close", "M-8.1", TH, "a partial close keeps its bounds, its cooldown and its number", "a partial close";
    AuctionPrice = "auction-price", "M-8.2", T, "a lot is sold on its line between mark and bankruptcy price", "an auction sale";
    AuctionLots = "auction-lots", "M-8.2", T, "lots keep their caps in size, number and depth in flight", "a lot";
    Takeover = "takeover", "HL-3", H, "a backstop takes over only below its threshold and only what it can carry", "a takeover";
    RingFence = "ring-fence", "HL-5", H, "where the children of a parent vault are ring-fenced, nobody pays for one below zero and nothing is seeded to it", "a deficit of a child of a parent vault";
    Rebalancing = "rebalancing", "HL-5", H, "a rebalancing moves what it states, and takes from a child nothing that its positions need", "a rebalancing";
    HlpValue = "hlp-value", "HL-5", H, "shares of a parent vault are made and burned at what its children and its cash are worth", "a change of shares of a parent vault";
    PoolClose = "pool-close", "GMX-1.3", G, "a close is paid as far as margin reaches and the pool bears the rest; a cap on profits takes only what it caps", "a close";
    // Positions.
    PositionChange = "position-change", "M-2.4", ALL, "every change of a position is explained by a fill, a liquidation, a cut or a trade with the house", "a position";
    RealisedPnl = "realised-pnl", "M-2.3", ALL, "realised profit and loss are those of size, cost and price", "a position that shrinks";
    PositionCost = "position-cost", "M-4.4", ALL, "the cost of a position follows from what was opened and closed, and at which price", "a position";
    BookSum = "book-sum", "HL-1", H, "the sizes of traders and house sum to zero when a second ends", "a position";
    // Funding.
    IndexStep = "index-step", "M-6.1", ALL, "indices move within their bounds, at whole minutes or hours only and never without a live mark", "an index";
    FundingPayment = "funding-payment", "M-6.3", ALL, "a position pays and receives exactly what its indices come to, once", "a position that is settled";
    FundingBalance = "funding-balance", "M-6.1", HG, "what one side pays in funding the other receives, up to the roundings", "the end of the journal";
    // Oracle.
    ExecutionPrice = "execution-price", "M-3.2", ALL, "fills, liquidations and deficits are at the last stated mark", "an execution";
    Mark = "mark", "M-3.1", ALL, "marks are above zero and move in the phase oracle, once a second", "a mark";
    MarkMade = "mark-made", "HL-5", H, "the mark is the median of the prices that it is made of, or the oracle price, and moves on its grid only", "a mark";
    Recovery = "recovery", "M-9.4", T, "a recovery gives back only what was lost, the last loser first", "a recovery";
}

impl Law {
    /// The law of a name.
    #[must_use]
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|law| law.id() == id)
    }

    /// Whether it holds in a venue.
    #[must_use]
    pub fn holds_in(self, venue: Venue) -> bool {
        self.venues().contains(&venue)
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl serde::Serialize for Law {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.id())
    }
}
