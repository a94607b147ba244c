//! Streams: prices and commands drawn at random, and the seconds that they come to.

use std::fmt;

use proptest::prelude::*;
use proptest::sample::select;
use seawall_ledger::{AccountId, BidderId};
use seawall_units::{Base, Price, Ratio, Round, Time, Usd};
use seawall_venue::{Command, FillRule, Presence, TrancheName, Venue};

use super::World;

/// What the sources do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feed {
    /// All publish the outside price.
    All,
    /// Only the first does.
    One,
    /// None does.
    Silent,
    /// All publish a price so many basis points beside the outside price.
    Beside(i32),
}

/// What somebody asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// This command.
    Command(Command),
    /// An order that closes so many percent of what the account holds; nothing where it is flat.
    Close {
        /// Who.
        account: AccountId,
        /// How much.
        percent: i32,
    },
}

impl Ask {
    /// The command that this is in a venue as it stands.
    #[must_use]
    pub fn command(&self, venue: &dyn Venue) -> Option<Command> {
        match *self {
            Self::Command(command) => Some(command),
            Self::Close { account, percent } => {
                let held = venue.position(account)?.size;
                let part = held.mul_floor(Ratio::bps(percent.saturating_mul(100)));
                Some(Command::Order {
                    account,
                    size: -part,
                    margin: Usd::ZERO,
                    limit: None,
                    fill: FillRule::Partial,
                })
            }
        }
    }

    /// The account that asks, where a trader does.
    pub(crate) const fn account(&self) -> Option<AccountId> {
        match self {
            Self::Close { account, .. }
            | Self::Command(
                Command::Order { account, .. }
                | Command::AddMargin { account, .. }
                | Command::Withdraw { account, .. },
            ) => Some(*account),
            Self::Command(_) => None,
        }
    }

    /// The same asked by another account.
    pub(crate) fn renumbered(mut self, number: impl Fn(AccountId) -> AccountId) -> Self {
        match &mut self {
            Self::Close { account, .. }
            | Self::Command(
                Command::Order { account, .. }
                | Command::AddMargin { account, .. }
                | Command::Withdraw { account, .. },
            ) => *account = number(*account),
            Self::Command(_) => {}
        }
        self
    }
}

/// The price moves, is asked something in that second, and stays for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Basis points by which the outside price moves in the first second.
    pub moved: i32,
    /// What the sources do in all of these seconds.
    pub feed: Feed,
    /// What is asked in the first second.
    pub asks: Vec<Ask>,
    /// Seconds, at least one.
    pub seconds: u64,
}

/// What happens, from the first second on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stream {
    /// One after the other.
    pub rounds: Vec<Step>,
}

/// One second of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Second {
    /// When.
    pub now: Time,
    /// The outside price.
    pub outside: Price,
    /// What the sources do.
    pub feed: Feed,
    /// What is asked.
    pub asks: Vec<Ask>,
}

impl Stream {
    /// Its seconds in a world; the first is the opening.
    #[must_use]
    pub fn seconds(&self, world: &World) -> Vec<Second> {
        let (mut now, mut outside) = (world.setup.start, world.setup.opening);
        let mut seconds = vec![Second {
            now,
            outside,
            feed: Feed::All,
            asks: Vec::new(),
        }];
        for round in &self.rounds {
            let moved =
                outside.scaled(Ratio::bps(round.moved.saturating_add(10_000)), Round::Floor);
            outside = moved.unwrap_or(outside).clamp(world.lowest, world.highest);
            for second in 0..round.seconds.max(1) {
                now = now.plus(1);
                let asks = match second {
                    0 => round.asks.clone(),
                    _ => Vec::new(),
                };
                let feed = round.feed;
                seconds.push(Second {
                    now,
                    outside,
                    feed,
                    asks,
                });
            }
        }
        seconds
    }

    /// The same with what `kept` keeps of it.
    pub(crate) fn keeping(mut self, kept: impl Fn(&Ask) -> bool) -> Self {
        for round in &mut self.rounds {
            round.asks.retain(&kept);
        }
        self
    }

    pub(crate) fn map(mut self, changed: impl Fn(Ask) -> Ask) -> Self {
        for ask in self.rounds.iter_mut().flat_map(|round| &mut round.asks) {
            *ask = changed(*ask);
        }
        self
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, round) in self.rounds.iter().enumerate() {
            let Step {
                moved,
                feed,
                seconds,
                asks,
            } = round;
            writeln!(f, "  round {place}: {moved} bp, {feed:?}, {seconds} s")?;
            for ask in asks {
                writeln!(f, "    {ask:?}")?;
            }
        }
        Ok(())
    }
}

/// What figures a stream's commands have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Figures {
    /// Up to the largest ordinary order.
    Ordinary,
    /// Also any that fit 64 bits of grid units, of accounts, providers and bidders that nobody is.
    Extreme,
}

/// Streams of up to so many rounds.
pub(crate) fn streams(world: &World, rounds: usize, figures: Figures) -> BoxedStrategy<Stream> {
    let moved = prop_oneof![
        5 => -30..=30_i32,
        4 => -300..=300_i32,
        1 => -2_500..=2_500_i32,
    ];
    let feed = prop_oneof![
        12 => Just(Feed::All),
        1 => Just(Feed::One),
        1 => Just(Feed::Silent),
        2 => (-60..=60_i32).prop_map(Feed::Beside),
    ];
    let seconds = prop_oneof![5 => 1..=3_u64, 2 => 1..=20_u64, 1 => 55..=65_u64];
    let asks = prop::collection::vec(ask(world, figures), 0..=3);
    let round = (moved, feed, asks, seconds).prop_map(|(moved, feed, asks, seconds)| Step {
        moved,
        feed,
        asks,
        seconds,
    });
    let rounds = prop::collection::vec(round, 1..=rounds.max(1));
    rounds.prop_map(|rounds| Stream { rounds }).boxed()
}

fn ask(world: &World, figures: Figures) -> BoxedStrategy<Ask> {
    let accounts = world.setup.accounts.max(1);
    let unknown = match figures {
        Figures::Ordinary => 0,
        Figures::Extreme => 3,
    };
    let account = (0..accounts.saturating_add(unknown)).prop_map(AccountId::new);
    let party = |count: u32| (0..count.max(1).saturating_add(unknown)).prop_map(BidderId::new);
    let amount = amounts(world, figures).prop_map(Usd::units_i64);
    let close = (account.clone(), select(vec![10, 50, 100, 150]));
    let close = close.prop_map(|(account, percent)| Ask::Close { account, percent });
    let money = (account.clone(), amount.clone(), any::<bool>());
    let money = money.prop_map(|(account, amount, adds)| match adds {
        true => Command::AddMargin { account, amount },
        false => Command::Withdraw { account, amount },
    });
    let tranche = select(vec![TrancheName::Senior, TrancheName::Junior]);
    let liquidity = (party(world.providers), tranche, amount.clone(), 0..4_u8);
    let liquidity = liquidity.prop_map(|(lp, tranche, amount, what)| match what {
        0 => Command::Provide {
            lp,
            tranche,
            amount,
        },
        1 | 2 => Command::Redeem {
            lp,
            tranche,
            amount,
        },
        _ => Command::Claim { lp, tranche },
    });
    let recover = amount.prop_map(|amount| Command::Recover { amount });
    let presence = select(vec![Presence::Here, Presence::Gone]);
    let bidding = (party(world.bidders), presence, 0..=10_000_i32);
    let bidding = bidding.prop_map(|(bidder, presence, share)| Command::Bidding {
        bidder,
        presence,
        book_share: Ratio::bps(share),
    });
    let order = order(world, account.boxed(), figures);
    let command = prop_oneof![12 => order, 3 => money, 4 => liquidity, 1 => recover, 1 => bidding];
    prop_oneof![5 => command.prop_map(Ask::Command), 1 => close].boxed()
}

fn order(
    world: &World,
    account: BoxedStrategy<AccountId>,
    figures: Figures,
) -> BoxedStrategy<Command> {
    let opening = world.setup.opening;
    let most = small(opening.size_floor(world.order).units());
    let size = prop_oneof![3 => -most / 10..=most / 10, 2 => -most..=most];
    let size = match figures {
        Figures::Ordinary => size.boxed(),
        Figures::Extreme => prop_oneof![size, extreme()].boxed(),
    };
    let limit =
        (9_000..=11_000_i32).prop_map(move |bps| opening.scaled(Ratio::bps(bps), Round::Floor));
    let limit = prop_oneof![5 => Just(None), 1 => limit, 1 => Just(Some(Price::MAX))];
    let fill = select(vec![FillRule::Partial, FillRule::AllOrNone]);
    let margin = amounts(world, figures).prop_map(Usd::units_i64);
    let parts = (account, size.prop_map(Base::units_i64), margin, limit, fill);
    let order = parts.prop_map(|(account, size, margin, limit, fill)| Command::Order {
        account,
        size,
        margin,
        limit,
        fill,
    });
    order.boxed()
}

fn small(units: i128) -> i64 {
    i64::try_from(units).unwrap_or(i64::MAX)
}

/// Grid units of money.
fn amounts(world: &World, figures: Figures) -> BoxedStrategy<i64> {
    let most = small(world.order.units()).max(1);
    let ordinary = prop_oneof![1 => Just(0), 4 => 0..=most / 10, 3 => 0..=most];
    match figures {
        Figures::Ordinary => ordinary.boxed(),
        Figures::Extreme => prop_oneof![ordinary, extreme()].boxed(),
    }
}

fn extreme() -> impl Strategy<Value = i64> {
    let borders = vec![0, 1, -1, i64::MAX, i64::MAX - 1, -i64::MAX, i64::MIN];
    prop_oneof![select(borders), any::<i64>()]
}
