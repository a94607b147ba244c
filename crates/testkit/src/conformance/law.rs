//! Every law of the suite by name: what `docs/conformance.md` lists.

/// Writes the laws with their name in reports and what they say.
macro_rules! laws {
    ($($name:ident, $id:literal, $says:literal;)+) => {
        /// A law that every [`Venue`](seawall_venue::Venue) keeps.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Law {
            $(#[doc = $says] $name,)+
        }

        impl Law {
            /// Every law, in the order of reports.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Its name in reports.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)+ }
            }

            /// What it says, in one sentence.
            #[must_use]
            pub const fn says(self) -> &'static str {
                match self { $(Self::$name => $says,)+ }
            }
        }
    };
}

laws! {
    SumZero, "sum-zero", "all balances sum to zero after every phase, kept and added up anew";
    Overdraft, "overdraft", "after every phase only `external`, `variation` and open deficits stand below zero, and nothing is in passage";
    Replay, "replay", "the entries taken out are numbered without a gap, and replaying them gives the balances";
    Recount, "recount", "figures kept incrementally equal figures added up anew";
    ToldInPlace, "told-in-place", "what is told stands between the postings in order, and behind none that was not made";
    LookingIsFree, "looking-is-free", "planning, quoting and reading any number of times changes nothing, neither at once nor later";
    CommitAsPlanned, "commit-as-planned", "`commit` answers what `plan` has just answered";
    RefusalIsEmpty, "refusal-is-empty", "a refused command moves, tells and changes nothing";
    RefusedAsStated, "refused-as-stated", "a kind of command that the subject states as refused is never accepted";
    SameStream, "same-stream", "the same stream gives the same entries, events, answers and standing in a venue built anew";
    SpareAccounts, "spare-accounts", "account numbers that nobody uses change nothing";
    Isolation, "isolation", "two venues driven beside each other do what each does alone";
    Bystander, "bystander", "an account that does nothing and holds nothing is never touched";
    Numbering, "numbering", "which numbers accounts have changes no answer and no position, until a liquidation or ADL ranks them";
    Payouts, "payouts", "no receipt, holding, request or claim is below zero";
    NothingFromNothing, "nothing-from-nothing", "after no posting has more gone out than came in";
    AccrueTwice, "accrue-twice", "accruing twice in one second is accruing once";
    AccrualFrequency, "accrual-frequency", "a position settled every second, every minute or never has the same equity, up to the stated rounding against its owner";
    TouchOrder, "touch-order", "touching another account first does not change who is liquidated, and when";
    QuoteMonotone, "quote-monotone", "a larger quote fills no less and comes to no less money, or nothing is quoted from some size on; none fills more than was asked";
    QuoteAsFilled, "quote-as-filled", "an order that is quoted in full and accepted costs what was quoted";
    DeficitSum, "deficit-sum", "what the stages absorbed of a deficit and its residual are what it opened with";
    FinishCloses, "finish-closes", "after `finish` no deficit is open, and a second `finish` does nothing";
    NoPanic, "no-panic", "no command whose figures fit 64 bits of grid units makes the venue panic";
}

impl std::fmt::Display for Law {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.id())
    }
}
