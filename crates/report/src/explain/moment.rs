//! One second: what the venue did, phase by phase, and how it stood after it.

use std::collections::BTreeMap;

use seawall_ledger::AccountKind;
use seawall_sim::Phase;
use seawall_units::{Time, Usd};

use super::scene::Scene;
use super::story::{Section, Step};
use super::value::{Grid, Value};
use super::{ExplainError, Teller, words};
use crate::journal::{EventLine, EventRecord, ValuesRecord};

/// Steps of one phase that people are shown.
const STEPS: usize = 20;

/// The phases of a second.
const PHASES: [Phase; 8] = [
    Phase::Setup,
    Phase::Oracle,
    Phase::Funding,
    Phase::Orders,
    Phase::Liquidation,
    Phase::Attribution,
    Phase::Check,
    Phase::Finish,
];

/// Listens for one second.
#[derive(Debug)]
pub(super) struct Moment {
    at: Time,
    /// Events of each phase by kind, and each of them told.
    phases: Vec<(BTreeMap<String, u64>, Vec<Step>)>,
    values: Option<(Time, ValuesRecord)>,
    standing: Option<Section>,
}

impl Moment {
    pub(super) fn new(at: Time) -> Self {
        Self {
            at,
            phases: PHASES.map(|_| (BTreeMap::new(), Vec::new())).to_vec(),
            values: None,
            standing: None,
        }
    }

    /// How the venue stands, with the scene after the second.
    fn standing(&self, scene: &Scene) -> Section {
        let mut grid = Grid::new(
            "Balances by kind of account",
            &[
                ("kind", "kind"),
                ("accounts", "accounts"),
                ("balance_usd", "balance USD"),
            ],
        );
        for kind in AccountKind::ALL {
            let own = scene.balances.balances().filter(|(a, _)| a.kind() == kind);
            let (count, sum) = own.fold((0_u64, Usd::ZERO), |(count, sum), (_, balance)| {
                (count.saturating_add(1), sum + balance)
            });
            if count > 0 {
                let row = [
                    Value::from(kind.name()),
                    Value::Count(count),
                    Value::Exact(sum),
                ];
                grid.rows.push(row.to_vec());
            }
        }
        let (long, short) = scene.open_interest();
        let [long_usd, short_usd] = [long, short].map(|size| scene.mark.value_ceil(size));
        let usd = words::usd;
        let mut says = vec![format!(
            "Mark {} (since {}), outside price {}, market {}. Open interest: long {} ({} USD), \
             short {} ({} USD), {} positions.",
            words::price(scene.mark),
            super::clock(scene.marked),
            words::price(scene.outside),
            words::status(scene),
            words::size(long),
            usd(long_usd),
            words::size(short),
            usd(short_usd),
            scene.positions.len()
        )];
        let mut figures = vec![
            ("mark", Value::Price(scene.mark)),
            ("outside", Value::Price(scene.outside)),
            ("long", Value::Size(long)),
            ("short", Value::Size(short)),
            ("long_usd", Value::Usd(long_usd)),
            ("short_usd", Value::Usd(short_usd)),
        ];
        self.valued(&mut says, &mut figures);
        Section {
            id: "standing",
            title: format!("After {}", super::clock(self.at)),
            says,
            figures,
            steps: Vec::new(),
            shown: None,
            grids: vec![grid],
        }
    }

    /// The values that were stated last, and how old they are.
    fn valued(&self, says: &mut Vec<String>, figures: &mut Vec<(&'static str, Value)>) {
        let Some((time, values)) = &self.values else {
            return;
        };
        let each = values.values.iter();
        let each = each.map(|(role, value)| format!("{role} {}", words::usd(*value)));
        let each: Vec<String> = each.collect();
        let claim = values
            .claim
            .map(|claim| format!(", Senior's claim {}", words::usd(claim)));
        let age = self.at.secs().saturating_sub(time.secs());
        let stated = match age {
            0 => format!("Values, stated at {}", super::clock(*time)),
            _ => format!(
                "Values were last stated {age} s before, at {}, and are not those of this second",
                super::clock(*time)
            ),
        };
        says.push(format!(
            "{stated}: {}{}.",
            each.join(", "),
            claim.unwrap_or_default()
        ));
        figures.push(("values_at", Value::Time(*time)));
        figures.push(("values_age", Value::Count(age)));
    }

    fn note(&mut self, scene: &Scene, line: &EventLine) {
        let place = PHASES.iter().position(|phase| *phase == line.phase);
        let Some((kinds, steps)) = place.and_then(|place| self.phases.get_mut(place)) else {
            return;
        };
        let count = kinds.entry(words::kind(&line.event)).or_default();
        *count = count.saturating_add(1);
        steps.push(Step {
            time: line.time,
            seq: line.seq,
            rule: line.rule.to_string(),
            says: words::event(scene, line),
            figures: Vec::new(),
            postings: line.transfers.clone(),
        });
    }
}

impl Teller for Moment {
    fn before(&mut self, scene: &Scene, line: &EventLine) {
        if line.time > self.at && self.standing.is_none() {
            self.standing = Some(self.standing(scene));
        }
    }

    fn after(&mut self, scene: &Scene, line: &EventLine) {
        if line.time > self.at {
            return;
        }
        if let EventRecord::Values(values) = &line.event {
            self.values = Some((line.time, values.clone()));
        }
        if line.time == self.at {
            self.note(scene, line);
        }
    }

    fn tell(self: Box<Self>, scene: &Scene) -> Result<Vec<Section>, ExplainError> {
        let last = scene.last.unwrap_or(scene.header.start);
        if self.at < scene.header.start || self.at > last {
            return Ok(Vec::new());
        }
        let standing = match &self.standing {
            Some(standing) => standing.clone(),
            None => self.standing(scene),
        };
        let mut sections = Vec::new();
        for (phase, (kinds, steps)) in PHASES.into_iter().zip(self.phases) {
            if kinds.is_empty() {
                continue;
            }
            let count = kinds
                .values()
                .fold(0_u64, |sum, each| sum.saturating_add(*each));
            let each = kinds.iter();
            let each = each.map(|(kind, count)| format!("{} {kind}", Value::Count(*count).read()));
            let each: Vec<String> = each.collect();
            let says = match steps.len() > STEPS {
                false => Vec::new(),
                true => vec![format!(
                    "{} events: {}; the first {STEPS} of them:",
                    Value::Count(count).read(),
                    each.join(", ")
                )],
            };
            sections.push(Section {
                id: "phase",
                title: phase.name().to_owned(),
                says,
                figures: vec![("events", Value::Count(count))],
                steps,
                shown: Some(STEPS),
                grids: Vec::new(),
            });
        }
        if sections.is_empty() {
            sections.push(Section {
                id: "phase",
                title: super::clock(self.at),
                says: vec![String::from("Nothing happened in this second.")],
                ..Section::default()
            });
        }
        sections.push(standing);
        Ok(sections)
    }
}
