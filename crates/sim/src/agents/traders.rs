//! Accounts that trade by a rule: add margin, close, flip.

use std::collections::BTreeMap;

use seawall_ledger::AccountId;
use seawall_scenario::{Act, TimedTrader, TradeCause};
use seawall_units::{Ratio, Time, Usd};
use seawall_venue::{Command, FillRule, PositionView};

use super::signal::Watch;
use super::{Agent, Reply, View, luck};
use crate::commands::Reach;
use crate::draw::{Group, Purpose};

/// The members of a crowd who follow one rule.
///
/// They look at their own position every so many seconds, and nobody else's is looked up: a second
/// costs O(followers/every · log n), and who has used up his `times` is looked up no more. What everybody sees is watched every second, once for all.
pub(super) struct TraderAgent<'a> {
    rule: &'a TimedTrader,
    luck: Group,
    start: Time,
    watch: Option<Watch>,
    members: Vec<Member>,
    /// Who may still take note of a cause: places in `members`.
    watching: Vec<usize>,
    /// Who acts when: places in `members`.
    due: BTreeMap<Time, Vec<usize>>,
}

/// One account.
#[derive(Debug, Clone, Copy)]
struct Member {
    account: AccountId,
    /// His place in the crowd, part of the address of his numbers.
    place: u32,
    /// Causes that he has taken note of.
    causes: u32,
    /// When he acts on the last of them, if he has not yet.
    acts_at: Option<Time>,
    /// Margin that he has sent.
    spent: Usd,
}

impl<'a> TraderAgent<'a> {
    pub(super) fn new(rule: &'a TimedTrader, seed: u64, start: Time) -> Self {
        let followers = Group::new(seed, Purpose::Followers, &rule.name);
        let follows = |place: &u32| followers.member(u64::from(*place)).happens(rule.members);
        let member = |place: u32| Member {
            account: AccountId::new(rule.first.number().saturating_add(place)),
            place,
            causes: 0,
            acts_at: None,
            spent: Usd::ZERO,
        };
        let members: Vec<Member> = (0..rule.count).filter(follows).map(member).collect();
        Self {
            rule,
            luck: Group::new(seed, Purpose::Trade, &rule.name),
            start,
            watch: match rule.cause {
                TradeCause::Signal(signal) => Some(Watch::new(signal)),
                _ => None,
            },
            watching: (0..members.len()).collect(),
            members,
            due: BTreeMap::new(),
        }
    }

    /// Lets everybody look who looks now.
    fn look(&mut self, view: &View<'_>) {
        let own = match &mut self.watch {
            Some(watch) => match watch.strikes(view.now, view.state.mark) {
                true => None,
                false => return,
            },
            None => match view.now.since(self.start).checked_rem(self.rule.every) {
                Some(0) => Some(self.rule.cause),
                _ => return,
            },
        };
        let mut watching = std::mem::take(&mut self.watching);
        watching.retain(|index| self.watches_on(*index, own, view));
        self.watching = watching;
    }

    /// Lets one member look; whether he has causes left after it.
    fn watches_on(&mut self, index: usize, own: Option<TradeCause>, view: &View<'_>) -> bool {
        let Some(member) = self.members.get_mut(index) else {
            return false;
        };
        if member.causes >= self.rule.times {
            return false;
        }
        if member.acts_at.is_some() {
            return true;
        }
        let Some(position) = view.venue.position(member.account) else {
            return true;
        };
        if own.is_some_and(|cause| !holds(cause, &position, view)) {
            return true;
        }
        let delay = luck(&self.luck, member.causes, member.place, &self.rule.reaction);
        member.causes = member.causes.saturating_add(1);
        if let Some(delay) = delay {
            let at = view.now.plus(delay);
            member.acts_at = Some(at);
            self.due.entry(at).or_default().push(index);
        }
        member.causes < self.rule.times
    }
}

impl Agent for TraderAgent<'_> {
    fn react(&mut self, view: &View<'_>) -> Vec<Reply> {
        self.look(view);
        let mut replies = Vec::new();
        while let Some(entry) = self.due.first_entry()
            && *entry.key() <= view.now
        {
            for index in entry.remove() {
                if let Some(member) = self.members.get_mut(index) {
                    member.acts_at = None;
                    member.act(self.rule, view, &mut replies);
                }
            }
        }
        replies
    }
}

/// Whether a position gives its owner cause to act.
fn holds(cause: TradeCause, position: &PositionView, view: &View<'_>) -> bool {
    let margin = position.margin;
    match cause {
        TradeCause::MarginRatio(below) => {
            position.equity < notional(position, view).mul_ceil(below)
        }
        TradeCause::Loss(above) => -position.open_pnl > margin.mul_floor(above),
        TradeCause::Profit(above) => position.open_pnl > margin.mul_floor(above),
        TradeCause::Signal(_) => false,
    }
}

fn notional(position: &PositionView, view: &View<'_>) -> Usd {
    view.state.mark.value_ceil(position.size.abs())
}

impl Member {
    /// Sends what the rule says of the position as it is now; nothing if it is gone.
    fn act(&mut self, rule: &TimedTrader, view: &View<'_>, replies: &mut Vec<Reply>) {
        let Some(position) = view.venue.position(self.account) else {
            return;
        };
        match rule.act {
            Act::AddMargin(amount) => replies.extend(self.posts(amount, rule)),
            Act::RestoreMarginRatio(to) => {
                let lacks = notional(&position, view).mul_ceil(to) - position.equity;
                replies.extend(self.posts(lacks, rule));
            }
            Act::Close(share) => replies.extend(self.closes(&position, share)),
            Act::Flip(times) => {
                replies.extend(self.closes(&position, Ratio::ONE));
                replies.extend(self.opens_against(&position, times));
            }
        }
    }

    fn posts(&mut self, amount: Usd, rule: &TimedTrader) -> Option<Reply> {
        let left = rule.budget.map_or(Usd::MAX, |budget| budget - self.spent);
        let amount = amount.min(left);
        if !amount.is_positive() {
            return None;
        }
        self.spent += amount;
        let account = self.account;
        Some(Reply::from(Command::AddMargin { account, amount }))
    }

    fn closes(&self, position: &PositionView, share: Ratio) -> Option<Reply> {
        let side = position.size.side()?.opposite();
        let size = position.size.abs().mul_floor(share);
        size.is_positive().then(|| Reply {
            reach: Reach::Reduce,
            command: Command::Order {
                account: self.account,
                size: side.signed(size),
                margin: Usd::ZERO,
                limit: None,
                fill: FillRule::Partial,
            },
        })
    }

    /// Opens the other side with what equity the old position had: free collateral first.
    fn opens_against(&self, position: &PositionView, times: Ratio) -> Option<Reply> {
        let side = position.size.side()?.opposite();
        let size = position.size.abs().mul_floor(times);
        size.is_positive().then(|| {
            Reply::from(Command::Order {
                account: self.account,
                size: side.signed(size),
                margin: position.equity.or_zero(),
                limit: None,
                fill: FillRule::Partial,
            })
        })
    }
}
