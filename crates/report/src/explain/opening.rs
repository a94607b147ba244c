//! How a deficit came to be: what the position was, what its margin gave, what was missing.

use std::collections::BTreeMap;

use seawall_ledger::{Account, DeficitId};
use seawall_units::{Price, Side, Time, Usd};

use super::scene::{Scene, Valued};
use super::story::Step;
use super::value::Value;
use super::words;
use crate::journal::{EventLine, EventRecord, PositionRecord};

/// A deficit as it was opened.
#[derive(Debug, Clone)]
pub(super) struct Opening {
    pub(super) id: DeficitId,
    /// Who held the position.
    pub(super) holder: Account,
    pub(super) side: Side,
    pub(super) amount: Usd,
    /// What the holder gave of the loss.
    pub(super) given: Usd,
    mark: Price,
    time: Time,
    seq: u64,
    rule: String,
    /// The position before, at the mark that left the deficit.
    held: Option<(PositionRecord, Valued)>,
    /// The mark before that one, and when it was taken.
    gap: (Time, Price),
}

/// Deficits of which some postings were seen and not yet the number that they come to.
#[derive(Debug, Default)]
pub(super) struct Openings {
    seen: BTreeMap<DeficitId, Seen>,
    opened: Option<DeficitId>,
}

#[derive(Debug)]
struct Seen {
    holder: Account,
    held: Option<(PositionRecord, Valued)>,
    given: Usd,
}

impl Openings {
    /// An event, with the scene before it.
    pub(super) fn before(&mut self, scene: &Scene, line: &EventLine) {
        let Some(id) = deficit(line).filter(|id| Some(*id) > self.opened) else {
            return;
        };
        let seen = self.seen.entry(id).or_insert_with(|| {
            let holder = holder(line);
            let position = scene.positions.get(&holder);
            Seen {
                holder,
                held: position.map(|held| (held.clone(), scene.valued(held))),
                given: Usd::ZERO,
            }
        });
        let own = |account| match (account, seen.holder) {
            (Account::Free(a), Account::Margin(b)) => a == b,
            (account, holder) => account == holder,
        };
        let mut given = Usd::ZERO;
        for each in &line.transfers {
            match (own(each.from()), own(each.to())) {
                (true, false) => given += each.amount(),
                (false, true) => given -= each.amount(),
                _ => {}
            }
        }
        seen.given += given;
    }

    /// The deficit that the event opens, with the scene after it.
    pub(super) fn after(&mut self, scene: &Scene, line: &EventLine) -> Option<Opening> {
        let EventRecord::DeficitOpened(opened) = &line.event else {
            return None;
        };
        self.opened = self.opened.max(Some(opened.id));
        let seen = self.seen.remove(&opened.id)?;
        Some(Opening {
            id: opened.id,
            holder: seen.holder,
            side: opened.side,
            amount: opened.amount,
            given: seen.given,
            mark: opened.mark,
            time: line.time,
            seq: line.seq,
            rule: line.rule.to_string(),
            held: seen.held,
            gap: scene.before,
        })
    }
}

/// The deficit that an event concerns.
pub(super) fn deficit(line: &EventLine) -> Option<DeficitId> {
    let named = match &line.event {
        EventRecord::DeficitOpened(opened) => Some(opened.id),
        EventRecord::DeficitClosed { id, .. } => Some(*id),
        _ => None,
    };
    line.deficit.or(named)
}

/// Whose position the first line on a deficit is about: a trader's, or the house's own.
fn holder(line: &EventLine) -> Account {
    let payer = |account: &Account| {
        matches!(
            account,
            Account::Margin(_) | Account::Makers | Account::Backstop(_)
        )
    };
    let mut froms = line.transfers.iter().map(|each| each.from());
    let mut holders = line.positions.iter().map(|each| each.holder);
    match &line.event {
        EventRecord::Liquidation(taken) => Account::Margin(taken.account),
        EventRecord::Fill(fill) => Account::Margin(fill.account),
        EventRecord::DeficitOpened(opened) => {
            let found = froms.find(payer).or_else(|| holders.find(payer));
            found.unwrap_or(Account::Margin(opened.account))
        }
        _ => {
            let found = froms.find(payer).or_else(|| holders.find(payer));
            found.unwrap_or(Account::External)
        }
    }
}

impl Opening {
    /// Whose it is, as people know him.
    pub(super) fn owner(&self, scene: &Scene) -> String {
        scene.names.account(self.holder)
    }

    /// How it came to be, as a step.
    pub(super) fn step(&self, scene: &Scene) -> Step {
        let mut says = format!("Deficit {}: ", self.id);
        let owner = self.owner(scene);
        let (since, from) = self.gap;
        let usd = words::usd;
        match &self.held {
            Some((held, valued)) => says.push_str(&format!(
                "{owner} held {}; the mark moved from {} ({}) to {}: {}, equity {}. ",
                words::position(held),
                words::price(from),
                super::clock(since),
                words::price(self.mark),
                words::equity(valued),
                usd(valued.equity())
            )),
            None => says.push_str(&format!(
                "the {} of {owner} at the mark {}. ",
                self.side,
                words::price(self.mark)
            )),
        }
        says.push_str(&format!(
            "It gave {}; of {} {} was missing.",
            usd(self.given),
            usd(self.loss()),
            usd(self.amount)
        ));
        let mut figures = vec![
            ("deficit", Value::Count(self.id.number().into())),
            ("account", Value::from(self.holder.to_string())),
            ("mark", Value::Price(self.mark)),
            ("mark_before", Value::Price(from)),
            ("given_usd", Value::Usd(self.given)),
            ("loss_usd", Value::Usd(self.loss())),
            ("deficit_usd", Value::Usd(self.amount)),
        ];
        if let Some((held, valued)) = &self.held {
            figures.extend(position_figures(held, valued));
        }
        Step {
            time: self.time,
            seq: self.seq,
            rule: self.rule.clone(),
            says,
            figures,
            postings: Vec::new(),
        }
    }

    /// **Formula** what the holder gave + what was missing.
    pub(super) fn loss(&self) -> Usd {
        self.given + self.amount
    }
}

/// A position and what it is worth, in figures.
pub(super) fn position_figures(
    held: &PositionRecord,
    valued: &Valued,
) -> Vec<(&'static str, Value)> {
    let entry = words::entry(held).map_or(Value::Nothing, Value::Price);
    vec![
        ("size", Value::Size(held.size)),
        ("entry", entry),
        ("margin_usd", Value::Usd(valued.margin)),
        ("open_pnl_usd", Value::Usd(valued.open_pnl)),
        ("owed_usd", Value::Usd(valued.owed)),
        ("equity_usd", Value::Usd(valued.equity())),
        ("notional_usd", Value::Usd(valued.notional)),
    ]
}
