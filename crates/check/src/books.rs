//! What the journal has said so far: balances, positions, mark, status and indices.

use serde_json::Value;

use crate::fixed::{Base, Price, Ratio, Usd};
use crate::levels::Levels;
use crate::names::{Account, AccountKind, Side, Stage, Status, Venue};
use crate::record::{Header, Mark};
use crate::slots::Slots;
use crate::totals::Totals;
use crate::wide::{Round, value};

/// A position as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Held {
    /// Signed size.
    pub(crate) size: Base,
    /// Signed cost of entry.
    pub(crate) cost: Usd,
    /// What it was settled at: the venue's fields in the order of the format's page.
    pub(crate) since: [i128; 4],
}

impl Held {
    pub(crate) const fn is_flat(&self) -> bool {
        self.size.is_zero()
    }

    pub(crate) const fn side(&self) -> Option<Side> {
        match self.size.signum() {
            1 => Some(Side::Long),
            -1 => Some(Side::Short),
            _ => None,
        }
    }

    /// Notional at a price, rounded up.
    pub(crate) fn notional(&self, price: Price) -> Usd {
        value(self.size.abs(), price, Round::Ceil)
    }

    /// Profit at a price, rounded down: `⌊P·size⌋ − cost`.
    pub(crate) fn pnl(&self, price: Price) -> Usd {
        value(self.size, price, Round::Floor) - self.cost
    }
}

/// A deficit that is open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OpenDeficit {
    /// The side of the bankrupt position.
    pub(crate) side: Side,
    pub(crate) left: Usd,
    /// Place in the loss order of the payer whose turn it is.
    pub(crate) turn: usize,
    /// Whether it is one of an order book's makers or backstops.
    pub(crate) of_house: bool,
}

/// Everything that laws look at together.
#[derive(Debug)]
pub(crate) struct Books {
    pub(crate) venue: Venue,
    pub(crate) start: u64,
    /// The payers in their order, without the residual.
    pub(crate) payers: Vec<Stage>,
    pub(crate) parameters: Parameters,
    pub(crate) margin: MarginTable,
    pub(crate) balances: Slots<Usd>,
    pub(crate) positions: Slots<Held>,
    pub(crate) totals: Totals,
    pub(crate) mark: Price,
    /// The mark before its last move.
    pub(crate) previous_mark: Price,
    pub(crate) outside: Price,
    /// The oracle price at the last move of an order book's mark.
    pub(crate) oracle: Price,
    pub(crate) status: Status,
    pub(crate) levels: Levels,
    pub(crate) deficits: std::collections::BTreeMap<u32, OpenDeficit>,
    /// Senior's claim K, as the postings move it (M-9.1).
    pub(crate) claim: Usd,
    /// Funding in passage through a pool: paid by one side and not yet received by the other.
    pub(crate) funding_float: Usd,
    /// The second of the event.
    pub(crate) now: u64,
}

impl Books {
    /// Takes a mark in.
    pub(crate) fn marked(&mut self, mark: &Mark) {
        self.previous_mark = mark.previous.unwrap_or(self.mark);
        (self.mark, self.outside) = (mark.price, mark.outside);
        if let Some(made) = &mark.made_of {
            self.oracle = made.oracle;
        }
    }

    pub(crate) fn new(header: &Header) -> Self {
        let payers = header.loss_order.iter().copied();
        let parameters = Parameters(header.parameters.clone());
        Self {
            venue: header.venue,
            start: header.start,
            payers: payers.filter(|stage| *stage != Stage::Residual).collect(),
            margin: MarginTable::of(header),
            parameters,
            balances: Slots::default(),
            positions: Slots::default(),
            totals: Totals::default(),
            mark: header.opening,
            previous_mark: header.opening,
            outside: header.opening,
            oracle: header.opening,
            status: Status::Live,
            levels: Levels::none(header.venue),
            deficits: std::collections::BTreeMap::new(),
            claim: Usd::ZERO,
            funding_float: Usd::ZERO,
            now: header.start,
        }
    }

    pub(crate) fn balance(&self, account: Account) -> Usd {
        self.balances.at(account)
    }

    pub(crate) fn of(&self, kind: AccountKind) -> Usd {
        self.balances.at(Account::one(kind))
    }

    pub(crate) fn held(&self, account: Account) -> Held {
        self.positions.at(account)
    }

    /// Deficits whose next payer is ADL: those before it have ended.
    pub(crate) fn at_adl(&self) -> impl Iterator<Item = &OpenDeficit> {
        let open = self.deficits.values();
        open.filter(|deficit| self.payers.get(deficit.turn) == Some(&Stage::Adl))
    }

    /// Where the turn goes when a stage has ended.
    pub(crate) fn turn_after(&self, stage: Stage) -> usize {
        let place = self.payers.iter().position(|payer| *payer == stage);
        place.map_or(self.payers.len(), |place| place.saturating_add(1))
    }

    /// Whether there is a live mark.
    pub(crate) fn is_live(&self) -> bool {
        self.status == Status::Live
    }

    /// What a position owes since it was settled, each part rounded once.
    pub(crate) fn owed(&self, held: &Held) -> Usd {
        self.levels.owed(held)
    }

    /// Equity of a holder at the mark, rounded down.
    pub(crate) fn equity(&self, holder: Account) -> Usd {
        let held = self.held(holder);
        self.balance(holder) + held.pnl(self.mark) - self.owed(&held)
    }
}

/// The header's parameters, found by their path.
#[derive(Debug)]
pub(crate) struct Parameters(Value);

impl Parameters {
    /// The value at a path such as `waterfall.adl.interval`.
    pub(crate) fn at(&self, path: &str) -> Option<&Value> {
        path.split('.')
            .try_fold(&self.0, |table, key| table.get(key))
    }

    pub(crate) fn ratio(&self, path: &str) -> Option<Ratio> {
        Ratio::parse_short(self.at(path)?.as_str()?)
    }

    pub(crate) fn usd(&self, path: &str) -> Option<Usd> {
        Usd::parse_short(self.at(path)?.as_str()?)
    }

    pub(crate) fn count(&self, path: &str) -> Option<u64> {
        self.at(path)?.as_u64()
    }
}

/// The margin table that all venues share, where the scenario states one.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct MarginTable {
    pub(crate) maintenance: Option<Ratio>,
}

impl MarginTable {
    fn of(header: &Header) -> Self {
        let read =
            |table: Option<&Value>, key: &str| Ratio::parse_short(table?.get(key)?.as_str()?);
        let parameters = &header.parameters;
        let own = parameters
            .get("limits")
            .and_then(|limits| limits.get("margin"));
        let table =
            header
                .margin
                .as_ref()
                .filter(|value| !value.is_null())
                .or(match header.venue {
                    Venue::Tranched => own,
                    _ => None,
                });
        Self {
            maintenance: read(table, "maintenance"),
        }
    }
}
