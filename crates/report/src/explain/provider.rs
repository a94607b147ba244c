//! A tranche or another part of the risk capital: every change of its value in parts that sum to
//! it exactly.
//!
//! Cash changes by postings; a posting's part is its cause. What a tranche is worth beyond its
//! cash is what traders' open positions owe it, as the venue values them: its change is the part
//! [`Part::OpenPnl`]. Senior is worth `min(K, equity)` (M-9.1). Its claim K moves by coupons,
//! fees, deposits, exits and its own losses alone, so those are its parts, and Junior has all
//! others; where equity lies below K, what is missing is carried by Senior for Junior
//! ([`Part::Carried`]).

use std::collections::BTreeMap;

use seawall_ledger::{Account, Cause, DeficitId, Transfer};
use seawall_units::{Ratio, Time, Usd};

use super::scene::Scene;
use super::story::Section;
use super::value::{Grid, Value};
use super::{ExplainError, Teller, words};
use crate::journal::{EventLine, EventRecord, ValuesRecord};

/// Deficits that people are shown.
const DEFICITS: usize = 5;
/// Exchanges of shares that people are shown.
const EXCHANGES: usize = 12;

/// Why a value changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Postings of a cause.
    Cause(Group, Cause),
    /// What open positions owe.
    OpenPnl,
    /// What Senior carries for Junior while equity lies below its claim.
    Carried,
    /// Others' shares were made or burned at another price than the value.
    Exchange,
}

/// The parts that a row of a minute shows together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Fees,
    Trading,
    Funding,
    Open,
    Losses,
    Carried,
    Recoveries,
    Flows,
}

impl Group {
    const ALL: [(Self, &'static str, &'static str); 8] = [
        (Self::Fees, "fees_usd", "fees"),
        (Self::Trading, "trading_usd", "trading"),
        (Self::Funding, "funding_usd", "funding"),
        (Self::Open, "open_pnl_usd", "open PnL"),
        (Self::Losses, "losses_usd", "losses"),
        (Self::Carried, "carried_usd", "carried"),
        (Self::Recoveries, "recoveries_usd", "recovered"),
        (Self::Flows, "flows_usd", "in and out"),
    ];

    const fn of(cause: Cause) -> Self {
        match cause {
            Cause::FundingPaid | Cause::FundingReceived => Self::Funding,
            Cause::JuniorLoss
            | Cause::SeniorLoss
            | Cause::InsuranceLoss
            | Cause::BackstopLoss
            | Cause::PoolLoss => Self::Losses,
            Cause::Recovery => Self::Recoveries,
            Cause::CapitalPaidIn
            | Cause::VaultDeposit
            | Cause::VaultRedemption
            | Cause::HlpSwept
            | Cause::HlpSeeded => Self::Flows,
            Cause::LossRealised
            | Cause::ProfitRealised
            | Cause::CounterpartyLoss
            | Cause::CounterpartyProfit
            | Cause::PnlCap
            | Cause::TakeoverGain
            | Cause::BackstopTakeover
            | Cause::MarginMoved
            | Cause::AdlCut
            | Cause::DeficitOpened
            | Cause::Rounding => Self::Trading,
            _ => Self::Fees,
        }
    }
}

impl Part {
    pub(super) const fn of(cause: Cause) -> Self {
        Self::Cause(Group::of(cause), cause)
    }

    pub(super) const fn group(self) -> Group {
        match self {
            Self::Cause(group, _) => group,
            Self::OpenPnl => Group::Open,
            Self::Carried => Group::Carried,
            Self::Exchange => Group::Flows,
        }
    }

    /// For people, with its rule.
    pub(super) fn words(self) -> (String, &'static str) {
        match self {
            Self::Cause(_, cause) => {
                let text = match cause {
                    Cause::LossRealised => String::from("traders' losses realised"),
                    Cause::ProfitRealised => String::from("traders' profits realised"),
                    Cause::JuniorLoss | Cause::SeniorLoss | Cause::InsuranceLoss => {
                        String::from("deficits borne")
                    }
                    other => words::cause(other),
                };
                (text, cause.rule())
            }
            Self::OpenPnl => (
                String::from("change of open PnL and what is unsettled"),
                "M-9.1",
            ),
            Self::Carried => (
                String::from("carried by Senior while equity is below its claim"),
                "M-9.1",
            ),
            Self::Exchange => (
                String::from("exchanges at another price than the value"),
                "M-9.1",
            ),
        }
    }

    /// Its name in files.
    fn name(self) -> String {
        match self {
            Self::Cause(_, cause) => cause.name().to_owned(),
            Self::OpenPnl => String::from("open_pnl"),
            Self::Carried => String::from("carried"),
            Self::Exchange => String::from("exchange"),
        }
    }
}

/// Sums of parts.
pub(super) type Parts = BTreeMap<Part, Usd>;

/// What one minute did to a value.
#[derive(Debug, Clone)]
pub(super) struct Minute {
    pub(super) to: Time,
    pub(super) before: Usd,
    pub(super) after: Usd,
    pub(super) parts: Parts,
    /// Shares at its end, in units of 10^-9; zero where there are none.
    pub(super) supply: i128,
}

/// The value of a part of the capital, from one statement of it to the next.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    account: Account,
    /// Its name among the values.
    role: String,
    parts: Parts,
    value: Usd,
    /// Cash less value, of both tranches together where there are two.
    open: Usd,
    /// What Senior's value lacks of its claim.
    carried: Usd,
}

impl Tally {
    pub(super) fn new(account: Account) -> Self {
        Self {
            account,
            role: account.to_string(),
            parts: Parts::new(),
            value: Usd::ZERO,
            open: Usd::ZERO,
            carried: Usd::ZERO,
        }
    }

    fn add(&mut self, part: Part, amount: Usd) {
        *self.parts.entry(part).or_default() += amount;
    }

    /// Takes in a posting; what it changed.
    fn posting(&mut self, transfer: &Transfer) -> Option<Usd> {
        let pair = |account: Account| matches!(account, Account::Senior | Account::Junior);
        let own = |account: Account| match self.account {
            Account::Senior | Account::Junior => pair(account),
            other => account == other,
        };
        let amount = match (own(transfer.from()), own(transfer.to())) {
            (true, false) => -transfer.amount(),
            (false, true) => transfer.amount(),
            _ => return None,
        };
        let is_claim = claims(transfer);
        let mine = match self.account {
            Account::Senior => is_claim,
            Account::Junior => !is_claim,
            _ => true,
        };
        mine.then(|| self.add(Part::of(transfer.cause()), amount))?;
        Some(amount)
    }

    /// An event, with the scene after it; the minute that it ends.
    ///
    /// **Errors** when the parts do not sum to the change of the value.
    pub(super) fn event(
        &mut self,
        scene: &Scene,
        line: &EventLine,
    ) -> Result<Option<Minute>, ExplainError> {
        for transfer in &line.transfers {
            self.posting(transfer);
        }
        let EventRecord::Values(values) = &line.event else {
            return Ok(None);
        };
        let Some(after) = values.values.get(&self.role).copied() else {
            return Ok(None);
        };
        self.revalue(scene, values, after);
        let parts = std::mem::take(&mut self.parts);
        let before = std::mem::replace(&mut self.value, after);
        let sum: Usd = parts.values().copied().sum();
        if before + sum != after {
            return Err(ExplainError::Unexplained {
                of: self.role.clone(),
                at: super::when::utc(line.time),
            });
        }
        let supply = values.supply.get(&self.role);
        Ok(Some(Minute {
            to: line.time,
            before,
            after,
            parts,
            supply: supply.map_or(0, |shares| shares.0),
        }))
    }

    /// The change of what the value has beyond its cash.
    fn revalue(&mut self, scene: &Scene, values: &ValuesRecord, after: Usd) {
        let cash = |account| scene.balances.balance(account);
        let value = |role: &str| values.values.get(role).copied().unwrap_or(Usd::ZERO);
        let is_pair = matches!(self.account, Account::Senior | Account::Junior);
        if !is_pair {
            let open = cash(self.account) - after;
            self.add(Part::OpenPnl, self.open - open);
            self.open = open;
            return;
        }
        let both = value("senior") + value("junior");
        let open = cash(Account::Senior) + cash(Account::Junior) - both;
        let carried = values.claim.unwrap_or(Usd::ZERO) - value("senior");
        let more = carried - self.carried;
        match self.account {
            Account::Senior => self.add(Part::Carried, -more),
            _ => {
                self.add(Part::OpenPnl, self.open - open);
                self.add(Part::Carried, more);
            }
        }
        self.open = open;
        self.carried = carried;
    }
}

/// Whether a posting moves Senior's claim (M-9.1).
fn claims(transfer: &Transfer) -> bool {
    let senior = [transfer.from(), transfer.to()].contains(&Account::Senior);
    match transfer.cause() {
        Cause::Coupon | Cause::FeeToSenior | Cause::SeniorLoss => true,
        Cause::CapitalPaidIn | Cause::VaultDeposit | Cause::VaultRedemption | Cause::Recovery => {
            senior
        }
        _ => false,
    }
}

/// A table of parts that sum to a change.
pub(super) fn parts_grid(title: &str, parts: &Parts) -> Grid {
    let columns = [("part", "part"), ("rule", "rule"), ("usd", "USD")];
    let mut grid = Grid::new(title, &columns);
    grid.columns.push(("id", String::new()));
    let mut list: Vec<(&Part, &Usd)> = parts.iter().filter(|(_, usd)| !usd.is_zero()).collect();
    list.sort_by_key(|(part, _)| (part.group(), **part));
    for (part, usd) in list {
        let (text, rule) = part.words();
        grid.rows.push(vec![
            Value::from(text),
            Value::from(rule),
            Value::Exact(*usd),
            Value::from(part.name()),
        ]);
    }
    let sum = parts.values().copied().sum();
    grid.rows.push(vec![
        Value::from("change"),
        Value::from(""),
        Value::Exact(sum),
        Value::from("change"),
    ]);
    grid.hide_last();
    grid
}

/// A table of minutes, with a column for each group that has anything.
pub(super) fn minutes_grid(minutes: &[Minute]) -> Grid {
    let sum = |parts: &Parts, group: Group| -> Usd {
        let own = parts.iter().filter(|(part, _)| part.group() == group);
        own.map(|(_, usd)| *usd).sum()
    };
    let some = |group: &Group| {
        minutes
            .iter()
            .any(|minute| !sum(&minute.parts, *group).is_zero())
    };
    let groups = Group::ALL.into_iter().filter(|(group, ..)| some(group));
    let groups: Vec<(Group, &str, &str)> = groups.collect();
    let mut columns = vec![("to", "until")];
    columns.extend(groups.iter().map(|(_, id, head)| (*id, *head)));
    columns.extend([("value_usd", "value USD"), ("share_price", "a share")]);
    let mut grid = Grid::new("Minute by minute", &columns);
    for minute in minutes {
        let mut row = vec![Value::Time(minute.to)];
        let cells = groups.iter().map(|(group, ..)| sum(&minute.parts, *group));
        row.extend(cells.map(Value::Usd));
        row.push(Value::Usd(minute.after));
        row.push(share_price(minute).map_or(Value::Nothing, Value::Ratio));
        grid.rows.push(row);
    }
    grid
}

fn share_price(minute: &Minute) -> Option<Ratio> {
    words::part(minute.after.units().checked_mul(1_000)?, minute.supply)
}

/// Listens for a part of the capital.
#[derive(Debug)]
pub(super) struct Capital {
    account: Account,
    tally: Tally,
    minutes: Vec<Minute>,
    borne: BTreeMap<DeficitId, Usd>,
    exchanges: Vec<Vec<Value>>,
    /// The capital that was there from the start, and since when.
    opening: Option<(Time, Usd)>,
    failed: Option<ExplainError>,
}

impl Capital {
    pub(super) fn new(account: Account) -> Self {
        Self {
            account,
            tally: Tally::new(account),
            minutes: Vec::new(),
            borne: BTreeMap::new(),
            exchanges: Vec::new(),
            opening: None,
            failed: None,
        }
    }

    /// The capital paid in at the start.
    fn paid_in(&mut self, line: &EventLine) {
        for each in &line.transfers {
            if each.to() == self.account && each.cause() == Cause::CapitalPaidIn {
                let (_, paid) = self.opening.get_or_insert((line.time, Usd::ZERO));
                *paid += each.amount();
            }
        }
    }

    /// What it paid into deficits.
    fn losses(&mut self, line: &EventLine) {
        for transfer in &line.transfers {
            let Account::OpenDeficit(id) = transfer.to() else {
                continue;
            };
            let mine = match transfer.cause() {
                Cause::JuniorLoss => self.account == Account::Junior,
                Cause::SeniorLoss => self.account == Account::Senior,
                _ => transfer.from() == self.account,
            };
            if mine {
                *self.borne.entry(id).or_default() += transfer.amount();
            }
        }
    }

    fn exchange(&mut self, scene: &Scene, line: &EventLine) {
        let EventRecord::Shares(record) = &line.event else {
            return;
        };
        if record.tranche == self.account.to_string() {
            self.exchanges.push(exchange(scene, line.time, record));
        }
    }

    fn borne_grid(&self) -> Option<Grid> {
        let columns = [("deficit", "deficit"), ("usd", "borne USD")];
        let mut grid = Grid::new("Deficits borne, the largest first", &columns);
        let mut list: Vec<(&DeficitId, &Usd)> = self.borne.iter().collect();
        list.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let rows = list.into_iter();
        grid.rows.extend(
            rows.map(|(id, usd)| vec![Value::Count(id.number().into()), Value::Exact(*usd)]),
        );
        grid.shown = DEFICITS;
        (!grid.rows.is_empty()).then_some(grid)
    }

    fn exchange_grid(&self) -> Option<Grid> {
        let mut grid = Grid::new("Shares made and burned", &EXCHANGE);
        grid.rows.clone_from(&self.exchanges);
        grid.shown = EXCHANGES;
        (!grid.rows.is_empty()).then_some(grid)
    }
}

/// The columns of a table of exchanges.
pub(super) const EXCHANGE: [(&str, &str); 6] = [
    ("time", "time"),
    ("holder", "whose"),
    ("shares", "shares"),
    ("price", "at a price"),
    ("assets_usd", "USD"),
    ("why", "why"),
];

/// A row of [`EXCHANGE`].
pub(super) fn exchange(
    scene: &Scene,
    time: Time,
    record: &crate::journal::ShareRecord,
) -> Vec<Value> {
    let holder = match record.holder {
        Some(owner) => scene.names.party(owner),
        None => String::from("nobody"),
    };
    let why = serde_json::to_value(record.why).unwrap_or_default();
    vec![
        Value::Time(time),
        Value::from(holder),
        Value::Shares(record.change),
        words::share_price(record).map_or(Value::Nothing, Value::Ratio),
        record.assets.map_or(Value::Nothing, Value::Usd),
        Value::from(why.as_str().unwrap_or_default()),
    ]
}

/// Appends a minute, but for the end of a journal that says nothing new.
pub(super) fn push(minutes: &mut Vec<Minute>, minute: Minute) {
    let is_empty = minute.parts.values().all(|usd| usd.is_zero());
    let same = minutes.last().is_some_and(|last| last.to == minute.to);
    if !(is_empty && same) {
        minutes.push(minute);
    }
}

/// All minutes as one.
pub(super) fn total(minutes: &[Minute]) -> Parts {
    let mut all = Parts::new();
    for minute in minutes {
        for (part, usd) in &minute.parts {
            *all.entry(*part).or_default() += *usd;
        }
    }
    all
}

impl Teller for Capital {
    fn after(&mut self, scene: &Scene, line: &EventLine) {
        self.paid_in(line);
        self.losses(line);
        self.exchange(scene, line);
        match self.tally.event(scene, line) {
            Ok(Some(minute)) => push(&mut self.minutes, minute),
            Ok(None) => {}
            Err(error) => drop(self.failed.get_or_insert(error)),
        }
    }

    fn tell(self: Box<Self>, scene: &Scene) -> Result<Vec<Section>, ExplainError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let (Some(last), Some(first)) = (self.minutes.last(), self.minutes.first()) else {
            return Ok(Vec::new());
        };
        let all = total(&self.minutes);
        let lowest = self.minutes.iter().min_by_key(|minute| minute.after);
        let lowest = lowest.unwrap_or(last);
        let usd = words::usd;
        let begins = match self.opening {
            Some((since, paid)) => {
                format!("{} paid in at {}", usd(paid), super::clock(since))
            }
            None => format!(
                "Nothing paid in at the start; {} when first valued ({})",
                usd(first.after),
                super::clock(first.to)
            ),
        };
        let says = vec![
            format!(
                "{begins}; worth {} at the end ({}); lowest {} at {}.",
                usd(last.after),
                super::clock(last.to),
                usd(lowest.after),
                super::clock(lowest.to)
            ),
            String::from("The parts below sum to every change exactly; there is no residual line."),
        ];
        let paid = self.opening.map_or(Usd::ZERO, |(_, paid)| paid);
        let figures = vec![
            ("opening_usd", Value::Usd(paid)),
            ("value_usd", Value::Usd(last.after)),
            ("lowest_usd", Value::Usd(lowest.after)),
            (
                "deficits",
                Value::Count(self.borne.len().try_into().unwrap_or(u64::MAX)),
            ),
        ];
        let mut grids = vec![parts_grid("From nothing to the end", &all)];
        grids.extend(self.borne_grid());
        grids.extend(self.exchange_grid());
        grids.push(minutes_grid(&self.minutes));
        Ok(vec![Section {
            id: "capital",
            title: scene.names.account(self.account),
            says,
            figures,
            steps: Vec::new(),
            shown: None,
            grids,
        }])
    }
}
