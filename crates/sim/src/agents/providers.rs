//! Liquidity providers who leave, wait in line and come back.

use std::collections::BTreeMap;

use seawall_ledger::BidderId;
use seawall_scenario::model::Who;
use seawall_scenario::{LeaveCause, LeaveRule, LpGroup};
use seawall_units::{Ratio, Round, Time, Usd, mul_div};
use seawall_venue::{Command, LpHolding, VenueState};

use super::signal::Watch;
use super::{Agent, Reply, View, luck};
use crate::draw::{Group, Purpose};

/// A group of providers with its rules.
///
/// Whoever wants to leave asks at once, and again every minute while the venue has neither let him
/// out nor kept his request. What was granted or given back he takes out, whether he is leaving or
/// not.
pub(super) struct ProviderAgent<'a> {
    group: &'a LpGroup,
    luck: Group,
    /// The highest price of a share so far.
    peak: Ratio,
    rules: Vec<Rule<'a>>,
    members: Vec<Member>,
    due: BTreeMap<Time, Vec<Due>>,
}

/// A rule and whether its cause is still to come.
struct Rule<'a> {
    rule: &'a LeaveRule,
    watch: Option<Watch>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Watching,
    Struck,
}

/// One provider.
struct Member {
    lp: BidderId,
    leaving: Option<Leaving>,
}

/// What he wants.
#[derive(Debug, Clone, Copy)]
struct Leaving {
    /// The shares that he keeps.
    keep: i128,
    /// What he had been granted before.
    before: Usd,
    return_after: Option<u64>,
}

impl Leaving {
    /// Whether he has more than he keeps and the exit price alone makes it worthless: he waits for
    /// a better one.
    fn is_barred(&self, holding: &LpHolding) -> bool {
        let more = holding.shares > self.keep && holding.value.is_positive();
        more && !holding.exit_value.is_positive()
    }
}

/// What falls due.
enum Due {
    /// A member, by his place, acts on a rule.
    Leave(usize, usize),
    /// A member puts money back.
    Return(usize, Usd),
}

impl<'a> ProviderAgent<'a> {
    pub(super) fn new(group: &'a LpGroup, seed: u64) -> Self {
        let rule = |rule: &'a LeaveRule| Rule {
            rule,
            watch: match rule.cause {
                LeaveCause::Signal(signal) => Some(Watch::new(signal)),
                _ => None,
            },
            state: State::Watching,
        };
        let member = |(lp, _): &(BidderId, Usd)| Member {
            lp: *lp,
            leaving: None,
        };
        Self {
            group,
            luck: Group::new(seed, Purpose::Leave, &group.name),
            peak: Ratio::ZERO,
            rules: group.rules.iter().map(rule).collect(),
            members: group.stakes.iter().map(member).collect(),
            due: BTreeMap::new(),
        }
    }

    fn holding(&self, view: &View<'_>, lp: BidderId) -> LpHolding {
        view.venue.lp_holding(lp, self.group.tranche)
    }

    /// Takes note of causes: whoever they concern acts after his delay.
    fn note_causes(&mut self, view: &View<'_>) {
        let price = match self.members.first() {
            Some(first) => self.holding(view, first.lp).share_price,
            None => return,
        };
        self.peak = self.peak.max(price);
        let fallen = (self.peak - price, self.peak);
        for (place, rule) in self.rules.iter_mut().enumerate() {
            if rule.state == State::Struck || !rule.strikes(view, fallen) {
                continue;
            }
            rule.state = State::Struck;
            for (index, member) in (0_usize..).zip(0..count(&self.members)) {
                let concerned = match rule.rule.who {
                    Who::All => true,
                    Who::Largest => member == 0,
                    Who::Others => member > 0,
                };
                let cause = u32::try_from(place).unwrap_or(u32::MAX);
                let delay = luck(&self.luck, cause, member, &rule.rule.reaction);
                if let (true, Some(delay)) = (concerned, delay) {
                    let due = self.due.entry(view.now.plus(delay)).or_default();
                    due.push(Due::Leave(index, place));
                }
            }
        }
    }

    /// Every minute: who may claim claims, who has got what he wanted is done, who has not asks
    /// again.
    fn follow_up(&mut self, view: &View<'_>, replies: &mut Vec<Reply>) {
        for index in 0..self.members.len() {
            let Some((lp, leaving)) = self.member(index) else {
                continue;
            };
            let holding = self.holding(view, lp);
            if holding.claimable.is_positive() {
                let tranche = self.group.tranche;
                replies.push(Reply::from(Command::Claim { lp, tranche }));
            }
            let Some(leaving) = leaving.filter(|_| !holding.waiting.is_positive()) else {
                continue;
            };
            match self.asks(lp, &leaving, &holding) {
                Some(reply) => replies.push(reply),
                None if leaving.is_barred(&holding) => {}
                None => self.is_done(view, index, holding.granted - leaving.before),
            }
        }
    }

    fn member(&self, index: usize) -> Option<(BidderId, Option<Leaving>)> {
        let member = self.members.get(index)?;
        Some((member.lp, member.leaving))
    }

    fn is_done(&mut self, view: &View<'_>, index: usize, got: Usd) {
        let Some(member) = self.members.get_mut(index) else {
            return;
        };
        let leaving = member.leaving.take();
        let after = leaving.and_then(|leaving| leaving.return_after);
        if let (Some(after), true) = (after, got.is_positive()) {
            let due = self.due.entry(view.now.plus(after)).or_default();
            due.push(Due::Return(index, got));
        }
    }

    /// A request for what he has beyond what he keeps, at the exit price: the venue turns it into
    /// shares at that price. `None` when that is worth nothing.
    fn asks(&self, lp: BidderId, leaving: &Leaving, holding: &LpHolding) -> Option<Reply> {
        let out = holding.shares.checked_sub(leaving.keep)?;
        let units = mul_div(
            holding.exit_value.units(),
            out,
            holding.shares,
            Round::Floor,
        )?;
        let amount = Usd::from_units(units).ok()?;
        amount.is_positive().then(|| {
            Reply::from(Command::Redeem {
                lp,
                tranche: self.group.tranche,
                amount,
            })
        })
    }

    /// A member acts on a rule: he asks at once. If he is on his way out already, he keeps the
    /// lesser.
    fn leaves(&mut self, view: &View<'_>, index: usize, rule: usize) -> Option<Reply> {
        let (lp, before) = {
            let member = self.members.get(index)?;
            (member.lp, member.leaving)
        };
        let holding = self.holding(view, lp);
        let rule = self.group.rules.get(rule)?;
        let out = mul_div(
            holding.shares,
            rule.share.units(),
            Ratio::ONE_UNITS,
            Round::Floor,
        )?;
        let keep = holding.shares.checked_sub(out)?;
        let leaving = match before {
            Some(before) => Leaving {
                keep: before.keep.min(keep),
                ..before
            },
            None => Leaving {
                keep,
                before: holding.granted,
                return_after: rule.return_after,
            },
        };
        self.members.get_mut(index)?.leaving = Some(leaving);
        match before {
            // His request stands; what it lacks he asks for when the minute has passed.
            Some(_) => None,
            None => self.asks(lp, &leaving, &holding),
        }
    }
}

fn count(members: &[Member]) -> u32 {
    u32::try_from(members.len()).unwrap_or(u32::MAX)
}

impl Rule<'_> {
    fn strikes(&mut self, view: &View<'_>, (fall, peak): (Ratio, Ratio)) -> bool {
        match (self.rule.cause, &mut self.watch) {
            (LeaveCause::Drawdown(by), _) => peak.is_positive() && fall >= peak.mul_ceil(by),
            (LeaveCause::Coverage(below), _) => coverage(view.state).is_some_and(|c| c < below),
            (LeaveCause::Signal(_), Some(watch)) => watch.strikes(view.now, view.state.mark),
            (LeaveCause::Signal(_), None) => false,
        }
    }
}

/// Junior's share of both tranches; `None` in a venue without them.
fn coverage(state: &VenueState) -> Option<Ratio> {
    let value = |role| {
        let part = state.capital.iter().find(|part| part.role == role);
        part.map(|part| part.value)
    };
    let (senior, junior) = (value("senior")?, value("junior")?);
    junior.ratio_floor(senior + junior)
}

impl Agent for ProviderAgent<'_> {
    fn react(&mut self, view: &View<'_>) -> Vec<Reply> {
        let mut replies = Vec::new();
        if view.now.is_whole_minute() {
            self.follow_up(view, &mut replies);
        }
        self.note_causes(view);
        while let Some(entry) = self.due.first_entry()
            && *entry.key() <= view.now
        {
            for due in entry.remove() {
                match due {
                    Due::Leave(index, rule) => replies.extend(self.leaves(view, index, rule)),
                    Due::Return(index, amount) => {
                        let tranche = self.group.tranche;
                        let back = self.members.get(index).map(|member| member.lp);
                        replies.extend(back.map(|lp| {
                            Reply::from(Command::Provide {
                                lp,
                                tranche,
                                amount,
                            })
                        }));
                    }
                }
            }
        }
        replies
    }
}
