//! Checks what a file states of agents that react, and resolves it.

use std::collections::BTreeSet;

use seawall_ledger::BidderId;
use seawall_units::{Ratio, Time, Usd};
use seawall_venue::TrancheName;

use crate::behaviour::{
    Leave, LeaveWhen, Move, Providers, Seconds, TradeAct, TradeWhen, TraderRule, Vanish, VanishWhen,
};
use crate::check::{Check, Checked, POSITIVE, SHARE, is_positive, is_share, plain};
use crate::concentration::concentrated;
use crate::distribution::Distribution;
use crate::names::{Accounts, Names};
use crate::resolved_behaviour::{
    Act, Behaviour, LeaveCause, LeaveRule, LpGroup, Reaction, Signal, TimedTrader, TimedVanish,
    TradeCause, VanishCause,
};

/// The most providers of all groups together.
const MAX_PROVIDERS: u32 = 10_000;
/// The longest delay or absence: seven days.
const MAX_WAIT: u64 = 604_800;

const PART: &str = "above 0, at most 1";
const WAIT: &str = "0 to 604800 seconds";

fn is_part(share: Ratio) -> bool {
    share.is_positive() && is_share(share)
}

fn up_to(most: i32) -> impl Fn(Ratio) -> bool {
    move |ratio| ratio.is_positive() && ratio <= Ratio::whole(most)
}

impl Check<'_> {
    /// Everybody who reacts. Providers are numbered after the bidders.
    pub(crate) fn behaviour(&self, accounts: &Accounts, parties: &mut Names) -> Checked<Behaviour> {
        self.news()?;
        let behaviour = Behaviour {
            vanishing: self.vanishing(parties)?,
            lps: self.lps(parties)?,
            traders: self.traders(accounts)?,
        };
        Ok(behaviour)
    }

    fn news(&self) -> Checked {
        let mut seen = BTreeSet::new();
        for (index, news) in self.file.news.iter().enumerate() {
            let path = format!("news[{index}]");
            self.name(&format!("{path}.name"), &news.name)?;
            self.moment(&format!("{path}.at"), news.at)?;
            self.new_name(&format!("{path}.name"), &news.name, &mut seen)?;
        }
        Ok(())
    }

    fn new_name<'n>(&self, path: &str, name: &'n str, seen: &mut BTreeSet<&'n str>) -> Checked {
        match seen.insert(name) {
            true => Ok(()),
            false => self.fail(
                path,
                format!("`{name}`, a second time"),
                "a name of its own",
            ),
        }
    }

    /// When a piece of news is heard.
    fn heard(&self, path: &str, name: &str) -> Checked<Time> {
        let news = &self.file.news;
        match news.iter().position(|each| each.name == name) {
            Some(index) => match news.get(index) {
                Some(found) => self.moment(&format!("news[{index}].at"), found.at),
                None => self.fail(path, name, "the name of a piece of news"),
            },
            None => {
                let names: Vec<&str> = news.iter().map(|each| each.name.as_str()).collect();
                let legal = match names.is_empty() {
                    true => "a name in `[[news]]`, of which there is none".to_owned(),
                    false => format!("one of the news {}", names.join(", ")),
                };
                self.fail(path, format!("`{name}`"), legal)
            }
        }
    }

    fn reaction(
        &self,
        path: &str,
        probability: Ratio,
        delay: &Distribution<Seconds>,
    ) -> Checked<Reaction> {
        self.ensure(&format!("{path}.probability"), probability, SHARE, is_share)?;
        self.distribution(&format!("{path}.delay"), delay, WAIT, |s: Seconds| {
            s.0 <= MAX_WAIT
        })?;
        Ok(Reaction {
            probability,
            delay: delay.clone(),
        })
    }

    fn wait(&self, path: &str, seconds: Option<u64>) -> Checked {
        match seconds {
            Some(wait) => self.ensure(path, wait, "1 to 604800 seconds", |s| {
                (1..=MAX_WAIT).contains(&s)
            }),
            None => Ok(()),
        }
    }

    fn window_of(&self, path: &str, moved: Move, most: Ratio, legal: &str) -> Checked<Move> {
        self.ensure(&format!("{path}.by"), moved.by, legal, |by| {
            by.is_positive() && by <= most
        })?;
        self.ensure(
            &format!("{path}.within"),
            moved.within,
            "1 to 86400 seconds",
            |s| (1..=86_400).contains(&s),
        )?;
        Ok(moved)
    }

    fn fall(&self, path: &str, moved: Move) -> Checked<Signal> {
        let path = format!("{path}.mark_fall");
        let moved = self.window_of(&path, moved, Ratio::ONE, PART)?;
        Ok(Signal::MarkFall(moved))
    }

    fn lps(&self, parties: &mut Names) -> Checked<Vec<LpGroup>> {
        let mut groups = Vec::with_capacity(self.file.lps.len());
        let (mut seen, mut all) = (BTreeSet::new(), 0_u32);
        for (index, group) in self.file.lps.iter().enumerate() {
            let path = format!("lps[{index}]");
            self.name(&format!("{path}.name"), &group.name)?;
            self.new_name(&format!("{path}.name"), &group.name, &mut seen)?;
            all = all.saturating_add(group.count);
            let legal = format!("1 to {MAX_PROVIDERS} in all groups together");
            let within = |count| count >= 1 && all <= MAX_PROVIDERS;
            self.ensure(&format!("{path}.count"), group.count, &legal, within)?;
            self.ensure(&format!("{path}.stake"), group.stake, POSITIVE, is_positive)?;
            let mut rules = Vec::with_capacity(group.leave.len());
            for (place, rule) in group.leave.iter().enumerate() {
                rules.push(self.leave(&format!("{path}.leave[{place}]"), rule)?);
            }
            groups.push(LpGroup {
                name: group.name.clone(),
                tranche: group.tranche,
                stakes: self.stakes(&path, group, parties)?,
                rules,
            });
        }
        self.stakes_fit()?;
        Ok(groups)
    }

    fn stakes(
        &self,
        path: &str,
        group: &Providers,
        parties: &mut Names,
    ) -> Checked<Vec<(BidderId, Usd)>> {
        let parts = match group.hhi {
            Some(hhi) => concentrated(group.stake, group.count, hhi),
            None => {
                let equal = vec![Usd::ULP; usize::try_from(group.count).unwrap_or(0)];
                seawall_units::split_pro_rata(group.stake, &equal)
            }
        };
        let Some(parts) = parts else {
            let found = plain(group.hhi.unwrap_or_default());
            let legal = format!("1/`count` = 1/{} to 1", group.count);
            return self.fail(&format!("{path}.hhi"), found, legal);
        };
        let mut stakes = Vec::with_capacity(parts.len());
        for (place, part) in (1_u32..).zip(parts) {
            let name = format!("{}-{place}", group.name);
            if parties.number(&name).is_some() {
                let found = format!("`{}`, whose `{name}` is a bidder already", group.name);
                return self.fail(&format!("{path}.name"), found, "a name of its own");
            }
            stakes.push((BidderId::new(parties.intern(&name)), part));
        }
        Ok(stakes)
    }

    /// Providers have no more of a tranche, and in an order book of the makers' capital, than
    /// there is.
    fn stakes_fit(&self) -> Checked {
        let capital = &self.file.capital;
        let (mut senior, mut junior) = (Usd::ZERO, Usd::ZERO);
        for (index, group) in self.file.lps.iter().enumerate() {
            let (sum, of, whole) = match group.tranche {
                TrancheName::Senior => (&mut senior, "senior", capital.tranched.senior),
                TrancheName::Junior => (&mut junior, "junior", capital.tranched.junior),
            };
            *sum += group.stake;
            let path = format!("lps[{index}].stake");
            let with = |sum| {
                format!(
                    "{}, {} with the groups before it",
                    plain(group.stake),
                    plain(sum)
                )
            };
            if *sum > whole {
                let legal = format!("at most `capital.tranched.{of}` = {}", plain(whole));
                return self.fail(&path, with(*sum), legal);
            }
            let makers = capital.orderbook.makers;
            if senior + junior > makers {
                let legal = format!("at most `capital.orderbook.makers` = {}", plain(makers));
                return self.fail(&path, with(senior + junior), legal);
            }
        }
        Ok(())
    }

    fn leave(&self, path: &str, rule: &Leave) -> Checked<LeaveRule> {
        let when = format!("{path}.when");
        let cause = match &rule.when {
            LeaveWhen::Drawdown(by) => {
                self.ensure(&format!("{when}.drawdown"), *by, PART, is_part)?;
                LeaveCause::Drawdown(*by)
            }
            LeaveWhen::Coverage(below) => {
                self.ensure(&format!("{when}.coverage"), *below, PART, is_part)?;
                LeaveCause::Coverage(*below)
            }
            LeaveWhen::News(name) => {
                let at = self.heard(&format!("{when}.news"), name)?;
                LeaveCause::Signal(Signal::At(at))
            }
            LeaveWhen::At(at) => {
                let at = self.moment(&format!("{when}.at"), *at)?;
                LeaveCause::Signal(Signal::At(at))
            }
        };
        self.ensure(&format!("{path}.share"), rule.share, PART, is_part)?;
        self.wait(&format!("{path}.return_after"), rule.return_after)?;
        Ok(LeaveRule {
            cause,
            who: rule.who,
            share: rule.share,
            reaction: self.reaction(path, rule.probability, &rule.delay)?,
            return_after: rule.return_after,
        })
    }

    fn traders(&self, accounts: &Accounts) -> Checked<Vec<TimedTrader>> {
        let mut rules = Vec::with_capacity(self.file.traders.len());
        let mut seen = BTreeSet::new();
        for (index, rule) in self.file.traders.iter().enumerate() {
            let path = format!("traders[{index}]");
            self.name(&format!("{path}.name"), &rule.name)?;
            self.new_name(&format!("{path}.name"), &rule.name, &mut seen)?;
            rules.push(self.trader(&path, rule, accounts)?);
        }
        Ok(rules)
    }

    fn trader(&self, path: &str, rule: &TraderRule, accounts: &Accounts) -> Checked<TimedTrader> {
        let (first, count) = match (accounts.crowd(&rule.of), accounts.id(&rule.of)) {
            (Some(crowd), _) => crowd,
            (None, Some(account)) => (account, 1),
            (None, None) => {
                return self.fail(
                    &format!("{path}.of"),
                    format!("`{}`", rule.of),
                    "a crowd, or an account with a position at the start or with an opening order",
                );
            }
        };
        self.ensure(&format!("{path}.members"), rule.members, SHARE, is_share)?;
        self.ensure(
            &format!("{path}.every"),
            rule.every,
            "1 to 3600 seconds",
            |s| (1..=3_600).contains(&s),
        )?;
        self.ensure(&format!("{path}.times"), rule.times, "1 to 1000", |n| {
            (1..=1_000).contains(&n)
        })?;
        let act = self.act(path, rule)?;
        Ok(TimedTrader {
            name: rule.name.clone(),
            first,
            count,
            members: rule.members,
            every: rule.every,
            cause: self.trade_cause(&format!("{path}.when"), &rule.when)?,
            act,
            reaction: self.reaction(path, rule.probability, &rule.delay)?,
            times: rule.times,
            budget: rule.budget,
        })
    }

    fn trade_cause(&self, path: &str, when: &TradeWhen) -> Checked<TradeCause> {
        let field = |name: &str| format!("{path}.{name}");
        Ok(match when {
            TradeWhen::MarginRatio(below) => {
                self.ensure(&field("margin_ratio"), *below, PART, is_part)?;
                TradeCause::MarginRatio(*below)
            }
            TradeWhen::Loss(above) => {
                self.ensure(&field("loss"), *above, PART, is_part)?;
                TradeCause::Loss(*above)
            }
            TradeWhen::Profit(above) => {
                let legal = "above 0, at most 1000";
                self.ensure(&field("profit"), *above, legal, up_to(1_000))?;
                TradeCause::Profit(*above)
            }
            TradeWhen::MarkFall(moved) => TradeCause::Signal(self.fall(path, *moved)?),
            TradeWhen::MarkRise(moved) => {
                let legal = "above 0, at most 100";
                let most = Ratio::whole(100);
                let moved = self.window_of(&field("mark_rise"), *moved, most, legal)?;
                TradeCause::Signal(Signal::MarkRise(moved))
            }
            TradeWhen::News(name) => {
                let at = self.heard(&field("news"), name)?;
                TradeCause::Signal(Signal::At(at))
            }
            TradeWhen::At(at) => {
                let at = self.moment(&field("at"), *at)?;
                TradeCause::Signal(Signal::At(at))
            }
        })
    }

    fn act(&self, path: &str, rule: &TraderRule) -> Checked<Act> {
        let field = |name: &str| format!("{path}.do.{name}");
        if let Some(budget) = rule.budget {
            let path = format!("{path}.budget");
            self.ensure(&path, budget, POSITIVE, is_positive)?;
            if matches!(rule.act, TradeAct::Close(_) | TradeAct::Flip(_)) {
                let legal = "a budget beside `add_margin` or `restore_margin_ratio` alone";
                return self.fail(&path, "beside what posts no margin", legal);
            }
        }
        Ok(match rule.act {
            TradeAct::AddMargin(amount) => {
                self.ensure(&field("add_margin"), amount, POSITIVE, is_positive)?;
                Act::AddMargin(amount)
            }
            TradeAct::RestoreMarginRatio(to) => {
                self.ensure(&field("restore_margin_ratio"), to, PART, is_part)?;
                Act::RestoreMarginRatio(to)
            }
            TradeAct::Close(share) => {
                self.ensure(&field("close"), share, PART, is_part)?;
                Act::Close(share)
            }
            TradeAct::Flip(times) => {
                let legal = "above 0, at most 10";
                self.ensure(&field("flip"), times, legal, up_to(10))?;
                Act::Flip(times)
            }
        })
    }

    fn vanishing(&self, parties: &Names) -> Checked<Vec<TimedVanish>> {
        let mut vanishing = Vec::new();
        let mut shares = Ratio::ZERO;
        for (index, bidder) in self.file.bidders.iter().enumerate() {
            let path = format!("bidders[{index}]");
            let field = format!("{path}.book_share");
            self.ensure(&field, bidder.book_share, SHARE, is_share)?;
            shares += bidder.book_share;
            let legal = "at most 1 with the bidders before it";
            self.ensure(&field, shares, legal, is_share)?;
            if let (Some(rule), Some(number)) = (&bidder.vanish, parties.number(&bidder.name)) {
                let path = format!("{path}.vanish");
                vanishing.push(TimedVanish {
                    name: bidder.name.clone(),
                    bidder: BidderId::new(number),
                    capital: bidder.capital,
                    book_share: bidder.book_share,
                    cause: self.vanish_cause(&format!("{path}.when"), rule)?,
                    reaction: self.reaction(&path, rule.probability, &rule.delay)?,
                    back_after: rule.back_after,
                });
                self.wait(&format!("{path}.back_after"), rule.back_after)?;
            }
        }
        Ok(vanishing)
    }

    fn vanish_cause(&self, path: &str, rule: &Vanish) -> Checked<VanishCause> {
        Ok(match &rule.when {
            VanishWhen::MarkFall(moved) => VanishCause::Signal(self.fall(path, *moved)?),
            VanishWhen::Volatility(moved) => {
                let legal = "above 0, at most 100";
                let field = format!("{path}.volatility");
                let moved = self.window_of(&field, *moved, Ratio::whole(100), legal)?;
                VanishCause::Signal(Signal::Volatility(moved))
            }
            VanishWhen::OwnLoss(share) => {
                self.ensure(&format!("{path}.own_loss"), *share, PART, is_part)?;
                VanishCause::OwnLoss(*share)
            }
            VanishWhen::News(name) => {
                let at = self.heard(&format!("{path}.news"), name)?;
                VanishCause::Signal(Signal::At(at))
            }
        })
    }
}
