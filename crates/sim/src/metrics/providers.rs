//! What became of liquidity providers who may leave: who got how much, and who stayed.

use std::collections::BTreeMap;

use seawall_ledger::BidderId;
use seawall_scenario::{LpGroup, herfindahl};
use seawall_units::{Ratio, Round, Time, Usd, mul_div};
use seawall_venue::{Command, LpHolding, TrancheName, Venue};

use crate::LpRun;

/// Watches the holdings of the stated providers of one tranche.
#[derive(Debug, Default)]
pub(crate) struct Providers {
    each: Vec<Provider>,
    places: BTreeMap<BidderId, usize>,
    hhi_start: Option<Ratio>,
    first: Option<Exits>,
    last: Option<Exits>,
    asked: Usd,
    left: Usd,
}

/// One provider.
#[derive(Debug)]
struct Provider {
    lp: BidderId,
    tranche: TrancheName,
    /// What he had of the opening capital, and as how many shares.
    stake: Usd,
    opening: i128,
    seen: LpHolding,
    /// Shares that he was paid for.
    paid: i128,
    /// The part of what he asked for that he has not got.
    outstanding: Usd,
    returned: Returned,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Returned {
    No,
    Yes,
}

/// What left in one minute: its opening value and what was paid for it.
#[derive(Debug, Clone, Copy)]
struct Exits {
    at: Time,
    opening: Usd,
    paid: Usd,
}

impl Exits {
    /// Paid for one USD of opening value, rounded down.
    fn price(self) -> Option<Ratio> {
        self.paid.ratio_floor(self.opening)
    }
}

impl Provider {
    /// The opening value of so many of his shares, rounded down.
    fn opening_value(&self, shares: i128) -> Usd {
        let units = mul_div(self.stake.units(), shares, self.opening, Round::Floor);
        let value = units.and_then(|units| Usd::from_units(units).ok());
        value.unwrap_or_default()
    }

    /// Looks at his holding; opening value and price of what he was paid since the last look.
    fn look(&mut self, venue: &dyn Venue) -> (Usd, Usd) {
        let now = venue.lp_holding(self.lp, self.tranche);
        let gone = self.seen.shares.saturating_sub(now.shares);
        let paid = now.granted - self.seen.granted;
        self.seen = now;
        if gone < 0 {
            self.returned = Returned::Yes;
        }
        if !paid.is_positive() {
            return (Usd::ZERO, Usd::ZERO);
        }
        self.outstanding = (self.outstanding - paid).or_zero();
        self.paid = self.paid.saturating_add(gone.max(0));
        (self.opening_value(gone.max(0)), paid)
    }
}

impl Providers {
    /// Those of the groups who hold this tranche.
    pub(crate) fn new(groups: &[LpGroup], tranche: TrancheName, venue: &dyn Venue) -> Self {
        let groups = groups.iter().filter(|group| group.tranche == tranche);
        let of = |group: &LpGroup| {
            let tranche = group.tranche;
            let each = group.stakes.iter().map(move |(lp, stake)| {
                let seen = venue.lp_holding(*lp, tranche);
                Provider {
                    lp: *lp,
                    tranche,
                    stake: *stake,
                    opening: seen.shares,
                    seen,
                    paid: 0,
                    outstanding: Usd::ZERO,
                    returned: Returned::No,
                }
            });
            each.collect::<Vec<_>>()
        };
        let each: Vec<Provider> = groups.flat_map(of).collect();
        let places = each.iter().enumerate().map(|(place, p)| (p.lp, place));
        let mut providers = Self {
            places: places.collect(),
            each,
            ..Self::default()
        };
        providers.hhi_start = providers.hhi();
        providers
    }

    fn hhi(&self) -> Option<Ratio> {
        let held: Vec<Usd> = self.each.iter().map(|each| each.seen.value).collect();
        herfindahl(&held)
    }

    /// A command was sent; what a provider asks for beyond what he has asked for before counts.
    pub(crate) fn asked(&mut self, command: &Command) {
        let Command::Redeem { lp, amount, .. } = command else {
            return;
        };
        let place = self.places.get(lp);
        if let Some(provider) = place.and_then(|place| self.each.get_mut(*place)) {
            self.asked += (*amount - provider.outstanding).or_zero();
            provider.outstanding = provider.outstanding.max(*amount);
        }
    }

    /// Looks at all holdings, when a minute's Attribution phase is over.
    pub(crate) fn look(&mut self, now: Time, venue: &dyn Venue) {
        let mut exits = Exits {
            at: now,
            opening: Usd::ZERO,
            paid: Usd::ZERO,
        };
        for provider in &mut self.each {
            let (opening, paid) = provider.look(venue);
            exits.opening += opening;
            exits.paid += paid;
        }
        if exits.paid.is_positive() {
            self.left += exits.paid;
            self.first = self.first.or(Some(exits));
            self.last = Some(exits);
        }
    }

    /// What the shares that nobody was paid for are worth, with what recoveries gave back for those
    /// of a frozen series, for one USD of their opening value; who put money back is left out.
    fn stayed(&self) -> Option<Ratio> {
        let (mut value, mut opening) = (Usd::ZERO, Usd::ZERO);
        let stayers = self.each.iter().filter(|p| p.returned == Returned::No);
        for provider in stayers {
            let shares = provider.opening.saturating_sub(provider.paid).max(0);
            value += provider.seen.value + provider.seen.recovered;
            opening += provider.opening_value(shares);
        }
        value.ratio_floor(opening)
    }

    /// The figures of the whole run; `None` without such providers.
    pub(crate) fn outcome(&self) -> Option<LpRun> {
        (!self.each.is_empty()).then(|| LpRun {
            stake: self.each.iter().map(|each| each.stake).sum(),
            asked: self.asked,
            left: self.left,
            first_exit: self.first.and_then(Exits::price),
            first_exit_at: self.first.map(|exits| exits.at),
            last_exit: self.last.and_then(Exits::price),
            last_exit_at: self.last.map(|exits| exits.at),
            stayed: self.stayed(),
            hhi_start: self.hhi_start,
            hhi_end: self.hhi(),
        })
    }
}
