//! Bidders who vanish when it gets rough, and return.

use seawall_scenario::{TimedVanish, VanishCause};
use seawall_units::{Ratio, Time};
use seawall_venue::{Command, Presence};

use super::signal::{Holds, Watch};
use super::{Agent, Reply, View, luck};
use crate::draw::{Group, Purpose};

/// One bidder with his rule.
///
/// While he is on his way out or gone, further causes pass him by.
pub(super) struct BidderAgent<'a> {
    rule: &'a TimedVanish,
    luck: Group,
    watch: Option<Watch>,
    losing: Holds,
    /// Causes so far.
    causes: u32,
    state: State,
}

/// Where he stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Here,
    /// Goes at this time.
    Going(Time),
    /// Comes back at this time, if ever.
    Gone(Option<Time>),
}

impl<'a> BidderAgent<'a> {
    pub(super) fn new(rule: &'a TimedVanish, seed: u64) -> Self {
        Self {
            rule,
            luck: Group::new(seed, Purpose::Vanish, &rule.name),
            watch: match rule.cause {
                VanishCause::Signal(signal) => Some(Watch::new(signal)),
                VanishCause::OwnLoss(_) => None,
            },
            losing: Holds::No,
            causes: 0,
            state: State::Here,
        }
    }

    fn strikes(&mut self, view: &View<'_>) -> bool {
        match (self.rule.cause, &mut self.watch) {
            (VanishCause::OwnLoss(share), _) => {
                let equity = view.venue.bidder_equity(self.rule.bidder);
                let kept = self.rule.capital.mul_floor(Ratio::ONE - share);
                self.losing
                    .begins(equity.is_some_and(|equity| equity <= kept))
            }
            (VanishCause::Signal(_), Some(watch)) => watch.strikes(view.now, view.state.mark),
            (VanishCause::Signal(_), None) => false,
        }
    }

    fn says(&self, presence: Presence) -> Reply {
        Reply::from(Command::Bidding {
            bidder: self.rule.bidder,
            presence,
            book_share: self.rule.book_share,
        })
    }
}

impl Agent for BidderAgent<'_> {
    fn react(&mut self, view: &View<'_>) -> Vec<Reply> {
        let now = view.now;
        if self.strikes(view) && self.state == State::Here {
            let delay = luck(&self.luck, self.causes, 0, &self.rule.reaction);
            self.causes = self.causes.saturating_add(1);
            if let Some(delay) = delay {
                self.state = State::Going(now.plus(delay));
            }
        }
        match self.state {
            State::Going(at) if at <= now => {
                self.state = State::Gone(self.rule.back_after.map(|after| now.plus(after)));
                vec![self.says(Presence::Gone)]
            }
            State::Gone(Some(at)) if at <= now => {
                self.state = State::Here;
                vec![self.says(Presence::Here)]
            }
            _ => Vec::new(),
        }
    }
}
