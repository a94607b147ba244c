//! All work of one stage: in sum, the largest, minute by minute and deficit by deficit.

use std::collections::BTreeMap;

use seawall_ledger::DeficitId;
use seawall_units::{Base, Time, Usd};
use seawall_venue::StageId;

use super::scene::Scene;
use super::story::Section;
use super::value::{Grid, Value};
use super::{ExplainError, Teller, words};
use crate::journal::{EventLine, EventRecord, StageRecord};
use crate::json::{EndWord, StageWord};

/// Rows of the largest that people are shown.
const LARGEST: usize = 5;

/// What was done.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    acted: u64,
    skipped: u64,
    closed: Base,
    absorbed: Usd,
    owner_cost: Usd,
}

impl Sum {
    fn add(&mut self, record: &StageRecord) {
        match record.end {
            EndWord::Skipped => self.skipped = self.skipped.saturating_add(1),
            _ => self.acted = self.acted.saturating_add(1),
        }
        self.closed += record.closed;
        self.absorbed += record.absorbed;
        self.owner_cost += record.owner_cost;
    }

    fn values(&self) -> [Value; 5] {
        [
            Value::Count(self.acted),
            Value::Count(self.skipped),
            Value::Size(self.closed),
            Value::Usd(self.absorbed),
            Value::Usd(self.owner_cost),
        ]
    }
}

/// One report that did something, for the list of the largest.
#[derive(Debug)]
struct Work1 {
    weight: (Usd, Usd),
    row: Vec<Value>,
}

/// Listens for one stage.
#[derive(Debug)]
pub(super) struct Work {
    stage: StageWord,
    all: Sum,
    ends: BTreeMap<String, u64>,
    minutes: BTreeMap<Time, Sum>,
    deficits: BTreeMap<DeficitId, Sum>,
    largest: Vec<Work1>,
}

impl Work {
    pub(super) fn new(stage: StageId) -> Self {
        Self {
            stage: stage.into(),
            all: Sum::default(),
            ends: BTreeMap::new(),
            minutes: BTreeMap::new(),
            deficits: BTreeMap::new(),
            largest: Vec::new(),
        }
    }

    fn note(&mut self, scene: &Scene, line: &EventLine, record: &StageRecord) {
        if record.end == EndWord::Skipped {
            return;
        }
        let account = record.account.map(|id| scene.names.trader(id));
        self.largest.push(Work1 {
            weight: (record.absorbed, record.owner_cost),
            row: vec![
                Value::Time(line.time),
                Value::from(account.unwrap_or_default()),
                line.deficit
                    .map_or(Value::Nothing, |id| Value::Count(id.number().into())),
                Value::Size(record.closed),
                Value::Usd(record.absorbed),
                Value::Usd(record.owner_cost),
                Value::from(words::end(record)),
            ],
        });
        self.largest
            .sort_by_key(|each| std::cmp::Reverse(each.weight));
        self.largest.truncate(LARGEST);
    }

    fn largest(&self) -> Grid {
        let mut grid = Grid::new(
            "The largest",
            &[
                ("time", "time"),
                ("account", "account"),
                ("deficit", "deficit"),
                ("closed", "closed"),
                ("absorbed_usd", "paid USD"),
                ("owner_cost_usd", "owner paid"),
                ("end", "why it stopped"),
            ],
        );
        grid.rows = self.largest.iter().map(|each| each.row.clone()).collect();
        grid
    }

    fn minutes(&self) -> Grid {
        let mut grid = Grid::new("Minute by minute", &columns(("minute", "minute from")));
        for (minute, sum) in &self.minutes {
            let mut row = vec![Value::Time(*minute)];
            row.extend(sum.values());
            grid.rows.push(row);
        }
        grid
    }

    fn deficits(&self) -> Option<Grid> {
        let mut grid = Grid::new("Deficit by deficit", &columns(("deficit", "deficit")));
        let mut list: Vec<(&DeficitId, &Sum)> = self.deficits.iter().collect();
        list.sort_by(|a, b| b.1.absorbed.cmp(&a.1.absorbed).then(a.0.cmp(b.0)));
        for (id, sum) in list {
            let mut row = vec![Value::Count(id.number().into())];
            row.extend(sum.values());
            grid.rows.push(row);
        }
        grid.shown = LARGEST;
        (!grid.rows.is_empty()).then_some(grid)
    }
}

/// What a row is of, and then the sums.
fn columns(first: (&'static str, &'static str)) -> [(&'static str, &'static str); 6] {
    [
        first,
        ("acted", "acted"),
        ("skipped", "passed over"),
        ("closed", "closed"),
        ("absorbed_usd", "paid USD"),
        ("owner_cost_usd", "owners paid"),
    ]
}

impl Teller for Work {
    fn after(&mut self, scene: &Scene, line: &EventLine) {
        let EventRecord::Stage(record) = &line.event else {
            return;
        };
        if record.stage != self.stage {
            return;
        }
        self.all.add(record);
        let ends = self.ends.entry(words::end(record)).or_default();
        *ends = ends.saturating_add(1);
        let into = line.time.secs().checked_rem(60).unwrap_or(0);
        let minute = Time::from_secs(line.time.secs().saturating_sub(into));
        self.minutes.entry(minute).or_default().add(record);
        if let Some(id) = line.deficit {
            self.deficits.entry(id).or_default().add(record);
        }
        self.note(scene, line, record);
    }

    fn tell(self: Box<Self>, scene: &Scene) -> Result<Vec<Section>, ExplainError> {
        let name = words::stage(self.stage);
        let mut section = Section {
            id: "stage",
            title: format!("The stage {name}"),
            ..Section::default()
        };
        let order: Vec<&str> = scene.header.loss_order.iter().map(|s| s.title()).collect();
        let order = format!("Deficits are paid in the order {}.", order.join(", "));
        if self.ends.is_empty() {
            section.says = vec![String::from("It did nothing in this journal."), order];
            return Ok(vec![section]);
        }
        let usd = words::usd;
        let all = &self.all;
        section.says = vec![
            format!(
                "Acted {} times and was passed over {} times; closed {}, paid {} of deficits; owners \
                 paid {} for it.",
                Value::Count(all.acted).read(),
                Value::Count(all.skipped).read(),
                words::size(all.closed),
                usd(all.absorbed),
                usd(all.owner_cost)
            ),
            order,
        ];
        let names = [
            "acted",
            "skipped",
            "closed",
            "absorbed_usd",
            "owner_cost_usd",
        ];
        section.figures = names.into_iter().zip(all.values()).collect();
        let mut ends = Grid::new("Why it stopped", &[("end", "why"), ("count", "times")]);
        let rows = self.ends.iter();
        ends.rows
            .extend(rows.map(|(end, count)| vec![Value::from(end.clone()), Value::Count(*count)]));
        section.grids.push(ends);
        if !self.largest.is_empty() {
            section.grids.push(self.largest());
        }
        section.grids.extend(self.deficits());
        section.grids.push(self.minutes());
        Ok(vec![section])
    }
}
