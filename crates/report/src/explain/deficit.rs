//! One deficit: how it came to be, who paid, who was cut, and that it adds up.

use std::collections::{BTreeMap, BTreeSet};

use seawall_ledger::{Account, AccountId, Cause, DeficitId};
use seawall_units::Usd;

use super::opening::{Opening, Openings, deficit};
use super::scene::Scene;
use super::story::{Section, Step};
use super::value::{Grid, Value};
use super::{ExplainError, Teller, words};
use crate::journal::{EventLine, EventRecord};
use crate::json::StageWord;

/// Cuts that people are shown.
const CUTS: usize = 12;

/// Listens for one deficit.
#[derive(Debug)]
pub(super) struct Deficit {
    id: DeficitId,
    openings: Openings,
    opening: Option<Opening>,
    steps: Vec<Step>,
    payers: Vec<Vec<Value>>,
    cuts: Vec<Vec<Value>>,
    /// How many winners the batch now has cut.
    batch: u64,
    winners: BTreeSet<AccountId>,
    taken: Usd,
    /// What the cuts placed on this deficit.
    placed: Usd,
    /// What the same cuts took beyond it, by who received it.
    beyond: BTreeMap<Account, Usd>,
    /// Who was cut for the residual.
    residual: BTreeMap<AccountId, Usd>,
    absorbed: Usd,
    left: Usd,
    closed: Option<Usd>,
}

impl Deficit {
    pub(super) fn new(id: DeficitId) -> Self {
        Self {
            id,
            openings: Openings::default(),
            opening: None,
            steps: Vec::new(),
            payers: Vec::new(),
            cuts: Vec::new(),
            batch: 0,
            winners: BTreeSet::new(),
            taken: Usd::ZERO,
            placed: Usd::ZERO,
            beyond: BTreeMap::new(),
            residual: BTreeMap::new(),
            absorbed: Usd::ZERO,
            left: Usd::ZERO,
            closed: None,
        }
    }

    /// What an event placed on this deficit.
    fn placed(&self, line: &EventLine) -> Usd {
        let into = line.transfers.iter();
        let into = into.filter(|each| each.to() == Account::OpenDeficit(self.id));
        into.map(|each| each.amount()).sum()
    }

    fn cut(&mut self, scene: &Scene, line: &EventLine) {
        let EventRecord::Cut(cut) = &line.event else {
            if matches!(line.event, EventRecord::Stage(_)) {
                self.batch = 0;
            }
            return;
        };
        self.batch = self.batch.saturating_add(1);
        let place = self.batch;
        let placed = self.placed(line);
        if line.deficit != Some(self.id) && placed.is_zero() {
            return;
        }
        self.winners.insert(cut.account);
        self.taken += cut.taken;
        self.placed += placed;
        for each in &line.transfers {
            if each.cause() == Cause::AdlCut && each.to() != Account::OpenDeficit(self.id) {
                *self.beyond.entry(each.to()).or_default() += each.amount();
            }
        }
        let of = words::part(cut.taken.units(), cut.profit.units());
        self.cuts.push(vec![
            Value::Time(line.time),
            Value::Count(place),
            Value::from(scene.names.trader(cut.account)),
            Value::Size(cut.closed.abs()),
            Value::Usd(cut.profit),
            Value::Usd(cut.taken),
            of.map_or(Value::Nothing, Value::Share),
            Value::Usd(placed),
        ]);
    }

    /// Whose equity the residual is cut from (M-8.6).
    fn residual(&mut self, line: &EventLine) {
        for each in &line.transfers {
            if each.cause() == Cause::ResidualCut
                && each.to() == Account::OpenDeficit(self.id)
                && let Account::Margin(id) | Account::Free(id) = each.from()
            {
                *self.residual.entry(id).or_default() += each.amount();
            }
        }
    }

    fn stage(&mut self, line: &EventLine) {
        let EventRecord::Stage(record) = &line.event else {
            return;
        };
        // The stage's own line does not count what traders were cut for the residual.
        let (gave, payer) = match record.stage {
            StageWord::Residual if !self.residual.is_empty() => {
                (self.cut_for_residual(), String::from("traders"))
            }
            _ => (record.absorbed, payer(line, self.id)),
        };
        if record.stage != StageWord::Residual {
            self.absorbed += gave;
        }
        self.left -= gave;
        self.payers.push(vec![
            Value::Time(line.time),
            Value::from(words::stage(record.stage)),
            Value::from(line.rule.to_string()),
            Value::from(payer),
            record.capacity.map_or(Value::Nothing, Value::Usd),
            Value::Usd(gave),
            Value::Usd(self.left),
            Value::from(words::end(record)),
        ]);
    }

    fn payers(&self) -> Grid {
        let mut grid = Grid::new(
            "Payers in their order",
            &[
                ("time", "time"),
                ("stage", "stage"),
                ("rule", "rule"),
                ("payer", "payer"),
                ("capacity_usd", "could give"),
                ("absorbed_usd", "gave USD"),
                ("left_usd", "left USD"),
                ("end", "why it stopped"),
            ],
        );
        grid.rows.clone_from(&self.payers);
        grid
    }

    fn cut_grid(&self) -> Option<Grid> {
        let mut grid = Grid::new(
            "Winners who were cut, in the order of their rank",
            &[
                ("time", "time"),
                ("rank", "rank"),
                ("account", "account"),
                ("closed", "closed"),
                ("profit_usd", "profit at mark"),
                ("taken_usd", "taken USD"),
                ("share", "share"),
                ("placed_usd", "placed here"),
            ],
        );
        grid.rows.clone_from(&self.cuts);
        grid.shown = CUTS;
        (!grid.rows.is_empty()).then_some(grid)
    }

    fn cut_for_residual(&self) -> Usd {
        self.residual.values().copied().sum()
    }

    fn residual_grid(&self, scene: &Scene) -> Option<Grid> {
        let columns = [("account", "account"), ("paid_usd", "paid USD")];
        let mut grid = Grid::new("Who paid the residual, the largest first", &columns);
        let mut list: Vec<(&AccountId, &Usd)> = self.residual.iter().collect();
        list.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let row = |(id, paid): (&AccountId, &Usd)| {
            vec![Value::from(scene.names.trader(*id)), Value::Exact(*paid)]
        };
        grid.rows.extend(list.into_iter().map(row));
        grid.shown = CUTS;
        (!grid.rows.is_empty()).then_some(grid)
    }

    /// Who was cut, by how much, and where it went.
    fn cuts_in_words(&self) -> Vec<String> {
        let usd = words::usd;
        let mut says = Vec::new();
        if !self.cuts.is_empty() {
            let were = match self.winners.len() {
                1 => "was",
                _ => "were",
            };
            let winners = words::counted(self.winners.len(), "winner");
            let times = match self.cuts.len() > self.winners.len() {
                true => format!(" {} times", Value::count(self.cuts.len()).read()),
                false => String::new(),
            };
            let taken = usd(self.taken);
            says.push(format!("{winners} {were} cut{times}, by {taken} in all."));
        }
        if !self.beyond.is_empty() {
            let beyond: Usd = self.beyond.values().copied().sum();
            let each = self.beyond.iter();
            let each = each.map(|(to, amount)| format!("{} to {to}", usd(*amount)));
            says.push(format!(
                "Of these {}, {} was placed on this deficit; {} went beyond it: {}.",
                usd(self.taken),
                usd(self.placed),
                usd(beyond),
                each.collect::<Vec<_>>().join(", ")
            ));
        }
        if !self.residual.is_empty() {
            says.push(format!(
                "The residual was cut from the equity of {}, {} in all (M-8.6).",
                words::counted(self.residual.len(), "trader"),
                usd(self.cut_for_residual())
            ));
        }
        says
    }

    /// The sum check, in a sentence.
    fn sum(&self, opening: &Opening) -> String {
        let usd = words::usd;
        match self.closed {
            Some(residual) => {
                let sum = self.absorbed + residual;
                let holds = match sum == opening.amount {
                    true => "exactly",
                    false => "NOT",
                };
                format!(
                    "Paid {} + residual {} = {}: {holds} the deficit of {}.",
                    usd(self.absorbed),
                    usd(residual),
                    usd(sum),
                    usd(opening.amount)
                )
            }
            None => format!(
                "Paid {} of {} so far; {} still waits.",
                usd(self.absorbed),
                usd(opening.amount),
                usd(self.left)
            ),
        }
    }
}

/// Who filled the deficit in an event: by its postings.
fn payer(line: &EventLine, id: DeficitId) -> String {
    let into = line.transfers.iter();
    let into = into.filter(|each| each.to() == Account::OpenDeficit(id));
    let mut kinds: Vec<String> = Vec::new();
    for each in into {
        let name = match each.from() {
            Account::Margin(_) | Account::Free(_) => String::from("traders"),
            other => other.to_string(),
        };
        if !kinds.contains(&name) {
            kinds.push(name);
        }
    }
    // What ADL takes stands in the lines of the cuts.
    if let EventRecord::Stage(record) = &line.event
        && record.stage == StageWord::Adl
        && !record.absorbed.is_zero()
    {
        return String::from("winners");
    }
    kinds.join(", ")
}

impl Teller for Deficit {
    fn before(&mut self, scene: &Scene, line: &EventLine) {
        if deficit(line) == Some(self.id) {
            self.openings.before(scene, line);
        }
    }

    fn after(&mut self, scene: &Scene, line: &EventLine) {
        self.cut(scene, line);
        self.residual(line);
        if deficit(line) != Some(self.id) {
            return;
        }
        if let Some(opening) = self.openings.after(scene, line) {
            self.left = opening.amount;
            self.steps.push(opening.step(scene));
            self.opening = Some(opening);
        }
        match &line.event {
            EventRecord::Stage(_) if self.opening.is_some() => self.stage(line),
            EventRecord::DeficitClosed { residual, .. } => {
                self.closed = Some(*residual);
                self.steps.push(Step {
                    time: line.time,
                    seq: line.seq,
                    rule: line.rule.to_string(),
                    says: words::event(scene, line),
                    figures: vec![("residual_usd", Value::Usd(*residual))],
                    postings: Vec::new(),
                });
            }
            _ => {}
        }
    }

    fn tell(self: Box<Self>, scene: &Scene) -> Result<Vec<Section>, ExplainError> {
        let Some(opening) = &self.opening else {
            return Ok(Vec::new());
        };
        let mut grids = vec![self.payers()];
        grids.extend(self.cut_grid());
        grids.extend(self.residual_grid(scene));
        let mut says = vec![self.sum(opening)];
        says.extend(self.cuts_in_words());
        Ok(vec![Section {
            id: "deficit",
            title: format!("Deficit {} of {}", self.id, opening.owner(scene)),
            says,
            figures: vec![
                ("deficit_usd", Value::Usd(opening.amount)),
                ("absorbed_usd", Value::Usd(self.absorbed)),
                (
                    "residual_usd",
                    self.closed.map_or(Value::Nothing, Value::Usd),
                ),
                ("winners", Value::count(self.winners.len())),
                ("taken_usd", Value::Usd(self.taken)),
                ("placed_usd", Value::Usd(self.placed)),
                (
                    "beyond_usd",
                    Value::Usd(self.beyond.values().copied().sum()),
                ),
                ("residual_cut_usd", Value::Usd(self.cut_for_residual())),
            ],
            steps: self.steps,
            shown: None,
            grids,
        }])
    }
}
