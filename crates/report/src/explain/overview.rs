//! Whom to ask about: what a journal has to tell, the largest of each kind first.

use std::collections::BTreeMap;

use seawall_ledger::{Account, AccountId, Cause, OwnerId};
use seawall_units::Usd;

use super::opening::Openings;
use super::scene::Scene;
use super::story::Section;
use super::value::{Grid, Value};
use super::{ExplainError, Teller, words};
use crate::journal::{EventLine, EventRecord};
use crate::json::EndWord;

/// Rows that people are shown of each table.
const SHOWN: usize = 10;

/// Listens for all that may be asked.
#[derive(Debug, Default)]
pub(super) struct Overview {
    /// What each trader took out less what was posted.
    flows: BTreeMap<AccountId, Usd>,
    cuts: BTreeMap<AccountId, (u64, Usd)>,
    openings: Openings,
    /// Amount of each deficit, its place and whose it is.
    deficits: Vec<(Usd, u64, String)>,
    stages: BTreeMap<&'static str, (u64, Usd)>,
    owners: BTreeMap<OwnerId, u64>,
}

impl Overview {
    fn traders(&self, scene: &Scene) -> Grid {
        let mut list: Vec<(Usd, AccountId)> = Vec::new();
        for (id, flow) in &self.flows {
            let cash = [Account::Margin(*id), Account::Free(*id)];
            let cash: Usd = cash
                .map(|each| scene.balances.balance(each))
                .into_iter()
                .sum();
            let open = scene.positions.get(&Account::Margin(*id));
            let open = open.map(|position| scene.valued(position));
            let open = open.map_or(Usd::ZERO, |valued| valued.open_pnl - valued.owed);
            let result = cash + open + *flow;
            if result.is_negative() {
                list.push((result, *id));
            }
        }
        list.sort();
        let columns = [("account", "account"), ("result_usd", "result USD")];
        let mut grid = Grid::new("Largest losses: --account", &columns);
        let rows = list.into_iter();
        grid.rows.extend(
            rows.map(|(usd, id)| vec![Value::from(scene.names.trader(id)), Value::Usd(usd)]),
        );
        grid
    }

    fn winners(&self, scene: &Scene) -> Grid {
        let mut list: Vec<_> = self.cuts.iter().collect();
        list.sort_by(|a, b| b.1.1.cmp(&a.1.1).then(a.0.cmp(b.0)));
        let columns = [
            ("account", "account"),
            ("cuts", "cuts"),
            ("taken_usd", "taken USD"),
        ];
        let mut grid = Grid::new("Winners cut the most: --account", &columns);
        let rows = list.into_iter();
        grid.rows.extend(rows.map(|(id, (count, taken))| {
            let name = Value::from(scene.names.trader(*id));
            vec![name, Value::Count(*count), Value::Usd(*taken)]
        }));
        grid
    }

    fn deficits(&self) -> Grid {
        let mut list: Vec<_> = self.deficits.iter().collect();
        list.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let columns = [
            ("deficit", "deficit"),
            ("owner", "whose"),
            ("deficit_usd", "missing USD"),
        ];
        let mut grid = Grid::new("Largest deficits: --deficit", &columns);
        let rows = list.into_iter();
        grid.rows.extend(rows.map(|(amount, id, owner)| {
            vec![
                Value::Count(*id),
                Value::from(owner.clone()),
                Value::Usd(*amount),
            ]
        }));
        grid
    }

    fn stages(&self) -> Grid {
        let columns = [
            ("stage", "stage"),
            ("acted", "acted"),
            ("absorbed_usd", "paid USD"),
        ];
        let mut grid = Grid::new("Stages with work: --stage", &columns);
        let rows = self.stages.iter();
        grid.rows.extend(rows.map(|(name, (count, paid))| {
            vec![Value::from(*name), Value::Count(*count), Value::Usd(*paid)]
        }));
        grid
    }

    fn providers(&self, scene: &Scene) -> Grid {
        let columns = [("provider", "provider"), ("exchanges", "exchanges")];
        let mut grid = Grid::new("Liquidity providers: --account", &columns);
        let rows = self.owners.iter();
        grid.rows.extend(rows.map(|(owner, count)| {
            vec![Value::from(scene.names.party(*owner)), Value::Count(*count)]
        }));
        grid
    }
}

impl Teller for Overview {
    fn before(&mut self, scene: &Scene, line: &EventLine) {
        self.openings.before(scene, line);
    }

    fn after(&mut self, scene: &Scene, line: &EventLine) {
        for each in &line.transfers {
            let (id, amount) = match (each.cause(), each.from(), each.to()) {
                (Cause::MarginPosted, _, Account::Margin(id)) => (id, -each.amount()),
                (Cause::CollateralWithdrawn, Account::Free(id) | Account::Margin(id), _) => {
                    (id, each.amount())
                }
                _ => continue,
            };
            *self.flows.entry(id).or_default() += amount;
        }
        if let Some(opening) = self.openings.after(scene, line) {
            let id = u64::from(opening.id.number());
            self.deficits
                .push((opening.amount, id, opening.owner(scene)));
        }
        match &line.event {
            EventRecord::Cut(cut) => {
                let (count, taken) = self.cuts.entry(cut.account).or_default();
                *count = count.saturating_add(1);
                *taken += cut.taken;
            }
            EventRecord::Stage(record) if record.end != EndWord::Skipped => {
                let (count, paid) = self.stages.entry(words::stage(record.stage)).or_default();
                *count = count.saturating_add(1);
                *paid += record.absorbed;
            }
            EventRecord::Shares(record) => {
                let owner = record.holder.filter(|owner| owner.number() > 0);
                if let Some(owner) = owner {
                    let count = self.owners.entry(owner).or_default();
                    *count = count.saturating_add(1);
                }
            }
            _ => {}
        }
    }

    fn tell(self: Box<Self>, scene: &Scene) -> Result<Vec<Section>, ExplainError> {
        let last = scene.last.unwrap_or(scene.header.start);
        let says = vec![
            format!(
                "Tells of {} to {}: --at any second of it.",
                super::when::utc(scene.header.start),
                super::when::utc(last)
            ),
            format!("Accounts: {}.", scene.legal_accounts()),
        ];
        let mut grids = vec![
            self.traders(scene),
            self.winners(scene),
            self.deficits(),
            self.stages(),
            self.providers(scene),
        ];
        grids.retain(|grid| !grid.rows.is_empty());
        for grid in &mut grids {
            grid.shown = SHOWN;
        }
        Ok(vec![Section {
            id: "overview",
            title: String::from("What may be asked"),
            says,
            figures: vec![
                ("first", Value::Time(scene.header.start)),
                ("last", Value::Time(last)),
                ("deficits", Value::count(self.deficits.len())),
                ("winners", Value::count(self.cuts.len())),
            ],
            grids,
            ..Section::default()
        }])
    }
}
