use std::fmt;
use std::str::FromStr;

use seawall_units::id;

id!(
    /// A trader's account: one net position and its margin.
    AccountId
);
id!(
    /// A registered auction bidder.
    BidderId
);
id!(
    /// An owner of vault shares: 0 is who paid in the opening capital, liquidity provider n of a
    /// scenario is n + 1.
    OwnerId
);
id!(
    /// One deficit, from the step in which it is first seen to the one in which it is closed.
    DeficitId
);

/// A claim. Every balance is what its holder is owed by the venue; [`Account::External`] is the
/// world outside and mirrors them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// The world outside: deposits come from it and withdrawals go to it.
    External,
    /// Cash of the senior vault.
    Senior,
    /// Cash of the junior vault.
    Junior,
    /// The market's insurance fund.
    Insurance,
    /// Price impact paid by outward orders, owed to inward ones.
    ImpactReserve,
    /// Fees taken and not yet distributed.
    Fees,
    /// Liquidation keepers.
    Keeper,
    /// Funding in passage between payers and receivers.
    Funding,
    /// Amounts in passage inside one step.
    Clearing,
    /// The protocol's share of fees.
    Protocol,
    /// Remainders of roundings that belong to nobody.
    Dust,
    /// Cash of a pool that is the traders' counterparty.
    Pool,
    /// A pool's impact pool.
    ImpactPool,
    /// Cash of an order book's makers.
    Makers,
    /// Cash of a ring-fenced backstop vault, by its number.
    Backstop(u8),
    /// Cash of the vault that owns an order book's makers and backstops.
    Parent,
    /// Variation margin of an order book: gains realised by one side before the other realises its
    /// loss. Below zero while it waits for them.
    Variation,
    /// What a bankrupt position owes beyond its margin; below zero until its payers have filled it.
    OpenDeficit(DeficitId),
    /// Margin posted for a position.
    Margin(AccountId),
    /// Free collateral of a trader.
    Free(AccountId),
    /// Margin and proceeds of an auction bidder.
    Bidder(BidderId),
    /// What an owner of vault shares has been granted and has not claimed yet.
    PendingRedemption(OwnerId),
}

/// The kinds of [`Account`], for the chart of permitted postings and for subtotals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // one for one the variants of `Account`
pub enum AccountKind {
    External,
    Senior,
    Junior,
    Insurance,
    ImpactReserve,
    Fees,
    Keeper,
    Funding,
    Clearing,
    Protocol,
    Dust,
    Pool,
    ImpactPool,
    Makers,
    Backstop,
    Parent,
    Variation,
    OpenDeficit,
    Margin,
    Free,
    Bidder,
    PendingRedemption,
}

impl AccountKind {
    /// All kinds, in the order of balances.
    pub const ALL: [Self; 22] = [
        Self::External,
        Self::Senior,
        Self::Junior,
        Self::Insurance,
        Self::ImpactReserve,
        Self::Fees,
        Self::Keeper,
        Self::Funding,
        Self::Clearing,
        Self::Protocol,
        Self::Dust,
        Self::Pool,
        Self::ImpactPool,
        Self::Makers,
        Self::Backstop,
        Self::Parent,
        Self::Variation,
        Self::OpenDeficit,
        Self::Margin,
        Self::Free,
        Self::Bidder,
        Self::PendingRedemption,
    ];

    /// The account of a kind that has one only; `None` for a kind whose accounts are numbered.
    pub(crate) const fn single(self) -> Option<Account> {
        Some(match self {
            Self::External => Account::External,
            Self::Senior => Account::Senior,
            Self::Junior => Account::Junior,
            Self::Insurance => Account::Insurance,
            Self::ImpactReserve => Account::ImpactReserve,
            Self::Fees => Account::Fees,
            Self::Keeper => Account::Keeper,
            Self::Funding => Account::Funding,
            Self::Clearing => Account::Clearing,
            Self::Protocol => Account::Protocol,
            Self::Dust => Account::Dust,
            Self::Pool => Account::Pool,
            Self::ImpactPool => Account::ImpactPool,
            Self::Makers => Account::Makers,
            Self::Parent => Account::Parent,
            Self::Variation => Account::Variation,
            Self::Backstop
            | Self::OpenDeficit
            | Self::Margin
            | Self::Free
            | Self::Bidder
            | Self::PendingRedemption => return None,
        })
    }

    /// Its place in a vector of one entry per kind.
    pub(crate) const fn index(self) -> usize {
        #[allow(clippy::as_conversions)] // a fieldless enum of 22 variants
        {
            self as usize
        }
    }

    /// Whether a balance of this kind may be below zero between steps.
    #[must_use]
    pub const fn may_stay_negative(self) -> bool {
        matches!(self, Self::External | Self::Variation | Self::OpenDeficit)
    }

    /// Whether a balance of this kind may be below zero inside a step.
    #[must_use]
    pub const fn may_be_negative(self) -> bool {
        self.may_stay_negative() || matches!(self, Self::Clearing | Self::Funding)
    }

    /// The kind's name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::External => "external",
            Self::Senior => "senior",
            Self::Junior => "junior",
            Self::Insurance => "insurance",
            Self::ImpactReserve => "impact_reserve",
            Self::Fees => "fees",
            Self::Keeper => "keeper",
            Self::Funding => "funding",
            Self::Clearing => "clearing",
            Self::Protocol => "protocol",
            Self::Dust => "dust",
            Self::Pool => "pool",
            Self::ImpactPool => "impact_pool",
            Self::Makers => "makers",
            Self::Backstop => "backstop",
            Self::Parent => "parent",
            Self::Variation => "variation",
            Self::OpenDeficit => "open_deficit",
            Self::Margin => "margin",
            Self::Free => "free",
            Self::Bidder => "bidder",
            Self::PendingRedemption => "pending_redemption",
        }
    }
}

impl Account {
    /// The kind of this account.
    #[must_use]
    pub const fn kind(self) -> AccountKind {
        match self {
            Self::External => AccountKind::External,
            Self::Senior => AccountKind::Senior,
            Self::Junior => AccountKind::Junior,
            Self::Insurance => AccountKind::Insurance,
            Self::ImpactReserve => AccountKind::ImpactReserve,
            Self::Fees => AccountKind::Fees,
            Self::Keeper => AccountKind::Keeper,
            Self::Funding => AccountKind::Funding,
            Self::Clearing => AccountKind::Clearing,
            Self::Protocol => AccountKind::Protocol,
            Self::Dust => AccountKind::Dust,
            Self::Pool => AccountKind::Pool,
            Self::ImpactPool => AccountKind::ImpactPool,
            Self::Makers => AccountKind::Makers,
            Self::Backstop(_) => AccountKind::Backstop,
            Self::Parent => AccountKind::Parent,
            Self::Variation => AccountKind::Variation,
            Self::OpenDeficit(_) => AccountKind::OpenDeficit,
            Self::Margin(_) => AccountKind::Margin,
            Self::Free(_) => AccountKind::Free,
            Self::Bidder(_) => AccountKind::Bidder,
            Self::PendingRedemption(_) => AccountKind::PendingRedemption,
        }
    }

    const fn number(self) -> Option<u32> {
        match self {
            #[allow(clippy::as_conversions)] // u8 to u32 in a const fn
            Self::Backstop(n) => Some(n as u32),
            Self::OpenDeficit(id) => Some(id.0),
            Self::Margin(id) | Self::Free(id) => Some(id.0),
            Self::PendingRedemption(id) => Some(id.0),
            Self::Bidder(id) => Some(id.0),
            _ => None,
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number() {
            Some(number) => f.pad(&format!("{}:{number}", self.kind().name())),
            None => f.pad(self.kind().name()),
        }
    }
}

/// The text names no account; legal: a kind such as `junior`, or a kind and number such as
/// `margin:12`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` names no account; legal: a kind such as `junior`, or `margin:12`")]
pub struct UnknownAccount {
    text: String,
}

impl FromStr for Account {
    type Err = UnknownAccount;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownAccount {
            text: text.chars().take(40).collect(),
        };
        let (name, number) = match text.split_once(':') {
            Some((name, number)) => (name, Some(number.parse::<u32>().map_err(|_| unknown())?)),
            None => (text, None),
        };
        let kind = AccountKind::ALL
            .into_iter()
            .find(|kind| kind.name() == name);
        let account = match (kind.ok_or_else(unknown)?, number) {
            (AccountKind::Backstop, Some(n)) => {
                Self::Backstop(u8::try_from(n).map_err(|_| unknown())?)
            }
            (AccountKind::OpenDeficit, Some(n)) => Self::OpenDeficit(DeficitId(n)),
            (AccountKind::Margin, Some(n)) => Self::Margin(AccountId(n)),
            (AccountKind::Free, Some(n)) => Self::Free(AccountId(n)),
            (AccountKind::Bidder, Some(n)) => Self::Bidder(BidderId(n)),
            (AccountKind::PendingRedemption, Some(n)) => Self::PendingRedemption(OwnerId(n)),
            (kind, None) => kind.single().ok_or_else(unknown)?,
            _ => return Err(unknown()),
        };
        Ok(account)
    }
}

impl serde::Serialize for Account {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Account {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
