//! Latency arbitrage (M-3.2): what a mark that lags behind the outside price is worth to whom.

use seawall_ledger::{Account, AccountId, Entry};
use seawall_scenario::TimedArbitrageur;
use seawall_scenario::model::{Exit, TradesOn};
use seawall_units::{Base, Price, Ratio, Round, Side, Time, Usd};
use seawall_venue::{Command, FillRule, Receipt, Venue};

use super::View;
use crate::ArbitrageOutcome;

/// Who trades on lagging marks, and how long orders take.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arbitrage {
    /// Their rules.
    pub each: Vec<TimedArbitrageur>,
    /// Seconds between the sending of an order and its execution.
    pub delay: u64,
}

/// The arbitrageurs of one venue.
#[derive(Debug)]
pub(crate) struct Arbitrageurs<'a> {
    each: Vec<Arbitrageur<'a>>,
    delay: u64,
}

/// One arbitrageur in one venue. He has one order or one position at a time.
#[derive(Debug)]
struct Arbitrageur<'a> {
    rule: &'a TimedArbitrageur,
    /// What he has decided, and when it executes.
    decided: Option<(Time, Decision)>,
    /// When he last decided: once a second.
    decided_at: Option<Time>,
    /// The round trip that is under way.
    trip: Option<Trip>,
    /// All that the books have given him less what they have taken, his own money left out.
    realised: Usd,
    /// The same when he last held nothing.
    settled: Usd,
    figures: ArbitrageOutcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    Open { size: Base, margin: Usd },
    Take(Command),
    Close,
}

#[derive(Debug, Clone, Copy)]
struct Trip {
    since: Time,
    /// Notional at the mark at which it was opened.
    notional: Usd,
}

impl<'a> Arbitrageurs<'a> {
    pub(crate) fn new(arbitrage: &'a Arbitrage) -> Self {
        Self {
            each: arbitrage.each.iter().map(Arbitrageur::new).collect(),
            delay: arbitrage.delay,
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.each.len()
    }

    /// The next command that one of them has executed in this second, if he has any.
    pub(crate) fn command(&mut self, who: usize, view: &View<'_>) -> Option<Command> {
        let delay = self.delay;
        self.each.get_mut(who)?.command(delay, view)
    }

    /// What came of it; `None` when it was refused.
    pub(crate) fn answered(&mut self, who: usize, now: Time, receipt: Option<&Receipt>) {
        if let Some(one) = self.each.get_mut(who) {
            one.answered(now, receipt);
        }
    }

    /// Takes down what the books say of their money.
    pub(crate) fn entry(&mut self, entry: &Entry) {
        let (from, to) = (entry.transfer.from(), entry.transfer.to());
        if from == Account::External || to == Account::External {
            return;
        }
        for one in &mut self.each {
            if owner(from) == Some(one.rule.account) {
                one.realised -= entry.transfer.amount();
            }
            if owner(to) == Some(one.rule.account) {
                one.realised += entry.transfer.amount();
            }
        }
    }

    /// The figures of the whole run.
    pub(crate) fn outcome(mut self, venue: &dyn Venue) -> Vec<ArbitrageOutcome> {
        for one in &mut self.each {
            one.settle(venue);
            one.figures.open = u64::from(one.trip.is_some());
        }
        self.each.into_iter().map(|one| one.figures).collect()
    }
}

/// Whose money an account holds.
const fn owner(account: Account) -> Option<AccountId> {
    match account {
        Account::Margin(id) | Account::Free(id) => Some(id),
        _ => None,
    }
}

impl<'a> Arbitrageur<'a> {
    fn new(rule: &'a TimedArbitrageur) -> Self {
        Self {
            rule,
            decided: None,
            decided_at: None,
            trip: None,
            realised: Usd::ZERO,
            settled: Usd::ZERO,
            figures: ArbitrageOutcome {
                name: rule.name.clone(),
                lag: rule.lag,
                round_trips: 0,
                profit: Usd::ZERO,
                traded: Usd::ZERO,
                sent: 0,
                refused: 0,
                open: 0,
            },
        }
    }

    /// What is due, else what he decides now, if that is due at once.
    fn command(&mut self, delay: u64, view: &View<'_>) -> Option<Command> {
        self.settle(view.venue);
        if let Some(command) = self.due(view) {
            return Some(command);
        }
        if self.decided.is_none() && self.decided_at != Some(view.now) {
            self.decided_at = Some(view.now);
            let due = view.now.plus(self.rule.lag).plus(delay);
            self.decided = self.decide(view).map(|decision| (due, decision));
        }
        self.due(view)
    }

    fn due(&mut self, view: &View<'_>) -> Option<Command> {
        let (at, decision) = self.decided?;
        if view.now < at {
            return None;
        }
        self.decided = None;
        let account = self.rule.account;
        let (size, margin, fill) = match decision {
            Decision::Take(command) => {
                self.figures.sent = self.figures.sent.saturating_add(1);
                return Some(command);
            }
            Decision::Open { size, margin } => (size, margin, FillRule::AllOrNone),
            Decision::Close => {
                let held = view.venue.position(account)?.size;
                (-held, Usd::ZERO, FillRule::Partial)
            }
        };
        self.figures.sent = self.figures.sent.saturating_add(1);
        Some(Command::Order {
            account,
            size,
            margin,
            limit: None,
            fill,
        })
    }

    fn decide(&self, view: &View<'_>) -> Option<Decision> {
        let held = view.venue.position(self.rule.account);
        match held.and_then(|position| position.size.side()) {
            Some(side) if view.state.status.reduces() => {
                self.is_over(side, view).then_some(Decision::Close)
            }
            Some(_) => None,
            None if self.rule.trades_on == TradesOn::StaleQuotes => self.taking(view),
            None => self.opening(view),
        }
    }

    fn is_over(&self, side: Side, view: &View<'_>) -> bool {
        match self.rule.exit {
            Exit::GapGone if self.rule.trades_on == TradesOn::StaleQuotes => {
                self.stale(side, view).is_none()
            }
            Exit::GapGone => gap_side(view.outside, view.state.mark) != Some(side),
            Exit::After(seconds) => {
                let trip = self.trip;
                trip.is_none_or(|trip| view.now.since(trip.since) >= seconds)
            }
        }
    }

    /// Opens when the gap is worth the quoted cost and his edge.
    ///
    /// **Formula** `size·|outside − mark| ≥ cost + edge·notional` with `size = notional/mark`.
    /// **Rounding** the gap's worth down, the edge up: he opens no sooner than it pays.
    fn opening(&self, view: &View<'_>) -> Option<Decision> {
        let (rule, mark) = (self.rule, view.state.mark);
        if !rule.window.contains(view.now) || !view.state.status.opens() {
            return None;
        }
        let (side, size) = (
            gap_side(view.outside, mark)?,
            mark.size_floor(rule.notional),
        );
        let (low, high) = (mark.min(view.outside), mark.max(view.outside));
        let worth = high.value_floor(size) - low.value_ceil(size);
        let edge = rule.notional.mul_ceil(rule.edge);
        // What is not worth the edge alone needs no quote.
        if worth < edge {
            return None;
        }
        let quote = view.venue.quote(side, rule.notional);
        let pays = quote.filled == rule.notional && worth >= quote.cost + edge;
        (pays && size.is_positive()).then(|| Decision::Open {
            size: side.signed(size),
            margin: rule.collateral.margin_for(mark.value_ceil(size)),
        })
    }

    fn taking(&self, view: &View<'_>) -> Option<Decision> {
        if !self.rule.window.contains(view.now) || !view.state.status.opens() {
            return None;
        }
        let found = Side::BOTH
            .into_iter()
            .find_map(|side| self.stale(side, view));
        found.map(Decision::Take)
    }

    /// An order for what is quoted better than the outside price, if it pays.
    ///
    /// **Formula** no unit beyond `outside·(1 ∓ edge)`; and what is filled is worth, at the outside
    /// price, at least its price with fees and the edge. So the other side loses on every unit, at
    /// that price, and he gains.
    fn stale(&self, side: Side, view: &View<'_>) -> Option<Command> {
        let (rule, outside) = (self.rule, view.outside);
        let limit = match side {
            Side::Long => outside.scaled(Ratio::ONE - rule.edge, Round::Floor),
            Side::Short => outside.scaled(Ratio::ONE + rule.edge, Round::Ceil),
        }?;
        let size = outside.size_floor(rule.notional);
        let command = Command::Order {
            account: rule.account,
            size: side.signed(size),
            margin: rule.collateral.margin_for(outside.value_ceil(size)),
            limit: Some(limit),
            fill: FillRule::Partial,
        };
        let Receipt::Filled(fill) = view.venue.plan(&command).ok()? else {
            return None;
        };
        let paid = fill.mark.value_floor(fill.filled) + fill.cost;
        let gain = outside.value_floor(fill.filled) - paid;
        let edge = outside.value_ceil(fill.filled.abs()).mul_ceil(rule.edge);
        (gain.is_positive() && gain >= edge).then_some(command)
    }

    fn answered(&mut self, now: Time, receipt: Option<&Receipt>) {
        match receipt {
            Some(Receipt::Filled(fill)) => {
                self.trip.get_or_insert(Trip {
                    since: now,
                    notional: fill.notional,
                });
            }
            Some(_) => {}
            None => self.figures.refused = self.figures.refused.saturating_add(1),
        }
    }

    /// Ends the round trip when nothing is held any more, however that came.
    fn settle(&mut self, venue: &dyn Venue) {
        let Some(trip) = self.trip else { return };
        if venue.position(self.rule.account).is_some() {
            return;
        }
        self.trip = None;
        self.figures.round_trips = self.figures.round_trips.saturating_add(1);
        self.figures.traded += trip.notional;
        self.figures.profit += self.realised - self.settled;
        self.settled = self.realised;
    }
}

/// The side that gains when the mark goes where the outside price is.
fn gap_side(outside: Price, mark: Price) -> Option<Side> {
    match outside.cmp(&mark) {
        std::cmp::Ordering::Greater => Some(Side::Long),
        std::cmp::Ordering::Less => Some(Side::Short),
        std::cmp::Ordering::Equal => None,
    }
}
