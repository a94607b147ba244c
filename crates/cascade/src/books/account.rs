use std::fmt;
use std::str::FromStr;

use crate::ids::{MarketId, OwnerId, PlaceId, PoolId, TokenId};

/// What is counted: each asset has books of its own, and one transfer moves one asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asset {
    /// The asset in which everything is priced.
    Quote,
    /// Another token.
    Token(TokenId),
    /// Shares of a pool.
    Share(PoolId),
}

impl fmt::Display for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quote => f.pad("quote"),
            Self::Token(id) => f.pad(&format!("token:{id}")),
            Self::Share(id) => f.pad(&format!("share:{id}")),
        }
    }
}

/// Writes the accounts, their kinds and their names in files.
macro_rules! accounts {
    ($($(#[$doc:meta])* $name:ident $(($($part:ident: $id:ty),+))?, $text:literal;)+) => {
        /// A claim on an asset. [`Account::External`] is the world outside and mirrors them all.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Account { $($(#[$doc])* $name $(($($id),+))?,)+ }

        /// The kinds of [`Account`], for the chart of permitted postings.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)] // one for one the variants of `Account`
        pub enum AccountKind { $($name,)+ }

        impl AccountKind {
            /// All kinds, in the order of balances.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The kind's name in files.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }

        impl Account {
            /// The kind of this account.
            #[must_use]
            pub const fn kind(self) -> AccountKind {
                match self { $(accounts!(@any $name $(($($part),+))?) => AccountKind::$name,)+ }
            }

            /// The numbers that tell it from others of its kind.
            fn numbers(self) -> Vec<u32> {
                match self { $(Self::$name $(($($part),+))? => vec![$($($part.number(),)+)?],)+ }
            }

            /// The account of a kind with these numbers; `None` when their count is another.
            fn numbered(kind: AccountKind, numbers: &[u32]) -> Option<Self> {
                match kind {
                    $(AccountKind::$name => {
                        let [$($($part,)+)?] = *numbers else { return None };
                        Some(Self::$name $(($(<$id>::new($part)),+))?)
                    })+
                }
            }
        }
    };
    (@any $name:ident ($($part:ident),+)) => { Self::$name { .. } };
    (@any $name:ident) => { Self::$name };
}

accounts! {
    /// The world outside: what is brought in comes from it, what leaves goes to it.
    External, "external";
    /// Reserves of a pool.
    Pool(pool: PoolId), "pool";
    /// Where shares of a pool come from; below zero by the shares outstanding.
    Issuer(pool: PoolId), "issuer";
    /// What an owner holds freely.
    Wallet(owner: OwnerId), "wallet";
    /// What an owner has posted in a lending market.
    Collateral(market: MarketId, owner: OwnerId), "collateral";
    /// What an owner owes to a lending market; never above zero.
    Loan(market: MarketId, owner: OwnerId), "loan";
    /// What a lending market owes to those who lend in it; cash and loans stand behind it.
    Lenders(market: MarketId), "lenders";
    /// What a lending market keeps for itself.
    Reserves(market: MarketId), "reserves";
    /// A stake outside of a lending market that answers for its bad debt.
    Cover(market: MarketId), "cover";
    /// Collateral of a lending market that waits in its auctions.
    Auction(market: MarketId), "auction";
    /// Those who bid in the auctions of a lending market.
    Keepers(market: MarketId), "keepers";
    /// Whoever liquidates.
    Liquidator, "liquidator";
    /// Whoever trades pools to the outside price.
    Arbitrageur, "arbitrageur";
    /// Traders of a shock that own nothing else here.
    Traders, "traders";
    /// An attacker.
    Attacker, "attacker";
    /// Who lends for the length of one transaction; zero after every step but for its fees.
    FlashLender, "flash_lender";
    /// The protocol's own purse: its share of bonuses, and what it pays for bad debt.
    Treasury, "treasury";
    /// What a market of perpetual futures owes to its owners.
    Perp(place: PlaceId), "perp";
}

impl AccountKind {
    /// Whether a balance of this kind may be below zero.
    #[must_use]
    pub const fn may_be_negative(self) -> bool {
        matches!(self, Self::External) || self.is_owing()
    }

    /// Whether a balance of this kind is never above zero: a debt or an issue.
    #[must_use]
    pub const fn is_owing(self) -> bool {
        matches!(self, Self::Issuer | Self::Loan)
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.kind().name().to_owned();
        for number in self.numbers() {
            text.push(':');
            text.push_str(&number.to_string());
        }
        f.pad(&text)
    }
}

/// The text names no account or asset of these books.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` names nothing in these books; legal: such as `liquidator`, `loan:0:12`, `quote`, `token:0`"
)]
pub struct UnknownName {
    text: String,
}

impl UnknownName {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: text.chars().take(40).collect(),
        }
    }
}

/// The word before the first colon and the numbers after it.
fn parts(text: &str) -> Result<(&str, Vec<u32>), UnknownName> {
    let mut words = text.split(':');
    let name = words.next().unwrap_or_default();
    let numbers = words.map(|word| word.parse::<u32>().map_err(|_| UnknownName::new(text)));
    Ok((name, numbers.collect::<Result<_, _>>()?))
}

impl FromStr for Account {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, numbers) = parts(text)?;
        let kinds = AccountKind::ALL.iter().copied();
        let kind = kinds.into_iter().find(|kind| kind.name() == name);
        kind.and_then(|kind| Self::numbered(kind, &numbers))
            .ok_or_else(|| UnknownName::new(text))
    }
}

impl FromStr for Asset {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match parts(text)? {
            ("quote", numbers) if numbers.is_empty() => Ok(Self::Quote),
            ("token", numbers) => match *numbers {
                [number] => Ok(Self::Token(TokenId::new(number))),
                _ => Err(UnknownName::new(text)),
            },
            ("share", numbers) => match *numbers {
                [number] => Ok(Self::Share(PoolId::new(number))),
                _ => Err(UnknownName::new(text)),
            },
            _ => Err(UnknownName::new(text)),
        }
    }
}

/// In journals both are the texts that they display.
macro_rules! as_text {
    ($name:ty) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use as_text;
as_text!(Account);
as_text!(Asset);
