//! A venue as a journal has told of it so far.

use std::collections::{BTreeMap, BTreeSet};

use seawall_ledger::{Account, AccountId, DeficitId, Entry, Replay};
use seawall_units::{Base, Index, Price, Ratio, Round, Side, Time, Usd, mul_div};
use seawall_venue::MarketStatus;

use super::names::Names;
use crate::journal::{EventLine, EventRecord, Header, PositionRecord};

/// Everything that later lines refer to.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub(super) header: Header,
    pub(super) names: Names,
    pub(super) mark: Price,
    /// The mark before this one, and when it was taken.
    pub(super) before: (Time, Price),
    /// When this mark was taken.
    pub(super) marked: Time,
    pub(super) outside: Price,
    pub(super) status: MarketStatus,
    pub(super) levels: BTreeMap<String, String>,
    pub(super) balances: Replay,
    /// Positions that are not flat, by who holds their margin.
    pub(super) positions: BTreeMap<Account, PositionRecord>,
    pub(super) last: Option<Time>,
    pub(super) last_deficit: Option<DeficitId>,
    /// The largest number of a trader's account.
    last_account: Option<AccountId>,
    /// Parts of the risk capital that ever had anything.
    capital: BTreeSet<Account>,
}

/// A position at the mark, in the parts of its equity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Valued {
    pub(super) margin: Usd,
    pub(super) open_pnl: Usd,
    pub(super) owed: Usd,
    pub(super) notional: Usd,
}

impl Valued {
    /// **Formula** `margin + open PnL − owed`.
    pub(super) fn equity(&self) -> Usd {
        self.margin + self.open_pnl - self.owed
    }
}

impl Scene {
    pub(super) fn new(header: &Header) -> Self {
        Self {
            names: Names::new(&header.names),
            mark: header.opening,
            before: (header.start, header.opening),
            marked: header.start,
            outside: header.opening,
            status: MarketStatus::Live,
            levels: BTreeMap::new(),
            balances: Replay::new(),
            positions: BTreeMap::new(),
            last: None,
            last_deficit: None,
            last_account: None,
            capital: BTreeSet::new(),
            header: header.clone(),
        }
    }

    /// Takes in the next event.
    pub(super) fn apply(&mut self, line: &EventLine) {
        self.last = Some(line.time);
        match &line.event {
            EventRecord::Mark { price, outside, .. } => {
                if *price != self.mark {
                    self.before = (self.marked, self.mark);
                    self.marked = line.time;
                    self.mark = *price;
                }
                self.outside = *outside;
            }
            EventRecord::Status { status } => self.status = *status,
            EventRecord::Index { levels, .. } => {
                let levels = levels.iter();
                let levels = levels.map(|(name, level)| (name.clone(), level.clone()));
                self.levels.extend(levels);
            }
            EventRecord::DeficitOpened(opened) => {
                self.last_deficit = self.last_deficit.max(Some(opened.id));
            }
            _ => {}
        }
        for transfer in &line.transfers {
            let entry = Entry {
                seq: self.balances.entries(),
                time: line.time,
                transfer: *transfer,
            };
            self.balances.apply(&entry);
            if let Account::Senior
            | Account::Junior
            | Account::Insurance
            | Account::Pool
            | Account::Makers
            | Account::Backstop(_)
            | Account::Parent = transfer.to()
            {
                self.capital.insert(transfer.to());
            }
            if let Account::Margin(id) = transfer.to() {
                self.last_account = self.last_account.max(Some(id));
            }
        }
        for position in &line.positions {
            match position.size.is_zero() {
                true => drop(self.positions.remove(&position.holder)),
                false => drop(self.positions.insert(position.holder, position.clone())),
            }
        }
    }

    /// The maintenance ratio, where it is one number: of the common table or of the tranched
    /// market's own.
    pub(super) fn maintenance(&self) -> Option<Ratio> {
        match self.header.margin {
            Some(table) => Some(table.maintenance),
            None => self.parameter("/limits/margin/maintenance"),
        }
    }

    /// The share of maintenance below which a position is no longer closed in the market: M-8.1,
    /// HL-2.
    pub(super) fn thin(&self) -> Option<Ratio> {
        let tranched = self.parameter("/waterfall/partial/auction_below");
        tranched.or_else(|| self.parameter("/backstop/threshold"))
    }

    /// How long after a partial deleverage there is no other, in seconds (M-8.1).
    pub(super) fn cooldown(&self) -> Option<u64> {
        let value = self
            .header
            .parameters
            .pointer("/waterfall/partial/cooldown")?;
        value.as_u64()
    }

    fn parameter(&self, place: &str) -> Option<Ratio> {
        let value = self.header.parameters.pointer(place)?;
        value.as_str()?.parse().ok()
    }

    fn level(&self, name: &str) -> Index {
        let level = self.levels.get(name);
        level.and_then(|text| text.parse().ok()).unwrap_or_default()
    }

    /// A position at the mark, by the equity of docs/journal.md.
    ///
    /// **Rounding** what is owed up, what is received and the position's value down: against the
    /// holder, as the venue does.
    pub(super) fn valued(&self, position: &PositionRecord) -> Valued {
        let side = match position.size.is_negative() {
            true => Side::Short,
            false => Side::Long,
        };
        let owed = match self.header.venue.as_str() {
            "hyperliquid" => {
                let settled = since(position, "settled").unwrap_or(Usd::ZERO);
                let funding = self.level("funding");
                funding.owed(position.size, Round::Ceil) - settled
            }
            "gmx" => self.owed_to_pool(position, side),
            _ => {
                let then = |name| since(position, name).unwrap_or(Index::ZERO);
                let moved = self.level("funding") - then("funding");
                let used = self.level(side_name(side)) - then("utilisation");
                moved.owed(position.size, Round::Ceil) + used.owed(position.size.abs(), Round::Ceil)
            }
        };
        Valued {
            margin: self.balances.balance(position.holder),
            open_pnl: self.mark.value_floor(position.size) - position.cost,
            owed,
            notional: self.mark.value_ceil(position.size.abs()),
        }
    }

    /// Borrowing and funding paid, less funding received, on the size in USD.
    fn owed_to_pool(&self, position: &PositionRecord, side: Side) -> Usd {
        let size = position.cost.abs();
        let part = |name: &str, round| {
            let now = self.levels.get(&format!("{}.{name}", side_name(side)));
            let now = now.and_then(|text| factor(text)).unwrap_or(0);
            let then = position.since.get(name);
            let then = then.and_then(|text| factor(text)).unwrap_or(0);
            let moved = now.saturating_sub(then);
            let units = mul_div(size.units(), moved, FACTOR, round);
            units
                .and_then(|units| Usd::from_units(units).ok())
                .unwrap_or(Usd::ZERO)
        };
        part("borrowing", Round::Ceil) + part("funding_paid", Round::Ceil)
            - part("funding_received", Round::Floor)
    }

    /// Open interest of the traders on each side, in base.
    pub(super) fn open_interest(&self) -> (Base, Base) {
        let mut sides = (Base::ZERO, Base::ZERO);
        for (holder, position) in &self.positions {
            if matches!(holder, Account::Margin(_)) {
                match position.size.is_negative() {
                    true => sides.1 += position.size.abs(),
                    false => sides.0 += position.size,
                }
            }
        }
        sides
    }

    /// Which accounts may be asked for: those that the journal has.
    pub(super) fn legal_accounts(&self) -> String {
        let mut legal = Vec::new();
        if let Some(last) = self.last_account {
            legal.push(format!("margin:0 to margin:{last}"));
        }
        legal.extend(self.names.list());
        legal.extend(self.capital.iter().map(ToString::to_string));
        legal.join(", ")
    }

    /// Which moments may be asked for.
    pub(super) fn legal_moments(&self) -> String {
        let first = super::when::utc(self.header.start);
        let last = super::when::utc(self.last.unwrap_or(self.header.start));
        format!("{first} to {last}")
    }
}

/// What a position was settled at.
fn since<T: std::str::FromStr>(position: &PositionRecord, name: &str) -> Option<T> {
    position.since.get(name)?.parse().ok()
}

const fn side_name(side: Side) -> &'static str {
    match side {
        Side::Long => "long",
        Side::Short => "short",
    }
}

/// One on the grid of a pool's factors.
const FACTOR: i128 = 1_000_000_000_000_000_000_000_000_000_000;

/// A pool's cumulative factor with its thirty decimals.
fn factor(text: &str) -> Option<i128> {
    let (whole, part) = text.split_once('.')?;
    let whole: i128 = whole.parse().ok()?;
    (part.len() == 30).then_some(())?;
    let part: i128 = part.parse().ok()?;
    whole.checked_mul(FACTOR)?.checked_add(part)
}
