//! A party that holds shares: what its holding is worth and why, minute by minute.
//!
//! A holding's value is its shares of the tranche's value, down. In a minute the tranche's parts
//! fall to it pro rata, by largest remainder, so that they sum to the change; then shares are made
//! or burned, and what this does beyond its own assets is [`Part::Exchange`].

use seawall_ledger::{Account, Cause, OwnerId};
use seawall_units::{Round, Usd, mul_div};

use super::provider::{
    EXCHANGE, Minute, Part, Parts, Tally, exchange, minutes_grid, parts_grid, push, total,
};
use super::scene::Scene;
use super::statement::Statement;
use super::story::Section;
use super::value::{Grid, Value};
use super::{ExplainError, Teller, words};
use crate::journal::{EventLine, EventRecord, ShareRecord};
use seawall_venue::ShareReason;

/// Listens for one owner of shares.
#[derive(Debug)]
pub(super) struct Party {
    owner: OwnerId,
    holdings: Vec<Holding>,
    claims: Statement,
    failed: Option<ExplainError>,
}

/// The owner's shares of one tranche.
#[derive(Debug)]
struct Holding {
    role: String,
    tally: Tally,
    /// Shares now, and at the last statement of values.
    shares: (i128, i128),
    /// All shares at the last statement.
    supply: i128,
    /// Shares that were there from the start: the owner's, and all.
    opening: (i128, i128),
    worth: Usd,
    /// What the owner paid in, less what it took out, since the last statement.
    flow: Usd,
    minutes: Vec<Minute>,
    exchanges: Vec<Vec<Value>>,
    held: bool,
}

/// `shares / supply` of a value, down.
fn worth(value: Usd, shares: i128, supply: i128) -> Usd {
    let units = mul_div(value.units(), shares, supply, Round::Floor);
    let usd = units.and_then(|units| Usd::from_units(units).ok());
    usd.unwrap_or(Usd::ZERO)
}

impl Holding {
    fn new(account: Account) -> Self {
        Self {
            role: account.to_string(),
            tally: Tally::new(account),
            shares: (0, 0),
            supply: 0,
            opening: (0, 0),
            worth: Usd::ZERO,
            flow: Usd::ZERO,
            minutes: Vec::new(),
            exchanges: Vec::new(),
            held: false,
        }
    }

    fn exchange(&mut self, record: &ShareRecord, owner: OwnerId) -> bool {
        if record.tranche != self.role {
            return false;
        }
        if record.why == ShareReason::NewSeries && record.supply.0 == 0 {
            // The shares of the frozen series are worth nothing.
            self.shares.0 = 0;
        }
        let is_own = record.holder == Some(owner);
        if matches!(record.why, ShareReason::Opening | ShareReason::Dead) {
            let (own, all) = &mut self.opening;
            *all = all.saturating_add(record.change.0);
            *own = own.saturating_add(if is_own { record.change.0 } else { 0 });
        }
        if !is_own {
            return false;
        }
        self.held = true;
        self.shares.0 = self.shares.0.saturating_add(record.change.0);
        let assets = record.assets.unwrap_or(Usd::ZERO);
        self.flow += match record.change.0 < 0 {
            true => -assets,
            false => assets,
        };
        true
    }

    /// The owner's part of a minute of the tranche.
    fn minute(&mut self, minute: &Minute) {
        let (now, mut then) = self.shares;
        let mut parts = minute.parts.clone();
        let mut exact = Parts::new();
        if self.supply == 0 {
            // The opening capital: its shares are there from the start.
            let paid = Part::of(Cause::CapitalPaidIn);
            let capital = parts.remove(&paid).unwrap_or(Usd::ZERO);
            (then, self.supply) = self.opening;
            self.worth = worth(capital, then, self.supply);
            exact.insert(paid, self.worth);
            self.share(&parts, (minute.before + capital, then), &mut exact);
        } else {
            self.share(&parts, (minute.before, then), &mut exact);
        }
        let held: Usd = exact.values().copied().sum();
        let before = self.minutes.last().map_or(Usd::ZERO, |last| last.after);
        let after = worth(minute.after, now, minute.supply);
        let own = match self.flow.is_negative() {
            true => Cause::VaultRedemption,
            false => Cause::VaultDeposit,
        };
        *exact.entry(Part::of(own)).or_default() += self.flow;
        *exact.entry(Part::Exchange).or_default() += after - before - held - self.flow;
        let own = Minute {
            to: minute.to,
            before,
            after,
            parts: exact,
            supply: now,
        };
        push(&mut self.minutes, own);
        self.shares.1 = now;
        self.supply = minute.supply;
        self.worth = after;
        self.flow = Usd::ZERO;
    }

    /// Each part of the tranche's change but deposits and redemptions, pro rata to the shares held.
    fn share(&self, parts: &Parts, (value, shares): (Usd, i128), exact: &mut Parts) {
        let is_flow = |part: &Part| {
            *part == Part::of(Cause::VaultDeposit) || *part == Part::of(Cause::VaultRedemption)
        };
        let parts: Vec<(Part, Usd)> = parts
            .iter()
            .filter(|(part, _)| !is_flow(part))
            .map(|(part, usd)| (*part, *usd))
            .collect();
        let change: Usd = parts.iter().map(|(_, usd)| *usd).sum();
        let after = worth(value + change, shares, self.supply);
        let mut left = after - self.worth;
        let mut rests = Vec::with_capacity(parts.len());
        for (part, usd) in parts {
            let own = worth(usd, shares, self.supply);
            left -= own;
            *exact.entry(part).or_default() += own;
            let rest = usd
                .units()
                .wrapping_mul(shares)
                .wrapping_sub(own.units().wrapping_mul(self.supply));
            rests.push((rest, part));
        }
        rests.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, part) in rests {
            if left.is_positive() {
                *exact.entry(part).or_default() += Usd::ULP;
                left -= Usd::ULP;
            }
        }
    }

    fn section(self, name: &str) -> Option<Section> {
        if !self.held {
            return None;
        }
        let last = self.minutes.last()?.clone();
        let all = total(&self.minutes);
        let mut exchanges = Grid::new("Shares made and burned", &EXCHANGE);
        exchanges.rows = self.exchanges;
        let own: Vec<Minute> = self
            .minutes
            .into_iter()
            .skip_while(|minute| minute.after.is_zero())
            .collect();
        let shares = crate::journal::ShareCount(self.shares.0);
        let says = vec![format!(
            "Holds {} shares of {}, worth {} at the end.",
            Value::Shares(shares).read(),
            self.role,
            words::usd(last.after)
        )];
        Some(Section {
            id: "holding",
            title: format!("{name} in {}", self.role),
            says,
            figures: vec![
                ("shares", Value::Shares(shares)),
                ("value_usd", Value::Usd(last.after)),
            ],
            steps: Vec::new(),
            shown: None,
            grids: vec![
                parts_grid("From nothing to the end", &all),
                exchanges,
                minutes_grid(&own),
            ],
        })
    }
}

impl Party {
    pub(super) fn new(owner: OwnerId) -> Self {
        let tranches = [
            Account::Senior,
            Account::Junior,
            Account::Pool,
            Account::Makers,
        ];
        Self {
            owner,
            holdings: tranches.into_iter().map(Holding::new).collect(),
            claims: Statement::new(&[Account::PendingRedemption(owner)]),
            failed: None,
        }
    }
}

impl Teller for Party {
    fn after(&mut self, scene: &Scene, line: &EventLine) {
        for transfer in &line.transfers {
            self.claims.take(transfer);
        }
        for holding in &mut self.holdings {
            if let EventRecord::Shares(record) = &line.event
                && holding.exchange(record, self.owner)
            {
                let row = exchange(scene, line.time, record);
                holding.exchanges.push(row);
            }
            match holding.tally.event(scene, line) {
                Ok(Some(minute)) => holding.minute(&minute),
                Ok(None) => {}
                Err(error) => drop(self.failed.get_or_insert(error)),
            }
        }
    }

    fn tell(self: Box<Self>, scene: &Scene) -> Result<Vec<Section>, ExplainError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let name = scene.names.party(self.owner);
        let holdings = self.holdings.into_iter();
        let mut sections: Vec<Section> = holdings
            .filter_map(|holding| holding.section(&name))
            .collect();
        if !self.claims.is_empty() {
            sections.push(Section {
                id: "claims",
                title: format!("{name}: granted and claimed"),
                grids: vec![self.claims.grid()],
                ..Section::default()
            });
        }
        Ok(sections)
    }
}
