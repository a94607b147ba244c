//! Agents: rules that watch one venue and send it commands.
//!
//! An agent sees a venue at the end of second t, after its Check, and what it sends is executed in
//! t + 1, after the command stream's orders of that second: the first mark observed after it was
//! sent. Agents are rules, not commands: each venue has its own, with the same rules, the same
//! seeds and the same addresses of random numbers, so the k-th decision of the same agent falls
//! alike in every venue. What they send is counted apart from the command stream, which stays one
//! and the same for all venues (M-11.3).
//!
//! | file | idea |
//! |---|---|
//! | `signal` | what everybody sees: a time, a move of the mark |
//! | `providers` | liquidity providers who leave, wait in line and come back |
//! | `traders` | accounts that add margin, close or flip |
//! | `bidders` | bidders who vanish and return |
//! | `arbitrage` | who trades whenever the mark lags behind the outside price |
//!
//! An arbitrageur looks before his second's Liquidation, not after its Check: his own lag is all
//! that delays him.

pub(crate) mod arbitrage;
mod bidders;
mod providers;
mod signal;
mod traders;

use seawall_scenario::{Behaviour, LpGroup, Reaction, Scenario};
use seawall_units::{Price, Time};
use seawall_venue::{Command, Venue, VenueState};

use crate::commands::Reach;
use crate::draw::Group;
use bidders::BidderAgent;
use providers::ProviderAgent;
use traders::TraderAgent;

/// What an agent sees of its venue at the end of a second.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The second.
    pub now: Time,
    /// The outside price in it.
    pub outside: Price,
    /// The venue, to look up single positions and holdings.
    pub venue: &'a dyn Venue,
    /// The venue's state after the second.
    pub state: &'a VenueState,
}

/// A command of an agent and what it may do to a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reply {
    /// What it may do to a position by the time it is executed.
    pub reach: Reach,
    /// What is asked.
    pub command: Command,
}

impl From<Command> for Reply {
    fn from(command: Command) -> Self {
        Self {
            reach: Reach::Any,
            command,
        }
    }
}

/// A rule, or several, that watches one venue.
///
/// It may remember what it saw and sent, and nothing else may decide what it sends: no clock, no
/// other venue, no random number without an address.
pub trait Agent: Send {
    /// What it sends in this second.
    fn react(&mut self, view: &View<'_>) -> Vec<Reply>;
}

/// Everybody who reacts in one venue.
#[derive(Default)]
pub struct Cast<'a> {
    /// The agents, in the order in which what they send in one second is executed.
    pub agents: Vec<Box<dyn Agent + 'a>>,
    /// The liquidity providers whose capital is watched.
    pub providers: &'a [LpGroup],
}

impl<'a> Cast<'a> {
    /// The agents of a scenario as they are before its first second: bidders, traders, providers,
    /// each in the file's order.
    #[must_use]
    pub fn of(scenario: &'a Scenario) -> Self {
        Self::new(scenario.behaviour(), scenario.file().seed, scenario.start())
    }

    /// The agents with these rules.
    #[must_use]
    pub fn new(behaviour: &'a Behaviour, seed: u64, start: Time) -> Self {
        let mut agents: Vec<Box<dyn Agent + 'a>> = Vec::new();
        for rule in &behaviour.vanishing {
            agents.push(Box::new(BidderAgent::new(rule, seed)));
        }
        for rule in &behaviour.traders {
            agents.push(Box::new(TraderAgent::new(rule, seed, start)));
        }
        for group in &behaviour.lps {
            agents.push(Box::new(ProviderAgent::new(group, seed)));
        }
        Self {
            agents,
            providers: &behaviour.lps,
        }
    }
}

/// Whether somebody acts on a cause, and after how many seconds: the numbers at this address.
///
/// The address is the cause (a rule's place, or how many causes there were before it) and the
/// member; both are below 2³².
fn luck(group: &Group, cause: u32, member: u32, reaction: &Reaction) -> Option<u64> {
    let place = u64::from(cause) << 32 | u64::from(member);
    let mut draws = group.member(place);
    let acts = draws.happens(reaction.probability);
    acts.then(|| draws.value(&reaction.delay).0)
}
