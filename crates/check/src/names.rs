//! The words of the format. Each table is written from the format's pages, not from the engine.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// Writes an enum of words with their text in files.
macro_rules! words {
    ($(#[$doc:meta])* $vis:vis $name:ident, $what:literal, { $($variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)] // each variant is the word beside it
        $vis enum $name { $($variant,)+ }

        #[allow(dead_code)] // not every table is walked or indexed
        impl $name {
            /// Every word.
            $vis const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its text in files.
            #[must_use]
            $vis const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The word of a text.
            #[must_use]
            $vis fn of(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }

            /// Its place in a vector of one entry a word.
            #[must_use]
            $vis const fn index(self) -> usize {
                #[allow(clippy::as_conversions)] // a fieldless enum
                { self as usize }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Word;
                impl Visitor<'_> for Word {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($what)
                    }
                    fn visit_str<E: Error>(self, text: &str) -> Result<$name, E> {
                        $name::of(text).ok_or_else(|| unknown($what, text))
                    }
                }
                from.deserialize_str(Word)
            }
        }
    };
}

fn unknown<E: Error>(what: &str, text: &str) -> E {
    let shown: String = text.chars().take(40).collect();
    E::custom(format!("`{shown}`; legal: {what}"))
}

words! {
    /// The mechanisms that have laws.
    pub Venue, "a venue: tranched, hyperliquid or gmx", {
        Tranched = "tranched",
        Hyperliquid = "hyperliquid",
        Gmx = "gmx",
    }
}

words! {
    /// The phases of a second, in their order.
    pub(crate) Phase, "a phase of a second", {
        Setup = "setup",
        Oracle = "oracle",
        Funding = "funding",
        Orders = "orders",
        Liquidation = "liquidation",
        Attribution = "attribution",
        Check = "check",
        Finish = "finish",
    }
}

words! {
    /// The kinds of event.
    pub(crate) Kind, "a kind of event", {
        Opening = "opening",
        Endowment = "endowment",
        Shares = "shares",
        Mark = "mark",
        Status = "status",
        Index = "index",
        Fill = "fill",
        MarginAdded = "margin_added",
        Withdrawn = "withdrawn",
        Requested = "requested",
        Claimed = "claimed",
        Recovery = "recovery",
        Liquidation = "liquidation",
        Lot = "lot",
        DeficitOpened = "deficit_opened",
        Stage = "stage",
        AdlClose = "adl_close",
        WoundUp = "wound_up",
        Released = "released",
        Unwound = "unwound",
        Rebalanced = "rebalanced",
        Cut = "cut",
        DeficitClosed = "deficit_closed",
        Fees = "fees",
        Values = "values",
        Postings = "postings",
    }
}

words! {
    /// The status of the market.
    pub(crate) Status, "a status: live, reduce_only, halted or reopening", {
        Live = "live",
        ReduceOnly = "reduce_only",
        Halted = "halted",
        Reopening = "reopening",
    }
}

words! {
    /// The stages of a liquidation.
    pub(crate) Stage, "a stage of a liquidation", {
        PartialDeleverage = "partial_deleverage",
        Auction = "auction",
        Junior = "junior",
        Insurance = "insurance",
        Adl = "adl",
        Senior = "senior",
        Residual = "residual",
    }
}

words! {
    /// Why a stage stopped.
    pub(crate) End, "an end of a stage", {
        Cleared = "cleared",
        Exhausted = "exhausted",
        Capped = "capped",
        Waiting = "waiting",
        Skipped = "skipped",
    }
}

words! {
    /// Why a stage was passed over.
    pub(crate) Skip, "a reason to skip a stage", {
        NothingLeft = "nothing_left",
        NoCapacity = "no_capacity",
        NoWinners = "no_winners",
        NoBidders = "no_bidders",
        BelowBankruptcy = "below_bankruptcy",
        TooThin = "too_thin",
        TooSmall = "too_small",
        StepsUsed = "steps_used",
        NotInVenue = "not_in_venue",
    }
}

words! {
    /// The side of a position.
    pub(crate) Side, "a side: long or short", {
        Long = "long",
        Short = "short",
    }
}

words! {
    /// Why shares were made or burned.
    pub(crate) SharesWhy, "a reason for a change of shares", {
        Opening = "opening",
        Dead = "dead",
        Deposit = "deposit",
        Redemption = "redemption",
        NewSeries = "new_series",
    }
}

words! {
    /// A vault that has shares.
    pub(crate) Tranche, "a vault: senior, junior, pool, makers or hlp", {
        Senior = "senior",
        Junior = "junior",
        Pool = "pool",
        Makers = "makers",
        Hlp = "hlp",
    }
}

words! {
    /// The kinds of account.
    pub(crate) AccountKind, "a kind of account", {
        External = "external",
        Senior = "senior",
        Junior = "junior",
        Insurance = "insurance",
        ImpactReserve = "impact_reserve",
        Fees = "fees",
        Keeper = "keeper",
        Funding = "funding",
        Clearing = "clearing",
        Protocol = "protocol",
        Dust = "dust",
        Pool = "pool",
        ImpactPool = "impact_pool",
        Makers = "makers",
        Backstop = "backstop",
        Parent = "parent",
        Variation = "variation",
        OpenDeficit = "open_deficit",
        Margin = "margin",
        Free = "free",
        Bidder = "bidder",
        PendingRedemption = "pending_redemption",
    }
}

impl Side {
    /// The other one.
    #[must_use]
    pub(crate) const fn opposite(self) -> Self {
        match self {
            Self::Long => Self::Short,
            Self::Short => Self::Long,
        }
    }
}

impl AccountKind {
    /// Whether accounts of this kind carry a number.
    #[must_use]
    pub(crate) const fn is_numbered(self) -> bool {
        matches!(
            self,
            Self::Backstop
                | Self::OpenDeficit
                | Self::Margin
                | Self::Free
                | Self::Bidder
                | Self::PendingRedemption
        )
    }

    /// Whether a balance of this kind may stand below zero.
    #[must_use]
    pub(crate) const fn may_be_negative(self) -> bool {
        matches!(self, Self::External | Self::Variation | Self::OpenDeficit)
    }

    /// Whether what stands here is only in passage: zero when its second ends.
    #[must_use]
    pub(crate) const fn is_passage(self) -> bool {
        matches!(self, Self::Clearing | Self::Funding)
    }

    /// Whether the venue has accounts of this kind.
    #[must_use]
    pub(crate) const fn fits(self, venue: Venue) -> bool {
        match self {
            Self::Senior
            | Self::Junior
            | Self::Insurance
            | Self::ImpactReserve
            | Self::Keeper
            | Self::Bidder => matches!(venue, Venue::Tranched),
            Self::Pool | Self::ImpactPool => matches!(venue, Venue::Gmx),
            Self::Makers | Self::Backstop | Self::Parent | Self::Variation => {
                matches!(venue, Venue::Hyperliquid)
            }
            _ => true,
        }
    }
}

/// An account: its kind and, where it has one, its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Account {
    /// Its kind.
    pub(crate) kind: AccountKind,
    /// Its number; 0 where the kind has none.
    pub(crate) number: u32,
}

impl Account {
    /// The one account of a kind.
    #[must_use]
    pub(crate) const fn one(kind: AccountKind) -> Self {
        Self { kind, number: 0 }
    }

    /// A trader's margin.
    #[must_use]
    pub(crate) const fn margin(number: u32) -> Self {
        let kind = AccountKind::Margin;
        Self { kind, number }
    }

    /// The account of an open deficit.
    #[must_use]
    pub(crate) const fn deficit(number: u32) -> Self {
        let kind = AccountKind::OpenDeficit;
        Self { kind, number }
    }

    /// The account that a text names, in its one form.
    #[must_use]
    pub(crate) fn of(text: &str) -> Option<Self> {
        let colon = text.bytes().position(|byte| byte == b':');
        let Some((name, digits)) = colon.and_then(|at| text.split_at_checked(at)) else {
            let kind = AccountKind::of(text).filter(|kind| !kind.is_numbered())?;
            return Some(Self::one(kind));
        };
        let kind = AccountKind::of(name).filter(|kind| kind.is_numbered())?;
        let digits = digits.strip_prefix(':')?;
        let canonical = digits.len() == 1 || !digits.starts_with(['0', '+']);
        let number = digits
            .parse()
            .ok()
            .filter(|_| canonical && !digits.starts_with('+'))?;
        Some(Self { kind, number })
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind.is_numbered() {
            true => f.pad(&format!("{}:{}", self.kind, self.number)),
            false => f.pad(self.kind.name()),
        }
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = Account;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an account such as `junior` or `margin:12`")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Account, E> {
                Account::of(text)
                    .ok_or_else(|| unknown("an account such as `junior` or `margin:12`", text))
            }
        }
        from.deserialize_str(Name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_one_form() {
        for text in [
            "junior",
            "margin:12",
            "backstop:0",
            "open_deficit:4294967295",
        ] {
            assert_eq!(Account::of(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "margin",
            "junior:1",
            "margin:",
            "margin:01",
            "margin:+1",
            "margin:4294967296",
            "what:1",
        ] {
            assert_eq!(Account::of(text), None, "{text}");
        }
    }
}
