//! All work of one stage: in sum, the largest, minute by minute and deficit by deficit.

use std::collections::BTreeMap;

use seawall_ledger::DeficitId;
use seawall_units::{Base, Time, Usd};
use seawall_venue::StageId;

use super::scene::Scene;
use super::story::Section;
use super::value::{Grid, Value};
use super::{ExplainError, Teller, words};
use crate::journal::{EventLine, EventRecord, LiquidationRecord, StageRecord};
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
#[derive(Debug, Clone)]
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
    /// Positions taken under the stage's name: all that a venue tells that has no such stage.
    taken: Vec<Work1>,
    taken_size: Base,
    taken_usd: Usd,
    taken_minutes: BTreeMap<Time, (u64, Base, Usd)>,
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
            taken: Vec::new(),
            taken_size: Base::ZERO,
            taken_usd: Usd::ZERO,
            taken_minutes: BTreeMap::new(),
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
    }

    fn liquidation(&mut self, scene: &Scene, line: &EventLine, taken: &LiquidationRecord) {
        let size = taken.size.abs();
        let notional = taken.mark.value_ceil(size);
        self.taken_size += size;
        self.taken_usd += notional;
        let (count, sizes, usd) = self.taken_minutes.entry(minute(line.time)).or_default();
        *count = count.saturating_add(1);
        *sizes += size;
        *usd += notional;
        self.taken.push(Work1 {
            weight: (notional, Usd::ZERO),
            row: vec![
                Value::Time(line.time),
                Value::from(scene.names.trader(taken.account)),
                Value::Size(taken.size),
                Value::Usd(notional),
                Value::Price(taken.price),
                Value::Price(taken.mark),
                Value::Usd(taken.equity),
            ],
        });
    }

    /// The liquidations, where the venue has no lines of the stage.
    fn liquidations(&self) -> Vec<Grid> {
        let mut grid = Grid::new(
            "Liquidations, the largest first",
            &[
                ("time", "time"),
                ("account", "account"),
                ("size", "size"),
                ("notional_usd", "notional"),
                ("price", "price"),
                ("mark", "mark"),
                ("equity_usd", "equity"),
            ],
        );
        grid.rows = sorted(&self.taken);
        grid.shown = LARGEST;
        let columns = [
            ("minute", "minute from"),
            ("liquidations", "liquidations"),
            ("closed", "closed"),
            ("notional_usd", "notional USD"),
        ];
        let mut minutes = Grid::new("Minute by minute", &columns);
        let rows = self.taken_minutes.iter();
        minutes
            .rows
            .extend(rows.map(|(minute, (count, size, usd))| {
                let [count, size] = [Value::Count(*count), Value::Size(*size)];
                vec![Value::Time(*minute), count, size, Value::Usd(*usd)]
            }));
        vec![grid, minutes]
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
        grid.rows = sorted(&self.largest);
        grid.shown = LARGEST;
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

/// Rows, the heaviest first.
fn sorted(list: &[Work1]) -> Vec<Vec<Value>> {
    let mut list: Vec<&Work1> = list.iter().collect();
    list.sort_by_key(|each| std::cmp::Reverse(each.weight));
    list.into_iter().map(|each| each.row.clone()).collect()
}

/// The whole minute that a moment lies in.
fn minute(time: Time) -> Time {
    let into = time.secs().checked_rem(60).unwrap_or(0);
    Time::from_secs(time.secs().saturating_sub(into))
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
        if let EventRecord::Liquidation(taken) = &line.event
            && taken.stage == self.stage
        {
            self.liquidation(scene, line, taken);
        }
        let EventRecord::Stage(record) = &line.event else {
            return;
        };
        if record.stage != self.stage {
            return;
        }
        self.all.add(record);
        let ends = self.ends.entry(words::end(record)).or_default();
        *ends = ends.saturating_add(1);
        self.minutes
            .entry(minute(line.time))
            .or_default()
            .add(record);
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
        if self.ends.is_empty() && !self.taken.is_empty() {
            let count = Value::count(self.taken.len());
            section.says = vec![
                format!(
                    "{}: {} taken, worth {} at the mark. The venue reports no stage of this name: \
                     these are its liquidations.",
                    words::counted(self.taken.len(), "liquidation"),
                    words::size(self.taken_size),
                    words::usd(self.taken_usd)
                ),
                order,
            ];
            section.figures = vec![
                ("liquidations", count),
                ("closed", Value::Size(self.taken_size)),
                ("notional_usd", Value::Usd(self.taken_usd)),
            ];
            section.grids = self.liquidations();
            return Ok(vec![section]);
        }
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
